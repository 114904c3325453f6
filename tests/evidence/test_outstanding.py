# SPDX-License-Identifier: Apache-2.0
"""Notes of batches that were cut off: whose are believed, and what is done about them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pseudo.evidence.entries import STATEMENT, VOIDED, place_of
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.outstanding import note, settle
from pseudo.evidence.statement import statement
from pseudo.io.publish import Staging
from pseudo.testing import MemoryStore
from tests.evidence.conftest import NOW


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Staging]:
    with Staging(tmp_path / "out") as staging:
        yield staging


def appended(ledger: FileLedger, batch: str) -> bytes:
    said = {"batch": batch, "verdict": "published"}
    return ledger.append(
        lambda before: (
            STATEMENT,
            statement({"a": "0" * 64}, {**said, "ledger": place_of(before)}),
        )
    ).entry


def voided(ledger: FileLedger) -> list[str]:
    return [
        entry.content["batch"]
        for entry in ledger.entries()
        if entry.content.get("event") == VOIDED
    ]


def notes(ledger: FileLedger) -> list[Path]:
    return list(ledger.outstanding.glob("*"))


def test_a_living_batch_is_left_alone(ledger: FileLedger, staging: Staging) -> None:
    note(ledger, ledger.outstanding, "a1", staging)
    appended(ledger, "a1")
    assert settle(ledger, NOW) == []
    assert staging.folder.is_dir()
    assert len(notes(ledger)) == 1


def test_a_dead_one_that_was_not_published_is_voided_once(
    ledger: FileLedger, staging: Staging
) -> None:
    note(ledger, ledger.outstanding, "a1", staging)
    appended(ledger, "a1")
    staging.discard()
    assert settle(ledger, NOW) == ["a1"]
    assert settle(ledger, NOW) == []
    assert (voided(ledger), notes(ledger)) == (["a1"], [])
    assert ledger.verify().size == 7


def test_one_that_was_not_appended_is_forgotten(ledger: FileLedger, staging: Staging) -> None:
    note(ledger, ledger.outstanding, "a1", staging)
    staging.discard()
    assert settle(ledger, NOW) == []
    assert (voided(ledger), notes(ledger)) == ([], [])


def test_one_that_was_published_is_forgotten(ledger: FileLedger, staging: Staging) -> None:
    note(ledger, ledger.outstanding, "a1", staging)
    entry = appended(ledger, "a1")
    with staging.create("receipt.json") as file:
        file.write(entry + b"\n")
    staging.publish()
    assert settle(ledger, NOW) == []
    assert (voided(ledger), notes(ledger)) == ([], [])


def test_a_disk_that_does_not_answer_voids_nothing(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(ledger, ledger.outstanding, "a1", staging)
    entry = appended(ledger, "a1")
    with staging.create("receipt.json") as file:
        file.write(entry + b"\n")
    out = staging.publish()
    real = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.parent == out:
            raise OSError(5, "input/output error")
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", failing)
        assert settle(ledger, NOW) == []
    assert (voided(ledger), len(notes(ledger))) == ([], 1)
    assert settle(ledger, NOW) == []
    assert notes(ledger) == []


def test_a_note_that_the_key_has_not_signed_does_nothing(
    tmp_path: Path, ledger: FileLedger, staging: Staging
) -> None:
    appended(ledger, "a1")
    precious = tmp_path / ".precious.0123456789abcdef.partial"
    precious.mkdir()
    said = {
        "batch": "a1",
        "host": os.uname().nodename,
        "staging": str(precious),
        "out": str(tmp_path / "precious"),
    }
    ledger.outstanding.mkdir()
    with MemoryStore() as other:
        stranger = FileLedger.begin(tmp_path / "other", other, NOW)
        forged = stranger.attest(said)
    for data in (b"", b"{}", b"[]", json.dumps(said).encode(), forged, b"x" * 100_000):
        (ledger.outstanding / "a1.json").write_bytes(data)
        assert settle(ledger, NOW) == []
    assert precious.is_dir()
    assert voided(ledger) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"host": "another"},
        {"staging": "."},
        {"staging": "/"},
        {"out": "/nonexistent/out"},
        {"staging": "{parent}/precious"},
        {"batch": "a2"},
    ],
)
def test_a_note_names_a_staging_folder_of_this_machine_and_nothing_else(
    tmp_path: Path, ledger: FileLedger, odd: dict[str, str]
) -> None:
    appended(ledger, "a1")
    precious = tmp_path / "precious"
    precious.mkdir()
    said = {
        "batch": "a1",
        "host": os.uname().nodename,
        "staging": str(tmp_path / ".out.0123456789abcdef.partial"),
        "out": str(tmp_path / "out"),
    }
    said |= {name: text.format(parent=tmp_path) for name, text in odd.items()}
    ledger.outstanding.mkdir()
    (ledger.outstanding / "a1.json").write_bytes(ledger.attest(said))
    assert settle(ledger, NOW) == []
    assert precious.is_dir()
    assert voided(ledger) == []
