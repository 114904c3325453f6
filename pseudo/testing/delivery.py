# SPDX-License-Identifier: Apache-2.0
"""A synthetic delivery, as three municipalities would send it.

The three files have the same columns and little else in common, like real ones: UTF-8,
cp1252 and UTF-8 with a byte order mark; LF and CRLF; quoted fields with
semicolons, quotes and a line break in them; ten and twelve digits with whatever separator
the sender's system writes. People occur several times in a file and in several files.
About one row in a hundred has an identity number that must be refused, and two records
are ragged. What each record truly is comes along, so a test can compare row by row.

Example:
    >>> delivery = build_delivery(people=300, seed=1)
    >>> [file.name for file in delivery.files]
    ['uppsala.csv', 'malmo.csv', 'umea.csv']
    >>> delivery.files[0].records[0].number
    2
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pseudo.testing.senders import SENDERS, Sender
from pseudo.testing.visits import Line, Visits

__all__ = [
    "COLUMNS",
    "DEMO_SPEC",
    "Delivery",
    "DeliveryFile",
    "DeliveryRecord",
    "build_delivery",
    "make_delivery",
]

COLUMNS = ("personnummer", "namn", "kommun", "insats", "startdatum", "slutdatum", "timmar")
"""Columns of every file, in order."""

DEMO_SPEC = """\
# Insatser enligt kommunala program: en rad per person och insats.
name: kommunala-program
unknown_columns: stop
reject_limit: 5%
columns:
  - {name: personnummer, role: identifier, kind: personnummer, pseudonym: id, on_invalid: reject}
  - {name: namn, role: direct}
  - {name: kommun, role: keep, type: string}
  - {name: insats, role: keep, type: integer}
  - {name: startdatum, role: keep, type: date}
  - {name: slutdatum, role: keep, type: date}
  - {name: timmar, role: keep, type: integer}
"""
"""The spec of the delivery, in YAML."""


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """What one record truly is.

    Attributes:
        number: Record number with the header as 1.
        line: Physical line it begins on, from 1.
        canonical: The person's number in canonical form; empty where it must be refused.
        reason: Why it must be refused: a name from
            :data:`pseudo.testing.invalid.REASONS`, or ``ragged``; empty where it is fine.
    """

    number: int
    line: int
    canonical: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryFile:
    """One municipality's file.

    Attributes:
        name: File name.
        content: Its bytes.
        records: The truth about every record after the header, in order.
    """

    name: str
    content: bytes
    records: tuple[DeliveryRecord, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Three files and what is true about them."""

    files: tuple[DeliveryFile, ...]

    @property
    def records(self) -> tuple[DeliveryRecord, ...]:
        """The records of all files, in order."""
        return tuple(record for file in self.files for record in file.records)

    @property
    def canonical(self) -> frozenset[str]:
        """The different people whose records are fine."""
        return frozenset(record.canonical for record in self.records if not record.reason)


def make_delivery(folder: Path, people: int = 10_000, seed: int = 1) -> list[Path]:
    """Write a synthetic delivery into a folder.

    Args:
        folder: Made if it does not exist.
        people: How many different people, at least 3.
        seed: The same seed and number of people give the same bytes.

    Returns:
        The three files, in the order they are to be given to a run.

    Raises:
        FileExistsError: One of the files is there already; it is left alone.
        ValueError: Fewer than 3 people.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in build_delivery(people, seed).files:
        path = folder / file.name
        with path.open("xb") as opened:
            opened.write(file.content)
        paths.append(path)
    return paths


def build_delivery(people: int = 10_000, seed: int = 1) -> Delivery:
    """Make a synthetic delivery in memory, with the truth about every record.

    Args:
        people: How many different people, at least 3, so that every file has somebody.
        seed: The same seed and number of people give the same bytes.

    Raises:
        ValueError: Fewer than 3 people.
    """
    if people < len(SENDERS):
        raise ValueError("a delivery has at least three people, one for each file")
    visits = Visits(people, seed)
    return Delivery(
        tuple(_written(sender, visits.lines(place)) for place, sender in enumerate(SENDERS))
    )


def _written(sender: Sender, lines: list[Line]) -> DeliveryFile:
    texts = [";".join(COLUMNS)]
    records = []
    at = 2
    for number, line in enumerate(lines, 2):
        texts.append(sender.record(line.cells, number))
        records.append(DeliveryRecord(number, at, line.canonical, line.reason))
        at += 1 + texts[-1].count("\n")
    content = "".join(text + sender.line_break for text in texts).encode(sender.encoding)
    return DeliveryFile(f"{sender.name}.csv", content, tuple(records))
