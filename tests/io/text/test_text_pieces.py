# SPDX-License-Identifier: Apache-2.0
"""Pieces: found in the file's order by any kernel, parsed by anybody at any time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pseudo.errors import DeliveryError
from pseudo.io.source import ReadOptions, records_of
from pseudo.io.text import TextSource
from pseudo.kernel import select
from pseudo.parallel import ordered_map

_LINES = "a;b\n" + "".join(f'{n};"å\n{n}"\n{n}\n' for n in range(500))  # fmt: skip


def test_pieces_may_be_parsed_in_any_order_after_the_file_is_closed(
    write: Callable[[bytes], Path],
) -> None:
    source = TextSource(write(_LINES.encode()), 1, ReadOptions(chunk_bytes=700))
    pieces = list(source)
    source.close()
    with ThreadPoolExecutor(3) as pool:
        parsed = list(pool.map(lambda found: found.parse(), reversed(pieces)))[::-1]
    assert [(p.framed, p.done, p.file) for p in pieces] == [
        (p.framed, p.done, p.file) for p in parsed
    ]
    together = pa.Table.from_batches([records.batch for records in parsed])
    assert together.column("a").to_pylist() == [str(n) for n in range(500)]
    assert sum(len(records.rejects) for records in parsed) == 500


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_every_kernel_reads_the_same(read: Callable[..., Any], encoding: str) -> None:
    data = _LINES.encode(encoding)
    kernels = {select(name).name for name in ("auto", "reference")}
    for size in (1, 64, 1000):
        outcomes = [
            read(data, kernel=kernel, encoding=encoding, chunk_bytes=size) for kernel in kernels
        ]
        assert all(outcome == outcomes[0] for outcome in outcomes)
        assert outcomes[0].framed == 1000


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_of_parsing_comes_before_a_later_one_of_the_stream(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    kernel = select("auto")
    whole = kernel.split

    def losing(text: bytes, *arguments: Any) -> list[pa.StringArray] | None:
        return None if b"lost" in text else whole(text, *arguments)

    monkeypatch.setattr(kernel, "split", losing)
    data = b"a;b\n" + b"1;2\n" * 9 + b"lost;2\n" + b"1;2\n" * 9 + b"1;\0\n"
    source = TextSource(write(data), 1, ReadOptions(chunk_bytes=8))

    def stream() -> Any:
        yield from source

    parsed = []
    with pytest.raises(DeliveryError) as caught:
        parsed.extend(ordered_map(lambda found: found.parse(), stream(), threads))
    source.close()
    assert caught.value.code == "delivery.framing_mismatch"
    assert caught.value.params["record"] == 11


@pytest.mark.parametrize("names", [["b"], ["c", "a"], ["a", "b", "c"]])
def test_only_the_columns_that_were_chosen_are_parsed(tmp_path, names):
    (tmp_path / "x").write_text("a;b;c\n1;2;3\nkort\n;;\n4;5;6;7\n7;8;9\n")
    with closing(TextSource(tmp_path / "x", 1)) as source:
        source.choose(names)
        assert source.schema.names == [name for name in "abc" if name in names]
        (found,) = records_of(source)
    whole = {"a": ["1", None, "7"], "b": ["2", None, "8"], "c": ["3", None, "9"]}
    assert found.batch.to_pydict() == {name: whole[name] for name in source.schema.names}
    assert [reject.record for reject in found.rejects] == [3, 5]
    assert found.framed == 5
