# SPDX-License-Identifier: Apache-2.0
"""The codebook: what every published column is, for whoever gets the files.

It lies beside the data, as CSV (semicolon, UTF-8 with BOM, which spreadsheets of Swedish
offices open as they should) and as JSON. It says what the spec says, and what a format made
of it; labels and descriptions that came with the delivery are never in it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from pseudo import i18n
from pseudo.evidence.office_csv import BOM, csv_line
from pseudo.i18n import Lang
from pseudo.io.writers import Written
from pseudo.safe import safe_text
from pseudo.spec.plan import Plan, Swap

__all__ = ["Described", "PublishedTable", "as_csv", "as_json", "columns_of", "columns_of_table"]

_HEADERS = ("file", "number", "column", "name_in_file", "role", "type", "label", "note")
_TYPES = {
    pa.string(): "string",
    pa.int64(): "integer",
    pa.float64(): "number",
    pa.bool_(): "boolean",
    pa.date32(): "date",
}


@dataclass(frozen=True, slots=True)
class Described:
    """A published column, as the spec has it.

    Attributes:
        name: Its name.
        role: ``pseudonym`` or ``kept``.
        type: A spec's word for what its values are.
        label: What it holds, in words; may be empty.
    """

    name: str
    role: str
    type: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A published file, and what its columns are.

    Attributes:
        written: The file.
        format: Its format.
        columns: Its columns, in its order.
    """

    written: Written
    format: str
    columns: Sequence[Described]


def columns_of(plan: Plan) -> list[Described]:
    """Describe the columns of a batch."""
    return [
        Described(step.target, "pseudonym", "string", step.label)
        if isinstance(step, Swap)
        else Described(step.source, "kept", step.declared or _type(step.arrow_type), step.label)
        for step in plan.steps
    ]


def columns_of_table(schema: pa.Schema, pseudonyms: Sequence[str]) -> list[Described]:
    """Describe the columns of a table that was moved to another secret.

    Args:
        schema: Its columns.
        pseudonyms: Names of those that hold pseudonyms.
    """
    return [
        Described(field.name, "pseudonym", "string")
        if field.name in pseudonyms
        else Described(field.name, "kept", _type(field.type))
        for field in schema
    ]


def as_csv(tables: Sequence[PublishedTable], lang: Lang) -> bytes:
    """Write the codebook as CSV.

    Args:
        tables: The published files.
        lang: Language of its titles and notes.
    """
    lines = [csv_line([i18n.text(f"codebook.{name}", lang) for name in _HEADERS])]
    for table in tables:
        columns = zip(table.columns, table.written.columns, strict=True)
        for number, (column, held) in enumerate(columns, start=1):
            notes = " ".join(i18n.text(note, lang) for note in held.notes)
            name, new = safe_text(column.name), safe_text(held.name)
            named = (table.written.path.name, number, name, new)
            lines.append(csv_line([*named, column.role, column.type, column.label, notes]))
    return BOM + b"".join(lines)


def as_json(tables: Sequence[PublishedTable], lang: Lang) -> bytes:
    """Write the codebook as JSON; see :func:`as_csv`."""
    told = {
        "format": "pseudo-codebook",
        "version": 1,
        "lang": lang,
        "files": [_file(table, lang) for table in tables],
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def _file(table: PublishedTable, lang: Lang) -> dict[str, object]:
    return {
        "file": table.written.path.name,
        "format": table.format,
        "rows": table.written.rows,
        "columns": [
            {
                "name": safe_text(column.name),
                "name_in_file": safe_text(held.name),
                "role": column.role,
                "type": column.type,
                "label": column.label,
                "notes": [{"code": note, "text": i18n.text(note, lang)} for note in held.notes],
            }
            for column, held in zip(table.columns, table.written.columns, strict=True)
        ],
    }


def _type(kind: pa.DataType) -> str:
    return _TYPES.get(kind, "datetime")
