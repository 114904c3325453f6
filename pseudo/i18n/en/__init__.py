# SPDX-License-Identifier: Apache-2.0
"""English sentences by code."""

from __future__ import annotations

from pseudo.i18n.en import (
    approval,
    delivery,
    evidence,
    files,
    identity,
    keys,
    ledger,
    spec,
    usage,
    vault,
)

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    **approval.ENTRIES,
    **delivery.ENTRIES,
    **evidence.ENTRIES,
    **files.ENTRIES,
    **identity.ENTRIES,
    **keys.ENTRIES,
    **ledger.ENTRIES,
    **spec.ENTRIES,
    **usage.ENTRIES,
    **vault.ENTRIES,
}
