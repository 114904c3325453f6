# SPDX-License-Identifier: Apache-2.0
"""Check that everything needed is there and works, by doing it and not by looking.

Each check runs whatever the others found. A check that fails carries the error that the
real work would have met, so its hint says what to do and its exit status is the same.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import SecretStr

from pseudo._version import __version__
from pseudo.errors import InternalError, ResourceError
from pseudo.evidence.scan import LeakScan
from pseudo.io import open_source
from pseudo.io.source import records_of
from pseudo.io.writers.sink import disk_errors
from pseudo.kernel import select
from pseudo.kernel.compiled import compiled
from pseudo.safe import safe_text
from pseudo.settings import Settings, variable_of
from pseudo.spec import parse_spec
from pseudo.spec.plan import compile_plan
from pseudo.testing import MemoryStore
from pseudo.usecases.doctor_check import Check, Finding, Health, checked
from pseudo.usecases.doctor_keys import keystore_checks

__all__ = ["Check", "Health", "doctor"]

_LIBRARIES = (
    "click",
    "cryptography",
    "numpy",
    "pyarrow",
    "pydantic",
    "pydantic-settings",
    "pyyaml",
    "rich",
    "structlog",
)
_MEBIBYTE = 1024**2
_LITTLE, _TOO_LITTLE = 1024 * _MEBIBYTE, 16 * _MEBIBYTE

# The published vector of the scheme: secret 00…1f, domain projA, version 1.
_SECRET = bytes(range(32))
_VECTORS = {
    "personnummer": ("191212121212", "3T2CHD5Z6J77TF6OXTAATKMZL4"),
    "samordningsnummer": ("197010632391", "5MTXOAUBAUYLJCZFN2JBFLTJUE"),
    "reserv:stockholm": ("991981000010", "7ANXHTL7NMRWKBWMTQUUCHLR5Y"),
}
_DAY = date(2026, 11, 22)
_SPEC = """\
name: doctor
columns:
  - {name: nummer, role: identifier, pseudonym: id}
  - {name: ort, role: keep}
"""
_TEXT = "nummer;ort\r\n19121212-1212;Åmål\r\n121212+1212;Växjö\r\n".encode("cp1252")


def doctor(
    settings: Settings, *, keystore: str | None = None, out: Path | None = None
) -> list[Check]:
    """Check everything.

    Args:
        settings: Those in force.
        keystore: A key store instead of the settings'.
        out: Where outputs will be made; the working folder by default.

    Returns:
        One entry for each thing, in an order in which the first failure explains most.
    """
    return [
        *(checked(f"library {name}", partial(_library, name)) for name in _LIBRARIES),
        Check("program", "ok", f"pseudo {__version__}, Python {platform.python_version()}"),
        *_settings(settings),
        checked("kernel", lambda: ("ok", select(settings.kernel).name)),
        Check("compiled kernel", *_compiled(settings.kernel)),
        checked("pseudonyms", lambda: _vectors(settings.kernel)),
        checked("leak scan", lambda: _canaries(settings.kernel)),
        checked("reading text", _text),
        checked("sandbox", _sandbox),
        checked("space for temporary files", lambda: _space(Path(tempfile.gettempdir()))),
        checked("space for outputs", lambda: _space(out or Path.cwd())),
        *keystore_checks(settings, keystore),
    ]


def _library(name: str) -> Finding:
    found = ""
    with suppress(PackageNotFoundError):
        found = version(name)
    if not found:
        raise InternalError("internal.library_missing", library=name)
    return "ok", found


def _settings(settings: Settings) -> Iterator[Check]:
    """Tell each setting and whence it comes; what is set to its default is set too."""
    for name in type(settings).model_fields:
        source = variable_of(name) if name in settings.model_fields_set else "default"
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            shown = "(set)" if value else ""
        else:
            shown = safe_text(value) if isinstance(value, str) else _readable(value)
        yield Check(f"setting {name}", "ok", f"{shown or '(none)'} ({source})")


def _readable(value: float) -> str:
    """Write a number so that a size is not taken for an identity number and masked."""
    return f"{value // _MEBIBYTE} MiB" if value >= _MEBIBYTE else str(value)


def _compiled(kernel: str) -> Finding:
    """Say what there is of the compiled kernel; none is no fault, one in vain is."""
    state, cause = compiled()
    if state == "broken":
        return "warning", f"installed, but does not load on this machine ({cause})"
    if state == "stale":
        return "warning", "installed, but built for another version; install the program again"
    if state == "missing":
        return "ok", "not installed"
    return "ok", "installed" + (", not used" if kernel == "reference" else "")


def _vectors(kernel: str) -> Finding:
    store = MemoryStore({("projA", 1): _SECRET}, kernel=kernel)
    with store, store.domain("projA") as domain:
        for kind, (number, pseudonym) in _VECTORS.items():
            made = domain.pseudonymize([number], kinds=[kind], reference_date=_DAY)
            if made != [pseudonym]:
                raise InternalError("internal.self_test", test="pseudonyms", error=kind)
    return "ok", f"{len(_VECTORS)} published vectors agree"


def _canaries(kernel: str) -> Finding:
    schema = pa.schema([("nummer", pa.string()), ("ort", pa.string())])
    plan = compile_plan(parse_spec(_SPEC), schema, reference_date=_DAY)
    LeakScan(plan, select(kernel))
    return "ok", "finds the identity numbers it plants"


def _text() -> Finding:
    with _folder() as folder:
        path = folder / "text.csv"
        with disk_errors():
            path.write_bytes(_TEXT)
        _read(path, "reading text", "cp1252")
    return "ok", "a cp1252 file is read as it was written"


def _sandbox() -> Finding:
    with _folder() as folder:
        path = folder / "columns.parquet"
        table = pa.table({"nummer": ["19121212-1212", "121212+1212"], "ort": ["Åmål", "Växjö"]})
        with disk_errors():
            pq.write_table(table, path)
        _read(path, "sandbox", "")
    return "ok", "starts, reads a Parquet file, and ends"


def _read(path: Path, test: str, encoding: str) -> None:
    source = open_source(path)
    try:
        rows = [row for piece in records_of(source) for row in piece.batch.to_pylist()]
        right = [row["ort"] for row in rows] == ["Åmål", "Växjö"]
    finally:
        source.close()
    if not right or source.facts.encoding != encoding:
        raise InternalError("internal.self_test", test=test, error="content")


@contextmanager
def _folder() -> Iterator[Path]:
    with disk_errors():
        name = tempfile.mkdtemp(prefix="pseudo-doctor-")
    try:
        yield Path(name)
    finally:
        shutil.rmtree(name, ignore_errors=True)


def _space(folder: Path) -> Finding:
    with disk_errors():
        free = shutil.disk_usage(folder).free
    if free < _TOO_LITTLE:
        mebibytes = free // _MEBIBYTE
        raise ResourceError("resource.little_space", folder=str(folder), mebibytes=mebibytes)
    detail = f"{free // _MEBIBYTE} MiB free in {safe_text(str(folder))}"
    return ("ok" if free >= _LITTLE else "warning"), detail
