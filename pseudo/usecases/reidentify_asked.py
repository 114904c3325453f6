# SPDX-License-Identifier: Apache-2.0
"""The pseudonyms that somebody asks to go back from."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import DeliveryError, UsageError
from pseudo.framing import lp
from pseudo.identity.render import as_text, can_render
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, Source, records_of
from pseudo.pseudonym import PseudonymFormat

__all__ = ["MOST", "Asked", "read_asked"]

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
    found: set[str] = set()
    wrong = 0
    with closing(open_source(path, 1, options)) as source:
        chosen = _choose(source, column)
        for piece in records_of(source):
            texts = pc.utf8_trim_whitespace(as_text(piece.batch.column(chosen)).text.drop_null())
            fits = pc.match_substring_regex(texts, f"^{form.pattern}$")
            wrong += len(texts) - fits.true_count
            found.update(texts.filter(fits).to_pylist())
            # However long the file is, no more is held than a request may name and a piece.
            if len(found) > MOST:
                raise UsageError("reidentify.too_many", most=MOST)
    if wrong or not found:
        raise DeliveryError("reidentify.no_pseudonyms", count=wrong)
    return Asked(pa.array(sorted(found), pa.string()))


def _choose(source: Source, column: str | None) -> str:
    """Ask a file for the column of pseudonyms alone, and tell its name."""
    names = source.schema.names
    chosen = column or (names[0] if len(names) == 1 else "")
    if chosen not in names or not can_render(source.schema.field(chosen).type):
        raise DeliveryError("reidentify.no_column")
    source.choose([chosen])
    return chosen
