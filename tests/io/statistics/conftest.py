# SPDX-License-Identifier: Apache-2.0
"""Reading statistics files whole: here, or through the real sandbox where that matters."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.statistics import parse
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import InputFile
from pseudo.io.source import Facts, ReadOptions


def parsed(path: Path, size: int, **told: Any) -> tuple[pa.Table, FileFacts]:
    """Read a file here as the child does, in pieces that a memory of a size allows."""
    with path.open("rb") as file:
        order = {"arguments": told, "memory": size, "rows": 1_000}
        found = parse(InputFile(file.fileno(), path.stat().st_size), order)
        batches = found.read(range(len(found.schema)))
        return pa.Table.from_batches(batches, found.schema), found.facts


@pytest.fixture
def read() -> Callable[..., tuple[pa.Table, FileFacts]]:
    """Read a file here; return its rows and what else is known."""
    return lambda path, **told: parsed(path, 2**32, **told)


@pytest.fixture
def refusal() -> Callable[..., tuple[str, dict[str, Any]]]:
    """Read a file that is refused here; return the code and its parameters."""

    def refusal(path: Path, **told: Any) -> tuple[str, dict[str, Any]]:
        with pytest.raises(Refused) as caught:
            parsed(path, 2**32, **told)
        return caught.value.code, dict(caught.value.params)

    return refusal


@pytest.fixture
def delivered() -> Callable[..., tuple[pa.Table, Facts]]:
    """Read a file through the sandbox; return its rows and what else is known."""

    def delivered(path: Path, **options: Any) -> tuple[pa.Table, Facts]:
        source = open_source(path, 1, ReadOptions(**options))
        try:
            pieces = [piece.parse().batch for piece in source]
        finally:
            source.close()
        return pa.Table.from_batches(pieces, source.schema), source.facts

    return delivered


@pytest.fixture
def refused(
    delivered: Callable[..., tuple[pa.Table, Facts]],
) -> Callable[..., tuple[str, dict[str, Any]]]:
    """Read a file that is refused through the sandbox; return the code and its parameters."""

    def refused(path: Path, **options: Any) -> tuple[str, dict[str, Any]]:
        with pytest.raises(PseudoError) as caught:
            delivered(path, **options)
        return caught.value.code, dict(caught.value.params)

    return refused


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Let the writers of the libraries warn of what they are made to write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "xpt": lambda frame, path: pyreadstat.write_xport(frame, path, file_format_version=8),
    "v5.xpt": lambda frame, path: pyreadstat.write_xport(frame, path, file_format_version=5),
    "sav": pyreadstat.write_sav,
    "packed.sav": lambda frame, path: pyreadstat.write_sav(frame, path, row_compress=True),
    "zsav": lambda frame, path: pyreadstat.write_sav(frame, path, compress=True),
    "dta": pyreadstat.write_dta,
    "v12.dta": lambda frame, path: pyreadstat.write_dta(frame, path, version=12),
    "pandas.dta": lambda frame, path: frame.to_stata(path, write_index=False, version=118),
}


@pytest.fixture(params=WRITERS)
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[pd.DataFrame], Path]:
    """Write a table in one of the formats that there are writers for."""

    def write(frame: pd.DataFrame) -> Path:
        path: Path = tmp_path / request.param
        WRITERS[request.param](frame, path)
        return path

    return write
