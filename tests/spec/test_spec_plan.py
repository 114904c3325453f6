# SPDX-License-Identifier: Apache-2.0
"""The plan: what is made of a spec, and which headers it refuses."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from pseudo.errors import DeliveryError, UsageError
from pseudo.spec import parse_spec
from pseudo.spec.plan import Keep, Swap, compile_plan

_DAY = date(2026, 11, 22)
_SPEC = """\
name: x
columns:
  - {name: insats, role: keep, type: integer}
  - {name: pnr, role: identifier, pseudonym: id}
  - {name: namn, role: direct}
  - {name: adress, role: direct, required: false}
  - {name: mor, role: identifier, required: false, on_invalid: 'null'}
  - {name: fri, role: keep, on_invalid: stop}
"""
_HEADER = ["fri", "insats", "mor", "namn", "pnr"]


def _schema(*names: str, **types: pa.DataType) -> pa.Schema:
    return pa.schema([(name, types.get(name, pa.string())) for name in names])


def _plan(text: str = _SPEC, schema: pa.Schema | None = None, **options):
    schema = schema or _schema(*_HEADER)
    return compile_plan(parse_spec(text), schema, reference_date=_DAY, **options)


def test_the_output_is_in_the_specs_order():
    plan = _plan()
    assert plan.schema == pa.schema(
        [
            ("insats", pa.int64()),
            ("id", pa.string()),
            ("mor_pseudonym", pa.string()),
            ("fri", pa.string()),
        ]
    )
    assert plan.dropped == ("namn", "adress")
    assert [step.source for step in plan.swaps] == ["pnr", "mor"]
    assert [step.source for step in plan.keeps] == ["insats", "fri"]
    assert plan.ordered_by == "id"
    assert plan.bind(_schema(*_HEADER)) == ()
    assert plan.bind(_schema(*reversed(_HEADER), "adress")) == ()


def test_steps_have_what_the_spec_says():
    plan = _plan()
    assert isinstance(plan.steps[0], Keep)
    assert isinstance(plan.steps[1], Swap)
    assert plan.steps[1].required
    assert plan.steps[1].on_invalid == "reject"
    assert (plan.steps[2].required, plan.steps[2].on_invalid) == (False, "null")
    assert plan.steps[1].rule.reference_date == plan.reference_date == _DAY
    assert plan.steps[1].rule.kinds == ("personnummer", "samordningsnummer")


def test_a_reference_date_of_the_spec_is_not_taken_by_itself():
    # Whoever orders the run decides between the option, the spec and the day.
    plan = _plan(_SPEC + "reference_date: 1999-01-01\n")
    assert plan.steps[1].rule.reference_date == _DAY


def _refused(plan, schema, code) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        plan.bind(schema)
    assert caught.value.code == code
    assert caught.value.exit_status == 3
    for lang in ("sv", "en"):
        assert caught.value.text(lang) != code
    return caught.value


@pytest.mark.parametrize("missing", _HEADER)
def test_a_missing_column(missing):
    error = _refused(
        _plan(), _schema(*(n for n in _HEADER if n != missing)), "delivery.missing_column"
    )
    assert error.params["column"] == missing


def test_several_missing_columns_are_named_together():
    error = _refused(_plan(), _schema("pnr", "fri"), "delivery.missing_column")
    assert error.params["column"] == "insats, namn, mor"


def test_capitals_count():
    names = [name.upper() for name in _HEADER]
    error = _refused(_plan(), _schema(*names), "delivery.no_declared_column")
    assert error.params["columns"] == 5


def test_a_header_with_nothing_that_is_declared():
    error = _refused(_plan(), _schema("a", "b", "c"), "delivery.no_declared_column")
    assert error.params["columns"] == 3
    _refused(_plan(), pa.schema([]), "delivery.no_declared_column")
    _refused(_plan(), _schema("adress"), "delivery.missing_column")


def test_undeclared_columns_stop_or_are_dropped():
    error = _refused(_plan(), _schema("ny", *_HEADER, "nyare"), "delivery.unknown_column")
    assert (error.params["column"], error.params["position"]) == ("ny, nyare", "1, 7")
    dropping = _plan(_SPEC + "unknown_columns: drop\n")
    assert dropping.bind(_schema("ny", *_HEADER, "nyare")) == ("ny", "nyare")
    _refused(dropping, _schema("ny", "pnr"), "delivery.missing_column")


def test_an_undeclared_name_that_is_a_number_is_masked():
    error = _refused(_plan(), _schema(*_HEADER, "19580317-9869"), "delivery.unknown_column")
    assert "9869" not in f"{error} {error.params}"


@pytest.mark.parametrize(
    ("column", "type_", "fits"),
    [
        ("insats", pa.int64(), True),
        ("insats", pa.float64(), True),
        ("insats", pa.bool_(), False),
        ("insats", pa.date32(), False),
        ("insats", pa.list_(pa.int64()), False),
        ("fri", pa.int64(), False),
        ("pnr", pa.int64(), True),
        ("pnr", pa.float64(), True),
        ("pnr", pa.null(), True),
        ("pnr", pa.large_string(), True),
        ("pnr", pa.dictionary(pa.int8(), pa.string()), True),
        ("pnr", pa.bool_(), False),
        ("pnr", pa.date32(), False),
        ("pnr", pa.timestamp("us"), False),
        ("pnr", pa.decimal128(12, 0), False),
        ("pnr", pa.binary(), False),
        ("pnr", pa.list_(pa.string()), False),
        ("mor", pa.bool_(), False),
        ("namn", pa.binary(), True),
    ],
)
def test_a_column_of_a_type_that_cannot_hold_what_is_declared(column, type_, fits):
    plan = _plan()
    schema = _schema(*_HEADER, **{column: type_})
    if fits:
        assert plan.bind(schema) == ()
        return
    error = _refused(plan, schema, "delivery.column_type")
    assert (error.params["column"], error.params["type"]) == (column, str(type_))


def test_an_undeclared_type_is_the_first_files_and_binds_the_others():
    plan = _plan(schema=_schema(*_HEADER, fri=pa.date32()))
    assert plan.schema.field("fri").type == pa.date32()
    assert plan.bind(_schema(*_HEADER, fri=pa.date32())) == ()
    _refused(plan, _schema(*_HEADER), "delivery.column_type")


_OPAQUE = """\
name: x
columns:
  - {name: pnr, role: identifier}
  - {name: hus, role: identifier, kind: 'opaque:hus', scope: [kommun, year]}
  - {name: kommun, role: direct, required: false}
  - {name: year, role: keep, type: integer}
"""


def test_a_scope_column_must_be_there_even_where_it_may_be_missing():
    plan = _plan(_OPAQUE, _schema("pnr", "hus", "kommun", "year"))
    assert plan.swaps[1].scope == ("kommun", "year")
    assert plan.bind(_schema("pnr", "hus", "kommun", "year", year=pa.int64())) == ()
    error = _refused(plan, _schema("pnr", "hus", "year"), "delivery.missing_column")
    assert error.params["column"] == "kommun"


def test_a_scope_column_that_can_hold_none():
    plan = _plan(_OPAQUE, _schema("pnr", "hus", "kommun", "year"))
    schema = _schema("pnr", "hus", "kommun", "year", kommun=pa.bool_())
    assert _refused(plan, schema, "delivery.column_type").params["column"] == "kommun"


def test_a_column_scoped_by_submitter_needs_one():
    text = _OPAQUE.replace("[kommun, year]", "submitter")
    schema = _schema("pnr", "hus", "kommun", "year")
    assert _plan(text, schema, submitter="0180").swaps[1].submitter == "0180"
    assert _plan(text, schema, submitter="0180").swaps[0].submitter is None
    for submitter in (None, ""):
        with pytest.raises(UsageError) as caught:
            _plan(text, schema, submitter=submitter)
        assert caught.value.code == "usage.submitter_needed"
        assert caught.value.params["column"] == "hus"
