# SPDX-License-Identifier: Apache-2.0
"""What a move to a new secret is asked to do, checked before anything is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pseudo.errors import UsageError
from pseudo.i18n import Lang
from pseudo.io.writers import FormulaCells
from pseudo.keys import DomainRecord
from pseudo.keys.registry import Registry
from pseudo.safe import is_safe
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.codebook import check_name
from pseudo.usecases.request import OutputFormat, check_format

__all__ = ["RekeyRequest", "Versions", "choose_versions"]

_LONGEST = 150


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
        formula_cells: What to do in CSV with a text that a spreadsheet would run: ``quote``
            puts an apostrophe before it, ``stop`` refuses the move, ``pass`` lets it be.
        to_version: The version to move to; the newest by default.
        from_version: The version that the tables have, where the current one is the one to
            move to; None to move from the current one.
        threads: Worker threads; 0 for one a core.
        lang: Language of the codebook.
    """

    tables: tuple[Path, ...]
    domain: str
    columns: tuple[str, ...]
    candidates: Candidates
    out: Path
    to: OutputFormat = "parquet"
    formula_cells: FormulaCells = "quote"
    to_version: int | None = None
    from_version: int | None = None
    threads: int = 0
    lang: Lang = "sv"

    def __post_init__(self) -> None:
        if not self.tables:
            raise UsageError("usage.no_files")
        if not self.columns:
            raise UsageError("rekey.no_columns")
        if len(set(self.columns)) != len(self.columns):
            raise UsageError("rekey.column_twice")
        check_format(self.to)
        for position, table in enumerate(self.tables, start=1):
            if not _is_plain(table.stem):
                raise UsageError("rekey.table_name", position=position)
        if len({table.stem.casefold() for table in self.tables}) != len(self.tables):
            raise UsageError("rekey.same_table_name")
        for number in range(1, len(self.tables) + 1):
            check_name(self.output_of(number))

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
