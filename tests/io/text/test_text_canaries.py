# SPDX-License-Identifier: Apache-2.0
"""No identity number of a file is in any error, whatever is wrong with the file."""

from __future__ import annotations

import pickle
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, records_of
from pseudo.io.text import TextSource

CANARY = "19121212-1212"
OTHER = "Tolvansson"
ROW = f'{CANARY};"{OTHER}"\n'.encode()
BAD = {
    "no_header": ROW * 3,
    "no_header_quoted": f'"{CANARY}";{OTHER}\n'.encode(),
    "nul": b"a;b\n" + ROW + f"{CANARY}\0;{OTHER}\n".encode(),
    "nul_first": f"{CANARY}\0;{OTHER}\n".encode(),
    "unclosed": b"a;b\n" + ROW + f'"{CANARY};{OTHER}\n'.encode() + b"x;y\n",
    "unclosed_first": f'"{CANARY};{OTHER}\n'.encode(),
    "undecodable": b"a;b\n\xe5;\n" + ROW + f"{CANARY};{OTHER}".encode() + b"\x81\n",
    "undecodable_first": f"{CANARY};{OTHER}\xe5".encode("latin-1") + b"\x81\n",
    "utf16_cut": f"a;b\n{CANARY};{OTHER}".encode("utf-16") + b"\x61",
    "too_long": b"a;b\n" + ROW + f"{CANARY};".encode() + OTHER.encode() * 50 + b"\n",
    "too_long_first": f"{CANARY};".encode() + OTHER.encode() * 50,
    "duplicate": f"x {CANARY};x {CANARY}\n1;2\n".encode(),
    "blank": f";{CANARY}\n1;2\n".encode(),
    "empty_of_records": b"\n\na;b\n",
    "json": f'[{{"pnr": "{CANARY}", "namn": "{OTHER}"}}]'.encode(),
    "binary": (CANARY.encode() + b"\x01\x02\x03" * 20) * 10,
    "utf16": f"a;b\n{CANARY};{OTHER}\n".encode("utf-16-le"),
}


def everything_about(error: BaseException) -> str:
    """All texts that an error could get into a log by."""
    seen = [
        str(error),
        repr(error),
        repr(error.args),
        repr(vars(error)),
        "".join(traceback.format_exception(error, chain=True)),
        repr(pickle.dumps(error)),
    ]
    assert error.__cause__ is None
    assert error.__context__ is None
    return "\n".join(seen)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_no_error_holds_a_value(folder: Path, name: str, size: int) -> None:
    path = folder / f"canary-{name}-{size}.csv"
    path.write_bytes(BAD[name])
    with pytest.raises(PseudoError) as caught:
        consume(path, size)
    texts = everything_about(caught.value)
    for secret in (CANARY, CANARY.replace("-", ""), OTHER):
        assert secret not in texts.replace(str(path), "")
    digits = [n for n in re.findall(r"\d{6,}", str(caught.value)) if n not in str(path)]
    assert digits == []


def consume(path: Path, size: int) -> None:
    source = TextSource(path, 1, ReadOptions(chunk_bytes=size, longest_record=200))
    try:
        for _ in records_of(source):
            pass
    finally:
        source.close()


def test_rejects_facts_and_sources_hold_no_value(write: Callable[[bytes], Path]) -> None:
    data = b"a;b\n" + ROW + f"{CANARY}\n{CANARY};{OTHER};{CANARY}\n".encode()
    source = open_source(write(data))
    pieces = list(records_of(source))
    source.close()
    shown = repr((pieces[0].rejects, source.facts, source, source.schema))
    assert len(pieces[0].rejects) == 2
    assert CANARY not in shown
    assert OTHER not in shown


def test_a_path_with_a_number_is_masked(folder: Path) -> None:
    with pytest.raises(PseudoError) as caught:
        open_source(folder / f"{CANARY}.csv")
    assert caught.value.code == "usage.no_such_file"
    assert CANARY not in everything_about(caught.value)
