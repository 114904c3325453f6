# SPDX-License-Identifier: Apache-2.0
"""Damaged and hostile statistics files: a clear error or sound rows, and a parent that lives."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from bench.sas7bdat import SasColumn, rows_of, write_sas7bdat
from tests.io.damaged import FULL, found_by

PROGRAM = Path(__file__).with_name("hostile_statistics.py")
COLUMNS = [SasColumn("pnr"), SasColumn("namn", 12)]
LIMITS = {"sandbox_memory": 2**30, "sandbox_cpu": 20}


def test_cut_and_damaged_files_get_a_clear_error_or_are_read():
    found = found_by(PROGRAM, *(("1500", "1") if FULL else ("2", "34")))
    assert found["wrong"] == []
    assert found["tally"]["delivery.unreadable"] > (60 if FULL else 10)
    assert found["tally"]["read 120"] > (11 if FULL else 2)


@pytest.fixture
def sas(tmp_path):
    rows = rows_of(COLUMNS, [(float(n), f"n{n}") for n in range(50)])
    return write_sas7bdat(tmp_path / "x.sas7bdat", COLUMNS, rows, page=4096)


SAS_LIES = {
    "rows": (struct.pack("<qq", 20, 50), struct.pack("<qq", 20, 2**31)),
    "more rows": (struct.pack("<qq", 20, 50), struct.pack("<qq", 20, 51)),
    "row length": (struct.pack("<qq", 20, 50), struct.pack("<qq", 2**31, 50)),
    "columns": (b"\xf6\xf6\xf6\xf6\0\0\0\0\2\0\0\0", b"\xf6\xf6\xf6\xf6\0\0\0\0\2\0\0\x80"),
    "width of a text": (struct.pack("<QIH", 8, 12, 4), struct.pack("<QIH", 8, 2**31 - 1, 4)),
    "pages": (struct.pack("<IQ", 4096, 2), struct.pack("<IQ", 4096, 2**24)),
}


@pytest.mark.parametrize("lie", SAS_LIES)
def test_a_sas_file_that_claims_more_than_it_has(sas, lie, refused):
    true, false = SAS_LIES[lie]
    whole = sas.read_bytes()
    assert whole.count(true) == 1
    sas.write_bytes(whole.replace(true, false))
    assert refused(sas, **LIMITS)[0] in ("delivery.unreadable", "delivery.parser_died")


@pytest.mark.parametrize(("count", "rows"), [(51, 0), (1_000_000, 0), (2**31 - 1, 50), (-1, 50)])
def test_an_spss_file_that_claims_more_rows_or_does_not_say(
    tmp_path, count, rows, delivered, refused
):
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": range(50)}), path)
    whole = bytearray(path.read_bytes())
    struct.pack_into("<i", whole, 80, count)
    path.write_bytes(whole)
    if rows:
        assert delivered(path, **LIMITS)[0].num_rows == rows
    else:
        assert refused(path, **LIMITS) == ("delivery.unreadable", {"file": 1, "format": "SPSS"})


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b"<N>" + struct.pack("<q", 50), b"<N>" + struct.pack("<q", 2**31)),
        (b"<N>" + struct.pack("<q", 50), b"<N>" + struct.pack("<q", 2**32 + 5)),
        (b"<K>" + struct.pack("<H", 1), b"<K>" + struct.pack("<H", 65_535)),
    ],
)
def test_a_stata_file_that_claims_more(tmp_path, true, false, refused):
    path = tmp_path / "x.dta"
    pyreadstat.write_dta(pd.DataFrame({"a": range(50)}), path)
    whole = path.read_bytes()
    assert whole.count(true) == 1
    path.write_bytes(whole.replace(true, false))
    assert refused(path, **LIMITS) == ("delivery.unreadable", {"file": 1, "format": "Stata"})


@pytest.mark.parametrize("width", ["2147483647", "9999"])
def test_a_transport_file_that_claims_more_columns(tmp_path, width, refused):
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"a": [1.0] * 50}), path, file_format_version=5)
    whole = path.read_bytes()
    at = whole.index(b"NAMESTR HEADER RECORD!!!!!!!000000") + 34
    path.write_bytes(whole[:at] + width[:4].encode() + whole[at + 4 :])
    assert refused(path, **LIMITS)[0] == "delivery.unreadable"


def test_pages_of_noise_are_an_encrypted_file(sas, refused):
    whole = sas.read_bytes()
    noise = random.Random(7).randbytes(len(whole) - 8192)
    sas.write_bytes(whole[:8192] + noise)
    assert refused(sas) == ("delivery.encrypted", {"file": 1, "found": "SAS"})
    sas.write_bytes(whole[:8192] + noise[:-1])
    assert refused(sas)[0] == "delivery.unreadable"
    sas.write_bytes(whole[:8192] + bytes(len(noise)))
    assert refused(sas)[0] in ("delivery.unreadable", "delivery.no_columns")


def test_an_encrypted_spss_file_is_named_for_what_it_is(tmp_path, refused):
    path = tmp_path / "x.sav"
    path.write_bytes(b"\x1c" + bytes(7) + b"ENCRYPTEDSAV\x15" + bytes(15) + bytes(range(200)))
    assert refused(path) == ("delivery.encrypted", {"file": 1, "found": "SPSS"})


@pytest.mark.parametrize(
    ("begin", "found"),
    [
        (bytes(12) + bytes.fromhex("c2ea8163b31411cf"), "SAS (.sas7bcat)"),
        (b"**COMPRESSED** **COMPRESSED** ", "SAS (.cpt)"),
        (b"ASCII SPSS PORT FILE", "SPSS (.por)"),
    ],
)
def test_their_relatives_are_refused_by_name(tmp_path, begin, found, refused):
    path = tmp_path / "x"
    path.write_bytes(begin + bytes(500))
    assert refused(path) == ("delivery.not_text", {"file": 1, "found": found})


@pytest.mark.campaign
def test_a_very_wide_file_is_refused(tmp_path, refused):
    path = tmp_path / "x.dta"
    pyreadstat.write_dta(
        pd.DataFrame([[1] * 10_001]).rename(columns="a{}".format), path, version=15
    )
    expected = {"file": 1, "columns": 10_001, "limit": 10_000}
    assert refused(path) == ("delivery.too_many_columns", expected)
