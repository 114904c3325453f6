# SPDX-License-Identifier: Apache-2.0
"""What SAS transport, SPSS and Stata files can hold, and how they are written.

SAS transport is version 5, whose names have 8 characters, and not 8, whose names have 32:
SAS itself reads version 5 with its own engine and version 8 with a macro, and SPSS, Stata,
R and pandas read version 5. The whole name is in the label and in the codebook.

Each file has the moment of its making in its header. Where it stands, the formats fix:
in SAS transport at the end of the second, the sixth and the beginning of the third and the
seventh record of 80 bytes; in an SPSS file at bytes 92 to 108; in a Stata file of version
118 behind the tag ``<timestamp>`` and its length, and everything before it has a fixed
length. It is written over, so that the same rows give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from pseudo.io.writers.column_names import NameRule
from pseudo.io.writers.doubles import Clock

__all__ = ["DTA", "SAV", "XPT", "Form", "StatisticsFormat"]

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StatisticsFormat:
    """What a format can hold, and the function that writes it.

    Attributes:
        word: What it is called, and the file's extension.
        write: Writes a data frame to a path, with labels and formats by column.
        names: What its names may be.
        label: Most characters of a label, or bytes where ``label_bytes`` says so.
        label_bytes: Whether a label's length counts bytes.
        columns: Most columns.
        text: Most bytes of a text; 0 where nothing bounds it.
        row: Most bytes of a row; 0 where nothing bounds it.
        trims: Whether blanks at the end of a text are lost.
        unmarked: Whether the file cannot say that its texts are UTF-8.
        padded: Whether rows of blanks at the end of a file cannot be told from its padding.
        least: The smallest number beside zero.
        most: The greatest number.
        clock: How days and times are counted.
        shown: How dates, times and integers are shown, by Arrow type.
        stamps: Where the moment of making stands, and what is written there.
    """

    word: str
    write: Callable[[Any, Path, Mapping[str, str], Form], None]
    names: NameRule
    label: int
    label_bytes: bool
    columns: int
    text: int
    least: float
    most: float
    clock: Clock
    shown: Mapping[str, str]
    stamps: tuple[tuple[int, bytes], ...]
    row: int = 0
    trims: bool = False
    unmarked: bool = False
    padded: bool = False

    def shown_as(self, kind: pa.DataType) -> str:
        """Tell how a column is shown; empty for as the program likes."""
        return self.shown.get(re.split(r"[\[\d]", str(kind))[0], "")


def _write_xpt(frame: Any, path: Path, labels: Mapping[str, str], form: Form) -> None:
    from pyreadstat import write_xport

    write_xport(
        frame, path, column_labels=dict(labels), file_format_version=5, variable_format=dict(form)
    )


def _write_sav(frame: Any, path: Path, labels: Mapping[str, str], form: Form) -> None:
    from pyreadstat import write_sav

    write_sav(frame, path, column_labels=dict(labels), variable_format=dict(form))


def _write_dta(frame: Any, path: Path, labels: Mapping[str, str], form: Form) -> None:
    from pyreadstat import write_dta

    # 14 is the file version 118, which has UTF-8; 119 is for more than 32,767 columns.
    write_dta(frame, path, column_labels=dict(labels), version=14, variable_format=dict(form))


_SAS_STAMP = b"01JAN80:00:00:00"
_RECORD = 80

XPT = StatisticsFormat(
    word="xpt",
    write=_write_xpt,
    names=NameRule(
        most=8,
        first="_",
        reserved=re.compile("_N_|_ERROR_|_ALL_|_NUMERIC_|_CHARACTER_"),
        plain=True,
    ),
    label=40,
    label_bytes=True,
    columns=9_999,
    text=200,
    # What 7 bits of exponent to the base of 16 hold, less a little at both ends.
    least=1e-77,
    most=1e75,
    clock=Clock(zero=date(1960, 1, 1), first=date(1582, 1, 1), fine=True),
    shown={"date": "YYMMDD10", "timestamp": "E8601DT26.6"},
    stamps=(
        (2 * _RECORD - 16, _SAS_STAMP * 2),
        (6 * _RECORD - 16, _SAS_STAMP * 2),
    ),
    trims=True,
    unmarked=True,
    padded=True,
)
"""SAS transport, version 5."""

SAV = StatisticsFormat(
    word="sav",
    write=_write_sav,
    names=NameRule(
        most=64,
        first="v",
        reserved=re.compile("ALL|AND|BY|EQ|GE|GT|LE|LT|NE|NOT|OR|TO|WITH", re.IGNORECASE),
        by_bytes=True,
        marks=frozenset(".$#@"),
        underscore=False,
    ),
    label=256,
    label_bytes=True,
    columns=1_000_000,
    text=32_767,
    least=0.0,
    # The greatest and the least float are the format's own words.
    most=1.7e308,
    clock=Clock(zero=date(1582, 10, 14), first=date(1582, 10, 15), day=86_400),
    shown={"date": "SDATE10", "timestamp": "DATETIME26.6", "int": "F17.0"},
    stamps=((92, b"01 Jan 8000:00:00"),),
    trims=True,
)
"""SPSS."""

_BEFORE_STAMP = (
    len("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K></K>")
    + len("<N></N><label></label><timestamp>")
    + (2 + 8 + 2 + 1)
)

DTA = StatisticsFormat(
    word="dta",
    write=_write_dta,
    names=NameRule(
        most=32,
        first="_",
        reserved=re.compile(
            "_all|_b|byte|_coef|_cons|double|float|if|in|int|long|_n|_N|_pi|_pred|_rc|_skip"
            "|strL|using|with|str[0-9].*"
        ),
        cased=True,
    ),
    label=80,
    label_bytes=False,
    columns=32_767,
    text=0,
    row=1_048_576,
    least=0.0,
    # Greater ones are the format's own words for missing.
    most=8.9e307,
    clock=Clock(zero=date(1960, 1, 1), first=date(100, 1, 1), second=1000),
    shown={"date": "%td", "timestamp": "%tc", "int": "%17.0f"},
    stamps=((_BEFORE_STAMP, b"01 Jan 1980 00:00"),),
)
"""Stata, file version 118 (Stata 14 and later)."""
