# SPDX-License-Identifier: Apache-2.0
"""Reserve numbers of the regions, scheme by scheme (Inera's pages on local reserve numbers).

The same twelve characters can belong to two schemes, so the scheme is declared, never
detected. Where the rule of a check digit is not public (``varmland``, ``nrid``,
``skane``), shape and date are checked and nothing more is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pseudo.identity import dates
from pseudo.identity.luhn import check_digit
from pseudo.identity.reasons import Reason
from pseudo.identity.spelling import Spelled

__all__ = ["SCHEME_JUDGES", "judge"]

_VGR_VALUES = {"K": 5, "M": 7, "X": 8}


def judge(scheme: str, spelled: Spelled, reference: date) -> Reason:
    """Judge a 12-character reserve number.

    Args:
        scheme: One of :data:`pseudo.identity.kinds.SCHEMES`.
        spelled: The number, taken apart.
        reference: Births after this day are refused.

    Returns:
        ``OK`` or the reason.
    """
    if len(spelled.head) != 8:
        return Reason.WRONG_LENGTH
    if spelled.separator == "+":
        return Reason.BAD_FORM
    return SCHEME_JUDGES[scheme](spelled.head, spelled.tail, reference)


def _luhn(body: list[int], last: str) -> Reason:
    return Reason.OK if check_digit(body) == int(last) else Reason.BAD_CHECK_DIGIT


def _values(digits: str) -> list[int]:
    return [int(digit) for digit in digits]


def _date(head: str, reference: date) -> Reason:
    return dates.date_reason(int(head[:4]), int(head[4:6]), int(head[6:]), reference)


def _checked(dated: Reason, checked: Reason) -> Reason:
    """Give the reason that stands first in the order of checks."""
    return min(dated, checked, key=lambda reason: reason or len(Reason))


def _stockholm(head: str, tail: str, _: date) -> Reason:
    """``99yyyyNNNNNC``: any year, Luhn on positions 5 to 11."""
    if not head.startswith("99") or not tail.isdigit():
        return Reason.BAD_FORM
    return _luhn(_values(head[4:] + tail[:3]), tail[3])


def _vgr(head: str, tail: str, reference: date) -> Reason:
    """``yyyymmddGggC``: G of K, M, X counts 5, 7, 8."""
    if tail[0] not in _VGR_VALUES or not tail[1:].isdigit():
        return Reason.BAD_FORM
    body = [*_values(head[2:]), _VGR_VALUES[tail[0]], *_values(tail[1:3])]
    return _checked(_date(head, reference), _luhn(body, tail[3]))


def _varmland(head: str, tail: str, reference: date) -> Reason:
    """``yyyymmddABNC``: A is S, B of F U X P L."""
    if re.fullmatch("S[FUXPL][0-9]{2}", tail) is None:
        return Reason.BAD_FORM
    return _date(head, reference)


def _carelink(head: str, tail: str, reference: date) -> Reason:
    """``yyyymmxxNNNC``: xx 32 to 59 in place of the day."""
    if not tail.isdigit() or not 32 <= int(head[6:]) <= 59:
        return Reason.BAD_FORM
    year, month = int(head[:4]), int(head[4:6])
    dated = dates.date_reason(year, month, 1, reference)
    return _checked(dated, _luhn(_values(head[2:] + tail[:3]), tail[3]))


def _nrid(head: str, tail: str, reference: date) -> Reason:
    """``XXYYMMDDNNGC``: XX the century + 3, or 00; NN letters without I O Q V W."""
    if re.fullmatch("[A-HJ-NPR-UXYZ]{2}[0-9]{2}", tail) is None:
        return Reason.BAD_FORM
    prefix, year = int(head[:2]), int(head[2:4])
    if prefix == 0:
        # The century is not known, so the date must exist in one of them.
        found = [
            dates.date_reason(century * 100 + year, int(head[4:6]), int(head[6:]), reference)
            for century in dates.CENTURIES
        ]
        return min(found)
    century = prefix - 3
    return dates.date_reason(century * 100 + year, int(head[4:6]), int(head[6:]), reference)


def _skane(head: str, tail: str, reference: date) -> Reason:
    """``yyyymmdd`` and four characters with a letter among them."""
    if tail.isdigit():
        return Reason.BAD_FORM
    return _date(head, reference)


SCHEME_JUDGES: dict[str, Callable[[str, str, date], Reason]] = {
    "stockholm": _stockholm,
    "vgr": _vgr,
    "varmland": _varmland,
    "carelink": _carelink,
    "nrid": _nrid,
    "skane": _skane,
}
