# SPDX-License-Identifier: Apache-2.0
"""Custodians, requests and approvals on the command line: what is refused, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pseudo.keys import open_store
from pseudo.testing import People

PASSPHRASE = "fyra slumpade ord räcker"
NUMBER = People(seed=5).personnummer(1)[0]


@pytest.fixture
def place(keys, tmp_path):
    """Give a copy of the key store, to be changed, and a number in a file."""
    environment = keys.copied(tmp_path / "keys.pseudo")
    (tmp_path / "number").write_text(NUMBER)
    return {**environment, "PSEUDO_WAITING_DAYS": "0"}


@pytest.fixture
def as_person(keys, tmp_path):
    """Return a function that gives the environment of somebody who signs."""

    def environment(name: str) -> dict[str, str]:
        return {
            "PSEUDO_CUSTODIAN": name,
            "PSEUDO_CUSTODIAN_KEY": f"local:{tmp_path / name}.key",
            "PSEUDO_CUSTODIAN_PASSPHRASE_FILE": str(keys.passphrase),
        }

    return environment


@pytest.fixture
def two(call, place, as_person):
    """Enrol two custodians."""
    for name in ("anna", "bo"):
        key = call("custodian", "new", **as_person(name))
        assert (key.status, key.stderr) == (0, "")
        assert call("custodian", "enrol", key.stdout.strip(), **place).status == 0
    return place


@pytest.mark.parametrize(
    ("words", "environment", "status", "code"),
    [
        (("custodian", "new"), {}, 2, "usage.no_person"),
        (("custodian", "new", "--as", "a b"), {}, 2, "usage.bad_person"),
        (("custodian", "new", "--as", NUMBER), {}, 2, "usage.bad_person"),
        (
            ("custodian", "new"),
            {"PSEUDO_CUSTODIAN_KEY": "vault:kv/transit"},
            2,
            "usage.person_key",
        ),
        (("custodian", "enrol", "anna"), {}, 2, "usage.bad_key"),
        (("custodian", "remove", "anna"), {}, 8, "approval.not_enrolled"),
        (("request", "destroy", "projA", "--reference", NUMBER), {}, 2, "usage.bad_reference"),
        (("request", "destroy", "projA", "--reference", "1"), {}, 8, "approval.not_enrolled"),
        (("request", "remove", "bo", "--reference", "1"), {}, 8, "approval.not_enrolled"),
        (("request", "lookup", "projA", "--reference", "1"), {}, 2, "usage.no_number"),
        (("approve", "nothing"), {}, 2, "usage.no_such_file"),
        (("request", "show", "nothing"), {}, 2, "usage.no_such_file"),
        (("request", "withdraw", "nothing"), {}, 2, "usage.no_such_file"),
    ],
)
def test_what_is_missing_or_wrong_is_told(
    call, place, as_person, tmp_path, words, environment, status, code
):
    more = {} if code == "usage.no_person" else as_person("anna")
    if words[:2] == ("custodian", "new") and "--as" not in words and not environment:
        more = {"PSEUDO_CUSTODIAN": "", "PSEUDO_CUSTODIAN_KEY": ""}
    if "approval" in code or code == "usage.bad_reference":
        call("custodian", "new", **as_person("anna"))
    options = {
        "request": ("--out", tmp_path / "r") if "--reference" in words else (),
        "approve": ("--out", tmp_path / "r", "--yes"),
    }.get(words[0], ())
    done = call(*words, *options, **{**place, **more, **environment})
    assert (done.status, done.code, done.stdout) == (status, code, "")
    assert NUMBER not in done.stderr
    assert not (tmp_path / "r").exists()


def test_an_approval_is_read_first_and_overwrites_nothing(call, two, as_person, tmp_path):
    asked = tmp_path / "asked"
    order = ("request", "destroy", "projA", "--reference", "2026:1", "--out", asked)
    assert call(*order, **two, **as_person("anna")).status == 0
    # Frozen as it is now, it can be asked for once more, but not into the same file.
    again = call(*order, **two, **as_person("anna"))
    assert (again.status, again.code) == (2, "usage.output_exists")
    assert call("ledger", "show", **two).stdout.count("request.made") == 1
    signed = tmp_path / "signed"
    unread = call("approve", asked, "--out", signed, **as_person("bo"))
    assert (unread.status, unread.code) == (2, "usage.not_read")
    own = call("approve", asked, "--out", signed, "--yes", **as_person("anna"))
    assert (own.status, own.code) == (8, "approval.own_request")
    assert not signed.exists()
    assert call("approve", asked, "--out", signed, "--yes", **as_person("bo")).status == 0
    assert signed.stat().st_mode & 0o077 == 0
    done = call("domain", "destroy", "projA", "--request", signed, "--yes", **two)
    assert (done.status, done.code) == (8, "approval.missing")
    shown = call("request", "show", asked, signed, "--json", **two)
    assert '"signed by": "anna, bo"' in shown.stdout


def test_a_person_at_a_terminal_reads_and_types_the_order(
    call, two, as_person, terminal, tmp_path
):
    asked, signed = tmp_path / "asked", tmp_path / "signed"
    order = ("request", "destroy", "projA", "--reference", "2026:1", "--out", asked)
    assert call(*order, **two, **as_person("anna")).status == 0
    for answer, status in (("yes", 2), ("destroy", 0)):
        shown = terminal("approve", asked, "--out", signed, env=as_person("bo"))
        shown.expect("Type the order to approve it: ")
        assert "reference: 2026:1" in shown.screen
        shown.type(f"{answer}\n")
        assert shown.end() == status
        assert signed.exists() == (status == 0)


def test_a_certificate_that_cannot_be_written_keeps_everything_alive(call, place, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("x")
    for path in (taken, tmp_path / "nowhere" / "c"):
        order = ("domain", "destroy", "projA", "--yes", "--certificate", path)
        done = call(*order, **place)
        assert done.status == 2
    assert '"active"' in call("domain", "show", "projA", "--json", **place).stdout
    good = tmp_path / "certificate"
    order = ("domain", "destroy", "projA", "--yes", "--certificate", good, "--json")
    done = call(*order, **place)
    assert done.status == 0
    assert '"control": "one person"' in done.stdout
    assert good.read_bytes().startswith(b'{"payload":')
    assert Path(f"{good}.tlog-proof").read_text().startswith("c2sp.org/tlog-proof")


def test_a_number_is_asked_for_and_not_shown(call, two, as_person, terminal, tmp_path):
    order = ("request", "lookup", "projA", "--reference", "1", "--out", tmp_path / "asked")
    shown = terminal(*order, env={**two, **as_person("anna")})
    shown.expect("Number: ")
    shown.type(f"{NUMBER}\n")
    assert shown.end() == 0
    assert NUMBER not in shown.screen
    assert NUMBER not in (tmp_path / "asked").read_text()
    assert (tmp_path / "asked.opening").stat().st_mode & 0o077 == 0


@pytest.fixture
def signed(call, as_person, tmp_path):
    """Return a function that lets two others sign a request, and gives the options for it."""

    def sign(asked: Path, *names: str) -> list[object]:
        options: list[object] = []
        for name in names:
            copy = tmp_path / f"{asked.name}.{name}"
            done = call("approve", asked, "--out", copy, "--yes", **as_person(name))
            assert done.status == 0, done.stderr
            options += ["--request", copy]
        return options

    return sign


def test_identifiers_are_traced_by_their_submitter_in_every_file(
    call, keys, two, as_person, signed, tmp_path
):
    cia = call("custodian", "new", **as_person("cia")).stdout.strip()
    order = ("request", "enrol", "--reference", "1", "--out", tmp_path / "enrol")
    assert call(*order, **two, **as_person("cia")).status == 0
    by = signed(tmp_path / "enrol", "anna", "bo")
    assert call("custodian", "enrol", cia, *by, **two).status == 0
    how = {"kind": "opaque:hushall", "scope": ["Stockholm"]}
    address = two["PSEUDO_KEYSTORE"]
    with open_store(address, passphrase=PASSPHRASE) as store, store.domain("projA") as domain:
        made = domain.pseudonymize(["0001", "0002"], **how)
    (tmp_path / "asked.csv").write_text("\n".join(["id", *made, ""]))
    for place in (1, 2):
        (tmp_path / f"{place}.csv").write_text(f"hushall\n000{place}\n")
    asked, out = tmp_path / "back", tmp_path / "found.csv"
    order = ("request", "reidentify", "projA", tmp_path / "asked.csv", "--reference", "2")
    assert call(*order, "--out", asked, **two, **as_person("anna")).status == 0
    words = ["reidentify", tmp_path / "asked.csv", "--domain", "projA", "--out", out, "--json"]
    words += ["--candidate-column", "hushall", "--kind", "opaque:hushall"]
    words += ["--candidates", tmp_path / "1.csv", "--candidates", tmp_path / "2.csv"]
    words += signed(asked, "bo", "cia")
    unsaid = call(*words, **two)
    assert (unsaid.status, unsaid.code) == (2, "identity.scope_needed")
    done = call(*words, "--submitter", "Stockholm", **two)
    assert done.status == 0, done.stderr
    counts = {"asked": 2, "found": 2, "candidates": 2, "blank": 0, "invalid": 0}
    assert json.loads(done.stdout) == counts
    lines = [line.split(";") for line in out.read_text().splitlines()]
    assert lines[0] == ["pseudonym", "number", "key_id", "scope_1"]
    assert {(line[0], line[1], line[3]) for line in lines[1:]} == {
        (made[0], "0001", "Stockholm"),
        (made[1], "0002", "Stockholm"),
    }


def test_a_request_that_is_refused_or_has_no_place_leaves_no_file_and_no_trace(
    call, two, as_person, tmp_path
):
    number = ("--number-file", tmp_path / "number", "--reference", "1")
    out, beside = tmp_path / "asked", tmp_path / "asked.opening"
    order = ("request", "lookup", "projA", *number, "--out", out)
    call("custodian", "new", **as_person("nobody"))
    done = call(*order, **two, **as_person("nobody"))
    assert (done.status, done.code) == (8, "approval.not_enrolled")
    assert not out.exists()
    assert not beside.exists()
    beside.write_text("mine")
    done = call(*order, **two, **as_person("anna"))
    assert (done.status, done.code) == (2, "usage.output_exists")
    assert not out.exists()
    assert beside.read_text() == "mine"
    assert "request.made" not in call("ledger", "show", **two).stdout
    beside.unlink()
    assert call(*order, **two, **as_person("anna")).status == 0
    assert '"opening"' in beside.read_text()
    assert "order: lookup" in out.read_text()
