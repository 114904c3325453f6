# SPDX-License-Identifier: Apache-2.0
"""Requests: what one person asks for, and what others put their signatures under.

A request is a text that people read before they sign it, as a signed note
(:mod:`pseudo.evidence.note`), so that what is signed is what was seen::

    pseudo-personnummer request v1
    id: abcdefghijklmnop
    order: destroy
    domain: ifau-2016-173
    key: ifau-2016-173.v1.8e5d1bee7531823a
    reference: 2026:123
    requester: anna.berg
    ledger: pseudo-ledger/abcdefghijklmnop
    made: 2026-11-27T22:55:00Z
    waiting: 7 days
    expires: 2026-12-27T22:55:00Z

    — anna.berg base64
    — bo.dahl base64
    — cia.ek base64

There is one spelling of each request, so a digest of its text names it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pseudo.safe import is_safe

__all__ = ["LONGEST_WAITING", "PERSON", "Order", "Request", "read_request"]

PERSON: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
"""What a custodian is called, in full."""

LONGEST_WAITING: Final = 3650

_TITLE: Final = "pseudo-personnummer request v1"
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_ID: Final = re.compile(r"[a-p]{16}")
_WORD: Final = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_VALUE: Final = 200
_DAYS: Final = re.compile(r"(0|[1-9][0-9]{0,3}) days")
_FIRST: Final = ("id", "order", "domain")
_LAST: Final = ("reference", "requester", "ledger", "made", "waiting", "expires")


class Order(StrEnum):
    """What can be asked for."""

    DESTROY = "destroy"
    REIDENTIFY = "reidentify"
    LOOKUP = "lookup"
    ENROL = "enrol"
    REMOVE = "remove"


_SUBJECTS: Final[Mapping[Order, tuple[str, ...]]] = MappingProxyType(
    {
        Order.DESTROY: (),
        Order.REIDENTIFY: ("pseudonyms", "digest"),
        Order.LOOKUP: ("subject",),
        Order.ENROL: ("custodian",),
        Order.REMOVE: ("custodian",),
    }
)
"""What stands in a request beside that which stands in all of them."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        id: 16 random letters.
        order: What shall be done.
        domain: With which domain; ``-`` where with none.
        keys: The key ids of its versions at that time.
        subject: What else is said of it; no value of a person.
        reference: Number of the decision, in the agency's register.
        requester: Who asks.
        ledger: Name of the ledger in which it is noted.
        made: When, UTC, whole seconds.
        waiting: Days that must have gone by before it is carried out.
        expires: After when it may not be carried out any more.
    """

    id: str
    order: Order
    domain: str
    keys: tuple[str, ...]
    reference: str
    requester: str
    ledger: str
    made: datetime
    waiting: int
    expires: datetime
    subject: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = [
            _TITLE,
            f"id: {self.id}",
            f"order: {self.order.value}",
            f"domain: {self.domain}",
            *(f"key: {key}" for key in self.keys),
            *(f"{name}: {self.subject[name]}" for name in _SUBJECTS[self.order]),
            f"reference: {self.reference}",
            f"requester: {self.requester}",
            f"ledger: {self.ledger}",
            f"made: {_written(self.made)}",
            f"waiting: {self.waiting} days",
            f"expires: {_written(self.expires)}",
        ]
        return "".join(f"{line}\n" for line in lines)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def due(self) -> timedelta:
        """How long must have gone by since it was noted."""
        return timedelta(days=self.waiting)


def read_request(text: str) -> Request | None:
    """Read a text that :attr:`Request.text` wrote; None where it is none."""
    lines = text.split("\n")
    if lines[0] != _TITLE or lines[-1] != "" or len(text) > 64 * 1024:
        return None
    pairs = [line.partition(": ") for line in lines[1:-1]]
    if not all(
        separator and 0 < len(value) <= _LONGEST_VALUE and is_shown(value)
        for _, separator, value in pairs
    ):
        return None
    said = {name: value for name, _, value in pairs if name != "key"}
    keys = tuple(value for name, _, value in pairs if name == "key")
    request = _of(said, keys)
    # Whatever stands in another order, twice or besides is another text.
    return request if request is not None and request.text == text else None


def is_shown(value: str) -> bool:
    """Tell whether a value is one line of Latin letters, digits and marks, all to be seen.

    Other scripts have letters that are blank or look like ours, and approvers sign what
    they see.
    """
    latin = all(char.isascii() or "\xc0" <= char <= "\u024f" or char in "§–" for char in value)
    return latin and value.isprintable() and value.strip() == value


def is_reference(value: str) -> bool:
    """Tell whether a number of a decision may stand in a request: it names no person."""
    return 0 < len(value) <= _LONGEST_VALUE and is_shown(value) and is_safe(value)


def _of(said: Mapping[str, str], keys: tuple[str, ...]) -> Request | None:
    try:
        order = Order(said["order"])
        names = (*_FIRST, *_SUBJECTS[order], *_LAST)
        days = _DAYS.fullmatch(said["waiting"])
        if tuple(said) != names or days is None or int(days[1]) > LONGEST_WAITING:
            return None
        if not (_ID.fullmatch(said["id"]) and PERSON.fullmatch(said["requester"])):
            return None
        if not (_WORD.fullmatch(said["ledger"]) and is_reference(said["reference"])):
            return None
        return Request(
            id=said["id"],
            order=order,
            domain=said["domain"],
            keys=keys,
            reference=said["reference"],
            requester=said["requester"],
            ledger=said["ledger"],
            made=_read(said["made"]),
            waiting=int(days[1]),
            expires=_read(said["expires"]),
            subject={name: said[name] for name in _SUBJECTS[order]},
        )
    except (KeyError, ValueError):
        return None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_TIME)


def _read(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
