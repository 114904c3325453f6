# SPDX-License-Identifier: Apache-2.0
"""The main job from beginning to end, on a delivery of people who do not exist.

Everything is made in one new folder and nowhere else: the delivery, its spec, a key file
with a random passphrase beside it, and the published folder. But for the keys it is the
same every time. Nothing is sent anywhere.
"""

from __future__ import annotations

import csv
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pseudo.errors import UsageError
from pseudo.events import Cancellation, Observer
from pseudo.i18n import Lang
from pseudo.io import open_source
from pseudo.io.source import records_of
from pseudo.io.writers.sink import disk_errors
from pseudo.keys import open_store
from pseudo.settings import Settings
from pseudo.testing import DEMO_SPEC, REFERENCE_DATE, make_delivery
from pseudo.usecases.domains import create, open_current
from pseudo.usecases.inspect_column import shapes_of
from pseudo.usecases.ledgers import open_ledger
from pseudo.usecases.request import RunRequest
from pseudo.usecases.run import carry_out

__all__ = ["DOMAIN", "PEOPLE", "DemoResult", "Demonstration", "Listing", "demo"]

PEOPLE = 10_000
"""How many people the delivery is about."""

DOMAIN = "demo"

_HEAD = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """The head of a table: column names and rows of texts."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Where the parts of a demonstration are.

    Attributes:
        folder: The folder that holds all of it.
        files: The delivery.
        spec: Its spec.
        keystore: The key file.
        ledger: The folder of the ledger.
        passphrase: The file with its passphrase.
        out: The published folder.
    """

    folder: Path
    files: tuple[Path, ...]
    spec: Path
    keystore: Path
    ledger: Path
    passphrase: Path
    out: Path


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What a demonstration has to show.

    Attributes:
        parts: Where everything is.
        before: The first rows of a file, each cell as its shape.
        after: The first rows of the release.
        errors: The head of the error list.
        receipt: The receipt.
        seconds: What the run itself took.
    """

    parts: Demonstration
    before: Listing
    after: Listing
    errors: Listing
    receipt: Mapping[str, Any]
    seconds: float


def demo(
    folder: Path,
    settings: Settings,
    *,
    people: int = PEOPLE,
    lang: Lang = "sv",
    observer: Observer | None = None,
    cancellation: Cancellation | None = None,
) -> DemoResult:
    """Make a delivery, run it, and show what came of it.

    Args:
        folder: Where; must not exist, its parent must.
        settings: Limits and kernel; their key store and passphrase are not used.
        people: How many people the delivery is about.
        lang: Language of the error list.
        observer: Told how far the batch has come.
        cancellation: Looked at between pieces.

    Raises:
        UsageError: The folder exists, or cannot be made.
        ResourceError: Disk, memory or time ran out; the folder is removed.
        Cancelled: The caller asked to stop; the folder is removed.
    """
    _make_folder(folder)
    try:
        parts = _prepared(folder, people, settings.kernel)
        started = time.monotonic()
        receipt = _run(parts, settings, lang, observer, cancellation)
        seconds = time.monotonic() - started
        return DemoResult(
            parts=parts,
            before=_before(parts.files[1]),
            after=_after(parts.out / receipt["outputs"][0]["path"]),
            errors=_errors(parts.out / "return" / "rejects.csv"),
            receipt=receipt,
            seconds=seconds,
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _make_folder(folder: Path) -> None:
    code = ""
    try:
        folder.mkdir()
    except FileExistsError:
        code = "usage.output_exists"
    except FileNotFoundError:
        code = "usage.output_parent_missing"
    except PermissionError:
        code = "usage.output_parent_denied"
    except (NotADirectoryError, ValueError):
        code = "usage.output_name"
    if code:
        raise UsageError(code, out=str(folder))


def _prepared(folder: Path, people: int, kernel: str) -> Demonstration:
    with disk_errors():
        parts = Demonstration(
            folder=folder,
            files=tuple(make_delivery(folder / "delivery", people)),
            spec=folder / "spec.yaml",
            keystore=folder / "keys.pseudo",
            ledger=folder / "keys.pseudo.ledger",
            passphrase=folder / "passphrase.txt",
            out=folder / "out",
        )
        parts.spec.write_text(DEMO_SPEC, encoding="utf-8")
        passphrase = secrets.token_urlsafe(24)
        handle = os.open(parts.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(passphrase + "\n")
    with open_store(_address(parts), passphrase=passphrase, kernel=kernel, create=True) as store:
        create(store, DOMAIN, ledger=open_ledger(parts.ledger, store))
    return parts


def _run(
    parts: Demonstration,
    settings: Settings,
    lang: Lang,
    observer: Observer | None,
    cancellation: Cancellation | None,
) -> Mapping[str, Any]:
    request = RunRequest(
        files=parts.files,
        out=parts.out,
        spec=parts.spec,
        reference_date=REFERENCE_DATE,
        lang=lang,
    )
    passphrase = parts.passphrase.read_text(encoding="ascii").removesuffix("\n")
    with open_store(_address(parts), passphrase=passphrase, kernel=settings.kernel) as store:
        ledger = open_ledger(parts.ledger, store)
        with open_current(store, DOMAIN, ledger) as domain:
            result = carry_out(
                request,
                domain,
                ledger=ledger,
                observer=observer,
                cancellation=cancellation,
                settings=settings,
            )
    return result.receipt


def _address(parts: Demonstration) -> str:
    return f"local:{parts.keystore}"


def _before(path: Path) -> Listing:
    """Show the first rows as shapes: of a real file nothing else could be shown."""
    source = open_source(path)
    try:
        head = next(records_of(source)).batch.slice(0, _HEAD)
    finally:
        source.close()
    columns = [[_shape(cell) for cell in column.to_pylist()] for column in head.columns]
    return Listing(tuple(head.schema.names), tuple(zip(*columns, strict=True)))


def _shape(cell: str | None) -> str:
    return "" if cell is None else next(iter(shapes_of(pa.array([cell]))))


def _after(path: Path) -> Listing:
    with pq.ParquetFile(path) as file:
        rows = next(file.iter_batches(_HEAD)).to_pylist()
        names = tuple(file.schema_arrow.names)
    cells = [[row[name] for name in names] for row in rows]
    return Listing(
        names,
        tuple(tuple("" if cell is None else str(cell) for cell in row) for row in cells),
    )


def _errors(path: Path) -> Listing:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [tuple(line) for line in islice(csv.reader(file, delimiter=";"), _HEAD + 1)]
    return Listing(lines[0], tuple(lines[1:]))
