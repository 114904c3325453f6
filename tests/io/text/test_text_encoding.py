# SPDX-License-Identifier: Apache-2.0
"""Encodings: which one is chosen, and when it is contradicted."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pytest

from pseudo.errors import PseudoError, UsageError
from pseudo.io.text.encoding import HEAD_BYTES, Choice, Transcoder, codec_of
from pseudo.kernel import select

SWEDISH = "namn;ort\nÅsa Öä;Malmö é €\n"
ROW = ("Åsa Öä", "Malmö é €")

Read = Callable[..., Any]
Refused = Callable[..., PseudoError]


@pytest.mark.parametrize(
    ("data", "told", "codec", "by"),
    [
        (SWEDISH.encode(), None, "utf-8", "content"),
        (SWEDISH.encode("cp1252"), None, "cp1252", "content"),
        (SWEDISH.encode("utf-8-sig"), None, "utf-8", "bom"),
        (codecs.BOM_UTF16_LE + SWEDISH.encode("utf-16-le"), None, "utf-16-le", "bom"),
        (codecs.BOM_UTF16_BE + SWEDISH.encode("utf-16-be"), None, "utf-16-be", "bom"),
        (SWEDISH.encode("utf-8-sig"), "UTF8", "utf-8", "told"),
        (SWEDISH.encode(), "utf-8-sig", "utf-8", "told"),
        (SWEDISH.encode("utf-16-le"), "utf-16", "utf-16-le", "told"),
        (SWEDISH.encode("utf-16-le"), "UTF-16LE", "utf-16-le", "told"),
        (codecs.BOM_UTF16_BE + SWEDISH.encode("utf-16-be"), "utf-16", "utf-16-be", "told"),
        (SWEDISH.encode("cp1252"), "windows-1252", "cp1252", "told"),
        (SWEDISH.encode("iso-8859-15"), "iso-8859-15", "iso8859-15", "told"),
        (SWEDISH.encode("mac-roman"), "macintosh", "mac-roman", "told"),
        (SWEDISH.encode("cp858"), "cp858", "cp858", "told"),
    ],
)
def test_the_choice_and_what_is_read(
    read: Read, data: bytes, told: str | None, codec: str, by: str
) -> None:
    outcome = read(data, encoding=told)
    assert outcome.names == ("namn", "ort")
    assert outcome.rows == [ROW]
    assert (outcome.facts.encoding, outcome.facts.encoding_by) == (codec, by)
    assert outcome.facts.size == len(data)


@pytest.mark.parametrize("codec", ["latin-1", "cp437", "cp850", "cp865"])
def test_what_only_can_be_told(read: Read, codec: str) -> None:
    outcome = read("a;b\nÅÄÖ;åäö é\n".encode(codec), encoding=codec)
    assert outcome.rows == [("ÅÄÖ", "åäö é")]


@pytest.mark.parametrize(
    "name", ["", "utf-7", "rot13", "base64", "zip", "idna", "punycode", "unicode_escape",
             "undefined", "mbcs", "utf-32", "cp037", "iso2022_jp", "../x", "a\0b", "å", "x" * 99]
)  # fmt: skip
def test_encodings_that_are_not_read(refused: Refused, name: str) -> None:
    error = refused(b"a;b\n1;2\n", encoding=name)
    assert isinstance(error, UsageError)
    assert error.code == "usage.unknown_encoding"
    assert error.__cause__ is None
    assert error.__context__ is None


def test_codec_names_are_normal() -> None:
    assert codec_of("ISO_8859-1:1987") == codec_of("latin1") == "iso8859-1"


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_bytes_that_cp1252_does_not_have(refused: Refused, byte: bytes) -> None:
    for size in (1, 1 << 20):
        error = refused(b'a;b\n\xe5;"x\ny"\n\nz;' + byte + b"\n", chunk_bytes=size)
        assert error.code == "delivery.undecodable"
        assert error.params == {"file": 1, "record": 3, "line": 5, "encoding": "cp1252"}


def test_ascii_for_4_mib_and_then_a_letter_of_another_encoding(refused: Refused) -> None:
    lines = HEAD_BYTES // 8 + 10
    data = b"a;b\n" + b"abc;def\n" * lines + b"abc;d\xe5f\n"
    error = refused(data)
    assert error.code == "delivery.undecodable"
    assert error.params == {
        "file": 1, "record": lines + 2, "line": lines + 2, "encoding": "utf-8"
    }  # fmt: skip


def test_a_character_cut_at_the_end_of_the_head(read: Read) -> None:
    for shift in range(3):
        filler = b"a;b\n" + b"x" * shift + b";\n" + b"abc;def\n" * (HEAD_BYTES // 8 - 10)
        rest = HEAD_BYTES - 1 - len(filler)
        data = filler + b"y" * rest + "€;å\n".encode()
        outcome = read(data)
        assert outcome.facts.encoding == "utf-8"
        assert outcome.rows[-1] == ("y" * rest + "€", "å")


def test_a_character_cut_at_the_end_of_the_file(read: Read, refused: Refused) -> None:
    outcome = read(b"a;b\n1;2\xc3")
    assert (outcome.facts.encoding, outcome.rows) == ("cp1252", [("1", "2Ã")])
    error = refused(b"a;b\n1;2\xc3", encoding="utf-8")
    assert (error.code, error.params["line"]) == ("delivery.undecodable", 2)
    error = refused("a;b\n1;2".encode("utf-16") + b"\x61")
    assert (error.code, error.params["line"]) == ("delivery.undecodable", 2)


@pytest.mark.parametrize(
    ("data", "line", "record"),
    [
        (b"\xff", 1, 1),
        (b"a;\xff\n1;2\n", 1, 1),
        (b"\n\na;b\r\xff", 4, 2),
        (b'a;b\n"\n\n\xff"', 4, 2),
        (b"a;b\n1;2\n\xc0\x80", 3, 3),
        (b"a;b\n1;2\n3;\xed\xa0\x80\n", 3, 3),
        (b"a;b\n1;2\n3;\xf4\x90\x80\x80\n", 3, 3),
    ],
)
def test_malformed_utf8_when_told(refused: Refused, data: bytes, line: int, record: int) -> None:
    for size in (1, 2, 1 << 20):
        error = refused(data, encoding="utf-8", chunk_bytes=size)
        assert error.code == "delivery.undecodable"
        assert (error.params["line"], error.params["record"]) == (line, record)


def test_a_lone_surrogate_in_utf16(refused: Refused) -> None:
    data = codecs.BOM_UTF16_LE + "a;b\n1;".encode("utf-16-le") + b"\x00\xd8" + b"x\0\n\0"
    for size in (1, 3, 1 << 20):
        error = refused(data, chunk_bytes=size)
        assert error.code == "delivery.undecodable"
        assert (error.params["line"], error.params["record"]) == (2, 2)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (SWEDISH.encode("utf-8-sig"), "cp1252"),
        (SWEDISH.encode("utf-16"), "utf-8"),
        (SWEDISH.encode("utf-16"), "latin-1"),
        (codecs.BOM_UTF16_LE + SWEDISH.encode("utf-16-le"), "utf-16-be"),
        (SWEDISH.encode("utf-8-sig"), "utf-16"),
    ],
)
def test_a_mark_that_contradicts(refused: Refused, data: bytes, told: str) -> None:
    assert refused(data, encoding=told).code == "delivery.encoding_contradicted"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_says_which(refused: Refused, read: Read, codec: str) -> None:
    error = refused(SWEDISH.encode(codec))
    assert error.code == "delivery.utf16_without_mark"
    assert error.params["encoding"] == codec
    assert read(SWEDISH.encode(codec), encoding=codec).rows == [ROW]


def test_utf32_is_not_read(refused: Refused) -> None:
    error = refused(SWEDISH.encode("utf-32"))
    assert (error.code, error.params["found"]) == ("delivery.not_text", "UTF-32")


def test_a_mixture_is_noted(read: Read) -> None:
    mixed = read("a;b\nå;".encode() + b"\xe5\n")
    assert mixed.facts.notes == ("encoding.mixed",)
    assert mixed.rows == [("Ã¥", "å")]
    assert read(SWEDISH.encode("cp1252")).facts.notes == ()


def test_a_mark_within_the_file_stays(read: Read) -> None:
    data = '\ufeffa;b\n\ufeffc;\ufeff"d"\n\ufeff"e";f\n'.encode()
    for size in (1, 4, 1 << 20):
        outcome = read(data, chunk_bytes=size)
        assert outcome.rows == [("\ufeffc", '\ufeff"d"'), ('\ufeff"e"', "f")]


def test_what_comes_before_a_bad_byte_is_given() -> None:
    transcoder = Transcoder(Choice("utf-8", "told", 0), select())
    assert transcoder.feed("å".encode()[:1], final=False) == b""
    assert transcoder.feed("å".encode()[1:] + b"b\xffc", final=False) == "åb".encode()
    assert transcoder.failed
