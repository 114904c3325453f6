# SPDX-License-Identifier: Apache-2.0
"""Files of fixed width: each field at its place, and nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pseudo
from pseudo.domain import Domain
from pseudo.errors import DeliveryError, SpecError
from pseudo.io import open_source
from pseudo.io.source import Field, ReadOptions, records_of
from pseudo.records import Records
from pseudo.spec import parse_spec
from pseudo.testing import MemoryStore, People

FIELDS = (Field("pnr", 1, 12), Field("namn", 13, 20), Field("n", 23, 25))
Write = Callable[[bytes], Path]


def read(path: Path, fields: tuple[Field, ...] = FIELDS, **more: int) -> list[Records]:
    source = open_source(path, 1, ReadOptions(fixed_width=fields, **more))  # type: ignore[arg-type]
    try:
        return list(records_of(source))
    finally:
        source.close()


def cells(pieces: list[Records]) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for piece in pieces for row in piece.batch.to_pylist()]


def refused(path: Path, **more: int) -> tuple[str, object]:
    with pytest.raises(DeliveryError) as caught:
        read(path, **more)
    return caught.value.code, caught.value.params.get("record")


def test_what_stands_outside_rejects_its_record_by_its_line(write: Write) -> None:
    lines = [
        "198507099805Åsa Öst   12",
        "198507099805Åsa Öst x 12",
        "",
        "198507099805",
        "198507099805Eva       123x",
        '198507099805"Eva;"    1',
    ]
    pieces = read(write("\r\n".join(lines).encode("cp1252")))
    assert cells(pieces) == [
        ("198507099805", "Åsa Öst", "12"),
        ("198507099805", None, None),
        ("198507099805", '"Eva;"', "1"),
    ]
    rejects = [(one.record, one.line, one.code) for piece in pieces for one in piece.rejects]
    assert rejects == [(2, 2, "record.outside_fields"), (5, 5, "record.outside_fields")]
    assert [n for piece in pieces for n in piece.numbers.tolist()] == [1, 4, 6]


@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_a_bad_byte_is_named_by_its_line_and_what_comes_before_is_read(
    write: Write, chunk: int
) -> None:
    good = b"198507099805Eva       12\n" * 3
    assert refused(write(good + b"19850\0"), chunk_bytes=chunk) == ("delivery.nul_byte", 4)
    assert refused(write(b"\n\n"), chunk_bytes=chunk)[0] == "delivery.empty"
    long = good + b"x" * 9_000
    assert refused(write(long), chunk_bytes=chunk, longest_record=5_000) == (
        "delivery.record_too_long",
        4,
    )


@given(
    rows=st.lists(
        st.tuples(
            *(
                st.text(st.characters(codec="utf-8", categories=("L", "Nd")), max_size=width)
                for width in (12, 8, 3)
            )
        ).filter(any),
        min_size=1,
        max_size=30,
    ),
    chunk=st.integers(1, 300),
)
def test_what_was_written_is_read_whatever_the_pieces(
    rows: list[tuple[str, str, str]], chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("fixed") / "x"
    lines = [f"{a:12}{b:8}  {c}" for a, b, c in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    pieces = read(path, chunk_bytes=chunk)
    assert cells(pieces) == [tuple(cell or None for cell in row) for row in rows]


SPEC = """
name: fast
reference_date: 2026-11-22
fixed_width: {personnummer: [1, 12], namn: [13, 20], insats: [21, 22]}
columns:
- {name: personnummer, role: identifier, pseudonym: id}
- {name: namn, role: direct}
- {name: insats, role: keep, type: integer}
"""


def test_a_delivery_of_fixed_width_gives_what_the_same_as_csv_gives(
    write: Write, tmp_path: Path
) -> None:
    people = People(seed=3).personnummer(3)
    fixed = write("\n".join(f"{one}Eva     {n:2}" for n, one in enumerate(people)).encode())
    as_csv = tmp_path / "same.csv"
    rows = "\n".join(f"{one};Eva;{n}" for n, one in enumerate(people))
    as_csv.write_text("personnummer;namn;insats\n" + rows)
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        domain: Domain = store.domain("projA")
        spec = parse_spec(SPEC)
        without = spec.model_copy(update={"fixed_width": None})
        made = [
            pseudo.run(path, spec=how, domain=domain, out=tmp_path / out).data
            for path, how, out in ((fixed, spec, "fixed"), (as_csv, without, "csv"))
        ]
    assert made[0].read_bytes() == made[1].read_bytes()
    assert pq.read_table(made[0]).num_rows == 3


@pytest.mark.parametrize(
    "places",
    [
        "{personnummer: [1, 12]}",
        "{personnummer: [1, 12], namn: [13, 20], insats: [22, 21]}",
        "{personnummer: [0, 12], namn: [13, 20], insats: [21, 22]}",
        "{personnummer: [1, 12], namn: [13, 20], insats: [21, 22], x: [30, 31]}",
        "{personnummer: [1], namn: [13, 20], insats: [21, 22]}",
    ],
)
def test_places_that_do_not_fit_the_columns_are_refused(places: str) -> None:
    found = SPEC.replace("{personnummer: [1, 12], namn: [13, 20], insats: [21, 22]}", places)
    with pytest.raises(SpecError):
        parse_spec(found)
