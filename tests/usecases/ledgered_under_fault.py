# SPDX-License-Identifier: Apache-2.0
"""A batch with its ledger meets a fault at its n-th call to the system; run as a program.

The name of an errno makes the n-th call fail, ``kill`` kills the process there, for n = 1,
1 + step, … until the batch gets through untouched. After each: no release without a receipt
in the ledger, no receipt without its release that is not voided, a ledger that verifies, and
a next batch that succeeds. Prints a summary in JSON.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pseudo
from pseudo.errors import PseudoError
from pseudo.evidence.entries import VOIDED
from pseudo.evidence.file_ledger import FileLedger
from pseudo.io.writers import rename
from pseudo.spec import parse_spec
from pseudo.testing import MemoryStore
from pseudo.usecases.verify import verify

CALLS = [
    *("chmod", "close", "fchmod", "fstat", "fsync", "ftruncate", "lstat", "mkdir", "open"),
    *("read", "rename", "replace", "rmdir", "scandir", "stat", "unlink", "write"),
]
QUICK = next((place for place in ("/dev/shm",) if os.access(place, os.W_OK)), None)
SPEC = parse_spec("name: x\ncolumns:\n- {name: p, role: identifier}\n- {name: n, role: keep}\n")
STORE = MemoryStore({("projA", 1): bytes(range(32))})
DOMAIN = STORE.domain("projA")


def batch(folder: Path, name: str) -> None:
    """Run a batch whose receipt goes into the folder's ledger."""
    ledger = pseudo.open_ledger(folder / "ledger", STORE)
    pseudo.run(
        folder / "delivery.csv",
        spec=SPEC,
        domain=DOMAIN,
        out=folder / name,
        threads=1,
        ledger=ledger,
    )


class Fault:
    """Lets calls to the system through until the n-th one."""

    def __init__(self, at: int, number: int) -> None:
        self.at, self.number, self.count, self.hit = at, number, 0, ""

    def around(self, name, real):
        """Wrap one call."""

        def call(*arguments, **named):
            self.count += 1
            if self.count != self.at:
                return real(*arguments, **named)
            self.hit = name
            if not self.number:
                os.kill(os.getpid(), signal.SIGKILL)
            if name == "close":
                real(*arguments, **named)
            if name == "renameat2":
                return self.number
            raise OSError(self.number, os.strerror(self.number))

        return call

    def installed(self) -> ExitStack:
        """Wrap all calls until the returned stack is left."""
        stack = ExitStack()
        for name in CALLS:
            stack.enter_context(mock.patch.object(os, name, self.around(name, getattr(os, name))))
        locked = self.around("flock", fcntl.flock)
        renamed = self.around("renameat2", rename._renameat2)
        stack.enter_context(mock.patch.object(fcntl, "flock", locked))
        stack.enter_context(mock.patch.object(rename, "_renameat2", renamed))
        return stack


def outcome(folder: Path, fault: Fault) -> str:
    """Run a batch into a fault; say how it ended."""
    if not fault.number:
        return killed(folder, fault)
    with fault.installed():
        try:
            batch(folder, "out")
        except PseudoError as error:
            return error.code
    return "published"


def killed(folder: Path, fault: Fault) -> str:
    """Run a batch in a process of its own that may kill itself."""
    child = os.fork()
    if not child:
        with fault.installed():
            batch(folder, "out")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "published", -signal.SIGKILL: "killed"}.get(status, f"status {status}")


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
    left = {path.name for path in folder.iterdir()} - {"ledger", "delivery.csv", *names}
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
            if at % 2:
                # Every other ledger is begun by the batch that meets the fault.
                pseudo.open_ledger(folder / "ledger", STORE)
            fault = Fault(at, number)
            ended = outcome(folder, fault)
            tally[ended] = tally.get(ended, 0) + 1
            names = ["out"] if (folder / "out").exists() else []
            if ended == "published" and not names:
                wrong.append(f"{at} {fault.hit} {ended}: no folder")
            # A delivery that is refused is published too, without a release.
            if names and ended not in ("published", "killed", "delivery.changed"):
                wrong.append(f"{at} {fault.hit} {ended}: a folder after an error")
            names += [name for name in ("out", "next") if name not in names][:1]
            batch(folder, names[-1])
            wrong += [f"{at} {fault.hit} {ended}: {what}" for what in looked_at(folder, names)]
            if ended == "published" and (not number or not fault.hit):
                break
    print(json.dumps({"steps": at, "tally": tally, "wrong": wrong}))


if __name__ == "__main__":
    main(0 if sys.argv[1] == "kill" else getattr(errno, sys.argv[1]), int(sys.argv[2]))
