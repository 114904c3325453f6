# SPDX-License-Identifier: Apache-2.0
"""Orders that cannot be understood: status 2, nothing on stdout, nothing repeated."""

from __future__ import annotations

import pytest

from pseudo.testing import CANARIES, assert_clean

NUMBER = f"{CANARIES['alva'][:8]}-{CANARIES['alva'][8:]}"
BARE = CANARIES["bertil"]
RUN = ("run", "delivery.csv", "--domain", "projA", "--out", "out", "--spec", "s.yaml")

ORDERS = {
    "usage.unknown_command": [(NUMBER,), (BARE, "--help"), ("domain", NUMBER)],
    "usage.no_files": [
        ("inspect",),
        ("run", "--domain", "d", "--out", "o", "--column", "c"),
    ],
    "usage.missing": [
        ("run",),
        ("run", NUMBER),
        ("run", "a.csv", "--domain", NUMBER),
        ("domain", "create"),
    ],
    "usage.unknown_option": [
        (f"--{NUMBER}",),
        ("run", f"--{BARE}", "x"),
        ("inspect", f"--{NUMBER}={BARE}"),
        ("run", "-9"),
    ],
    "usage.option_value": [
        (*RUN, "--to", NUMBER),
        (*RUN, "--order", NUMBER),
        (*RUN, "--lang", NUMBER),
        (*RUN, "--threads", NUMBER),
        (*RUN, "--threads", "0"),
        ("domain", "create", "projB", "--format", NUMBER),
        ("demo", "--lang", BARE),
    ],
    "usage.misused_option": [(*RUN, "--encoding"), ("run", "a.csv", f"--json={NUMBER}")],
    "usage.too_many_arguments": [
        ("inspect", "a.csv", NUMBER),
        ("version", NUMBER),
        ("domain", "show", "projA", NUMBER),
    ],
    "usage.bad_date": [
        (*RUN, "--reference-date", NUMBER),
        (*RUN, "--reference-date", "2026-02-30"),
        (*RUN, "--reference-date", "20261122"),
        (*RUN, "--reference-date", "2026-11-22 "),
        (*RUN, "--reference-date", "２０２６-11-22"),
        ("inspect", "a.csv", "--reference-date", "22/11/2026"),
    ],
    "usage.spec_or_columns": [(*RUN, "--column", NUMBER), RUN[:6]],
    "usage.keep_without_columns": [(*RUN, "--keep-all"), (*RUN, "--keep", NUMBER)],
    "usage.keep_and_keep_all": [
        (*RUN[:6], "--column", "a", "--keep", NUMBER, "--keep-all"),
    ],
    "usage.same_file_twice": [("run", NUMBER, NUMBER, *RUN[2:])],
    "spec.not_found": [(*RUN[:6], "--spec", f"{NUMBER}.yaml")],
    "usage.no_such_file": [("inspect", f"{NUMBER}.csv")],
    "usage.no_keystore": [
        ("domain", "list"),
        ("domain", "create", "projB"),
        (*RUN[:6], "--column", "a"),
    ],
}


@pytest.mark.parametrize(
    ("code", "words"), [(code, words) for code, orders in ORDERS.items() for words in orders]
)
def test_bad_orders(call, tmp_path, monkeypatch, code, words):
    monkeypatch.chdir(tmp_path)

    done = call(*words)

    assert (done.status, done.stdout, done.code) == (2, "", code)
    assert done.stderr.startswith("error: ")
    assert_clean(stderr=done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["KEYSTORE", "PASSPHRASE_FILE", "LOG", "THREADS"])
def test_settings_are_not_repeated(call, name):
    done = call("domain", "list", **{f"PSEUDO_{name}": NUMBER})

    assert done.status in {2, 5}
    assert done.stdout == ""
    assert_clean(stderr=done.stderr)


def test_a_bad_setting_is_named(call):
    done = call("domain", "list", PSEUDO_THREADS="many")

    assert (done.status, done.code) == (2, "usage.bad_setting")
    assert "PSEUDO_THREADS" in done.stderr


def test_every_error_says_what_to_do(call):
    lines = call("run", "a.csv", "--spec", "s.yaml", "--domain", "d").stderr.splitlines()

    assert [line.split(":")[0] for line in lines] == ["error", "hint", "code"]
