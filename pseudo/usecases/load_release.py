# SPDX-License-Identifier: Apache-2.0
"""What of a published folder can be loaded: one data file, and what its codebook says of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from pseudo.errors import EvidenceError, UsageError
from pseudo.io.binary import BinarySource
from pseudo.io.detect import ARROW, PARQUET, sniff
from pseudo.io.formats import BINARY
from pseudo.io.source import ReadOptions
from pseudo.io.watch import Watched
from pseudo.safe import safe_text
from pseudo.usecases.verify import Verified

__all__ = ["Released", "open_released", "released", "zoned"]

Found = TypeVar("Found")

_CODEBOOK = "release/codebook.json"
_LARGEST = 64 * 1024 * 1024
_ZONED = re.compile(r"timestamp\[us, tz=(.+)\]")


@dataclass(frozen=True, slots=True)
class Released:
    """A published file, as the receipt and the codebook have it.

    Attributes:
        path: Where it is.
        rows: Its rows.
        logical_digest: The digest of its schema and rows.
        columns: What each column is: its name as it can be shown, role, type, label, notes.
        zones: The time zone of a column, by its place, where the receipt says one.
    """

    path: Path
    rows: int
    logical_digest: str
    columns: Sequence[tuple[str, str, str, str, str]]
    zones: Mapping[int, str]

    @property
    def labels(self) -> list[str]:
        """What each column holds, in words; may be empty."""
        return [label for _, _, _, label, _ in self.columns]


def released(folder: Path, verified: Verified, file: str | None) -> Released:
    """Find what is to be loaded.

    Args:
        folder: The published folder.
        verified: What was verified of it.
        file: The name of the file, where several were published.

    Raises:
        UsageError: Nothing was published, there is no such file, several and none was named,
            or the file or its codebook is not there any more.
        EvidenceError: The codebook is not the one that was verified.
    """
    output = _chosen(verified.receipt, file)
    path = _told(lambda: str(output["path"]))
    for needed in (path, _CODEBOOK):
        if needed not in verified.files:
            raise UsageError("load.file_missing", file=needed)
    place = folder / path
    entry = _described(folder, verified.subjects[_CODEBOOK], place.name)
    return Released(
        path=place,
        rows=_told(lambda: int(output["rows"])),
        logical_digest=_told(lambda: str(output["logical_digest"])),
        columns=_told(lambda: [_column(column) for column in entry["columns"]]),
        zones=_told(lambda: _zones(verified.receipt)),
    )


def open_released(found: Released, options: ReadOptions) -> BinarySource:
    """Open the file, in the process that reads binary files.

    Raises:
        UsageError: It cannot be opened, is in a format without types, or has no rows.
        EvidenceError: It has other columns than its codebook.
        DeliveryError: It changed since it was verified.
        ResourceError: A limit was reached.
    """
    if not found.rows:
        raise UsageError("load.no_rows")
    with Watched(found.path) as watched:
        kind = sniff(watched)
    if kind not in (PARQUET, ARROW):
        raise UsageError("load.untyped", file=found.path.name)
    reading = BINARY[kind]
    source = BinarySource(found.path, 1, options, parser=reading.parser, format=reading.format)
    if [safe_text(name) for name in source.schema.names] != [name for name, *_ in found.columns]:
        source.close()
        raise EvidenceError("load.differs", file=found.path.name)
    return source


def zoned(found: Released, schema: pa.Schema) -> pa.Schema:
    """Give the columns the time zones that the receipt says: Parquet files hold none."""
    fields = [
        pa.field(field.name, pa.timestamp("us", found.zones[place]))
        if place in found.zones and pa.types.is_timestamp(field.type) and field.type.tz
        else field
        for place, field in enumerate(schema)
    ]
    return pa.schema(fields)


def _chosen(receipt: Mapping[str, Any], file: str | None) -> Mapping[str, Any]:
    """Choose among the outputs of a receipt."""
    outputs: list[Mapping[str, Any]] = _told(lambda: list(receipt["outputs"]))
    if receipt["verdict"] != "published" or not outputs:
        raise UsageError("load.nothing_released")
    names = _told(lambda: [str(output["path"]).rpartition("/")[2] for output in outputs])
    if file is None and len(outputs) > 1:
        raise UsageError("load.several_files", files=tuple(names))
    if file is not None and file not in names:
        raise UsageError("load.no_such_file", files=tuple(names))
    return outputs[0 if file is None else names.index(file)]


def _described(folder: Path, digest: str, name: str) -> Mapping[str, Any]:
    """Read what the codebook says of a file."""
    with Watched(folder / _CODEBOOK) as watched:
        data = watched.read(min(watched.size, _LARGEST) + 1)
    if hashlib.sha256(data).hexdigest() != digest:
        raise EvidenceError("evidence.file_differs", file=_CODEBOOK)
    files = _told(lambda: [entry for entry in json.loads(data)["files"] if entry["file"] == name])
    if len(files) != 1:
        raise EvidenceError("load.differs", file=name)
    entry: Mapping[str, Any] = files[0]
    return entry


def _column(column: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    notes = " ".join(str(note["text"]) for note in column["notes"])
    return (column["name_in_file"], column["role"], column["type"], column["label"], notes)


def _zones(receipt: Mapping[str, Any]) -> dict[int, str]:
    kept = [column for column in receipt.get("columns", []) if isinstance(column, dict)]
    kept = [column for column in kept if column["out"] is not None]
    found = (_ZONED.fullmatch(str(column.get("arrow_type", ""))) for column in kept)
    return {place: one[1] for place, one in enumerate(found) if one is not None}


def _told(take: Callable[[], Found]) -> Found:
    """Take something from a receipt or a codebook that somebody signed, whoever made it."""
    try:
        return take()
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        pass
    raise EvidenceError("evidence.no_receipt")
