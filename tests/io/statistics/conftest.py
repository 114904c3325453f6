# SPDX-License-Identifier: Apache-2.0
"""Reading statistics files through the real sandbox, whole."""

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
from pseudo.io.source import Facts, ReadOptions

Read = Callable[..., tuple[pa.Table, Facts]]


@pytest.fixture
def read() -> Read:
    """Read a file whole; return its rows and what else is known."""

    def read(path: Path, **options: Any) -> tuple[pa.Table, Facts]:
        source = open_source(path, 1, ReadOptions(**options))
        try:
            pieces = [piece.parse().batch for piece in source]
        finally:
            source.close()
        return pa.Table.from_batches(pieces, source.schema), source.facts

    return read


@pytest.fixture
def refusal(read: Read) -> Callable[..., tuple[str, dict[str, Any]]]:
    """Read a file that is refused; return the code and its parameters."""

    def refusal(path: Path, **options: Any) -> tuple[str, dict[str, Any]]:
        with pytest.raises(PseudoError) as caught:
            read(path, **options)
        return caught.value.code, dict(caught.value.params)

    return refusal


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
