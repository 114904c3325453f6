# SPDX-License-Identifier: Apache-2.0
"""Who pseudonyms are: the pseudonyms of all candidates made again, and compared.

An opaque identifier is somebody only inside its scope, so the scope's values are found with
it and written with it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace

import pyarrow as pa

from pseudo.domain import Domain
from pseudo.evidence.ledger import Ledger
from pseudo.identity import Reason, judge_column
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, records_of
from pseudo.io.writers.formulas import disarmed
from pseudo.kernel.scope import scope_forms
from pseudo.keys import DomainRecord, Store
from pseudo.records import Records
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.domain_events import used
from pseudo.usecases.domains import open_current
from pseudo.usecases.reidentify_asked import Asked

__all__ = ["Found", "trace"]

_COLUMNS = ("pseudonym", "number", "key_id")


class Found:
    """Who has been found so far; each pseudonym once, under the key that it was made with.

    Args:
        asked: The pseudonyms that are looked for.
        candidates: Who they could be.

    Attributes:
        reasons: How many candidates were judged how, by the reason's code.
    """

    def __init__(self, asked: Asked, candidates: Candidates) -> None:
        self.reasons: Counter[str] = Counter()
        self._candidates = candidates
        # Arrow would index all that is asked for anew for every piece and version; with a
        # million of them, that takes longer than to make the pseudonyms.
        self._left: set[str] = set(asked.pseudonyms.to_pylist())
        values = len(candidates.scope) if candidates.submitter is None else 1
        self._columns = [*_COLUMNS, *(f"scope_{place}" for place in range(1, values + 1))]
        self._pieces = [pa.table({name: pa.array([], pa.string()) for name in self._columns})]

    def __repr__(self) -> str:
        return f"<Found {len(self)}>"

    def __len__(self) -> int:
        return sum(map(len, self._pieces))

    @property
    def valid(self) -> int:
        """How many candidates have a pseudonym."""
        return self.reasons[Reason.OK.code]

    @property
    def blank(self) -> int:
        """How many rows of the candidates hold no number."""
        return self.reasons[Reason.BLANK.code]

    @property
    def invalid(self) -> int:
        """How many candidates have no pseudonym though something stands there."""
        return self.reasons.total() - self.valid - self.blank

    def add(self, piece: Records, domains: Sequence[Domain]) -> None:
        """Compare a piece of the candidates.

        Args:
            piece: The piece.
            domains: The versions of the domain, all open.
        """
        self.reasons.update(reject.code for reject in piece.rejects)
        for place, domain in enumerate(domains):
            swapped = domain.swap(
                piece.batch.column(self._candidates.column),
                self._candidates.rule,
                self._candidates.scope_of(piece.batch),
                threads=0,
            )
            if not place:  # Every version judges alike.
                self.reasons.update(
                    {reason.code: count for reason, count in swapped.counts().items()}
                )
            rows = self._new(swapped.pseudonyms)
            if rows:
                self._keep(piece.batch.take(rows), swapped.pseudonyms.take(rows), domain)

    def written(self) -> bytes:
        """Write who was found as semicolon-separated text, by pseudonym."""
        text = io.StringIO()
        lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
        lines.writerow(self._columns)
        ordered = pa.concat_tables(self._pieces).sort_by("pseudonym")
        for rows in ordered.to_batches(max_chunksize=65_536):
            # As in the tables that are published: a spreadsheet program may open it.
            columns = [disarmed(column).to_pylist() for column in rows.columns]
            lines.writerows(zip(*columns, strict=True))
        return text.getvalue().encode()

    def _new(self, pseudonyms: pa.StringArray) -> pa.Array:
        """Tell which rows hold a pseudonym that is still looked for, each at its first."""
        rows = []
        for row, pseudonym in enumerate(pseudonyms.to_pylist()):
            if pseudonym in self._left:
                self._left.remove(pseudonym)
                rows.append(row)
        return pa.array(rows, pa.int64())

    def _keep(self, batch: pa.RecordBatch, pseudonyms: pa.StringArray, domain: Domain) -> None:
        judged = judge_column(batch.column(self._candidates.column), self._candidates.rule)
        columns = [
            pseudonyms,
            judged.canonical.cast(pa.string()),
            pa.array([domain.info.key_id] * len(pseudonyms), pa.string()),
            *(scope_forms(scope)[0] for scope in self._candidates.scope_of(batch)),
        ]
        self._pieces.append(pa.table(columns, names=self._columns))


def trace(
    store: Store,
    ledger: Ledger,
    records: Sequence[DomainRecord],
    asked: Asked,
    candidates: Candidates,
    options: ReadOptions,
) -> Found:
    """Make the pseudonyms of all candidates, and keep those that are asked for.

    Args:
        store: Where the domain is.
        ledger: Where every key that is used must be known.
        records: All versions of the domain; those that may have pseudonyms are tried.
        asked: The pseudonyms.
        candidates: Who they could be.
        options: How the candidates are read.

    Raises:
        KeyStoreError: The domain cannot be used, or the ledger knows another key of it
            (``keys.rolled_back``).
        DeliveryError: The candidates cannot be read.
    """
    found = Found(asked, candidates)
    with ExitStack() as stack:
        domains = [
            stack.enter_context(open_current(store, record.name, ledger, record.version))
            for record in used(records)
        ]
        for piece in _pieces(candidates, options):
            found.add(piece, domains)
    return found


def _pieces(candidates: Candidates, options: ReadOptions) -> Iterator[Records]:
    """Read the candidates, piece by piece."""
    options = replace(options, **candidates.dialect.told())  # type: ignore[arg-type]
    for number, path in enumerate(candidates.paths, start=1):
        with closing(open_source(path, number, options)) as source:
            candidates.choose(source)
            yield from records_of(source)
