# SPDX-License-Identifier: Apache-2.0
"""Go back from listed pseudonyms to numbers, for an approved request and for nothing else.

Nothing is reversed: the pseudonyms of all candidates are made again, and compared::

    pseudonyms that are asked for ─▶ set ─┐
    candidates ─▶ pieces ─▶ swapped ─▶ in the set? ─▶ found (in memory)
                 request used up, and what was done noted in the ledger
                                          ─▶ one file for the requester alone

Going back is forbidden by law but for what the law excepts, so two others have to approve
the very list, and the ledger says for ever that it was done.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.domain import Domain
from pseudo.errors import ApprovalError, DeliveryError, UsageError
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.request import Order
from pseudo.framing import lp
from pseudo.identity import judge_column
from pseudo.identity.render import as_text, can_render
from pseudo.io import open_source
from pseudo.io.private import check_free, write_private
from pseudo.io.source import ReadOptions, records_of
from pseudo.keys import DomainRecord, Store
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.pseudonym import PseudonymFormat
from pseudo.usecases.approvals import require_approved
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.domain_events import require_current, used
from pseudo.usecases.requests import Person, make

__all__ = ["MOST", "REIDENTIFIED", "Asked", "Traced", "read_asked", "reidentify", "request"]

REIDENTIFIED = "domain.reidentified"
"""The event that pseudonyms were traced to numbers, and how many."""

MOST = 1_000_000
"""Pseudonyms that one request may name."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """The pseudonyms that a request names.

    Attributes:
        pseudonyms: Different ones, ascending.
    """

    pseudonyms: pa.StringArray

    @property
    def subject(self) -> dict[str, str]:
        """How a request names them: how many there are, and a digest of them all."""
        digest = hashlib.sha256(lp(*self.pseudonyms.to_pylist())).hexdigest()
        return {"pseudonyms": str(len(self.pseudonyms)), "digest": f"sha256:{digest}"}


@dataclass(frozen=True, slots=True)
class Traced:
    """What came of it.

    Attributes:
        asked: Pseudonyms that were asked for.
        found: Of how many there is somebody among the candidates.
        candidates: Numbers that were tried.
        invalid: Candidates that are no numbers of these kinds.
    """

    asked: int
    found: int
    candidates: int
    invalid: int


def read_asked(
    path: Path, column: str | None, form: PseudonymFormat, options: ReadOptions
) -> Asked:
    """Read the pseudonyms that are asked for.

    Args:
        path: The file.
        column: Their column; may be left out where the file has one alone.
        form: How the domain's pseudonyms are written.
        options: How it is read.

    Raises:
        DeliveryError: It cannot be read, has no such column, or something in it is no
            pseudonym of the domain (``reidentify.no_pseudonyms``, with the count).
        UsageError: Too many at once (``reidentify.too_many``).
    """
    pieces = []
    with closing(open_source(path, 1, options)) as source:
        names = source.schema.names
        chosen = column or (names[0] if len(names) == 1 else "")
        if chosen not in names or not can_render(source.schema.field(chosen).type):
            raise DeliveryError("reidentify.no_column")
        source.choose([chosen])
        for piece in records_of(source):
            texts = as_text(piece.batch.column(chosen)).text
            pieces.append(pc.utf8_trim_whitespace(texts.drop_null()).cast(pa.string()))
    found = pc.unique(pa.chunked_array(pieces, pa.string()))
    wrong = len(found) - (
        pc.sum(pc.match_substring_regex(found, f"^{form.pattern}$")).as_py() or 0
    )
    if wrong or not len(found):
        raise DeliveryError("reidentify.no_pseudonyms", count=wrong)
    if len(found) > MOST:
        raise UsageError("reidentify.too_many", most=MOST)
    return Asked(found.take(pc.sort_indices(found)))


def request(
    store: Store,
    name: str,
    ledger: FileLedger,
    person: Person,
    asked: Asked,
    *,
    reference: str,
) -> str:
    """Ask to go back from pseudonyms.

    Args:
        store: Where the domain is.
        name: The domain.
        ledger: The ledger.
        person: Who asks.
        asked: Which pseudonyms.
        reference: Number of the decision.

    Returns:
        The request, for others to sign.

    Raises:
        KeyStoreError: There is no such domain, or ``keys.rolled_back``.
        ApprovalError: See :func:`pseudo.usecases.requests.make`.
        UsageError: See there.
    """
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        return make(
            ledger,
            person,
            Order.REIDENTIFY,
            reference=reference,
            domain=name,
            keys=[record.key_id for record in records],
            subject=asked.subject,
        )


def reidentify(
    store: Store,
    name: str,
    ledger: FileLedger,
    asked: Asked,
    candidates: Candidates,
    out: Path,
    *,
    notes: Sequence[str],
    options: ReadOptions,
    run_by: str,
    now: datetime | None = None,
) -> Traced:
    """Trace pseudonyms to the numbers of candidates, and write them for the requester.

    Args:
        store: Where the domain is.
        name: The domain; all its versions are tried.
        ledger: The ledger.
        asked: The pseudonyms, the very ones of the request.
        candidates: Who they could be.
        out: The file to write; must not exist. Nobody but its owner can read it.
        notes: Copies of the request, with the signatures of those who approved it.
        options: How the candidates are read.
        run_by: The account that this runs under.
        now: The present moment, UTC.

    Raises:
        ApprovalError: It is not approved, or for other pseudonyms
            (``approval.other_request``).
        KeyStoreError: The domain cannot be used.
        DeliveryError: The candidates cannot be read.
        UsageError: ``out`` exists, or cannot be.
        EvidenceError: It cannot be noted; nothing was written.
        ResourceError: The disk is full; it is noted, and the request is used up.
    """
    check_free(out)
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        keys = [record.key_id for record in records]
        approved = require_approved(
            ledger, notes, Order.REIDENTIFY, now or utc_now(), domain=name, keys=keys
        )
        if dict(approved.request.subject) != asked.subject:
            raise ApprovalError("approval.other_request", request=approved.request.id)
    found, counts = _traced(store, records, asked, candidates, options)
    traced = Traced(len(asked.pseudonyms), len(pc.unique(found["pseudonym"])), *counts)
    with ledger.alone():
        # Meanwhile it may have been carried out by somebody else, or withdrawn.
        approved = require_approved(
            ledger, notes, Order.REIDENTIFY, now or utc_now(), domain=name, keys=keys
        )
        facts = {
            "domain": name,
            "key_ids": keys,
            **approved.facts,
            "asked": traced.asked,
            "found": traced.found,
            "candidates": traced.candidates,
            "invalid": traced.invalid,
            "run_by": run_by,
        }
        ledger.append(lambda before: (EVENT, event(REIDENTIFIED, utc_now(), before, **facts)))
    logger().warning("domain.reidentified", domain=name, request=approved.request.id)
    write_private(out, _written(found))
    return traced


def _traced(
    store: Store,
    records: Sequence[DomainRecord],
    asked: Asked,
    candidates: Candidates,
    options: ReadOptions,
) -> tuple[pa.Table, tuple[int, int]]:
    """Make the pseudonyms of all candidates, and keep those that are asked for."""
    pieces: list[pa.Table] = []
    tried = invalid = 0
    with ExitStack() as stack:
        domains = [
            stack.enter_context(store.domain(record.name, record.version))
            for record in used(records)
        ]
        for batch in _batches(candidates, options):
            judged = judge_column(batch.column(candidates.column), candidates.rule).canonical
            tried += len(judged) - judged.null_count
            invalid += judged.null_count
            pieces += [_matches(domain, batch, judged, asked, candidates) for domain in domains]
    return pa.concat_tables([_EMPTY, *pieces]), (tried, invalid)


def _batches(candidates: Candidates, options: ReadOptions) -> Iterator[pa.RecordBatch]:
    """Read the candidates, piece by piece."""
    for number, path in enumerate(candidates.paths, start=1):
        with closing(open_source(path, number, options)) as source:
            candidates.choose(source)
            for piece in records_of(source):
                yield piece.batch


_EMPTY = pa.table({name: pa.array([], pa.string()) for name in ("pseudonym", "number", "key_id")})


def _matches(
    domain: Domain,
    batch: pa.RecordBatch,
    canonical: pa.Array,
    asked: Asked,
    candidates: Candidates,
) -> pa.Table:
    swapped = domain.swap(
        batch.column(candidates.column), candidates.rule, candidates.scope_of(batch), threads=0
    )
    rows = pc.is_in(swapped.pseudonyms, asked.pseudonyms)
    pseudonyms = swapped.pseudonyms.filter(rows)
    numbers = canonical.filter(rows).cast(pa.string())
    keys = pa.array([domain.info.key_id] * len(pseudonyms), pa.string())
    return pa.table({"pseudonym": pseudonyms, "number": numbers, "key_id": keys})


def _written(found: pa.Table) -> bytes:
    """Write what was found as semicolon-separated text, each pair once, by pseudonym."""
    pairs = found.group_by(["pseudonym", "number", "key_id"]).aggregate([])
    ordered = pairs.sort_by([("pseudonym", "ascending"), ("number", "ascending")])
    lines = io.StringIO()
    lines.write("pseudonym;number;key_id\r\n")
    for row in ordered.to_pylist():
        lines.write(f"{row['pseudonym']};{row['number']};{row['key_id']}\r\n")
    return lines.getvalue().encode()
