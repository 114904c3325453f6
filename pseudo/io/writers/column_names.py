# SPDX-License-Identifier: Apache-2.0
"""Names of columns made to fit a format: pure, and the same for the same names.

A name that the format can hold stays as it is. Any other is rewritten with as little
change as it takes, and numbered where two would become one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["NameRule", "fitted_names", "shortened"]

_DIGITS = frozenset("0123456789")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
# Letters that are no plain letter with a mark.
_SPELT = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ß": "ss", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L"}
)


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a name of a column may be in a format.

    Attributes:
        most: Most characters, or bytes of UTF-8 where ``by_bytes`` says so.
        first: What goes before a name that may not begin as it does, or is reserved.
        reserved: Matches the names that mean something else there.
        plain: Only letters from A to Z, in capitals; other letters lose their marks.
        cased: Whether names that differ in capitals are different.
        by_bytes: Whether the length counts bytes.
        marks: Characters beside letters, digits and ``_``, but not at the end.
        underscore: Whether a name may begin with ``_``.
    """

    most: int
    first: str
    reserved: re.Pattern[str]
    plain: bool = False
    cased: bool = False
    by_bytes: bool = False
    marks: frozenset[str] = frozenset()
    underscore: bool = True


def fitted_names(names: Sequence[str], rule: NameRule) -> list[str]:
    """Give every name one that the format can hold, all different.

    Args:
        names: The names, all different.
        rule: What the format can hold.
    """
    fitted = [_fitted(name, rule) for name in names]
    taken: set[str] = set()
    result: list[str] = [""] * len(names)
    # A name that fits is never renamed for one that does not.
    order = sorted(range(len(names)), key=lambda place: fitted[place] != names[place])
    for place in order:
        name, number = fitted[place], 1
        while _key(name, rule) in taken:
            number += 1
            tail = f"_{number}"
            name = shortened(fitted[place], rule.most - len(tail), by_bytes=rule.by_bytes) + tail
        taken.add(_key(name, rule))
        result[place] = name
    return result


def shortened(text: str, most: int, *, by_bytes: bool) -> str:
    """Give the beginning of a text that has at most so many characters or bytes."""
    if not by_bytes:
        return text[:most]
    return text.encode()[:most].decode("utf-8", "ignore")


def _key(name: str, rule: NameRule) -> str:
    return name if rule.cased else name.casefold()


def _fitted(name: str, rule: NameRule) -> str:
    if rule.plain:
        apart = unicodedata.normalize("NFKD", name.translate(_SPELT))
        name = "".join(c for c in apart if not unicodedata.combining(c)).upper()
    fitted = "".join(c if _may_stand(c, rule) else "_" for c in name)
    begins = fitted[:1]
    begun = _is_letter(begins, rule) or (rule.underscore and begins == "_")
    if not begun or rule.reserved.fullmatch(fitted):
        fitted = rule.first + fitted
    fitted = shortened(fitted, rule.most, by_bytes=rule.by_bytes)
    return fitted[:-1] + "_" if fitted[-1] in rule.marks else fitted


def _is_letter(character: str, rule: NameRule) -> bool:
    return character in _PLAIN if rule.plain else character.isalpha()


def _may_stand(character: str, rule: NameRule) -> bool:
    known = character in _DIGITS or character == "_" or character in rule.marks
    return known or _is_letter(character, rule)
