# SPDX-License-Identifier: Apache-2.0
"""In the child: a column of a statistics file, and its values as Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.io.sandbox.plain import plain_column
from pseudo.io.sandbox.statistics_dates import Calendar
from pseudo.io.sandbox.statistics_text import Decoder
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Column"]

_INTEGERS = ("int8", "int16", "int32")
_EXACT = 2.0**53


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a column before any of its values.

    Attributes:
        name: Its name.
        raw: What the library calls it.
        kind: The library's word for the type of its values.
        width: How many bytes the file has for each.
        calendar: What its numbers stand for; None where they are numbers.
        labels: The texts that stand for its codes, where those are asked for.
        as_text: Whether the library gives its texts as text, and not as bytes.
    """

    name: str
    raw: str
    kind: str
    width: int
    calendar: Calendar | None
    labels: Mapping[float | str, str] | None
    as_text: bool = False

    @property
    def is_text(self) -> bool:
        """Whether its values are texts in the file."""
        return self.kind == "string"

    @property
    def type(self) -> pa.DataType:
        """The plain type that it leaves with."""
        if self.calendar is not None:
            return self.calendar.type
        if self.is_text or self.labels is not None:
            return pa.string()
        return pa.int64() if self.kind in _INTEGERS else pa.float64()

    def taken(self, values: Sequence[Any], decoder: Decoder) -> pa.Array:
        """Convert what the library gave.

        Args:
            values: Texts, numbers, None where the value is missing, or a letter where it is
                a special missing value that is to be kept.
            decoder: Makes texts of bytes.

        Raises:
            Refused: A value does not fit.
        """
        if self.calendar is not None:
            return self._dates(values, self.calendar)
        if self.is_text:
            return self._texts(values, decoder)
        if self.labels is not None:
            return pa.array([self._label(value) for value in values], pa.string())
        return self._numbers(values, self.type)

    def _texts(self, values: Sequence[str | None], decoder: Decoder) -> pa.Array:
        found = _plain_texts(values)
        if not self.as_text:
            found = decoder.texts(found, self.width)
        if self.labels is not None:
            found = pa.array(
                [self.labels.get(text, text) for text in found.to_pylist()], pa.string()
            )
        return plain_column(self.name, found)

    def _label(self, value: float | str | None) -> str | None:
        """Give a code's text, and the code itself where it has none."""
        if value is None or value != value:  # noqa: PLR0124  what is not a number
            return None
        labels = self.labels or {}
        return labels.get(value) or (value if isinstance(value, str) else _code_text(value))

    def _numbers(self, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
        # The library's message quotes the value, so the refusal is made outside.
        try:
            return _without_nan(pa.array(values, kind))
        except (pa.ArrowException, TypeError, ValueError):
            pass
        raise Refused("delivery.special_missing", column=self.name)

    def _dates(self, values: Sequence[Any], calendar: Calendar) -> pa.Array:
        numbers = self._numbers(values, pa.float64()).to_numpy(zero_copy_only=False)
        found = calendar.taken(np.asarray(numbers, np.float64))
        if found is None:
            raise Refused("delivery.value_out_of_range", column=self.name, type=calendar.shape)
        return plain_column(self.name, found)


def _plain_texts(values: Sequence[str | None]) -> pa.Array:
    found = pa.array(values, pa.string())
    if isinstance(found, pa.Array):
        return found
    # More than the offsets reach, in pieces: a few long texts that stand in many rows.
    raise MemoryError


def _without_nan(found: pa.Array) -> pa.Array:
    if not pa.types.is_floating(found.type):
        return found
    nothing = pc.is_nan(found)
    if not pc.any(nothing).as_py():
        return found
    return pc.if_else(nothing, pa.scalar(None, found.type), found)


def _code_text(value: float) -> str:
    """Write a code as the numbers of a text file are written."""
    if float(value).is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return repr(float(value))
