# SPDX-License-Identifier: Apache-2.0
"""What a move to a new secret is asked to do, checked before anything is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pseudo.errors import UsageError
from pseudo.identity import IdentityRule
from pseudo.keys import DomainRecord
from pseudo.keys.registry import Registry
from pseudo.safe import is_safe
from pseudo.usecases.request import OutputFormat

__all__ = ["Candidates", "RekeyRequest", "Versions", "choose_versions"]

_LONGEST = 150


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where the numbers stand whose pseudonyms are moved.

    Attributes:
        paths: The files: the original delivery, or any lists of numbers.
        column: Its column of numbers.
        rule: What they are; the same as when the tables were made.
        scope: Columns whose values are hashed before an opaque identifier.
        submitter: Who sent the delivery, where identifiers were scoped by submitter.
        encoding: Of the files, where they are text files and this is known.
        delimiter: Likewise.
    """

    paths: tuple[Path, ...]
    column: str
    rule: IdentityRule
    scope: tuple[str, ...] = ()
    submitter: str | None = None
    encoding: str | None = None
    delimiter: str | None = None

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
        reference_date: date | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
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
            reference_date: The day by which centuries are told; today by default.
            encoding: See the class.
            delimiter: See the class.

        Raises:
            UsageError: See :meth:`pseudo.identity.IdentityRule.of`; no file, a scope
                for what is not opaque, or none for what is.
        """
        given = (paths,) if isinstance(paths, Path) else tuple(paths)
        if not given:
            raise UsageError("usage.no_files")
        alone = kinds[0] if len(kinds) == 1 else None
        rule = IdentityRule.of(
            kind=alone,
            kinds=kinds if len(kinds) > 1 else None,
            reference_date=reference_date or date.today(),  # noqa: DTZ011 - the caller's day.
            width=width,
        )
        if rule.is_opaque and not scope and submitter is None:
            raise UsageError("identity.scope_needed")
        if not rule.is_opaque and (scope or submitter is not None):
            raise UsageError("identity.scope_not_opaque")
        columns = () if list(scope or ()) == ["none"] else tuple(scope or ())
        if columns and submitter is not None:
            raise UsageError("rekey.scope_and_submitter")
        return cls(given, column, rule, columns, submitter, encoding, delimiter)


@dataclass(frozen=True, slots=True)
class RekeyRequest:
    """One order to move tables to another version of a domain.

    Attributes:
        tables: Files with pseudonyms, in order.
        domain: The domain's name.
        columns: Names of the pseudonym columns; rows are ordered by the first.
        candidates: Whose pseudonyms are moved.
        out: The folder to publish; must not exist.
        to: Format of what is published.
        to_version: The version to move to; the newest by default.
        from_version: The version that the tables have, where the current one is the one to
            move to; None to move from the current one.
        threads: Worker threads; 0 for one a core.
    """

    tables: tuple[Path, ...]
    domain: str
    columns: tuple[str, ...]
    candidates: Candidates
    out: Path
    to: OutputFormat = "parquet"
    to_version: int | None = None
    from_version: int | None = None
    threads: int = 0

    def __post_init__(self) -> None:
        if not self.tables:
            raise UsageError("usage.no_files")
        if not self.columns:
            raise UsageError("rekey.no_columns")
        if len(set(self.columns)) != len(self.columns):
            raise UsageError("rekey.column_twice")
        if self.to not in ("parquet", "csv"):
            raise UsageError("usage.unknown_format", format=str(self.to))
        for position, table in enumerate(self.tables, start=1):
            if not _is_plain(table.stem):
                raise UsageError("rekey.table_name", position=position)
        if len({table.stem.casefold() for table in self.tables}) != len(self.tables):
            raise UsageError("rekey.same_table_name")

    def output_of(self, number: int) -> str:
        """Give the name of a table's file in ``release/``.

        Args:
            number: The table's number, from 1.
        """
        return f"{self.tables[number - 1].stem}.{self.to}"


@dataclass(frozen=True, slots=True)
class Versions:
    """From which version of a domain to which.

    Attributes:
        old: The version that the tables have.
        new: The version that they get.
        becomes_current: Whether the new one is current from then on.
    """

    old: int
    new: int
    becomes_current: bool


def choose_versions(
    records: Sequence[DomainRecord], to_version: int | None, from_version: int | None
) -> Versions:
    """Choose the versions of a move.

    Args:
        records: Every version of the domain.
        to_version: See :class:`RekeyRequest`.
        from_version: See there.

    Raises:
        KeyStoreError: There is no such version (``keys.unknown_version``).
        UsageError: There is no newer version (``rekey.no_new_version``), the one to move to
            is current already (``rekey.already_current``), older than the current one
            (``rekey.not_newer``), or not current though another was to be moved from
            (``rekey.not_current``).
    """
    registry = Registry(tuple(records))
    name = records[0].name
    current = registry.one(name).version
    for version in (to_version, from_version):
        if version is not None:
            registry.one(name, version)
    if from_version is not None:
        if from_version >= current:
            raise UsageError("rekey.not_newer", domain=name, version=current)
        if to_version not in (None, current):
            raise UsageError("rekey.not_current", domain=name, version=current)
        return Versions(from_version, current, becomes_current=False)
    newest = max(record.version for record in records)
    if to_version is None and newest == current:
        raise UsageError("rekey.no_new_version", domain=name, version=current)
    chosen = newest if to_version is None else to_version
    if chosen == current:
        raise UsageError("rekey.already_current", domain=name, version=current)
    if chosen < current:
        raise UsageError("rekey.not_newer", domain=name, version=chosen)
    return Versions(current, chosen, becomes_current=True)


def _is_plain(stem: str) -> bool:
    """Tell whether a file may be published under a table's name."""
    shown = stem.isprintable() and is_safe(stem) and len(stem.encode()) <= _LONGEST
    return shown and not stem.startswith(".") and not set(stem) & {"/", "\\"}
