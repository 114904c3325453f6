# SPDX-License-Identifier: Apache-2.0
"""Draft a spec for a file, and rehearse it before anybody relies on it.

The rehearsal swaps, checks and scans the whole file with a key that is thrown away and
writes nothing. A kept column in which the leak scan finds identity data becomes a direct
identifier, and the reject limit is set so that the very file it was drafted from passes.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from pseudo.domain import DomainInfo, KernelDomain
from pseudo.engine import Engine
from pseudo.errors import PseudoError, ResourceError, UsageError
from pseudo.evidence.scan import LeakScan
from pseudo.io.source import Dialect, Source, records_of
from pseudo.kernel import Kernel
from pseudo.pseudonym import PseudonymFormat
from pseudo.safe import is_safe
from pseudo.spec import LARGEST_SPEC, Spec, parse_spec
from pseudo.spec.plan import compile_plan
from pseudo.usecases.inspect_result import ColumnProfile, Inspection
from pseudo.usecases.inspect_role import WHY, Role

__all__ = ["Draft", "DraftColumn", "draft", "rehearsed", "write"]

Told = tuple[Dialect, date | None]
Pulse = Callable[[int, int, int], None]

_LONGEST_NAME = 200
_DELIMITERS = (",", ";", "\t", "|")
_PLAIN = re.compile(r"[A-Za-zÅÄÖåäöÉé_][A-Za-zÅÄÖåäöÉé0-9_ -]*[A-Za-zÅÄÖåäöÉé0-9_]|[A-Za-z]")


_DEFAULT_LIMIT = 5


@dataclass(frozen=True, slots=True)
class DraftColumn:
    """One column of a draft: its declaration and why."""

    name: str
    role: Role
    why: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A spec in the making.

    Attributes:
        name: Of the spec.
        about: What file it was drafted from, in words.
        settings: Settings of the whole, in order, beside the reject limit.
        columns: Every column that can be declared.
        limit: Reject limit in percent.
    """

    name: str
    about: str
    settings: tuple[tuple[str, str], ...]
    columns: tuple[DraftColumn, ...]
    limit: int = _DEFAULT_LIMIT

    def text(self) -> str:
        """Write the draft as YAML."""
        lines = [
            '# Drafted by "pseudo inspect". Look at every column before you rely on it.',
            f"# {self.about}",
            f"name: {_scalar(self.name)}",
            *(f"{key}: {value}" for key, value in self.settings),
        ]
        if self.limit != _DEFAULT_LIMIT:
            lines.append("# The file itself has more rejects than the usual 5%.")
        lines += [f"reject_limit: {self.limit}%", "columns:"]
        for column in self.columns:
            if WHY[column.why]:
                lines.append(f"  # {WHY[column.why]}")
            declared = (("name", _scalar(column.name)), ("role", column.role), *column.settings)
            lines.append("  - {" + ", ".join(f"{key}: {value}" for key, value in declared) + "}")
        return "\n".join(lines) + "\n"

    def spec(self) -> Spec:
        """Check the draft as a spec.

        Raises:
            SpecError: It does not hold together.
        """
        return parse_spec(self.text(), file="draft")


def draft(found: Inspection, names: tuple[str, ...], path: Path, told: Told) -> Draft:
    """Draft a spec.

    Args:
        found: What is known about the file.
        names: Its column names.
        path: Where the draft will be written; names the spec.
        told: Dialect and reference date as they were told, which the draft repeats so that
            it reads the file in the same way.

    Raises:
        UsageError: No column holds identity numbers, or there are too many columns.
    """
    if len(names) > LARGEST_SPEC:
        raise UsageError("usage.too_many_columns", columns=len(names), limit=LARGEST_SPEC)
    usable = [
        (name, profile)
        for name, profile in zip(names, found.columns, strict=True)
        if len(name) <= _LONGEST_NAME
    ]
    taken = set(names)
    columns = tuple(_column(name, profile, found, taken) for name, profile in usable)
    if not any(column.role == "identifier" for column in columns):
        raise UsageError("usage.no_identifier_found")
    unknown = "stop" if len(usable) == len(names) else "drop"
    settings = (("unknown_columns", unknown), *_told(told))
    return Draft(_spec_name(path), _about(found), settings, columns)


def rehearsed(
    drafted: Draft, source: Callable[[], Source], day: date, pulse: Pulse, kernel: Kernel
) -> Draft:
    """Rehearse a draft on its file and correct what would refuse it.

    Args:
        drafted: The draft.
        source: Opens the file.
        day: The day by which identity numbers are judged.
        pulse: Told rows, bytes done and bytes in all after each piece; may stop.
        kernel: What computes.
    """
    opened = source()
    try:
        plan = compile_plan(drafted.spec(), opened.schema, reference_date=day)
        plan.bind(opened.schema)
        engine, scan = Engine(plan, _throwaway(kernel), kernel), LeakScan(plan, kernel)
        records = rejected = 0
        for piece in records_of(opened):
            outcome = engine.process(piece)
            scan.take(scan.look(outcome))
            records += outcome.tally.records
            rejected += outcome.tally.rejected
            pulse(records, piece.done, opened.facts.size)
    finally:
        opened.close()
    leaks = {finding.column for finding in scan.findings() if finding.verdict == "stop"}
    columns = tuple(
        DraftColumn(column.name, "direct", "leak") if column.name in leaks else column
        for column in drafted.columns
    )
    share = -(-100 * rejected // records)
    return replace(drafted, columns=columns, limit=max(_DEFAULT_LIMIT, share))


def write(drafted: Draft, path: Path) -> None:
    """Write a draft to a new file.

    Raises:
        UsageError: The file exists (``usage.exists``), or cannot be made
            (``usage.cannot_write``).
        ResourceError: The disk is full.
    """
    drafted.spec()
    failure: PseudoError | None = None
    try:
        with path.open("x", encoding="utf-8") as file:
            try:
                file.write(drafted.text())
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                failure = ResourceError("io.disk_full")
                with suppress(OSError):
                    path.unlink()
    except FileExistsError:
        failure = UsageError("usage.exists", file=str(path))
    except OSError:
        failure = failure or UsageError("usage.cannot_write", path=str(path))
    if failure is not None:
        raise failure


def _column(name: str, profile: ColumnProfile, found: Inspection, taken: set[str]) -> DraftColumn:
    if profile.role == "direct":
        return DraftColumn(name, "direct", profile.why)
    if profile.role == "keep":
        return DraftColumn(name, "keep", profile.why, _kept(profile, found))
    target = f"{name}_pseudonym"
    while target in taken:
        target += "_"
    taken.add(target)
    settings = [("kind", "personnummer"), ("pseudonym", _scalar(target)), ("on_invalid", "reject")]
    if 20 * profile.blank > profile.blank + profile.filled:
        settings.append(("required", "false"))
    return DraftColumn(name, "identifier", profile.why, tuple(settings))


def _kept(profile: ColumnProfile, found: Inspection) -> tuple[tuple[str, str], ...]:
    if found.facts.format != "text":
        return ()  # A typed file keeps its own types.
    settings = [("type", profile.type)]
    if profile.decimal != ".":
        settings.append(("decimalChar", f'"{profile.decimal}"'))
    return tuple(settings)


def _told(told: Told) -> tuple[tuple[str, str], ...]:
    dialect, day = told
    settings = []
    for name, value in dialect.told().items():
        if name == "delimiter" and value not in _DELIMITERS:
            continue
        plain = isinstance(value, str) and name != "delimiter"
        settings.append((name, _scalar(str(value)) if plain else json.dumps(value)))
    if day is not None:
        settings.append(("reference_date", day.isoformat()))
    return tuple(settings)


def _about(found: Inspection) -> str:
    facts = found.facts
    written = ", ".join(word for word in (facts.format, facts.encoding) if word)
    return f"From a file of {found.records} records and {len(found.columns)} columns: {written}."


def _spec_name(path: Path) -> str:
    """Make a spec's name of the draft's own file name, where that says nothing of anybody."""
    name = re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_")[:63]
    return name if name and is_safe(name) and is_safe(path.stem) else "delivery"


def _scalar(text: str) -> str:
    """Write a text as a YAML scalar that is read back as the same text."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _throwaway(kernel: Kernel) -> KernelDomain:
    """Open a domain whose key nobody has."""
    info = DomainInfo("rehearsal", 1, "0" * 16, PseudonymFormat.BASE32, "none")
    return KernelDomain(info, kernel, kernel.prepare(secrets.token_bytes(32)))
