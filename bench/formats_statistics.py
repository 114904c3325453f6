# SPDX-License-Identifier: Apache-2.0
"""How long SAS, SPSS and Stata files take, against the library alone that reads them.

The reference is the library's own read of the whole file into lists, in this process. What
is measured is all of ours: the child and its start, pieces, conversion to Arrow, the pipe,
and the checks of the parent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from bench.measure import Budget, Result, compare, timed
from bench.sas7bdat import SasColumn, write_sas7bdat
from pseudo.io import open_source

__all__ = ["ROWS", "statistics", "write_all"]

ROWS = 2_000_000
_DISTINCT = 20_000
_LIMIT, _LIMIT_ZSAV = 1.5, 2.5
_NAMES = ("Åsa Lindström", "Bertil Öberg", "Karin Svensson", "Ali Hassan", "Eva Ek")
_COLUMNS = (
    SasColumn("pnr"),
    SasColumn("namn", 40),
    SasColumn("kommun", 4),
    SasColumn("kon"),
    SasColumn("inkomst"),
    SasColumn("kvot"),
    SasColumn("dag", 0, "YYMMDD"),
    SasColumn("besok"),
)


def statistics() -> list[Result]:
    """Measure each format."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            compare(
                Budget(f"read {name} / pyreadstat alone", limit),
                timed(partial(_ours, path)),
                timed(partial(library, str(path), output_format="dict")),
                repeats=3,
            )
            for name, path, library, limit in write_all(Path(folder), ROWS)
        ]


def write_all(
    folder: Path, rows: int
) -> list[tuple[str, Path, Callable[..., tuple[Any, Any]], float]]:
    """Write the same table in each format.

    Returns:
        Of each its name, its file, what reads it, and its limit.
    """
    frame = _table(rows)
    files = {
        name: folder / name
        for name in (
            "t.sas7bdat",
            "rle.sas7bdat",
            "t.xpt",
            "t.sav",
            "packed.sav",
            "t.zsav",
            "t.dta",
        )
    }
    sas = _sas_rows(frame)
    write_sas7bdat(files["t.sas7bdat"], _COLUMNS, sas)
    again = np.tile(sas[:_DISTINCT], -(-rows // _DISTINCT))[:rows]
    write_sas7bdat(files["rle.sas7bdat"], _COLUMNS, again, compression="rle")
    pyreadstat.write_xport(frame, files["t.xpt"], file_format_version=8)
    pyreadstat.write_sav(frame, files["t.sav"])
    pyreadstat.write_sav(frame, files["packed.sav"], row_compress=True)
    pyreadstat.write_sav(frame, files["t.zsav"], compress=True)
    pyreadstat.write_dta(frame, files["t.dta"])
    libraries = {
        ".sas7bdat": pyreadstat.read_sas7bdat,
        ".xpt": pyreadstat.read_xport,
        ".sav": pyreadstat.read_sav,
        ".zsav": pyreadstat.read_sav,
        ".dta": pyreadstat.read_dta,
    }
    return [
        (name, path, libraries[path.suffix], _LIMIT_ZSAV if path.suffix == ".zsav" else _LIMIT)
        for name, path in files.items()
    ]


def _table(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(20160229)
    days = random.integers(0, 18_000, rows).astype("timedelta64[D]") + np.datetime64("1970-01-01")
    return pd.DataFrame(
        {
            "pnr": 190_000_000_000.0 + random.integers(0, 10**11, rows),
            "namn": random.choice(_NAMES, rows),
            "kommun": random.choice(["0180", "1280", "1480"], rows),
            "kon": random.integers(1, 3, rows).astype(float),
            "inkomst": random.integers(0, 900_000, rows).astype(float),
            "kvot": random.random(rows),
            "dag": days.astype(object),
            "besok": random.integers(0, 40, rows).astype(float),
        }
    )


def _sas_rows(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    kinds = [(column.name, f"S{column.width}" if column.width else "<f8") for column in _COLUMNS]
    table = np.empty(len(frame), dtype=kinds)
    for name, kind in kinds:
        if name == "dag":
            days = frame[name].to_numpy("datetime64[D]") - np.datetime64("1960-01-01")
            table[name] = days.astype(np.int64)
        elif kind == "<f8":
            table[name] = frame[name]
        else:
            width = int(kind[1:])
            padded = {text: text.encode().ljust(width) for text in frame[name].unique()}
            table[name] = frame[name].map(padded)
    return table


def _ours(path: Path) -> int:
    source = open_source(path)
    try:
        return sum(piece.parse().batch.num_rows for piece in source)
    finally:
        source.close()
