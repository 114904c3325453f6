# SPDX-License-Identifier: Apache-2.0
"""Every canary is valid, found in every disguise, and never found where it is not."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import struct
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from pseudo.identity import IdentityRule, judge
from pseudo.testing import (
    CANARIES,
    CANARY_TEXTS,
    REFERENCE_DATE,
    People,
    assert_clean,
    planted_cells,
    planted_text,
    search,
    search_tree,
    spell_all,
)

_KINDS = {
    "samordning": "samordningsnummer",
    "samordning_2": "samordningsnummer",
    "interim": "interim",
    "vgr": "reserv:vgr",
    "orgnr": "orgnr",
}
_NUMBER = CANARIES["alva"]
_HYPHEN = "580317-9869"
_DISGUISES: dict[str, Callable[[], bytes | str]] = {
    "json": lambda: json.dumps({"v": "580317\u20139869"}),
    "json full width": lambda: json.dumps("５８０３１７９８６９"),
    "repr": lambda: repr(b"580317\xe2\x80\x939869"),
    "html": lambda: "580317&#8722;9869",
    "html hex": lambda: html.escape("580317") + "&#x2013;9869",
    "url": lambda: urllib.parse.quote("580317–9869"),
    "quoted printable": lambda: b"580317=E2=80=939869",
    "colours": lambda: "\x1b[1;36m580317\x1b[0m-\x1b[1;36m9869\x1b[0m",
    "wrapped by a terminal": lambda: "│ 195803 │\n│ 179869 │",
    "grouped": lambda: "58 03 17 - 98 69",
    "thousands": lambda: "195,803,179,869",
    "utf-16": lambda: f"x;{_HYPHEN};y".encode("utf-16"),
    "utf-16-le": lambda: f"x;{_HYPHEN};y".encode("utf-16-le"),
    "utf-16-be, odd": lambda: b"\0" + f"x;{_HYPHEN};y".encode("utf-16-be"),
    "utf-32": lambda: f"x;{_HYPHEN};y".encode("utf-32"),
    "arabic in utf-16": lambda: "x;٥٨٠٣١٧٩٨٦٩;y".encode("utf-16"),
    "cp1252 dash": lambda: "580317–9869".encode("cp1252"),
    "among bytes": lambda: b"\xff\xfe\x00\x80" + _HYPHEN.encode() + b"\x80\xff",
    "reversed": lambda: _NUMBER[::-1],
    "int64": lambda: b"abc" + struct.pack("<q", int(_NUMBER)),
    "big-endian": lambda: struct.pack(">q", int(_NUMBER[2:])),
    "double": lambda: struct.pack("<d", float(_NUMBER)) + b"abc",
    "numpy": lambda: np.array([1, int(_NUMBER), 2]).tobytes(),
    "hex": lambda: b"key=" + _NUMBER.encode().hex().upper().encode(),
    "base64": lambda: base64.b64encode(f"pnr;{_HYPHEN};x".encode()),
    "base64, shifted": lambda: base64.urlsafe_b64encode(f"pnr=;{_HYPHEN};xy".encode()),
    "md5": lambda: f"id={hashlib.md5(_NUMBER.encode(), usedforsecurity=False).hexdigest()}",
    "sha256": lambda: "sha256:" + hashlib.sha256(_NUMBER[2:].encode()).hexdigest().upper(),
    "sha256, cut": lambda: hashlib.sha256(_HYPHEN.encode()).hexdigest()[:20],
    "sha1, base64": lambda: base64.b64encode(
        hashlib.sha1(_NUMBER.encode(), usedforsecurity=False).digest()
    ),
    "sha512, raw": lambda: b"\0\0\0" + hashlib.sha512(_NUMBER.encode()).digest(),
    "data URL": lambda: (
        "text/" + base64.b64encode(hashlib.sha256(_NUMBER.encode()).digest()).decode()
    ),
}


@pytest.mark.parametrize("name", CANARIES)
def test_every_canary_is_a_valid_number_of_its_kind(name: str) -> None:
    kind = _KINDS.get(name, "personnummer")
    verdict = judge(CANARIES[name], IdentityRule.of(kind=kind, reference_date=REFERENCE_DATE))
    assert (verdict.kind, verdict.canonical) == (kind, CANARIES[name])


@pytest.mark.parametrize("name", CANARIES)
def test_a_canary_is_found_in_every_spelling(name: str) -> None:
    kind = _KINDS.get(name, "personnummer")
    for spelling, text in spell_all(CANARIES[name], REFERENCE_DATE, kind).items():
        assert search(f"cell '{text}' in row 7") == [name], spelling
        assert search(f"7;{text};x".encode()) == [name], spelling
        assert search(f"7;{text};x".encode("utf-16")) == [name], spelling


@pytest.mark.parametrize("disguise", _DISGUISES)
def test_a_canary_is_found_in_every_disguise(disguise: str) -> None:
    assert search(_DISGUISES[disguise]()) == ["alva"]


@pytest.mark.parametrize("name", CANARY_TEXTS)
def test_a_text_is_found_in_any_case_and_encoding(name: str) -> None:
    text = CANARY_TEXTS[name]
    assert search(f"Åsa {text.upper()}!".encode("cp1252")) == [name]
    assert search(f"Åsa {text}!".encode("utf-16")) == [name]


def test_an_uncompressed_parquet_file_is_searched_as_bytes(tmp_path: Path) -> None:
    table = pa.table({"n": [1, int(CANARIES["elsa"])], "t": ["", CANARY_TEXTS["surname"]]})
    parquet.write_table(table, tmp_path / "a.parquet", compression="none", use_dictionary=False)
    assert search((tmp_path / "a.parquet").read_bytes()) == ["elsa", "surname"]


def test_nothing_is_found_among_other_people_and_random_bytes() -> None:
    people = People(seed=11)
    assert search(" ".join(people.personnummer(5_000))) == []
    assert search(np.random.default_rng(1).bytes(500_000)) == []
    hashed = [hashlib.sha256(number.encode()).hexdigest() for number in people.personnummer(2_000)]
    assert search("\n".join(hashed)) == []
    assert search(b"") == search("") == search(bytes(4_096)) == []


def test_the_names_come_in_the_order_of_the_registry() -> None:
    text = f"{CANARY_TEXTS['mail']} {CANARIES['elsa']} {CANARIES['alva']} {CANARIES['elsa']}"
    assert search(text) == ["alva", "elsa", "mail"]


def test_planted_text_has_a_canary_in_every_field() -> None:
    text = planted_text(["personnummer", "namn", "insats"], rows=40)
    header, *rows = text.splitlines()
    assert header == "personnummer;namn;insats"
    fields = [field for row in rows for field in row.split(";")]
    assert len(fields) == 120
    assert all(len(search(field)) == 1 for field in fields)
    rule = IdentityRule.of(kind="personnummer", reference_date=REFERENCE_DATE)
    assert {judge(field, rule).canonical for field in fields} == {
        number for name, number in CANARIES.items() if name not in ("interim", "vgr", "orgnr")
    }
    assert planted_cells(3, 4) == planted_cells(7)[4:]


def test_a_tree_is_searched_in_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "clean.txt").write_text("nothing")
    (tmp_path / "out" / "rows.csv").write_text(f"x;{_HYPHEN}")
    (tmp_path / f"batch {CANARIES['david']}").mkdir()
    assert search_tree(tmp_path) == {"#1": ["david"], "out/rows.csv": ["alva"]}


def test_the_failure_names_places_and_canaries_and_quotes_nothing(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(_HYPHEN)
    assert_clean(
        stdout="fine", stderr=b"", file=Path(__file__).with_name("test_testing_people.py")
    )
    with pytest.raises(AssertionError) as caught:
        assert_clean(stdout=f"oops {CANARIES['bertil']}", tree=tmp_path, file=tmp_path / "log.txt")
    message = str(caught.value)
    assert message == ("canaries came out in stdout: bertil; tree/log.txt: alva; file: alva")
    assert search(message) == []
