# SPDX-License-Identifier: Apache-2.0
"""The codebook: every column and what became of it, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest

from pseudo.evidence.codebook import (
    Described,
    PublishedTable,
    as_csv,
    as_json,
    columns_of_table,
)
from pseudo.io.writers import Written, WrittenColumn


def table(name, columns, held, fmt="xpt"):
    return PublishedTable(Written(Path(name), 3, 9, "", "", tuple(held)), fmt, columns)


@pytest.fixture
def published():
    columns = [
        Described("personnummer_pseudonym", "pseudonym", "string", "Person; löpnummer"),
        Described("=kön", "kept", "integer", '=HYPERLINK("http://x")'),
        Described("å", "kept", "string"),
    ]
    held = [
        WrittenColumn("PERSONNU", ("note.name_changed",)),
        WrittenColumn("_KON", ("note.label_cut", "note.name_changed")),
        WrittenColumn("A"),
    ]
    return [table("a.xpt", columns, held), table("b.xpt", columns[2:], [WrittenColumn("A")])]


def lines(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_table_of_a_spreadsheet_has_a_row_a_column_and_no_formula(published):
    titles, *rows = lines(as_csv(published, "sv"))
    assert titles == [
        *("Fil", "Nummer", "Kolumn", "Namn i filen", "Roll", "Typ", "Etikett", "Anmärkning")
    ]
    assert [row[:7] for row in rows] == [
        *(
            [
                "a.xpt",
                "1",
                "personnummer_pseudonym",
                "PERSONNU",
                "pseudonym",
                "string",
                "Person; löpnummer",
            ],
            ["a.xpt", "2", "'=kön", "_KON", "kept", "integer", '\'=HYPERLINK("http://x")'],
            ["a.xpt", "3", "å", "A", "kept", "string", ""],
            ["b.xpt", "1", "å", "A", "kept", "string", ""],
        )
    ]
    assert rows[0][7].startswith("Formatet rymmer inte kolumnens namn")
    assert rows[1][7].count(".") == 2
    assert rows[2][7] == ""


def test_the_json_has_codes_beside_the_sentences(published):
    said = json.loads(as_json(published, "en"))
    assert (said["format"], said["version"], said["lang"]) == ("pseudo-codebook", 1, "en")
    first, second = said["files"]
    assert (first["file"], first["format"], first["rows"]) == ("a.xpt", "xpt", 3)
    assert first["columns"][0] == {
        "name": "personnummer_pseudonym",
        "name_in_file": "PERSONNU",
        "role": "pseudonym",
        "type": "string",
        "label": "Person; löpnummer",
        "notes": [
            {
                "code": "note.name_changed",
                "text": "The format cannot hold the column's name, so it has another one in the "
                "file.",
            }
        ],
    }
    assert first["columns"][2]["notes"] == []
    assert [column["name"] for column in second["columns"]] == ["å"]


def test_the_columns_of_a_table_have_the_words_of_a_spec():
    kinds = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", "UTC"),
    }
    found = columns_of_table(pa.schema([("id", pa.string()), *kinds.items()]), ["id"])
    assert found[0] == Described("id", "pseudonym", "string")
    assert [(column.name, column.role, column.type) for column in found[1:]] == [
        (word, "kept", word) for word in kinds
    ]
