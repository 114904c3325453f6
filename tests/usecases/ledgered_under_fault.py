# SPDX-License-Identifier: Apache-2.0
"""A batch with its ledger meets a fault at its n-th call to the system; run as a program.

The name of an errno makes the n-th call fail, ``kill`` kills the process there, for n = 1,
1 + step, … until the batch gets through untouched. After each: no release without a receipt
in the ledger, no receipt without its release that is not voided, a ledger that verifies, and
a next batch that succeeds. Prints a summary in JSON.
"""

from __future__ import annotations

import errno
import json
import sys
import tempfile
from functools import partial
from pathlib import Path

import pseudo
from pseudo.evidence.entries import VOIDED
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import TESTING, Store
from pseudo.keys.local import LocalStore
from pseudo.spec import parse_spec
from pseudo.usecases.verify import verify
from tests.faults import QUICK, Fault

SPEC = parse_spec("name: x\ncolumns:\n- {name: p, role: identifier}\n- {name: n, role: keep}\n")


def batch(folder: Path, name: str, store: Store) -> None:
    """Run a batch whose receipt goes into the folder's ledger."""
    ledger = pseudo.open_ledger(folder / "ledger", store)
    pseudo.run(
        folder / "delivery.csv",
        spec=SPEC,
        domain=store.domain("projA"),
        out=folder / name,
        threads=1,
        ledger=ledger,
    )


def looked_at(folder: Path, names: list[str]) -> list[str]:
    """Say what is wrong with ledger and published folders."""
    ledger = FileLedger(folder / "ledger")
    ledger.verify()
    entries = list(ledger.entries())
    voided = {e.content["batch"] for e in entries if e.content.get("event") == VOIDED}
    receipts = {entry.content["batch"] for entry in entries if entry.is_receipt}
    published = {pseudo.read_receipt(folder / name)["batch"] for name in names}
    for name in names:
        found = verify(folder / name, ledger=ledger)
        if found.missing or not found.proven:
            return [f"{name} does not verify"]
    wrong = []
    if published != receipts - voided:
        wrong.append(f"{len(receipts)} receipts, {len(voided)} voided, {len(published)} published")
    if list((folder / "ledger" / "outstanding").glob("*")):
        wrong.append("notes are left")
    left = {path.name for path in folder.iterdir()} - {
        "ledger",
        "delivery.csv",
        "keys",
        ".keys.lock",
        *names,
    }
    return [*wrong, f"left: {left}"] if left else wrong


def main(number: int, step: int) -> None:
    """Meet every fault in turn; see the module's documentation."""
    tally: dict[str, int] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir=QUICK) as place:
        for at in range(1, 10_000, step):
            folder = Path(place) / str(at)
            folder.mkdir()
            (folder / "delivery.csv").write_text("p;n\n198507099805;1\n")
            store = LocalStore.open(folder / "keys", "x", create=True, profile=TESTING)
            store.create("projA")
            if at % 2:
                # Every other ledger is begun by the batch that meets the fault.
                pseudo.open_ledger(folder / "ledger", store)
            fault = Fault(at, number)
            ended = fault.met_by(partial(batch, folder, "out", store))
            tally[ended] = tally.get(ended, 0) + 1
            names = ["out"] if (folder / "out").exists() else []
            if ended == "published" and not names:
                wrong.append(f"{at} {fault.hit} {ended}: no folder")
            # A delivery that is refused is published too, without a release.
            if names and ended not in ("published", "killed", "delivery.changed"):
                wrong.append(f"{at} {fault.hit} {ended}: a folder after an error")
            names += [name for name in ("out", "next") if name not in names][:1]
            batch(folder, names[-1], store)
            wrong += [f"{at} {fault.hit} {ended}: {what}" for what in looked_at(folder, names)]
            if ended == "published" and (not number or not fault.hit):
                break
    print(json.dumps({"steps": at, "tally": tally, "wrong": wrong}))


if __name__ == "__main__":
    main(0 if sys.argv[1] == "kill" else getattr(errno, sys.argv[1]), int(sys.argv[2]))
