# SPDX-License-Identifier: Apache-2.0
"""Points in time as texts, where a format has no type for them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["moment_texts"]


def moment_texts(column: pa.Array) -> pa.Array:
    """Write timestamps as ISO 8601, with the fraction and the zone that they have."""
    form = "%Y-%m-%dT%H:%M:%S" if column.type.tz is None else "%Y-%m-%dT%H:%M:%S%z"
    texts = pc.strftime(column, format=form)
    texts = pc.replace_substring_regex(texts, r"(\.[0-9]*?)0+($|[+\-])", r"\1\2")
    texts = pc.replace_substring_regex(texts, r"\.($|[+\-])", r"\1")
    return pc.replace_substring_regex(texts, r"([+\-][0-9]{2})([0-9]{2})$", r"\1:\2")
