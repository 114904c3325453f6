# SPDX-License-Identifier: Apache-2.0
"""Every spelling of an identity number that is to be read, and many that are not.

:data:`SPELLINGS` writes a canonical number as deliveries do; each of its entries must be
read back as the number it came from. :data:`HOSTILE` writes what looks like a number and
must be refused. Both are tables of functions by name, for tests, and for measuring how
many spellings a finder finds.

Example:
    >>> day = date(2026, 11, 22)
    >>> SPELLINGS["ten_hyphen"]("198507099805", day)
    '850709-9805'
    >>> SPELLINGS["ten_plus"]("198507099805", day) is None
    True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

__all__ = [
    "BLANKS",
    "DASHES",
    "DIGITS",
    "HOSTILE",
    "PADDED",
    "SPELLINGS",
    "Speller",
    "Spelling",
    "spell_all",
]

Speller = Callable[[str, date], str | None]
"""From a canonical personnummer or samordningsnummer and a reference date to a text, or
None where this spelling cannot be had of that number on that day."""

DASHES: Mapping[str, str] = MappingProxyType(
    {
        "hyphen": "-",
        "en_dash": "\u2013",
        "minus_sign": "\u2212",
        "unicode_hyphen": "\u2010",
        "no_break_hyphen": "\u2011",
        "small_hyphen": "\ufe63",
        "full_width_hyphen": "\uff0d",
    }
)
"""What is read as ``-``."""

BLANKS: Mapping[str, str] = MappingProxyType(
    {
        "space": " ",
        "no_break_space": "\u00a0",
        "thin_space": "\u2009",
        "narrow_no_break_space": "\u202f",
    }
)
"""What may stand between the parts, and around the number."""

DIGITS: Mapping[str, str] = MappingProxyType(
    {
        name: "".join(chr(zero + value) for value in range(10))
        for name, zero in {
            "full_width": 0xFF10,
            "arabic_indic": 0x0660,
            "extended_arabic_indic": 0x06F0,
            "devanagari": 0x0966,
            "mathematical_bold": 0x1D7CE,
        }.items()
    }
)
"""Decimal digits of other scripts, from 0 to 9."""

_CENTURY_OF_ORGNR = "16"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a number; call it with the number and the reference date.

    Attributes:
        short: 10 characters, the century left to the reader, instead of 12.
        separator: What stands before the last four.
        digits: Ten digits to write with.
        before: What stands in front of the number.
        after: What stands behind it.
        lower: Letters in lower case; only for numbers that have letters.
    """

    short: bool
    separator: str = ""
    digits: str = "0123456789"
    before: str = ""
    after: str = ""
    lower: bool = False

    def __call__(
        self, canonical: str, reference_date: date, kind: str = "personnummer"
    ) -> str | None:
        """Write a number.

        Args:
            canonical: Its canonical form.
            reference_date: The day by which the text will be read.
            kind: What the number is: the same characters can be of two kinds.

        Returns:
            The text, or None where this spelling cannot be had of that number on that day.
        """
        parts = self._parts(canonical, reference_date, kind)
        if parts is None or (self.lower and canonical.isdigit()):
            return None
        head, tail = parts
        if self.after.startswith(".") and not _is_number(head + tail):
            return None
        written = f"{head}{self.separator}{tail}"
        written = written.lower() if self.lower else written
        written = written.translate(_digit_table(self.digits))
        return f"{self.before}{written}{self.after}"

    def _parts(self, canonical: str, reference_date: date, kind: str) -> tuple[str, str] | None:
        head, tail = canonical[:-4], canonical[-4:]
        if kind == "orgnr":
            head = head if self.short else _CENTURY_OF_ORGNR + head
            return None if self.separator == "+" else (head, tail)
        if kind.startswith("reserv:"):
            return None if self.short or self.separator == "+" else (head, tail)
        # The year a person turns 100 turns the sign from - to +.
        age = reference_date.year - int(canonical[:4])
        if self.separator == "+":
            fits = 100 <= age <= 199 if self.short else age >= 100
        else:
            fits = not self.short or 0 <= age <= 99
        return (head[2:] if self.short else head, tail) if fits else None


def _digit_table(digits: str) -> dict[int, str]:
    return dict(zip(map(ord, "0123456789"), digits, strict=True))


def _is_number(written: str) -> bool:
    """Tell whether a spreadsheet could hold this as a number without losing anything."""
    return written.isdigit() and not written.startswith("0")


def _table() -> dict[str, Spelling]:
    table: dict[str, Spelling] = {}
    for form, short in (("twelve", False), ("ten", True)):
        table[f"{form}_bare"] = Spelling(short)
        table[f"{form}_plus"] = Spelling(short, "+")
        table[f"{form}_float"] = Spelling(short, after=".0")
        table[f"{form}_lower"] = Spelling(short, lower=True)
        for name, sign in {**DASHES, **BLANKS}.items():
            table[f"{form}_{name}"] = Spelling(short, sign)
        for name, digits in DIGITS.items():
            table[f"{form}_{name}"] = Spelling(short, digits=digits)
            table[f"{form}_hyphen_{name}"] = Spelling(short, "-", digits)
        for name, blank in {**BLANKS, "tab": "\t", "line_break": "\r\n"}.items():
            table[f"{form}_after_{name}"] = Spelling(short, "-", before=blank)
            table[f"{form}_before_{name}"] = Spelling(short, after=blank)
    return table


SPELLINGS: Mapping[str, Spelling] = MappingProxyType(_table())
"""Spellings that are to be read, by name."""


def spell_all(canonical: str, reference_date: date, kind: str = "personnummer") -> dict[str, str]:
    """Write a number in every spelling that it has on a day.

    Args:
        canonical: The canonical form.
        reference_date: The day by which the text will be read.
        kind: Any kind but an opaque one.

    Returns:
        Name of the spelling → the text. The texts are all different.
    """
    written = {
        name: spelling(canonical, reference_date, kind) for name, spelling in SPELLINGS.items()
    }
    return {name: text for name, text in written.items() if text is not None}


def _eaten_zeros(canonical: str, reference_date: date) -> str | None:
    short = SPELLINGS["ten_bare"](canonical, reference_date)
    if short is None or not short.isdigit() or not short.startswith("0"):
        return None
    number = str(int(short))
    return number if 7 <= len(number) <= 9 else None


PADDED: Mapping[str, Speller] = MappingProxyType({"eaten_zeros": _eaten_zeros})
"""Spellings that are to be read with ``pad_zeros: true``, and refused without it."""


def _without_zero(canonical: str, _: date) -> str | None:
    return canonical.replace("0", "O", 1) if "0" in canonical else None


def _scientific(canonical: str, _: date) -> str:
    return f"{float(canonical):.5E}"


def _conflict(canonical: str, reference_date: date) -> str | None:
    if SPELLINGS["twelve_plus"](canonical, reference_date) is not None:
        return None
    return f"{canonical[:-4]}+{canonical[-4:]}"


def _other_check_digit(canonical: str, _: date) -> str:
    return f"{canonical[:-1]}{(int(canonical[-1]) + 1) % 10}"


def _in_characters(digits: str) -> Speller:
    """Signs that stand for numbers and are no decimal digits."""
    return lambda canonical, _: canonical.translate(_digit_table(digits))


def _shaped(shape: str) -> Speller:
    """Fill ``shape`` with the number (n), its head (h), tail (t) and date's parts."""
    return lambda canonical, _: shape.format(
        n=canonical,
        h=canonical[:-4],
        t=canonical[-4:],
        y=canonical[:-8],
        m=canonical[-8:-6],
        d=canonical[-6:-4],
    )


HOSTILE: Mapping[str, Speller] = MappingProxyType(
    {
        "last_digit_missing": lambda canonical, _: canonical[:-1],
        "first_digit_missing": lambda canonical, _: canonical[1:],
        "digit_too_many": lambda canonical, _: f"{canonical}{canonical[-1]}",
        "other_check_digit": _other_check_digit,
        "letter_o_for_zero": _without_zero,
        "scientific": _scientific,
        "plus_under_100": _conflict,
        "superscript": _in_characters("⁰¹²³⁴⁵⁶⁷⁸⁹"),
        "circled": _in_characters("⓪①②③④⑤⑥⑦⑧⑨"),
        "fraction": _shaped("{n}.5"),
        "negative": _shaped("-{n}"),
        "two_hyphens": _shaped("{h}--{t}"),
        "hyphen_misplaced": _shaped("{y}-{m}{d}{t}"),
        "date_with_hyphens": _shaped("{y}-{m}-{d}-{t}"),
        "date_with_points": _shaped("{y}.{m}.{d}-{t}"),
        "slash": _shaped("{h}/{t}"),
        "thousands": _shaped("{y},{m}{d},{t}"),
        "zero_width_inside": _shaped("{y}\u200b{m}{d}{t}"),
        "nul_inside": _shaped("{h}\0{t}"),
        "line_break_inside": _shaped("{y}\n{m}{d}-{t}"),
        "combining_mark": _shaped("{n}\u0301"),
        "apostrophe": _shaped("'{n}"),
        "formula": _shaped('="{n}"'),
        "words": _shaped("pnr {h}-{t}"),
        "twice": _shaped("{n} {n}"),
        "very_long": lambda canonical, _: canonical * 10_000,
    }
)
"""Texts that look like a personnummer and are to be refused, by name."""
