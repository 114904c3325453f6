# SPDX-License-Identifier: Apache-2.0
"""The synthetic delivery is what it says it is, record by record."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
import yaml

from pseudo.identity import IdentityRule, judge
from pseudo.testing import (
    DEMO_SPEC,
    LARGE_SPEC,
    REFERENCE_DATE,
    Delivery,
    DeliveryFile,
    build_delivery,
    make_delivery,
    write_large,
)
from pseudo.testing.delivery import COLUMNS
from pseudo.testing.large import LARGE_COLUMNS, most_people

_RULE = IdentityRule.of(kind="personnummer", reference_date=REFERENCE_DATE)
_ENCODINGS = {"uppsala.csv": "utf-8", "malmo.csv": "cp1252", "umea.csv": "utf-8-sig"}


@pytest.fixture(scope="module")
def delivery() -> Delivery:
    return build_delivery(3_000, seed=7)


def _rows(file: DeliveryFile) -> list[list[str]]:
    text = file.content.decode(_ENCODINGS[file.name])
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_every_file_is_in_its_sender_s_encoding_with_its_line_breaks(delivery: Delivery) -> None:
    uppsala, malmo, umea = delivery.files
    assert b"\r" not in uppsala.content
    assert uppsala.content.decode("utf-8").isascii() is False
    assert malmo.content.count(b"\r\n") == malmo.content.count(b"\n")
    with pytest.raises(UnicodeDecodeError):
        malmo.content.decode("utf-8")
    assert umea.content.startswith(b"\xef\xbb\xbf")


def test_the_truth_about_each_record_is_what_a_reader_finds(delivery: Delivery) -> None:
    for file in delivery.files:
        header, *rows = _rows(file)
        assert tuple(header) == COLUMNS
        assert len(rows) == len(file.records)
        for row, record in zip(rows, file.records, strict=True):
            if record.reason == "ragged":
                assert len(row) != len(COLUMNS)
                continue
            assert len(row) == len(COLUMNS)
            verdict = judge(row[0], _RULE)
            found = "" if verdict.canonical else verdict.reason.name.lower()
            assert (verdict.canonical, found) == (record.canonical, record.reason)


def test_the_other_columns_hold_what_the_spec_keeps(delivery: Delivery) -> None:
    for file, code in zip(delivery.files, ("0380", "1280", "2480"), strict=True):
        for row in _rows(file)[1:]:
            if len(row) != len(COLUMNS):
                continue
            _, name, kommun, insats, start, end, hours = row
            assert name
            assert kommun == code
            assert 1 <= int(insats) <= 8
            assert 1 <= int(hours) <= 400
            assert len(start) == 10
            assert end == "" or end > start


def test_records_begin_on_the_physical_lines_that_are_told(delivery: Delivery) -> None:
    for file in delivery.files:
        lines = file.content.decode(_ENCODINGS[file.name]).split("\n")
        assert [record.number for record in file.records] == list(range(2, len(file.records) + 2))
        for record, row in zip(file.records, _rows(file)[1:], strict=True):
            begun = lines[record.line - 1]
            assert begun.lstrip('"').startswith(row[0])
    assert delivery.files[2].records[-1].line > delivery.files[2].records[-1].number


def test_about_one_row_in_a_hundred_is_bad_and_a_few_are_ragged(delivery: Delivery) -> None:
    reasons = Counter(record.reason for record in delivery.records)
    ragged = reasons.pop("ragged")
    fine = reasons.pop("")
    assert ragged == 3
    assert len(reasons) == 5
    assert 0.008 < sum(reasons.values()) / fine < 0.012


@pytest.mark.parametrize("people", [3, 10, 100, 150, 400])
def test_a_small_delivery_stays_below_the_reject_limit(people: int) -> None:
    records = build_delivery(people).records
    assert sum(bool(record.reason) for record in records) <= 0.05 * len(records)
    assert all(file.records for file in build_delivery(people).files)


def test_people_recur_within_a_file_and_across_files(delivery: Delivery) -> None:
    per_file = [
        Counter(record.canonical for record in file.records if record.canonical)
        for file in delivery.files
    ]
    assert all(count.most_common(1)[0][1] == 3 for count in per_file)
    assert len(set(per_file[0]) & set(per_file[1])) > 5
    assert len(set(per_file[1]) & set(per_file[2])) > 5


def test_there_are_elders_samordningsnummer_and_every_hard_spelling(delivery: Delivery) -> None:
    assert any(number < "1917" for number in delivery.canonical)
    assert any(number[6] >= "6" for number in delivery.canonical)
    assert any(number[4:6] == "00" or number[6:8] == "60" for number in delivery.canonical)
    texts = [file.content.decode(_ENCODINGS[file.name]) for file in delivery.files]
    assert all(sign in texts[1] for sign in ('""Nanne""', "; ", "+"))
    assert all(sign in texts[2] for sign in (".0;", "\u2013", "\u2212", "\u00a0", "\u2009", "٩"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    once, again, other = (build_delivery(100, seed) for seed in (1, 1, 2))
    assert once == again
    assert all(
        mine.content != theirs.content
        for mine, theirs in zip(once.files, other.files, strict=True)
    )


def test_files_are_written_once_and_never_over_another(tmp_path: Path) -> None:
    paths = make_delivery(tmp_path / "new" / "delivery", people=50, seed=3)
    expected = build_delivery(50, seed=3)
    assert [path.name for path in paths] == list(_ENCODINGS)
    assert [path.read_bytes() for path in paths] == [file.content for file in expected.files]
    with pytest.raises(FileExistsError):
        make_delivery(tmp_path / "new" / "delivery", people=50, seed=4)
    assert [path.read_bytes() for path in paths] == [file.content for file in expected.files]


def test_a_delivery_of_too_few_people_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="three people"):
        make_delivery(tmp_path, people=2)


@pytest.mark.parametrize(("spec", "columns"), [(DEMO_SPEC, COLUMNS), (LARGE_SPEC, LARGE_COLUMNS)])
def test_the_specs_declare_every_column_in_order(spec: str, columns: tuple[str, ...]) -> None:
    declared = yaml.safe_load(spec)["columns"]
    assert tuple(column["name"] for column in declared) == columns
    assert [column["name"] for column in declared if column["role"] == "identifier"] == [
        "personnummer"
    ]


def _records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_a_large_file_holds_different_people_in_readable_spellings(tmp_path: Path) -> None:
    path = write_large(tmp_path / "large.csv", 150_000, seed=2)
    header, *rows = _records(path)
    assert tuple(header) == LARGE_COLUMNS
    assert len(rows) == 150_000
    assert {len(row) for row in rows} == {8}
    verdicts = [judge(row[0], _RULE) for row in rows[::7]]
    assert len({verdict.canonical for verdict in verdicts} - {""}) == len(verdicts)
    share = sum(verdict.kind == "samordningsnummer" for verdict in verdicts) / len(verdicts)
    assert 0.01 < share < 0.03


def test_a_large_file_of_few_people_repeats_them(tmp_path: Path) -> None:
    path = write_large(tmp_path / "large.csv", 5_000, seed=2, distinct=40)
    rows = _records(path)[1:]
    assert len({judge(row[0], _RULE).canonical for row in rows}) == 40


def test_a_large_file_is_the_same_for_a_seed_and_may_be_empty(tmp_path: Path) -> None:
    once = write_large(tmp_path / "a", 1_000, seed=1).read_bytes()
    assert once == write_large(tmp_path / "b", 1_000, seed=1).read_bytes()
    assert once != write_large(tmp_path / "c", 1_000, seed=2).read_bytes()
    assert write_large(tmp_path / "d", 0).read_text() == ";".join(LARGE_COLUMNS) + "\n"


def test_more_people_than_there_are_numbers_is_refused(tmp_path: Path) -> None:
    assert most_people() > 57_000_000
    with pytest.raises(ValueError, match="no more"):
        write_large(tmp_path / "large.csv", 1, distinct=most_people() + 2)
