# SPDX-License-Identifier: Apache-2.0
"""Rows leave ordered by pseudonym, the same rows whatever the memory and the pieces."""

from __future__ import annotations

import base64
import errno
import itertools
import os
import random
import uuid

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import ResourceError
from pseudo.io.order import ByPseudonym, Keep
from pseudo.io.writers.spill import SpillFile, pack

SCHEMA = pa.schema([("n", pa.int64()), ("id", pa.string()), ("text", pa.string())])

# Alphabets so small that prefixes of eight bytes are shared, and lengths that differ.
NASTY = st.one_of(
    st.none(),
    st.text("AB", min_size=26, max_size=26),
    st.text("A2", max_size=20),
    st.sampled_from(["A" * 26, "A" * 25 + "B", "A" * 8 + "2" * 18, "Z" * 26, "ÅÄÖ", "\xff" * 12]),
)


def table(pseudonyms):
    return pa.RecordBatch.from_pylist(
        [
            {"n": number, "id": value, "text": None if number % 7 == 0 else "t" * (number % 30)}
            for number, value in enumerate(pseudonyms)
        ],
        schema=SCHEMA,
    )


def wanted(rows):
    listed = rows.to_pylist()
    present = [row for row in listed if row["id"] is not None]
    present.sort(key=lambda row: row["id"].encode())
    return present + [row for row in listed if row["id"] is None]


def ordered(folder, rows, sizes, limit, threads=1, expected=0):
    with ByPseudonym("id", folder, limit, threads=threads, expected=expected) as order:
        for batch in cut(rows, sizes):
            assert not order.add(batch)
        found = [row for batch in order.drain() for row in batch.to_pylist()]
    assert not folder.exists()
    return found


def cut(rows, sizes):
    start = 0
    for size in sizes:
        yield rows.slice(start, size)
        start = min(start + size, rows.num_rows)
    yield rows.slice(start)


@pytest.fixture
def folder(tmp_path):
    numbers = itertools.count()
    return lambda: tmp_path / f"spill{next(numbers)}"


@given(
    pseudonyms=st.lists(NASTY, max_size=60),
    sizes=st.lists(st.integers(0, 20), max_size=10),
    limit=st.sampled_from([1, 300, 900, 3000, 10**6]),
    threads=st.sampled_from([1, 2, 5]),
    expected=st.sampled_from([0, 1, 10**12]),
)
def test_any_memory_threads_and_pieces_give_the_stable_order(
    folder, pseudonyms, sizes, limit, threads, expected
):
    rows = table(pseudonyms)
    assert ordered(folder(), rows, sizes, limit, threads, expected) == wanted(rows)


def test_many_texts_that_share_their_leading_bits_are_in_order(folder):
    generator = random.Random(5)
    shared = ["ABCDEF" + base64.b32encode(generator.randbytes(15)).decode() for _ in range(3_000)]
    rows = table(generator.choices(shared, k=9_000))
    assert ordered(folder(), rows, [1_000] * 8, 10**8) == wanted(rows)


@pytest.mark.parametrize("limit", [1, 2_000, 50_000, 400_000, 10**8])
@pytest.mark.parametrize("people", [1, 3, 100, 5_000])
def test_real_pseudonyms_of_any_number_of_people(folder, limit, people):
    generator = random.Random(people)
    names = [base64.b32encode(generator.randbytes(16)).decode()[:26] for _ in range(people)]
    count = 400 if limit == 1 else 6_000
    rows = table([generator.choice(names) for _ in range(count)])
    assert ordered(folder(), rows, [777] * 7, limit) == wanted(rows)


def test_one_person_with_more_rows_than_memory_among_others(folder):
    generator = random.Random(4)
    others = [f"{generator.getrandbits(128):032x}" for _ in range(2_000)]
    heavy = "8" * 32
    # The neighbours share the first bytes with the heavy one.
    near = ["8" * 31 + letter for letter in "79"] + ["8" * 8 + "0" * 24]
    rows = table(generator.sample([*others, *[heavy] * 6_000, *near * 5], k=8_015))
    assert ordered(folder(), rows, [500] * 14, 40_000) == wanted(rows)


def test_rows_without_a_pseudonym_may_be_more_than_memory_holds(folder):
    rows = table([None] * 5_000 + ["B" * 26, "A" * 26])
    assert ordered(folder(), rows, [900] * 5, 10_000) == wanted(rows)


def test_what_came_in_order_of_birth_leaves_in_no_order_of_birth(folder):
    generator = random.Random(11)
    rows = table([base64.b32encode(generator.randbytes(16)).decode()[:26] for _ in range(5_000)])
    arrived = [row["n"] for row in ordered(folder(), rows, [], 50_000)]
    correlation = np.corrcoef(arrived, np.arange(len(arrived)))[0, 1]
    assert abs(correlation) < 0.05


def test_spilled_files_are_private_and_nothing_stays_open(tmp_path):
    order = ByPseudonym("id", tmp_path / "spill", 5_000)
    before = sorted(os.listdir("/proc/self/fd"))
    for batch in cut(table([f"{n % 97:026d}" for n in range(3_000)]), [100] * 29):
        order.add(batch)
    files = list((tmp_path / "spill").iterdir())
    assert files
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert (tmp_path / "spill").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    drained = order.drain()
    next(drained)
    drained.close()
    order.close()
    order.close()
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert list(tmp_path.iterdir()) == []


def test_parts_are_removed_as_soon_as_they_have_left(tmp_path):
    with ByPseudonym("id", tmp_path / "spill", 100_000) as order:
        generator = random.Random(2)
        order.add(table([f"{generator.getrandbits(128):032x}" for _ in range(4_000)]))
        drained = order.drain()
        next(drained)
        before = len(list((tmp_path / "spill").iterdir()))
        for _ in drained:
            pass
        assert before > 0
        assert list((tmp_path / "spill").iterdir()) == []


def test_a_full_disk_is_told_as_such(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    with (
        pytest.raises(ResourceError, match=r"io\.disk_full"),
        ByPseudonym("id", tmp_path / "spill", 100) as order,
    ):
        monkeypatch.setattr(os, "write", full)
        order.add(table(["A" * 26] * 50))
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_a_spilled_file_that_was_damaged_is_noticed(tmp_path, damage):
    order = ByPseudonym("id", tmp_path / "spill", 100)
    order.add(table(["A" * 26] * 500))
    (path,) = [path for path in (tmp_path / "spill").iterdir() if path.stat().st_size]
    content = path.read_bytes()
    broken = {"cut": content[:-100], "empty": b"", "flip": content[:8] + bytes(8) + content[16:]}
    path.write_bytes(broken[damage])
    with pytest.raises(ResourceError, match=r"io\.write_failed") as caught:
        list(order.drain())
    assert caught.value.__cause__ is None
    order.close()


def test_keep_lets_every_batch_through_at_once():
    batch = table(["B" * 26, "A" * 26])
    with Keep() as order:
        assert list(order.add(batch)) == [batch]
        assert list(order.drain()) == []
    order.close()


def test_rows_that_do_not_compress_are_read_back(folder):
    generator = random.Random(9)
    schema = pa.schema([("id", pa.string()), ("x", pa.float64()), ("text", pa.string())])
    rows = pa.RecordBatch.from_pydict(
        {
            "id": [base64.b32encode(generator.randbytes(16)).decode()[:26] for _ in range(9_000)],
            "x": [generator.random() for _ in range(9_000)],
            "text": [str(uuid.UUID(bytes=generator.randbytes(16))) for _ in range(9_000)],
        },
        schema,
    )
    for limit in (100_000, 400_000):
        with ByPseudonym("id", folder(), limit) as order:
            order.add(rows)
            found = pa.Table.from_batches(list(order.drain())).to_pylist()
        assert found == sorted(rows.to_pylist(), key=lambda row: row["id"])


def test_a_piece_that_grew_as_it_was_packed_is_read_back(tmp_path):
    generator = random.Random(3)
    names = [base64.b32encode(generator.randbytes(16)).decode()[:26] for _ in range(20_000)]
    rows = pa.RecordBatch.from_pydict({"id": names})
    piece = pack(rows)
    assert len(piece.data) > piece.size
    file = SpillFile(tmp_path / "part", rows.schema)
    file.append(piece)
    (found,) = file.read()
    assert found.equals(rows)
