# SPDX-License-Identifier: Apache-2.0
"""What a server is and how it is set up: each way to be otherwise is told as what it is."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from pseudo.keys.vault import VaultConfig
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.health import ServerHealth, read_health
from pseudo.keys.vault.oneself import look_up
from pseudo.keys.vault.policies import ROLES
from pseudo.keys.vault.session import Session
from pseudo.keys.vault.setup import set_up
from pseudo.keys.vault.status import of_server, of_setup
from tests.keys.vault.conftest import Place, token
from tests.keys.vault.test_vault_store import refused

pytestmark = pytest.mark.network


def looked(config: VaultConfig) -> dict[str, tuple[str, str]]:
    with Session(config) as session:
        items = list(of_setup(session, roles_at="approle"))
    assert len({item.what for item in items}) == len(items) == 15
    return {item.what: (item.state, item.detail) for item in items}


def wrong(place: Place) -> dict[str, str]:
    """Give what is not as it should be; the shared server has one audit device."""
    found = {what: state for what, (state, _) in looked(place.config).items() if state != "ok"}
    assert found.pop("sys/audit") == "warning"
    return found


def test_a_server_that_was_set_up_is_as_it_should_be(place: Place) -> None:
    assert wrong(place) == {}


def test_an_empty_server_misses_everything(place: Place) -> None:
    config = replace(place.config, kv="nokv", transit="notransit")
    found = {what for what, (state, _) in looked(config).items() if state == "missing"}
    assert found == {
        "sys/mounts/nokv",
        "sys/mounts/notransit",
        "notransit/config/keys",
        "notransit/keys/_signing",
        "notransit/keys/_data",
    }


@pytest.mark.parametrize(
    ("path", "given", "what", "state"),
    [
        (
            "sys/policies/acl/pseudo-worker",
            {"policy": 'path "{transit}/*" {{ capabilities = ["sudo"] }}'},
            "sys/policies/acl/pseudo-worker",
            "other",
        ),
        ("sys/policies/acl/pseudo-auditor", None, "sys/policies/acl/pseudo-auditor", "missing"),
        (
            "{transit}/config/keys",
            {"disable_upsert": False},
            "{transit}/config/keys",
            "other",
        ),
        (
            "{transit}/keys/_signing/config",
            {"exportable": True},
            "{transit}/keys/_signing",
            "other",
        ),
        (
            "{transit}/keys/_data/config",
            {"allow_plaintext_backup": True},
            "{transit}/keys/_data",
            "other",
        ),
        (
            "{transit}/keys/_signing/config",
            {"deletion_allowed": True},
            "{transit}/keys/_signing",
            "warning",
        ),
        ("auth/approle/role/pseudo-worker", {"token_no_default_policy": False}, "=", "other"),
        ("auth/approle/role/pseudo-worker", {"token_policies": ["pseudo-creator"]}, "=", "other"),
        (
            "auth/approle/role/pseudo-worker",
            {"token_policies": ["pseudo-worker", "pseudo-creator"]},
            "=",
            "other",
        ),
        (
            "auth/approle/role/pseudo-creator",
            {"bind_secret_id": False, "token_bound_cidrs": ["127.0.0.1/32"]},
            "=",
            "other",
        ),
        ("auth/approle/role/pseudo-auditor", {"token_ttl": "16m"}, "=", "warning"),
        ("auth/approle/role/pseudo-auditor", {"token_ttl": 0}, "=", "warning"),
        ("auth/approle/role/pseudo-auditor", {"token_max_ttl": "25h"}, "=", "warning"),
        ("auth/approle/role/pseudo-auditor", {"token_max_ttl": 0}, "=", "warning"),
        ("auth/approle/role/pseudo-auditor", {"token_period": "5m"}, "=", "warning"),
        ("auth/approle/role/pseudo-auditor", {"token_ttl": "5m"}, "=", None),
        ("auth/approle/role/pseudo-custodian", None, "=", "missing"),
    ],
)
def test_what_is_otherwise_is_told(
    place: Place, path: str, given: dict[str, Any] | None, what: str, state: str | None
) -> None:
    names = {"kv": place.config.kv, "transit": place.config.transit}
    at = path.format(**names)
    if given is not None and "policy" in given:
        given = {"policy": given["policy"].format(**names)}
    try:
        place.bao.request("DELETE" if given is None else "POST", at, given)
        told = wrong(place)
    finally:
        undone(place, at)
    expected = at if what == "=" else what.format(**names)
    assert told == ({} if state is None else {expected: state})


def undone(place: Place, path: str) -> None:
    """Put back what other tests share."""
    if "/role/" in path:
        more = {"bind_secret_id": True, "token_bound_cidrs": "", "token_period": 0}
        place.bao.request("POST", path, more)
    if "/keys/" in path:
        # What cannot be undone is in mounts of this test's own.
        return
    with Session(place.config) as session:
        for _ in set_up(session):
            pass


def test_other_mounts_are_told(place: Place) -> None:
    place.bao.request("POST", "sys/mounts/oldkv", {"type": "kv", "options": {"version": "1"}})
    config = replace(place.config, kv="oldkv", transit=place.config.kv)
    found = looked(config)
    assert found["sys/mounts/oldkv"][0] == "other"
    assert found[f"sys/mounts/{place.config.kv}"][0] == "other"


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_look_is_told_so_and_sees_what_they_use(place: Place, role: str) -> None:
    found = looked(place.config_of(role))
    states = {what: state for what, (state, _) in found.items()}
    assert set(states.values()) == {"ok", "not allowed"}
    for mount in (place.config.kv, place.config.transit):
        assert states[f"sys/mounts/{mount}"] == "ok"
    assert states["sys/audit"] == states[f"sys/policies/acl/pseudo-{role}"] == "not allowed"


def test_somebody_without_any_right_is_told_so(place: Place) -> None:
    place.bao.request(
        "POST",
        "sys/policies/acl/nothing",
        {"policy": 'path "auth/token/lookup-self" { capabilities = ["read"] }'},
    )
    try:
        login = Login(token=token(place.bao, "worker", policies=["nothing"]))
        found = looked(replace(place.config, login=login))
    finally:
        place.bao.request("DELETE", "sys/policies/acl/nothing")
    assert {state for state, _ in found.values()} == {"not allowed"}


def test_the_server_says_what_it_is_to_anybody(place: Place) -> None:
    health = read_health(replace(place.config, login=Login(token="wrong")))
    assert health.version.startswith("2.")
    assert health.standby is False
    assert abs(health.skew) <= 1
    assert health.certificate_days in (364, 365)
    assert [item.state for item in of_server(health)] == ["ok", "ok", "ok"]


@pytest.mark.parametrize(("shift", "state"), [(20, "ok"), (45, "warning"), (-45, "warning")])
def test_clocks_that_differ_are_told(place: Place, shift: int, state: str) -> None:
    health = read_health(place.config, clock=lambda: time.time() + shift)
    assert abs(health.skew + shift) <= 1
    told = {item.what: item for item in of_server(health)}["clock"]
    assert told.state == state
    assert ("behind" if shift > 0 else "ahead") in told.detail


@pytest.mark.parametrize(("days", "state"), [(None, None), (30, "ok"), (29, "warning")])
def test_a_certificate_that_ends_soon_is_told(days: int | None, state: str | None) -> None:
    items = of_server(ServerHealth("2", standby=True, skew=0, certificate_days=days))
    found = {item.what: item.state for item in items}
    assert found.get("certificate") == state


def test_a_server_that_cannot_be_asked_is_told_at_once(own_place: Place) -> None:
    config = replace(own_place.config, patience=60.0, read_timeout=0.7)
    other = replace(config, ca="")
    assert refused(lambda: read_health(other)) == "vault.tls"
    own_place.bao.seal()
    assert refused(lambda: read_health(config)) == "vault.sealed"
    own_place.bao.pause()
    begun = time.monotonic()
    try:
        assert refused(lambda: read_health(config)) == "vault.timeout"
    finally:
        own_place.bao.resume()
    own_place.bao.kill()
    assert refused(lambda: read_health(config)) == "vault.unreachable"
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (("worker",), True, False, 900, False)),
        ({"ttl": "30h"}, (("worker",), True, False, 108000, False)),
        ({"period": "1h"}, (("worker",), True, False, 3600, True)),
        ({"no_default_policy": False}, (("worker",), False, False, 900, False)),
        (
            {"policies": ["pseudo-creator", "pseudo-worker"]},
            (("worker", "creator"), True, False, 900, False),
        ),
        ({"policies": ["root"], "ttl": "1h"}, ((), False, True, 3600, False)),
    ],
)
def test_who_a_login_is(place: Place, more: dict[str, Any], expected: tuple[Any, ...]) -> None:
    given = token(place.bao, "worker", **more)
    with Session(replace(place.config, login=Login(token=given))) as session:
        us = look_up(session)
    assert (us.roles, us.only, us.root, us.life, us.endless) == expected


def test_the_first_token_has_no_end(place: Place) -> None:
    with Session(place.config) as session:
        us = look_up(session)
    assert (us.roles, us.root, us.life) == ((), True, 0)
