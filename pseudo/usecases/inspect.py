# SPDX-License-Identifier: Apache-2.0
"""Look at a file: how it is written, and what its columns hold, without showing a value.

One pass, constant memory. What comes out are counts, rates, shapes and guesses; names of
columns come from a header that the readers have accepted as one. With a path to write
to, a spec is drafted and rehearsed on the file, which takes a second pass.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from pseudo.errors import UsageError
from pseudo.events import Cancellation, Observer, Progress, Silent
from pseudo.io import open_source
from pseudo.io.source import (
    Database,
    Dialect,
    ReadOptions,
    Source,
    UserMissing,
    ValueLabels,
    records_of,
)
from pseudo.kernel import select
from pseudo.safe import is_safe
from pseudo.settings import Settings, load_settings
from pseudo.usecases.inspect_column import ColumnLook, Count
from pseudo.usecases.inspect_result import ColumnProfile, Inspection
from pseudo.usecases.inspect_role import Guess, guess_role, guess_type
from pseudo.usecases.reading import read_options
from pseudo.usecases.request import database_of

__all__ = ["ColumnProfile", "Inspection", "inspect"]

_DISTINCT = 10_000
_DISTINCT_IN_ALL = 1_000_000
_SHOWN_SHAPES = 3
_SHOWN_REASONS = 3


def inspect(
    file: str | Path | None = None,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    member: str | int | None = None,
    table: str | int | None = None,
    header_rows: tuple[int, int] | None = None,
    value_labels: ValueLabels | None = None,
    user_missing: UserMissing | None = None,
    reference_date: date | None = None,
    write_spec: str | Path | None = None,
    database: str | None = None,
    query: str | None = None,
    settings: Settings | None = None,
    observer: Observer | None = None,
    cancellation: Cancellation | None = None,
) -> Inspection:
    """Look at a file.

    Args:
        file: The file; None where a database is looked at.
        encoding: Of a text file, where it is known.
        delimiter: Of a text file, where it is known.
        member: Which file of an archive, by its name or its number from 1, where there are
            several.
        table: Which sheet of a workbook or table of a dump, by its name or its number from 1,
            where there are several.
        header_rows: First and last row of a workbook's header, from 1.
        value_labels: Whether ``codes`` or ``labels`` are read of SPSS, Stata and SAS files.
        user_missing: Whether what such a file calls missing is ``null`` or ``keep``.
        reference_date: The day by which identity numbers are judged; today by default.
        write_spec: Where to write a draft of a spec; must not exist.
        database: The address of a database instead of a file; see :func:`pseudo.run`.
        query: One statement that gives rows, instead of a table.
        settings: Limits; read from the environment by default.
        observer: Told how far it has come.
        cancellation: Looked at between pieces.

    Returns:
        What was found; where a spec was drafted, with the roles that it has.

    Raises:
        UsageError: The file cannot be opened, an option makes no sense, the draft exists,
            or no column holds identity numbers (``usage.no_identifier_found``).
        DeliveryError: It is nothing that can be read.
        ResourceError: Disk, memory or time ran out.
        Cancelled: The caller asked to stop.
    """
    if write_spec is not None and os.path.lexists(write_spec):
        raise UsageError("usage.exists", file=str(write_spec))
    dialect = Dialect(
        encoding=encoding,
        delimiter=delimiter,
        table=table,
        header_rows=header_rows,
        value_labels=value_labels,
        user_missing=user_missing,
    )
    reading = _Reading(
        _opening(file, member, database_of(database, query)),
        read_options(settings or load_settings(), dialect),
        reference_date or date.today(),  # noqa: DTZ011  the day where the program runs
        observer or Silent(),
        cancellation or Cancellation(),
    )
    found = reading.look()
    if write_spec is None:
        return found
    from pseudo.usecases.inspect_spec import draft, rehearsed, write

    told = (dialect, reference_date)
    drafted = draft(found, reading.names, Path(write_spec), told)
    drafted = rehearsed(drafted, reading.source, reading.day, reading.pulse, reading.kernel)
    write(drafted, Path(write_spec))
    roles = {column.name: column for column in drafted.columns}
    columns = tuple(
        replace(profile, role=roles[name].role, why=roles[name].why) if name in roles else profile
        for name, profile in zip(reading.names, found.columns, strict=True)
    )
    return replace(found, columns=columns)


def _opening(
    file: str | Path | None, member: str | int | None, database: Database | None
) -> Callable[[ReadOptions], Source]:
    """Give what opens a file, or a database.

    Raises:
        UsageError: Both are named, or none is.
    """
    if database is None:
        if file is None:
            raise UsageError("usage.no_files")
        return partial(open_source, file, 1, member=member)
    if file is not None:
        raise UsageError("usage.database_and_files")
    # Not at the top: it is seldom used.
    from pseudo.io.database import DatabaseSource

    return partial(DatabaseSource, database.url, database.query, 1)


class _Reading:
    """One file that is read, perhaps twice."""

    def __init__(
        self,
        opening: Callable[[ReadOptions], Source],
        options: ReadOptions,
        day: date,
        observer: Observer,
        cancellation: Cancellation,
    ) -> None:
        self._opening = opening
        self._options = options
        self.kernel = select(options.kernel)
        self.day = day
        self._observer = observer
        self._cancellation = cancellation
        self.names: tuple[str, ...] = ()

    def source(self) -> Source:
        """Open the file."""
        return self._opening(self._options)

    def pulse(self, rows: int, done: int, total: int) -> None:
        """Tell how far it has come, and stop where that is asked for."""
        self._cancellation.check()
        self._observer.progress(Progress("read", rows, done, total))

    def look(self) -> Inspection:
        """Read the file once."""
        source = self.source()
        try:
            self.names = tuple(source.schema.names)
            most = max(100, min(_DISTINCT, _DISTINCT_IN_ALL // len(self.names)))
            looks = [
                ColumnLook(field.type, self.day, most, self.kernel) for field in source.schema
            ]
            records, rejected = self._read(source, looks)
        finally:
            source.close()
        return Inspection(
            facts=source.facts,
            records=records,
            rejected=_counts(rejected, len(rejected)),
            blank_lines=source.blank_lines,
            reference_date=self.day,
            columns=tuple(
                _profile(place, name, look)
                for place, (name, look) in enumerate(zip(self.names, looks, strict=True), 1)
            ),
        )

    def _read(self, source: Source, looks: list[ColumnLook]) -> tuple[int, Counter[str]]:
        records = 0
        rejected: Counter[str] = Counter()
        for piece in records_of(source):
            records += piece.framed
            rejected.update(reject.code for reject in piece.rejects)
            for column, look in zip(piece.batch.columns, looks, strict=True):
                self._cancellation.check()
                look.observe(column)
            self.pulse(records, piece.done, source.facts.size)
        return records, rejected


def _profile(place: int, name: str, look: ColumnLook) -> ColumnProfile:
    kind, decimal = guess_type(name, look)
    guess: Guess = guess_role(name, look)
    telling = 10 * look.people >= max(1, look.filled)
    return ColumnProfile(
        position=place,
        name=name if is_safe(name) else f"column {place}",
        filled=look.filled,
        blank=look.blank,
        distinct=look.distinct,
        distinct_is_capped=look.distinct_is_capped,
        kinds=look.rates(),
        reasons=_counts(look.reasons, _SHOWN_REASONS) if telling else (),
        shapes=_counts(look.shapes, _SHOWN_SHAPES),
        sampled=look.sampled,
        type=kind,
        decimal=decimal,
        role=guess.role,
        why=guess.why,
    )


def _counts(counter: Counter[str], most: int) -> tuple[Count, ...]:
    ordered = sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Count(name, count) for name, count in ordered[:most] if count)
