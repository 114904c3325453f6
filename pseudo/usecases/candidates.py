# SPDX-License-Identifier: Apache-2.0
"""Candidates: a list of people, or a delivery, of whom a pseudonym could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from pseudo.errors import DeliveryError, UsageError
from pseudo.identity import IdentityRule
from pseudo.identity.render import can_render
from pseudo.io.source import Dialect, Source

__all__ = ["Candidates", "rule_of", "scope_names"]


def rule_of(
    kinds: Sequence[str], reference_date: date | None, *, width: int, pad_zeros: bool
) -> IdentityRule:
    """Make a rule of the words of an order.

    Args:
        kinds: Kinds of identifier; ``personnummer`` alone takes samordningsnummer too.
        reference_date: The day by which centuries are told; today by default.
        width: Characters that opaque identifiers are padded with zeros to.
        pad_zeros: Whether 7 to 9 bare digits are a number that lost its zeros.

    Raises:
        UsageError: See :meth:`pseudo.identity.IdentityRule.of`.
    """
    return IdentityRule.of(
        kind=kinds[0] if len(kinds) == 1 else None,
        kinds=kinds if len(kinds) > 1 else None,
        reference_date=reference_date or date.today(),  # noqa: DTZ011 - the caller's day.
        width=width,
        pad_zeros=pad_zeros,
    )


def scope_names(
    rule: IdentityRule, scope: Sequence[str], *, by_submitter: bool = False
) -> tuple[str, ...]:
    """Check what an order says of the scope.

    Args:
        rule: What the identifiers are.
        scope: What was said; ``none`` alone for an opaque identifier that has no scope,
            which must be said.
        by_submitter: Whether who sent it is the scope.

    Returns:
        The scope's columns, or its values; none where it has none.

    Raises:
        UsageError: A scope for what is not opaque (``identity.scope_not_opaque``), or none
            for what is (``identity.scope_needed``).
    """
    given = bool(scope) or by_submitter
    if rule.is_opaque and not given:
        raise UsageError("identity.scope_needed")
    if not rule.is_opaque and given:
        raise UsageError("identity.scope_not_opaque")
    return () if list(scope) == ["none"] else tuple(scope)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where the numbers stand of whom a pseudonym could be.

    Attributes:
        paths: The files: the original delivery, or any lists of numbers.
        column: Its column of numbers.
        rule: What they are; the same as when the tables were made.
        scope: Columns whose values are hashed before an opaque identifier.
        submitter: Who sent the delivery, where identifiers were scoped by submitter.
        dialect: How the files are written, as far as it was told.
    """

    paths: tuple[Path, ...]
    column: str
    rule: IdentityRule
    scope: tuple[str, ...] = ()
    submitter: str | None = None
    dialect: Dialect = Dialect()  # noqa: RUF009  it cannot change.

    @classmethod
    def of(
        cls,
        paths: Path | Sequence[Path],
        column: str,
        *,
        kinds: Sequence[str] = (),
        scope: Sequence[str] | None = None,
        submitter: str | None = None,
        width: int = 0,
        pad_zeros: bool = False,
        reference_date: date | None = None,
        dialect: Dialect | None = None,
    ) -> Candidates:
        """Make candidates of the words of an order.

        Args:
            paths: See the class; at least one.
            column: See the class.
            kinds: Kinds of identifier; ``personnummer`` alone takes samordningsnummer too.
            scope: Columns of the scope; ``none`` alone where there is none, which must be
                said of opaque identifiers.
            submitter: See the class.
            width: Characters that opaque identifiers are padded with zeros to.
            pad_zeros: Whether 7 to 9 bare digits are a number that lost its zeros,
                as where the spec of the tables says so.
            reference_date: The day by which centuries are told; today by default.
            dialect: See the class.

        Raises:
            UsageError: See :meth:`pseudo.identity.IdentityRule.of`; no file, a scope
                for what is not opaque, or none for what is.
        """
        given = (paths,) if isinstance(paths, Path) else tuple(paths)
        if not given:
            raise UsageError("usage.no_files")
        rule = rule_of(kinds, reference_date, width=width, pad_zeros=pad_zeros)
        columns = scope_names(rule, scope or (), by_submitter=submitter is not None)
        if columns and submitter is not None:
            raise UsageError("usage.scope_and_submitter")
        return cls(given, column, rule, columns, submitter, dialect or Dialect())

    def scope_of(self, batch: pa.RecordBatch) -> list[pa.Array]:
        """Give the scope's values for every row of a piece."""
        if self.submitter is not None:
            return [pa.array([self.submitter] * batch.num_rows, pa.string())]
        return [batch.column(name) for name in self.scope]

    def choose(self, source: Source) -> None:
        """Ask a file for the candidates' columns only.

        Raises:
            DeliveryError: It has no such column (``candidates.no_column``), or one of a type
                that can hold no identifier (``delivery.column_type``).
        """
        wanted = (self.column, *self.scope)
        missing = tuple(name for name in wanted if name not in source.schema.names)
        if missing:
            raise DeliveryError("candidates.no_column", column=missing, file=source.file)
        for name in wanted:
            kind = source.schema.field(name).type
            if not can_render(kind):
                raise DeliveryError(
                    "delivery.column_type", column=name, type=str(kind), file=source.file
                )
        source.choose(wanted)
