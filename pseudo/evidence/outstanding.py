# SPDX-License-Identifier: Apache-2.0
"""Batches between ledger and publication: noted before, forgotten after.

A receipt is in the ledger before its folder is published, so a process that is killed
between the two leaves a receipt of something that nobody got. A note on this machine says
where the folder stands and where it was to go; whoever works with the ledger next looks at
the notes of dead processes. Where the folder is published, all is well; where it is not, an
event that voids the receipt is appended, and the folder is removed.
"""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pseudo.evidence.entries import EVENT, VOIDED, event, read_note
from pseudo.evidence.ledger import Ledger
from pseudo.evidence.ledger_files import sync_folder
from pseudo.io.abandoned import is_abandoned
from pseudo.io.publish import Staging
from pseudo.io.writers.sink import FileSink, disk_errors

__all__ = ["Note", "note", "settle"]

_LARGEST = 64 * 1024
_HEX = re.compile(r"[0-9a-f]{16}")


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
            sync_folder(self.path.parent)

    def remove_staging(self) -> None:
        """Remove the folder that will not be published."""
        shutil.rmtree(self.staging, ignore_errors=True)


def note(ledger: Ledger, folder: Path, batch: str, staging: Staging) -> Note:
    """Note a batch, on disk.

    Args:
        ledger: Signs the note.
        folder: The ledger's folder of notes.
        batch: Id of the batch.
        staging: What is about to be published.

    Raises:
        ResourceError: The disk is full, or cannot be written.
    """
    with disk_errors(), suppress(FileExistsError):
        folder.mkdir(0o750)
        sync_folder(folder.parent)
    noted = Note(folder / f"{batch}.json", batch, staging.folder, staging.out)
    places = {"staging": str(noted.staging), "out": str(noted.out)}
    signed = ledger.attest({"batch": batch, "host": platform.node(), **places})
    # Under another name first: whoever settles meanwhile must not meet half a note.
    unfinished = folder / f".{batch}.tmp"
    with FileSink(unfinished, hashed=False) as file:
        file.write(signed)
        file.sync()
    with disk_errors():
        unfinished.replace(noted.path)
        sync_folder(folder)
    return noted


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
    if ledger.outstanding is None or not (notes := list(_abandoned(ledger))):
        return []
    # A receipt that is on disk and not counted yet would else be counted later.
    ledger.recover()
    receipts, voided = _batches(ledger)
    ended = []
    for left in notes:
        found = receipts.get(left.batch)
        if found is not None and left.batch not in voided:
            published = _is_published(left, found[1])
            if published is None:
                continue
            if not published:
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


def _is_published(left: Note, receipt: bytes) -> bool | None:
    """Tell whether a folder was published; None where that cannot be told."""
    try:
        return (left.out / "receipt.json").read_bytes() == receipt + b"\n"
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None


def _void(ledger: Ledger, batch: str, index: int, now: datetime) -> None:
    ledger.append(lambda before: (EVENT, event(VOIDED, now, before, batch=batch, entry=index)))


def _abandoned(ledger: Ledger) -> Iterator[Note]:
    """Yield the notes of this machine whose processes are dead; others are left alone."""
    folder = ledger.outstanding
    paths = [] if folder is None else sorted(folder.glob("*.json"))
    for path in paths:
        found = _read(path, ledger.key.public)
        with suppress(OSError):
            if found is not None and is_abandoned(found.staging):
                yield found


def _read(path: Path, public: bytes) -> Note | None:
    """Read a note; None where it is none, or another machine's."""
    data = b""
    with suppress(OSError):
        if path.stat().st_size <= _LARGEST:
            data = path.read_bytes()
    said = read_note(data, public)
    if said is None or said.get("host") != platform.node():
        return None
    staging, out = Path(said["staging"]), Path(said["out"])
    middle = staging.name.removeprefix(f".{out.name}.").removesuffix(".partial")
    beside = staging.parent == out.parent and staging.name == f".{out.name}.{middle}.partial"
    sound = beside and _HEX.fullmatch(middle) is not None and path.stem == said["batch"]
    return Note(path, said["batch"], staging, out) if sound else None
