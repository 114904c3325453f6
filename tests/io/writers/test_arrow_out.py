# SPDX-License-Identifier: Apache-2.0
"""Arrow out: nothing but the values of the rows, in blocks of the writer's own size."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pyarrow as pa
import pytest

from tests.io.writers.written import written

SECRET = b"198001019802"


def read(made):
    return pa.ipc.open_file(pa.memory_map(str(made.path))).read_all()


def unpacked(made):
    """Give the bytes of the file's buffers, decompressed, as another reader has them."""
    table = read(made)
    buffers = [b for column in table.columns for chunk in column.chunks for b in chunk.buffers()]
    return made.path.read_bytes() + b"".join(b.to_pybytes() for b in buffers if b is not None)


def test_bytes_that_belong_to_no_row_are_not_written(tmp_path):
    # Behind a null, beside a slice, behind the last row of every kind of array.
    data = pa.py_buffer(SECRET + b"seen" + SECRET)
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 12, 16, 28)))
    texts = pa.StringArray.from_buffers(3, offsets, data, pa.py_buffer(b"\x06")).slice(0, 2)
    number = int.from_bytes(SECRET[:8], "little")
    whole = pa.array([1, 2, number, 3, number], pa.int64()).slice(0, 4)
    bits = pa.py_buffer(b"\xfb")
    whole = pa.Array.from_buffers(pa.int64(), 4, [bits, whole.buffers()[1]])
    batch = pa.record_batch({"n": whole})
    for number_of, table in enumerate((pa.record_batch({"t": texts}), batch)):
        made = written("arrow", tmp_path / str(number_of), table)
        assert SECRET not in unpacked(made)
        assert SECRET[:8] not in unpacked(made)
    assert read(made)["n"].to_pylist() == [1, 2, None, 3]


def test_metadata_of_the_schema_stays_behind(tmp_path):
    field = pa.field("a", pa.string(), metadata={"note": "CANARY"})
    schema = pa.schema([field], metadata={"pandas": "CANARY"})
    made = written("arrow", tmp_path, pa.RecordBatch.from_arrays([pa.array(["x"])], schema=schema))
    assert b"CANARY" not in made.path.read_bytes()
    assert read(made).schema.metadata is None


def test_blocks_have_the_writers_own_size_and_are_packed(tmp_path):
    rows = pa.record_batch({"n": pa.array(range(300_000), pa.int64())})
    made = written("arrow", tmp_path, rows)
    file = pa.ipc.open_file(made.path)
    sizes = [file.get_batch(n).num_rows for n in range(file.num_record_batches)]
    assert sizes == [131_072, 131_072, 37_856]
    assert made.bytes < rows.nbytes / 2
    assert file.read_all()["n"].to_pylist() == list(range(300_000))


def test_another_reader_gets_every_type_and_no_row_is_a_table_too(tmp_path):
    schema = pa.schema(
        [
            ("å" * 200, pa.string()),
            ("n", pa.int64()),
            ("f", pa.float64()),
            ("b", pa.bool_()),
            ("d", pa.date32()),
            ("t", pa.timestamp("us", "Europe/Stockholm")),
            ("nothing", pa.float64()),
        ]
    )
    moment = dt.datetime(2026, 3, 29, 1, 0, 0, 123456, tzinfo=dt.UTC)
    rows = [
        ["😀\0=1+1", -(2**63), -0.0, True, dt.date(1, 1, 1), moment, None],
        [None, 2**63 - 1, float("inf"), None, dt.date(9999, 12, 31), None, None],
    ]
    listed = [dict(zip(schema.names, row, strict=True)) for row in rows]
    made = written("arrow", tmp_path / "a", pa.RecordBatch.from_pylist(listed, schema=schema))
    found = pl.read_ipc(made.path)
    assert [list(row) for row in found.rows()] == rows
    made = written("arrow", tmp_path / "b", pa.RecordBatch.from_pylist([], schema=schema))
    assert read(made).schema == schema
    assert read(made).num_rows == 0


@pytest.mark.parametrize("start", [0, 3, 8])
def test_the_bits_of_a_slice_are_its_own(tmp_path, start):
    values = [None if n % 3 == 0 else n % 2 == 0 for n in range(40)]
    whole = pa.record_batch({"b": pa.array(values)})
    alone = pa.record_batch({"b": pa.array(values[start : start + 9], pa.bool_())})
    first = written("arrow", tmp_path / "a", whole.slice(start, 9))
    assert first.path.read_bytes() == written("arrow", tmp_path / "b", alone).path.read_bytes()
