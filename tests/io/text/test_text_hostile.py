# SPDX-License-Identifier: Apache-2.0
"""Files that must be refused, and what the refusal says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pseudo.errors import DeliveryError, InternalError, PseudoError, UsageError
from pseudo.io.source import ReadOptions, records_of
from pseudo.io.text import TextSource
from pseudo.kernel import select

Refused = Callable[..., PseudoError]


def place(error: PseudoError) -> tuple[str, object, object]:
    assert isinstance(error, DeliveryError)
    assert error.exit_status == 3
    assert error.params["file"] == 1
    return error.code, error.params.get("record"), error.params.get("line")


@pytest.mark.parametrize(
    "data", [b"", b"\n", b" \t\r\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"\xff\xfe",
             b"sep=;\n\n"]
)  # fmt: skip
def test_nothing_in_the_file(refused: Refused, data: bytes) -> None:
    assert place(refused(data))[0] == "delivery.empty"


@pytest.mark.parametrize("data", [b"a;b", b"a;b\n", b"a;b\r\n\r\n", b"\n\na;b\n\n", b"a"])
def test_a_header_and_nothing_else(refused: Refused, data: bytes) -> None:
    assert place(refused(data))[0] == "delivery.no_records"


def test_only_ragged_records_are_records(read: Callable[..., Any]) -> None:
    outcome = read(b"a;b\nx\ny;z;w\n", delimiter=";")
    assert outcome.rows == []
    assert outcome.rejects == [
        (2, 2, "record.too_few_fields"),
        (3, 3, "record.too_many_fields"),
    ]


@pytest.mark.parametrize(
    ("data", "record", "line"),
    [
        (b"a;b\n1;2\n3;\0\n", 3, 3),
        (b"a;b\n1;2\n\0", 3, 3),
        (b"a;b\r1;2\r\0", 3, 3),
        (b'a;b\n"x\ny";"z\n\0"\n', 2, 4),
        (b"a;b\n\n\n1;2\n\n\0;\n", 3, 6),
        (b"a\0;b\n1;2\n", 1, 1),
        (b"\na;\0\n", 1, 2),
    ],
)
def test_a_zero_byte(refused: Refused, data: bytes, record: int, line: int) -> None:
    assert place(refused(data)) == ("delivery.nul_byte", record, line)


@pytest.mark.parametrize(
    ("data", "record", "line"),
    [
        (b'a;b\n1;2\n3;"4\n5;6\n7;8\n', 3, 3),
        (b'a;b\n1;"x\ny";\n"a\r\nb";"c""d', 3, 5),
        (b'a;b\n"', 2, 2),
        (b'a;b\n5" x;"', 2, 2),
        (b'a;"b\n1;2\n', 1, 1),
        (b'\n\n"a;b\n', 1, 3),
    ],
)
def test_a_quote_that_is_never_closed(
    refused: Refused, data: bytes, record: int, line: int
) -> None:
    for size in (1, 1 << 20):
        error = refused(data, delimiter=";", chunk_bytes=size)
        assert place(error) == ("delivery.unclosed_quote", record, line)


@pytest.mark.parametrize(
    ("data", "record", "line"),
    [
        (b"a;b\n1;2\n3;aaaaaaa\n", 3, 3),
        (b"a;b\n1;2\n3;aaaaaaa", 3, 3),
        (b'a;b\n1;2\n\n"3\n\n4;5;6";', 3, 4),
        (b'a;b\n1;"2\n3;4\n5;6\n', 2, 2),
        (b"aaaa;bbbb\n1;2\n", 1, 1),
    ],
)
def test_a_record_over_the_limit(refused: Refused, data: bytes, record: int, line: int) -> None:
    for size in (1, 5, 1 << 20):
        error = refused(data, delimiter=";", chunk_bytes=size, longest_record=8)
        assert place(error) == ("delivery.record_too_long", record, line)
        assert error.params["limit"] == 8


def test_a_record_of_just_the_limit_is_read(read: Callable[..., Any]) -> None:
    for end in (b"", b"\n", b"\r", b"\r\n"):
        for size in (1, 9, 10, 1 << 20):
            outcome = read(b"a;b\r\n1;34567\xc3\xa5" + end, longest_record=9, chunk_bytes=size)
            assert outcome.rows == [("1", "34567å")]


def test_a_header_without_an_end_is_refused_before_the_limit_of_records(
    refused: Refused,
) -> None:
    error = refused(b"a;" * 2_500_000)
    assert place(error) == ("delivery.record_too_long", 1, 1)
    assert error.params["limit"] == 1024 * 1024


@pytest.mark.parametrize("before", [b"", b"a;b\n1;2\n"])
def test_an_endless_line_is_refused_in_bounded_memory(
    folder: Path, before: bytes, run_python: Callable[..., str]
) -> None:
    path = folder / "endless.txt"
    with path.open("wb") as file:
        file.write(before)
        for _ in range(300):
            file.write(b"a" * 1024 * 1024)
    shown = run_python(_MEASURED, str(path)).split()
    path.unlink()
    assert shown[0] == "delivery.record_too_long"
    assert int(shown[1]) < 128 * 1024, "kilobytes more than before reading"


# The high-water mark of this address space; ru_maxrss may be inherited from a parent.
_MEASURED = """
import sys
from pathlib import Path
from pseudo.errors import PseudoError
from pseudo.io import open_source
import pseudo.io.text
def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
before = peak()
try:
    for piece in open_source(sys.argv[1]):
        pass
except PseudoError as error:
    print(error.code, peak() - before)
"""


def test_ragged_records_become_rejects_with_their_place(read: Callable[..., Any]) -> None:
    outcome = read(b'a;b\n1;2\n3\n"x\ny";5;6\n\n7;8\n;\n')
    assert outcome.rows == [("1", "2"), ("7", "8"), (None, None)]
    assert outcome.numbers == [2, 5, 6]
    assert outcome.lines == [2, 7, 8]
    assert outcome.rejects == [
        (3, 3, "record.too_few_fields"),
        (4, 4, "record.too_many_fields"),
    ]
    assert outcome.framed == 5
    assert outcome.blank == 1


def test_binary_without_a_known_beginning(refused: Refused) -> None:
    error = refused(bytes(range(256)) * 40)
    assert place(error)[0] == "delivery.not_text"
    assert error.params["found"] == "binary"


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "\r", "\0", "å", "a", "1"])
def test_a_delimiter_that_cannot_be(refused: Refused, delimiter: str) -> None:
    error = refused(b"a;b\n1;2\n", delimiter=delimiter)
    assert isinstance(error, UsageError)
    assert error.code == "usage.bad_delimiter"


def test_a_lost_row_refuses_the_delivery(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = select("auto")
    whole = kernel.split

    def losing(*arguments: Any) -> list[pa.StringArray]:
        return [column.slice(1) for column in whole(*arguments) or []]

    monkeypatch.setattr(kernel, "split", losing)
    source = TextSource(write(b"a;b\n\n1;2\n3;4\n"), 1, ReadOptions())
    with pytest.raises(DeliveryError) as caught:
        list(records_of(source))
    source.close()
    assert place(caught.value) == ("delivery.framing_mismatch", 2, 3)


def test_a_source_is_read_once_and_closed_twice(write: Callable[[bytes], Path]) -> None:
    source = TextSource(write(b"a;b\n1;2\n"), 3, ReadOptions())
    pieces = list(source)
    source.close()
    assert [(found.file, found.framed, found.done) for found in pieces] == [(3, 1, 8)]
    assert [found.parse().batch.to_pylist() for found in pieces] == [[{"a": "1", "b": "2"}]]
    with pytest.raises(InternalError):
        iter(source)
    source.close()
    source.close()
