# SPDX-License-Identifier: Apache-2.0
"""Find the ledger that an order or the settings name; open, show, verify and prove it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pseudo.errors import EvidenceError, KeyStoreError, UsageError
from pseudo.evidence.checkpoint import Checkpoint, open_checkpoint
from pseudo.evidence.entries import Entry
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.ledger import Ledger, Signer
from pseudo.evidence.note import NoteKey
from pseudo.evidence.proof import Proof, read_proof
from pseudo.io.watch import Watched
from pseudo.keys import Store
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.safe import safe_key_id, safe_text, safe_time
from pseudo.settings import Settings
from pseudo.usecases.stores import local_path

__all__ = [
    "begin_anew",
    "described",
    "extend",
    "kept_ledger",
    "ledger_at_hand",
    "ledger_folder",
    "ledger_if_any",
    "ledger_of",
    "open_ledger",
    "parsed_key",
    "prove",
    "read_ledger",
    "settle_cut_off",
    "usual_folder",
    "verify",
]


_LONGEST_PROOF = 1024 * 1024


def ledger_folder(address: str | None, settings: Settings, named: Path | None = None) -> Path:
    """Tell where the ledger is.

    Args:
        address: The key store that was named; the settings' where none is.
        settings: ``PSEUDO_LEDGER`` stands above the folder beside the key file.
        named: A folder that stands above both.

    Raises:
        UsageError: Neither a ledger nor a key file is named.
    """
    if named is not None:
        return named
    if settings.ledger:
        return Path(settings.ledger).expanduser()
    usual = usual_folder(address, settings)
    if usual is None:
        raise UsageError("usage.no_ledger")
    return usual


def usual_folder(address: str | None, settings: Settings) -> Path | None:
    """Tell where the ledger is unless it is said otherwise; None where there is no key file."""
    path = local_path(address or settings.keystore)
    return None if path is None else path.with_name(f"{path.name}.ledger")


def open_ledger(folder: str | os.PathLike[str], store: Store) -> FileLedger:
    """Open a key store's ledger to append to it; where it has none yet, begin one.

    The store remembers its ledger from then on, so that one that is gone is missed. Batches
    that were cut off between ledger and publication are brought to their end.

    Args:
        folder: Where it is; its parent must exist.
        store: The key store whose key signs, as long as it is open.

    Raises:
        EvidenceError: It is gone (``ledger.gone``), another key's, or was changed.
        KeyStoreError: The store goes with another ledger (``keys.other_ledger``).
        ResourceError: The disk is full, or cannot be written.
    """
    kept = store.ledger()
    if kept:
        ledger = kept_ledger(Path(folder), store, kept)
    else:
        ledger = FileLedger.begin(Path(folder), store, utc_now())
        store.keep_ledger(ledger.key.name)
    settle_cut_off(ledger, utc_now)
    return ledger


def kept_ledger(folder: Path, signer: Signer | None, kept: str) -> FileLedger:
    """Open the ledger that a key store remembers.

    Args:
        folder: Where it should be.
        signer: Signs what is appended; None to read.
        kept: The ledger's name.

    Raises:
        EvidenceError: It is not there (``ledger.gone``), or it is none of ours.
        KeyStoreError: There is another one (``keys.other_ledger``).
    """
    try:
        ledger = FileLedger(folder, signer)
    except EvidenceError as error:
        if error.code != "ledger.missing":
            raise
    else:
        if ledger.key.name != kept:
            raise KeyStoreError("keys.other_ledger", ledger=kept)
        return ledger
    raise EvidenceError("ledger.gone", ledger=str(folder), name=kept)


def begin_anew(
    folder: Path, store: Store, *, instead_of: str, beside: Path | None = None
) -> FileLedger:
    """Begin another ledger in the place of one that is lost for good.

    The new one knows nothing of what the lost one held: neither receipts nor what became of
    domains. Its first entry names the lost one.

    Args:
        folder: Where; its parent must exist, and there must be no ledger in it.
        store: The key store.
        instead_of: Name of the lost ledger, as the store remembers it.
        beside: Where the store's ledger is unless it is said otherwise; None for nowhere.

    Raises:
        KeyStoreError: That is not the store's ledger (``keys.other_ledger``).
        UsageError: There is a ledger already (``usage.ledger_exists``), the store has none
            that could be lost (``usage.no_ledger_lost``), or it is not lost
            (``usage.ledger_not_lost``).
        EvidenceError: There is one that is another key's, or was changed.
        ResourceError: The disk is full, or cannot be written.
    """
    kept = store.ledger()
    if not kept:
        raise UsageError("usage.no_ledger_lost")
    if kept != instead_of:
        raise KeyStoreError("keys.other_ledger", ledger=kept)
    if beside is not None and beside != folder and _is_at(beside, kept):
        raise UsageError("usage.ledger_not_lost", ledger=str(beside))
    ledger = FileLedger.begin(folder, store, utc_now(), instead_of=instead_of)
    # One that was begun for this, and not remembered before the power failed, is taken up.
    if next(ledger.entries()).content.get("instead_of") != instead_of:
        raise UsageError("usage.ledger_exists", ledger=str(folder))
    store.keep_ledger(ledger.key.name, instead_of=instead_of)
    logger().warning("ledger.begun_anew")
    return ledger


def _is_at(folder: Path, name: str) -> bool:
    """Tell whether a ledger is in a folder; one that cannot be read may be."""
    try:
        return FileLedger(folder).key.name == name
    except EvidenceError as error:
        if error.code != "ledger.missing":
            raise
    return False


def settle_cut_off(ledger: Ledger, clock: Callable[[], datetime]) -> None:
    """Bring batches to an end that were cut off between ledger and publication.

    Args:
        ledger: Where their receipts are.
        clock: Tells the time, UTC.

    Raises:
        EvidenceError: The ledger was changed, or cannot be appended to.
        ResourceError: The disk is full, or cannot be written.
    """
    folder = ledger.outstanding
    if folder is None or not _holds_notes(folder):
        return
    # Not at the top: who only changes a domain does not wait for pyarrow.
    from pseudo.evidence.outstanding import settle

    found = settle(ledger, clock())
    for batch in found.voided:
        logger().warning("batch.voided", batch=batch)
    for batch in found.undecided:
        logger().warning("batch.undecided", batch=batch)


def _holds_notes(folder: Path) -> bool:
    """Tell whether there may be notes; whoever looks at them says what is wrong."""
    try:
        return any(name.endswith(".json") for name in os.listdir(folder))
    except FileNotFoundError:
        return False
    except OSError:
        return True


def ledger_of(store: Store, address: str | None, settings: Settings) -> FileLedger:
    """Open the ledger that goes with a key store; see :func:`ledger_folder`.

    Args:
        store: Signs.
        address: The key store that was named.
        settings: What stands above it.

    Raises:
        UsageError: No ledger is named.
        EvidenceError: It is another key's, or was changed.
        ResourceError: The disk is full, or cannot be written.
    """
    return open_ledger(ledger_folder(address, settings), store)


def read_ledger(address: str | None, settings: Settings, named: Path | None = None) -> FileLedger:
    """Open the ledger to read it, without any key; see :func:`ledger_folder`.

    Raises:
        UsageError: No ledger is named.
        EvidenceError: There is none, or it is none of ours.
    """
    return FileLedger(ledger_folder(address, settings, named))


def ledger_if_any(
    address: str | None, settings: Settings, named: Path | None, *, key: NoteKey | None
) -> FileLedger | None:
    """Open the ledger if there is one.

    Args:
        address: See :func:`ledger_folder`.
        settings: See there.
        named: See there.
        key: The key that is trusted; without one, the ledger must be there. One that was not
            named and is another key's is none.

    Raises:
        UsageError: It is needed, and none is named (``usage.no_ledger_key``).
        EvidenceError: It is named or needed, and there is none, or it is none of ours.
    """
    if named is None and not (settings.ledger or local_path(address or settings.keystore)):
        if key is None:
            raise UsageError("usage.no_ledger_key")
        return None
    folder = ledger_folder(address, settings, named)
    if named is None and key is not None and not folder.exists():
        return None
    ledger = FileLedger(folder)
    return None if named is None and key not in (None, ledger.key) else ledger


def ledger_at_hand(settings: Settings) -> FileLedger | None:
    """Open the ledger beside the settings' key file; None where there is no such thing."""
    path = local_path(settings.keystore)
    if path is None:
        return None
    try:
        return FileLedger(ledger_folder(None, settings))
    except EvidenceError as error:
        if error.code != "ledger.missing":
            raise
    return None


def parsed_key(key: str | None) -> NoteKey | None:
    """Read a public key, as :meth:`pseudo.evidence.note.NoteKey.encode` writes it.

    Args:
        key: The key, or the path of a file that holds nothing else.

    Raises:
        UsageError: It is no key (``usage.bad_key``).
    """
    if key is None:
        return None
    text = key.strip()
    try:
        if "+" not in text or Path(text).is_file():
            text = Path(text).read_text(encoding="utf-8").strip()
        return NoteKey.decode(text)
    except (OSError, ValueError):
        pass
    # What is no key may be a path.
    raise UsageError("usage.bad_key")


def described(index: int, entry: Entry) -> dict[str, object]:
    """Write an entry as plain data."""
    said = entry.content
    if entry.is_receipt:
        domain = said.get("domain")
        key_id = domain.get("key_id") if isinstance(domain, dict) else ""
        facts = {
            "time": said.get("finished"),
            "what": "rekey" if said.get("kind") == "rekey" else "receipt",
            "about": f"batch {safe_text(str(said.get('batch')))}, {safe_key_id(str(key_id))}",
            "result": said.get("verdict"),
        }
    else:
        names = ("key_id", "domain", "batch", "custodian", "request", "key")
        about = next((said[name] for name in names if said.get(name) not in (None, "", "-")), "")
        facts = {
            "time": said.get("at"),
            "what": said.get("event"),
            "about": safe_key_id(str(about)),
            "result": said.get("state") or said.get("to") or said.get("request") or "",
        }
    # Whoever wrote the entry may have been anybody.
    return {
        "entry": index,
        "time": safe_time(str(facts["time"])),
        "what": safe_text(str(facts["what"])),
        "about": facts["about"],
        "result": safe_text(str(facts["result"])),
    }


def verify(
    ledger: FileLedger, key: NoteKey | None = None, held: Path | None = None
) -> dict[str, object]:
    """Verify every entry of a ledger.

    Args:
        ledger: The ledger.
        key: The key to trust; the ledger's own where none is given.
        held: A file with a checkpoint that was held elsewhere, or a proof that has one.

    Returns:
        What was verified, as plain data.

    Raises:
        EvidenceError: Something is wrong; the code says what, the parameters where.
        UsageError: The checkpoint cannot be read.
    """
    if key is not None and key != ledger.key:
        raise EvidenceError("ledger.other_key", ledger=str(ledger.folder))
    contents = ledger.verified()
    head = contents.head
    found: dict[str, object] = {
        "ledger": head.origin,
        "entries": head.size,
        "root": head.root.hex(),
        "key": ledger.key.encode(),
        "key from": "ledger" if key is None else "option",
        "goes on from": "none",
    }
    if held is not None:
        earlier = _checkpoint(held, ledger.key)
        if not contents.goes_on_from(earlier):
            raise EvidenceError("evidence.ledger_forked", size=earlier.size)
        found["goes on from"] = f"checkpoint of {earlier.size} entries"
    return found


def prove(ledger: FileLedger, index: int) -> str:
    """Prove that an entry is in a ledger, as of its newest checkpoint.

    Raises:
        EvidenceError: There is no such entry, or the ledger was changed.
    """
    head, note = ledger.head()
    if index >= head.size:
        raise EvidenceError("evidence.not_in_ledger", entry=index)
    return Proof(index, ledger.tree().inclusion(index, head.size), note).encode()


def extend(ledger: FileLedger, size: int) -> dict[str, Any]:
    """Prove that a ledger goes on from what it was, as of its newest checkpoint.

    Raises:
        EvidenceError: It has not so many entries, or was changed.
    """
    head, note = ledger.head()
    if size > head.size:
        raise EvidenceError("evidence.not_in_ledger", entry=size - 1)
    steps = ledger.tree().consistency(size, head.size)
    return {"from": size, "consistency": [step.hex() for step in steps], "checkpoint": note}


def _checkpoint(path: Path, key: NoteKey) -> Checkpoint:
    with Watched(path) as watched:
        text = watched.read(_LONGEST_PROOF).decode("utf-8", "replace")
    proof = read_proof(text)
    checkpoint = open_checkpoint(text if proof is None else proof.checkpoint, key)
    if checkpoint is None:
        raise UsageError("usage.bad_checkpoint")
    return checkpoint
