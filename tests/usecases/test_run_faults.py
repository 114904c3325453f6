# SPDX-License-Identifier: Apache-2.0
"""A fault at every call to the disk: nothing half-published, and the next run succeeds."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import pseudo
from pseudo.domain import Domain

Deliver = Callable[..., Path]

CALLS = ("write", "fsync", "mkdir", "rename", "chmod", "fchmod", "unlink", "rmdir")


class Faults:
    """Lets the n-th call of a family fail, and counts the calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: int, number: int) -> None:
        self.calls = 0
        self.fail_at = fail_at
        self.number = number
        for name in CALLS:
            monkeypatch.setattr(os, name, self._failing(getattr(os, name)))

    def _failing(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            self.calls += 1
            if self.calls == self.fail_at:
                raise OSError(self.number, "injected")
            return real(*arguments, **named)

        return call

    @property
    def fired(self) -> bool:
        return self.calls >= self.fail_at


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_fault_at_any_call_leaves_no_folder(
    number: int,
    tmp_path: Path,
    domain: Domain,
    spec: Path,
    deliver: Deliver,
    people: list[str],
) -> None:
    path = deliver("personnummer;namn;insats\n" + "".join(f"{n};x;1\n" for n in people[:5]))
    out = tmp_path / "out"
    fail_at = 0
    while True:
        fail_at += 1
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, fail_at, number)
            try:
                pseudo.run(path, spec=spec, domain=domain, out=out)
            except pseudo.ResourceError as error:
                assert error.exit_status == 7
                assert error.code == (
                    "io.disk_full" if number == errno.ENOSPC else "io.write_failed"
                )
                assert not out.exists()
        if out.exists():
            # The fault hit a call that only tidies up, or there was no such call any more.
            assert (out / "receipt.json").is_file()
            assert (out / "release/kommunala-program.parquet").is_file()
            for entry in sorted(out.rglob("*"), reverse=True):
                entry.rmdir() if entry.is_dir() else entry.unlink()
            out.rmdir()
        if not faults.fired:
            break
    assert fail_at > 10
    assert pseudo.run(path, spec=spec, domain=domain, out=out).rows == 5
    assert list(tmp_path.glob(".out*")) == []
