# SPDX-License-Identifier: Apache-2.0
"""What a file is, by its content and never by its name.

A spreadsheet called ``data.csv`` is a spreadsheet. Names are product names, the same in
every language, so that they can stand in a message as they are.
"""

from __future__ import annotations

import os
import re

from pseudo.io.detect_sql import is_sql
from pseudo.io.watch import Watched

__all__ = ["PARQUET", "SNIFF_BYTES", "SQL", "TEXT", "is_binary", "sniff"]

TEXT = "text"
SQL = "SQL"
PARQUET = "parquet"
SNIFF_BYTES = 64 * 1024

# These cannot be the beginning of a table in text.
_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel (.xls)"),
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "gzip (.gz)"),
    (b"\x28\xb5\x2f\xfd", "Zstandard (.zst)"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip (.7z)"),
    (b"Rar!\x1a\x07", "RAR"),
    (bytes(12) + b"\xc2\xea\x81\x60", "SAS (.sas7bdat)"),
    (b"HEADER RECORD*******LIB", "SAS (.xpt)"),
    (b"$FL2", "SPSS (.sav)"),
    (b"$FL3", "SPSS (.zsav)"),
    (b"ASCII SPSS PORT FILE", "SPSS (.por)"),
    (b"<stata_dta>", "Stata (.dta)"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x00\x01\x00\x00Standard ", "Access"),
    (b"-----BEGIN PGP ", "PGP"),
    (b"age-encryption.org/", "age"),
)

# These can ("PAR1;PAR2" is a possible header), so a control character must follow.
_BINARY_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", PARQUET),
    (b"PARE", PARQUET),
    (b"ARROW1", "Arrow (.feather)"),
    (b"FEA1", "Arrow (.feather)"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"BZh", "bzip2 (.bz2)"),
    (b"RDX", "R (.RData)"),
    (b"GIF8", "GIF"),
    (b"RIFF", "RIFF"),
    (b"BM", "BMP"),
    (b"MZ", "Windows .exe"),
)

_STATA = re.compile(rb"[\x68-\x73][\x01\x02]\x01\x00")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<table[\s>]", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\s|<[A-Za-z][\w:.-]*(\s+[\w:.-]+\s*=\s*[\"']|>\s*<)")
_JSON = re.compile(rb"(?:\[\s*)?\{\s*(?:\"[^\"]*\"\s*:|\})|\[\s*[\[\"]")
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\f\r")
_CONTROL = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
_ZIP_PARTS = (
    (b"xl/", "Excel (.xlsx)"),
    (b"word/", "Word (.docx)"),
    (b"ppt/", "PowerPoint (.pptx)"),
    (b"opendocument.spreadsheet", "OpenDocument (.ods)"),
    (b"opendocument.text", "OpenDocument (.odt)"),
)

# A trace of control characters is a fault in a text; more than this is no text.
_TRACE, _TRACE_SHARE = 16, 0.02


def sniff(source: str | os.PathLike[str] | bytes) -> str:
    """Tell what a file is.

    Args:
        source: Its path, or its first bytes (64 KiB are enough).

    Returns:
        ``parquet``, ``SQL``, ``text`` (which an empty file is, too), or the name of
        something that is none of them.

    Raises:
        UsageError: There is no such file, or it may not be read.
        ResourceError: The system cannot read it.
    """
    if isinstance(source, bytes):
        return _named(source[:SNIFF_BYTES])
    with Watched(source) as watched:
        return _named(watched.read(SNIFF_BYTES))


def _named(head: bytes) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for part, name in _ZIP_PARTS if part in head), "ZIP")
    for magic, name in _MAGICS:
        if head.startswith(magic):
            return name
    if _STATA.match(head):
        return "Stata (.dta)"
    if head[257:262] == b"ustar":
        return "tar"
    if _CONTROL.search(head, 0, 512):
        for magic, name in _BINARY_MAGICS:
            if head.startswith(magic):
                return name
    found = _markup(head.removeprefix(b"\xef\xbb\xbf").lstrip())
    return SQL if found == TEXT and is_sql(head) else found


def _markup(text: bytes) -> str:
    if _HTML.match(text):
        return "HTML"
    if _XML.match(text):
        return "XML"
    return "JSON" if _JSON.match(text) else TEXT


def is_binary(text: bytes) -> bool:
    """Tell whether decoded text has more control characters than a text has by accident.

    Args:
        text: In UTF-8.
    """
    controls = len(text) - len(text.translate(None, _CONTROLS))
    return controls > _TRACE and controls > len(text) * _TRACE_SHARE
