# SPDX-License-Identifier: Apache-2.0
"""A move meets a fault at its n-th call to the system; run as a program.

The name of an errno makes the n-th call fail, ``kill`` kills the process there, for n = 1,
1 + step, … until the move gets through untouched. After each: no folder without a receipt
in the ledger, no receipt without its folder that is not voided, a version that is current
only where a folder is published; and the same order into another folder succeeds, or finds
the version current. Prints a summary in JSON.
"""

from __future__ import annotations

import errno
import json
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import pseudo
from pseudo.errors import PseudoError
from pseudo.evidence.entries import VOIDED
from pseudo.keys import TESTING, Store
from pseudo.keys.local import LocalStore
from pseudo.usecases import domains
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.rekey import rekey
from pseudo.usecases.rekey_request import RekeyRequest
from pseudo.usecases.verify import verify
from tests.faults import QUICK, Fault

NUMBER = "198507099805"


def move(folder: Path, name: str, store: Store) -> None:
    """Move the folder's table."""
    request = RekeyRequest(
        tables=(folder / "t.csv",),
        domain="projA",
        columns=("id",),
        candidates=Candidates.of(folder / "c.csv", "nr", reference_date=date(2026, 11, 22)),
        out=folder / name,
        threads=1,
    )
    rekey(request, store, ledger=pseudo.open_ledger(folder / "ledger", store))


def looked_at(folder: Path, names: list[str], store: Store, wanted: str) -> list[str]:
    """Say what is wrong with ledger, store and published folders."""
    ledger = pseudo.open_ledger(folder / "ledger", store)
    ledger.verify()
    entries = list(ledger.entries())
    voided = {e.content["batch"] for e in entries if e.content.get("event") == VOIDED}
    receipts = {entry.content["batch"] for entry in entries if entry.is_receipt}
    published = {pseudo.read_receipt(folder / name)["batch"] for name in names}
    wrong = []
    for name in names:
        found = verify(folder / name, ledger=ledger)
        if found.missing or not found.proven:
            wrong.append(f"{name} does not verify")
        if pq.read_table(folder / name / "release/t.parquet").to_pylist() != [{"id": wanted}]:
            wrong.append(f"{name} holds something else")
    if published != receipts - voided:
        wrong.append(f"{len(receipts)} receipts, {len(voided)} voided, {len(published)} published")
    with domains.open_current(store, "projA", ledger) as domain:
        if domain.info.version != 2:
            wrong.append("the version is not current")
    left = {path.name for path in folder.iterdir()}
    left -= {"ledger", "t.csv", "c.csv", "keys", ".keys.lock", *names}
    return [*wrong, f"left: {left}"] if left else wrong


def main(number: int, step: int) -> None:
    """Meet every fault in turn; see the module's documentation."""
    tally: dict[str, int] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir=QUICK) as place:
        for at in range(1, 10_000, step):
            folder = Path(place) / str(at)
            folder.mkdir()
            store = LocalStore.open(folder / "keys", "x", create=True, profile=TESTING)
            ledger = pseudo.open_ledger(folder / "ledger", store)
            domains.create(store, "projA", ledger=ledger)
            domains.new_version(store, "projA", ledger=ledger)
            old, new = (
                store.domain("projA", version).pseudonymize(pa.array([NUMBER])).to_pylist()[0]
                for version in (1, 2)
            )
            (folder / "t.csv").write_text(f"id\n{old}\n")
            (folder / "c.csv").write_text(f"nr\n{NUMBER}\n")
            fault = Fault(at, number)
            ended = fault.met_by(partial(move, folder, "out", store))
            tally[ended] = tally.get(ended, 0) + 1
            there, current = (folder / "out").exists(), store.show("projA").version
            if current == 2 and not there:
                wrong.append(f"{at} {fault.hit} {ended}: current without a folder")
            if ended == "published" and not (there and current == 2):
                wrong.append(f"{at} {fault.hit} {ended}: not published")
            names = ["out"] if there else []
            again = "next"
            try:
                move(folder, again, store)
                names.append(again)
            except PseudoError as error:
                if current != 2 or error.code != "rekey.no_new_version":
                    wrong.append(f"{at} {fault.hit} {ended}: then {error.code}")
            found = looked_at(folder, names, store, new)
            wrong += [f"{at} {fault.hit} {ended}: {what}" for what in found]
            if ended == "published" and (not number or not fault.hit):
                break
    print(json.dumps({"steps": at, "tally": tally, "wrong": wrong}))


if __name__ == "__main__":
    main(0 if sys.argv[1] == "kill" else getattr(errno, sys.argv[1]), int(sys.argv[2]))
