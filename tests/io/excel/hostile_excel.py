# SPDX-License-Identifier: Apache-2.0
"""Reads many damaged workbooks in the sandbox; run as a program.

The arguments are how many damaged workbooks are made of each, and how many percent lie
between where it is cut; see :mod:`tests.io.damaged`.
"""

from __future__ import annotations

import io
import random
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import python_calamine as _library  # noqa: F401  before the first fork
import xlsxwriter
import xlwt

from pseudo.errors import DeliveryError, ResourceError, UsageError
from pseudo.io import open_source
from pseudo.io.sandbox import excel as _loaded
from pseudo.io.source import ReadOptions
from tests.io.damaged import judge
from tests.io.excel.workbooks import ods_parts, ods_row, ods_typed, saved, table, zipped

CANARY = "19580317-9869"
ROWS = 120
LARGE = ["-1", "0", "99999999999999999999", "4294967296", "2147483648", "1e400", "A1:XFD1048576"]
REFUSALS = {
    "delivery.unreadable",
    "delivery.encrypted",
    "delivery.no_records",
    "delivery.no_columns",
    "delivery.no_header_row",
    "delivery.too_many_columns",
    "delivery.sheet_too_large",
    "delivery.unpacks_to_too_much",
    "delivery.blank_column_name",
    "delivery.duplicate_column",
    "delivery.unsafe_column_name",
    "delivery.column_name_too_long",
    "delivery.parser_died",
    "usage.several_tables",
    "usage.several_files",
    # What is damaged where it says what it is, is none.
    "delivery.not_text",
    "delivery.other_workbook",
    "delivery.archive_empty",
    "delivery.archive_path",
    "delivery.document",
    "delivery.markup",
    "delivery.packed_twice",
    "delivery.empty",
    "delivery.no_header",
    "delivery.nul_byte",
    "delivery.undecodable",
    "sandbox.memory",
    "sandbox.cpu",
}


def samples() -> dict[str, bytes]:
    """Write a table with several kinds of cells in each format."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["namn", "antal", "dag", "summa"])
        for n in range(1, ROWS + 1):
            sheet.write(n, 0, f"Å{n} {CANARY}")
            sheet.write(n, 1, n / 7)
            sheet.write(n, 2, 40_000 + n, day)
            sheet.write_formula(n, 3, f"=B{n}+1", None, n)
        sheet.write_comment("B2", CANARY)
        sheet.merge_range("F1:G1", CANARY)
        sheet.write(1, 5, 1), sheet.write(0, 5, "f"), sheet.write(0, 6, "g")
        hidden = book.add_worksheet("Dold")
        hidden.write(0, 0, CANARY)
        hidden.hide()
    old = xlwt.Workbook()
    page = old.add_sheet("Data")
    for column, name in enumerate(("namn", "antal", "mer")):
        page.write(0, column, name)
    for n in range(1, ROWS + 1):
        page.write(n, 0, f"Å{n} {CANARY}" + "x" * (n % 90))
        page.write(n, 1, n / 7)
        page.write(n, 2, xlwt.Formula(f"B{n}+1"))
    rows = [
        ods_row(f"Å{n} {CANARY}", n / 7, ods_typed("date", f"2024-01-{n % 28 + 1:02}"), n)
        for n in range(1, ROWS + 1)
    ]
    ods = ods_parts(table(ods_row("namn", "antal", "dag", "mer"), *rows, ods_row(None)))
    return {"xlsx": held.getvalue(), "ods": zipped(ods), "xls": saved(old)}


def variants(name: str, whole: bytes, count: int, step: int) -> Iterator[tuple[str, bytes]]:
    """Truncations, flipped bytes, and the same within the parts, zipped anew."""
    generator = random.Random(20160229)
    for percent in range(0, 100, step):
        yield "cut", whole[: len(whole) * percent // 100]
    for number in range(count):
        if name == "xls" or number % 4 == 0:
            yield "bytes", _flipped(generator, whole, name == "xls" and number % 2 == 0)
        else:
            yield "parts", _with_damaged_part(generator, whole)


def _flipped(generator: random.Random, whole: bytes, in_tables: bool) -> bytes:
    changed = bytearray(whole)
    # The tables of an .xls are its first sector and its last few.
    high = 512 if in_tables and generator.random() < 0.5 else len(whole)
    low = len(whole) - 3_000 if in_tables and high > 512 else 8
    place = generator.randrange(low, high - 8)
    if generator.random() < 0.5:
        changed[place] ^= 1 << generator.randrange(8)
    else:
        run = generator.choice(
            [
                b"\xff" * 4,
                bytes(8),
                b"\xff\xff\xff\x7f",
                b"\xfe\xff\xff\xff",
                generator.randbytes(8),
            ]
        )
        changed[place : place + len(run)] = run
    return bytes(changed)


def _with_damaged_part(generator: random.Random, whole: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # Those that matter are damaged more often.
    read = [name for name in parts if re.search("workbook|sheet|Strings|styles|content", name)]
    name = generator.choice(read if generator.random() < 0.9 else list(parts))
    parts[name] = generator.choice(DAMAGES)(generator, parts[name])
    return zipped(parts)


def _cut_out(generator: random.Random, part: bytes) -> bytes:
    start = generator.randrange(len(part) + 1)
    return part[:start] + part[start + generator.randrange(1, 60) :]


def _other_number(generator: random.Random, part: bytes) -> bytes:
    found = list(re.finditer(rb"[A-Z]{0,3}[0-9]+", part))
    if not found:
        return part
    chosen = generator.choice(found)
    return part[: chosen.start()] + generator.choice(LARGE).encode() + part[chosen.end() :]


def _other_tag(generator: random.Random, part: bytes) -> bytes:
    tags = re.findall(rb"<[^<>]*>", part) or [b"<x>"]
    chosen, other = generator.choice(tags), generator.choice(tags)
    return part.replace(chosen, generator.choice([b"", other, chosen * 3, other + chosen]), 1)


def _ended(generator: random.Random, part: bytes) -> bytes:
    return part[: generator.randrange(len(part) + 1)]


def _flipped_part(generator: random.Random, part: bytes) -> bytes:
    return _flipped(generator, part, False) if len(part) > 20 else part


DAMAGES = (_cut_out, _other_number, _other_number, _other_tag, _other_tag, _ended, _flipped_part)


def outcome(path: Path) -> str:
    """Read a file; say how it ended and whether an error shows anything of it."""
    options = ReadOptions(sandbox_memory=2 * 2**30, sandbox_cpu=10, chunk_rows=50)
    try:
        source = open_source(path, 1, options)
        try:
            rows = sum(piece.parse().batch.num_rows for piece in source)
        finally:
            source.close()
    except (DeliveryError, ResourceError, UsageError) as error:
        chained = error.__cause__ or error.__context__
        shown = f"{error!r} {error} {error.args} {error.params}"
        if chained is not None or "5803" in shown:
            return f"CANARY {error.code}"
        return error.code
    return f"read {rows}"


def may_be(name: str, kind: str, ended: str) -> bool:
    """Tell whether a workbook may end so."""
    del name
    fine = ended in REFUSALS if kind != "whole" else ended == f"read {ROWS}"
    return fine or (kind in ("bytes", "parts") and ended.startswith("read "))


def main(count: int, step: int) -> None:
    assert _loaded
    judge(
        (
            (name, kind, content)
            for name, whole in samples().items()
            for kind, content in [("whole", whole), *variants(name, whole, count, step)]
        ),
        outcome,
        may_be,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
