# SPDX-License-Identifier: Apache-2.0
"""The demonstration: everything in one folder, the same every time but for the keys."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq
import pytest

from pseudo.errors import Cancelled, UsageError
from pseudo.events import Cancellation
from pseudo.settings import Settings
from pseudo.testing import build_delivery
from pseudo.usecases.demo import demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "shown"


@pytest.fixture(scope="module")
def shown(folder):
    return demo(folder, Settings(), people=600)


def test_everything_is_there(shown, folder):
    assert sorted(path.name for path in folder.iterdir() if path.name[0] != ".") == [
        "delivery",
        "keys.pseudo",
        "keys.pseudo.ledger",
        "out",
        "passphrase.txt",
        "spec.yaml",
    ]
    assert shown.parts.passphrase.stat().st_mode & 0o777 == 0o600
    assert shown.parts.keystore.stat().st_mode & 0o777 == 0o600


def test_the_run_did_what_the_delivery_needs(shown):
    truth = build_delivery(people=600)
    counts = shown.receipt["counts"]

    assert counts["records"] == len(truth.records)
    assert counts["rejected"] == sum(bool(record.reason) for record in truth.records)
    assert counts["distinct_people"] == len(truth.canonical)
    data = pq.read_table(shown.parts.out / "release" / "kommunala-program.parquet")
    assert len(set(data["id"].to_pylist())) == len(truth.canonical)


def test_before_is_shapes_and_after_is_pseudonyms(shown):
    assert shown.before.names[0] == "personnummer"
    for row in shown.before.rows:
        assert set("".join(row)) <= set("ad- .,'+")
    assert shown.after.names[0] == "id"
    assert all(len(row[0]) == 26 for row in shown.after.rows)


def test_the_error_list_begins(shown):
    with (shown.parts.out / "return" / "rejects.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.reader(file, delimiter=";"))

    assert list(shown.errors.names) == lines[0]
    assert [list(row) for row in shown.errors.rows] == lines[1:6]


def test_two_demonstrations_differ_in_their_keys_only(shown, tmp_path):
    other = demo(tmp_path / "d", Settings(), people=600)

    for one, two in zip(shown.parts.files, other.parts.files, strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert shown.before == other.before
    assert shown.receipt["counts"] == other.receipt["counts"]
    assert shown.receipt["domain"]["kcv"] != other.receipt["domain"]["kcv"]
    assert shown.parts.passphrase.read_bytes() != other.parts.passphrase.read_bytes()


def test_a_folder_that_exists_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")

    for path in (tmp_path, tmp_path / "mine"):
        with pytest.raises(UsageError) as caught:
            demo(path, Settings())
        assert caught.value.code == "usage.output_exists"
        assert caught.value.__context__ is None
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_missing_parent(tmp_path):
    with pytest.raises(UsageError) as caught:
        demo(tmp_path / "a" / "b", Settings())

    assert caught.value.code == "usage.output_parent_missing"


def test_stopping_leaves_nothing(tmp_path):
    cancellation = Cancellation()
    cancellation.cancel()

    with pytest.raises(Cancelled):
        demo(tmp_path / "d", Settings(), people=60, cancellation=cancellation)

    assert list(tmp_path.iterdir()) == []
