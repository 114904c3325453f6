# SPDX-License-Identifier: Apache-2.0
"""What is read never depends on how the file was cut into chunks."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

CHUNKS = (1, 2, 3, 7, 64, 4096, 4 * 1024 * 1024)
PIECES = [
    ";", '"', '""', "\r", "\n", "\r\n", "a", "å", "€", "𝄞", " ", ';"', '";', "\ufeff",
    "a;b\n", "c;d\r\n", '"x\ny";z\r', "1;2\n", "\n\n",
]  # fmt: skip
BODIES = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
BAD = st.sampled_from([b"", b"", b"", b"\0", b"\xe5", b"\xc3", b"\xf0\x9f"])


@settings(max_examples=100, deadline=None)
@given(BODIES, BAD, BODIES, st.sampled_from([6, 12, 1 << 24]))
@example("\r", b"", "\n", 6)
@example("aaaaaa\r", b"\0", "", 6)
@example("aaaaaa\r", b"", "b", 6)
@example('"aaaaaaaaaa', b"\0", "", 6)
@example("a;b\r", b"\xe5", "", 6)
@example("a;b\n\ufeffc;d\n", b"", '\ufeff"x";y', 12)
def test_every_chunk_size_gives_the_same(
    outcome_of: Callable[..., Any], before: str, bad: bytes, after: str, longest: int
) -> None:
    data = b"a;b\n" + before.encode() + bad + after.encode()
    outcomes = [
        outcome_of(data, chunk_bytes=size, longest_record=longest, delimiter=";", encoding="utf-8")
        for size in CHUNKS
    ]
    assert all(outcome == outcomes[0] for outcome in outcomes), outcomes


@settings(max_examples=100, deadline=None)
@given(BODIES)
def test_reading_agrees_with_the_reference(
    outcome_of: Callable[..., Any], reference: Callable[..., Any], body: str
) -> None:
    slow = reference(body.encode())
    outcome = outcome_of(b"a;b\n" + body.encode(), chunk_bytes=5, delimiter=";")
    if slow.open_quote >= 0:
        assert outcome.error == "delivery.unclosed_quote"
        assert outcome.params["record"] == len(slow.records) + 2
        return
    if not slow.records:
        assert outcome.error == "delivery.no_records"
        return
    good = [(n, r) for n, r in enumerate(slow.records, 2) if len(r[3]) == 2]
    assert outcome.rows == [tuple(cell or None for cell in r[3]) for _, r in good]
    assert outcome.numbers == [n for n, _ in good]
    assert outcome.lines == [r[2] + 2 for _, r in good]
    assert outcome.rejects == [
        (n, r[2] + 2, f"record.too_{'few' if len(r[3]) < 2 else 'many'}_fields")
        for n, r in enumerate(slow.records, 2)
        if len(r[3]) != 2
    ]
    assert outcome.framed == len(slow.records)
    assert outcome.blank == slow.blank


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "cp1252", "mac-roman"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cuts_in_every_encoding_and_line_end(
    read: Callable[..., Any], codec: str, end: str
) -> None:
    lines = ["namn;ort", "Åsa;Öland", '"Ä ""x"" é";"a;b"', f'"två{end}rader";', "bara en", ";"]
    data = end.join(lines).encode(codec)
    outcomes = [read(data, chunk_bytes=size, encoding=codec) for size in CHUNKS]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0].rows == [
        ("Åsa", "Öland"),
        ('Ä "x" é', "a;b"),
        (f"två{end}rader", None),
        (None, None),
    ]
    assert outcomes[0].lines == [2, 3, 4, 7]
    assert outcomes[0].rejects == [(5, 6, "record.too_few_fields")]


def test_a_file_longer_than_its_head_is_the_same_in_any_chunks(
    read: Callable[..., Any],
) -> None:
    shuffled = random.Random(7)
    cells = ["å", "", '"a;b"', '"c""d"', '"e\r\nf"', "0012", '12"', "x" * 300]
    lines = [";".join(shuffled.choices(cells, k=3)) for _ in range(90_000)]
    lines[500] = lines[60_001] = "ragged"
    data = ("a;b;c\r\n" + "\r\n".join(lines)).encode()
    assert len(data) > 5 * 1024 * 1024
    first, *others = (read(data, chunk_bytes=size) for size in (65_537, 1_000_003, 1 << 26))
    assert all(other == first for other in others)
    assert first.numbers[:3] == [2, 3, 4]
    assert len(first.rows) == 89_998
    assert [reject[0] for reject in first.rejects] == [502, 60_003]
