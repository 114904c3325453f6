# SPDX-License-Identifier: Apache-2.0
"""A workbook of one sheet in which a text is a text: the library's, made safe and exact.

The library takes a text that begins with ``<r>`` and ends with ``</r>`` for a piece of its
own XML and writes it as it is, with whatever cells and formulas are in it. It does not mark
every text that looks like a character's escape (``_x0000_``) where two share a ``_``. And
it cuts a number after 16 digits, where a float needs 17. All three are mended here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import (
    FileCreateError,
    XlsxWriterException,
)
from xlsxwriter.worksheet import Worksheet

from pseudo.errors import InternalError
from pseudo.io.writers.sink import FileSink, disk_error

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Book", "library_errors"]

# Nothing of the day a workbook was made on; the parts of the archive have 1980 too.
_MADE = datetime(1980, 1, 1)  # noqa: DTZ001  the library takes it as it is
_WHOLE = 10**15
_LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet that writes texts as texts, and numbers whole."""

    @staticmethod
    def _escape_control_characters(data: object) -> object:
        if not isinstance(data, str):
            return data
        marked = _LIKE_ESCAPE.sub("_x005F_", data)
        return _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        preserve = string[0].isspace() or string[-1].isspace()
        self._xml_inline_string(string, preserve, attributes)

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        told = "".join(f' {key}="{value}"' for key, value in attributes)
        whole = isinstance(number, float) and number.is_integer() and abs(number) < _WHOLE
        self.fh.write(f"<c{told}><v>{int(number) if whole else repr(number)}</v></c>")


class _Into:
    """What the library's archive is written to, until it is given up."""

    def __init__(self, sink: FileSink) -> None:
        self._sink: FileSink | None = sink

    def write(self, data: Buffer) -> int:
        # An archive that is given up would write its end when it is collected.
        return memoryview(data).nbytes if self._sink is None else self._sink.write(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def give_up(self) -> None:
        self._sink = None


class Book:
    """A workbook of one sheet, written row by row.

    Args:
        sink: Where it goes.
        scratch: The folder for the rows on their way.

    Attributes:
        sheet: The sheet.
    """

    def __init__(self, sink: FileSink, scratch: Path) -> None:
        self._into = _Into(sink)
        options = {
            "constant_memory": True,
            "tmpdir": str(scratch),
            "use_zip64": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = Workbook(self._into, options)
        self._book.set_properties({"created": _MADE})
        self.sheet = self._book.add_worksheet("data", worksheet_class=_Sheet)

    def form(self, number_format: str) -> Any:
        """Make a cell format of the library."""
        return self._book.add_format({"num_format": number_format})

    def close(self) -> None:
        """Write the workbook to its end."""
        self._book.close()

    def give_up(self) -> None:
        """Let go of it. Never raises."""
        self._into.give_up()
        with contextlib.suppress(Exception):
            self.sheet._opt_close()  # noqa: SLF001  nothing public closes it


@contextlib.contextmanager
def library_errors() -> Iterator[None]:
    """Turn every error of the library into one of ours.

    Raises:
        ResourceError: The disk is full, or cannot be written.
        InternalError: Anything else.
    """
    number, failed = None, False
    try:
        yield
    except FileCreateError as error:
        cause = error.args[0] if error.args else None
        number = cause.errno if isinstance(cause, OSError) else None
    except OSError as error:
        number = error.errno
    except XlsxWriterException:
        failed = True
    else:
        return
    if failed:
        raise InternalError("output.library_failed", format="xlsx")
    raise disk_error(number)
