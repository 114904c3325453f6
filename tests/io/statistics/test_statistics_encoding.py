# SPDX-License-Identifier: Apache-2.0
"""Texts in another encoding than their file says: read when told, else refused."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from bench.sas7bdat import SasColumn, rows_of, write_sas7bdat
from pseudo.errors import UsageError
from pseudo.io import open_source
from pseudo.io.source import ReadOptions

CP1252, UTF_8 = 62, 20


def sas(path, texts, encoding, width=12):
    columns = [SasColumn("ort", width)]
    rows = rows_of(columns, [(text,) for text in texts])
    return write_sas7bdat(path, columns, rows, encoding=encoding)


def spss(path, *replaced):
    """Write a file that says UTF-8, with other bytes for some letters."""
    pyreadstat.write_sav(pd.DataFrame({"ort": ["Ume~", "G^teborg", "Lund", "Xyz"]}), path)
    whole = path.read_bytes()
    for old, new in (*replaced, (b"~", b"\xe5"), (b"^", b"\xf6")):
        whole = whole.replace(old, new)
    path.write_bytes(whole)
    return path


def test_what_is_declared_is_read(tmp_path, read):
    path = sas(tmp_path / "x", ["Umeå".encode("cp1252"), b"\x80uro"], CP1252)
    assert read(path)[0]["ort"].to_pylist() == ["Umeå", "€uro"]


@pytest.mark.parametrize("texts", [["Umeå"], ["Göteborg"], ["a", "Å"]])
def test_cp1252_that_says_utf_8_is_refused_and_read_when_told(tmp_path, texts, read, refusal):
    path = sas(tmp_path / "x", [text.encode("cp1252") for text in texts], UTF_8)
    expected = {"encoding": "utf-8"}
    assert refusal(path) == ("delivery.undecodable_text", expected)
    assert read(path, encoding="windows-1252")[0]["ort"].to_pylist() == texts


def test_the_same_of_spss_where_the_letter_is_the_last(tmp_path, read, refusal):
    path = spss(tmp_path / "x", (b"G^teborg", b"Goteborg"))
    assert refusal(path) == ("delivery.undecodable_text", {"encoding": "utf-8"})
    assert read(path, encoding="cp1252")[0]["ort"].to_pylist()[0] == "Umeå"


def test_the_same_of_spss_in_the_midst(tmp_path, read, refusal):
    path = spss(tmp_path / "x")
    assert refusal(path)[0] == "delivery.undecodable_text"
    assert read(path, encoding="cp1252")[0]["ort"].to_pylist()[1] == "Göteborg"


def test_utf_8_that_says_cp1252_is_refused_and_read_when_told(tmp_path, read, refusal):
    path = sas(tmp_path / "x", ["Umeå", "Lund"], CP1252)
    expected = {"encoding": "windows-1252"}
    assert refusal(path) == ("delivery.undecodable_text", expected)
    assert read(path, encoding="utf-8")[0]["ort"].to_pylist() == ["Umeå", "Lund"]
    # Whoever says so means it.
    assert read(path, encoding="cp1252")[0]["ort"].to_pylist() == ["UmeÃ¥", "Lund"]


def test_a_byte_that_the_encoding_has_no_letter_for_is_refused(tmp_path, refusal):
    path = sas(tmp_path / "x", [b"a\x81b"], CP1252)
    assert refusal(path)[0] == "delivery.undecodable_text"


def test_a_letter_that_its_room_cut_is_left_out(tmp_path, read, refusal):
    raw = "Åååå".encode()[:-1]
    assert read(sas(tmp_path / "x", [raw], UTF_8, width=len(raw)))[0]["ort"].to_pylist() == ["Ååå"]
    assert refusal(sas(tmp_path / "y", [raw], UTF_8))[0] == "delivery.undecodable_text"


def test_old_stata_files_are_cp1252(tmp_path, read):
    frame = pd.DataFrame({"ort": ["Umeå", "Göteborg"]})
    frame.to_stata(tmp_path / "x", version=114, write_index=False)
    assert read(tmp_path / "x")[0]["ort"].to_pylist() == ["Umeå", "Göteborg"]


def test_long_texts_of_stata(tmp_path, read):
    texts = ["å" * 5_000, "", "kort", "å" * 5_000]
    frame = pd.DataFrame({"text": texts, "n": range(4)})
    frame.to_stata(tmp_path / "x", version=118, write_index=False, convert_strl=["text"])
    assert read(tmp_path / "x")[0]["text"].to_pylist() == [text or None for text in texts]


def test_long_texts_of_spss(tmp_path, read):
    texts = ["å" * 1_000, "x" * 2_000 + "ö", ""]
    pyreadstat.write_sav(pd.DataFrame({"text": texts}), tmp_path / "x")
    assert read(tmp_path / "x")[0]["text"].to_pylist() == [text or None for text in texts]


def test_names_and_labels_are_read_in_the_encoding_too(tmp_path, read):
    frame = pd.DataFrame({"ålder": [1.0, 2.0]})
    pyreadstat.write_sav(frame, tmp_path / "x", variable_value_labels={"ålder": {1.0: "född"}})
    table, _ = read(tmp_path / "x", value_labels="labels")
    assert table.to_pydict() == {"ålder": ["född", "2"]}


def test_an_encoding_that_there_is_not(tmp_path):
    path = sas(tmp_path / "x", ["Lund"], CP1252)
    with pytest.raises(UsageError, match=r"usage\.unknown_encoding"):
        open_source(path, 1, ReadOptions(encoding="swedish"))
