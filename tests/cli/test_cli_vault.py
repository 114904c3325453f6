# SPDX-License-Identifier: Apache-2.0
"""The command line with its keys in a real server, from an empty one to a verified release."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pseudo.testing.openbao import OpenBao
from tests.keys.vault.conftest import SECRET, in_base64, reads

pytestmark = pytest.mark.network


@pytest.fixture
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """Start a server of the test's own: the roles are those of the mounts that were last set up."""
    with OpenBao(tmp_path_factory.mktemp("openbao") / "cli") as bao:
        yield bao


@pytest.fixture
def as_role(bao: OpenBao, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a function that gives the environment of somebody who logs in as a role."""
    common = {
        "PSEUDO_LEDGER": str(tmp_path / "ledger"),
        "PSEUDO_VAULT_PATIENCE": "2",
        "VAULT_ADDR": bao.address,
        "VAULT_CACERT": str(bao.ca),
    }

    def environment(role: str, store: str = "vault:kv/transit") -> dict[str, str]:
        of_store = {**common, "PSEUDO_KEYSTORE": store}
        if role == "root":
            return {**of_store, "VAULT_TOKEN": bao.root_token}
        path = f"auth/approle/role/pseudo-{role}"
        file = tmp_path / f"{role}.secret-id"
        file.write_text(bao.request("POST", f"{path}/secret-id", {})["data"]["secret_id"])
        return {
            **of_store,
            "PSEUDO_VAULT_LOGIN": "approle",
            "PSEUDO_VAULT_ROLE": bao.request("GET", f"{path}/role-id")["data"]["role_id"],
            "PSEUDO_VAULT_SECRET_FILE": str(file),
        }

    return environment


def test_from_an_empty_server_to_a_verified_release(
    call, delivery, spec, people, bao, as_role, tmp_path, approved
):
    done = call("vault", "setup", "--json", **as_role("root"))
    assert (done.status, done.stderr) == (0, "")
    assert {step["result"] for step in json.loads(done.stdout)["steps"]} == {"made", "written"}
    again = call("vault", "setup", **as_role("root"))
    assert "made" not in again.stdout

    creator, worker, custodian, auditor = map(
        as_role, ("creator", "worker", "custodian", "auditor")
    )
    made = call("domain", "create", "projA", "--json", **creator)
    assert (made.status, json.loads(made.stdout)["state"]) == (0, "created")
    # Only an administrator can put a secret there that we know, to look for it afterwards.
    from pseudo.keys.vault.places import context_of

    given = {"plaintext": base64.b64encode(SECRET).decode(), "context": context_of("projA", 1)}
    wrapped = bao.request("POST", "transit/encrypt/projA.v1", given)["data"]["ciphertext"]
    held = bao.request("GET", "kv/data/projA/v1")["data"]["data"]
    bao.request("POST", "kv/data/projA/v1", {"data": {**held, "wrapped": wrapped}})

    out = tmp_path / "out"
    order = ("run", delivery, "--spec", spec, "--domain", "projA", "--out")
    refused = call(*order, out, **creator)
    assert (refused.status, refused.code) == (5, "vault.denied")
    assert not out.exists()
    done = call(*order, out, PSEUDO_LOG="json", **worker)
    assert done.status == 0

    receipt = json.loads(call("verify", out, "--json", **auditor).stdout)
    assert receipt["verified"]["ledger"] == "verified"
    assert receipt["receipt"]["domain"]["key_id"] == "projA.v1.8e5d1bee7531823a"
    assert receipt["receipt"]["domain"]["store"] == "vault"
    released = pq.read_table(out / "release" / "kommunala-program.parquet")
    assert released.num_rows == 59

    assert call("domain", "freeze", "projA", **custodian).status == 0
    frozen = call(*order, tmp_path / "second", **worker)
    assert (frozen.status, frozen.code) == (5, "keys.frozen")
    assert call("domain", "activate", "projA", **custodian).status == 0
    assert call(*order, tmp_path / "second", **worker).status == 0
    alone = call("domain", "destroy", "projA", "--yes", **custodian)
    assert (alone.status, alone.code) == (8, "approval.needed")
    requests = approved("projA", **custodian)
    now = {**custodian, "PSEUDO_WAITING_DAYS": "0"}
    gone = call("domain", "destroy", "projA", "--yes", "--json", *requests, **now)
    assert (gone.status, json.loads(gone.stdout)["state"]) == (0, "destroyed")
    assert call(*order, tmp_path / "third", **worker).code == "keys.destroyed"
    assert call("ledger", "verify", **auditor).status == 0
    listed = json.loads(call("domain", "list", "--json", **auditor).stdout)["domains"]
    assert [domain["state"] for domain in listed] == ["destroyed"]

    # Neither the secret nor a person is anywhere but in what was delivered.
    everything = reads(bao.folder) + reads(tmp_path / "ledger") + reads(out)
    everything += (done.stdout + done.stderr + gone.stdout).encode()
    for shape in (SECRET, SECRET.hex().encode(), base64.b64encode(SECRET)[:42]):
        assert shape not in everything
    for number in people[1:]:
        for spelled in (number, number[2:], f"{number[2:8]}-{number[8:]}"):
            assert spelled.encode() not in everything


def test_a_release_whose_keys_never_left_the_server(
    call, delivery, spec, people, bao, as_role, tmp_path, approved
):
    store = "vault-remote:kv-r/transit-r"
    root = as_role("root", store)
    assert call("vault", "setup", **root).status == 0
    creator, worker, custodian, auditor = (
        as_role(role, store) for role in ("creator", "worker", "custodian", "auditor")
    )
    made = call("domain", "create", "projB", "--json", **creator)
    assert (made.status, json.loads(made.stdout)["state"]) == (0, "created")

    out, order = tmp_path / "out", ("run", delivery, "--spec", spec, "--domain", "projB", "--out")
    refused = call(*order, out, **creator)
    assert (refused.status, refused.code) == (5, "vault.denied")
    assert not out.exists()
    done = call(*order, out, PSEUDO_LOG="json", PSEUDO_VAULT_BATCH="20", **worker)
    assert done.status == 0, done.stderr
    receipt = json.loads(call("verify", out, "--json", **auditor).stdout)
    assert receipt["verified"]["ledger"] == "verified"
    said = receipt["receipt"]
    assert (said["domain"]["store"], said["domain"]["key_origin"]) == ("vault-remote", "generated")
    assert said["software"]["kernel"] == "remote"
    assert pq.read_table(out / "release" / "kommunala-program.parquet").num_rows == 59
    # The same again, whatever the size of the requests.
    assert call(*order, tmp_path / "again", **worker).status == 0
    first, again = (
        (folder / "release" / "kommunala-program.parquet").read_bytes()
        for folder in (out, tmp_path / "again")
    )
    assert first == again

    other = {**worker, "PSEUDO_KEYSTORE": "vault:kv-r/transit-r"}
    assert call(*order, tmp_path / "other", **other).code == "vault.other_kind"
    assert call("domain", "freeze", "projB", **custodian).status == 0
    assert call(*order, tmp_path / "frozen", **worker).code == "keys.frozen"
    assert call("domain", "activate", "projB", **custodian).status == 0
    alone = call("domain", "destroy", "projB", "--yes", **custodian)
    assert (alone.status, alone.code) == (8, "approval.needed")
    requests = approved("projB", **custodian)
    now = {**custodian, "PSEUDO_WAITING_DAYS": "0"}
    gone = call("domain", "destroy", "projB", "--yes", "--json", *requests, **now)
    assert (gone.status, json.loads(gone.stdout)["state"]) == (0, "destroyed")
    assert call(*order, tmp_path / "gone", **worker).code == "keys.destroyed"

    everything = reads(bao.folder) + reads(tmp_path / "ledger") + reads(out)
    everything += (done.stdout + done.stderr + gone.stdout).encode()
    assert b"hmac/projB.v1.id" in bao.audit.read_bytes()
    for number in people[1:]:
        for spelled in (number, number[2:], f"{number[2:8]}-{number[8:]}"):
            assert spelled.encode() not in everything
        assert not any(shape in everything for shape in in_base64(number))
    assert root["VAULT_TOKEN"] not in done.stderr


def test_policies_are_printed_without_a_server(call):
    done = call("vault", "policies", PSEUDO_KEYSTORE="vault:nycklar/kuvert")
    assert done.status == 0
    same = call("vault", "policies", PSEUDO_KEYSTORE="vault-remote:nycklar/kuvert")
    assert same.stdout == done.stdout
    assert 'path "kuvert/hmac/+/sha2-256"' in done.stdout
    assert 'path "kuvert/decrypt/+"' in done.stdout
    assert "# pseudo-worker" in done.stdout
    shown = json.loads(call("vault", "policies", "--json", PSEUDO_KEYSTORE="vault:a/b").stdout)
    assert set(shown["policies"]) == {
        f"pseudo-{r}" for r in ("worker", "creator", "custodian", "auditor")
    }


@pytest.mark.parametrize(
    ("environment", "status", "code"),
    [
        ({}, 2, "usage.no_vault_store"),
        ({"PSEUDO_KEYSTORE": "local:keys"}, 2, "usage.no_vault_store"),
        ({"PSEUDO_KEYSTORE": "vault:kv"}, 5, "vault.bad_mounts"),
        ({"PSEUDO_KEYSTORE": "vault:kv/kv"}, 5, "vault.bad_mounts"),
        ({"PSEUDO_KEYSTORE": "vault:a/b/c"}, 5, "vault.bad_mounts"),
        ({"PSEUDO_KEYSTORE": "vault-remote:kv"}, 5, "vault.bad_mounts"),
        ({"PSEUDO_KEYSTORE": "vault-remote"}, 2, "usage.no_vault_store"),
        ({"PSEUDO_KEYSTORE": "vault-else:kv/transit"}, 2, "usage.no_vault_store"),
        *(
            (
                {"PSEUDO_KEYSTORE": "vault-remote:kv/transit", "PSEUDO_VAULT_BATCH": size},
                2,
                "usage.bad_setting",
            )
            for size in ("0", "100001", "many")
        ),
        ({"PSEUDO_KEYSTORE": "vault:kv/transit"}, 2, "usage.no_vault"),
        (
            {"PSEUDO_KEYSTORE": "vault:kv/transit", "VAULT_ADDR": "http://10.0.0.1:8200"},
            2,
            "usage.vault_http",
        ),
        (
            {"PSEUDO_KEYSTORE": "vault:kv/transit", "PSEUDO_VAULT_TIMEOUT": "never"},
            2,
            "usage.bad_setting",
        ),
    ],
)
def test_what_is_missing_is_told_before_anything_is_asked(call, environment, status, code):
    clean = {"VAULT_ADDR": "", "VAULT_TOKEN": "", **environment}
    done = call("vault", "setup", **clean)
    assert (done.status, done.code) == (status, code)


def test_without_the_packages_it_says_which(call, monkeypatch):
    monkeypatch.setattr("pseudo.usecases.vault.find_spec", lambda _: None)
    done = call("vault", "policies", PSEUDO_KEYSTORE="vault:a/b")
    assert (done.status, done.code) == (5, "vault.not_installed")
