# SPDX-License-Identifier: Apache-2.0
"""Packed files: read as what is in them, and refused where they try anything."""

from __future__ import annotations

import gzip
import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pseudo.errors import PseudoError, UsageError
from pseudo.io import open_source
from pseudo.io.delivery import open_part, parts_of
from pseudo.io.source import ReadOptions, records_of
from pseudo.usecases.inspect import inspect
from tests.conftest import FULL

LINES = b"pnr;n\n" + b"".join(b"%d;%d\n" % (n, n % 7) for n in range(30_000))
CANARY = "19850709-9805"


def zipped(files: dict[str, bytes], **more: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = more.get("attributes", 0)
            archive.writestr(entry, data)
    return target.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "zip": lambda data: zipped({"a.csv": data}),
}


def read(path: Path) -> pa.Table:
    source = open_source(path)
    try:
        return pa.Table.from_batches([piece.batch for piece in records_of(source)])
    finally:
        source.close()


def refused(path: Path) -> str:
    with pytest.raises(PseudoError) as caught:
        read(path)
    for text in (str(caught.value), caught.value.text("sv"), caught.value.hint("sv")):
        assert CANARY not in text
    return caught.value.code


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    path = tmp_path / "delivery"

    def written(data: bytes) -> Path:
        path.write_bytes(data)
        return path

    return written


@pytest.mark.parametrize("packing", PACKINGS)
def test_cut_anywhere_it_is_refused(packing: str, write: Callable[[bytes], Path]) -> None:
    packed = PACKINGS[packing](LINES)
    for percent in range(100) if FULL else (30, 99):
        cut = packed[: max(4, len(packed) * percent // 100)]
        assert refused(write(cut)) in {"delivery.unreadable", "delivery.not_text"}, percent


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_flipped_bit_is_noticed_or_means_nothing(
    packing: str, write: Callable[[bytes], Path]
) -> None:
    packed, draw = PACKINGS[packing](LINES), random.Random(packing)
    for _ in range(150 if FULL else 3):
        flipped = bytearray(packed)
        flipped[draw.randrange(4, len(packed))] ^= 1 << draw.randrange(8)
        try:
            found = read(write(bytes(flipped)))
        except PseudoError as error:
            assert error.exit_status in (3, 7)
        else:
            # Zstandard has no check sum unless it is asked for.
            assert packing == "zstd" or found.num_rows == 30_000


def test_members_one_after_the_other_are_one_text(write: Callable[[bytes], Path]) -> None:
    half = len(LINES) // 2
    for pack in (gzip.compress, zstandard.ZstdCompressor().compress):
        both = pack(LINES[:half]) + pack(LINES[half:])
        assert read(write(both)).num_rows == 30_000


def test_zeros_behind_gzip_are_nothing_and_anything_else_is_refused(
    write: Callable[[bytes], Path],
) -> None:
    packed = gzip.compress(LINES)
    assert read(write(packed + bytes(512))).num_rows == 30_000
    assert refused(write(packed + b"more")) == "delivery.unreadable"


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "a/../../b.csv", "/etc/a.csv", "\\a.csv", "C:\\a.csv", "c:a.csv", "..\\a.csv"],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, write: Callable[[bytes], Path]) -> None:
    assert refused(write(zipped({name: LINES}))) == "delivery.archive_path"


def test_a_link_and_a_device_are_refused(write: Callable[[bytes], Path]) -> None:
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO):
        data = zipped({"a.csv": b"/etc/passwd"}, attributes=(kind | 0o644) << 16)
        assert refused(write(data)) == "delivery.archive_path"


def test_an_encrypted_file_is_refused(write: Callable[[bytes], Path]) -> None:
    data = bytearray(zipped({"a.csv": LINES}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(sign) + place
        data[at : at + 2] = struct.pack("<H", struct.unpack_from("<H", data, at)[0] | 1)
    assert refused(write(bytes(data))) == "delivery.encrypted"


def test_archives_of_nothing_of_too_much_and_of_archives(
    write: Callable[[bytes], Path],
) -> None:
    assert refused(write(zipped({}))) == "delivery.archive_empty"
    assert refused(write(zipped({"a/": b"", "__MACOSX/x": b"x"}))) == "delivery.archive_empty"
    many = zipped({f"{n}.csv": b"a\n1\n" for n in range(1_001)})
    assert refused(write(many)) == "delivery.archive_too_large"
    assert refused(write(zipped({"a.gz": gzip.compress(LINES)}))) == "delivery.packed_twice"
    assert refused(write(gzip.compress(zipped({"a.csv": LINES})))) == "delivery.packed_twice"


def test_a_false_check_sum_or_size_is_noticed(write: Callable[[bytes], Path]) -> None:
    data = zipped({"a.csv": LINES})
    for place, value in ((16, b"\0\0\0\0"), (24, struct.pack("<I", len(LINES) - 100))):
        wrong = bytearray(data)
        at = wrong.index(b"PK\x01\x02") + place
        wrong[at : at + 4] = value
        assert refused(write(bytes(wrong))) == "delivery.unreadable"


@pytest.mark.campaign
def test_a_bomb_is_refused_before_it_fills_anything(write: Callable[[bytes], Path]) -> None:
    bomb = b"a;b\n" + b"1;2\n" * 75_000_000
    for pack in PACKINGS.values():
        assert refused(write(pack(bomb))) == "delivery.unpacks_to_too_much"


def test_names_in_an_archive_are_shown_only_where_they_can_be(
    write: Callable[[bytes], Path],
) -> None:
    path = write(zipped({f"folder/{CANARY}.csv": LINES, "b/two.csv": LINES}))
    assert refused(path) == "usage.several_files"
    parts = parts_of(path, 1, ReadOptions())
    assert [part.shown for part in parts] == ["delivery: #1", "delivery: two.csv"]


def test_one_file_of_an_archive_is_looked_at_by_name_or_number(
    write: Callable[[bytes], Path],
) -> None:
    path = write(zipped({f"folder/{CANARY}.csv": LINES, "b/two.csv": b"one;two\n1;2\n"}))
    for member in ("two.csv", 2):
        assert [column.name for column in inspect(path, member=member).columns] == [
            "one",
            "two",
        ]
    assert inspect(path, member="#1").columns[0].name != "one"
    for wrong in ("three.csv", 0, 3, CANARY):
        with pytest.raises(UsageError) as caught:
            inspect(path, member=wrong)
        assert caught.value.code == "usage.no_such_member"
        assert CANARY not in str(caught.value)
    path = write(
        zipped({"Norr/data.csv": b"one;two\n1;2\n", "Söder/data.csv": LINES, "c.csv": LINES})
    )
    parts = parts_of(path, 1, ReadOptions())
    assert [part.name for part in parts] == ["Norr/data.csv", "Söder/data.csv", "c.csv"]
    assert inspect(path, member="Norr/data.csv").columns[0].name == "one"
    alone = write(LINES)
    with pytest.raises(UsageError, match="no such file"):
        inspect(alone, member=1)


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_packed_is_read_as_if_it_were_not(
    packing: str, write: Callable[[bytes], Path]
) -> None:
    plain = read(write(LINES))
    assert read(write(PACKINGS[packing](LINES))).equals(plain)
    target = io.BytesIO()
    pq.write_table(plain, target)
    assert read(write(PACKINGS[packing](target.getvalue()))).equals(plain)


def test_every_file_of_an_archive_is_one_of_the_delivery(
    write: Callable[[bytes], Path],
) -> None:
    path = write(zipped({"a.csv": b"a\n1\n", "sub/b.csv": b"a\n2\n3\n"}))
    found = []
    for number, part in enumerate(parts_of(path, 1, ReadOptions()), start=1):
        source = open_part(part, number, ReadOptions())
        pieces = list(records_of(source))
        source.close()
        assert {piece.file for piece in pieces} == {number}
        assert all(0 <= piece.done <= source.facts.size for piece in pieces)
        found.append(sum(piece.framed for piece in pieces))
    assert found == [1, 2]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_with_two_files_of_one_path_is_refused(
    write: Callable[[bytes], Path],
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.csv", LINES)
        archive.writestr("a.csv", LINES)
    assert refused(write(made.getvalue())) == "delivery.unreadable"
