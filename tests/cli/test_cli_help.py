# SPDX-License-Identifier: Apache-2.0
"""Help is light, complete, and the same under both names."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pseudo import __version__
from pseudo.cli.app import COMMANDS, app

HEAVY = (
    "pyarrow",
    "pydantic",
    "rich",
    "structlog",
    "yaml",
    "numpy",
    "pandas",
    "cryptography",
)
NAMES = [name for name, _, _ in COMMANDS]
DOMAIN = [
    *("create", "list", "show", "new-version", "rewrap", "freeze", "activate", "destroy"),
    *("export", "import"),
]

_PROGRAM = """
import io, json, sys
from contextlib import redirect_stdout
from pseudo.cli.app import app
shown = {}
for words in json.loads(sys.argv[1]):
    with redirect_stdout(io.StringIO()) as out:
        try:
            app.main(words)
        except SystemExit as end:
            shown[" ".join(words)] = (end.code, out.getvalue())
heavy = sorted(name for name in json.loads(sys.argv[2]) if name in sys.modules)
print(json.dumps([shown, heavy]))
"""


@pytest.fixture
def helped(environment):
    """Return a function that tells what orders show and what is imported for them."""

    def run(*orders):
        arguments = [json.dumps(orders), json.dumps(HEAVY)]
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=environment(),
        )
        return json.loads(done.stdout)

    return run


def test_help_imports_nothing_heavy_and_no_command(helped):
    shown, heavy = helped(["--help"], ["-h"], ["--version"])

    assert heavy == []
    assert shown["--help"] == shown["-h"]
    assert shown["--help"][0] == 0
    assert shown["--version"] == [0, f"pseudo {__version__}\n"]


def test_help_of_every_command_imports_nothing_heavy(helped):
    orders = [[name, "--help"] for name in NAMES] + [["domain", name, "-h"] for name in DOMAIN]

    shown, heavy = helped(*orders)

    assert heavy == []
    for words, (status, text) in shown.items():
        assert status == 0, words
        assert text.startswith("Usage: pseudo"), words


def test_help_lists_every_command_with_its_line(call):
    shown = call("--help").stdout

    for name, _, words in COMMANDS:
        assert f"  {name} " in shown
        assert words in shown
    assert "130" in shown


def test_the_table_names_what_is_there():
    with app.make_context("pseudo", ["version"]) as context:
        for name in app.list_commands(context):
            command = app.get_command(context, name)
            assert command is not None
            assert command.name == name
            assert command.help


@pytest.mark.parametrize(
    "option",
    [
        "--spec",
        "--column",
        "--keep",
        "--keep-all",
        "--domain",
        "--out",
        "--order",
        "--to",
        "--encoding",
        "--delimiter",
        "--reference-date",
        "--threads",
        "--submitter",
        "--lang",
        "--keystore",
        "--json",
    ],
)
def test_run_has_every_option_with_words(call, option):
    assert f"  {option} " in call("run", "--help").stdout


def test_version(call):
    plain, as_json = call("version"), call("version", "--json")

    assert plain.stdout.startswith(f"pseudo {__version__} (Python 3.")
    assert json.loads(as_json.stdout)["pseudo"] == __version__
    assert plain.stderr == as_json.stderr == ""


def test_schema_is_the_specs_json_schema(call):
    done = call("schema")

    schema = json.loads(done.stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"name", "columns", "reject_limit"} <= set(schema["properties"])


@pytest.mark.parametrize("words", [(), ("domain",)])
def test_no_command_shows_help_on_stderr(call, words):
    done = call(*words)

    assert (done.status, done.stdout, done.code) == (2, "", "usage.no_command")
    assert "Commands:" in done.stderr
