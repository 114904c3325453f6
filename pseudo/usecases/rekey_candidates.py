# SPDX-License-Identifier: Apache-2.0
"""Candidates: numbers whose pseudonyms under both secrets are found out, piece by piece.

The way of the data::

    open_source ─▶ one column ─▶ swapped by the old version ─▶ Pairs ─▶ Mapping
                             └─▶ swapped by the new version ──┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing

import pyarrow as pa

from pseudo.domain import Domain
from pseudo.events import Cancellation, Observer, Progress
from pseudo.evidence.receipt_parts import InputFacts
from pseudo.evidence.rekey_receipt import CandidateFacts
from pseudo.identity import Reason
from pseudo.identity.rank import RankSet
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, records_of
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.rekey_mapping import Mapping, Pairs

__all__ = ["read_candidates"]


def read_candidates(
    candidates: Candidates,
    first: int,
    domains: tuple[Domain, Domain],
    people: RankSet,
    options: ReadOptions,
    *,
    threads: int,
    observer: Callable[[int], Observer],
    cancellation: Cancellation,
) -> tuple[Mapping, CandidateFacts]:
    """Read candidates, and make the mapping of their pseudonyms.

    Args:
        candidates: Where they stand, and what they are.
        first: The first file's number in messages and in the receipt.
        domains: The old version and the new one, both open.
        people: Takes in who they are, for the leak scan.
        options: How the files are read.
        threads: The most threads that make pseudonyms.
        observer: Gives for each file, from 0, who is told how far its reading has come.
        cancellation: Looked at between pieces.

    Raises:
        DeliveryError: A file cannot be read, or has no such column.
        InternalError: Pseudonyms do not tell numbers apart (``rekey.not_bijective``).
    """
    pairs = Pairs(domains[0].info.format, people)
    try:
        inputs, reasons = _gathered(
            pairs, candidates, first, domains, options, threads, observer, cancellation
        )
        mapping = pairs.mapping()
    finally:
        pairs.wipe()
    valid, blank = reasons.pop(Reason.OK.code, 0), reasons.pop(Reason.BLANK.code, 0)
    rule = candidates.rule
    facts = CandidateFacts(
        tuple(inputs), rule.kinds, valid, blank, reasons, mapping.people, rule.pad_zeros
    )
    return mapping, facts


def _gathered(
    pairs: Pairs,
    candidates: Candidates,
    first: int,
    domains: tuple[Domain, Domain],
    options: ReadOptions,
    threads: int,
    observer: Callable[[int], Observer],
    cancellation: Cancellation,
) -> tuple[list[InputFacts], Counter[str]]:
    """Read all files; give what they are, and how many numbers were judged how."""
    reasons: Counter[str] = Counter()
    inputs = []
    for place, path in enumerate(candidates.paths):
        along, records = observer(place), 0
        with closing(open_source(path, first + place, options)) as source:
            candidates.choose(source)
            for piece in records_of(source):
                cancellation.check()
                records += piece.framed
                reasons.update(reject.code for reject in piece.rejects)
                reasons += _add(pairs, piece.batch, candidates, domains, threads)
                along.progress(Progress("read", records, piece.done, source.facts.size))
            inputs.append(InputFacts(source.file, source.facts, records, source.blank_lines))
    return inputs, reasons


def _add(
    pairs: Pairs,
    batch: pa.RecordBatch,
    candidates: Candidates,
    domains: tuple[Domain, Domain],
    threads: int,
) -> Counter[str]:
    """Add the pairs of one piece; give how many numbers were judged how."""
    column = batch.column(candidates.column)
    scope = candidates.scope_of(batch)
    old, new = (domain.swap(column, candidates.rule, scope, threads=threads) for domain in domains)
    valid = pa.array(old.reasons == Reason.OK)
    pairs.add(
        old.pseudonyms.filter(valid),
        new.pseudonyms.filter(valid),
        old.ranks[old.reasons == Reason.OK],
    )
    return Counter({reason.code: count for reason, count in old.counts().items()})
