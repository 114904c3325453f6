# SPDX-License-Identifier: Apache-2.0
"""Which parser reads which format; the names are those of :mod:`pseudo.io.detect`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pseudo.io.detect import ARROW, JSON_LINES, PARQUET, SQLITE

__all__ = ["BINARY", "Reading"]


class Reading(NamedTuple):
    """How a binary format is read.

    Attributes:
        parser: A name in :mod:`pseudo.io.sandbox.registry`.
        format: What facts and receipts call it.
    """

    parser: str
    format: str


BINARY: Mapping[str, Reading] = MappingProxyType(
    {
        ARROW: Reading("arrow", "arrow"),
        JSON_LINES: Reading("json_lines", "jsonl"),
        PARQUET: Reading("parquet", "parquet"),
        SQLITE: Reading("sqlite", "sqlite"),
        "Excel (.xlsx)": Reading("excel", "xlsx"),
        "Excel (.xls)": Reading("excel", "xls"),
        "OpenDocument (.ods)": Reading("excel", "ods"),
        "SAS (.sas7bdat)": Reading("statistics", "sas7bdat"),
        "SAS (.xpt)": Reading("statistics", "xpt"),
        "SPSS (.sav)": Reading("statistics", "sav"),
        "SPSS (.zsav)": Reading("statistics", "zsav"),
        "Stata (.dta)": Reading("statistics", "dta"),
    }
)
