# SPDX-License-Identifier: Apache-2.0
"""Parquet in, through the real sandbox: values, types, names, and what stays behind."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.errors import DeliveryError, InternalError, PseudoError, UsageError
from pseudo.io.binary import BinarySource
from pseudo.io.names import checked_names
from pseudo.io.sandbox import plain
from pseudo.io.sandbox.parquet import parse
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import InputFile
from pseudo.io.source import ReadOptions

CANARY = "19800101-1234"


def save(path, table, **options):
    pq.write_table(table, path, **options)
    return path


def read(path, **options):
    """Read a file whole; return its schema, its rows and what else is known."""
    source = BinarySource(path, 1, ReadOptions(**options))
    try:
        pieces = list(source)
    finally:
        source.close()
    return source.schema, pa.Table.from_batches([p.batch for p in pieces], source.schema), pieces


def refusal(path, **options):
    with pytest.raises(PseudoError) as caught:
        read(path, **options)
    return caught.value.code, dict(caught.value.params)


UTC = dt.UTC
NOON = dt.datetime(2016, 2, 29, 12, 0, 0, 120_000)  # noqa: DTZ001
TYPES = {
    "text": (pa.array(["å", "", None]), pa.string(), ["å", None, None]),
    "large": (pa.array(["å", "", None], pa.large_string()), pa.string(), ["å", None, None]),
    "category": (
        pa.array(["x", None, "y"]).dictionary_encode(),
        pa.string(),
        ["x", None, "y"],
    ),
    "empty category": (
        pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), ["", "z"]),
        pa.string(),
        [None, "z", None],
    ),
    "small": (pa.array([-128, 127, None], pa.int8()), pa.int64(), [-128, 127, None]),
    "unsigned": (pa.array([0, 2**63 - 1, None], pa.uint64()), pa.int64(), [0, 2**63 - 1, None]),
    "half": (
        pa.array(np.array([1.5, 0.0, -2.0], np.float16)),
        pa.float64(),
        [1.5, 0.0, -2.0],
    ),
    "single": (pa.array([0.5, None, 1.0], pa.float32()), pa.float64(), [0.5, None, 1.0]),
    "decimal": (
        pa.array([Decimal("12.50"), Decimal("198001011234.00"), None], pa.decimal128(20, 2)),
        pa.string(),
        ["12.5", "198001011234", None],
    ),
    "tiny decimal": (
        pa.array([Decimal("0.00000001"), Decimal(-100), Decimal(0)], pa.decimal256(40, 8)),
        pa.string(),
        ["0.00000001", "-100", "0"],
    ),
    "yes": (pa.array([True, False, None]), pa.bool_(), [True, False, None]),
    "day": (
        pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31), None]),
        pa.date32(),
        [dt.date(1, 1, 1), dt.date(9999, 12, 31), None],
    ),
    "clock": (
        pa.array([dt.time(12, 30), dt.time(0, 0, 0, 1500), None], pa.time64("us")),
        pa.string(),
        ["12:30:00", "00:00:00.0015", None],
    ),
    "seconds": (
        pa.array([NOON, None, NOON], pa.timestamp("ms")),
        pa.timestamp("us"),
        [NOON, None, NOON],
    ),
    "nano": (
        pa.array([NOON, None, NOON], pa.timestamp("ns")),
        pa.timestamp("us"),
        [NOON, None, NOON],
    ),
    "zoned": (
        pa.array([NOON.replace(tzinfo=UTC), None, None], pa.timestamp("us", "Europe/Stockholm")),
        pa.timestamp("us", "Europe/Stockholm"),
        [NOON.replace(tzinfo=UTC), None, None],
    ),
    "nothing": (pa.nulls(3), pa.string(), [None, None, None]),
}


def test_every_type_becomes_one_of_the_plain_ones(tmp_path):
    table = pa.table({name: column for name, (column, _, _) in TYPES.items()})
    schema, rows, (piece,) = read(save(tmp_path / "x", table))
    for name, (_, kind, values) in TYPES.items():
        assert schema.field(name).type == kind, name
        assert rows[name].to_pylist() == values, name
    assert schema.names == list(TYPES)
    assert piece.numbers.tolist() == [2, 3, 4]
    assert piece.lines is None
    assert (piece.file, list(piece.rejects), piece.framed) == (1, [], 3)


def test_pieces_are_numbered_through_and_progress_ends_at_the_size(tmp_path):
    path = save(
        tmp_path / "x", pa.table({"n": range(10_000), "t": ["x"] * 10_000}), row_group_size=3_000
    )
    _, rows, pieces = read(path, chunk_rows=1_024)
    assert rows["n"].to_pylist() == list(range(10_000))
    assert np.concatenate([p.numbers for p in pieces]).tolist() == list(range(2, 10_002))
    assert max(p.batch.num_rows for p in pieces) <= 1_024
    done = [p.done for p in pieces]
    assert done == sorted(done)
    assert done[-1] == path.stat().st_size


def test_metadata_dictionaries_and_attributes_stay_behind(tmp_path):
    frame = pd.DataFrame(
        {"a": pd.Categorical(["x", "y"], categories=["x", "y", CANARY])}, index=["p", "q"]
    )
    frame.attrs["note"] = CANARY
    frame.to_parquet(tmp_path / "x")
    table = pq.read_table(tmp_path / "x")
    assert CANARY in str(table.schema.metadata)
    schema, rows, (piece,) = read(tmp_path / "x")
    assert schema.names == ["a", "__index_level_0__"]
    assert schema.metadata is None
    assert all(field.metadata is None for field in schema)
    assert piece.batch.schema.metadata is None
    assert rows.to_pydict() == {"a": ["x", "y"], "__index_level_0__": ["p", "q"]}
    assert not any(CANARY.encode() in (b or b"") for c in piece.batch.columns for b in c.buffers())


def test_facts_say_what_it_is(tmp_path):
    path = save(tmp_path / "x", pa.table({"a": [1]}))
    source = BinarySource(path, 3)
    assert (source.file, source.facts.format, source.facts.size) == (
        3,
        "parquet",
        path.stat().st_size,
    )
    assert next(iter(source)).file == 3
    with pytest.raises(InternalError, match=r"io\.read_twice"):
        next(iter(source))
    source.close()
    source.close()


def parsed(path):
    """Run the child's part in this process."""
    fd = os.open(path, os.O_RDONLY)
    try:
        found = parse(InputFile(fd, os.fstat(fd).st_size), {"rows": 65_536})
        return found, list(found.read(range(len(found.schema))))
    finally:
        os.close(fd)


REFUSED = {
    "list": (pa.array([[1]]), "delivery.nested_column", {}),
    "struct": (pa.array([{"a": 1}]), "delivery.nested_column", {}),
    "map": (
        pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        "delivery.nested_column",
        {},
    ),
    "fixed list": (pa.array([[1, 2]], pa.list_(pa.int64(), 2)), "delivery.nested_column", {}),
    "binary": (pa.array([b"x"]), "delivery.unsupported_type", {"type": "binary"}),
    "fixed": (
        pa.array([b"xy"], pa.binary(2)),
        "delivery.unsupported_type",
        {"type": "fixed_size_binary"},
    ),
    "duration": (
        pa.array([dt.timedelta(1)]),
        "delivery.unsupported_type",
        {"type": "duration"},
    ),
    "unsigned": (
        pa.array([2**63], pa.uint64()),
        "delivery.value_out_of_range",
        {"type": "uint64"},
    ),
    "nano": (
        pa.array([1], pa.timestamp("ns")),
        "delivery.value_out_of_range",
        {"type": "timestamp"},
    ),
    "far": (
        pa.array([2**62], pa.timestamp("us")),
        "delivery.value_out_of_range",
        {"type": "timestamp"},
    ),
    "long ago": (
        pa.array([-800_000], pa.date32()),
        "delivery.value_out_of_range",
        {"type": "date32"},
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_taken_is_refused_by_name(tmp_path, kind):
    column, code, params = REFUSED[kind]
    save(tmp_path / "x", pa.table({"ok": ["x"], kind: column}))
    with pytest.raises(Refused) as caught:
        parsed(tmp_path / "x")
    assert (caught.value.code, dict(caught.value.params)) == (code, {"column": kind, **params})
    assert caught.value.__context__ is None


def test_text_that_is_not_utf8_is_refused_by_column(tmp_path):
    raw = pa.array([b"ok", b"\xe5\xe4\xf6", b"1980"])
    text = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])
    save(tmp_path / "x", pa.table({"a": ["x"] * 3, "b": text}))
    assert refusal(tmp_path / "x") == ("delivery.column_not_text", {"file": 1, "column": "b"})


def test_a_nested_column_is_refused_with_its_name_once_it_is_asked_for(tmp_path):
    save(tmp_path / "x", pa.table({"a": [1], "l": pa.array([[1]])}))
    assert refusal(tmp_path / "x") == ("delivery.nested_column", {"file": 1, "column": "l"})
    source = BinarySource(tmp_path / "x", 1, ReadOptions())
    source.choose(["a"])
    assert [piece.batch.schema.names for piece in source] == [["a"]]
    source.close()


NAMES = [
    (["a", "a"], "delivery.duplicate_column", {"name": "a", "first": 1, "second": 2}),
    (["a", " a "], "delivery.duplicate_column", {"name": "a", "first": 1, "second": 2}),
    (["a", ""], "delivery.blank_column_name", {"column": 2}),
    (["a", " \t"], "delivery.blank_column_name", {"column": 2}),
    (["a", "x" * 301], "delivery.column_name_too_long", {"column": 2, "limit": 300}),
    (["a", "850709\u00b79805"], "delivery.unsafe_column_name", {"column": 2}),
    (["a", "850709~9805"], "delivery.unsafe_column_name", {"column": 2}),
    (["a", "850709|9805 x"], "delivery.unsafe_column_name", {"column": 2}),
    (["a", "850709\u20639805"], "delivery.unsafe_column_name", {"column": 2}),
    (["a", "850709\u180e9805"], "delivery.unsafe_column_name", {"column": 2}),
    (["a", "19800101-1234"], "delivery.unsafe_column_name", {"column": 2}),
    (["a", "１９８００１０１１２３４"], "delivery.unsafe_column_name", {"column": 2}),
]


@pytest.mark.parametrize(("names", "code", "params"), NAMES)
def test_names_are_checked_as_in_text_files(names, code, params):
    with pytest.raises(DeliveryError) as caught:
        checked_names(names, 3, unsafe="delivery.unsafe_column_name")
    assert (caught.value.code, dict(caught.value.params)) == (code, {"file": 3, **params})


def test_a_file_with_a_name_that_cannot_be_is_refused(tmp_path):
    names, code, params = NAMES[0]
    save(tmp_path / "x", pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=names))
    assert refusal(tmp_path / "x") == (code, {"file": 1, **params})


def test_a_file_without_rows_or_columns_is_refused(tmp_path):
    save(tmp_path / "rows", pa.table({"a": pa.array([], pa.string())}))
    assert refusal(tmp_path / "rows") == ("delivery.no_records", {"file": 1})
    save(tmp_path / "columns", pa.table({}))
    assert refusal(tmp_path / "columns") == ("delivery.no_columns", {"file": 1})


def test_an_encrypted_file_is_unreadable(tmp_path):
    import pyarrow.parquet.encryption as pe

    class Kms(pe.KmsClient):
        def wrap_key(self, key_bytes, master_key_identifier):
            return key_bytes

        def unwrap_key(self, wrapped_key, master_key_identifier):
            return wrapped_key

    factory = pe.CryptoFactory(lambda _: Kms())
    for plaintext_footer in (False, True):
        properties = factory.file_encryption_properties(
            pe.KmsConnectionConfig(),
            pe.EncryptionConfiguration(
                footer_key="f",
                column_keys={"c": ["a"]},
                plaintext_footer=plaintext_footer,
                double_wrapping=False,
            ),
        )
        with pq.ParquetWriter(
            tmp_path / "x", pa.schema([("a", pa.string())]), encryption_properties=properties
        ) as writer:
            writer.write_table(pa.table({"a": [CANARY]}))
        assert refusal(tmp_path / "x") == (
            "delivery.unreadable",
            {"file": 1, "format": "Parquet"},
        )


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = save(tmp_path / "x", pa.table({"a": range(5_000)}))
    source = BinarySource(path, 1, ReadOptions(chunk_rows=1_000))
    pieces = iter(source)
    next(pieces)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DeliveryError, match=r"delivery\.changed"):
        list(pieces)
    source.close()


def test_a_file_that_is_not_there_or_no_file(tmp_path):
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(UsageError):
            BinarySource(path, 1)


def test_only_real_time_zones_are_kept():
    for name, kept in {
        "UTC": "UTC",
        "Europe/Stockholm": "Europe/Stockholm",
        "+01:00": "+01:00",
        CANARY: "UTC",
        "../../etc/passwd": "UTC",
        "Europe": "UTC",
        "Anna Andersson": "UTC",
        "+99:00": "UTC",
        "x" * 500: "UTC",
    }.items():
        assert plain.plain_type("a", pa.timestamp("s", name)) == pa.timestamp("us", kept), name


def test_extension_types_are_read_as_what_they_store():
    made = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes(16)], pa.binary(16)))
    with pytest.raises(Refused, match=r"delivery\.unsupported_type"):
        plain.plain_column("a", made)
    flags = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8()))
    assert plain.plain_column("a", flags).to_pylist() == [1, 0, None]


def test_leaving_in_the_middle_ends_the_child_and_closes_everything(tmp_path):
    path = save(tmp_path / "x", pa.table({"a": range(100_000)}))
    before = sorted(os.listdir("/proc/self/fd"))
    source = BinarySource(path, 1, ReadOptions(chunk_rows=1_000))
    pieces = iter(source)
    next(pieces)
    assert source._sandbox is not None
    child = source._sandbox._child
    assert Path(f"/proc/{child.pid}").exists()
    pieces.close()
    source.close()
    assert child.returncode is not None
    assert not Path(f"/proc/{child.pid}").exists()
    assert sorted(os.listdir("/proc/self/fd")) == before
