# SPDX-License-Identifier: Apache-2.0
"""Identity numbers where none should be: inside texts and in columns that are kept."""

from __future__ import annotations

import re
from datetime import date
from enum import IntEnum

from pseudo.identity.judge import judge
from pseudo.identity.kinds import IdentityRule
from pseudo.identity.rank import rank
from pseudo.identity.reasons import Reason
from pseudo.identity.spelling import BLANKS, DASHES, PLUSES

__all__ = ["CANDIDATE", "SEPARATOR", "Shape", "find_in_text", "rank_of", "scan_rule"]


class Shape(IntEnum):
    """How a number that was found is written; the numbers are the kernels' codes."""

    SEPARATED = 1
    """8-4 or 6-4 with a dash or plus: hardly anything else is written so."""
    TWELVE = 2
    """12 digits, bare or with a blank before the last four."""
    TEN = 3
    """10 digits likewise: phone numbers and timestamps can look the same."""
    SHORT = 4
    """A number of 7 to 9 digits that lost its zeros: means something only in the row of
    the person it belongs to."""


_MARKS = re.escape(DASHES + PLUSES)
_GAP = re.escape(BLANKS)

SEPARATOR = f"[{_MARKS}]"

CANDIDATE = r"\p{Nd}{6}[^\p{Nd}]{0,9}\p{Nd}{4}"
"""RE2 pattern of every cell that can hold a number with 10 or 12 digits."""

_EMBEDDED = re.compile(
    rf"(?<!\d)(?=((?:\d{{8}}|\d{{6}})[{_GAP}]{{0,3}}[{_MARKS}]?[{_GAP}]{{0,3}}\d{{4}})(?!\d))"
)


def scan_rule(reference_year: int) -> IdentityRule:
    """Make the rule by which numbers are found: any birth until the end of the year."""
    return IdentityRule.of(reference_date=date(reference_year, 12, 31))


def rank_of(canonical: str) -> int:
    """Give the rank of one canonical personnummer or samordningsnummer."""
    year, month, day = int(canonical[:4]), int(canonical[4:6]), int(canonical[6:8])
    return rank(year, month, day, int(canonical[8:11]))


def find_in_text(text: str, rule: IdentityRule) -> list[tuple[int, Shape]]:
    """Find every personnummer and samordningsnummer inside a text.

    Args:
        text: Any text. Numbers count where no further digit touches them.
        rule: From :func:`scan_rule`.

    Returns:
        Rank and shape of each.
    """
    found = []
    for match in _EMBEDDED.finditer(text):
        verdict = judge(match[1], rule)
        if verdict.reason is Reason.OK:
            found.append((rank_of(verdict.canonical), _shape(match[1])))
    return found


def _shape(spelling: str) -> Shape:
    if re.search(SEPARATOR, spelling):
        return Shape.SEPARATED
    return Shape.TWELVE if sum(c.isdecimal() for c in spelling) == 12 else Shape.TEN
