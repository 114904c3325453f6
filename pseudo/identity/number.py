# SPDX-License-Identifier: Apache-2.0
"""The scalar interface: a text in, a frozen identity number out, or an error with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pseudo.errors import InvalidValuesError
from pseudo.identity.judge import judge
from pseudo.identity.kinds import IdentityRule
from pseudo.identity.reasons import Flag, Reason

__all__ = ["IdentityNumber", "parse"]


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """An identity number that passed every check.

    Its ``repr`` shows the kind only, because values end up in logs and tracebacks.

    Attributes:
        kind: The kind as it is hashed, e.g. ``personnummer``.
        canonical: The one spelling of it.
        century_ambiguous: It was written without separator and could mean somebody
            100 years older.
        incomplete_date: A samordningsnummer without month or day of birth.
    """

    kind: str
    canonical: str = field(repr=False)
    century_ambiguous: bool = False
    incomplete_date: bool = False


def parse(
    text: str,
    *,
    reference_date: date,
    kind: str | None = None,
    kinds: Sequence[str] | None = None,
    denied: Sequence[str] | None = None,
    pad_zeros: bool = False,
    width: int = 0,
) -> IdentityNumber:
    """Parse one identity number in any accepted spelling.

    Args:
        text: The spelling.
        reference_date: The day by which the century is told and the birth judged.
        kind: As in :meth:`pseudo.identity.IdentityRule.of`, like the rest.
        kinds: Several kinds instead.
        denied: Placeholders to refuse.
        pad_zeros: Whether lost leading zeros are given back.
        width: For an opaque kind, characters to pad to.

    Raises:
        InvalidValuesError: The text is no such number. ``code`` is the reason's stable
            name (:attr:`Reason.code`); the text itself is nowhere in it.
        UsageError: An unknown kind.
    """
    rule = IdentityRule.of(
        reference_date=reference_date,
        kind=kind,
        kinds=kinds,
        denied=denied,
        pad_zeros=pad_zeros,
        width=width,
    )
    verdict = judge(text, rule)
    if verdict.reason is not Reason.OK:
        code = verdict.reason.code
        raise InvalidValuesError(code, reasons={code: 1}, total=1)
    return IdentityNumber(
        verdict.kind,
        verdict.canonical,
        bool(verdict.flags & Flag.CENTURY_AMBIGUOUS),
        bool(verdict.flags & Flag.INCOMPLETE_DATE),
    )
