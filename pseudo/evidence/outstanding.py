# SPDX-License-Identifier: Apache-2.0
"""Batches between ledger and publication: noted before, forgotten after.

A receipt is in the ledger before its folder is published, so a process that is killed
between the two leaves a receipt of something that nobody got. A note on this machine says
where the folder stands and where it was to go; whoever works with the ledger next looks at
the notes of dead processes. Where the folder is published, all is well; where it is not, an
event that voids the receipt is appended, and the folder is removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pseudo.evidence.entries import EVENT, VOIDED, event
from pseudo.evidence.ledger import Ledger
from pseudo.io.abandoned import is_abandoned
from pseudo.io.writers.sink import FileSink, disk_errors

__all__ = ["Note", "note", "settle"]


@dataclass(frozen=True, slots=True)
class Note:
    """A batch that is about to be published.

    Attributes:
        path: The note.
        batch: Id of the batch.
        staging: The folder that is to be published.
        out: Where it is to go.
    """

    path: Path
    batch: str
    staging: Path
    out: Path

    def forget(self) -> None:
        """Remove the note."""
        with disk_errors(), suppress(FileNotFoundError):
            self.path.unlink()

    def remove_staging(self) -> None:
        """Remove the folder that will not be published."""
        shutil.rmtree(self.staging, ignore_errors=True)


def note(folder: Path, batch: str, staging: Path, out: Path) -> Note:
    """Note a batch, on disk.

    Raises:
        ResourceError: The disk is full, or cannot be written.
    """
    with disk_errors(), suppress(FileExistsError):
        folder.mkdir(0o750)
    path = folder / f"{batch}.json"
    places = {"batch": batch, "staging": str(staging), "out": str(out)}
    with FileSink(path, hashed=False) as file:
        file.write(json.dumps(places).encode())
        file.sync()
    with disk_errors():
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    return Note(path, batch, staging, out)


def settle(ledger: Ledger, now: datetime) -> list[str]:
    """Bring batches to an end whose processes died between ledger and publication.

    Args:
        ledger: Where their receipts are; without a folder of notes nothing is done.
        now: The moment, UTC.

    Returns:
        Ids of the batches whose receipts were voided.

    Raises:
        EvidenceError: The ledger was changed, or cannot be appended to.
        ResourceError: The disk is full, or cannot be written.
    """
    if ledger.outstanding is None or not (notes := list(_abandoned(ledger.outstanding))):
        return []
    # A receipt that is on disk and not counted yet would else be counted later.
    ledger.recover()
    receipts, voided = _batches(ledger)
    ended = []
    for left in notes:
        found = receipts.get(left.batch)
        if found is not None and left.batch not in voided and not _is_published(left, found[1]):
            _void(ledger, left.batch, found[0], now)
            ended.append(left.batch)
        left.remove_staging()
        left.forget()
    return ended


def _batches(ledger: Ledger) -> tuple[dict[str, tuple[int, bytes]], set[str]]:
    """Find the receipts by batch, with their numbers, and the batches that were voided."""
    receipts, voided = {}, set()
    for index, entry in enumerate(ledger.entries()):
        batch = str(entry.content.get("batch"))
        if entry.is_receipt:
            receipts[batch] = (index, entry.envelope.encode())
        elif entry.content.get("event") == VOIDED:
            voided.add(batch)
    return receipts, voided


def _is_published(left: Note, receipt: bytes) -> bool:
    try:
        return (left.out / "receipt.json").read_bytes() == receipt + b"\n"
    except OSError:
        return False


def _void(ledger: Ledger, batch: str, index: int, now: datetime) -> None:
    ledger.append(lambda before: (EVENT, event(VOIDED, now, before, batch=batch, entry=index)))


def _abandoned(folder: Path) -> Iterator[Note]:
    """Yield the notes whose processes are dead, and remove those that are no notes."""
    with disk_errors(), suppress(FileNotFoundError):
        for path in sorted(folder.glob("*.json")):
            found = _read(path)
            if found is None:
                # It was cut off before its batch was appended to anything.
                path.unlink(missing_ok=True)
            elif is_abandoned(found.staging):
                yield found


def _read(path: Path) -> Note | None:
    try:
        places = json.loads(path.read_bytes())
        return Note(path, places["batch"], Path(places["staging"]), Path(places["out"]))
    except (ValueError, KeyError, TypeError):
        return None
