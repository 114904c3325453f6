# SPDX-License-Identifier: Apache-2.0
"""The kinds of identifier, and the rule by which a column of them is judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pseudo.errors import UsageError

__all__ = [
    "DEFAULT_DENIED",
    "INTERIM",
    "ORGNR",
    "PERSONNUMMER",
    "SAMORDNINGSNUMMER",
    "SCHEMES",
    "WIDEST",
    "IdentityRule",
]

PERSONNUMMER = "personnummer"
SAMORDNINGSNUMMER = "samordningsnummer"
INTERIM = "interim"
ORGNR = "orgnr"
SCHEMES = ("stockholm", "vgr", "varmland", "carelink", "nrid", "skane")
"""Reserve-number schemes of the regions; the kind is ``reserv:<scheme>``."""

DEFAULT_DENIED = frozenset({"0000000000", "1010101010", "1111111111", "9999999999"})
"""Known placeholders. 101010-1010 passes every check, which is why a list is needed."""

_FIRST_YEAR, _LAST_YEAR = 1947, 2099
"""Personnummer exist since 1947, and numbers of the next century are not defined."""

WIDEST = 64
"""Characters that an opaque identifier can be padded to."""

_OPAQUE = re.compile(r"opaque:[a-z][a-z0-9-]{0,31}")
_DENIED = re.compile(r"[0-9]{10}(?:[0-9]{2})?")
_RESERVE = (f"reserv:{scheme}" for scheme in SCHEMES)
_NUMBERS = (PERSONNUMMER, SAMORDNINGSNUMMER, INTERIM, ORGNR, *_RESERVE)


@dataclass(frozen=True, slots=True)
class IdentityRule:
    """What a column's identifiers are and by what day they are judged.

    Build one with :meth:`of`, which validates; the engine, kernels and scanner rely on it.

    Attributes:
        kinds: Accepted kinds in order; of several the first that accepts a value wins.
        reference_date: Centuries are told and births judged by this day.
        denied: Placeholders: 10 digits (any century) or 12.
        pad_zeros: See :func:`pseudo.identity.spelling.read`.
        width: For an opaque kind, characters to pad with zeros to; 0 for none.
    """

    kinds: tuple[str, ...]
    reference_date: date
    denied: frozenset[str] = DEFAULT_DENIED
    pad_zeros: bool = False
    width: int = 0

    @classmethod
    def of(
        cls,
        *,
        reference_date: date,
        kind: str | None = None,
        kinds: Sequence[str] | None = None,
        denied: Sequence[str] | None = None,
        pad_zeros: bool = False,
        width: int = 0,
    ) -> IdentityRule:
        """Validate the words of a spec or an order and make the rule.

        Args:
            reference_date: The day by which everything is judged.
            kind: One kind; ``personnummer`` takes samordningsnummer too. This is the
                default where ``kinds`` is not given either.
            kinds: Exactly these kinds.
            denied: Placeholders instead of :data:`DEFAULT_DENIED`; separators are allowed.
            pad_zeros: See the class.
            width: See the class.

        Raises:
            UsageError: A reference date when there were no numbers, an unknown kind, an
                opaque kind among others, both ``kind`` and ``kinds``, a width for what is
                not opaque or one out of range, or a placeholder that is none.
        """
        if not _FIRST_YEAR <= reference_date.year <= _LAST_YEAR:
            raise UsageError("identity.reference_date", first=_FIRST_YEAR, last=_LAST_YEAR)
        if kind is not None and kinds is not None:
            raise UsageError("identity.kind_and_kinds")
        chosen = _kinds(kind, kinds)
        if width and not chosen[0].startswith("opaque:"):
            raise UsageError("identity.width_not_opaque")
        if not 0 <= width <= WIDEST:
            raise UsageError("identity.width_out_of_range", most=WIDEST)
        return cls(
            kinds=chosen,
            reference_date=reference_date,
            denied=DEFAULT_DENIED if denied is None else _denied(denied),
            pad_zeros=pad_zeros,
            width=width,
        )

    @property
    def is_opaque(self) -> bool:
        """Whether the column holds opaque identifiers."""
        return self.kinds[0].startswith("opaque:")

    @property
    def is_person(self) -> bool:
        """Whether only personnummer and samordningsnummer are accepted."""
        return set(self.kinds) <= {PERSONNUMMER, SAMORDNINGSNUMMER}

    @property
    def hashed_kinds(self) -> tuple[str, ...]:
        """Every kind a value of this column can be hashed as.

        A sole trader's organisationsnummer is the owner's personnummer and hashed as such.
        """
        extra = (PERSONNUMMER, SAMORDNINGSNUMMER) if ORGNR in self.kinds else ()
        return tuple(dict.fromkeys(self.kinds + extra))


def _kinds(kind: str | None, kinds: Sequence[str] | None) -> tuple[str, ...]:
    if kinds is None:
        if kind is None or kind == PERSONNUMMER:
            return (PERSONNUMMER, SAMORDNINGSNUMMER)
        kinds = (kind,)
    chosen = tuple(dict.fromkeys(kinds))
    if not chosen:
        raise UsageError("identity.no_kind")
    for name in chosen:
        if name not in _NUMBERS and _OPAQUE.fullmatch(name) is None:
            raise UsageError("identity.unknown_kind", kind=name)
    if len(chosen) > 1 and any(name.startswith("opaque:") for name in chosen):
        raise UsageError("identity.opaque_alone")
    return chosen


def _denied(entries: Sequence[str]) -> frozenset[str]:
    digits = [re.sub(r"[-+ ]", "", entry) for entry in entries]
    if any(_DENIED.fullmatch(entry) is None for entry in digits):
        raise UsageError("identity.bad_deny_list")
    return frozenset(digits)
