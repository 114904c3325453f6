# SPDX-License-Identifier: Apache-2.0
"""Published vectors, and this scheme's own, made by another implementation."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import json
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.hierarchy import Purpose, derive, hkdf_expand, key_check_value, key_id
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing.store import MemoryStore

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def _load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="ascii"))


RFC4231 = _load("rfc4231_hmac_sha256.json")["cases"]
RFC5869 = _load("rfc5869_hkdf_sha256.json")["cases"]
WYCHEPROOF = _load("wycheproof_facts.json")
SCHEME = _load("scheme.json")
DOMAINS = SCHEME["domains"]


def _key(text: str) -> SecretKey:
    return SecretKey.from_bytes(bytes.fromhex(text), SECRET_ACCESS)


def _hmac(key: str, message: str) -> str:
    return hmac.digest(bytes.fromhex(key), bytes.fromhex(message), "sha256").hex()


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_scheme", VECTORS / "make_scheme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["rfc4231_hmac_sha256", "rfc5869_hkdf_sha256", "wycheproof_facts", "scheme"]
)
def test_every_file_of_vectors_says_where_it_comes_from(name: str) -> None:
    document = _load(f"{name}.json")
    assert document["source"]
    assert document["made_by"]


@pytest.mark.parametrize("case", RFC4231, ids=lambda case: f"case{case['case']}")
def test_hmac_sha256_gives_the_tags_of_rfc_4231(case: dict[str, Any]) -> None:
    assert _hmac(case["key"], case["message"]).startswith(case["tag"])


@pytest.mark.parametrize("case", RFC4231, ids=lambda case: f"case{case['case']}")
def test_none_of_rfc_4231s_keys_is_taken_as_a_secret_since_none_has_32_bytes(
    case: dict[str, Any],
) -> None:
    with pytest.raises(KeyStoreError):
        _key(case["key"])


@pytest.mark.parametrize("case", RFC5869, ids=lambda case: f"case{case['case']}")
def test_hkdf_expand_gives_the_output_of_rfc_5869(case: dict[str, Any]) -> None:
    found = hkdf_expand(_key(case["prk"]), bytes.fromhex(case["info"]), case["length"])
    assert found.hex() == case["okm"]


@pytest.mark.parametrize("case", WYCHEPROOF["hmac_sha256"], ids=lambda case: f"tc{case['tcId']}")
def test_hmac_sha256_agrees_with_wycheproof(case: dict[str, Any]) -> None:
    assert _hmac(case["key"], case["message"]).startswith(case["tag"]) is case["valid"]


@pytest.mark.parametrize("case", WYCHEPROOF["hkdf_sha256"], ids=lambda case: f"tc{case['tcId']}")
def test_hkdf_expand_agrees_with_wycheproof(case: dict[str, Any]) -> None:
    extracted = _key(_hmac(case["salt"], case["ikm"]))
    info, size = bytes.fromhex(case["info"]), case["size"]
    if not case["valid"]:
        with pytest.raises(ValueError, match="8160"):
            hkdf_expand(extracted, info, size)
        return
    found = hkdf_expand(extracted, info, size)
    assert len(found) == size
    assert case.get("okm", found.hex()) == found.hex()
    digest = hashlib.sha256(found).hexdigest()
    assert case.get("okm_sha256", digest) == digest


@pytest.mark.parametrize("size", range(1, 70))
def test_hkdf_expand_of_a_shorter_size_is_the_beginning_of_a_longer_one(size: int) -> None:
    key = _key("07" * 32)
    assert hkdf_expand(key, b"info", 70).startswith(hkdf_expand(key, b"info", size))


@pytest.mark.parametrize("size", [0, 1, 16, 31, 33, 63, 64, 65, 66])
def test_keys_that_hmac_would_pad_or_hash_are_refused_as_secrets(size: int) -> None:
    with pytest.raises(KeyStoreError):
        SecretKey.from_bytes(bytes(size), SECRET_ACCESS)


def test_the_file_of_scheme_vectors_is_what_its_maker_makes() -> None:
    assert (VECTORS / "scheme.json").read_text(encoding="ascii") == _maker().text()


def test_the_published_example_holds() -> None:
    secret = _key(bytes(range(32)).hex())
    assert derive(secret, Purpose.ID, "projA", 1) == _key(
        "ac38cbf9ed366da10ef75db1cf47d82ceca531bccf305c1c41ac94af2662430d"
    )
    assert key_check_value(secret, "projA", 1) == "8e5d1bee7531823a"


@pytest.mark.parametrize(
    ("given", "kind", "scope", "pseudonym"),
    [
        ("191212121212", "personnummer", [], "3T2CHD5Z6J77TF6OXTAATKMZL4"),
        ("197010632391", "personnummer", [], "5MTXOAUBAUYLJCZFN2JBFLTJUE"),
        ("991981000010", "reserv:stockholm", [], "7ANXHTL7NMRWKBWMTQUUCHLR5Y"),
        ("0001", "opaque:hushall", ["0180"], "2EJGRK4QAROBIOFRCPP6Q6WAIY"),
    ],
)
def test_the_published_pseudonyms_hold(
    given: str, kind: str, scope: list[str], pseudonym: str
) -> None:
    with MemoryStore({("projA", 1): bytes(range(32))}) as store, store.domain("projA") as domain:
        assert domain.pseudonymize([given], kind=kind, scope=scope) == [pseudonym]


@pytest.mark.parametrize("vector", DOMAINS, ids=lambda vector: vector["key_id"])
def test_every_domains_derived_keys_check_value_and_key_id_hold(vector: dict[str, Any]) -> None:
    secret, name, version = _key(vector["secret"]), vector["domain"], vector["version"]
    for purpose in Purpose:
        expected = _key(vector["keys"][purpose.value])
        assert derive(secret, purpose, name, version) == expected
    assert key_check_value(secret, name, version) == vector["kcv"]
    assert key_id(name, version, vector["kcv"]) == vector["key_id"]


@pytest.mark.parametrize("value", DOMAINS[0]["values"], ids=lambda value: value["lp"][-24:])
def test_every_values_framing_holds(value: dict[str, Any]) -> None:
    assert lp(value["hashed_as"], *value["scope"], value["canonical"]).hex() == value["lp"]


@pytest.mark.parametrize("form", list(PseudonymFormat), ids=lambda form: form.value)
@pytest.mark.parametrize("vector", DOMAINS, ids=lambda vector: vector["key_id"])
def test_every_value_in_every_domain_and_format_gives_the_vectors_pseudonym(
    vector: dict[str, Any], form: PseudonymFormat
) -> None:
    place = (vector["domain"], vector["version"])
    with MemoryStore({place: bytes.fromhex(vector["secret"])}, format=form) as store:
        domain = store.domain(*place)
        assert domain.info.key_id == vector["key_id"]
        for value in vector["values"]:
            found = domain.pseudonymize(
                [value["given"]],
                kind=value["declared"],
                scope=value["scope"],
                width=value["width"],
                reference_date=date.fromisoformat(SCHEME["reference_date"]),
            )
            assert found == [value[form.value]], value["canonical"]


def test_no_pseudonym_of_one_domain_stands_in_another() -> None:
    seen: dict[str, set[str]] = {
        vector["key_id"]: {value["base32"] for value in vector["values"]} for vector in DOMAINS
    }
    everything = [pseudonym for pseudonyms in seen.values() for pseudonym in pseudonyms]
    assert len(everything) == len(set(everything))


def test_the_vectors_cover_every_kind() -> None:
    covered = {value["hashed_as"] for value in DOMAINS[0]["values"]}
    schemes = {"stockholm", "vgr", "varmland", "carelink", "nrid", "skane"}
    assert covered >= {"personnummer", "samordningsnummer", "interim", "orgnr", "opaque:hushall"}
    assert covered >= {f"reserv:{scheme}" for scheme in schemes}
