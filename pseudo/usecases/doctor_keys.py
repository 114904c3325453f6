# SPDX-License-Identifier: Apache-2.0
"""The doctor's look at the key store and the ledger beside it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from pseudo.errors import KeyStoreError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import DomainRecord, State
from pseudo.safe import safe_text
from pseudo.settings import Settings
from pseudo.usecases.doctor_check import Check, Finding, checked
from pseudo.usecases.doctor_vault import vault_checks
from pseudo.usecases.domain_events import agrees
from pseudo.usecases.ledgers import kept_ledger, ledger_folder
from pseudo.usecases.stores import local_path, open_keystore
from pseudo.usecases.vault import SCHEMES

__all__ = ["keystore_checks"]


def keystore_checks(settings: Settings, address: str | None) -> Iterator[Check]:
    """Check the key store and its ledger.

    Args:
        settings: Those in force.
        address: A key store instead of the settings'.
    """
    address = address or settings.keystore
    if not address:
        yield Check("key store", "not checked", "none is named; PSEUDO_KEYSTORE is not set")
        return
    heard: list[str] = []
    kept: list[str] = []
    records: list[DomainRecord] = []
    opened = checked("key store", lambda: _opened(address, settings, heard, kept, records))
    yield opened
    if settings.passphrase_file and opened.error is None:
        open_to_others = "keys.passphrase_file_open" in heard
        yield Check(
            "passphrase file",
            "warning" if open_to_others else "ok",
            "others can read or write it" if open_to_others else "only its owner can read it",
        )
    path = local_path(address)
    if path is not None:
        yield checked("key store's folder", lambda: _folder_of(path))
    yield checked("ledger", lambda: _ledger(settings, address, records, *kept))
    if address.partition(":")[0] in SCHEMES:
        yield from vault_checks(settings, address)


def _opened(
    address: str,
    settings: Settings,
    heard: list[str],
    kept: list[str],
    records: list[DomainRecord],
) -> Finding:
    def hear(code: str, **_: int | str) -> None:
        heard.append(code)

    locked = False
    detail = ""
    try:
        with open_keystore(address, settings, ask=None, warn=hear) as store:
            records += store.list()
            detail = _counted(records)
            kept.append(store.ledger())
    except KeyStoreError as error:
        if error.code != "keys.passphrase_missing":
            raise
        locked = True
    if locked:
        return "ok", f"{safe_text(address)} is there; its passphrase was not asked for"
    return "ok", f"{safe_text(address)} opens: {detail}"


def _counted(records: Sequence[DomainRecord]) -> str:
    counts = {state: sum(record.state is state for record in records) for state in State}
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no domain"


def _folder_of(path: Path) -> Finding:
    mode = path.parent.stat().st_mode
    # In a folder that others may write, they can put another file in this one's place;
    # the sticky bit (as in /tmp) keeps them from it.
    if mode & (stat.S_IWGRP | stat.S_IWOTH) and not mode & stat.S_ISVTX:
        return "warning", "others can replace the key file: its folder is writable for them"
    return "ok", "only its owner can replace the key file"


def _ledger(
    settings: Settings, address: str, records: Sequence[DomainRecord], kept: str = ""
) -> Finding:
    """Look at the ledger, and compare the domains with it."""
    folder = ledger_folder(address, settings)
    if not kept and not folder.exists():
        return "ok", "there is none yet; the first batch or domain makes it"
    ledger = kept_ledger(folder, None, kept) if kept else FileLedger(folder)
    head = ledger.verify()
    for name in dict.fromkeys(record.name for record in records):
        if not agrees(ledger, [record for record in records if record.name == name]):
            raise KeyStoreError("keys.rolled_back", domain=name)
    return "ok", f"{head.size} entries verify in {safe_text(str(ledger.folder))}"
