# SPDX-License-Identifier: Apache-2.0
"""A messy workbook from the first look to the release, packed or not."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment

import pseudo
from pseudo.domain import Domain
from pseudo.errors import UsageError
from pseudo.usecases import inspect, reading

SPEC = """\
name: insatser
reference_date: 2026-11-22
table: Utdrag
header_rows: [4, 5]
columns:
- {name: Person pnr, role: identifier, pseudonym: id}
- {name: Person namn, role: direct}
- {name: Insats kod, role: keep, type: string}
- {name: Insats antal, role: keep, type: integer}
- {name: Insats start, role: keep, type: date}
"""


@pytest.fixture
def messy(tmp_path: Path, people: list[str]) -> Path:
    """A template as it comes back: titles, joined headers, gaps, notes, several sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Utdrag"
    sheet["B1"] = "Kommun: Ankeborg"
    sheet.merge_cells("B1:F1")
    for place, text in {"B4": "Person", "D4": "Insats"}.items():
        sheet[place] = text
    sheet.merge_cells("B4:C4")
    sheet.merge_cells("D4:F4")
    for column, name in enumerate(("pnr", "namn", "kod", "antal\n", "start"), 2):
        sheet.cell(5, column, name)
    for at, number in enumerate(people):
        # Every tenth row is left blank, and identity numbers are typed as they come.
        line = 6 + at + at // 10
        spelled = [int(number), number, f"{number[:8]}-{number[8:]}", f" {number} "][at % 4]
        sheet.cell(line, 2, spelled)
        sheet.cell(line, 3, "Eva Öst")
        sheet.cell(line, 4, ["0012", "12", 12, None][at % 4])
        sheet.cell(line, 5, None if at % 5 == 0 else at)
        sheet.cell(line, 6).value = ["2024-01-31", None][at % 2]
        sheet.row_dimensions[line].hidden = at % 3 == 0
    sheet["E8"] = "=1+1"
    sheet["B7"].comment = Comment("ring", "Eva")
    book.create_sheet("Instruktion")["A1"] = "Fyll i"
    book.create_sheet("Kodlista")["A1"] = "kod"
    book["Kodlista"].sheet_state = "hidden"
    path = tmp_path / "insatser.xlsx"
    book.save(path)
    return path


def released(path: Path, domain: Domain, out: Path, **options: Any) -> pseudo.RunResult:
    spec = path.with_name("spec.yaml")
    spec.write_text(SPEC, encoding="utf-8")
    return pseudo.run(path, spec=spec, domain=domain, out=out, **options)


def test_a_messy_workbook_is_looked_at(messy: Path, people: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        inspect.inspect(messy)
    assert caught.value.code == "usage.several_tables"
    assert caught.value.params["tables"] == "Utdrag, Instruktion"
    found = inspect.inspect(messy, table=1, header_rows=(4, 5))
    names = [column.name for column in found.columns]
    assert names == ["Person pnr", "Person namn", "Insats kod", "Insats antal", "Insats start"]
    assert found.facts.table == "Utdrag"
    assert found.facts.not_taken == {
        "hidden_sheets": 1,
        "other_sheets": 1,
        "comments": 1,
        "formulas": 1,
        "uncalculated": 1,
    }


def test_a_messy_workbook_is_released(
    messy: Path, people: list[str], domain: Domain, tmp_path: Path
) -> None:
    result = released(messy, domain, tmp_path / "out")
    assert (result.rows, result.rejected) == (len(people), 0)
    frame = pl.read_parquet(result.data)
    assert frame["id"].n_unique() == len(people)
    assert frame["Insats kod"].null_count() == len(people) // 4
    assert set(frame["Insats kod"].unique()) == {"0012", "12", None}
    inputs = result.receipt["inputs"][0]
    assert (inputs["table"], inputs["format"], inputs["records"]) == ("Utdrag", "xlsx", 200)
    # After every tenth row one was left blank.
    assert inputs["blank_lines"] == (len(people) - 1) // 10
    assert inputs["not_taken"]["formulas"] == 1


def test_the_error_list_names_the_rows_that_a_spreadsheet_program_shows(
    messy: Path, domain: Domain, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(messy)
    for line in (6, 17, 30):
        book["Utdrag"].cell(line, 2).value = "19800230-1234"
    book.save(messy)
    result = released(messy, domain, tmp_path / "out")
    assert result.rejected == 3
    listed = json.loads((tmp_path / "out/return/rejects.json").read_text("utf-8"))["rejects"]
    assert [row["record"] for row in listed] == [6, 17, 30]
    assert "0230" not in (tmp_path / "out/return/rejects.json").read_text("utf-8")


def _zipped(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "mapp/insatser.xlsx")
    return packed


def _gzipped(path: Path) -> Path:
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


@pytest.mark.parametrize("pack", [_zipped, _gzipped])
def test_a_workbook_that_is_packed_gives_the_same_release(
    pack: Callable[[Path], Path], messy: Path, domain: Domain, tmp_path: Path
) -> None:
    plain = released(messy, domain, tmp_path / "plain")
    packed = released(pack(messy), domain, tmp_path / "packed")
    assert packed.data.read_bytes() == plain.data.read_bytes()
    assert packed.receipt["inputs"][0]["not_taken"] == plain.receipt["inputs"][0]["not_taken"]


def test_threads_and_pieces_do_not_change_the_release(
    messy: Path, domain: Domain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    made = reading.ReadOptions
    for rows, threads in ((65_536, 1), (7, 3), (1, 1)):
        monkeypatch.setattr(
            reading, "ReadOptions", lambda rows=rows, **said: made(**said | {"chunk_rows": rows})
        )
        result = released(messy, domain, tmp_path / str(rows), threads=threads)
        seen.add(result.data.read_bytes())
    assert len(seen) == 1
