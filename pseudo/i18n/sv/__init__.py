# SPDX-License-Identifier: Apache-2.0
"""Swedish sentences by code."""

from __future__ import annotations

from pseudo.i18n.sv import (
    approval,
    delivery,
    escrow,
    evidence,
    files,
    identity,
    keys,
    ledger,
    load,
    output,
    rekey,
    spec,
    tracing,
    usage,
    vault,
)

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    **approval.ENTRIES,
    **delivery.ENTRIES,
    **escrow.ENTRIES,
    **evidence.ENTRIES,
    **files.ENTRIES,
    **identity.ENTRIES,
    **keys.ENTRIES,
    **ledger.ENTRIES,
    **load.ENTRIES,
    **output.ENTRIES,
    **rekey.ENTRIES,
    **spec.ENTRIES,
    **tracing.ENTRIES,
    **usage.ENTRIES,
    **vault.ENTRIES,
}
