# SPDX-License-Identifier: Apache-2.0
"""In the child: which statistics format a file is in, and the library that reads it.

The library is asked for numbers and never for dates, which it makes one by one and not all;
and for the bytes of texts instead of texts, since it drops what is left of a character
that is cut, and a name in cp1252 that ends in å would lose it in a file that says UTF-8.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, NamedTuple, cast

import pyreadstat
from pyreadstat.pyreadstat import parser_entry_point  # type: ignore[attr-defined]

from pseudo.io.sandbox.statistics_sas import is_noise, pages_of
from pseudo.io.sandbox.statistics_sav import is_regular, packed_rows
from pseudo.io.sandbox.statistics_text import BYTES, Decoder, unreadable_text
from pseudo.io.sandbox.statistics_xpt import rows_of, table_of
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import InputFile

__all__ = ["Asked", "StatisticsFile", "damaged", "open_file"]

Said = Any  # pyreadstat.metadata_container; the library's own annotations are partly wrong.

_BUFFER = 1024 * 1024
_STATA_UTF8 = 118
_SPSS_PACKED = slice(72, 76)
_RENAMED = re.compile(r"(.*)_duplicated1", re.DOTALL)


class _Kind(NamedTuple):
    """One of the formats: what makes it, what reads it, how it begins."""

    program: str
    read: Callable[..., tuple[dict[str, list[Any]], Said]]
    magic: re.Pattern[bytes]


# The library's own function for these cannot be asked for special missing values.
_read_xport = partial(parser_entry_point, parser_format="xport")

_KINDS = (
    _Kind("SAS", pyreadstat.read_sas7bdat, re.compile(rb"\0{12}\xc2\xea\x81\x60")),
    _Kind("SAS", _read_xport, re.compile(rb"HEADER RECORD\*{7}LIB")),
    _Kind("SPSS", pyreadstat.read_sav, re.compile(rb"\$FL[23]")),
    _Kind("Stata", pyreadstat.read_dta, re.compile(rb"<stata_dta>|[\x68-\x73][\x01\x02]\x01\0")),
)
_ENCRYPTED_SPSS = re.compile(rb"\x1c\0{7}ENCRYPTED")


class Asked(NamedTuple):
    """What was told of the values."""

    user_missing: bool


@dataclass(frozen=True, slots=True)
class StatisticsFile:
    """A file whose description was read.

    Attributes:
        program: ``SAS``, ``SPSS`` or ``Stata``.
        decoder: Makes texts of the bytes that the library gives.
        rows: How many rows it says it has; None where it does not.
        table: Its name, where there are several.
        others: How many more tables there are.
        searched: Whether all rows before the first that is asked for are gone through.
        said: What the library says of it; names are bytes.
    """

    program: str
    decoder: Decoder
    rows: int | None
    table: str
    others: int
    searched: bool
    said: Said
    _read: Callable[[Sequence[str], int, int], dict[str, list[Any]]]

    def read(self, names: Sequence[str], begin: int, count: int) -> dict[str, list[Any]]:
        """Read some rows of some columns, by the names that the library gives them."""
        return self._read(names, begin, count)

    def original(self, name: str) -> str:
        """Give a column its own name back where the library renamed a second one of it."""
        found = _RENAMED.fullmatch(name)
        twice = found is not None and found[1] in self.said.column_names
        return found[1] if found is not None and twice else name

    def not_taken(self, value_labels: str | None) -> Mapping[str, int]:
        """Count what is left behind."""
        said = self.said
        labels = sum(map(bool, said.column_labels)) + bool(said.file_label)
        if value_labels != "labels":
            labels += len(said.value_labels)
        return {"labels": labels, "notes": len(said.notes), "other_tables": self.others}


def open_file(
    file: InputFile, table: str | int | None, encoding: str | None, asked: Asked
) -> StatisticsFile:
    """Read what a file says of itself.

    Args:
        file: The file.
        table: Which table was told, by name or number.
        encoding: Which encoding was told.
        asked: What was told of its values.

    Raises:
        Refused: It cannot be read.
    """
    head = _at(file, 0, 128)
    if _ENCRYPTED_SPSS.match(head):
        raise Refused("delivery.encrypted", found="SPSS")
    kind = next((kind for kind in _KINDS if kind.magic.match(head)), None)
    if kind is None:
        raise Refused("delivery.unreadable", format="SAS")
    if kind.read is _read_xport:
        return _transport(file, kind, table, encoding, asked)
    if kind.program == "SAS":
        return _sas(file, kind, encoding, asked)
    if kind.program == "SPSS":
        return _spss(file, kind, head[_SPSS_PACKED] != bytes(4), encoding, asked)
    plain = _buffered(file)

    def read(names: Sequence[str], begin: int, count: int) -> dict[str, list[Any]]:
        return _called(kind, plain, asked, names, begin, count)[0]

    said, decoder = _described(kind, plain, encoding, asked)
    return StatisticsFile("Stata", decoder, said.number_rows, "", 0, False, said, read)


def _spss(
    file: InputFile, kind: _Kind, packed: bool, encoding: str | None, asked: Asked
) -> StatisticsFile:
    """Open an SPSS file, of whose rows only those are unpacked that are asked for."""
    plain = _buffered(file)
    said, decoder = _described(kind, plain, encoding, asked)
    rows = said.number_rows
    pieces = None
    if packed and rows is not None and is_regular(plain):
        pieces = packed_rows(plain)

    def read(names: Sequence[str], begin: int, count: int) -> dict[str, list[Any]]:
        part = None
        if pieces is not None:
            part = pieces.piece(begin, count, last=begin + count == rows)
        if part is None:
            return _called(kind, plain, asked, names, begin, count)[0]
        return _called(kind, part, asked, names, 0, count)[0]

    searched = packed and pieces is None
    return StatisticsFile("SPSS", decoder, rows, "", 0, searched, said, read)


def _sas(file: InputFile, kind: _Kind, encoding: str | None, asked: Asked) -> StatisticsFile:
    """Open a SAS file, of which only those pages are read that hold what is asked for."""
    # Nothing is read ahead: pages are looked at from the last to the first, too.
    plain = cast("BinaryIO", file)
    pages = pages_of(file)
    found = None
    if pages is not None:
        # Whatever is wrong with it is found again, and said, when it is read as it is.
        with suppress(Refused):
            part = cast("BinaryIO", pages.part(file, 0, 0)[0])
            found = _described(kind, part, encoding, asked)
    if found is None or pages is None or found[0].number_rows != pages.rows:
        pages, found = None, _described(kind, plain, encoding, asked)

    def read(names: Sequence[str], begin: int, count: int) -> dict[str, list[Any]]:
        part, ahead = pages.part(file, begin, count) if pages is not None else (plain, begin)
        return _called(kind, cast("BinaryIO", part), asked, names, ahead, count)[0]

    said, decoder = found
    return StatisticsFile("SAS", decoder, said.number_rows, "", 0, pages is None, said, read)


def _transport(
    file: InputFile, kind: _Kind, table: str | int | None, encoding: str | None, asked: Asked
) -> StatisticsFile:
    """Open one member of a transport file, as if it were the only one."""
    member, names = table_of(file, table)
    said, decoder = _described(kind, _buffered(member.whole(file)), encoding, asked)
    rows = rows_of(file, member, sum(said.variable_storage_width.values()))

    def read(names: Sequence[str], begin: int, count: int) -> dict[str, list[Any]]:
        # Its reader would convert every row before the first that is asked for.
        rest = _buffered(member.whole(file, skipped=begin * rows.length))
        return _called(kind, rest, asked, names, 0, count)[0]

    shown = member.name if len(names) > 1 else ""
    return StatisticsFile("SAS", decoder, None, shown, len(names) - 1, False, said, read)


def damaged(program: str) -> Refused:
    """Make the refusal of a file that is not whole."""
    return Refused("delivery.unreadable", format=program)


def _described(
    kind: _Kind, file: BinaryIO, encoding: str | None, asked: Asked
) -> tuple[Said, Decoder]:
    """Read a file's description, and find out in what encoding it says it is."""
    try:
        declared = encoding or _declared(kind, file, asked)
        said = _called(kind, file, asked)[1]
    except Refused as refused:
        failure = refused
    else:
        if said.column_names:
            return said, Decoder(declared, told=encoding is not None)
        failure = Refused("delivery.no_columns")
    if kind.read is pyreadstat.read_sas7bdat and is_noise(file):
        failure = Refused("delivery.encrypted", found="SAS")
    raise failure


def _declared(kind: _Kind, file: BinaryIO, asked: Asked) -> str:
    """Find out in what encoding a file says it is; UTF-8 where it does not say."""
    if kind.program == "Stata":
        file.seek(0)
        release = re.match(rb"<stata_dta><header><release>(\d{3})<", file.read(64))
        return "utf-8" if release and int(release[1]) >= _STATA_UTF8 else "windows-1252"
    said = _called(kind, file, asked, encoding=None)[1]
    return str(said.file_encoding or "utf-8").lower()


def _called(
    kind: _Kind,
    file: BinaryIO,
    asked: Asked,
    names: Sequence[str] | None = None,
    begin: int = 0,
    count: int = 0,
    *,
    encoding: str | None = BYTES,
) -> tuple[dict[str, list[Any]], Said]:
    """Ask the library, for rows or for none, and refuse the file for all that it finds wrong."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return kind.read(
                file,
                metadataonly=names is None,
                usecols=names,
                disable_datetime_conversion=True,
                row_limit=count,
                row_offset=begin,
                output_format="dict",
                encoding=encoding,
                user_missing=asked.user_missing,
            )
    except MemoryError:
        raise
    except UnicodeError:
        message = "convert"
    except Exception as error:  # noqa: BLE001  it has no word for each, and quotes values
        message = str(error)
    if "convert" in message or "character set" in message:
        raise unreadable_text("utf-8" if encoding == BYTES else "declared")
    raise damaged(kind.program)


def _at(file: InputFile, place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)


def _buffered(file: io.RawIOBase) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(file, _BUFFER))
