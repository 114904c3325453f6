# SPDX-License-Identifier: Apache-2.0
"""``python -m bench.report``: the page of the manual that shows the last measurements.

Reads what ``python -m bench --json`` and ``python -m bench.peers --json`` wrote to
``docs/benchmarks/`` and writes the page and its plots there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

__all__ = ["FOLDER", "page"]

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"

_TEXT = """\
# Measurements

Made by `make bench` and `make bench-peers`, and written by `python -m bench.report`. A machine
drifts by tens of percent between runs, so what is promised is a figure beside a reference that was
measured in the same run, in turn; each figure is the median of the rounds.

## Budgets

Measured {machine}.

![Each budget's share that was used](budgets.svg)

{budgets}

The *floor* is pyarrow reading and writing the same file without any change, both overlapped, with
dictionaries only where they pay (`bench/floor.py`).

## Others, on the same file

{rows:,} rows of eight columns, from CSV to Parquet, measured {peers_machine}. Only the last of the
others normalises or checks a number at all; `bench/peer_job.py` shows what each does.

![Nanoseconds a row](peers.svg)

{peers}
"""


def page(budgets: dict[str, Any], peers: dict[str, Any]) -> str:
    """Write the page in Markdown."""
    return _TEXT.format(
        machine=budgets["machine"],
        budgets=_budgets(budgets["results"]),
        rows=peers["rows"],
        peers_machine=peers["machine"],
        peers=_peers(peers["ns"]),
    )


def _budgets(results: list[dict[str, Any]]) -> str:
    lines = [
        "| budget | subject | reference | figure | limit | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for found in results:
        budget = found["budget"]
        sign = "≥" if budget["at_least"] else "≤"
        lines.append(
            f"| {budget['name']} | {found['subject']:.3f} {budget['unit']} "
            f"| {found['reference']:.3f} {budget['unit']} | {found['figure']:.2f} "
            f"| {sign} {budget['limit']:.2f} | {'met' if found['met'] else '**missed**'} |"
        )
    return "\n".join(lines)


def _peers(found: dict[str, float]) -> str:
    lines = ["| what | ns a row |", "|---|---:|"]
    return "\n".join(lines + [f"| {name} | {value:,.0f} |" for name, value in found.items()])


def _used(found: dict[str, Any]) -> float:
    """How much of a budget was used: 1 is all of it."""
    limit, figure = found["budget"]["limit"], found["figure"]
    return limit / figure if found["budget"]["at_least"] else max(figure, 0.0) / limit


def _budgets_plot(results: list[dict[str, Any]]) -> alt.Chart:
    rows = [{"budget": found["budget"]["name"], "used": _used(found)} for found in results]
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color="#2a6f97")
        .encode(
            x=alt.X(
                "used:Q", title="share of the budget that was used", axis=alt.Axis(format="%")
            ),
            y=alt.Y("budget:N", sort=None, title=None, axis=alt.Axis(labelLimit=460)),
        )
    )
    limit = alt.Chart(alt.Data(values=[{"x": 1}])).mark_rule(color="#9b2226").encode(x="x:Q")
    return (bars + limit).properties(width=360)


def _peers_plot(found: dict[str, float]) -> alt.Chart:
    rows = [
        {"what": name, "ns": value, "ours": name.startswith("pseudo")}
        for name, value in found.items()
    ]
    return (
        alt.Chart(alt.Data(values=rows))
        # A bar has no beginning on a logarithmic scale.
        .mark_circle(size=140, opacity=1)
        .encode(
            x=alt.X("ns:Q", title="nanoseconds a row (logarithmic)", scale=alt.Scale(type="log")),
            y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=320)),
            color=alt.Color("ours:N", scale=alt.Scale(range=["#a0a0a0", "#2a6f97"]), legend=None),
        )
        .properties(width=360)
    )


def main() -> None:
    """Write page and plots."""
    budgets = json.loads((FOLDER / "budgets.json").read_text())
    peers = json.loads((FOLDER / "peers.json").read_text())
    (FOLDER / "index.md").write_text(page(budgets, peers), encoding="utf-8")
    plots = {"budgets": _budgets_plot(budgets["results"]), "peers": _peers_plot(peers["ns"])}
    for name, chart in plots.items():
        drawn = vl_convert.vegalite_to_svg(chart.to_dict())
        (FOLDER / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
