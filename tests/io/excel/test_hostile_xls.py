# SPDX-License-Identifier: Apache-2.0
"""Compound files whose tables lead nowhere, and records that are no records."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
import xlwt

from tests.io.excel.conftest import CANARY, LIMITS, Read, Refusal
from tests.io.excel.workbooks import (
    saved,
)


def _old() -> bytearray:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad1")
    for at in range(400):
        sheet.write(at, 0, f"{CANARY} {at}" if at else "a")
    return bytearray(saved(book))


def _sector_of_table(whole: bytes) -> int:
    return 512 * (struct.unpack_from("<I", whole, 76)[0] + 1)


def _loop_in_table(whole: bytearray) -> None:
    at = _sector_of_table(whole)
    struct.pack_into("<I", whole, at + 4 * 10, 3)


def _loop_of_directory(whole: bytearray) -> None:
    (first,) = struct.unpack_from("<I", whole, 48)
    struct.pack_into("<I", whole, _sector_of_table(whole) + 4 * first, first)


def _loop_of_further_tables(whole: bytearray) -> None:
    struct.pack_into("<II", whole, 68, 0, 1)
    struct.pack_into("<I", whole, 512 + 508, 0)


def _sector_beyond(whole: bytearray) -> None:
    struct.pack_into("<I", whole, _sector_of_table(whole) + 4 * 10, 0x00FFFFFF)


def _table_beyond(whole: bytearray) -> None:
    struct.pack_into("<I", whole, 76, 0x00FFFFFF)


def _size_of_sectors(whole: bytearray) -> None:
    struct.pack_into("<H", whole, 30, 31)


DAMAGES = [
    _loop_in_table,
    _loop_of_directory,
    _loop_of_further_tables,
    _sector_beyond,
    _table_beyond,
    _size_of_sectors,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_xls_whose_tables_lead_nowhere_or_round(
    damage: Callable[[bytearray], None], refused: Refusal
) -> None:
    whole = _old()
    damage(whole)
    code, params = refused(bytes(whole), **LIMITS)
    assert code in ("delivery.unreadable", "delivery.not_text")
    assert params["file"] == 1


def _record(whole: bytes, kind: int) -> int:
    """Find a record of an .xls, in which streams lie in one piece from the first sector on."""
    at = 512
    while at < len(whole):
        found, length = struct.unpack_from("<HH", whole, at)
        if found == kind:
            return at
        at += 4 + length
    raise AssertionError(kind)


@pytest.mark.parametrize("place", [0, 1, 3, 512, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_xls_whose_sheet_lies_elsewhere(place: int, refusal: Refusal) -> None:
    whole = _old()
    struct.pack_into("<I", whole, _record(whole, 0x85) + 4, place)
    assert refusal(bytes(whole))[0] in ("delivery.unreadable", "delivery.no_columns")


def test_an_xls_whose_record_is_longer_than_the_rest(refusal: Refusal) -> None:
    whole = _old()
    for kind in (0x85, 0xFC, 0x0A):
        damaged = bytearray(whole)
        struct.pack_into("<H", damaged, _record(whole, kind) + 2, 0xFFFF)
        assert refusal(bytes(damaged))[0] == "delivery.unreadable"


def test_an_xls_that_needs_a_password(refused: Refusal) -> None:
    whole = _old()
    # What says that windows are protected is as long as what follows here may be.
    struct.pack_into("<H", whole, _record(whole, 0x19), 0x2F)
    assert refused(bytes(whole)) == ("delivery.encrypted", {"file": 1, "found": "Excel"})


def _renamed(whole: bytearray, old: str, new: str) -> bytes:
    at = whole.index(old.encode("utf-16-le") + b"\0\0")
    whole[at : at + 66] = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<H", 2 * len(new) + 2
    )
    return bytes(whole)


def test_an_encrypted_workbook_is_named_for_what_it_is(refused: Refusal) -> None:
    code, params = refused(_renamed(_old(), "Workbook", "EncryptedPackage"))
    assert (code, params["found"]) == ("delivery.encrypted", "encrypted Office file")


def test_an_xls_with_macros_is_read_and_they_are_counted(read: Read) -> None:
    whole = _old()
    (directory,) = struct.unpack_from("<I", whole, 48)
    entry = 512 * (directory + 1) + 2 * 128
    name = "_VBA_PROJECT_CUR"
    whole[entry : entry + 67] = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<HB", 2 * len(name) + 2, 1
    )
    found = read(bytes(whole))
    assert (len(found.rows), found.not_taken) == (399, {"macros": 1})
