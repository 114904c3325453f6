# SPDX-License-Identifier: Apache-2.0
"""Reading workbooks whole: here, or through the real sandbox where that matters."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pseudo.errors import DeliveryError, PseudoError, ResourceError, UsageError
from pseudo.io import open_source
from pseudo.io.sandbox.excel import parse
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.source import ReadOptions, records_of
from tests.io.excel.workbooks import row, zipped

CANARY = "Xylqvarnbom 195803179869"
"""What no message may show; hostile files hold it wherever they can."""

Written = Path | bytes | Mapping[str, bytes]


@dataclass(frozen=True)
class Outcome:
    """What a reading gave."""

    names: list[str] = field(default_factory=list)
    types: list[pa.DataType] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    table: str = ""
    not_taken: Mapping[str, int] = field(default_factory=dict)
    blank_lines: int = 0

    def column(self, name: str) -> list[Any]:
        """Give the cells of a column."""
        return [cells[self.names.index(name)] for cells in self.rows]


Read = Callable[..., Outcome]
Refusal = Callable[..., tuple[str, dict[str, Any]]]

LIMITS = {"sandbox_memory": 2**30, "sandbox_cpu": 20}
"""What a child of a hostile file has to do with."""

UNREADABLE = ("delivery.unreadable", {"file": 1, "format": "Excel"})
HEADER = row("a", "b", at=1)
PLAIN = HEADER + row(CANARY, 2, at=2)


def parsed(data: bytes, rows_at_once: int = 1_000, **told: Any) -> Outcome:
    """Read a workbook here as the child does."""
    with io.BytesIO(data) as held:
        order = {"arguments": told, "memory": 2**32, "rows": rows_at_once}
        found = parse(_Held(held, len(data)), order)
        batches = list(found.read(range(len(found.schema))))
        rows = pa.Table.from_batches(batches, found.schema)
    numbers = rows.column(rows.num_columns - 1).to_pylist()
    rows = rows.select(range(rows.num_columns - 1))
    assert found.rows == rows.num_rows
    assert not rows.num_rows or numbers[0] > found.facts.header_row
    return Outcome(
        list(rows.column_names),
        list(rows.schema.types),
        [
            tuple(column[at] for column in map(pa.ChunkedArray.to_pylist, rows.columns))
            for at in range(rows.num_rows)
        ],
        numbers,
        found.facts.table,
        {name: count for name, count in found.facts.not_taken.items() if count},
        blank_lines=0,
    )


class _Held(InputFile):
    """An input that is no file."""

    def __init__(self, held: io.BytesIO, size: int) -> None:
        super().__init__(-1, size)
        self._held = held

    def read(self, size: int = -1, /) -> bytes:
        """Read from what is held."""
        return self._held.read(size)


@pytest.fixture
def read() -> Callable[..., Outcome]:
    """Read a workbook here."""

    def read(written: Written, **told: Any) -> Outcome:
        return parsed(_bytes_of(written), **told)

    return read


@pytest.fixture
def refusal() -> Callable[..., tuple[str, dict[str, Any]]]:
    """Read a workbook that is refused here; return the code and its parameters."""

    def refusal(written: Written, **told: Any) -> tuple[str, dict[str, Any]]:
        with pytest.raises(Refused) as caught:
            parsed(_bytes_of(written), **told)
        return caught.value.code, dict(caught.value.params)

    return refusal


def _bytes_of(written: Written) -> bytes:
    if isinstance(written, Path):
        return written.read_bytes()
    return written if isinstance(written, bytes) else zipped(written)


@pytest.fixture
def delivered(tmp_path: Path) -> Callable[..., Outcome]:
    """Read a workbook through the sandbox."""

    def delivered(written: Written, **options: Any) -> Outcome:
        path = tmp_path / "delivered"
        path.write_bytes(_bytes_of(written))
        rows: list[tuple[Any, ...]] = []
        numbers: list[int] = []
        with closing(open_source(path, 1, ReadOptions(**options))) as source:
            for piece in records_of(source):
                rows += [tuple(one.values()) for one in piece.batch.to_pylist()]
                numbers += piece.numbers.tolist()
        schema = source.schema
        facts = source.facts
        return Outcome(
            list(schema.names),
            list(schema.types),
            rows,
            numbers,
            facts.table,
            facts.not_taken,
            source.blank_lines,
        )

    return delivered


@pytest.fixture
def refused(delivered: Callable[..., Outcome]) -> Callable[..., tuple[str, dict[str, Any]]]:
    """Read a workbook that is refused; see that the refusal is clear and shows nothing."""

    def refused(written: Written, **options: Any) -> tuple[str, dict[str, Any]]:
        with pytest.raises((DeliveryError, ResourceError, UsageError)) as caught:
            delivered(written, **options)
        check_silent(caught.value)
        return caught.value.code, dict(caught.value.params)

    return refused


def check_silent(error: PseudoError) -> None:
    """See that an error is chained to no other and says nothing of the canary."""
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error))
    shown += f"{error!r} {error} {error.text('sv')} {error.hint('sv')} {error.params}"
    for part in CANARY.split():
        assert part not in shown
    assert CANARY.split()[1][2:] not in shown
