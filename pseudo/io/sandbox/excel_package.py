# SPDX-License-Identifier: Apache-2.0
"""In the child: what is asked of a workbook's file before and beside the library."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from pseudo.io.detect_ole import MAGIC as OLE
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Extent", "Package", "Span", "Survey", "attempted", "package_of"]

Found = TypeVar("Found")

# What a cell takes in the library, with what it refers to and with room to spare.
_BYTES_A_CELL = 64
_MOST_TOLD = 2**62


class Span(NamedTuple):
    """Cells that were joined, by what their first row takes up; all from 0.

    Attributes:
        row: Their first row.
        first: Their first column.
        last: Their last column.
    """

    row: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found in a sheet beside its cells.

    Attributes:
        left: How much of what is not taken there is, by a word of
            :data:`pseudo.io.sandbox.facts.NOT_TAKEN`.
        spans: Cells that were joined, in the first rows; None where the library knows.
    """

    left: Mapping[str, int] = field(default_factory=dict)
    spans: Sequence[Span] | None = None


class Package(ABC):
    """A workbook's file. Whatever it is asked for, it may refuse the file."""

    @property
    @abstractmethod
    def sheets(self) -> int:
        """How many sheets it has, of whatever kind, in the order of the library."""

    @property
    def opened_size(self) -> int:
        """How many bytes are to be looked through before or while the library opens it."""
        return 0

    def look_through(self) -> None:  # noqa: B027  most have nothing to look through.
        """Look through these; refuse a sheet that is too large for the memory there is."""

    def mended(self) -> bytes | None:
        """Give the file as the library has to read it; None where it reads it as it is."""
        return None

    def size(self, place: int) -> int:
        """Give how many bytes are to be looked through for a survey of this sheet."""
        del place
        return 0

    def is_filled(self, place: int) -> bool | None:
        """Tell whether anything stands in a sheet; None where the library is to be asked."""
        del place
        return None

    @abstractmethod
    def survey(self, place: int) -> Survey:
        """Look through a sheet; refuse one that is too large for the memory there is."""


class Extent:
    """How far a sheet reaches, and whether there is the memory for that.

    Args:
        memory: Bytes that the child may use.
    """

    def __init__(self, memory: int) -> None:
        self._most = memory // _BYTES_A_CELL

    def check(self, rows: int, columns: int) -> None:
        """Refuse a sheet of this size if it is too large.

        The library keeps room for every cell between the first and the last.
        """
        if rows * columns > self._most:
            raise Refused(
                "delivery.sheet_too_large",
                rows=min(rows, _MOST_TOLD),
                columns=min(columns, _MOST_TOLD),
            )


def package_of(data: bytes, memory: int) -> Package:
    """Tell which kind of workbook it is, by its content.

    Args:
        data: The whole file.
        memory: Bytes that the child may use.

    Raises:
        Refused: It is none, damaged or encrypted, or would unpack to too much.
    """
    # Each is imported only where it is needed.
    if data.startswith(OLE):
        from pseudo.io.sandbox.excel_xls import Xls

        return attempted(lambda: Xls(data))
    from pseudo.io.sandbox.excel_zip import Parts

    parts = attempted(lambda: Parts(data))
    is_xlsx = "_rels/.rels" in parts
    # What is both is made so that readers differ in what they see.
    if is_xlsx == ("content.xml" in parts) or "xl/workbook.bin" in parts:
        raise Refused("delivery.unreadable", format="Excel")
    if is_xlsx:
        from pseudo.io.sandbox.excel_xlsx import Xlsx

        return attempted(lambda: Xlsx(parts, Extent(memory)))
    from pseudo.io.sandbox.excel_ods import Ods

    return attempted(lambda: Ods(parts, Extent(memory)))


def attempted(work: Callable[[], Found]) -> Found:
    """Do something that the file can make fail, and refuse the file if it does.

    Raises:
        Refused: It failed (``delivery.unreadable``), needs a password
            (``delivery.encrypted``), or refuses for a reason of its own.
    """
    encrypted = False
    try:
        return work()
    except (Refused, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  any failure is the file's, and is not kept.
        encrypted = type(error).__name__ == "PasswordError"
    except BaseException as error:
        # What the library did not foresee comes as an exception that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
    if encrypted:
        raise Refused("delivery.encrypted", found="Excel")
    raise Refused("delivery.unreadable", format="Excel")
