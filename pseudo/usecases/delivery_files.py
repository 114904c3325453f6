# SPDX-License-Identifier: Apache-2.0
"""The files of a delivery as a batch reads them, numbered through all archives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pseudo.evidence.receipt import InputFacts
from pseudo.io.delivery import Part, open_part, parts_of
from pseudo.io.source import Database, ReadOptions, Source
from pseudo.io.watch import Watched

__all__ = ["DeliveryFiles"]


class DeliveryFiles:
    """The files of a delivery.

    Args:
        paths: What was delivered.
        database: What is read instead of files; None for files.
        options: How it is read.
    """

    def __init__(
        self, paths: Sequence[Path], database: Database | None, options: ReadOptions
    ) -> None:
        self._paths = paths
        self._database = database
        self._options = options
        self._parts: list[Part] = []

    @property
    def sizes(self) -> list[int]:
        """Bytes of each file, as it was delivered."""
        return [0] if self._database else [part.size for part in self._parts]

    @property
    def names(self) -> list[str]:
        """What each is called, as far as that can be shown."""
        return ["database"] if self._database else [part.shown for part in self._parts]

    def look_at_all(self) -> None:
        """Find out at once that a file cannot be opened, and of how many files archives are.

        Raises:
            UsageError: A file cannot be opened.
            DeliveryError: An archive is refused.
            ResourceError: The system cannot read one.
        """
        for path in self._paths:
            Watched(path).close()
        self._parts = [
            part
            for delivered, path in enumerate(self._paths, start=1)
            for part in parts_of(path, delivered, self._options)
        ]

    def delivered(self, number: int) -> int:
        """Give the number of the delivered file that a file is, or was packed in."""
        return number if self._database else self._parts[number - 1].delivered

    def open(self, number: int) -> Source:
        """Open a file; see :func:`pseudo.io.delivery.open_part`."""
        if self._database is None:
            return open_part(self._parts[number - 1], number, self._options)
        # Not at the top: few deliveries come from a database.
        from pseudo.io.database import DatabaseSource

        return DatabaseSource(self._database.url, self._database.query, number, self._options)

    def facts(self, number: int, source: Source, **more: Any) -> InputFacts:
        """Write down what is known of a file that was opened.

        What its table is called only where that was told: it is the submitter's own text,
        in which a person may be named, and receipts go to recipients.
        """
        told = self._options.table if isinstance(self._options.table, str) else ""
        known = replace(source.facts, table=told)
        return InputFacts(number, known, delivered=self.delivered(number), **more)
