# SPDX-License-Identifier: Apache-2.0
"""How three municipalities write the same columns, each in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pseudo.testing.spellings import SPELLINGS

__all__ = ["BAD", "SENDERS", "Sender"]

BAD = ("bad_check_digit", "blank", "wrong_length", "future_date", "placeholder")
"""What is wrong with the numbers that must be refused, in turn."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A municipality and the way its system writes files.

    Attributes:
        name: Of the file, without ending.
        code: The municipality's code.
        encoding: Python codec of the file.
        line_break: After every record.
        spellings: Of identity numbers, each as often as it stands here.
        quotes_names: Whether names are quoted without need.
        quotes_numbers: Every how manieth identity number is quoted; 0 for none.
        ragged: Fields too many (or, negative, too few) in the records that are ragged.
        broken_record: Number of the record whose name has a line break in it; 0 for none.
    """

    name: str
    code: str
    encoding: str
    line_break: str
    spellings: tuple[str, ...]
    quotes_names: bool = False
    quotes_numbers: int = 0
    ragged: tuple[int, ...] = ()
    broken_record: int = 0

    def number(self, canonical: str, draw: int, reference_date: date) -> str:
        """Spell a number as this sender does; people of 100 get their ``+``."""
        spelling = SPELLINGS[self.spellings[draw % len(self.spellings)]]
        written = spelling(canonical, reference_date)
        if written is None:
            written = SPELLINGS["ten_plus"](canonical, reference_date)
        return canonical if written is None else written

    def bad_number(self, reason: str, canonical: str, future: str) -> str:
        """Spell what must be refused for ``reason``.

        Args:
            reason: One of :data:`BAD`.
            canonical: The person's own number.
            future: A number of somebody who will be born when this product is forgotten.
        """
        if reason == "blank":
            return ""
        if reason == "placeholder":
            return "000000-0000"
        if reason == "future_date":
            return f"{future[:8]}-{future[8:]}"
        if reason == "wrong_length":
            return f"{canonical[:8]}-{canonical[8:11]}"
        return f"{canonical[:8]}-{canonical[8:11]}{(int(canonical[11]) + 1) % 10}"

    def record(self, cells: Sequence[str], position: int) -> str:
        """Write the record at a position, the header's being 1, without its line break."""
        number, name, *rest = cells
        quoted = self.quotes_numbers and position % self.quotes_numbers == 0
        if position == self.broken_record:
            name = name.replace(" ", "\n", 1)
        written = [
            _quoted(number) if quoted else number,
            _quoted(name) if self.quotes_names or _needs_quotes(name) else name,
            *rest,
        ]
        return ";".join(written)


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _needs_quotes(cell: str) -> bool:
    return any(character in cell for character in ';"\r\n')


SENDERS = (
    Sender("uppsala", "0380", "utf-8", "\n", ("twelve_hyphen",)),
    Sender(
        "malmo",
        "1280",
        "cp1252",
        "\r\n",
        (*["ten_hyphen"] * 5, *["ten_bare"] * 3, "ten_after_space", "ten_before_space"),
        quotes_names=True,
        quotes_numbers=3,
        ragged=(1, -3),
    ),
    Sender(
        "umea",
        "2480",
        "utf-8-sig",
        "\n",
        (
            *["twelve_bare"] * 4,
            *["ten_hyphen"] * 3,
            *["twelve_float"] * 2,
            *["ten_en_dash"] * 2,
            "twelve_hyphen",
            "twelve_en_dash",
            "ten_minus_sign",
            "ten_bare",
            "ten_space",
            "twelve_no_break_space",
            "ten_thin_space",
            "twelve_full_width",
            "twelve_before_space",
            "ten_hyphen_arabic_indic",
        ),
        ragged=(2,),
        broken_record=12,
    ),
)
"""Uppsala, Malmö and Umeå; the files are invented like everything else here."""
