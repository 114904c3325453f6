# SPDX-License-Identifier: Apache-2.0
"""Every code has its sentences, in both languages, with the same parameters."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import pseudo
from pseudo import i18n
from pseudo.identity import Reason

ROOT = Path(pseudo.__file__).parent
FAMILIES = (
    "cancelled|delivery|encoding|escrow|evidence|frames|identity|internal|io|kernel|keys|leak|load|output|"
    "publish|record|rekey|resource|sandbox|spec|usage|value|values"
)
CODE = re.compile(rf'"((?:{FAMILIES})\.[a-z_0-9]+)"')
FILE_NAMES = {"delivery.csv", "keys.pseudo", "spec.yaml"}


def codes_in_source() -> set[str]:
    sources = [path for path in ROOT.rglob("*.py") if "i18n" not in path.parts]
    found = {match[1] for path in sources for match in CODE.finditer(path.read_text())}
    return found - FILE_NAMES


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", i18n.LANGS)
def test_every_code_in_the_source_has_its_sentences(lang: i18n.Lang) -> None:
    wanted = codes_in_source() | {reason.code for reason in Reason if reason is not Reason.OK}
    missing = {code for code in wanted if not all(i18n.catalogue(lang).get(code, ("", "")))}
    # A note tells how a file was read; there is nothing to do about it.
    assert missing - {"encoding.mixed"} == set()


def test_both_languages_have_the_same_codes_and_parameters() -> None:
    swedish, english = i18n.catalogue("sv"), i18n.catalogue("en")
    assert swedish.keys() == english.keys()
    for code in swedish:
        assert parameters(" ".join(swedish[code])) == parameters(" ".join(english[code])), code


def test_no_two_sentences_are_the_same_in_both_languages() -> None:
    swedish, english = i18n.catalogue("sv"), i18n.catalogue("en")
    assert [
        code
        for code in swedish
        if swedish[code][0] == english[code][0] and " " in swedish[code][0]
    ] == []


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert i18n.text("no.such_code", "sv") == "no.such_code"
    assert i18n.hint("no.such_code", "sv") == ""


def test_a_missing_parameter_never_hides_the_error() -> None:
    assert "{domain}" in i18n.text("keys.frozen", "en")
