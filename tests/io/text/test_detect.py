# SPDX-License-Identifier: Apache-2.0
"""Formats are told by content, never by name."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import sqlite3
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
import pytest

from pseudo.errors import DeliveryError, PseudoError
from pseudo.io import open_source
from pseudo.io.detect import is_binary, sniff
from pseudo.io.refusals import refusal
from pseudo.io.source import records_of
from pseudo.io.text import TextSource

TABLE = pa.table({"a": ["1", "2"]})


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet;x")
    return target.getvalue()


def stored(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet")
    return target.getvalue()


def written(write: Callable[[pa.Table, io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    write(TABLE, target)
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    return target.getvalue()


def ole(*names: str) -> bytes:
    """Write a container whose directory, chained over sectors, has these names and no more."""
    first, entries = 5, b""
    for name in names:
        raw = name.encode("utf-16-le")
        entries += raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2) + bytes(62)
    count = -(-len(entries) // 512)
    chain = [0xFFFFFFFF] * first + [first + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, first)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    return bytes(header) + table + bytes(512 * (first - 1)) + entries.ljust(512 * count, b"\0")


def stata(version: int) -> bytes:
    target = io.BytesIO()
    pd.DataFrame({"a": [1, 2]}).to_stata(target, version=version)
    return target.getvalue()


FILES = {
    "parquet": lambda: written(pa.parquet.write_table),
    "Arrow (.feather)": lambda: written(pa.feather.write_feather),
    "ORC": lambda: written(pa.orc.write_table),
    "Excel (.xlsx)": lambda: zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "Word (.docx)": lambda: zipped("[Content_Types].xml", "word/document.xml"),
    "OpenDocument (.ods)": lambda: stored("mimetype", "content.xml"),
    "ZIP": lambda: zipped("delivery.csv"),
    "gzip (.gz)": lambda: gzip.compress(b"a;b\n"),
    "bzip2 (.bz2)": lambda: bz2.compress(b"a;b\n" * 100),
    "xz": lambda: lzma.compress(b"a;b\n"),
    "Zstandard (.zst)": lambda: pa.compress(b"a;b\n", "zstd", asbytes=True),
    "tar": tarred,
    "Excel (.xls)": lambda: ole("Root Entry", "Workbook"),
    "Word (.doc)": lambda: ole("Root Entry", "Data", "1Table", "Other", "More", "WordDocument"),
    "PowerPoint (.ppt)": lambda: ole("Root Entry", "PowerPoint Document"),
    "Outlook (.msg)": lambda: ole("Root Entry", "__nameid_version1.0", "__properties_version1.0"),
    "encrypted Office file": lambda: ole("Root Entry", "EncryptionInfo", "EncryptedPackage"),
    "OLE": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "mail (.eml)": lambda: (
        b"Received: from a by b\r\n\tvia c\r\nFrom: x\r\nSubject: y\r\n\r\nHej\r\n"
    ),
    "Excel (.xlsb)": lambda: zipped("[Content_Types].xml", "xl/workbook.bin"),
    "Excel 2003 (.xml)": lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
    "picture or film": lambda: b"\x00\x00\x00\x18ftypheic\x00\x00",
    "SQL Server (.bak)": lambda: b"TAPE\x00\x00\x03\x00\x8c\x00",
    "PostgreSQL (pg_dump -Fc)": lambda: b"PGDMP\x01\x10\x00",
    "JSON lines": lambda: b'{"pnr": "x", "n": [1]}\n{"pnr": "y"}\n',
    "PDF": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "7-Zip (.7z)": lambda: b"7z\xbc\xaf\x27\x1c\x00\x04",
    "RAR": lambda: b"Rar!\x1a\x07\x01\x00",
    "SAS (.sas7bdat)": lambda: bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92",
    "SAS (.xpt)": lambda: b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!",
    "SPSS (.sav)": lambda: b"$FL2@(#) SPSS DATA FILE",
    "SPSS (.zsav)": lambda: b"$FL3@(#) SPSS DATA FILE",
    "Stata (.dta)": lambda: stata(118),
    "HTML": lambda: b"\xef\xbb\xbf\r\n<!DOCTYPE  html><html><table>",
    "XML": lambda: b'<?xml version="1.0" encoding="UTF-8"?><a/>',
    "JSON": lambda: json.dumps([{"pnr": "x"}], indent=2).encode(),
    "PNG": lambda: b"\x89PNG\r\n\x1a\n",
    "JPEG": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "GIF": lambda: b"GIF89a\x01\x00\x01\x00",
    "TIFF": lambda: b"II*\x00\x08\x00",
    "BMP": lambda: b"BM\x9a\x00\x00\x00\x00\x00",
    "ELF": lambda: Path(sys.executable).resolve().read_bytes()[:1000],
    "Windows .exe": lambda: b"MZ\x90\x00\x03\x00\x00\x00",
    "R (.RData)": lambda: b"RDX3\nX\n\x00\x00\x00\x03",
    "SQLite": lambda: sqlite_bytes(),
    "RTF": lambda: b"{\\rtf1\\ansi",
    "PGP": lambda: b"-----BEGIN PGP MESSAGE-----\n\n",
    "Access": lambda: b"\x00\x01\x00\x00Standard ACE DB\x00",
    "Avro": lambda: b"Obj\x01\x04\x14avro.codec",
}


def sqlite_bytes() -> bytes:
    with sqlite3.connect(":memory:") as database:
        database.execute("create table a (b)")
        return database.serialize()


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_text(name: str, write: Callable[[bytes], Path]) -> None:
    path = write(FILES[name]())
    assert sniff(path) == sniff(path.read_bytes()) == name
    with pytest.raises(DeliveryError) as caught:
        TextSource(path, 1)
    assert caught.value.code == refusal(name, 1).code
    assert caught.value.params["found"] == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Word (.docx)", "document"),
        ("PDF", "document"),
        ("PNG", "picture"),
        ("Outlook (.msg)", "mail"),
        ("encrypted Office file", "encrypted"),
        ("PGP", "encrypted"),
        ("7-Zip (.7z)", "archive"),
        ("HTML", "markup"),
        ("Excel (.xlsb)", "other_workbook"),
        ("Access", "database_file"),
        ("JSON", "json_document"),
        ("ORC", "not_text"),
    ],
)
def test_a_submitter_is_told_what_to_send_instead(name: str, code: str) -> None:
    error = refusal(name, 3)
    assert error.code == f"delivery.{code}"
    for lang in ("sv", "en"):
        assert "3" in error.text(lang)
        assert error.hint(lang)


@pytest.mark.parametrize("place", [30, 48, 49, 50, 51, 76, 77, 78, 79, 512 + 20, 512 + 23])
def test_an_ole_container_that_leads_astray_is_named_all_the_same(place: int) -> None:
    data = bytearray(ole("Root Entry", "a", "b", "c", "Workbook"))
    for value in (0, 1, 0x7F, 0xFF):
        data[place] = value
        assert sniff(bytes(data)) in {"OLE", "Excel (.xls)"}


@pytest.mark.parametrize("version", [114, 117, 119])
def test_stata_of_many_years(version: int) -> None:
    assert sniff(stata(version)) == "Stata (.dta)"


@pytest.mark.parametrize("data", [b'<tabell rad="1">', b"<rows><row>", b'{"a":1}\n{"a":2}'])
def test_markup_and_lines_of_json(data: bytes) -> None:
    assert sniff(data) in {"XML", "JSON lines"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a;b\n1;2\n",
        b"PAR1;PAR2\n1;2\n",
        b"ORCID;MZ\n",
        b"BMI;BMI2\n",
        b"MZ;x\n",
        b"GIF8;x\n",
        b"PK;b\n",
        b"[pnr];[namn]\n",
        b"{pnr};b\n",
        b"<20 ar;>=20 ar\n",
        b"<b;c\n",
        b"%PDF;b\n",
        b"RIFF,RDX\n",
        b"#comment\n",
        "åäö;b\n".encode("cp1252"),
        "\ufeffa;b\n".encode(),
        "\ufeffa;b\n".encode("utf-16-le"),
    ],
)
def test_texts_that_begin_like_something_else(data: bytes) -> None:
    assert sniff(data) == "text"


def test_a_trace_of_control_characters_is_text() -> None:
    assert not is_binary(b"a;b\n\x1a")
    assert not is_binary(b"a;b\r\n\t\x0c" * 1000)
    assert not is_binary(b"abcdefgh;bcdefgh\n" * 1000 + b"\x01" * 17)
    assert is_binary(b"\x00\x01" * 20)


def test_parquet_goes_to_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "delivery.csv"
    pa.parquet.write_table(TABLE, path)
    try:
        source = open_source(path, 2)
    except PseudoError as error:
        pytest.fail(error.code)
    rows = sum(piece.batch.num_rows for piece in records_of(source))
    assert (source.facts.format, source.file, rows) == ("parquet", 2, 2)
    source.close()


def test_text_goes_to_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "delivery.parquet"
    path.write_bytes(b"a;b\n1;2\n")
    source = open_source(path, 2)
    assert [(p.file, p.batch.num_rows) for p in records_of(source)] == [(2, 1)]
    assert source.facts.format == "text"
    source.close()


def archive(*names: str, before: bytes = b"", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        if before:
            made.writestr("docProps/thumbnail.jpeg", before, zipfile.ZIP_STORED)
        for name in names:
            made.writestr(name, b"x" * 10)
    return target.getvalue()


def test_a_workbook_is_one_by_its_directory_however_far_its_parts_are_from_the_beginning() -> None:
    made = archive("xl/workbook.xml", before=random.Random(1).randbytes(200_000))
    assert sniff(made) == "Excel (.xlsx)"
    # What was cut short is named for what it was, where its first parts tell.
    assert sniff(archive("xl/workbook.xml")[:-30]) == "Excel (.xlsx)"


def test_an_archive_of_workbooks_is_an_archive(tmp_path: Path) -> None:
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_STORED) as made:
        made.writestr("a.xlsx", archive("xl/workbook.xml"))
        made.writestr("b.xlsx", archive("word/document.xml"))
    (tmp_path / "many.zip").write_bytes(outer.getvalue())
    assert sniff(outer.getvalue()) == sniff(tmp_path / "many.zip") == "ZIP"


def test_a_document_says_in_its_first_part_what_it_is() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", "application/vnd.oasis.opendocument.spreadsheet")
    assert sniff(target.getvalue()) == "OpenDocument (.odt)"
