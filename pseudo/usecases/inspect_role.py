# SPDX-License-Identifier: Apache-2.0
"""What a column is for, guessed with care: in doubt it is a direct identifier, and dropped.

A guess that is wrong in this direction costs a look at the draft; one that is wrong in
the other direction costs somebody's privacy.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pseudo.identity.kinds import PERSONNUMMER, SAMORDNINGSNUMMER
from pseudo.usecases.inspect_column import ColumnLook

__all__ = ["WHY", "Guess", "Role", "guess_role", "guess_type"]

Role = Literal["identifier", "direct", "keep"]

WHY = {
    "identity_numbers": "identity numbers",
    "some_identity_numbers": "some values are identity numbers",
    "other_numbers": "numbers of another kind; its kind must be declared to swap it",
    "name": "named like a name, address or contact",
    "birth": "named like a date of birth; deliver a year or an age class instead",
    "mail": "looks like e-mail addresses",
    "free_text": "looks like free text",
    "many_texts": "texts of many different kinds: names?",
    "nearly_unique": "differs in almost every row; keep it if it is a measure",
    "leak": "holds identity data of the delivery's people",
    "values": "",
}
"""Why a role was guessed, in words."""

_LEAST = 3
_FEW_TEXTS = 50
_FREE_TEXT = 60
_FEW_ROWS = 20
_CODE_WIDTH = 4

_PERSONAL = re.compile(
    r"namn|^name|name$|adress|address|gata|street|postnr|postnummer|zip|telefon|^tel|mobil"
    r"|phone|e-?post|e-?mail|kommentar|comment|anteckning|notering|fritext|beskriv|anhorig"
    r"|kontakt|lagenhet|fastighet|kontonr|kontonummer|clearing|signatur|handlaggare|pass(nr|port)"
)
_CODE = re.compile(
    r"kod$|code$|kommun|^lan$|lanskod|region|sni|ssyk|deso|regso|forsamling|distrikt"
)
_YEAR = re.compile(r"(^|[^a-z])ar($|[^a-z])|artal|year")
_BIRTH = re.compile(r"^fod|fodelse|birth|^dob$")


@dataclass(frozen=True, slots=True)
class Guess:
    """A guessed role.

    Attributes:
        role: As a spec names it.
        why: A key of :data:`WHY`.
    """

    role: Role
    why: str


def guess_role(name: str, look: ColumnLook) -> Guess:
    """Guess what a column is for.

    Args:
        name: Its name in the header.
        look: Its content.
    """
    if look.people >= _LEAST and 2 * look.people >= look.filled:
        return Guess("identifier", "identity_numbers")
    if look.people and 2 * look.people >= look.filled:
        return Guess("direct", "some_identity_numbers")
    others = [rate for rate in look.rates() if rate.kind not in (PERSONNUMMER, SAMORDNINGSNUMMER)]
    if any(2 * rate.valid >= rate.judged for rate in others):
        return Guess("direct", "other_numbers")
    plain = _plain(name)
    if _PERSONAL.search(plain):
        return Guess("direct", "name")
    if _BIRTH.search(plain):
        return Guess("direct", "birth")
    return _by_content(look)


def guess_type(name: str, look: ColumnLook) -> tuple[str, str]:
    """Guess the type of a column, and the decimal mark of its numbers.

    Digits that are a code stay text: the next municipality's may begin with a zero.

    Args:
        name: Its name in the header.
        look: Its content.
    """
    kind, decimal = look.content_type()
    plain = _plain(name)
    if kind != "integer" or not look.is_text or _YEAR.search(plain):
        return kind, decimal
    shapes = list(look.shapes)
    one_width = len(shapes) == 1 and len(shapes[0].strip()) >= _CODE_WIDTH
    return ("string" if one_width or _CODE.search(plain) else kind), decimal


def _by_content(look: ColumnLook) -> Guess:
    kind, _ = look.content_type()
    if kind in ("number", "date", "datetime", "boolean"):
        return Guess("keep", "values")
    mails = sum(count for shape, count in look.shapes.items() if "@" in shape)
    if 10 * mails >= max(1, look.sampled):
        return Guess("direct", "mail")
    many = look.distinct_is_capped or look.distinct > max(_FEW_TEXTS, look.filled // 20)
    unique = look.is_nearly_unique
    if kind == "integer":
        enough = look.filled >= _FEW_ROWS
        return Guess("direct", "nearly_unique") if unique and enough else Guess("keep", "values")
    if look.longest > _FREE_TEXT:
        return Guess("direct", "free_text")
    lettered = sum(count for shape, count in look.shapes.items() if "a" in shape)
    if (many or (unique and look.filled >= _LEAST)) and 2 * lettered >= look.sampled:
        return Guess("direct", "many_texts")
    if unique and look.filled >= _FEW_ROWS:
        return Guess("direct", "nearly_unique")
    return Guess("keep", "values")


def _plain(name: str) -> str:
    """Write a name in small letters without dots and rings: Förnamn is fornamn."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char)).strip()
