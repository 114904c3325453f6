# SPDX-License-Identifier: Apache-2.0
"""The engine: pure, in the order of records, and the same however records are cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.engine import Engine, Outcome, Tally
from pseudo.errors import KeyStoreError
from pseudo.records import Records, Reject
from pseudo.spec import parse_spec
from pseudo.spec.plan import compile_plan
from pseudo.testing import CANARIES, HOSTILE, REFERENCE_DATE, MemoryStore, People, assert_clean

_DOMAIN = MemoryStore({("projA", 1): bytes(range(32))}).domain("projA")
_ONE, _TWO = "850709-9805", "19121212-1212"
_A, _B = "4JINNIE66QON2AICF7YTI4PMVE", "3T2CHD5Z6J77TF6OXTAATKMZL4"

_COLUMNS = """\
  - {name: pnr, role: identifier, pseudonym: id}
  - {name: namn, role: direct}
  - {name: mor, role: identifier, required: false, on_invalid: null}
  - {name: insats, role: keep, type: integer}
  - {name: datum, role: keep, type: date, on_invalid: null}
  - {name: fri, role: keep}
"""
_NAMES = ["namn", "pnr", "insats", "mor", "datum", "fri", "annat"]


def _engine(columns: str = _COLUMNS, schema: pa.Schema | None = None, **options) -> Engine:
    spec = parse_spec(f"name: x\nunknown_columns: drop\ncolumns:\n{columns}")
    schema = schema or pa.schema([(name, pa.string()) for name in _NAMES])
    plan = compile_plan(spec, schema, reference_date=REFERENCE_DATE, **options)
    plan.bind(schema)
    return Engine(plan, _DOMAIN)


def _row(**cells: str | None) -> dict[str, str | None]:
    usual = {"pnr": _ONE, "mor": _TWO, "insats": "1", "datum": "2024-01-01", "namn": "Alva"}
    return {**dict.fromkeys(_NAMES), **usual, **cells}


def _records(
    rows: list[dict],
    *,
    first: int = 2,
    rejects: tuple[Reject, ...] = (),
    lines: bool = True,
    file: int = 1,
) -> Records:
    """Records with the numbers that those before them and the rejected ones leave."""
    taken = {reject.record for reject in rejects}
    free = (
        number for number in range(first, first + len(rows) + len(taken)) if number not in taken
    )
    numbers = np.array(list(free)[: len(rows)], dtype=np.int64)
    return Records(
        batch=pa.RecordBatch.from_pylist(rows, pa.schema([(n, pa.string()) for n in _NAMES])),
        file=file,
        numbers=numbers,
        lines=numbers * 2 if lines else None,
        rejects=rejects,
        framed=len(rows) + len(taken),
        done=0,
    )


def _told(outcome: Outcome) -> list[tuple]:
    return [(r.record, r.line, r.column, r.code, r.effect) for r in outcome.rejects]


def test_a_right_row_leaves_in_the_plans_schema():
    outcome = _engine().process(_records([_row()]))
    assert outcome.batch.schema == pa.schema(
        [
            ("id", pa.string()),
            ("mor_pseudonym", pa.string()),
            ("insats", pa.int64()),
            ("datum", pa.date32()),
            ("fri", pa.string()),
        ]
    )
    assert outcome.batch.to_pylist() == [
        {"id": _A, "mor_pseudonym": _B, "insats": 1, "datum": date(2024, 1, 1), "fri": None}
    ]
    assert outcome.rejects == []
    assert outcome.numbers.tolist() == [2]
    assert [column.to_pylist() for column in outcome.identifiers] == [[_ONE], [_TWO]]
    assert (outcome.tally.records, outcome.tally.rows, outcome.tally.rejected) == (1, 1, 0)


def test_one_person_links_across_columns_and_spellings():
    rows = [
        _row(),
        _row(pnr="191212121212", mor="19850709 9805"),
        _row(mor="１９１２１２１２１２１２"),
    ]
    batch = _engine().process(_records(rows)).batch
    assert batch["id"].to_pylist() == [_A, _B, _A]
    assert batch["mor_pseudonym"].to_pylist() == [_B, _A, _B]


# What is wrong with a row.


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"pnr": "850709-9806"}, "identity.bad_check_digit", "pnr"),
        ({"pnr": None}, "identity.blank", "pnr"),
        ({"pnr": " "}, "identity.blank", "pnr"),
        ({"pnr": "101010-1010"}, "identity.placeholder", "pnr"),
        ({"insats": "x"}, "value.wrong_type", "insats"),
    ],
)
def test_a_wrong_cell_leaves_the_row_out(cells, code, column):
    outcome = _engine().process(_records([_row(), _row(**cells), _row()]))
    assert outcome.batch.num_rows == 2
    assert outcome.numbers.tolist() == [2, 4]
    assert _told(outcome) == [(3, 6, column, code, "row_left_out")]
    assert outcome.tally.reasons == {(column, code): 1}
    assert (outcome.tally.rows, outcome.tally.rejected, outcome.tally.stopped) == (2, 1, 0)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"mor": "850709-9806"}, "identity.bad_check_digit", "mor"),
        ({"datum": "2024-02-30"}, "value.wrong_type", "datum"),
    ],
)
def test_a_wrong_cell_is_left_blank_where_the_spec_says_so(cells, code, column):
    outcome = _engine().process(_records([_row(**cells)]))
    target = {"mor": "mor_pseudonym"}.get(column, column)
    assert outcome.batch[target].to_pylist() == [None]
    assert _told(outcome) == [(2, 4, column, code, "value_left_blank")]
    assert outcome.tally.blanked == {(column, code): 1}
    assert outcome.tally.reasons == {}
    assert (outcome.tally.rows, outcome.tally.rejected) == (1, 0)
    assert outcome.tally.nulls[target] == 1


def _listed(on_invalid: str) -> Engine:
    return _engine(
        _COLUMNS.replace(
            "{name: insats, role: keep, type: integer}",
            "{name: insats, role: keep, type: integer, on_invalid: "
            + on_invalid
            + ", constraints: {required: true, minimum: 1, maximum: 8}}",
        )
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [("x", "value.wrong_type"), (None, "value.missing"), ("0", "value.too_small")],
)
def test_a_cell_that_breaks_a_constraint_is_as_wrong_as_one_of_another_type(cell, code):
    rows = _records([_row(insats="1"), _row(insats=cell), _row(insats="8")])
    outcome = _listed("reject").process(rows)
    assert outcome.numbers.tolist() == [2, 4]
    assert _told(outcome) == [(3, 6, "insats", code, "row_left_out")]
    outcome = _listed("null").process(rows)
    assert outcome.batch["insats"].to_pylist() == [1, None, 8]
    assert _told(outcome) == [(3, 6, "insats", code, "value_left_blank")]
    outcome = _listed("stop").process(rows)
    assert (outcome.tally.stopped, outcome.tally.rejected) == (1, 1)


def test_a_blank_is_nothing_wrong_where_it_is_not_required():
    outcome = _engine().process(_records([_row(mor=None), _row(mor=" "), _row(insats=None)]))
    assert outcome.rejects == []
    assert outcome.batch["mor_pseudonym"].to_pylist() == [None, None, _B]
    assert outcome.tally.blanked == {}


def test_a_required_blank_under_null_is_told_and_left():
    columns = _COLUMNS.replace("required: false, ", "")
    outcome = _engine(columns).process(_records([_row(mor=None)]))
    assert _told(outcome) == [(2, 4, "mor", "identity.blank", "value_left_blank")]
    assert outcome.batch.num_rows == 1


def test_stop_counts_every_wrong_cell_and_goes_on():
    columns = _COLUMNS.replace(
        "insats, role: keep, type: integer", "insats, role: keep, type: integer, on_invalid: stop"
    )
    columns = columns.replace("pseudonym: id", "pseudonym: id, on_invalid: stop")
    outcome = _engine(columns).process(
        _records([_row(insats="x", pnr="y"), _row(), _row(insats="z"), _row(mor="z")])
    )
    assert outcome.tally.stopped == 3
    assert outcome.tally.rows == 2
    assert [told[:1] + told[2:3] for told in _told(outcome)] == [
        (2, "pnr"),
        (2, "insats"),
        (4, "insats"),
        (5, "mor"),
    ]


def test_every_wrong_cell_of_a_row_is_told_in_the_columns_order():
    rows = [_row(datum="x", insats="y", mor="z", pnr="w", fri="v")]
    outcome = _engine().process(_records(rows))
    assert [told[2] for told in _told(outcome)] == ["pnr", "mor", "insats", "datum"]
    assert outcome.batch.num_rows == 0
    assert (outcome.tally.rejected, sum(outcome.tally.reasons.values())) == (1, 2)
    assert sum(outcome.tally.blanked.values()) == 2
    assert outcome.ranks[0].tolist() == outcome.numbers.tolist() == []
    assert [len(column) for column in outcome.identifiers] == [0, 0]


def test_rejects_of_the_reader_are_merged_by_record():
    ragged = tuple(Reject(1, record, record * 2, "", "record.too_few_fields") for record in (3, 6))
    rows = [_row(pnr="x"), _row(), _row(pnr="y"), _row(mor="z")]
    outcome = _engine().process(_records(rows, rejects=ragged))
    assert [told[:1] + told[2:4] for told in _told(outcome)] == [
        (2, "pnr", "identity.bad_form"),
        (3, "", "record.too_few_fields"),
        (5, "pnr", "identity.bad_form"),
        (6, "", "record.too_few_fields"),
        (7, "mor", "identity.bad_form"),
    ]
    assert outcome.numbers.tolist() == [4, 7]
    assert (outcome.tally.records, outcome.tally.rows, outcome.tally.rejected) == (6, 2, 4)
    assert outcome.tally.reasons["", "record.too_few_fields"] == 2


def test_formats_without_lines_say_line_0():
    outcome = _engine().process(_records([_row(pnr="x")], lines=False, file=3))
    assert outcome.rejects[0][:3] == (3, 2, 0)
    assert outcome.file == 3


# What never leaves.


def test_direct_and_undeclared_columns_are_never_touched():
    secret = {"namn": CANARIES["alva"], "annat": CANARIES["bertil"]}
    plain = _engine().process(_records([_row(), _row(pnr="x")]))
    outcome = _engine().process(_records([_row(**secret), _row(pnr="x", **secret)]))
    assert outcome.batch == plain.batch
    assert outcome.rejects == plain.rejects
    assert asdict(outcome.tally) == asdict(plain.tally)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, outcome.batch.schema) as writer:
        writer.write_batch(outcome.batch)
    assert_clean(written=sink.getvalue().to_pybytes(), shown=f"{outcome.rejects}{outcome.tally}")


def test_a_direct_column_may_be_of_any_type():
    schema = pa.schema([("pnr", pa.string()), ("namn", pa.list_(pa.binary()))])
    columns = "  - {name: pnr, role: identifier}\n  - {name: namn, role: direct}\n"
    batch = pa.RecordBatch.from_arrays(
        [pa.array([_ONE]), pa.nulls(1, schema.field("namn").type)], schema=schema
    )
    records = Records(batch, 1, np.array([2]), None, (), 1, 0)
    outcome = _engine(columns, schema).process(records)
    assert outcome.batch.to_pylist() == [{"pnr_pseudonym": _A}]


def test_no_cell_is_in_rejects_tally_or_reprs():
    wrong = [
        text
        for name, written in HOSTILE.items()
        if name != "very_long" and (text := written(CANARIES["david"], REFERENCE_DATE)) is not None
    ]
    rows = [_row(pnr=text, mor=text, insats=text, datum=text) for text in wrong]
    outcome = _engine().process(_records([*rows, _row(pnr=CANARIES["alva"], mor=None)]))
    assert_clean(shown=f"{outcome.rejects} {outcome.tally} {outcome!r}")
    assert outcome.batch.num_rows == 1


# Numbers in binary formats, scopes, submitters.


def test_numbers_are_identifiers_too():
    columns = "  - {name: pnr, role: identifier, pad_zeros: true}\n  - {name: x, role: keep, type: integer}\n"
    schema = pa.schema([("pnr", pa.float64()), ("x", pa.float64())])
    batch = pa.RecordBatch.from_arrays(
        [pa.array([198507099805.0, 0.5, None]), pa.array([1.0, 2.0, 3.5])], schema=schema
    )
    outcome = _engine(columns, schema).process(
        Records(batch, 1, np.array([2, 3, 4]), None, (), 3, 0)
    )
    assert outcome.batch.to_pylist() == [{"pnr_pseudonym": _A, "x": 1}]
    assert [told[0:1] + told[2:4] for told in _told(outcome)] == [
        (3, "pnr", "identity.lossy_number"),
        (4, "pnr", "identity.blank"),
        (4, "x", "value.wrong_type"),
    ]


def test_scopes_and_submitters():
    columns = (
        "  - {name: pnr, role: identifier}\n"
        "  - {name: mor, role: identifier, kind: 'opaque:hushall', scope: [fri]}\n"
        "  - {name: annat, role: identifier, kind: 'opaque:hushall', scope: submitter}\n"
        "  - {name: fri, role: direct}\n"
    )
    rows = [
        _row(mor="0001", annat="0001", fri="0180"),
        _row(mor="0001", annat="0002", fri="1480"),
        _row(mor="0001", annat="0001", fri=None),
    ]
    outcome = _engine(columns, submitter="0180").process(_records(rows))
    scoped = outcome.batch["mor_pseudonym"].to_pylist()
    submitted = outcome.batch["annat_pseudonym"].to_pylist()
    assert scoped[0] == submitted[0] == "2EJGRK4QAROBIOFRCPP6Q6WAIY"
    assert len({*scoped, *submitted}) == 3
    assert [told[:1] + told[2:4] for told in _told(outcome)] == [
        (4, "mor", "identity.scope_missing")
    ]
    assert all((ranks == -1).all() for ranks in outcome.ranks[1:])


# Purity and cutting.

_PEOPLE = People(seed=21, first_birth=date(1900, 1, 1)).personnummer(12)
_CELLS = {
    "pnr": st.sampled_from(
        [*_PEOPLE, _ONE, "x", None, "", "850709-9806", "0707767604", "191500722390"]
    ),
    "mor": st.sampled_from([*_PEOPLE[:3], "x", None, " "]),
    "insats": st.sampled_from(["1", "2", "x", None]),
    "datum": st.sampled_from(["2024-01-01", "2024-13-01", None]),
    "fri": st.sampled_from(["å", None, "b"]),
}
_ROWS = st.lists(st.fixed_dictionaries(_CELLS).map(lambda cells: _row(**cells)), max_size=25)


def _cut(records: Records, start: int, stop: int) -> Records:
    """Take a piece; what was rejected between two pieces goes with the first of them."""
    numbers = records.numbers
    rejects = [
        reject
        for reject in records.rejects
        if (start == 0 or reject.record > numbers[start])
        and (stop == len(numbers) or reject.record < numbers[stop])
    ]
    return Records(
        records.batch.slice(start, stop - start),
        records.file,
        numbers[start:stop],
        None if records.lines is None else records.lines[start:stop],
        rejects,
        stop - start + len(rejects),
        0,
    )


def _together(outcomes: list[Outcome], engine: Engine) -> tuple:
    tally = Tally()
    for outcome in outcomes:
        tally.add(outcome.tally)
    table = pa.Table.from_batches([o.batch for o in outcomes], engine.plan.schema)
    return (
        table.to_pylist(),
        [reject for outcome in outcomes for reject in outcome.rejects],
        [number for outcome in outcomes for number in outcome.numbers.tolist()],
        [
            [rank for outcome in outcomes for rank in outcome.ranks[place].tolist()]
            for place in range(len(engine.plan.swaps))
        ],
        [
            [cell for o in outcomes for cell in o.identifiers[place].to_pylist()]
            for place in range(len(engine.plan.swaps))
        ],
        asdict(tally),
    )


@given(
    rows=_ROWS, cuts=st.lists(st.integers(0, 25), max_size=5), ragged=st.sets(st.integers(2, 30))
)
def test_it_is_all_one_how_records_are_cut(rows, cuts, ragged):
    engine = _engine()
    ragged = {record for record in ragged if record < 2 + len(rows)}
    rejects = tuple(Reject(1, r, 0, "", "record.too_few_fields") for r in sorted(ragged))
    records = _records(rows, rejects=rejects)
    whole = engine.process(records)
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    pieces = [_cut(records, start, stop) for start, stop in pairwise(edges)] or [records]
    assert sum(piece.framed for piece in pieces) == records.framed
    outcomes = [engine.process(piece) for piece in pieces]
    assert _together(outcomes, engine) == _together([whole], engine)


@given(rows=_ROWS)
def test_sums_hold(rows):
    outcome = _engine().process(_records(rows))
    tally = outcome.tally
    assert tally.rows == outcome.batch.num_rows == len(outcome.numbers)
    assert tally.records == tally.rows + tally.rejected == len(rows)
    out = [reject for reject in outcome.rejects if reject.effect == "row_left_out"]
    blank = [reject for reject in outcome.rejects if reject.effect == "value_left_blank"]
    assert len({reject.record for reject in out}) == tally.rejected
    assert Counter((r.column, r.code) for r in out) == tally.reasons
    assert Counter((r.column, r.code) for r in blank) == tally.blanked
    assert {
        n: c.null_count
        for n, c in zip(outcome.batch.schema.names, outcome.batch.columns, strict=True)
    } == dict(tally.nulls)
    assert not {reject.record for reject in out} & set(outcome.numbers.tolist())
    assert tally.century_ambiguous["id"] == sum(row["pnr"] == "0707767604" for row in rows)
    assert tally.incomplete_date["id"] == sum(row["pnr"] == "191500722390" for row in rows)
    for column, ranks in zip(outcome.identifiers, outcome.ranks, strict=True):
        assert len(column) == len(ranks) == tally.rows
    outcome.batch.validate(full=True)


@given(rows=_ROWS)
def test_the_engine_remembers_nothing(rows):
    engine = _engine()
    records = _records(rows)
    before = records.batch.to_pylist()
    first = _together([engine.process(records)], engine)
    engine.process(_records([_row(pnr="x"), _row()]))
    assert _together([engine.process(records)], engine) == first
    assert _together([_engine().process(records)], engine) == first
    assert records.batch.to_pylist() == before


def test_no_records():
    outcome = _engine().process(_records([]))
    assert outcome.batch.num_rows == 0
    assert outcome.batch.schema == _engine().plan.schema
    assert outcome.tally.records == 0
    only_ragged = (Reject(1, 2, 2, "", "record.too_few_fields"),)
    outcome = _engine().process(_records([], rejects=only_ragged))
    assert (outcome.tally.records, outcome.tally.rejected) == (1, 1)
    assert outcome.rejects == list(only_ragged)


def test_a_closed_domain_stops_the_engine():
    engine = _engine()
    closed = MemoryStore({("projA", 1): bytes(32)}).domain("projA")
    closed.close()
    with pytest.raises(KeyStoreError):
        Engine(engine.plan, closed).process(_records([_row()]))


def test_tallies_add_up():
    one, two = Tally(records=2, rows=1, rejected=1), Tally(records=3, rows=3, stopped=4)
    one.reasons["a", "x"], two.reasons["a", "x"], two.reasons["b", "y"] = 1, 2, 3
    one.nulls["a"], two.nulls["a"] = 5, 6
    one.add(two)
    assert (one.records, one.rows, one.rejected, one.stopped) == (5, 4, 1, 4)
    assert one.reasons == {("a", "x"): 3, ("b", "y"): 3}
    assert one.nulls == {"a": 11}
    assert two.reasons == {("a", "x"): 2, ("b", "y"): 3}
