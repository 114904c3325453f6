# SPDX-License-Identifier: Apache-2.0
"""Framed records to columns of texts, by pyarrow's CSV parser.

The parser gets whole records of one width only, on one thread and in one block, and
every column is text: no leading zero is lost, no type is guessed. Its errors quote the
row, so none of them gets out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pseudo.kernel import Framed

__all__ = ["check_chosen", "split"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def split(
    text: bytes, framed: Framed, delimiter: int, width: int, chosen: Sequence[int]
) -> list[pa.StringArray] | None:
    """Split those records into columns that have a certain number of fields.

    Args:
        text: The block, in UTF-8.
        framed: What :func:`pseudo.kernel.frame.frame` found in it.
        delimiter: The byte between fields.
        width: The number of fields; other records are passed over.
        chosen: Numbers of the columns that are wanted, from 0, ascending.

    Returns:
        The chosen columns, a row for each record, null where a cell is empty; None where
        the parser finds something else than was framed.

    Raises:
        ValueError: A column is chosen that there is not.
    """
    check_chosen(chosen, width)
    runs = list(_runs(text, framed, width))
    if not runs or not chosen:
        return [pa.array([], pa.string()) for _ in chosen]
    # One run, which is the rule, is parsed where it stands.
    block = runs[0] if len(runs) == 1 else b"".join(runs)
    table = _parsed(block, delimiter, width, chosen, multiline=framed.multiline)
    rows = np.count_nonzero(framed.fields == width)
    if table is None or table.num_rows != rows:
        return None
    batches = table.combine_chunks().to_batches()
    return batches[0].columns if len(batches) == 1 else None


def check_chosen(chosen: Sequence[int], width: int) -> None:
    """Make sure that there are all the columns that are chosen.

    Raises:
        ValueError: There are not.
    """
    if not all(0 <= number < width for number in chosen):
        raise ValueError("there is no such column")


def _runs(text: bytes, framed: Framed, width: int) -> Iterator[memoryview]:
    """Point to the records that have the width, in as few runs as possible."""
    view = memoryview(text)
    borders = np.append(framed.starts, framed.consumed)
    changes = np.flatnonzero(np.diff(framed.fields == width, prepend=False, append=False))
    for first, after in zip(changes[0::2].tolist(), changes[1::2].tolist(), strict=True):
        yield view[int(borders[first]) : int(borders[after])]


def _parsed(
    block: bytes | memoryview,
    delimiter: int,
    width: int,
    chosen: Sequence[int],
    *,
    multiline: bool,
) -> pa.Table | None:
    if block[: len(_BYTE_ORDER_MARK)] == _BYTE_ORDER_MARK:
        # The parser drops a mark from the beginning of what it gets. Here it is part of
        # the data, and whether it stands first depends on where the text was cut.
        block = b"".join((_BYTE_ORDER_MARK, block))
    names = [str(number) for number in range(width)]
    try:
        return csv.read_csv(
            pa.BufferReader(block),
            read_options=csv.ReadOptions(
                use_threads=False, block_size=len(block) + 1, column_names=names
            ),
            parse_options=csv.ParseOptions(
                delimiter=chr(delimiter),
                quote_char='"',
                double_quote=True,
                escape_char=False,
                newlines_in_values=multiline,
                ignore_empty_lines=True,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[names[number] for number in chosen],
                # The decoder gives nothing but UTF-8, and records are cut at ASCII.
                check_utf8=False,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
