# SPDX-License-Identifier: Apache-2.0
"""``pseudo load``: what it says, what it ends with, and that it repeats nothing it was given."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

PERSON = "19850709-9805"


def test_a_release_is_loaded_and_told(call, published, tmp_path):
    database = f"sqlite:///{tmp_path / 'forskning.db'}"
    keystore = f"local:{tmp_path / 'keys.pseudo'}"
    order = ("load", published, "--database", database, "--keystore", keystore)
    done = call(*order, "--table", "program")
    assert (done.status, done.stderr) == (0, "")
    facts = dict(line.split("  ", 1) for line in done.stdout.splitlines() if "  " in line)
    facts = {name: value.strip() for name, value in facts.items()}
    assert (facts["table"], facts["codebook"]) == ("program", "program_codebook")
    assert facts["rows"] == "59"
    # A name is the same however its letters are put together.
    done = call(*order, "--table", "a\u030ar", "--schema", "main", "--json")
    found = json.loads(done.stdout)
    assert found["loaded"]["table"] == "år"
    assert found["loaded"]["logical digest"] == found["receipt"]["outputs"][0]["logical_digest"]
    with closing(sqlite3.connect(tmp_path / "forskning.db")) as opened:
        assert opened.execute("SELECT count(*) FROM år").fetchone() == (59,)
    done = call(*order, "--table", "program")
    assert (done.status, done.stdout, done.code) == (2, "", "load.table_exists")
    # Without ledger and proof it says what that means.
    ledger = tmp_path / "keys.pseudo.ledger"
    key = json.loads(call("ledger", "show", "--ledger", ledger, "--json").stdout)["key"]
    (published / "receipt.tlog-proof").unlink()
    done = call("load", published, "--database", database, "--table", "t", "--key", key)
    assert done.status == 0
    assert "could be one of two" in done.stderr


REFUSED = [
    ({}, 6, "evidence.file_differs"),
    ({"--table": PERSON}, 2, "load.bad_name"),
    ({"--schema": PERSON}, 2, "load.bad_name"),
    ({"--database": f"sqlite://{PERSON}"}, 2, "usage.bad_database"),
    ({"--database": "mysql://u@h/x"}, 2, "load.unsupported_database"),
    ({"--database": f"postgresql+psycopg://u:{PERSON}@h/x"}, 2, "usage.password_in_database"),
    ({"--database": f"postgresql+psycopg://{PERSON}@/x"}, 6, "evidence.file_differs"),
    ({"--key": PERSON}, 2, "usage.bad_key"),
]


def test_an_order_that_cannot_be_carried_out_says_why_and_repeats_nothing(
    call, published, tmp_path
):
    with (published / "release" / "kommunala-program.parquet").open("ab") as file:
        file.write(b"x")
    database = f"sqlite:///{tmp_path / 'forskning.db'}"
    order = {"--database": database, "--table": "t", "--ledger": tmp_path / "keys.pseudo.ledger"}
    for change, status, code in REFUSED:
        words = [word for pair in {**order, **change}.items() for word in pair]
        done = call("load", published, *words, PSEUDO_LOG="json")
        assert (done.status, done.stdout, done.code) == (status, "", code), change
        assert PERSON not in done.stderr
        assert not (tmp_path / "forskning.db").exists()
