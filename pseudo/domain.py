# SPDX-License-Identifier: Apache-2.0
"""The Domain port: what the local, Vault and HTTP domains all are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeVar

import pyarrow as pa

from pseudo import frames
from pseudo.errors import InvalidValuesError, KeyStoreError, UsageError
from pseudo.identity import IdentityRule, Reason
from pseudo.kernel import Kernel, MacKey, Swapped
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Domain", "DomainInfo", "KernelDomain"]

Values = TypeVar("Values")


@dataclass(frozen=True, slots=True)
class DomainInfo:
    """Public facts about an open domain; nothing here is secret.

    Attributes:
        name: The domain's name as typed when it was made.
        version: Version of its secret, from 1.
        kcv: Key check value, 16 hexadecimal digits.
        format: How its pseudonyms are written.
        store: Mode of the key store it came from: ``local``, ``memory``, …
        key_origin: ``imported`` where the store says that its keys were made elsewhere.
    """

    name: str
    version: int
    kcv: str
    format: PseudonymFormat
    store: str
    key_origin: Literal["generated", "imported"] = "generated"

    @property
    def key_id(self) -> str:
        """``<domain>.v<n>.<kcv>``, as receipts and column metadata have it."""
        return f"{self.name}.v{self.version}.{self.kcv}"


class Domain(ABC):
    """A pseudonymisation domain that is open for use.

    The same person gets the same pseudonym in every file of one domain; pseudonyms of
    two domains cannot be linked. A domain is a context manager; leaving it forgets the
    key.
    """

    info: DomainInfo

    @property
    @abstractmethod
    def kernel_name(self) -> str:
        """Which kernel computes: ``reference``, ``native`` or ``remote``."""

    @abstractmethod
    def swap(
        self,
        column: pa.Array,
        rule: IdentityRule,
        scope: Sequence[pa.Array] = (),
        *,
        threads: int = 1,
    ) -> Swapped:
        """Swap a column of identity numbers for pseudonyms.

        Args:
            column: Text (string, large_string, string_view or a dictionary of them),
                integers or floats; any length.
            rule: Which kinds are accepted, and by what reference date.
            scope: For an opaque rule, one column of the same length for each scope
                value; empty else.
            threads: The most threads that work on a long column, 0 for one a core; it
                changes nothing but the speed.

        Returns:
            Pseudonyms (null where there is none), one reason code a row, ranks.

        Raises:
            KeyStoreError: The domain was closed, or its store no longer answers.
        """

    @abstractmethod
    def close(self) -> None:
        """Forget the key. May be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pseudonymize(
        self,
        values: Values,
        *,
        kind: str | None = None,
        kinds: Sequence[str] | None = None,
        scope: Sequence[str] | str | None = None,
        width: int = 0,
        invalid: Literal["raise", "null"] = "raise",
        reference_date: date | None = None,
        pad_zeros: bool = False,
        threads: int = 0,
    ) -> Values:
        """Swap identity numbers for pseudonyms and give back the kind that came.

        Args:
            values: A pandas Series, a pyarrow Array or ChunkedArray, a polars Series,
                anything that speaks the Arrow C data interface, or a list of texts.
                Nulls stay nulls; index, name and order are kept.
            kind: What the values are (``personnummer``, which takes
                samordningsnummer too, ``interim``, ``orgnr``, ``reserv:<scheme>``,
                ``opaque:<name>``); ``personnummer`` where neither this nor ``kinds`` is
                given.
            kinds: Several kinds instead; of those the first that accepts a value wins.
            scope: For an opaque kind, the values inside which the numbers have meaning,
                the same for every row; part of what is hashed. ``"none"`` where they
                have meaning everywhere; it must be said.
            width: For an opaque kind, the number of characters to pad with zeros to.
            invalid: ``raise`` an error with counts by reason, or leave a ``null``.
            reference_date: The day by which centuries are told and births judged;
                today where it is not given.
            pad_zeros: Take integers of 7 to 9 digits for numbers of people born 2000 to
                2009 whose leading zeros a spreadsheet ate.
            threads: The most threads that work on a long column, 0 for one a core; it
                changes nothing but the speed.

        Returns:
            The pseudonyms, in the same kind of container.

        Raises:
            InvalidValuesError: Some values are not identity numbers of these kinds, and
                ``invalid`` is ``raise``. It has counts by reason and no value.
            UsageError: A kind, container or ``invalid`` that is not known, a scope for
                what is not opaque, or none for what is.
            KeyStoreError: The domain was closed.
        """
        if invalid not in ("raise", "null"):
            raise UsageError("usage.unknown_invalid", invalid=str(invalid))
        rule = IdentityRule.of(
            kind=kind,
            kinds=kinds,
            reference_date=reference_date or date.today(),  # noqa: DTZ011 - the caller's day.
            pad_zeros=pad_zeros,
            width=width,
        )
        within = _scope(scope, rule)
        taken = frames.take(values)
        swapped = [
            self.swap(
                chunk,
                rule,
                [pa.array([value] * len(chunk)) for value in within],
                threads=threads,
            )
            for chunk in taken.chunks
        ]
        if invalid == "raise":
            _raise_if_invalid(swapped)
        return taken.give([part.pseudonyms for part in swapped])


def _scope(scope: Sequence[str] | str | None, rule: IdentityRule) -> Sequence[str]:
    if rule.is_opaque and scope is None:
        raise UsageError("identity.scope_needed")
    if scope and not rule.is_opaque:
        raise UsageError("identity.scope_not_opaque")
    # A text is a sequence too, of characters that nobody meant.
    if isinstance(scope, str):
        return () if scope == "none" else (scope,)
    return scope or ()


def _raise_if_invalid(parts: Sequence[Swapped]) -> None:
    counts: dict[str, int] = {}
    for part in parts:
        for reason, count in part.counts().items():
            if reason not in (Reason.OK, Reason.BLANK):
                counts[reason.code] = counts.get(reason.code, 0) + count
    if counts:
        total = sum(counts.values())
        listed = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))
        raise InvalidValuesError("values.invalid", reasons=counts, total=total, listed=listed)


class KernelDomain(Domain):
    """A domain that computes with a column kernel in this process.

    Args:
        info: Public facts.
        kernel: The kernel to compute with.
        key: The id-key as that kernel prepared it.
    """

    def __init__(self, info: DomainInfo, kernel: Kernel, key: MacKey) -> None:
        self.info = info
        self._kernel = kernel
        self._key: MacKey | None = key

    @property
    def kernel_name(self) -> str:
        """Which kernel computes."""
        return self._kernel.name

    def swap(
        self,
        column: pa.Array,
        rule: IdentityRule,
        scope: Sequence[pa.Array] = (),
        *,
        threads: int = 1,
    ) -> Swapped:
        """Swap a column; see :meth:`Domain.swap`."""
        if self._key is None:
            raise KeyStoreError("keys.domain_closed", domain=self.info.name)
        key, form = self._key, self.info.format
        return self._kernel.swap(column, rule, key, form, scope, threads=threads)

    def close(self) -> None:
        """Forget the key."""
        self._key = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.info.key_id}>"
