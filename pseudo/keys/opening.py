# SPDX-License-Identifier: Apache-2.0
"""Opening a domain whose secret is in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.hierarchy import Purpose, derive, verify_check_value
from pseudo.keys.lifecycle import require_usable
from pseudo.keys.registry import DomainRecord

if TYPE_CHECKING:
    from pseudo.domain import KernelDomain

__all__ = ["open_domain"]


def open_domain(record: DomainRecord, secret: SecretKey, kernel: str, mode: str) -> KernelDomain:
    """Open a domain whose secret is in this process.

    Args:
        record: What is known of it.
        secret: Its secret; the caller wipes it.
        kernel: Name of the kernel to compute with.
        mode: The store's :attr:`Store.mode`.

    Raises:
        KeyStoreError: It is not active, or the secret is another's.
        UsageError: There is no such kernel here.
    """
    # Not at the top: who only lists domains does not wait for pyarrow.
    from pseudo.domain import DomainInfo, KernelDomain
    from pseudo.kernel import select

    require_usable(record.state, record.name)
    verify_check_value(secret, record.name, record.version, record.kcv)
    chosen = select(kernel)
    key = derive(secret, Purpose.ID, record.name, record.version)
    prepared = chosen.prepare(key.reveal(SECRET_ACCESS))
    key.wipe()
    info = DomainInfo(
        name=record.name,
        version=record.version,
        kcv=record.kcv,
        format=record.format,
        store=mode,
    )
    return KernelDomain(info, chosen, prepared)
