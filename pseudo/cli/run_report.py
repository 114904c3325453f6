# SPDX-License-Identifier: Apache-2.0
"""What ``pseudo run`` says about a batch, taken from its receipt and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pseudo import i18n
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say, warn
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.usecases.run import RunResult

__all__ = ["print_choices", "print_refusal", "print_result"]

Receipt = Mapping[str, Any]

_TOLD_BY = {"told": "as told", "bom": "by its byte order mark", "content": "by its content"}
_DATE_BY = {"option": "as told", "spec": "by the spec", "run": "the day of the run"}
_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe", "": "none"}
_PATHS = {
    "rejects_csv": "return/rejects.csv",
    "rejects_json": "return/rejects.json",
    "opening": "return/opening.json",
    "receipt": "receipt.json",
    "proof": "receipt.tlog-proof",
}


def print_choices(receipt: Receipt, files: Sequence[Path]) -> None:
    """Say what was chosen where the order left a choice."""
    for entry in receipt["inputs"]:
        name = safe_text(files[entry["delivered_file"] - 1].name) if files else "database"
        say(f"file {entry['file']} ({name}): {_described(entry)}")
        for note in entry["notes"]:
            warn(note)
        if entry["dropped_columns"]:
            say(f"  undeclared columns dropped: {', '.join(entry['dropped_columns'])}")
    reference = receipt["reference_date"]
    say(f"reference date: {reference['date']} ({_DATE_BY[reference['by']]})")
    if receipt["order"] is not None:
        kept = receipt["order"]["by"] == "keep"
        say("order of rows: " + ("as they came" if kept else "by pseudonym"))
    software = receipt["software"]
    kernels = dict.fromkeys((software["kernel"], software["scan_kernel"]))
    say(f"kernel: {' and '.join(kernels)}, threads: {software['threads']}")


def print_refusal(out: Path, files: Sequence[Path]) -> None:
    """Say what else there is to know about a delivery that was refused."""
    from pseudo.usecases.verify import read_receipt

    receipt = read_receipt(out)
    counts = receipt["counts"]
    print_choices(receipt, files)
    say(f"rejected: {counts['rejected']} of {counts['records']} records")
    rejects = _rejects(receipt)
    if rejects:
        say(*("  " + line for line in _plain(rejects)))
    findings = [found for found in receipt["scan"]["findings"] if found["verdict"] == "stop"]
    say(*(f"  {found['column']}: {found['code']} ({found['count']})" for found in findings))
    say(
        f"The error list for the submitter is in {safe_text(str(out / 'return'))}.",
        "Nothing was released.",
    )


def print_result(result: RunResult, *, as_json: bool) -> None:
    """Print what was published."""
    receipt = result.receipt
    if as_json:
        data = str(result.data.relative_to(result.out))
        paths = {"out": str(result.out), "data": data, **_PATHS}
        emit_json({**receipt, "paths": paths})
        return
    parts = [table(_facts(result), title="Published")]
    rejects = _rejects(receipt)
    if rejects:
        header = ("column", "records", "code", "what is wrong")
        parts.append(table(rejects, header, title="Left out", right="<>"))
    blanked = _by_code(receipt["counts"]["blanked"])
    if blanked:
        header = ("column", "cells", "code", "what is wrong")
        parts.append(table(blanked, header, title="Left blank", right="<>"))
    findings = _findings(receipt)
    if findings:
        names = ("column", "code", "cells that look so", "filled", "by chance")
        parts.append(table(findings, names, title="Warnings of the leak scan", right="<<>>>"))
    emit("\n".join(parts))


def _described(entry: Mapping[str, Any]) -> str:
    if entry["format"] != "text":
        table = f", table {entry['table']}" if entry["table"] else ""
        left = (f"{count} {what.replace('_', ' ')}" for what, count in entry["not_taken"].items())
        return ", ".join([f"{entry['format']}{table}", *(f"not taken: {one}" for one in left)])
    delimiter = _DELIMITERS.get(entry["delimiter"], entry["delimiter"])
    told = _TOLD_BY.get(entry["encoding_by"], "")
    return f"text, {entry['encoding']} ({told}), delimiter {delimiter}"


def _facts(result: RunResult) -> list[tuple[str, object]]:
    receipt, counts = result.receipt, result.receipt["counts"]
    facts: list[tuple[str, object]] = [
        ("files", len(receipt["inputs"])),
        ("records", counts["records"]),
        ("rows published", counts["rows"]),
        ("records left out", counts["rejected"]),
        ("distinct people", counts["distinct_people"]),
        ("domain", f"{receipt['domain']['name']} ({receipt['domain']['key_id']})"),
    ]
    facts += [
        (f"century ambiguous in {column}", count)
        for column, count in counts["century_ambiguous"].items()
    ]
    facts += [
        (f"date incomplete in {column}", count)
        for column, count in counts["incomplete_date"].items()
    ]
    return [
        *facts,
        ("warnings of the leak scan", result.warnings),
        *(
            (name, safe_text(str(path)))
            for name, path in (
                ("folder", result.out),
                ("data", result.data),
                ("error list", result.out / "return"),
                ("receipt", result.out / "receipt.json"),
            )
        ),
    ]


def _rejects(receipt: Receipt) -> list[tuple[object, ...]]:
    return _by_code(receipt["counts"]["rejects"])


def _by_code(counts: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """Write counts by column and reason, the commonest first."""
    ordered = sorted(counts, key=lambda entry: -entry["count"])
    return [
        (
            safe_text(entry["column"]) or "(whole record)",
            entry["count"],
            entry["code"],
            i18n.text(entry["code"], "en"),
        )
        for entry in ordered
    ]


def _findings(receipt: Receipt) -> list[tuple[object, ...]]:
    return [
        (
            safe_text(found["column"]),
            found["code"],
            found["count"],
            found["cells"],
            f"{found['expected_by_chance']:g}",
        )
        for found in receipt["scan"]["findings"]
    ]


def _plain(rows: Sequence[Sequence[object]]) -> list[str]:
    return [f"{column}: {count} × {code} ({words})" for column, count, code, words in rows]
