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

__all__ = ["CANDIDATE", "OTHER", "SEPARATOR", "Shape", "find_in_text", "rank_of", "scan_rule"]


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
_BLANKS = re.escape(BLANKS)

SEPARATOR = f"[{_MARKS}]"

CANDIDATE = (
    r"\p{Nd}{6}[^\p{L}\p{Nd}]{0,9}\p{Nd}{4}"
    r"|\p{Nd}{2}[^\p{L}\p{Nd}]{1,3}\p{Nd}{2}[^\p{L}\p{Nd}]{1,3}\p{Nd}{2}"
    r"[^\p{L}\p{Nd}]{1,3}\p{Nd}{4}"
)
"""RE2 pattern of every cell that can hold a number with 10 or 12 digits."""

# A UUID, a hash in hexadecimal, or a time with microseconds: digits inside one are no
# number, however they fall. A UUID's first groups are written 8-4, and a time's fraction
# with the offset from UTC behind it 6-4, so that long columns would be full of findings.
OTHER = (
    r"(?<![0-9A-Za-z])(?:"
    r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{56}"
    r"|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128}"
    r")(?![0-9A-Za-z])"
    r"|(?<![0-9])[0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]{6}(?=[-+][0-9]{4}(?![0-9]))"
)
"""Python's pattern of what holds digits and no number; ASCII alone, so that it searches
texts and bytes alike."""

_OTHER = re.compile(OTHER)

# Between the parts of a number anything may stand but letters and further digits. Only
# the spelling that hardly anything else has (8-4 or 6-4 with one dash or plus) proves
# itself; all the others are taken for bare digits, which must be somebody's to count.
_GAP = r"[\W_]{0,7}"
_EMBEDDED = re.compile(
    rf"(?<!\d)(?=(\d{{8}}|\d{{6}}|(?:\d{{2}})?\d{{2}}[\W_]{{1,3}}\d{{2}}[\W_]{{1,3}}\d{{2}}(?!\d))"
    rf"({_GAP})(\d{{4}})(?!\d))"
)
_PROVING = re.compile(rf"[{_BLANKS}]*([{_MARKS}])[{_BLANKS}]*")
_PLUS = frozenset(PLUSES)


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
        text: Any text. Numbers count where no further digit touches them, and not
            inside UUIDs, hashes and times of day.
        rule: From :func:`scan_rule`.

    Returns:
        Rank and shape of each.
    """
    found = []
    others: list[tuple[int, int]] | None = None
    for match in _EMBEDDED.finditer(text):
        spelled, shape = _spelled(*match.groups())
        verdict = judge(spelled, rule)
        if verdict.reason is not Reason.OK:
            continue
        if others is None:
            others = [other.span() for other in _OTHER.finditer(text)]
        if not any(start <= match.start() < end for start, end in others):
            found.append((rank_of(verdict.canonical), shape))
    return found


def _spelled(head: str, gap: str, tail: str) -> tuple[str, Shape]:
    """Write a candidate as the judge reads it, and tell what its spelling proves."""
    digits = "".join(character for character in head if character.isdecimal())
    mark = _PROVING.fullmatch(gap)
    if mark is not None and digits == head:
        return f"{digits}{'+' if mark[1] in _PLUS else '-'}{tail}", Shape.SEPARATED
    return digits + tail, Shape.TWELVE if len(digits) == 8 else Shape.TEN
