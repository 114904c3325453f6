# SPDX-License-Identifier: Apache-2.0
"""pandas, polars and the Arrow C data interface at the edge.

Whatever comes in is taken as Arrow chunks and given back as the kind that came, with its
index, name and order. Neither pandas nor polars is imported unless the caller uses it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import pyarrow as pa

from pseudo.errors import UsageError

__all__ = ["CHUNK_ROWS", "Taken", "take"]

CHUNK_ROWS = 1_000_000
"""Longest chunk handed to a kernel, so that no text column outgrows 32-bit offsets."""


_EXACT_BELOW = 2.0**53
_LONGEST_INTEGER = 512
_JOINED_ROWS = 65_536
_JOINED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """Values on their way through.

    Attributes:
        chunks: The values, at least one chunk, each at most :data:`CHUNK_ROWS` long.
        give: Makes the caller's kind of container from as many result arrays.
    """

    chunks: list[pa.Array]
    give: Callable[[Sequence[pa.Array]], Any]


def take(values: Any) -> Taken:
    """Take values from any supported container.

    Args:
        values: pandas Series or Index, polars Series, pyarrow Array or ChunkedArray,
            an object with ``__arrow_c_array__`` or ``__arrow_c_stream__``, or a list or
            tuple of texts, integers or None.

    Raises:
        UsageError: Another container, or values of mixed or unsupported types.
    """
    for matches, adapter in _ADAPTERS:
        if matches(values):
            return adapter(values)
    raise UsageError("frames.unknown_container", container=type(values).__name__)


def _is_from(package: str, *names: str) -> Callable[[Any], bool]:
    def matches(values: Any) -> bool:
        module = sys.modules.get(package)
        return module is not None and any(
            isinstance(values, getattr(module, name)) for name in names
        )

    return matches


def _take_pandas(values: Any) -> Taken:
    import pandas as pd

    taken = (
        pa.chunked_array([_converted(values)])
        if len(values)
        else pa.chunked_array([pa.nulls(0, pa.string())])
    )
    dtype = _pandas_text_type(values.dtype)

    def give(parts: Sequence[pa.Array]) -> Any:
        result = pa.chunked_array(parts, pa.string())
        data = result.to_pylist() if dtype is object else pd.array(result, dtype=dtype)
        if isinstance(values, pd.Index):
            return pd.Index(data, name=values.name, dtype=dtype)
        return pd.Series(data, index=values.index, name=values.name, dtype=dtype)

    return Taken(_cut(taken), give)


def _pandas_text_type(came: Any) -> Any:
    """Tell the dtype of the result: the caller's own where it can hold text."""
    import pandas as pd

    if isinstance(came, pd.StringDtype):
        return came
    if isinstance(came, pd.ArrowDtype):
        return pd.ArrowDtype(pa.string())
    # Before pandas 3, "str" is numpy's type, in which a null is the text "None".
    has_text_type = int(pd.__version__.partition(".")[0]) >= 3
    is_object = getattr(came, "kind", "") == "O" and not hasattr(came, "categories")
    return object if is_object or not has_text_type else "str"


def _converted(values: Any) -> pa.Array:
    """Convert pandas or plain values, whose error would quote a value, without its error."""
    converted: pa.Array | None = None
    try:
        made = pa.Array.from_pandas(values) if hasattr(values, "dtype") else pa.array(list(values))
        converted = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        converted = None
    if converted is not None:
        return converted
    return _from_mixed(values)


def _from_mixed(values: Any) -> pa.Array:
    """Convert a column of texts, numbers and nulls mixed, as spreadsheets give them."""
    texts = [_text(value) for value in values]
    array: pa.Array | None = None
    try:
        array = pa.array(texts, pa.string())
    except UnicodeError:
        array = None
    if array is None:  # Raised outside of the handler: the library's error holds the text.
        raise UsageError("identity.not_utf8")
    return array


def _text(value: Any) -> str | None:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _float_text(float(value))
    # More digits than this belong to no identifier, and Python may refuse to write them.
    is_number = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_number or int(value).bit_length() > _LONGEST_INTEGER:
        raise UsageError("frames.mixed_types", type=type(value).__name__)
    return str(int(value))


def _float_text(value: float) -> str | None:
    if value != value:  # noqa: PLR0124 - NaN alone is not equal to itself.
        return None
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT_BELOW else repr(value)


def _take_polars(values: Any) -> Taken:
    import polars as pl

    array = values.to_arrow()

    def give(parts: Sequence[pa.Array]) -> Any:
        return pl.Series(values.name, pa.chunked_array(parts, pa.string()), dtype=pl.String)

    return Taken(_cut(pa.chunked_array([array])), give)


def _take_arrow(values: pa.Array) -> Taken:
    return Taken(
        _cut(pa.chunked_array([values])),
        lambda parts: pa.chunked_array(parts, pa.string()).combine_chunks(),
    )


def _take_chunked(values: pa.ChunkedArray) -> Taken:
    return Taken(_cut(values), lambda parts: pa.chunked_array(parts, pa.string()))


def _take_list(values: Sequence[object]) -> Taken:
    def give(parts: Sequence[pa.Array]) -> list[str | None]:
        return [text for part in parts for text in part.to_pylist()]

    return Taken(_cut(pa.chunked_array([_converted(values)])), give)


def _take_c_array(values: Any) -> Taken:
    return _take_arrow(pa.array(values))


def _take_c_stream(values: Any) -> Taken:
    return _take_chunked(pa.chunked_array(values))


def _cut(values: pa.ChunkedArray) -> list[pa.Array]:
    chunks = [
        chunk.slice(start, CHUNK_ROWS)
        for chunk in values.chunks
        for start in range(0, len(chunk), CHUNK_ROWS)
    ]
    if pa.types.is_dictionary(values.type):  # Each chunk may have a dictionary of its own.
        return chunks or [pa.array([], values.type)]
    return list(_joined(chunks)) or [pa.array([], values.type)]


def _joined(chunks: Sequence[pa.Array]) -> Iterator[pa.Array]:
    """Join neighbouring small chunks: a call to a kernel costs as much as hundreds of rows."""
    waiting: list[pa.Array] = []
    rows = size = 0
    for chunk in chunks:
        if waiting and (rows + len(chunk) > _JOINED_ROWS or size + chunk.nbytes > _JOINED_BYTES):
            yield waiting[0] if len(waiting) == 1 else pa.concat_arrays(waiting)
            waiting, rows, size = [], 0, 0
        waiting.append(chunk)
        rows, size = rows + len(chunk), size + chunk.nbytes
    if waiting:
        yield waiting[0] if len(waiting) == 1 else pa.concat_arrays(waiting)


_ADAPTERS: list[tuple[Callable[[Any], bool], Callable[[Any], Taken]]] = [
    (_is_from("pandas", "Series", "Index"), _take_pandas),
    (_is_from("polars", "Series"), _take_polars),
    (_is_from("pyarrow", "ChunkedArray"), _take_chunked),
    (_is_from("pyarrow", "Array"), _take_arrow),
    (lambda values: isinstance(values, list | tuple), _take_list),
    (lambda values: hasattr(values, "__arrow_c_stream__"), _take_c_stream),
    (lambda values: hasattr(values, "__arrow_c_array__"), _take_c_array),
]
