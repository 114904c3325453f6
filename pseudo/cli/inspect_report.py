# SPDX-License-Identifier: Apache-2.0
"""What ``pseudo inspect`` prints about a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.usecases.inspect_result import ColumnProfile, Inspection

__all__ = ["print_inspection"]

_TOLD_BY = {"told": "as told", "bom": "by its byte order mark", "content": "by its content"}
_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe", "": "none"}
_COLUMNS = ("", "column", "filled", "blank", "distinct", "type", "role", "why")
_NUMBERS = ("column", "can be read as", "of the cells", "or why not")
_SHAPES = ("column", "shape", "share")


def print_inspection(found: Inspection, *, as_json: bool) -> None:
    """Print what was found out."""
    if as_json:
        emit_json(_plain(found))
        return
    columns = [_column(column) for column in found.columns]
    parts = [table(_facts(found)), table(columns, _COLUMNS, right="><>>>", title="Columns")]
    numbers = [row for column in found.columns for row in _kinds(column)]
    if numbers:
        parts.append(table(numbers, _NUMBERS, right="<<>", title="Identity numbers by content"))
    shapes = [row for column in found.columns for row in _shapes(column)]
    if shapes:
        parts.append(table(shapes, _SHAPES, right="<<>", title="Shapes (d a digit, a a letter)"))
    emit("\n".join(parts))


def _plain(found: Inspection) -> dict[str, Any]:
    data = asdict(found)
    data["reference_date"] = found.reference_date.isoformat()
    return data


def _facts(found: Inspection) -> list[tuple[str, object]]:
    facts = found.facts
    listed: list[tuple[str, object]] = [("format", facts.format), ("bytes", facts.size)]
    if facts.table:
        listed.append(("table", safe_text(facts.table)))
    if facts.encoding:
        told = _TOLD_BY.get(facts.encoding_by, "")
        listed.append(("encoding", f"{facts.encoding} ({told})"))
        listed.append(("delimiter", _DELIMITERS.get(facts.delimiter, facts.delimiter)))
    listed += [("records", found.records), ("columns", len(found.columns))]
    listed += [(reject.name, reject.count) for reject in found.rejected]
    listed += [
        (f"not taken: {what.replace('_', ' ')}", count)
        for what, count in facts.not_taken.items()
        if count
    ]
    if found.blank_lines:
        listed.append(("blank lines", found.blank_lines))
    return [*listed, ("reference date", found.reference_date.isoformat())]


def _column(column: ColumnProfile) -> tuple[object, ...]:
    from pseudo.usecases.inspect_role import WHY

    distinct = f"{column.distinct}+" if column.distinct_is_capped else column.distinct
    return (
        column.position,
        column.name,
        column.filled,
        column.blank,
        distinct,
        column.type,
        column.role,
        WHY[column.why],
    )


def _kinds(column: ColumnProfile) -> list[tuple[object, ...]]:
    reasons = ", ".join(f"{reason.name} {reason.count}" for reason in column.reasons)
    rows: list[tuple[object, ...]] = []
    for rate in column.kinds:
        share = _share(rate.valid, rate.judged)
        rows.append(("", rate.kind, share) if rows else (column.name, rate.kind, share, reasons))
    return rows


def _shapes(column: ColumnProfile) -> list[tuple[object, ...]]:
    return [
        (column.name if at == 0 else "", _visible(shape.name), _share(shape.count, column.sampled))
        for at, shape in enumerate(column.shapes)
    ]


def _visible(shape: str) -> str:
    """Show blanks at the ends of a shape, which nobody would see."""
    inner = shape.strip(" ")
    before = len(shape) - len(shape.lstrip(" "))
    return "␣" * before + inner + "␣" * (len(shape) - before - len(inner))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""
