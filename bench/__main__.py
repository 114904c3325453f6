# SPDX-License-Identifier: Apache-2.0
"""``make bench``: every budget with its reference from the same run; fails if one is missed."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.batch import against_pandas, evidence, memory, pipeline
from bench.formats import formats
from bench.formats_excel import excel
from bench.formats_sql import sql_dumps
from bench.formats_statistics import statistics
from bench.kernel import native_kernel, reference_kernel
from bench.measure import Result, table
from bench.scan import raw_bytes
from bench.startup import help_text
from pseudo.parallel import cores

GROUPS: dict[str, Callable[[], list[Result]]] = {
    "startup": help_text,
    "kernel": native_kernel,
    "scan": raw_bytes,
    "sql": sql_dumps,
    "pipeline": pipeline,
    "evidence": evidence,
    "pandas": against_pandas,
    "memory": memory,
    "reference": reference_kernel,
    "formats": formats,
    "excel": excel,
    "statistics": statistics,
}


def machine() -> str:
    """Say on what the figures were taken."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cores()} cores, "
        f"Python {platform.python_version()}"
    )


def keep(path: Path, results: list[Result]) -> None:
    """Write results to a file, each in the place of an earlier one of the same budget."""
    held = json.loads(path.read_text()) if path.exists() else {"results": []}
    entries = {entry["budget"]["name"]: entry for entry in held["results"]}
    for result in results:
        entries[result.budget.name] = asdict(result) | {"met": result.met}
    written = {"machine": machine(), "results": list(entries.values())}
    path.write_text(json.dumps(written, indent=1) + "\n")


def main() -> int:
    """Measure what was asked for and print one table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("group", nargs="*", choices=[*GROUPS, []], help="all by default")
    parser.add_argument(
        "--json", type=Path, help="also write the results to this file, beside those it has"
    )
    asked = parser.parse_args()
    print(f"{machine()}; medians of alternating runs")
    results = [result for name in asked.group or GROUPS for result in GROUPS[name]()]
    print(table(results))
    if asked.json:
        keep(asked.json, results)
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
