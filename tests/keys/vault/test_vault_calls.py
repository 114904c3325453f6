# SPDX-License-Identifier: Apache-2.0
"""Every right of every role is tried, and everything that no role, or another, may."""

from __future__ import annotations

import pytest

from pseudo.keys.vault.acl import covers
from pseudo.keys.vault.calls import REVOKE, calls, is_allowed, nobody
from pseudo.keys.vault.policies import ROLES, rules

# The engine knows no creating of keys: the server asks for the right to update instead. And
# to update is asked for only where there is something, of which each store has one only.
NEVER_ASKED_FOR = {
    ("transit/keys/+", "create"),
    ("kv/data/+/current", "update"),
    ("kv/data/_pending/+", "update"),
}


def tried(**more):
    return [*calls("kv", "transit", document="projA/v1", **more), REVOKE]


@pytest.mark.parametrize("role", ROLES)
def test_every_right_of_a_role_is_tried(role):
    both = [*tried(ledger=False), *tried(ledger=True)]
    proved = {
        (pattern, call.needs)
        for call in both
        if is_allowed(call, role, "kv", "transit")
        for pattern in rules(role, "kv", "transit")
        if covers(pattern, call.path)
    }
    rights = {
        (path, one)
        for path, may in rules(role, "kv", "transit").items()
        for one in may
        if one != "deny"
    }
    assert rights - proved <= NEVER_ASKED_FOR


EVERYBODY = {
    "update sys/audit-hash/+",
    "read sys/policies/acl/+",
    "update sys/policies/acl/+",
    "delete sys/policies/acl/+",
    "update sys/mounts/+",
    "update auth/token/create",
    "read transit/export/encryption-key/+",
    "read transit/backup/+",
    "update transit/restore/+",
    "update transit/config/keys",
    "update transit/keys/_signing",
    "update transit/keys/_signing/config",
    "update transit/keys/_data",
    "update transit/keys/_data/config",
    "update transit/hmac/_signing/sha2-256",
    "update transit/hmac/_data/sha2-256",
    "delete kv/metadata/_names/+",
    "update kv/config",
    "update kv/destroy/+/+",
    "update transit/datakey/plaintext/+",
}


@pytest.mark.parametrize(
    ("role", "must_not"),
    [
        (
            "worker",
            {
                "update transit/keys/+",
                "delete transit/keys/+",
                "update transit/keys/+/config",
                "update transit/keys/+/rotate",
                "create kv/data/+/+",
                "update kv/data/+/+",
                "create kv/data/+/gone/+",
                "create kv/data/_names/+",
                "delete kv/data/+/+",
                "delete kv/metadata/+/+",
                "create kv/metadata/+/+",
                "update transit/datakey/wrapped/+",
            },
        ),
        (
            "creator",
            {
                "update transit/decrypt/+",
                "update transit/hmac/+/sha2-256",
                "delete transit/keys/+",
                "create kv/data/+/kcv/+",
                "create kv/data/+/gone/+",
                "create kv/data/+/current",
                "update kv/data/+/+",
                "update transit/keys/+/rotate",
                "delete kv/data/+/+",
                "delete kv/metadata/+/+",
                "update transit/datakey/plaintext/_data",
                "update transit/keys/+/config",
            },
        ),
        (
            "custodian",
            {
                "update transit/decrypt/+",
                "update transit/hmac/+/sha2-256",
                "create kv/data/+/+",
                "create kv/data/+/kcv/+",
                "create kv/data/+/current",
                "update transit/datakey/plaintext/_data",
                "update transit/datakey/wrapped/+",
                "update transit/keys/+",
            },
        ),
        ("auditor", {"update transit/decrypt/+", "update transit/sign/_signing"}),
    ],
)
def test_what_a_role_must_not_is_tried(role, must_not):
    denied = {call.name for call in tried() if not is_allowed(call, role, "kv", "transit")}
    assert must_not | EVERYBODY <= denied


def test_an_auditor_changes_nothing():
    allowed = [call for call in tried() if is_allowed(call, "auditor", "kv", "transit")]
    changing = [call.path for call in allowed if call.needs not in ("read", "list")]
    # But its own login.
    assert changing == ["auth/token/renew-self", "auth/token/revoke-self"]


def test_nothing_is_deleted_that_has_a_name():
    names = {nobody() for _ in range(100)}
    assert len(names) == 100
    for call in tried(audit="file/", ledger=True):
        assert call.method in ("GET", "LIST", "POST") or "/_doctor-" in call.path
