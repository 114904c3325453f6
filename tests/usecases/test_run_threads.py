# SPDX-License-Identifier: Apache-2.0
"""A refusal says the same, to the submitter and in the receipt, by any number of threads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.io.source import ReadOptions
from pseudo.spec import parse_spec
from pseudo.usecases import reading

Deliver = Callable[..., Path]

SPEC = """\
name: x
reference_date: 2026-11-22
order: keep
reason: a test of the order
formula_cells: stop
reject_limit: {limit}
columns:
  - {{name: p, role: identifier, pseudonym: id}}
  - {{name: t, role: keep}}
"""
ROWS = 6_000


def rows(people: list[str], changed: dict[int, str]) -> bytes:
    cells = [changed.get(n, f"{people[n % len(people)]};text {n}") for n in range(ROWS)]
    return "\n".join(["p;t", *cells, ""]).encode()


def cases(people: list[str]) -> dict[str, tuple[str, list[bytes]]]:
    good, one = rows(people, {}), people[0]
    formula = {5: f"{one};=cmd"}
    return {
        "formula": ("delivery.formula_cell", [rows(people, formula)]),
        "formula, then a number": (
            "leak.separated",
            [rows(people, formula | {ROWS - 9: f"{one};19121212-1212"})],
        ),
        "a zero byte in the second file": ("delivery.nul_byte", [good, good + b"\0;x\n", good]),
        "another header in the second file": ("delivery.missing_column", [good, b"p;q\n", good]),
        "too many rejects": ("delivery.too_many_rejects", [good, rows(people, {7: "fel;x"})]),
        "an open quote at the end": ("delivery.unclosed_quote", [good + b'"x;y\n']),
    }


def said(out: Path) -> dict[str, Any]:
    receipt = pseudo.read_receipt(out)
    for name in ("batch", "started", "finished"):
        del receipt[name]
    del receipt["software"]["threads"]
    # Each run has an opening of its own.
    receipt["commitments"] = len(receipt["commitments"])
    listed = [(out / "return" / name).read_bytes() for name in ("rejects.csv", "rejects.json")]
    return {"receipt": receipt, "listed": listed, "held": sorted(map(str, out.rglob("*.*")))}


@pytest.mark.parametrize("case", cases(["x"]))
@pytest.mark.parametrize("chunk", [3_000, 40_000])
def test_a_refusal_says_the_same_by_any_number_of_threads(
    case: str,
    chunk: int,
    tmp_path: Path,
    domain: Domain,
    people: list[str],
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def options(**given: Any) -> ReadOptions:
        return ReadOptions(**given | {"chunk_bytes": chunk})

    monkeypatch.setattr(reading, "ReadOptions", options)
    code, contents = cases(people)[case]
    files = [deliver(content, name=f"{n}.csv") for n, content in enumerate(contents)]
    spec = parse_spec(SPEC.format(limit=0 if "rejects" in case else "5%"))
    answers = []
    for threads in (1, 2, 5):
        out = tmp_path / "out"
        with pytest.raises((pseudo.DeliveryError, pseudo.LeakError)) as caught:
            pseudo.run(files, spec=spec, domain=domain, out=out, to="csv", threads=threads)
        answers.append((caught.value.code, caught.value.params, said(out)))
        out.rename(tmp_path / f"out{threads}")
    assert answers[0][0] == code
    assert answers[0] == answers[1] == answers[2]
