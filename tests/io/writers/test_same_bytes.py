# SPDX-License-Identifier: Apache-2.0
"""The same rows give the same bytes and the same digest, however they come."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import itertools
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudo.io.writers import CsvWriter, ParquetWriter
from pseudo.io.writers import port as port_module
from pseudo.io.writers.blocks import Blocks
from pseudo.io.writers.digest import LogicalDigest
from tests.io.writers.written import written

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("whole", pa.int64()),
        ("real", pa.float64()),
        ("yes", pa.bool_()),
        ("day", pa.date32()),
        ("time", pa.timestamp("us")),
        ("zoned", pa.timestamp("us", "UTC")),
    ]
)
FIRST, LAST = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)  # noqa: DTZ001
ODD = ["=1+1", "-5", 'a"b', "a,b", "a\nb", "a\r\nb", "@x", "\t=x", "å ä ö", "+46 70", "\0", ""]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD)
ROWS = st.fixed_dictionaries(
    {
        "id": st.none() | st.text("ABCDEFGH234567", min_size=26, max_size=26),
        "text": st.none() | TEXTS,
        "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
        "real": st.none() | st.floats(),
        "yes": st.none() | st.booleans(),
        "day": st.none() | st.dates(),
        "time": st.none() | st.datetimes(FIRST, LAST),
        "zoned": st.none() | st.datetimes(FIRST, LAST, timezones=st.just(dt.UTC)),
    }
)
TABLES = st.lists(ROWS, max_size=20).map(
    lambda rows: pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
)
CUTS = st.lists(st.integers(0, 7), max_size=12)


def _moment(milliseconds):
    return dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=milliseconds)  # noqa: DTZ001


def pieces(rows, sizes):
    start = 0
    for size in sizes:
        yield rows.slice(start, size)
        start = min(start + size, rows.num_rows)
    yield rows.slice(start)


@pytest.fixture
def write(tmp_path):
    numbers = itertools.count()

    def write(kind, batches, **options):
        path = tmp_path / f"{next(numbers)}.out"
        with kind(path, SCHEMA, **options) as writer:
            for batch in batches:
                writer.write(batch)
            return writer.close()

    return write


# Rows that every format can hold.
HELD = st.fixed_dictionaries(
    {
        "id": st.none() | st.text("ABCDEFGH234567", min_size=26, max_size=26),
        "text": st.none() | TEXTS.map(lambda text: text.replace("\0", "")),
        "whole": st.none() | st.integers(-(10**15) + 1, 10**15 - 1),
        "real": st.none() | st.floats(-1e70, 1e70).filter(lambda real: not 0 < abs(real) < 1e-70),
        "yes": st.none() | st.booleans(),
        "day": st.none() | st.dates(dt.date(1900, 3, 1)),
        "time": st.none() | st.integers(0, 10**12).map(_moment),
        "zoned": st.none() | st.integers(0, 10**12).map(_moment),
    }
)
HELD_TABLES = st.lists(HELD, max_size=8).map(
    lambda rows: pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
)


@pytest.mark.parametrize("word", ["arrow", "xlsx", "xpt", "sav", "dta"])
@settings(max_examples=10)
@given(rows=HELD_TABLES, sizes=CUTS)
def test_no_format_depends_on_the_pieces_or_the_threads(
    word, tmp_path_factory, small_blocks, rows, sizes
):
    folder = tmp_path_factory.mktemp(word)
    whole = written(word, folder / "a", rows)
    cut = written(word, folder / "b", list(pieces(rows, sizes)), threads=2)
    assert cut.path.read_bytes() == whole.path.read_bytes()
    assert cut.sha256 == hashlib.sha256(cut.path.read_bytes()).hexdigest()
    assert (cut.rows, cut.bytes) == (rows.num_rows, cut.path.stat().st_size)
    parquet = written("parquet", folder / "c", rows)
    assert cut.logical_digest == whole.logical_digest == parquet.logical_digest
    assert cut.columns == whole.columns


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(port_module, "Blocks", lambda: Blocks(rows=5, text_bytes=40))


@given(rows=TABLES, sizes=CUTS)
@pytest.mark.parametrize("kind", [ParquetWriter, CsvWriter])
def test_bytes_and_digest_do_not_depend_on_the_pieces(kind, write, small_blocks, rows, sizes):
    whole = write(kind, [rows])
    cut = write(kind, pieces(rows, sizes))
    assert cut.path.read_bytes() == whole.path.read_bytes()
    assert cut.logical_digest == whole.logical_digest
    threaded = write(kind, pieces(rows, sizes), threads=2)
    assert (threaded.sha256, threaded.logical_digest) == (whole.sha256, whole.logical_digest)
    assert (cut.rows, cut.bytes) == (rows.num_rows, cut.path.stat().st_size)
    assert cut.sha256 == hashlib.sha256(cut.path.read_bytes()).hexdigest()


@given(rows=TABLES)
def test_the_digest_is_the_same_in_every_format(write, small_blocks, rows):
    assert write(ParquetWriter, [rows]).logical_digest == write(CsvWriter, [rows]).logical_digest


@given(rows=TABLES)
def test_the_digest_of_a_parquet_file_that_is_read_back_is_the_same(write, small_blocks, rows):
    first = write(ParquetWriter, [rows], pseudonyms=["id"])
    back = pq.read_table(first.path).cast(SCHEMA).to_batches()
    assert write(CsvWriter, back).logical_digest == first.logical_digest


@given(rows=TABLES.filter(lambda rows: rows.num_rows))
def test_any_other_row_gives_another_digest(write, rows):
    listed = rows.to_pylist()
    first = write(CsvWriter, [rows]).logical_digest
    for changed in (
        listed[1:],
        [*listed, listed[0]],
        [{**listed[0], "whole": (listed[0]["whole"] or 0) ^ 1}, *listed[1:]],
        [{**listed[0], "yes": None if listed[0]["yes"] is not None else False}, *listed[1:]],
        [{**listed[0], "text": (listed[0]["text"] or "") + "x"}, *listed[1:]],
    ):
        batch = pa.RecordBatch.from_pylist(changed, schema=SCHEMA)
        assert write(CsvWriter, [batch]).logical_digest != first


def test_a_letter_that_moves_to_the_next_column_or_row_changes_the_digest(tmp_path):
    schema = pa.schema([("a", pa.string()), ("b", pa.string())])
    digests = set()
    for number, rows in enumerate(
        [[("xy", "z"), ("p", "q")], [("x", "yz"), ("p", "q")], [("xy", "zp"), (None, "q")]]
    ):
        batch = pa.RecordBatch.from_pylist(
            [dict(zip("ab", row, strict=True)) for row in rows], schema=schema
        )
        with CsvWriter(tmp_path / str(number), schema) as writer:
            writer.write(batch)
        digests.add(writer.close().logical_digest)
    assert len(digests) == 3


def test_names_and_types_are_part_of_the_digest(tmp_path):
    digests = set()
    for number, field in enumerate(
        [("a", pa.string()), ("b", pa.string()), ("a", pa.int64()), ("a", pa.timestamp("us"))]
    ):
        with CsvWriter(tmp_path / str(number), pa.schema([field])) as writer:
            pass
        digests.add(writer.close().logical_digest)
    assert len(digests) == 4


def test_the_digest_is_the_one_that_its_definition_gives(tmp_path):
    # Written out by hand from the definition in the module's documentation.
    schema = pa.schema([("å", pa.string()), ("n", pa.int64()), ("f", pa.float64())])
    rows = pa.RecordBatch.from_pylist(
        [{"å": "ö", "n": 300, "f": -0.0}, {"å": "", "n": None, "f": math.nan}], schema=schema
    )
    with ParquetWriter(tmp_path / "x", schema) as writer:
        writer.write(rows)

    def part(data):
        return len(data).to_bytes(8, "little") + data

    block = (
        (2).to_bytes(8, "little")
        + part(b"\x01")
        + part(b"\x02\x00")
        + part("ö".encode())
        + part(b"\x01")
        + part(b"\x2c\x01\x00\x00")
        + part(b"")
        + part(bytes(8) + b"\0\0\0\0\0\0\xf8\x7f")
    )
    told = (
        b"pseudo-logical-digest-1\0"
        + '[["å","string"],["n","int64"],["f","float64"]]'.encode()
        + b"\0"
        + block
        + (2).to_bytes(8, "little")
    )
    assert writer.close().logical_digest == hashlib.sha256(told).hexdigest()


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 17])
@pytest.mark.parametrize("start", [0, 3, 8])
def test_the_digest_hangs_on_no_bit_that_belongs_to_no_row(size, start):
    values = pa.array([None if row % 3 == 0 else row for row in range(40)], pa.int64())
    sliced = pa.record_batch({"n": values.slice(start, size)})
    alone = pa.record_batch({"n": pa.array(sliced.column(0).to_pylist(), pa.int64())})
    digests = []
    for batch in (sliced, alone):
        digest = LogicalDigest(batch.schema)
        digest.update(batch)
        digests.append(digest.hexdigest())
    assert digests[0] == digests[1]


@given(rows=TABLES)
def test_a_csv_file_reads_back_as_what_was_written(write, small_blocks, rows):
    written = write(CsvWriter, [rows], formula_cells="pass")
    with Path(written.path).open(newline="", encoding="utf-8") as file:
        header, *cells = list(csv.reader(file))
    assert header == SCHEMA.names
    assert len(cells) == rows.num_rows
    for row, found in zip(rows.to_pylist(), cells, strict=True):
        assert found[0] == (row["id"] or "")
        assert found[1] == (row["text"] or "")
        assert found[2] == ("" if row["whole"] is None else str(row["whole"]))
        if row["real"] is None:
            assert found[3] == ""
        else:
            back = float(found[3])
            assert back == row["real"] or (math.isnan(back) and math.isnan(row["real"]))
            assert not found[3].endswith(".0")
        assert found[4] == {None: "", True: "true", False: "false"}[row["yes"]]
        assert found[5] == ("" if row["day"] is None else row["day"].isoformat())
        for name, cell in (("time", found[6]), ("zoned", found[7])):
            if row[name] is None:
                assert cell == ""
            else:
                assert dt.datetime.fromisoformat(cell) == row[name]


@given(
    sizes=st.lists(st.integers(0, 9), max_size=40),
    cut=CUTS,
    rows=st.integers(1, 6),
    text_bytes=st.integers(1, 12),
)
def test_blocks_are_full_contiguous_and_cut_by_the_rows_alone(sizes, cut, rows, text_bytes):
    batch = pa.record_batch({"t": pa.array(["x" * size or None for size in sizes], pa.string())})

    def blocks(batches):
        made = Blocks(rows, text_bytes)
        return [*itertools.chain.from_iterable(map(made.add, batches)), *made.rest()]

    whole = blocks([batch])
    assert [block.to_pylist() for block in blocks(pieces(batch, cut))] == [
        block.to_pylist() for block in whole
    ]
    assert [row for block in whole for row in block.to_pylist()] == batch.to_pylist()
    for block, following in itertools.pairwise(whole):
        size = sum(len(row["t"] or "") for row in block.to_pylist())
        next_size = len(following.to_pylist()[0]["t"] or "")
        assert block.num_rows == rows or size + next_size > text_bytes
        assert block.num_rows <= rows
        assert size <= text_bytes or block.num_rows == 1
