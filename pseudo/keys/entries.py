# SPDX-License-Identifier: Apache-2.0
"""The fields of a key file, read strictly and written. Pure.

A field too many, too few, of another type or in another spelling than it is written in
makes the whole file damaged; nothing is read with goodwill.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pseudo.keys.hierarchy import KCV_DIGITS, NAME
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord, Registry
from pseudo.keys.scrypt import SALT_BYTES, ScryptProfile
from pseudo.keys.sealing import NONCE_BYTES, SEALED_BYTES, Sealed
from pseudo.pseudonym import PseudonymFormat

__all__ = [
    "MalformedError",
    "cost_fields",
    "domain_fields",
    "read_cost",
    "read_domains",
    "read_sealed",
    "sealed_fields",
    "timestamp",
]

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_DOMAIN_FIELDS = ("name", "version", "current", "state", "format", "created", "kcv")


class MalformedError(Exception):
    """A field is not as it is written; has no message, since it could quote the file."""


def timestamp(moment: datetime) -> str:
    """Write a moment as key files do: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime(_TIME)


def cost_fields(cost: ScryptProfile, salt: bytes) -> dict[str, Any]:
    """Write how the passphrase is stretched."""
    return {"name": "scrypt", "n": cost.n, "r": cost.r, "p": cost.p, "salt": salt.hex()}


def read_cost(fields: Any) -> tuple[ScryptProfile, bytes]:
    """Read how the passphrase is stretched; the costs are not judged here.

    Raises:
        MalformedError: The fields are not those of :func:`cost_fields`.
    """
    fields = _exactly(fields, ("name", "n", "r", "p", "salt"))
    _require(fields["name"] == "scrypt")
    n, r, p = (_whole(fields[name]) for name in ("n", "r", "p"))
    return ScryptProfile(n=n, r=r, p=p), _raw(fields["salt"], SALT_BYTES)


def sealed_fields(sealed: Sealed) -> dict[str, Any]:
    """Write a sealed key."""
    return {"nonce": sealed.nonce.hex(), "sealed": sealed.ciphertext.hex()}


def read_sealed(fields: Any) -> Sealed:
    """Read a sealed key.

    Raises:
        MalformedError: The fields are not those of :func:`sealed_fields`.
    """
    fields = _exactly(fields, ("nonce", "sealed"))
    return Sealed(_raw(fields["nonce"], NONCE_BYTES), _raw(fields["sealed"], SEALED_BYTES))


def domain_fields(record: DomainRecord, sealed: Sealed | None) -> dict[str, Any]:
    """Write a version of a domain; without ``sealed`` it is a tombstone."""
    fields: dict[str, Any] = {
        "name": record.name,
        "version": record.version,
        "current": record.current,
        "state": record.state.value,
        "format": record.format.value,
        "created": timestamp(record.created),
        "kcv": record.kcv,
    }
    return fields if sealed is None else {**fields, **sealed_fields(sealed)}


def read_domains(entries: Any) -> tuple[Registry, dict[tuple[str, int], Sealed]]:
    """Read all domains, and see that they can stand beside each other.

    Returns:
        What is known of them, and the sealed secret of each version that has one.

    Raises:
        MalformedError: A field is wrong, a version stands twice, two names differ only in
            case, or a domain has not exactly one current version.
    """
    _require(isinstance(entries, list))
    sealed: dict[tuple[str, int], Sealed] = {}
    records = []
    for fields in entries:
        record, secret = _read_domain(fields)
        records.append(record)
        if secret is not None:
            sealed[record.name, record.version] = secret
    _require_consistent(records)
    return Registry(tuple(records)), sealed


def _read_domain(fields: Any) -> tuple[DomainRecord, Sealed | None]:
    _require(isinstance(fields, dict))
    gone = fields.get("state") == State.DESTROYED.value
    fields = _exactly(fields, _DOMAIN_FIELDS if gone else (*_DOMAIN_FIELDS, "nonce", "sealed"))
    _require(type(fields["current"]) is bool and fields["version"] != 0)
    record = DomainRecord(
        name=_matching(fields["name"], NAME),
        version=_whole(fields["version"]),
        state=State(_one_of(fields["state"], State)),
        format=PseudonymFormat(_one_of(fields["format"], PseudonymFormat)),
        kcv=_raw(fields["kcv"], KCV_DIGITS // 2).hex(),
        created=_moment(fields["created"]),
        current=fields["current"],
    )
    if gone:
        return record, None
    return record, read_sealed({"nonce": fields["nonce"], "sealed": fields["sealed"]})


def _require_consistent(records: Sequence[DomainRecord]) -> None:
    names = {record.name for record in records}
    places = {(record.name, record.version) for record in records}
    current = [record.name for record in records if record.current]
    _require(len(places) == len(records))
    _require(len({name.lower() for name in names}) == len(names))
    _require(len(current) == len(names) and set(current) == names)


def _require(condition: bool) -> None:
    if not condition:
        raise MalformedError


def _exactly(fields: Any, names: Iterable[str]) -> dict[str, Any]:
    _require(isinstance(fields, dict) and set(fields) == set(names))
    found: dict[str, Any] = fields
    return found


def _whole(value: Any) -> int:
    # bool is an int to isinstance, so the exact type is asked for.
    _require(type(value) is int and value >= 0)
    number: int = value
    return number


def _raw(value: Any, size: int) -> bytes:
    text = _matching(value, _HEX)
    _require(len(text) == 2 * size)
    return bytes.fromhex(text)


def _matching(value: Any, pattern: re.Pattern[str]) -> str:
    _require(isinstance(value, str) and pattern.fullmatch(value) is not None)
    text: str = value
    return text


def _one_of(value: Any, allowed: Iterable[str]) -> str:
    _require(isinstance(value, str) and value in {str(each) for each in allowed})
    text: str = value
    return text


def _moment(value: Any) -> datetime:
    _require(isinstance(value, str) and value.isascii())
    try:
        moment = datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError:
        moment = None
    if moment is None or timestamp(moment) != value:
        raise MalformedError
    return moment
