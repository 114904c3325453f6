# SPDX-License-Identifier: Apache-2.0
"""Looking at a file: what is found, what is never shown, and the draft that must run."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.errors import Cancelled, DeliveryError, UsageError
from pseudo.events import Cancellation
from pseudo.io.spec_file import load_spec
from pseudo.testing import CANARIES, SPELLINGS, People, assert_clean, make_delivery, planted_text
from pseudo.usecases.inspect import inspect
from pseudo.usecases.inspect_column import shapes_of
from pseudo.usecases.run import run

DAY = date(2026, 11, 22)


@pytest.fixture
def table(tmp_path):
    """Return a function that writes columns as a text file."""

    def write(columns, name="delivery.csv", encoding="utf-8", delimiter=";"):
        rows = zip(*columns.values(), strict=True)
        lines = [delimiter.join(columns), *(delimiter.join(map(str, row)) for row in rows)]
        path = tmp_path / name
        path.write_bytes("".join(line + "\n" for line in lines).encode(encoding))
        return path

    return write


def only(found):
    (column,) = found.columns
    return column


@pytest.mark.parametrize(
    ("encoding", "codec", "by"),
    [
        ("utf-8", "utf-8", "content"),
        ("utf-8-sig", "utf-8", "bom"),
        ("cp1252", "cp1252", "content"),
        ("utf-16", "utf-16-le", "bom"),
    ],
)
def test_format_and_encoding(table, people, encoding, codec, by):
    names = ["Åsa", "Örjan"] * 100
    path = table({"personnummer": people, "förnamn": names}, encoding=encoding, delimiter="\t")

    found = inspect(path, reference_date=DAY)

    assert (found.facts.format, found.facts.delimiter) == ("text", "\t")
    assert (found.facts.encoding, found.facts.encoding_by) == (codec, by)
    assert (found.records, found.rejected, found.reference_date) == (200, (), DAY)
    assert [column.name for column in found.columns] == ["personnummer", "förnamn"]
    assert [column.role for column in found.columns] == ["identifier", "direct"]


def test_counts_rates_and_reasons(table, people):
    wrong = [f"{number[:11]}{(int(number[11]) + 1) % 10}" for number in people[:30]]
    cells = [*wrong, *[""] * 20, *["  "] * 10, *people[60:]]

    column = only(inspect(table({"nummer": cells}), reference_date=DAY))

    # A line of no bytes at all is no record, so of one column only the blanks are cells.
    assert (column.filled, column.blank, column.distinct) == (170, 10, 170)
    assert [(rate.kind, rate.valid, rate.judged) for rate in column.kinds] == [
        ("personnummer", 140, 170)
    ]
    assert [(reason.name, reason.count) for reason in column.reasons] == [
        ("identity.bad_check_digit", 30)
    ]
    assert (column.role, column.type) == ("identifier", "string")


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_every_spelling_is_told(table, spelling):
    spelled = [SPELLINGS[spelling](number, DAY) for number in People(seed=3).personnummer(40)]
    cells = [cell for cell in spelled if cell is not None]
    if len(cells) < 3:
        cells = [
            SPELLINGS["twelve_bare"](number, DAY) for number in People(seed=3).personnummer(3)
        ]
    quoted = [f'"{cell}"' for cell in cells]

    column = only(inspect(table({"nummer": quoted}), reference_date=DAY))

    assert column.role == "identifier"
    assert column.kinds[0].valid == len(cells)


def test_other_kinds_are_counted_and_never_swapped_by_a_guess(table):
    kinds = {
        "interim": People(seed=1).interim(30),
        "orgnr": ["5567037485", "8020051952", "2120000142"] * 10,
        "vgr": ["19810829M071", "19450829K088", "19930829X802"] * 10,
    }

    found = inspect(table(kinds), reference_date=DAY)

    first = [column.kinds[0].kind for column in found.columns]
    assert first[0] in {"interim", "reserv:skane"}
    assert "interim" in {rate.kind for rate in found.columns[0].kinds}
    assert first[1] == "orgnr"
    assert "reserv:vgr" in {rate.kind for rate in found.columns[2].kinds}
    assert {column.role for column in found.columns} == {"direct"}
    assert {column.why for column in found.columns} == {"other_numbers"}


def test_telephone_numbers_are_no_identity_numbers(table):
    phones = [f"07{(at * 7_919_993) % 10**8:08d}" for at in range(2000)]

    column = only(inspect(table({"nummer": phones}), reference_date=DAY))

    assert column.kinds
    assert column.kinds[0].valid < 100
    assert column.role == "direct"
    assert column.why == "nearly_unique"


@pytest.mark.parametrize(
    ("cells", "kind", "decimal"),
    [
        (["1", "22", "-3"], "integer", "."),
        (["007", "12"], "string", "."),
        (["0380", "1280"], "string", "."),
        (["+46", "12"], "string", "."),
        (["1.5", "2"], "number", "."),
        (["1,5", "2"], "number", ","),
        (["2026-11-22", "2024-02-29"], "date", "."),
        (["2026-02-30", "2024-02-29"], "string", "."),
        (["2026-11-22 10:00", "2026-11-22T10:00:01"], "datetime", "."),
        (["true", "FALSE"], "boolean", "."),
        (["ja", "nej"], "string", "."),
        (["1", "x"], "string", "."),
        (["9" * 30, "1"], "string", "."),
        (["9" * 17, "1"], "integer", "."),
        (["0.1234567890123456", "1"], "string", "."),
        (["1e5", "2e5"], "string", "."),
    ],
)
def test_types(table, cells, kind, decimal):
    quoted = [f'"{cell}"' for cell in cells * 20]

    column = only(inspect(table({"v": quoted}), reference_date=DAY))

    assert (column.type, column.decimal) == (kind, decimal)


@pytest.mark.parametrize(
    ("name", "cells", "role"),
    [
        ("Förnamn", ["Åsa", "Bo"], "direct"),
        ("E-post", ["x", "y"], "direct"),
        ("födelsedatum", ["2001-01-01", "2001-01-02"], "direct"),
        ("info", [f"person{at}@example.se" for at in range(100)], "direct"),
        ("info", [f"{'ord ' * 20}{at}" for at in range(100)], "direct"),
        (
            "info",
            [f"{'abcdefghij'[at % 10]}{'klmnopqrst'[at // 10]}" for at in range(100)],
            "direct",
        ),
        ("arende", list(range(5000, 5100)), "direct"),
        ("utfall", ["arbete", "studier"] * 50, "keep"),
        ("timmar", [at % 40 for at in range(100)], "keep"),
        ("kommun", ["1280"] * 100, "keep"),
    ],
)
def test_roles_are_guessed_with_care(table, name, cells, role):
    assert only(inspect(table({name: cells}), reference_date=DAY)).role == role


def test_a_municipality_code_stays_text_and_a_year_a_number(table):
    found = inspect(
        table({"kommun": ["1280"] * 30, "startar": ["2024"] * 30, "ar": ["2024"] * 30})
    )

    assert [column.type for column in found.columns] == ["string", "string", "integer"]


def test_parquet_keeps_its_types(tmp_path, people):
    numbers = [int(number) for number in people]
    columns = pa.table(
        {
            "pnr": numbers,
            "float": [float(number) for number in numbers],
            "when": [datetime(2026, 1, 1 + at % 28, tzinfo=UTC) for at in range(200)],
            "day": [date(2026, 1, 1 + at % 28) for at in range(200)],
            "flag": [at % 2 == 0 for at in range(200)],
            "share": [None if at % 4 == 0 else at / 7 for at in range(200)],
            "empty": pa.nulls(200),
        }
    )
    path = tmp_path / "d.parquet"
    pq.write_table(columns, path)

    found = inspect(path, reference_date=DAY)

    assert found.facts.format == "parquet"
    assert [column.type for column in found.columns] == [
        "integer",
        "number",
        "datetime",
        "date",
        "boolean",
        "number",
        "string",
    ]
    assert [column.role for column in found.columns][:2] == ["identifier", "identifier"]
    assert (found.columns[5].filled, found.columns[5].blank) == (150, 50)
    assert (found.columns[6].filled, found.columns[6].shapes) == (0, ())


def test_shapes_have_no_character_of_the_file():
    texts = ["850709-9805", "Åsa Öst-Ek", "a1\u0301\u2160", "x\x07\u202e☃", "tab\there", "d+a"]

    shapes = shapes_of(pa.array(texts))

    assert set(shapes) == {
        "dddddd-dddd",
        "aaa aaa-aa",
        "adad",
        "a???",
        "aaa?aaaa",
        "a+a",
    }


def test_long_shapes_are_patterns_and_not_outlines():
    (shape,) = shapes_of(
        pa.array(["Ringde 070-123 45 67 om barnets skolgång, och igen dagen efter"])
    )

    assert shape == "a+ d+-d+ d+ d+ a+ a+ a+,…"


def test_no_canary_comes_out(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text(planted_text(["personnummer", "namn", "insats", "text"], 300))

    found = inspect(path, reference_date=DAY)

    assert_clean(found=json.dumps(asdict(found), default=str), repr=repr(found))


def test_a_file_without_header_is_refused_without_a_name(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text(planted_text(["a", "b"], 20).partition("\n")[2])

    with pytest.raises(DeliveryError) as caught:
        inspect(path)

    assert caught.value.code == "delivery.no_header"
    assert_clean(error=str(caught.value), repr=repr(caught.value.args))


def test_many_distinct_values_are_capped_in_constant_memory(table):
    columns = {"pnr": People(seed=5).personnummer(12_000), "grupp": ["a", "b"] * 6000}

    found = inspect(table(columns), reference_date=DAY)

    assert found.columns[0].distinct_is_capped
    assert found.columns[0].distinct == 10_000
    assert not found.columns[1].distinct_is_capped


def test_pieces_do_not_matter(tmp_path, monkeypatch):
    path = make_delivery(tmp_path, people=600)[2]
    whole = inspect(path, reference_date=DAY)
    from pseudo.io import source

    small = source.ReadOptions(chunk_bytes=2000)
    monkeypatch.setattr("pseudo.usecases.inspect.read_options", lambda *_: small)
    pieces = inspect(path, reference_date=DAY)

    assert pieces == whole


def test_it_stops_when_asked(table, people):
    cancellation = Cancellation()
    cancellation.cancel()

    with pytest.raises(Cancelled):
        inspect(table({"pnr": people}), cancellation=cancellation)


# The draft.


@pytest.fixture
def drafted(tmp_path, domain):
    """Return a function that drafts a spec for a file and runs it, unchanged."""

    def go(path, **told):
        draft = tmp_path / "my Draft.yaml"
        found = inspect(path, write_spec=draft, **told)
        result = run(path, spec=draft, domain=domain, out=tmp_path / "out")
        return load_spec(draft), found, result

    return go


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_draft_for_each_municipality_runs(drafted, tmp_path, which):
    path = make_delivery(tmp_path / "in", people=900)[which]

    spec, _, result = drafted(path)

    assert spec.name == "my-draft"
    assert result.warnings == 0
    roles = {column.name: column.role for column in spec.columns}
    assert roles["personnummer"] == "identifier"
    assert roles["namn"] == "direct"
    assert roles["startdatum"] == "keep"


def test_the_draft_runs_on_an_untidy_file(drafted, table, people):
    """Plant what refuses a batch: leaks, wrong numbers, odd names, blanks."""
    count = len(people)
    wrong = [f"{number[:11]}{(int(number[11]) + 1) % 10}" for number in people[:40]]
    columns = {
        "pnr": [*wrong, *people[40:]],
        "mor": [people[-1 - at] if at % 3 else "" for at in range(count)],
        "pnr_pseudonym": ["x"] * count,
        "no": ["ja", "nej"] * (count // 2),
        "a: b, {c} #d": ["1,5", "2"] * (count // 2),
        "'quoted'": ["true", "false"] * (count // 2),
        "not": [
            people[50][:8] + "-" + people[50][8:] if at == 90 else "ok" for at in range(count)
        ],
        "tio": [people[60][2:] if at == 90 else "ok" for at in range(count)],
        "långt " + "n" * 250: ["1"] * count,
    }

    spec, found, result = drafted(table(columns), reference_date=DAY)

    roles = {column.name: column.role for column in spec.columns}
    assert roles["pnr"] == roles["mor"] == "identifier"
    assert roles["not"] == roles["tio"] == "direct"
    assert roles["no"] == roles["a: b, {c} #d"] == roles["'quoted'"] == "keep"
    assert spec.unknown_columns == "drop"
    assert spec.reference_date == DAY
    assert [column.why for column in found.columns if column.name in ("not", "tio")] == [
        "leak"
    ] * 2
    assert (result.records, result.rejected) == (200, 40)
    assert str(spec.reject_limit) == "20%"
    required = {column.name: column.required for column in spec.identifiers}
    assert required == {"pnr": True, "mor": False}


def test_the_draft_repeats_what_was_told(drafted, table, people):
    path = table({"pnr": people, "ö": ["å"] * 200}, encoding="latin-1", delimiter="|")

    spec, _, _ = drafted(path, encoding="latin-1", delimiter="|")

    assert (spec.encoding, spec.delimiter) == ("latin-1", "|")


def test_the_draft_for_parquet_runs(drafted, tmp_path, people):
    path = tmp_path / "d.parquet"
    columns = {
        "pnr": [int(number) for number in people],
        "when": [datetime(2026, 1, 1, tzinfo=UTC)] * 200,
    }
    pq.write_table(pa.table(columns), path)

    spec, _, result = drafted(path)

    assert result.rows == 200
    assert spec.kept[0].type is None


def test_a_draft_is_never_written_over_another(table, people, tmp_path):
    draft = tmp_path / "s.yaml"
    draft.write_text("mine")

    with pytest.raises(UsageError) as caught:
        inspect(table({"pnr": people}), write_spec=draft)

    assert caught.value.code == "usage.exists"
    assert draft.read_text() == "mine"


def test_no_identity_numbers_no_draft(table, tmp_path):
    with pytest.raises(UsageError) as caught:
        inspect(table({"a": [1, 2, 3]}), write_spec=tmp_path / "s.yaml")

    assert caught.value.code == "usage.no_identifier_found"
    assert not (tmp_path / "s.yaml").exists()


def test_a_draft_that_cannot_be_written(table, people, tmp_path):
    with pytest.raises(UsageError) as caught:
        inspect(table({"pnr": people}), write_spec=tmp_path / "nowhere" / "s.yaml")

    assert caught.value.code == "usage.cannot_write"
    assert caught.value.__context__ is None


def test_the_draft_says_nothing_of_anybody(table, tmp_path):
    number = f"{CANARIES['alva'][:8]}-{CANARIES['alva'][8:]}"
    rows = planted_text(["pnr", "namn", "text"], 200)
    path = tmp_path / "d.csv"
    path.write_text(rows)
    draft = tmp_path / f"{number}.yaml"

    inspect(path, write_spec=draft)

    assert_clean(draft=draft.read_text())
    assert load_spec(draft).name == "delivery"
