# SPDX-License-Identifier: Apache-2.0
"""Receipt, ledger, publication: in this order, and none without the one before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from pseudo.errors import EvidenceError, PseudoError
from pseudo.evidence.checkpoint import Checkpoint
from pseudo.evidence.entries import STATEMENT, place_of
from pseudo.evidence.ledger import Ledger
from pseudo.evidence.outstanding import note
from pseudo.evidence.proof import Proof
from pseudo.evidence.statement import statement
from pseudo.io.publish import Staging
from pseudo.logs import logger
from pseudo.usecases.ledgers import settle_cut_off

__all__ = ["PROOF", "RECEIPT", "Draft", "publish"]

RECEIPT = "receipt.json"
"""Name of the receipt in the published folder."""

PROOF = "receipt.tlog-proof"
"""Name of the proof that the receipt is in the ledger."""


class Draft(Protocol):
    """What is to be said in a receipt, of whatever kind."""

    batch: str
    """Random id of what is published."""

    def subjects(self) -> dict[str, str]:
        """Give the SHA-256 of every published file by its path in the folder."""

    def predicate(self, finished: datetime) -> dict[str, object]:
        """Write the receipt, all but its place in a ledger.

        Args:
            finished: The moment it is written, UTC.
        """


def publish(
    staging: Staging, draft: Draft, ledger: Ledger | None, clock: Callable[[], datetime]
) -> dict[str, Any]:
    """Publish what was staged, once its receipt is in the ledger.

    Args:
        staging: All that is published but the receipt.
        draft: What the receipt says.
        ledger: Where it is signed and kept; None leaves it unsigned.
        clock: Tells the time, UTC.

    Returns:
        The receipt's predicate.

    Raises:
        EvidenceError: The receipt could not be appended; nothing was published.
        ResourceError: The disk is full, or cannot be written; nothing was published.
        UsageError: Somebody made the folder meanwhile.
    """
    said: dict[str, Any] = {**draft.predicate(clock()), "ledger": None}
    if ledger is None:
        text = json.dumps(statement(draft.subjects(), said), ensure_ascii=False, indent=2)
        _write(staging, RECEIPT, text.encode() + b"\n")
        staging.publish()
        return said

    def write(before: Checkpoint) -> tuple[str, Mapping[str, Any]]:
        said["ledger"] = place_of(before)
        return STATEMENT, statement(draft.subjects(), said)

    folder = ledger.outstanding
    noted = None if folder is None else note(ledger, folder, draft.batch, staging)
    try:
        appended = ledger.append(write)
        _write(staging, RECEIPT, appended.entry + b"\n")
        proof = Proof(appended.index, appended.proof, appended.checkpoint)
        _write(staging, PROOF, proof.encode().encode())
        staging.publish()
    except BaseException as error:
        staging.discard()
        if noted is not None:
            noted.release()
        # A receipt of what was not published is voided at once, else by the next run. Where
        # another writer did not finish, there is none, and no use in waiting for it again.
        if not (isinstance(error, EvidenceError) and error.code == "ledger.busy"):
            with suppress(PseudoError):
                settle_cut_off(ledger, clock)
        raise
    if noted is not None:
        # It is published, whatever becomes of the note: the next run forgets it.
        try:
            noted.forget()
        except PseudoError:
            logger().warning("batch.note_left", batch=draft.batch)
    return said


def _write(staging: Staging, name: str, data: bytes) -> None:
    with staging.create(name) as file:
        file.write(data)
