# SPDX-License-Identifier: Apache-2.0
"""Every setting of a spec, right and wrong, as the loader and the JSON Schema see it."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import SpecError
from pseudo.spec import (
    DirectColumn,
    IdentifierColumn,
    KeepColumn,
    RejectLimit,
    as_mapping,
    json_schema,
    parse_spec,
)

_SCHEMA = json_schema()
_EXAMPLE = """\
name: kommunala-program
unknown_columns: stop            # or drop
reject_limit: 5%                 # share or count; above it the delivery is refused
columns:
  - {name: personnummer, role: identifier, kind: personnummer, pseudonym: id, on_invalid: reject}
  - {name: namn, role: direct}                                # dropped
  - {name: insats, role: keep, type: integer}
"""


def _spec(settings: str = "", column: str = "") -> str:
    """A spec with settings of its own, or of its identifier column."""
    return f"name: x\n{settings}\ncolumns:\n  - {{name: p, role: identifier{column}}}\n"


def _data(text: str) -> object:
    """What an editor holds against the schema: dates as the texts that were typed."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_the_example_of_the_manual(fits_schema):
    spec = parse_spec(_EXAMPLE)
    assert spec.name == "kommunala-program"
    assert (spec.unknown_columns, spec.order, spec.reason) == ("stop", "pseudonym", None)
    assert spec.reject_limit == RejectLimit(share=0.05)
    identifier, direct, keep = spec.columns
    assert isinstance(identifier, IdentifierColumn)
    assert (identifier.target, identifier.on_invalid, identifier.required) == (
        "id",
        "reject",
        True,
    )
    assert isinstance(direct, DirectColumn)
    assert isinstance(keep, KeepColumn)
    assert keep.type == "integer"
    assert spec.identifiers == (identifier,)
    assert spec.kept == (keep,)
    assert fits_schema(_data(_EXAMPLE), _SCHEMA)


def test_the_defaults_are_those_of_the_manual():
    spec = parse_spec(_spec())
    assert spec.unknown_columns == "stop"
    assert str(spec.reject_limit) == "5%"
    assert spec.order == "pseudonym"
    assert spec.formula_cells == "quote"
    assert (spec.reference_date, spec.encoding, spec.delimiter) == (None, None, None)
    column = spec.identifiers[0]
    assert (column.target, column.on_invalid, column.required) == ("p_pseudonym", "reject", True)
    assert (column.kind, column.kinds, column.scope, column.width) == (None, None, None, 0)
    assert (column.pad_zeros, column.denied) == (False, None)


_GOOD = [
    ("unknown_columns: drop", ""),
    ("reject_limit: 0", ""),
    ("reject_limit: 12", ""),
    ("reject_limit: 0%", ""),
    ("reject_limit: 100%", ""),
    ("reject_limit: 100.0 %", ""),
    ("reject_limit: 0.000001%", ""),
    ("reject_limit: '2.5 %'", ""),
    ("order: keep\nreason: the recipient joins by row", ""),
    ("order: pseudonym", ""),
    ("reason: said without need", ""),
    ("reference_date: 2026-11-22", ""),
    ("reference_date: '2026-11-22'", ""),
    ("encoding: cp1252", ""),
    ("delimiter: ';'", ""),
    ('delimiter: "\\t"', ""),
    ("formula_cells: stop", ""),
    ("formula_cells: pass", ""),
    ("", ", kind: samordningsnummer"),
    ("", ", kind: interim"),
    ("", ", kind: orgnr"),
    ("", ", kind: reserv:vgr"),
    ("", ", kinds: [personnummer]"),
    ("", ", kinds: [personnummer, interim, 'reserv:skane']"),
    ("", ", pseudonym: löpnr"),
    ("", ", on_invalid: null"),
    ("", ", on_invalid: 'null'"),
    ("", ", on_invalid: stop"),
    ("", ", required: false"),
    ("", ", pad_zeros: true"),
    ("", ", denied: []"),
    ("", ", denied: [101010-1010, 19850709-9805, '1111111111']"),
    ("", ", kind: opaque:hushall, scope: none"),
    ("", ", kind: opaque:hushall, scope: submitter, width: 4"),
]


@pytest.mark.parametrize(("settings", "column"), _GOOD, ids=range(len(_GOOD)))
def test_what_is_right_is_taken_by_loader_and_schema(fits_schema, settings, column):
    text = _spec(settings, column)
    spec = parse_spec(text)
    assert fits_schema(_data(text), _SCHEMA)
    again = parse_spec(yaml.safe_dump(as_mapping(spec)))
    assert again == spec
    assert fits_schema(_data(yaml.safe_dump(as_mapping(spec))), _SCHEMA)


_BAD = [
    # Settings, and the line and place that the error names.
    ("unknown_columns: ignore", "", 2, "unknown_columns"),
    ("unknown_columns: true", "", 2, "unknown_columns"),
    ("reject_limit: -1", "", 2, "reject_limit"),
    ("reject_limit: 101%", "", 2, "reject_limit"),
    ("reject_limit: 100.000001%", "", 2, "reject_limit"),
    ("reject_limit: 5 percent", "", 2, "reject_limit"),
    ("reject_limit: '5'", "", 2, "reject_limit"),
    ("reject_limit: -5%", "", 2, "reject_limit"),
    ("reject_limit: 5,5%", "", 2, "reject_limit"),
    ("reject_limit: ５%", "", 2, "reject_limit"),
    ("reject_limit: 0.05", "", 2, "reject_limit"),
    ("reject_limit: .nan", "", 2, "reject_limit"),
    ("reject_limit: true", "", 2, "reject_limit"),
    ("reject_limit: {share: 5}", "", 2, "reject_limit"),
    ("reject_limit: {}", "", 2, "reject_limit"),
    ("reject_limit: [5%]", "", 2, "reject_limit"),
    ("reject_limit:", "", 2, "reject_limit"),
    ("order: random", "", 2, "order"),
    ("reference_date: 20261122", "", 2, "reference_date"),
    ("reference_date: 0", "", 2, "reference_date"),
    ("reference_date: 1.5", "", 2, "reference_date"),
    ("reference_date: true", "", 2, "reference_date"),
    ("reference_date: 2026-11-22 10:00:00", "", 2, "reference_date"),
    ("reference_date: '2026-02-30'", "", 2, "reference_date"),
    ("reference_date: 22/11/2026", "", 2, "reference_date"),
    ("encoding: [utf-8]", "", 2, "encoding"),
    ("delimiter: ';;'", "", 2, "delimiter"),
    ("delimiter: ':'", "", 2, "delimiter"),
    ("formula_cells: run", "", 2, "formula_cells"),
    ("nmae: x", "", 2, "nmae"),
    ("1: x", "", 2, "1"),
    ("true: x", "", 2, "true"),
    ("<<: {order: pseudonym}", "", 2, "<<"),
    ("reason: ab", "", 2, "reason"),
    ("", ", role2: x", 4, "columns.0.role2"),
    ("", ", kind: [personnummer]", 4, "columns.0.kind"),
    ("", ", kinds: personnummer", 4, "columns.0.kinds"),
    ("", ", pseudonym: ''", 4, "columns.0.pseudonym"),
    ("", ", pseudonym: ' '", 4, "columns.0.pseudonym"),
    ("", ", on_invalid: drop", 4, "columns.0.on_invalid"),
    ("", ", on_invalid: ~", 4, "columns.0.on_invalid"),
    ("", ", on_invalid: [null]", 4, "columns.0.on_invalid"),
    ("", ", required: maybe", 4, "columns.0.required"),
    ("", ", width: -1", 4, "columns.0.width"),
    ("", ", width: 65", 4, "columns.0.width"),
    ("", ", width: wide", 4, "columns.0.width"),
    ("", ", denied: '1010101010'", 4, "columns.0.denied"),
    ("", ", type: integer", 4, "columns.0.type"),
]


@pytest.mark.parametrize(("settings", "column", "line", "where"), _BAD, ids=range(len(_BAD)))
def test_what_is_wrong_is_named_with_its_line(fits_schema, settings, column, line, where):
    text = _spec(settings, column)
    with pytest.raises(SpecError) as caught:
        parse_spec(text, file="spec.yaml")
    error = caught.value
    assert error.code == "spec.invalid"
    assert error.exit_status == 2
    assert (error.params["file"], error.params["line"]) == ("spec.yaml", line)
    assert str(error.params["where"]).startswith(where)
    assert error.__context__ is None
    # To an editor a bare ~ is the word null, a blank name a name, and << not there.
    unseen = {", on_invalid: ~", ", pseudonym: ' '", "<<: {order: pseudonym}"}
    assert fits_schema(_data(text), _SCHEMA) is bool({settings, column} & unseen)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("kind: pnr", "spec.bad_identifier"),
        ("kind: interim, kinds: [interim]", "spec.bad_identifier"),
        ("kinds: []", "spec.bad_identifier"),
        ("kinds: [opaque:a, personnummer], scope: none", "spec.bad_identifier"),
        ("width: 4", "spec.bad_identifier"),
        ("denied: ['123']", "spec.bad_identifier"),
        ("kind: 'opaque:A', scope: none", "spec.bad_identifier"),
        ("kind: opaque:a", "spec.scope_undeclared"),
        ("kind: opaque:a, scope: []", "spec.scope_undeclared"),
        ("kind: opaque:a, scope:", "spec.scope_undeclared"),
        ("kind: opaque:a, scope: [kommun]", "spec.scope_unknown"),
        ("kind: opaque:a, scope: kommun", "spec.scope_unknown"),
        ("kind: opaque:a, scope: p", "spec.scope_unknown"),
        ("kind: opaque:a, scope: [other, kommun]", "spec.scope_unknown"),
        ("scope: other", "spec.scope_not_opaque"),
        ("scope: submitter", "spec.scope_not_opaque"),
        ("kind: interim, scope: [other]", "spec.scope_not_opaque"),
    ],
)
def test_what_does_not_go_together_is_named_with_its_line(column, code):
    text = f"name: x\n\n\ncolumns:\n  - name: other\n    role: keep\n  - {{name: p, role: identifier, {column}}}\n"
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    error = caught.value
    assert error.code == code
    assert (error.params["line"], error.params["column"]) == (7, "p")
    assert error.__context__ is None
    for lang in ("sv", "en"):
        assert error.text(lang) != code
        assert error.hint(lang)


def test_a_scope_names_other_columns_or_a_word():
    text = (
        "name: x\ncolumns:\n"
        "  - {name: hus, role: identifier, kind: 'opaque:hus', scope: [kommun, year]}\n"
        "  - {name: kommun, role: direct}\n"
        "  - {name: year, role: keep}\n"
    )
    assert parse_spec(text).identifiers[0].scope == ("kommun", "year")
    assert parse_spec(text.replace("[kommun, year]", "kommun")).identifiers[0].scope == ("kommun",)
    assert parse_spec(text.replace("[kommun, year]", "none")).identifiers[0].scope == "none"


@pytest.mark.parametrize(
    ("columns", "code", "line"),
    [
        ("- {name: a, role: keep}", "spec.no_identifier", 2),
        ("- {name: a, role: direct}\n- {name: b, role: keep}", "spec.no_identifier", 2),
        (
            "- {name: p, role: identifier}\n- {name: a, role: keep}\n- {name: a, role: direct}",
            "spec.duplicate_column",
            5,
        ),
        (
            "- {name: p, role: identifier}\n- {name: 'a\u030a', role: keep}\n- {name: \u00e5, role: keep}",
            "spec.duplicate_column",
            5,
        ),
        (
            "- {name: p, role: identifier, pseudonym: a}\n- {name: a, role: keep}",
            "spec.duplicate_output",
            4,
        ),
        (
            "- {name: p, role: identifier}\n- {name: p_pseudonym, role: keep}",
            "spec.duplicate_output",
            4,
        ),
        (
            "- {name: p, role: identifier, pseudonym: id}\n- {name: q, role: identifier, pseudonym: id}",
            "spec.duplicate_output",
            4,
        ),
        (
            "- {name: p, role: identifier, pseudonym: 'a\u030a'}\n- {name: \u00e5, role: keep}",
            "spec.duplicate_output",
            4,
        ),
    ],
    ids=range(8),
)
def test_columns_that_do_not_go_together(columns, code, line):
    with pytest.raises(SpecError) as caught:
        parse_spec(f"name: x\ncolumns:\n{columns}\n")
    assert caught.value.code == code
    assert caught.value.params["line"] == line


def test_a_dropped_column_leaves_its_name_free():
    text = (
        "name: x\ncolumns:\n- {name: p, role: identifier, pseudonym: a}\n- {name: a, role: direct}"
    )
    assert parse_spec(text).identifiers[0].target == "a"


def test_names_are_composed_as_the_readers_do():
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "löpnr")
        spec = parse_spec(f"name: x\ncolumns:\n- {{name: {name}, role: identifier}}\n")
        assert spec.columns[0].name == "l\u00f6pnr"
        assert spec.identifiers[0].target == "l\u00f6pnr_pseudonym"


@pytest.mark.parametrize(
    "name", ["", " ", "Stor", "å", "a b", "../x", "a/b", "-a", "_a", "a" * 64, "a.b", "a\\n", "."]
)
def test_a_name_that_cannot_be_a_files(fits_schema, name):
    text = json.dumps({"name": name, "columns": [{"name": "p", "role": "identifier"}]})
    with pytest.raises(SpecError):
        parse_spec(text)
    assert not fits_schema(json.loads(text), _SCHEMA)


@pytest.mark.parametrize(
    "columns",
    [
        "",
        "[]",
        "{}",
        "x",
        "[x]",
        "[[]]",
        "[{name: p}]",
        "[{role: identifier}]",
        "[{name: p, role: key}]",
        "[{name: 5, role: identifier}]",
        "[{name: '', role: identifier}]",
        "[{name: p, role: direct, kind: orgnr}]",
    ],
)
def test_columns_that_are_none(fits_schema, columns):
    text = f"name: x\ncolumns: {columns}\n"
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    assert caught.value.params["line"] == 2
    assert not fits_schema(_data(text), _SCHEMA)


def test_keep_columns(fits_schema):
    for type_ in ("string", "integer", "number", "boolean", "date", "datetime"):
        text = (
            _EXAMPLE
            + f"  - {{name: k, role: keep, type: {type_}, decimalChar: ',', on_invalid: null}}\n"
        )
        assert parse_spec(text).kept[1].on_invalid == "null"
        assert fits_schema(_data(text), _SCHEMA)
    for wrong in (
        "type: int",
        "type: text",
        "decimalChar: ''",
        "decimalChar: ';'",
        "kind: orgnr",
        "required: false",
        "pseudonym: x",
    ):
        text = _EXAMPLE + f"  - {{name: k, role: keep, {wrong}}}\n"
        with pytest.raises(SpecError) as caught:
            parse_spec(text)
        assert caught.value.params["line"] == 8
        assert not fits_schema(_data(text), _SCHEMA)


def test_order_keep_needs_a_reason():
    for settings in ("order: keep", "order: keep\nreason:", "order: keep\nreason: '   '"):
        with pytest.raises(SpecError) as caught:
            parse_spec(_spec(settings))
        assert caught.value.code == "spec.invalid"


def test_a_spec_cannot_be_changed():
    spec = parse_spec(_EXAMPLE)
    with pytest.raises(ValueError):
        spec.order = "keep"
    with pytest.raises(ValueError):
        spec.columns[0].required = False


@given(
    percent=st.decimals(0, 100, places=2),
    records=st.integers(0, 10**8),
)
def test_a_share_is_held_exactly(percent, records):
    limit = parse_spec(_spec(f"reject_limit: {percent}%")).reject_limit
    most = Fraction(percent) / 100 * records
    for rejected in {int(most), int(most) + 1, max(0, int(most) - 1)}:
        assert limit.exceeded_by(rejected, records) is (rejected > most)
    assert parse_spec(_spec(f"reject_limit: {limit}")).reject_limit == limit


@given(count=st.integers(0, 10**12), rejected=st.integers(0, 10**12))
def test_a_count_is_a_count(count, rejected):
    limit = parse_spec(_spec(f"reject_limit: {count}")).reject_limit
    assert limit.exceeded_by(rejected, 10) is (rejected > count)
    assert str(limit) == str(count)


def test_no_records_exceed_no_share():
    assert not RejectLimit(share=0.0).exceeded_by(0, 0)
    assert RejectLimit(share=0.0).exceeded_by(1, 10**9)
    assert not RejectLimit(share=1.0).exceeded_by(10, 10)


def test_the_schema_describes_every_setting():
    assert _SCHEMA["$schema"].startswith("https://json-schema.org/")
    assert json.loads(json.dumps(_SCHEMA)) == _SCHEMA
    described = {
        **_SCHEMA["properties"],
        **{
            f"{name}.{key}": value
            for name, part in _SCHEMA["$defs"].items()
            for key, value in part["properties"].items()
        },
    }
    silent = [
        name
        for name, part in described.items()
        if "description" not in part and name != "columns" and not name.endswith(".role")
    ]
    assert silent == []
    assert json_schema() == _SCHEMA


def test_the_reference_date_is_a_date():
    assert parse_spec(_spec("reference_date: 2026-11-22")).reference_date == date(2026, 11, 22)
