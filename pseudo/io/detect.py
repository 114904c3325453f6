# SPDX-License-Identifier: Apache-2.0
"""What a file is, by its content and never by its name.

A spreadsheet called ``data.csv`` is a spreadsheet. Names are product names, the same in
every language, so that they can stand in a message as they are.
"""

from __future__ import annotations

import os
import re

from pseudo.io import detect_ole, detect_zip
from pseudo.io.detect_sql import is_sql
from pseudo.io.detect_zip import ZIP
from pseudo.io.watch import Watched

__all__ = [
    "ARROW",
    "GZIP",
    "JSON_LINES",
    "PARQUET",
    "SNIFF_BYTES",
    "SQL",
    "SQLITE",
    "TEXT",
    "ZIP",
    "ZSTANDARD",
    "is_binary",
    "sniff",
]

TEXT = "text"
SQL = "SQL"
PARQUET = "parquet"
ARROW = "Arrow (.feather)"
JSON_LINES = "JSON lines"
GZIP = "gzip (.gz)"
ZSTANDARD = "Zstandard (.zst)"
SQLITE = "SQLite"
SNIFF_BYTES = 64 * 1024

# These cannot be the beginning of a table in text.
_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", GZIP),
    (b"\x28\xb5\x2f\xfd", ZSTANDARD),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip (.7z)"),
    (b"Rar!\x1a\x07", "RAR"),
    (bytes(12) + b"\xc2\xea\x81\x60", "SAS (.sas7bdat)"),
    (bytes(12) + b"\xc2\xea\x81\x63", "SAS (.sas7bcat)"),
    (b"**COMPRESSED** ", "SAS (.cpt)"),
    (b"HEADER RECORD*******LIB", "SAS (.xpt)"),
    (b"$FL2", "SPSS (.sav)"),
    (b"$FL3", "SPSS (.zsav)"),
    (b"\x1c" + bytes(7) + b"ENCRYPTEDSAV", "SPSS (.sav)"),
    (b"ASCII SPSS PORT FILE", "SPSS (.por)"),
    (b"<stata_dta>", "Stata (.dta)"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3\x00", SQLITE),
    (b"TAPE\x00\x00\x03\x00", "SQL Server (.bak)"),
    (b"PGDMP", "PostgreSQL (pg_dump -Fc)"),
    (b"\x00\x01\x00\x00Standard ", "Access"),
    (b"-----BEGIN PGP ", "PGP"),
    (b"age-encryption.org/", "age"),
)

# These can ("PAR1;PAR2" is a possible header), so a control character must follow.
_BINARY_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", PARQUET),
    (b"PARE", PARQUET),
    (b"ARROW1", ARROW),
    (b"FEA1", "Feather 1"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"BZh", "bzip2 (.bz2)"),
    (b"RDX", "R (.RData)"),
    (b"GIF8", "GIF"),
    (b"RIFF", "RIFF"),
    (b"BM", "BMP"),
    (b"MZ", "Windows .exe"),
)

_MAIL = re.compile(
    rb"(?:(?:[A-Z][A-Za-z-]{1,60}): [^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}", re.ASCII
)
_MAIL_ONLY = re.compile(rb"^(?:MIME-Version|Message-I[Dd]|Received): ", re.MULTILINE)
_WORKBOOK_XML = re.compile(rb"<\?mso-application\s+progid=[\"']Excel.Sheet[\"']")
_STATA = re.compile(rb"[\x68-\x73][\x01\x02]\x01\x00")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<table[\s>]", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\s|<[A-Za-z][\w:.-]*(\s+[\w:.-]+\s*=\s*[\"']|>\s*<)")
_JSON = re.compile(rb"(?:\[\s*)?\{\s*(?:\"[^\"]*\"\s*:|\})|\[\s*[\[\"]")
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\f\r")
_CONTROL = re.compile(b"[" + re.escape(_CONTROLS) + b"]")

# A trace of control characters is a fault in a text; more than this is no text.
_TRACE, _TRACE_SHARE = 16, 0.02


def sniff(source: str | os.PathLike[str] | bytes | Watched) -> str:
    """Tell what a file is.

    Args:
        source: Its path, the open file, or its bytes (the first 64 KiB are enough for most).

    Returns:
        ``parquet``, ``SQL``, ``text`` (which an empty file is, too), or the name of
        something that is none of them.

    Raises:
        UsageError: There is no such file, or it may not be read.
        ResourceError: The system cannot read it.
    """
    if isinstance(source, bytes):
        return _named(len(source), lambda count, at: source[at : at + count])
    if isinstance(source, Watched):
        return _named(source.size if source.seekable else 0, source.peek)
    with Watched(source) as watched:
        return _named(watched.size, watched.peek)


def _named(size: int, read: detect_ole.Read) -> str:
    head = read(SNIFF_BYTES, 0)
    if head.startswith(detect_ole.MAGIC):
        return detect_ole.named_by(read)
    if head.startswith(detect_zip.MAGICS):
        return detect_zip.named_by(head, size, read)
    found = _magic(head) or _markup(head.removeprefix(b"\xef\xbb\xbf").lstrip())
    return SQL if found == TEXT and is_sql(head) else found


def _magic(head: bytes) -> str:
    """Name a file by the first bytes that no table in text has; empty where it has none."""
    for magic, name in _MAGICS:
        if head.startswith(magic):
            return name
    if _STATA.match(head):
        return "Stata (.dta)"
    if head[257:262] == b"ustar":
        return "tar"
    if not _CONTROL.search(head, 0, 512):
        return ""
    if head[4:8] == b"ftyp":
        return "picture or film"
    return next((name for magic, name in _BINARY_MAGICS if head.startswith(magic)), "")


def _markup(text: bytes) -> str:
    if _HTML.match(text):
        return "HTML"
    if _XML.match(text):
        return "Excel 2003 (.xml)" if _WORKBOOK_XML.search(text, 0, 2048) else "XML"
    if _JSON.match(text):
        return JSON_LINES if _is_by_line(text) else "JSON"
    return "mail (.eml)" if _is_mail(text) else TEXT


def _is_by_line(text: bytes) -> bool:
    """Tell whether each line is an object, or the first is longer than what was looked at."""
    first, ended, _ = text.partition(b"\n")
    return text.startswith(b"{") and (first.rstrip().endswith(b"}") or not ended)


def _is_mail(text: bytes) -> bool:
    return bool(_MAIL.match(text) and _MAIL_ONLY.search(text, 0, 8192))


def is_binary(text: bytes) -> bool:
    """Tell whether decoded text has more control characters than a text has by accident.

    Args:
        text: In UTF-8.
    """
    controls = len(text) - len(text.translate(None, _CONTROLS))
    return controls > _TRACE and controls > len(text) * _TRACE_SHARE
