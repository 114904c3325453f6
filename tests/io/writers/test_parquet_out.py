# SPDX-License-Identifier: Apache-2.0
"""Parquet out: row groups, dictionaries, and nothing but values."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.errors import InternalError, ResourceError
from pseudo.io.writers import CsvWriter, ParquetWriter


def write(path, batch, **options):
    with ParquetWriter(path, batch.schema, **options) as writer:
        writer.write(batch)
        return writer.close()


def test_row_groups_have_the_writers_own_size(tmp_path):
    batch = pa.record_batch({"n": pa.array(range(300_000), pa.int64())})
    written = write(tmp_path / "x", batch)
    metadata = pq.read_metadata(written.path)
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [
        131_072,
        131_072,
        37_856,
    ]
    assert pq.read_table(written.path)["n"].to_pylist() == list(range(300_000))


def test_only_columns_that_recur_get_a_dictionary_and_pseudonyms_never(tmp_path):
    rows = 1000
    batch = pa.record_batch(
        {
            "id": pa.array([f"P{n % 3}" for n in range(rows)]),
            "few": pa.array([f"{n % 3}" for n in range(rows)]),
            "many": pa.array([f"{n}" for n in range(rows)]),
            "day": pa.array([n % 5 for n in range(rows)], pa.date32()),
            "yes": pa.array([n % 2 == 0 for n in range(rows)]),
            "dotted.few": pa.array([f"{n % 3}" for n in range(rows)]),
        }
    )
    written = write(tmp_path / "x", batch, pseudonyms=["id"])
    group = pq.read_metadata(written.path).row_group(0)
    with_dictionary = {
        group.column(n).path_in_schema
        for n in range(group.num_columns)
        if group.column(n).has_dictionary_page
    }
    assert with_dictionary == {"few", "day", "dotted.few"}
    assert all(group.column(n).compression == "ZSTD" for n in range(group.num_columns))


def test_metadata_of_the_schema_stays_behind_and_the_callers_is_kept(tmp_path):
    field = pa.field("a", pa.string(), metadata={"note": "CANARY-19800101"})
    schema = pa.schema([field], metadata={"pandas": "CANARY-19800101", "attrs": "CANARY"})
    batch = pa.RecordBatch.from_arrays([pa.array(["x"])], schema=schema)
    written = write(tmp_path / "x", batch, metadata={"pseudo": "åäö"})
    assert b"CANARY" not in written.path.read_bytes()
    assert b"ARROW:schema" not in written.path.read_bytes()
    assert pq.read_metadata(written.path).metadata == {b"pseudo": "åäö".encode()}


def test_no_metadata_at_all_where_none_is_given(tmp_path):
    written = write(tmp_path / "x", pa.record_batch({"a": ["x"]}))
    assert pq.read_metadata(written.path).metadata is None


def test_bytes_behind_nulls_and_beside_slices_are_not_written(tmp_path):
    # A null slot and the rows outside a slice still have their bytes in memory.
    data = pa.py_buffer(b"secret-number" + b"seen" + b"outside")
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 13, 17, 24)))
    column = pa.StringArray.from_buffers(3, offsets, data, pa.py_buffer(b"\x06")).slice(0, 2)
    for kind in (ParquetWriter, CsvWriter):
        path = tmp_path / kind.__name__
        with kind(path, pa.schema([("a", pa.string())])) as writer:
            writer.write(pa.record_batch({"a": column}))
        content = path.read_bytes()
        assert b"secret" not in content
        assert b"outside" not in content
        assert b"seen" in content


def test_an_empty_text_is_null(tmp_path):
    written = write(tmp_path / "x", pa.record_batch({"a": ["", "x", None]}))
    assert pq.read_table(written.path)["a"].to_pylist() == [None, "x", None]


@pytest.mark.parametrize("kind", [ParquetWriter, CsvWriter])
def test_no_rows_make_a_file_with_a_header(tmp_path, kind):
    with kind(tmp_path / "x", pa.schema([("a", pa.string())])) as writer:
        pass
    assert writer.close().rows == 0
    if kind is ParquetWriter:
        assert pq.read_table(tmp_path / "x").num_rows == 0
    else:
        assert (tmp_path / "x").read_bytes() == b"a\n"


@pytest.mark.parametrize("kind", [ParquetWriter, CsvWriter])
def test_an_error_inside_removes_the_file(tmp_path, kind):
    class Stop(Exception):  # noqa: N818
        pass

    writer = kind(tmp_path / "x", pa.schema([("a", pa.int64())]))
    with pytest.raises(Stop), writer:
        writer.write(pa.record_batch({"a": pa.array(range(200_000), pa.int64())}))
        raise Stop
    assert list(tmp_path.iterdir()) == []
    writer.abort()


def test_a_file_that_exists_is_never_written_over(tmp_path):
    (tmp_path / "x").write_text("old")
    with pytest.raises(ResourceError, match=r"io\.write_failed"):
        ParquetWriter(tmp_path / "x", pa.schema([("a", pa.int64())]))
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResourceError, match=r"io\.write_failed"):
        CsvWriter(tmp_path / "link", pa.schema([("a", pa.int64())]))
    assert (tmp_path / "x").read_text() == "old"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("kind", [pa.large_string(), pa.binary(), pa.list_(pa.int8()), pa.int32()])
def test_a_type_that_no_spec_can_ask_for_is_our_fault(tmp_path, kind):
    with pytest.raises(InternalError, match=r"output\.unsupported_type"):
        ParquetWriter(tmp_path / "x", pa.schema([("a", kind)]))
    assert list(tmp_path.iterdir()) == []


def test_a_batch_of_another_schema_is_our_fault(tmp_path):
    with (
        pytest.raises(InternalError, match=r"output\.schema_differs"),
        ParquetWriter(tmp_path / "x", pa.schema([("a", pa.int64())])) as writer,
    ):
        writer.write(pa.record_batch({"b": pa.array([1], pa.int64())}))
    assert list(tmp_path.iterdir()) == []
