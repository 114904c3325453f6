# SPDX-License-Identifier: Apache-2.0
"""Transport files: several members, rows that were cut, and blanks behind the last."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

_LIBRARY = 240


def transport(path, version=5, **tables):
    """Write a file of several members, each made by a file of its own."""
    whole = b""
    for name, rows in tables.items():
        frame = pd.DataFrame({"namn": [f"{name}{n}" for n in range(rows)], "n": range(rows)})
        pyreadstat.write_xport(frame, path, table_name=name, file_format_version=version)
        content = path.read_bytes()
        whole += content if not whole else content[_LIBRARY:]
    path.write_bytes(whole)
    return path


@pytest.mark.parametrize("version", [5, 8])
def test_a_member_is_chosen_by_name_or_number(tmp_path, version, read, refusal):
    path = transport(tmp_path / "x", version, FIRST=3, SECOND=70, THIRD=1)
    expected = {"tables": ["FIRST", "SECOND", "THIRD"]}
    assert refusal(path) == ("usage.several_tables", expected)
    assert refusal(path, table="fourth") == ("usage.no_such_table", expected)
    assert refusal(path, table=4) == ("usage.no_such_table", expected)
    assert refusal(path, table=0) == ("usage.no_such_table", expected)
    for told, name, rows in (("second", "SECOND", 70), (2, "SECOND", 70), ("3", "THIRD", 1)):
        table, facts = read(path, table=told)
        assert table["namn"].to_pylist() == [f"{name}{n}" for n in range(rows)]
        assert table["n"].to_pylist() == list(range(rows))
        assert (facts.table, facts.not_taken["other_tables"]) == (name, 2)


def test_one_member_has_no_name_to_show_and_only_its_own_can_be_told(tmp_path, read, refusal):
    path = transport(tmp_path / "x", ONLY=4)
    table, facts = read(path)
    assert (table.num_rows, facts.table, facts.not_taken["other_tables"]) == (4, "", 0)
    assert read(path, table="only")[0].equals(table)
    assert refusal(path, table="other")[0] == "usage.no_such_table"


def test_the_sandbox_names_the_members(tmp_path, delivered, refused):
    path = transport(tmp_path / "x", FIRST=3, SECOND=70)
    assert refused(path) == ("usage.several_tables", {"file": 1, "tables": "FIRST, SECOND"})
    table, facts = delivered(path, table="SECOND")
    assert (table.num_rows, facts.table, dict(facts.not_taken)) == (
        70,
        "SECOND",
        {"other_tables": 1},
    )


def test_a_cut_row_is_found_out(tmp_path, read, refusal):
    path = transport(tmp_path / "x", ONLY=50)
    whole = path.read_bytes()
    assert read(path)[0].num_rows == 50
    for end in range(len(whole) - 1, len(whole) - 200, -7):
        path.write_bytes(whole[:end])
        if end % 80:
            assert refusal(path) == ("delivery.unreadable", {"format": "SAS"})


@pytest.mark.parametrize("rows", range(1, 12))
def test_blanks_behind_the_last_row_are_none(tmp_path, rows, read):
    assert read(transport(tmp_path / "x", ONLY=rows))[0].num_rows == rows
