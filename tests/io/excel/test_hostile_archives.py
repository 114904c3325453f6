# SPDX-License-Identifier: Apache-2.0
"""Archives that lie about their parts, or are two kinds of workbook at once."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable, Mapping

import pytest

from tests.io.excel.conftest import CANARY, HEADER, LIMITS, PLAIN, UNREADABLE, Read, Refusal
from tests.io.excel.workbooks import (
    ods_parts,
    ods_row,
    table,
    xlsx_parts,
    zipped,
)

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))


def test_an_archive_that_unpacks_to_too_much(refused: Refusal) -> None:
    bomb = xlsx_parts(PLAIN, more={"xl/media/x.png": bytes(257 * 2**20)})
    assert refused(zipped(bomb), **LIMITS)[0] == "delivery.unpacks_to_too_much"


def _with_directory(parts: Mapping[str, bytes], change: Callable[[bytearray, int], None]) -> bytes:
    """Change the directory's entry of a sheet."""
    whole = bytearray(zipped(parts))
    at = whole.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert whole[at : at + 4] == b"PK\x01\x02"
    change(whole, at)
    return bytes(whole)


@pytest.mark.parametrize("size", [0, 1, 100, 2**31, 2**32 - 2])
def test_parts_that_lie_about_their_size(size: int, refusal: Refusal) -> None:
    parts = xlsx_parts(PLAIN + "<row/>" * 1_000)
    lie = _with_directory(parts, lambda whole, at: struct.pack_into("<I", whole, at + 24, size))
    found = refusal(lie)[0]
    assert found == ("delivery.unpacks_to_too_much" if size > 2**28 else "delivery.unreadable")


def test_a_part_that_is_smaller_than_it_says_is_read_as_it_is(read: Read) -> None:
    lie = _with_directory(
        xlsx_parts(PLAIN), lambda whole, at: struct.pack_into("<I", whole, at + 24, 2**20)
    )
    assert read(lie).rows == [(CANARY, 2)]


def test_parts_whose_checksum_is_another(refusal: Refusal) -> None:
    for place in (16, 17):
        lie = _with_directory(
            xlsx_parts(PLAIN), lambda whole, at, place=place: whole.__setitem__(at + place, 0x5A)
        )
        assert refusal(lie)[0] == "delivery.unreadable"


def test_parts_that_lie_about_where_they_begin(refusal: Refusal) -> None:
    parts = xlsx_parts(PLAIN)
    for place in (0, 7, 2**31):
        lie = _with_directory(
            parts, lambda whole, at, place=place: struct.pack_into("<I", whole, at + 42, place)
        )
        assert refusal(lie)[0] == "delivery.unreadable"


def test_parts_that_share_their_bytes(refused: Refusal) -> None:
    parts = xlsx_parts(PLAIN, more={"xl/media/1": os.urandom(9_000)})
    held = io.BytesIO(zipped(parts))
    with zipfile.ZipFile(held, "a") as archive:
        entry = archive.getinfo("xl/media/1")
        for number in range(50):
            twin = zipfile.ZipInfo(f"xl/media/{number + 2}")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, name, getattr(entry, name))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
        archive._didModify = True
    assert refused(held.getvalue(), **LIMITS) == UNREADABLE


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "XL\\Worksheets\\Sheet1.XML"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name(name: str, refusal: Refusal) -> None:
    held = io.BytesIO(zipped(xlsx_parts(PLAIN)))
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), xlsx_parts(HEADER)["xl/worksheets/sheet1.xml"])
        archive.filelist[-1].filename = name
    assert refusal(held.getvalue())[0] == "delivery.unreadable"


def test_more_parts_than_any_workbook_has(refusal: Refusal) -> None:
    many = {f"xl/{number}": b"" for number in range(100_000 if FULL else 20_001)}
    assert refusal(xlsx_parts(PLAIN, more=many))[0] == "delivery.unreadable"


def test_what_is_two_kinds_of_workbook_at_once(refusal: Refusal) -> None:
    both = {**ods_parts(table(ods_row("a"), ods_row(CANARY))), **xlsx_parts(PLAIN)}
    assert refusal(both)[0] == "delivery.unreadable"
    # The library, where it fails at the one, goes on to the other.
    both["xl/styles.xml"] = b"<<<"
    assert refusal(both)[0] == "delivery.unreadable"


def test_the_workbook_that_the_package_names_is_the_one_that_is_looked_through(
    read: Read,
) -> None:
    parts = xlsx_parts(PLAIN)
    other = xlsx_parts(HEADER + '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>')
    for name in ("workbook.xml", "_rels/workbook.xml.rels", "worksheets/sheet1.xml"):
        parts[f"bok/{name}"] = other[f"xl/{name}"]
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b'"xl/', b'"/bok/')
    found = read(parts)
    assert (found.rows, found.not_taken) == ([(2, None)], {"formulas": 1})


@pytest.mark.parametrize("name", ["xl/worksheets/Sheet1.xml", "XL/WORKSHEETS/SHEET1.XML"])
def test_capitals_do_not_count_in_the_names_of_parts(name: str, read: Read) -> None:
    parts = xlsx_parts(PLAIN)
    parts[name] = parts.pop("xl/worksheets/sheet1.xml")
    assert read(parts).rows == [(CANARY, 2)]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_archive_that_needs_a_password(kind: str, refused: Refusal) -> None:
    if kind == "ods":
        entry = "<m:file-entry><m:encryption-data/></m:file-entry>"
        manifest = f'<m:manifest xmlns:m="x">{entry}</m:manifest>'
        parts = ods_parts(table(ods_row("a")), more={"META-INF/manifest.xml": manifest})
        assert refused(parts) == ("delivery.encrypted", {"file": 1, "found": "OpenDocument"})
        return
    whole = bytearray(zipped(xlsx_parts(PLAIN)))
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 8] |= 1
    assert refused(bytes(whole)) == ("delivery.encrypted", {"file": 1, "found": "Excel"})
