# SPDX-License-Identifier: Apache-2.0
"""Hostile and broken YAML: refused with a line, never run, never expanded."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import SpecError
from pseudo.io.spec_file import load_spec
from pseudo.spec import Spec, parse_spec

_BASE = "name: x\ncolumns:\n  - {name: p, role: identifier}\n"


def _refused(text: str, code: str = "spec.not_yaml", line: int | None = None) -> SpecError:
    begun = time.monotonic()
    with pytest.raises(SpecError) as caught:
        parse_spec(text, file="s.yaml")
    assert time.monotonic() - begun < 20
    error = caught.value
    assert error.code == code
    assert error.__context__ is None
    assert error.__cause__ is None
    assert error.params["file"] == "s.yaml"
    if line is not None:
        assert error.params["line"] == line
    return error


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &a [x, x]\nb: *a\n", 2),
        ("a: &a [1]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", 2),
        ("a: &a {b: *a}\n", 1),
        ("base: &b {order: keep}\n<<: *b\n", 2),
    ],
)
def test_aliases_are_not_expanded(text, line):
    _refused(text + _BASE, line=line)


def test_an_anchor_alone_harms_nobody():
    assert parse_spec("name: &n x\n" + _BASE.partition("\n")[2]).name == "x"


def test_a_bomb_of_aliases():
    layers = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    _refused("\n".join(layers), line=2)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch hacked']",
        "!!python/object:pseudo.spec.model.Spec {}",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!python/tuple [1, 2]",
        "!!python/object/new:type [x, [], {}]",
        "!custom x",
        "!<tag:example.org,2000:x> y",
        "!!int x",
        '!!int ""',
        '!!float ""',
        "!!float x",
        "!!bool maybe",
        "!!timestamp never",
        "!!set [a]",
        "!!omap {a: b}",
        "2026-13-45",
        "9" * 5000,
        "!!null {a: b}",
        "!!str [a]",
    ],
)
def test_tags_make_no_objects(tag, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    error = _refused(f"{_BASE}\nreason: {tag}\n", line=5)
    assert "touch" not in str(error)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: x\nname: y\n" + _BASE, 2),
        ("name: x\ncolumns:\n  - name: p\n    role: identifier\n    name: q\n", 5),
        ('name: x\n"name": y\n' + _BASE, 2),
        ("1: a\n'1': b\n", 2),
    ],
)
def test_duplicate_keys(text, line):
    _refused(text, "spec.duplicate_key", line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("? [a]\n: b\n" + _BASE, 1),
        ("name: x\n? {a: 1}\n: b\n", 2),
        ("name: x\n{a: b}: c\n", 2),
        ("name: x\ncolumns:\n\t- a\n", 3),
        ("name: 'x\n", 2),
        ("name: [x\n", 2),
        ("name: x\n  y: z\n", 2),
        ("a: b: c\n", 1),
        ("- a\nb: c\n", 2),
        (_BASE + "---\n" + _BASE, 4),
        ("%YAML 9.9\n---\n" + _BASE, None),
        ("a: \0\n", None),
        ("a: \x07\n", None),
        ("a: \ud800\n", None),
        ("# nothing\n", 0),
        ("", 0),
        ("---\n", None),
        ("@x\n", 1),
        ('name: "\\xZZ"\n', 1),
    ],
    ids=range(19),
)
def test_what_is_not_yaml(text, line):
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    assert caught.value.code in ("spec.not_yaml", "spec.not_a_mapping")
    assert caught.value.__context__ is None
    if line is not None:
        assert caught.value.params["line"] == line


@pytest.mark.parametrize("text", ["x", "- a\n- b", "5", "null", "2026-11-22", "[a, b]", "true"])
def test_what_is_no_mapping(text):
    _refused(text, "spec.not_a_mapping")


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "[" * 500 + "]" * 500,
        "a: " + "{b: " * 500 + "1" + "}" * 500,
        "a: " + "[" * 25 + "]" * 25,
        "- " * 5000 + "a",
        "? " * 3000 + "a",
        "a: " + "[" * 2_000_000,
        "- " * 2_000_000,
        "[a, " * 500_000,
        "{a: " * 500_000,
    ],
    ids=range(10),
)
def test_deep_nesting(text):
    _refused(text)


def test_a_large_spec_is_loaded_in_time():
    columns = "".join(f"  - {{name: c{n}, role: keep}}\n" for n in range(1500))
    assert len(parse_spec(_BASE + columns).columns) == 1501


def test_the_number_of_columns_is_limited():
    columns = [{"name": "p", "role": "identifier"}]
    columns += [{"name": f"c{n}", "role": "keep"} for n in range(5000)]
    assert len(Spec.model_validate({"name": "x", "columns": columns[:5000]}).columns) == 5000
    with pytest.raises(ValueError, match="at most 5000"):
        Spec.model_validate({"name": "x", "columns": columns})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "spec.not_text"),
        (b"  \n \n", "spec.not_text"),
        (b"\xef\xbb\xbf", "spec.not_text"),
        (b"name: x\xff\n", "spec.not_text"),
        ("name: å\n".encode("cp1252"), "spec.not_text"),
        (_BASE.encode("utf-16"), "spec.not_text"),
        (b"PK\x03\x04\0\0", "spec.not_yaml"),
        (b"#" + b"x" * 4 * 1024 * 1024, "spec.too_large"),
        (b"\0" * 100, "spec.not_yaml"),
    ],
    ids=range(9),
)
def test_files_that_are_no_specs(tmp_path, content, code):
    path = tmp_path / "spec.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert caught.value.code == code
    assert caught.value.exit_status == 2
    assert caught.value.__context__ is None
    assert caught.value.text("sv") != code


def test_files_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "a" / "b", "a\0b"):
        with pytest.raises(SpecError) as caught:
            load_spec(path)
        assert caught.value.code == "spec.not_found"
        assert caught.value.__context__ is None


def test_a_byte_order_mark_and_crlf_are_taken(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + _BASE.replace("\n", "\r\n").encode())
    assert load_spec(str(path)).name == "x"
    path.write_bytes(b"\xef\xbb\xbf" + b"name: x\r\n\r\norder: up\r\n")
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert caught.value.params["line"] == 3


def test_a_spec_that_holds_a_number_does_not_show_it():
    for text in (
        "name: 19580317-9869\n",
        "name: x\n19580317-9869: y\n" + _BASE,
        _BASE + "order: 195803179869\n",
        _BASE.replace("identifier", "195803179869"),
        _BASE.replace("role: identifier", "role: identifier, kind: 19580317-9869"),
        _BASE + "  - {name: 195803179869 x, role: keep, type: y}\n",
        _BASE + "  - {name: p, role: keep}\n",
    ):
        with pytest.raises(SpecError) as caught:
            parse_spec(text)
        assert "9869" not in f"{caught.value} {caught.value.params} {caught.value.args}"


_BITS = st.sampled_from(
    [
        "name",
        "columns",
        ": ",
        "\n",
        "  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a ",
        "*a",
        "!!int ",
        "!x ",
        "'",
        '"',
        "|",
        ">",
        "? ",
        "<<",
        "null",
        "~",
        "#",
        "---",
        "\t",
        "p",
        "role",
        "identifier",
        "5%",
        "2026-11-22",
        "%",
        "@",
        "`",
        "å",
        "\0",
        "\u2028",
    ]
)


@given(bits=st.lists(_BITS, max_size=40))
def test_any_text_is_a_spec_or_a_spec_error(bits):
    for text in ("".join(bits), _BASE + "".join(bits)):
        try:
            parse_spec(text)
        except SpecError as error:
            refused = error
        else:
            continue
        assert refused.__context__ is None
