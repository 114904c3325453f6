# SPDX-License-Identifier: Apache-2.0
"""Damaged and hostile workbooks: a clear error or sound rows, and a parent that lives."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlwt

import pseudo
from tests.io.excel.conftest import CANARY, Outcome
from tests.io.excel.workbooks import (
    Parts,
    ods_parts,
    ods_row,
    row,
    saved,
    table,
    xlsx_parts,
    zipped,
)

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
PROGRAM = Path(__file__).with_name("hostile_excel.py")
WHERE = {"PYTHONPATH": str(Path(next(iter(pseudo.__path__))).parent), "OPENBLAS_NUM_THREADS": "1"}
LIMITS = {"sandbox_memory": 2**30, "sandbox_cpu": 20}
UNREADABLE = ("delivery.unreadable", {"file": 1, "format": "Excel"})

Read = Callable[..., Outcome]
Refusal = Callable[..., tuple[str, dict[str, Any]]]

HEADER = row("a", "b", at=1)
PLAIN = HEADER + row(CANARY, 2, at=2)
NUMBER = 'office:value-type="float" office:value="7"'


def test_cut_and_damaged_workbooks_get_a_clear_error_or_are_read() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *(("2500", "1") if FULL else ("8", "25"))],
        capture_output=True,
        text=True,
        check=False,
        env=WHERE,
        timeout=3000,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["tally"]["delivery.unreadable"] > 10
    assert found["tally"]["read 120"] > 5


# Archives.


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


# XML.


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Path]:
    """A sheet outside of the workbook, which nobody may open."""
    place = tmp_path / "bait.xml"
    place.write_bytes(xlsx_parts(PLAIN)["xl/worksheets/sheet1.xml"])
    seen = []
    for look in (place.read_bytes, lambda: None):
        os.utime(place, ns=(1, 10**18))
        look()
        seen.append(place.stat().st_atime_ns)
    yield place
    # Whoever opens it moves this time; but not all file systems keep it.
    assert place.stat().st_atime_ns == 1 or seen[0] == 1


DOCTYPES = [
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n or str()};" * 10}">' for n in range(12))
    + "]>",
    '<!DOCTYPE x SYSTEM "{place}">',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "{place}">]>',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "{place}">%a;]>',
    '<!DOCTYPE x PUBLIC "-//x" "{place}" [<!ATTLIST x y CDATA "z">]>',
]
TREES = ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
STREAMS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]


@pytest.mark.parametrize("doctype", range(len(DOCTYPES)))
def test_nothing_that_a_document_type_names_is_expanded_or_opened(
    doctype: int, bait: Path, read: Read, refusal: Refusal
) -> None:
    place = bait
    text = DOCTYPES[doctype].replace("{place}", str(place)).encode()
    strings = "<si><t>&a;&a9;</t></si>"
    more = {"xl/styles.xml": "<styleSheet/>"}
    parts = xlsx_parts(HEADER + row(1, 2, at=2), strings=strings, more=more)
    for name in TREES:
        bomb = {**parts, "xl/sharedStrings.xml": b"<sst/>", name: text + parts[name]}
        assert refusal(bomb)[0] == "delivery.unreadable"
    for name in STREAMS:
        bomb = {**parts, "xl/sharedStrings.xml": b"<sst/>"}
        bomb[name] = text + bomb[name]
        assert read(bomb).rows == [(1, 2)]
    used = xlsx_parts(
        HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>', strings=strings, more=more
    )
    used["xl/sharedStrings.xml"] = text + used["xl/sharedStrings.xml"]
    assert refusal(used)[0] == "delivery.unreadable"
    ods = ods_parts(table(ods_row("a"), ods_row("&a;")))
    for part in ("content.xml", "META-INF/manifest.xml"):
        assert refusal({**ods, part: text + ods[part]})[0] == "delivery.unreadable"


def test_a_tree_that_is_deep_or_large(refused: Refusal) -> None:
    for text in (b"<workbook>" + b"<a>" * 300_000, b"<a/>" + b" " * (17 * 2**20)):
        parts = xlsx_parts(PLAIN, more={"xl/workbook.xml": text})
        assert refused(parts, **LIMITS) == UNREADABLE


# Sizes.

LARGE = ("delivery.sheet_too_large", {"file": 1, "rows": 1_048_576, "columns": 16_384})
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
FAR_IN_NO_ORDER = (
    '<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="2"><c r="XFD2"/></row>'
)
FAR_FROM_ITS_ROW = '<row r="2"><c r="xfd1048576"><v>1</v></c></row>'
SIZES: dict[str, Parts] = {
    "declared": xlsx_parts(PLAIN, before='<dimension ref="A1:XFD1048576"/>'),
    "declared with a prefix": xlsx_parts(PLAIN, before="<y:dimension x='1' ref='A1:XFD1048576'/>"),
    "two cells": xlsx_parts(HEADER + FAR),
    "in no order": xlsx_parts(HEADER + FAR_IN_NO_ORDER),
    "far from its row": xlsx_parts(HEADER + FAR_FROM_ITS_ROW),
    "far in the middle": xlsx_parts(HEADER + FAR + "".join(row(1, at=n) for n in range(3, 5_000))),
}


@pytest.mark.parametrize("kind", SIZES)
def test_a_small_file_that_claims_a_whole_sheet(kind: str, refused: Refusal) -> None:
    assert len(zipped(SIZES[kind])) < 30_000
    assert refused(SIZES[kind]) == LARGE


@pytest.mark.parametrize("place", ["A4294967298", "AAAAAAA2", "ZZZZZZZ2", "A99999999999"])
def test_places_that_no_sheet_has(place: str, refused: Refusal) -> None:
    rows = f'{HEADER}<row r="2"><c r="{place}"><v>1</v></c></row>'
    assert refused(xlsx_parts(rows), **LIMITS)[0] == "delivery.sheet_too_large"


@pytest.mark.parametrize("place", ["A0", "A", "2", "$A$2", "A2:B3", "Å2", ""])
def test_places_that_are_none(place: str, refusal: Refusal) -> None:
    rows = f'{HEADER}<row r="2"><c r="{place}"><v>1</v></c></row>'
    assert refusal(xlsx_parts(rows))[0] == "delivery.unreadable"


REPEATED = {
    "cells": ods_row(
        f'<table:table-cell table:number-columns-repeated="16384" {NUMBER}/>',
        more=' table:number-rows-repeated="1048576"',
    ),
    "blank cells": ods_row(None, more=' table:number-rows-repeated="1048570"')
    + ods_row('<table:table-cell table:number-columns-repeated="16383"/>', 1),
}


@pytest.mark.parametrize("kind", REPEATED)
def test_an_ods_that_repeats_cells_to_a_whole_sheet(kind: str, refused: Refusal) -> None:
    code, params = refused(ods_parts(table(ods_row("a"), REPEATED[kind])))
    assert code == "delivery.sheet_too_large"
    assert (params["rows"] > 1_000_000, params["columns"] >= 16_383) == (True, True)


@pytest.mark.parametrize("count", ["-1", "99999999999999999999999", "1e9", "x"])
def test_an_ods_that_repeats_what_is_no_number(count: str, refusal: Refusal) -> None:
    for name in ("number-rows-repeated", "number-columns-repeated"):
        said = f' table:{name}="{count}"'
        cell = f"<table:table-cell {NUMBER}{said if 'columns' in name else ''}/>"
        rows = ods_row(cell, more=said if "rows" in name else "")
        assert refusal(ods_parts(table(ods_row("a"), rows)))[0] == "delivery.unreadable"


def test_an_ods_with_a_table_within_a_cell(refusal: Refusal) -> None:
    inner = table(ods_row(CANARY), name="Inre")
    for kind in ("", ' office:value-type="string"'):
        cell = f"<table:table-cell{kind}>{inner}</table:table-cell>"
        assert refusal(ods_parts(table(ods_row("a"), ods_row(cell))))[0] == "delivery.unreadable"


def test_an_ods_whose_table_never_ends_is_not_waited_for(refused: Refusal) -> None:
    parts = ods_parts(table(ods_row("a"), ods_row(CANARY)))
    for end in (b"</table:table>", b"</table:table-row></table:table>"):
        content = parts["content.xml"]
        cut = content[: content.index(end)]
        code, params = refused({**parts, "content.xml": cut}, sandbox_cpu=5)
        assert (code, params["file"]) == ("delivery.unreadable", 1)


@pytest.mark.campaign
@pytest.mark.parametrize("count", [10**9, 10**12])
def test_an_ods_with_a_text_of_endless_blanks(count: int, refused: Refusal) -> None:
    text = f'<text:p>{CANARY}<text:s text:c="{count}"/></text:p>'
    cell = f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    found = refused(ods_parts(table(ods_row("a"), ods_row(cell))), **LIMITS)[0]
    assert found in ("delivery.parser_died", "delivery.unreadable", "sandbox.memory")


@pytest.mark.parametrize("count", [10**11, 2**64 - 1])
def test_a_table_of_texts_that_claims_more_than_there_is(count: int, refused: Refusal) -> None:
    text = f'<sst uniqueCount="{count}"><si><t>{CANARY}</t></si></sst>'
    found = refused(xlsx_parts(PLAIN, more={"xl/sharedStrings.xml": text}), **LIMITS)[0]
    assert found in ("delivery.parser_died", "delivery.unreadable")


@pytest.mark.campaign
def test_a_sheet_of_blanks_and_tags_takes_a_bounded_time(delivered: Read) -> None:
    for filler in (" ", "row ", "<f "):
        rows = PLAIN + filler * (200 * 2**20 // len(filler))
        try:
            assert delivered(xlsx_parts(rows), sandbox_cpu=300).rows == [(CANARY, 2)]
        except pseudo.DeliveryError as error:
            assert error.code == "delivery.unreadable"


# What points elsewhere.

TARGETS = [
    "../xl/worksheets/sheet1.xml",
    "../../../../{place}",
    "/{place}",
    "file://{place}",
    "http://127.0.0.1:9/x",
    "worksheets\\sheet1.xml",
    "worksheets%2Fsheet1.xml",
    "",
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_sheet_is_a_part_of_the_workbook_and_nothing_else(
    target: str, bait: Path, refusal: Refusal
) -> None:
    parts = xlsx_parts(PLAIN)
    name = "xl/_rels/workbook.xml.rels"
    pointed = target.replace("{place}", str(bait)).encode()
    parts[name] = parts[name].replace(b"worksheets/sheet1.xml", pointed)
    assert refusal(parts)[0] == "delivery.unreadable"
    assert refusal(parts, table=1)[0] == "delivery.unreadable"


def test_a_sheet_that_is_said_to_lie_elsewhere(refusal: Refusal) -> None:
    parts = xlsx_parts(PLAIN)
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"Target=", b'TargetMode="External" Target=')
    assert refusal(parts)[0] == "delivery.unreadable"


FORMULAS = [
    'WEBSERVICE("http://127.0.0.1:9/"&amp;A1)',
    'HYPERLINK("file://{place}","x")',
    "cmd|'/c touch {place}'!A0",
    "'{place}'!A1",
    "[1]Blad1!$A$1",
    'CALL("Kernel32","WinExec","JCJ","{place}",0)',
]


def test_formulas_and_links_are_never_followed(tmp_path: Path, read: Read) -> None:
    made = tmp_path / "made"
    os.mkfifo(tmp_path / "pipe")  # Whoever opens it, waits for ever.
    formulas = [text.replace("{place}", str(place)) for text in FORMULAS
                for place in (made, tmp_path / "pipe")]  # fmt: skip
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><f>{text}</f><v>lagrat {n}</v></c></row>'
        for n, text in enumerate(formulas, 2)
    )
    link = f'<externalLink><externalBook r:id="rId1"/>{CANARY}</externalLink>'
    rels = (
        '<Relationships><Relationship Id="rId1" TargetMode="External" '
        f'Target="file://{tmp_path / "pipe"}"/></Relationships>'
    )
    more = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
        "xl/worksheets/_rels/sheet1.xml.rels": rels,
    }
    found = read(xlsx_parts(row("a", at=1) + cells, more=more))
    assert found.column("a") == [f"lagrat {n}" for n in range(2, len(formulas) + 2)]
    assert found.not_taken == {"formulas": len(formulas)}
    assert not made.exists()


# Indices.


def test_a_text_that_is_not_in_the_table_of_texts(refusal: Refusal) -> None:
    for index in (1, 2**31, 2**63):
        cell = f'<row r="2"><c r="A2" t="s"><v>{index}</v></c></row>'
        parts = xlsx_parts(HEADER + cell, strings=f"<si><t>{CANARY}</t></si>")
        assert refusal(parts)[0] == "delivery.unreadable"


@pytest.mark.parametrize("style", ["-1", "4294967296", "99999999999999999999999", "x", ""])
def test_a_style_that_there_is_none_of(style: str, read: Read) -> None:
    cell = f'<row r="2"><c r="A2" s="{style}"><v>198001011234</v></c></row>'
    styles = '<cellXfs><xf numFmtId="0"/></cellXfs>'
    assert read(xlsx_parts(HEADER + cell, styles=styles)).column("a") == [198001011234]


@pytest.mark.parametrize("kind", ["q", "", "S", "n", "b", "e"])
def test_a_cell_that_is_not_of_its_kind(kind: str, refused: Refusal, refusal: Refusal) -> None:
    cell = f'<row r="2"><c r="A2" t="{kind}"><v>{CANARY}</v></c></row>'
    if kind in ("q", "e"):
        # The library would quote these.
        assert refused(xlsx_parts(HEADER + cell), **LIMITS) == UNREADABLE
    assert refusal(xlsx_parts(HEADER + cell))[0] == "delivery.unreadable"


# Compound files.


def _old() -> bytearray:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad1")
    for at in range(400):
        sheet.write(at, 0, f"{CANARY} {at}" if at else "a")
    return bytearray(saved(book))


def _sector_of_table(whole: bytes) -> int:
    return 512 * (struct.unpack_from("<I", whole, 76)[0] + 1)


def _loop_in_table(whole: bytearray) -> None:
    at = _sector_of_table(whole)
    struct.pack_into("<I", whole, at + 4 * 10, 3)


def _loop_of_directory(whole: bytearray) -> None:
    (first,) = struct.unpack_from("<I", whole, 48)
    struct.pack_into("<I", whole, _sector_of_table(whole) + 4 * first, first)


def _loop_of_further_tables(whole: bytearray) -> None:
    struct.pack_into("<II", whole, 68, 0, 1)
    struct.pack_into("<I", whole, 512 + 508, 0)


def _sector_beyond(whole: bytearray) -> None:
    struct.pack_into("<I", whole, _sector_of_table(whole) + 4 * 10, 0x00FFFFFF)


def _table_beyond(whole: bytearray) -> None:
    struct.pack_into("<I", whole, 76, 0x00FFFFFF)


def _size_of_sectors(whole: bytearray) -> None:
    struct.pack_into("<H", whole, 30, 31)


DAMAGES = [
    _loop_in_table,
    _loop_of_directory,
    _loop_of_further_tables,
    _sector_beyond,
    _table_beyond,
    _size_of_sectors,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_xls_whose_tables_lead_nowhere_or_round(
    damage: Callable[[bytearray], None], refused: Refusal
) -> None:
    whole = _old()
    damage(whole)
    code, params = refused(bytes(whole), **LIMITS)
    assert code in ("delivery.unreadable", "delivery.not_text")
    assert params["file"] == 1


def _record(whole: bytes, kind: int) -> int:
    """Find a record of an .xls, in which streams lie in one piece from the first sector on."""
    at = 512
    while at < len(whole):
        found, length = struct.unpack_from("<HH", whole, at)
        if found == kind:
            return at
        at += 4 + length
    raise AssertionError(kind)


@pytest.mark.parametrize("place", [0, 1, 3, 512, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_xls_whose_sheet_lies_elsewhere(place: int, refusal: Refusal) -> None:
    whole = _old()
    struct.pack_into("<I", whole, _record(whole, 0x85) + 4, place)
    assert refusal(bytes(whole))[0] in ("delivery.unreadable", "delivery.no_columns")


def test_an_xls_whose_record_is_longer_than_the_rest(refusal: Refusal) -> None:
    whole = _old()
    for kind in (0x85, 0xFC, 0x0A):
        damaged = bytearray(whole)
        struct.pack_into("<H", damaged, _record(whole, kind) + 2, 0xFFFF)
        assert refusal(bytes(damaged))[0] == "delivery.unreadable"


def test_an_xls_that_needs_a_password(refused: Refusal) -> None:
    whole = _old()
    # What says that windows are protected is as long as what follows here may be.
    struct.pack_into("<H", whole, _record(whole, 0x19), 0x2F)
    assert refused(bytes(whole)) == ("delivery.encrypted", {"file": 1, "found": "Excel"})


def _renamed(whole: bytearray, old: str, new: str) -> bytes:
    at = whole.index(old.encode("utf-16-le") + b"\0\0")
    whole[at : at + 66] = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<H", 2 * len(new) + 2
    )
    return bytes(whole)


def test_an_encrypted_workbook_is_named_for_what_it_is(refused: Refusal) -> None:
    code, params = refused(_renamed(_old(), "Workbook", "EncryptedPackage"))
    assert (code, params["found"]) == ("delivery.encrypted", "encrypted Office file")


def test_an_xls_with_macros_is_read_and_they_are_counted(read: Read) -> None:
    whole = _old()
    (directory,) = struct.unpack_from("<I", whole, 48)
    entry = 512 * (directory + 1) + 2 * 128
    name = "_VBA_PROJECT_CUR"
    whole[entry : entry + 67] = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<HB", 2 * len(name) + 2, 1
    )
    found = read(bytes(whole))
    assert (len(found.rows), found.not_taken) == (399, {"macros": 1})


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_archive_that_needs_a_password(kind: str, refused: Refusal) -> None:
    if kind == "ods":
        manifest = '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
        parts = ods_parts(table(ods_row("a")), more={"META-INF/manifest.xml": manifest})
        assert refused(parts) == ("delivery.encrypted", {"file": 1, "found": "OpenDocument"})
        return
    whole = bytearray(zipped(xlsx_parts(PLAIN)))
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 8] |= 1
    assert refused(bytes(whole)) == ("delivery.encrypted", {"file": 1, "found": "Excel"})


def test_a_child_does_not_take_more_memory_than_it_may(refused: Refusal) -> None:
    rows = "".join(row("x" * 20_000, n, at=n) for n in range(2, 5_000))
    found = refused(xlsx_parts(HEADER + rows), sandbox_memory=256 * 2**20)[0]
    assert found in ("sandbox.memory", "delivery.parser_died")
