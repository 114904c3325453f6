# SPDX-License-Identifier: Apache-2.0
"""The reference kernel gives the pseudonyms that an independent implementation gives."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pseudo.identity import IdentityRule, Reason
from pseudo.kernel import select
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import KINDS, REFERENCE_DATE, MemoryStore, People, spell_all

_SCHEME = json.loads(
    Path(__file__).parents[1].joinpath("vectors", "scheme.json").read_text("ascii")
)
_ID_KEY = "ac38cbf9ed366da10ef75db1cf47d82ceca531bccf305c1c41ac94af2662430d"


def _lp(*parts: str) -> bytes:
    raw = [part.encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in raw)


def _mac(key: bytes, *parts: str) -> bytes:
    return hmac.new(key, _lp(*parts), hashlib.sha256).digest()[:16]


@pytest.mark.parametrize(
    ("kind", "text", "scope", "pseudonym"),
    [
        ("personnummer", "191212121212", [], "3T2CHD5Z6J77TF6OXTAATKMZL4"),
        ("personnummer", "197010632391", [], "5MTXOAUBAUYLJCZFN2JBFLTJUE"),
        ("samordningsnummer", "197010632391", [], "5MTXOAUBAUYLJCZFN2JBFLTJUE"),
        ("reserv:stockholm", "991981000010", [], "7ANXHTL7NMRWKBWMTQUUCHLR5Y"),
        ("opaque:hushall", "0001", ["0180"], "2EJGRK4QAROBIOFRCPP6Q6WAIY"),
    ],
)
def test_the_published_vectors(kind, text, scope, pseudonym):
    kernel = select()
    key = kernel.prepare(bytes.fromhex(_ID_KEY))
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind=kind)
    scopes = [pa.array([value]) for value in scope]
    swapped = kernel.swap(pa.array([text]), rule, key, PseudonymFormat.BASE32, scopes)
    assert swapped.pseudonyms.to_pylist() == [pseudonym]
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        domain = store.domain("projA")
        assert domain.info.key_id == "projA.v1.8e5d1bee7531823a"
        assert domain.swap(pa.array([text]), rule, scopes).pseudonyms.to_pylist() == [pseudonym]


@pytest.mark.parametrize("form", PseudonymFormat)
@pytest.mark.parametrize("domain", _SCHEME["domains"], ids=lambda domain: domain["key_id"][:20])
def test_the_vectors_of_the_scheme(domain, form):
    kernel = select("reference")
    key = kernel.prepare(bytes.fromhex(domain["keys"]["id"]))
    day = date.fromisoformat(_SCHEME["reference_date"])
    for vector in domain["values"]:
        rule = IdentityRule.of(reference_date=day, kind=vector["declared"], width=vector["width"])
        scopes = [pa.array([value]) for value in vector["scope"]]
        swapped = kernel.swap(pa.array([vector["given"]]), rule, key, form, scopes)
        assert swapped.reasons.tolist() == [Reason.OK]
        assert swapped.pseudonyms.to_pylist() == [vector[form.value]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_spelling_equals_the_standard_librarys_hmac(kind):
    kernel, raw = select(), hashlib.sha256(b"kind by kind").digest()
    key = kernel.prepare(raw)
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kinds=[kind])
    for canonical in People(seed=9).numbers(kind, 4):
        expected = PseudonymFormat.BASE32.write(_mac(raw, kind, canonical))
        texts = list(spell_all(canonical, REFERENCE_DATE, kind).values())
        swapped = kernel.swap(pa.array(texts), rule, key, PseudonymFormat.BASE32)
        assert set(swapped.pseudonyms.to_pylist()) == {expected}


def test_the_kinds_of_one_column_are_hashed_as_what_they_are():
    kernel, raw = select(), bytes(32)
    key = kernel.prepare(raw)
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kinds=["orgnr", "interim", "reserv:vgr"])
    column = pa.array(
        ["556703-7485", "000101-T220", "19810829m071", "850709-9805", "701063-2391", "x", None]
    )
    swapped = kernel.swap(column, rule, key, PseudonymFormat.HEX)
    assert swapped.pseudonyms.to_pylist() == [
        _mac(raw, "orgnr", "5567037485").hex(),
        _mac(raw, "interim", "20000101T220").hex(),
        _mac(raw, "reserv:vgr", "19810829M071").hex(),
        _mac(raw, "personnummer", "198507099805").hex(),
        _mac(raw, "samordningsnummer", "197010632391").hex(),
        None,
        None,
    ]


def test_different_kinds_of_the_same_characters_are_different_people():
    kernel = select()
    key = kernel.prepare(bytes(32))
    text = pa.array(["19810829M071"])
    made = set()
    for kind in ("reserv:vgr", "reserv:skane", "opaque:a", "opaque:b"):
        rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind=kind)
        made.add(kernel.swap(text, rule, key, PseudonymFormat.BASE32).pseudonyms[0].as_py())
    assert None not in made
    assert len(made) == 4
