# SPDX-License-Identifier: Apache-2.0
"""The file of what is found: whole or not there, and a request is not spent for nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.errors import UsageError
from pseudo.io import open_source, private
from pseudo.io.source import ReadOptions
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import MemoryStore
from pseudo.usecases import domains, reidentify_asked, reidentify_found
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.reidentify import REIDENTIFIED
from pseudo.usecases.reidentify_asked import Asked, read_asked
from tests.faults import Fault
from tests.usecases.tracing import DAY, NUMBERS, Office, listed, refused


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with MemoryStore() as store:
        yield Office(tmp_path, store)


@pytest.fixture
def people(tmp_path: Path) -> Candidates:
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["pnr", *NUMBERS, ""]))
    return Candidates.of(path, "pnr", reference_date=DAY)


@pytest.fixture
def asked(office: Office, tmp_path: Path) -> Asked:
    return listed(tmp_path / "asked.parquet", [*office.pseudonyms(NUMBERS[:5])])


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Return a function that lets something happen once, while candidates are read."""

    def happen(act: Callable[[], object]) -> None:
        left = [act]

        def opened(*given: object) -> object:
            while left:
                left.pop()()
            return open_source(*given)

        monkeypatch.setattr(reidentify_found, "open_source", opened)

    return happen


def test_nobody_can_take_the_place_of_the_result_meanwhile(
    office: Office, people: Candidates, asked: Asked, tmp_path: Path, meanwhile
) -> None:
    out = tmp_path / "found.csv"
    seen: list[object] = []

    def appear() -> None:
        seen.append((stat.S_IMODE(out.stat().st_mode), out.read_bytes()))
        with pytest.raises(FileExistsError):
            out.touch(exist_ok=False)

    meanwhile(appear)
    assert office.trace(asked, people, out, office.approved(asked)).found == 5
    assert seen == [(0o600, b"")]
    assert len(out.read_text().splitlines()) == 6


@pytest.mark.parametrize("instead", [False, True])
def test_a_result_whose_place_was_taken_away_does_not_spend_the_request(
    office: Office, people: Candidates, asked: Asked, tmp_path: Path, meanwhile, instead: bool
) -> None:
    out, notes = tmp_path / "found.csv", office.approved(asked)

    def vanish() -> None:
        out.unlink()
        if instead:
            out.write_text("somebody else's")

    meanwhile(vanish)
    assert refused(lambda: office.trace(asked, people, out, notes)) == "io.write_failed"
    assert REIDENTIFIED not in office.events()
    assert out.exists() == instead
    if instead:
        assert out.read_text() == "somebody else's"
        out.unlink()
    assert office.trace(asked, people, out, notes).found == 5


def test_a_domain_that_is_frozen_meanwhile_tells_nothing(
    office: Office, people: Candidates, asked: Asked, tmp_path: Path, meanwhile
) -> None:
    out, notes = tmp_path / "found.csv", office.approved(asked)
    meanwhile(lambda: domains.freeze(office.store, "projA", ledger=office.ledger))
    assert refused(lambda: office.trace(asked, people, out, notes)) == "keys.frozen"
    assert not out.exists()
    assert REIDENTIFIED not in office.events()


def test_a_disk_without_room_for_the_result_does_not_spend_the_request(
    office: Office,
    people: Candidates,
    asked: Asked,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, notes = tmp_path / "found.csv", office.approved(asked)

    def full(handle: int, data: bytes) -> None:
        os.write(handle, data[:99])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(private, "write_all", full)
    assert refused(lambda: office.trace(asked, people, out, notes)) == "io.disk_full"
    assert not out.exists()
    assert REIDENTIFIED not in office.events()
    monkeypatch.undo()
    assert office.trace(asked, people, out, notes).found == 5


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_leaves_no_number_and_hardly_ever_spends_a_request(
    office: Office, people: Candidates, asked: Asked, tmp_path: Path, number: int
) -> None:
    """Meet a fault at every call that writes; what was not noted can be done again."""
    out, lost, tried, at = tmp_path / "found.csv", [], 0, 0
    notes = office.approved(asked)
    while True:
        at += 1
        fault = Fault(at, number, ("open", "write", "fsync", "ftruncate", "close"))
        before = office.events().count(REIDENTIFIED)
        code = fault.met_by(partial(office.trace, asked, people, out, notes))
        noted = office.events().count(REIDENTIFIED) > before
        if code == "published":
            assert len(out.read_text().splitlines()) == 6
            assert noted
            out.unlink()
        else:
            assert not out.exists()
            if noted:
                lost.append(fault.hit)
        tried += 1
        if not fault.hit:
            break
        # A request that cannot be used any more is made anew.
        if noted or code == "published":
            notes = office.approved(asked)
    assert tried > 30
    # Only what fails once the ledger has the entry, on a disk that has room, loses a result.
    assert lost[-3:] == ["write", "ftruncate", "fsync"]
    assert len(lost) <= 6


def test_too_many_are_told_while_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MemoryStore() as store:
        store.create("projA")
        with store.domain("projA") as domain:
            made = domain.pseudonymize(NUMBERS[:12], reference_date=DAY)
    path = tmp_path / "asked.parquet"
    pq.write_table(pa.table({"id": made}), path)
    pieces: list[int] = []
    real = reidentify_asked.records_of

    def counted(source):
        for piece in real(source):
            pieces.append(piece.batch.num_rows)
            yield piece

    monkeypatch.setattr(reidentify_asked, "records_of", counted)
    options = ReadOptions(chunk_rows=2)
    read = lambda: read_asked(path, None, PseudonymFormat.BASE32, options)  # noqa: E731
    monkeypatch.setattr(reidentify_asked, "MOST", 12)
    assert len(read().pseudonyms) == 12
    assert pieces == [2] * 6
    pieces.clear()
    monkeypatch.setattr(reidentify_asked, "MOST", 3)
    with pytest.raises(UsageError) as caught:
        read()
    assert (caught.value.code, pieces) == ("reidentify.too_many", [2, 2])
