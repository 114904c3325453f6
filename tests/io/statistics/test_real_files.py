# SPDX-License-Identifier: Apache-2.0
"""Files that others made: from packages of the index that carry samples, never kept here.

Each is read as the library reads it directly, or refused for a reason that is listed.
"""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyreadstat
import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.source import ReadOptions

pytestmark = [pytest.mark.campaign, pytest.mark.network]

_SOURCE = ("--no-binary", ":all:")
_WHEEL = ("--only-binary", ":all:", "--implementation", "cp", "--platform", "manylinux1_x86_64")
PACKAGES = {
    "savReaderWriter==3.4.2": _SOURCE,
    "pandas==0.20.3": (*_WHEEL, "--python-version", "27"),
    "statsmodels==0.10.2": (*_WHEEL, "--python-version", "36"),
}
READERS = {
    ".sas7bdat": pyreadstat.read_sas7bdat,
    ".xpt": pyreadstat.read_xport,
    ".sav": pyreadstat.read_sav,
    ".zsav": pyreadstat.read_sav,
    ".dta": pyreadstat.read_dta,
}
# The library counts no leap seconds, leaves the numbers of Stata's periods, and takes a
# time of more than a day as what is left of its last day.
EXPECTED = {
    "stata2_113.dta": "weekly_date differs",
    "stata2_114.dta": "datetime_big_c differs",
    "stata2_115.dta": "datetime_big_c differs",
    "stata2_117.dta": "datetime_big_c differs",
    "stata9_115.dta": "date_tw differs",
    "stata9_117.dta": "date_tw differs",
    "time_series_examples.dta": "datetime_big_c differs",
    "manufac.dta": "month differs",
    "lutkepohl2.dta": "qtr differs",
    "test_dates.sav": "var_dtime differs",
    # It says ISO-8859-1, and its texts are UTF-8.
    "test16.sas7bdat": "delivery.undecodable_text",
}
"""What is refused, or read otherwise than by the library, by its name in the package."""


def downloaded(package: str, options: tuple[str, ...], folder: Path) -> Path:
    """Fetch a package, or skip where it cannot be had."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *options, package]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=600)
    found = sorted(folder.iterdir())
    if done.returncode or not found:
        pytest.skip(f"{package} cannot be had")
    return found[0]


def members(package: Path) -> Iterator[tuple[str, bytes]]:
    """Give the sample files of a package."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                if Path(name).suffix in READERS:
                    yield name, archive.read(name)
        return
    with tarfile.open(package) as archive:
        for member in archive:
            content = archive.extractfile(member) if Path(member.name).suffix in READERS else None
            if content is not None:
                yield member.name, content.read()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_is_read_as_the_library_reads_it_or_refused(tmp_path, package):
    for folder in ("package", "file"):
        (tmp_path / folder).mkdir()
    archive = downloaded(package, PACKAGES[package], tmp_path / "package")
    wrong, seen = {}, 0
    for name, content in members(archive):
        path = tmp_path / "file" / f"x{Path(name).suffix}"
        path.write_bytes(content)
        seen += 1
        found = outcome(path)
        expected = EXPECTED.get(name.split("/")[-1], "")
        if found != expected:
            wrong[name] = found
    assert wrong == {}
    assert seen > 5


def outcome(path: Path) -> str:
    """Read a file both ways; say how it was refused, or in what they differ."""
    try:
        source = open_source(path, 1, ReadOptions(chunk_rows=1_000))
        try:
            pieces = [piece.parse().batch.to_pydict() for piece in source]
        finally:
            source.close()
    except PseudoError as error:
        return error.code
    theirs, _ = READERS[path.suffix](str(path), output_format="dict")
    for name, values in theirs.items():
        ours = [value for piece in pieces for value in piece[name.strip()]]
        if len(ours) != len(values) or not all(map(same, ours, values)):
            return f"{name} differs"
    return ""


def same(ours: object, theirs: object) -> bool:
    """Tell whether a value is the same in the form that each gives it."""
    if theirs in ("", None) or (isinstance(theirs, float) and math.isnan(theirs)):
        return ours is None
    if isinstance(theirs, dt.time):
        return isinstance(ours, str) and ours.startswith(f"{theirs:%H:%M:%S}")
    if isinstance(theirs, dt.datetime) and isinstance(ours, dt.datetime):
        return abs(ours - theirs) < dt.timedelta(seconds=1)
    if isinstance(ours, dt.date) and not isinstance(theirs, dt.date):
        # The library leaves the numbers of formats that show a part of a date.
        return isinstance(theirs, int | float)
    return ours == theirs
