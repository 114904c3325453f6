# SPDX-License-Identifier: Apache-2.0
"""What is done behind the back of the store whose keys never leave: rotated, anew, forged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pseudo.keys import State, Store
from tests.keys.vault.conftest import Place
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network


def test_a_key_that_was_rotated_changes_nothing(place: Place) -> None:
    place.remote("creator").create("projA")
    worker = place.remote("worker")
    domain = worker.domain("projA")
    before, record = domain.pseudonymize([NUMBER]), worker.show("projA")
    for key in ("projA.v1.id", "projA.v1.kcv"):
        place.transit("POST", f"keys/{key}/rotate", {})
    # The trap is there: who does not say which version gets another answer.
    newest = place.transit("POST", "hmac/projA.v1.id/sha2-256", {"input": "AAAA"})["data"]["hmac"]
    assert newest.startswith("vault:v2:")
    assert domain.pseudonymize([NUMBER]) == before
    with worker.domain("projA") as again:
        assert again.pseudonymize([NUMBER]) == before
        assert again.info.kcv == record.kcv
    place.transit("POST", "keys/projA.v1.id/config", {"min_decryption_version": 2})
    assert refused(lambda: domain.pseudonymize([NUMBER])) == "vault.key_refused"
    assert refused(lambda: worker.domain("projA")) == "vault.key_refused"


def made_anew(place: Place, key: str) -> None:
    place.transit("POST", f"keys/{key}/config", {"deletion_allowed": True})
    place.transit("DELETE", f"keys/{key}")
    place.transit("POST", f"keys/{key}", {"type": "hmac", "key_size": 32})


@pytest.mark.parametrize("key", ["projA.v1.id", "projA.v1.kcv"])
@pytest.mark.parametrize("batch", [1, 2, 499])
def test_a_key_that_was_made_anew_is_refused(place: Place, key: str, batch: int) -> None:
    place.remote("creator").create("projA")
    worker = place.remote("worker", batch=batch)
    domain = worker.domain("projA")
    before = domain.pseudonymize([NUMBER])
    made_anew(place, key)
    assert refused(lambda: worker.domain("projA")) == "keys.kcv_mismatch"
    if key.endswith(".id"):
        # Also under the hands of a batch that has begun.
        assert refused(lambda: domain.pseudonymize([NUMBER])) == "keys.kcv_mismatch"
    else:
        assert domain.pseudonymize([NUMBER]) == before


def test_a_key_that_somebody_laid_in_wait_is_refused(place: Place) -> None:
    creator = place.remote("creator")
    for given in (
        {"type": "hmac", "key_size": 32, "exportable": True},
        {"type": "hmac", "key_size": 64},
        {"type": "aes256-gcm96", "derived": True},
    ):
        place.transit("POST", "keys/projA.v1.id", given)
        assert refused(lambda: creator.create("projA")) == "vault.other_key"
        place.transit("POST", "keys/projA.v1.id/config", {"deletion_allowed": True})
        place.transit("DELETE", "keys/projA.v1.id")
    assert creator.create("projA").state is State.CREATED


def test_neither_kind_of_store_touches_what_the_other_keeps(place: Place) -> None:
    place.store("creator").create("wrapped")
    place.remote("creator").create("staying")
    place.store("worker").domain("wrapped").close()
    place.remote("worker").domain("staying").close()
    opened: tuple[tuple[str, Callable[..., Store]], ...] = (
        ("wrapped", place.remote),
        ("staying", place.store),
    )
    for name, other in opened:
        assert len(other("auditor").list()) == 2
        assert refused(lambda n=name, o=other: o("worker").domain(n)) == "vault.other_kind"
        for act in ("freeze", "activate", "destroy"):
            store = other("custodian")
            assert refused(lambda n=name, s=store, a=act: getattr(s, a)(n)) == "vault.other_kind"
        assert refused(lambda n=name, o=other: o("creator").new_version(n)) == "vault.other_kind"
        assert refused(lambda n=name, o=other: o("creator").create(n)) == "keys.domain_exists"
        make = other("worker").make_current
        assert refused(lambda n=name, m=make: m(n, 1)) == "vault.other_kind"
    place.remote("custodian").freeze("staying")
    assert refused(lambda: place.store("custodian").destroy("staying")) == "vault.other_kind"
    place.store("custodian").freeze("wrapped")
    assert refused(lambda: place.remote("custodian").activate("wrapped")) == "vault.other_kind"


def test_keys_are_destroyed_whatever_the_metadata_say(place: Place) -> None:
    place.remote("creator").create("projA")
    place.remote("worker").domain("projA").close()
    place.remote("custodian").freeze("projA")
    custom = place.kv("GET", "metadata/projA/v1")["data"]["custom_metadata"]
    forged = {name: said for name, said in custom.items() if not name.startswith("key")}
    place.kv("POST", "metadata/projA/v1", {"custom_metadata": forged})
    place.store("custodian").destroy("projA")
    for key in ("projA.v1.id", "projA.v1.kcv"):
        with pytest.raises(RuntimeError, match="404"):
            place.transit("GET", f"keys/{key}")


@pytest.mark.parametrize(
    "change",
    [
        {"keys": "kv"},
        {"keys": None},
        {"key_origin": "else"},
        {"key_origin": None},
        {"key_origin": ""},
        {"key_origin": ["generated"]},
        {"wrapped": "vault:v1:AAAA"},
    ],
)
def test_a_document_of_another_shape_is_told(place: Place, change: dict[str, object]) -> None:
    place.remote("creator").create("projA")
    document = place.kv("GET", "data/projA/v1")["data"]["data"]
    place.kv("POST", "data/projA/v1", {"data": document | change})
    assert refused(lambda: place.remote("worker").domain("projA")) == "vault.bad_document"


def test_a_check_value_without_that_of_the_id_key_is_told(place: Place) -> None:
    place.remote("creator").create("projA")
    worker = place.remote("worker")
    worker.domain("projA").close()
    noted = place.kv("GET", "data/projA/kcv/v1")["data"]["data"]
    for check, code in ((None, "vault.bad_document"), ("0" * 16, "keys.kcv_mismatch")):
        place.kv("POST", "data/projA/kcv/v1", {"data": noted | {"id_check": check}})
        assert refused(lambda: worker.domain("projA")) == code
