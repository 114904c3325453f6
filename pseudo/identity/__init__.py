# SPDX-License-Identifier: Apache-2.0
"""Swedish identity numbers: parse, normalise and judge them. Pure: no I/O, no clock.

One value at a time::

    >>> from datetime import date
    >>> from pseudo.identity import parse
    >>> number = parse("850709-9805", reference_date=date(2026, 11, 22))
    >>> number.kind
    'personnummer'

Whole columns: :func:`judge_column`. The rules and their sources stand in the modules:
:mod:`~pseudo.identity.spelling` (what is read), :mod:`~pseudo.identity.dates` (which
century), :mod:`~pseudo.identity.judge` (personnummer, samordningsnummer, interim,
organisationsnummer, opaque), :mod:`~pseudo.identity.reserve` (the regions' schemes).
"""

from __future__ import annotations

from pseudo.identity.column import JudgedColumn, judge_column
from pseudo.identity.judge import Judged, judge
from pseudo.identity.kinds import DEFAULT_DENIED, SCHEMES, IdentityRule
from pseudo.identity.number import IdentityNumber, parse
from pseudo.identity.reasons import Flag, Reason

__all__ = [
    "DEFAULT_DENIED",
    "SCHEMES",
    "Flag",
    "IdentityNumber",
    "IdentityRule",
    "Judged",
    "JudgedColumn",
    "Reason",
    "judge",
    "judge_column",
    "parse",
]
