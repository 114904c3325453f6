# SPDX-License-Identifier: Apache-2.0
"""Old pseudonyms that would ride along in other spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pseudo.errors import PseudoError
from pseudo.testing import People
from tests.usecases.rekeying import Site

PEOPLE = People(seed=11).personnummer(20)


@pytest.mark.parametrize(
    ("form", "spelled"),
    [
        ("base32", "{0} "),
        ("base32", "P-{0}"),
        ("base32", "P{0}X"),
        ("base32", "se åäö {1};{0}."),
        ("hex", "ID{2}"),
        ("hex", "f{0}f"),
        ("uuid", "{{{0}}}"),
        ("uuid", "{2}"),
        ("uuid", "urn:uuid:{3}"),
    ],
)
def test_old_pseudonyms_in_other_spellings(tmp_path: Path, form: str, spelled: str) -> None:
    folder = tmp_path / form
    folder.mkdir()
    site = Site(folder, form)
    old = site.pseudonyms(PEOPLE, 1)
    (own,) = site.pseudonyms(PEOPLE[:1], 1)
    assert own is not None
    lower = own.lower()
    hidden = spelled.format(own, lower, own.upper(), own.replace("-", "").upper())
    far = ["ingenting", None, hidden, "x" * 40, *[""] * 16]
    with pytest.raises(PseudoError) as caught:
        site.move(site.table(id=old, far=far), candidates=site.numbers(PEOPLE))
    assert (caught.value.code, caught.value.params["listed"]) == ("rekey.left_behind", "#1 far: 1")
    assert site.untouched()
