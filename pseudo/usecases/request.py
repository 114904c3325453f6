# SPDX-License-Identifier: Apache-2.0
"""What a run is asked to do, checked before anything is opened, and its spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

import pyarrow as pa

from pseudo.errors import UsageError
from pseudo.i18n import LANGS, Lang
from pseudo.io.source import Database, Dialect
from pseudo.io.spec_file import load_spec
from pseudo.safe import is_safe, safe_text
from pseudo.spec import LARGEST_SPEC, IdentifierColumn, KeepColumn, Spec, validated

__all__ = [
    "OUTPUT_FORMATS",
    "OutputFormat",
    "RunRequest",
    "check_format",
    "database_of",
    "size_of",
    "spec_for",
    "spec_of_columns",
]

OutputFormat = Literal["parquet", "arrow", "csv", "xlsx", "xpt", "sav", "dta"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)

_NEED_POLARS = ("xpt", "sav", "dta")

_DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One order to pseudonymize a delivery.

    Attributes:
        files: The delivery's files, in order; none where a database is read.
        database: What is read instead of files.
        out: The folder to publish; must not exist.
        spec: A spec, or the path of one; None where ``columns`` are given.
        columns: Names of the columns to swap, instead of a spec.
        keep: Names of the columns to keep beside them.
        keep_all: Keep all other columns.
        to: Format of the release.
        order_keep: Rows leave as they came; counts as its own reason.
        dialect: How the files are written, as far as it was told; goes before the spec's.
        reference_date: The day by which identity numbers are judged, or None for the
            spec's, else the day of the run.
        threads: Worker threads; 0 for one a core.
        lang: Language of the error list and of the codebook.
        submitter: Who sent the delivery, for opaque identifiers scoped by submitter.
    """

    files: tuple[Path, ...]
    out: Path
    spec: Spec | Path | None = None
    columns: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    keep_all: bool = False
    to: OutputFormat = "parquet"
    order_keep: bool = False
    dialect: Dialect = Dialect()  # noqa: RUF009  it cannot change.
    reference_date: date | None = None
    threads: int = 0
    lang: Lang = "sv"
    submitter: str | None = None
    database: Database | None = None

    def __post_init__(self) -> None:
        if self.database is not None and self.files:
            raise UsageError("usage.database_and_files")
        if self.database is None and not self.files:
            raise UsageError("usage.no_files")
        if self.database is not None and self.database.query and self.dialect.table is not None:
            raise UsageError("usage.query_and_table")
        if (self.spec is None) == (not self.columns):
            raise UsageError("usage.spec_or_columns")
        if self.spec is not None and (self.keep or self.keep_all):
            raise UsageError("usage.keep_without_columns")
        if self.keep and self.keep_all:
            raise UsageError("usage.keep_and_keep_all")
        check_format(self.to)
        if self.lang not in LANGS:
            raise UsageError("usage.unknown_lang", lang=str(self.lang))
        if len({_identity_of(path) for path in self.files}) != len(self.files):
            raise UsageError("usage.same_file_twice")

    @property
    def names(self) -> list[str]:
        """What the files are called: by name where it can be shown, else by number."""
        return [
            safe_text(path.name) if is_safe(path.name) else f"#{number}"
            for number, path in enumerate(self.files, start=1)
        ]

    @property
    def declared_spec(self) -> Spec | None:
        """The spec, loaded where a path was given; None where columns are named."""
        if isinstance(self.spec, Spec):
            return validated(self.spec)
        return None if self.spec is None else load_spec(self.spec)


def database_of(url: str | None, query: str | None) -> Database | None:
    """Make of the words of an order what is read instead of files.

    Raises:
        UsageError: A query without a database.
    """
    if url is None and query is not None:
        raise UsageError("usage.query_without_database")
    return None if url is None else Database(url, query)


def check_format(to: str) -> None:
    """See that a format can be written here.

    Raises:
        UsageError: There is no such format, or a library for it is missing.
    """
    if to not in OUTPUT_FORMATS:
        raise UsageError("usage.unknown_format", format=str(to))
    if to in _NEED_POLARS and find_spec("polars") is None:
        raise UsageError("usage.format_needs_polars", format=to)


def spec_for(request: RunRequest, declared: Spec | None, schema: pa.Schema) -> Spec:
    """Give the spec of a run: the declared one, or one made from the named columns.

    Args:
        request: The order.
        declared: ``request.declared_spec``.
        schema: Columns of the delivery's first file.

    Raises:
        UsageError: A named column is not there, or some columns were not decided on.
    """
    spec = declared or spec_of_columns(
        schema.names, request.columns, request.keep, keep_all=request.keep_all
    )
    if request.order_keep:
        return spec.model_copy(
            update={"order": "keep", "reason": spec.reason or "asked for by --order keep"}
        )
    return spec


def spec_of_columns(
    names: Sequence[str], columns: Sequence[str], keep: Sequence[str], *, keep_all: bool
) -> Spec:
    """Make a spec that swaps the named columns and keeps others as they are.

    Args:
        names: The delivery's header.
        columns: Columns to swap.
        keep: Columns to keep.
        keep_all: Whether all others are kept.

    Raises:
        UsageError: A column is not in the header (``usage.column_not_found``), or some
            are neither swapped nor kept (``usage.columns_undecided``).
    """
    missing = [name for name in (*columns, *keep) if name not in names]
    if missing:
        # Where no name fits there may be no header, and then the names are people's.
        recognised = any(name in names for name in columns)
        code = "usage.column_not_found" if recognised else "usage.no_column_found"
        listed = tuple(names) if recognised else str(len(names))
        raise UsageError(code, column=tuple(missing), columns=listed)
    if set(columns) & set(keep):
        raise UsageError("usage.column_and_keep", column=tuple(sorted(set(columns) & set(keep))))
    if len(names) > LARGEST_SPEC:
        raise UsageError("usage.too_many_columns", columns=len(names), limit=LARGEST_SPEC)
    undecided = [name for name in names if name not in columns and name not in keep]
    if undecided and not keep_all:
        raise UsageError("usage.columns_undecided", columns=tuple(undecided))
    declared = [
        IdentifierColumn(name=name, role="identifier")
        if name in columns
        else KeepColumn(name=name, role="keep")
        for name in names
    ]
    return validated(Spec(name=_DELIVERY, columns=tuple(declared)), file="--column")


def _identity_of(path: Path) -> tuple[int, int] | Path:
    """Tell one file from another even where two paths name the same one."""
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino


def size_of(path: Path) -> int:
    """Give the bytes of a file as they are now; 0 where that cannot be told."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
