# SPDX-License-Identifier: Apache-2.0
"""The least that each role needs, as policies of the server. Pure.

=========  ============================================================================
role       may
=========  ============================================================================
worker     unwrap secrets, let transit compute, note check values, sign. For hosts, never
           for people: whoever may do either can reverse every pseudonym
creator    make domains, whose secrets it never sees; never unwrap or compute
custodian  freeze, activate and destroy; never unwrap or compute
auditor    see what there is, and the public key; change nothing
=========  ============================================================================

A path with ``+`` stands for one part of it, whatever that is; one without stands above it, so
what is denied there stays denied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pseudo.keys.vault.places import DATA, GONE, LEDGER, NAMES, PENDING, SIGNING

__all__ = ["ROLES", "policy", "rules"]

Limits = Mapping[str, str]
"""The parameters that a call may have, in the server's language, by path."""

_SELF: Final = (
    ("auth/token/lookup-self", ("read",)),
    ("auth/token/renew-self", ("update",)),
    ("auth/token/revoke-self", ("update",)),
)
_SEEN: Final = (
    ("{kv}/metadata/", ("list",)),
    ("{kv}/metadata/+/", ("list",)),
    (f"{{kv}}/metadata/+/{GONE}/", ("list",)),
    ("{kv}/metadata/+/+", ("read",)),
    ("{kv}/data/+/+", ("read",)),
    ("{kv}/data/+/kcv/+", ("read",)),
    (f"{{kv}}/data/+/{GONE}/+", ("read",)),
    (f"{{kv}}/data/{LEDGER}", ("read",)),
    (f"{{kv}}/metadata/{LEDGER}", ("read",)),
    (f"{{transit}}/keys/{SIGNING}", ("read",)),
)
_NOTES: Final = (
    *_SEEN,
    (f"{{kv}}/data/{LEDGER}", ("create",)),
    (f"{{transit}}/sign/{SIGNING}", ("update",)),
)
"""Who does something notes it in the ledger, which the server signs."""

_OWN_KEYS: Final = (SIGNING, DATA)

ROLES: Final[Mapping[str, Sequence[tuple[str, Sequence[str]]]]] = MappingProxyType(
    {
        "worker": (
            *_SELF,
            *_NOTES,
            ("{kv}/data/+/kcv/+", ("create",)),
            ("{kv}/data/+/current", ("create", "read", "update")),
            ("{kv}/metadata/+/current", ("read",)),
            ("{transit}/decrypt/+", ("update",)),
            ("{transit}/hmac/+/sha2-256", ("update",)),
            *((f"{{transit}}/hmac/{name}/sha2-256", ("deny",)) for name in _OWN_KEYS),
            (f"{{transit}}/datakey/plaintext/{DATA}", ("update",)),
        ),
        "creator": (
            *_SELF,
            *_NOTES,
            (f"{{kv}}/data/{NAMES}/+", ("create", "read")),
            ("{kv}/data/+/+", ("create",)),
            ("{kv}/data/+/current", ("read",)),
            (f"{{kv}}/data/{PENDING}/+", ("deny",)),
            ("{kv}/metadata/+/+", ("create", "update")),
            (f"{{kv}}/metadata/{NAMES}/+", ("read",)),
            ("{transit}/keys/+", ("create", "update", "read")),
            *((f"{{transit}}/keys/{name}", ("read",)) for name in _OWN_KEYS),
            ("{transit}/datakey/wrapped/+", ("update",)),
        ),
        "custodian": (
            *_SELF,
            *_NOTES,
            ("{kv}/data/+/+", ("update", "delete")),
            ("{kv}/data/+/current", ("read",)),
            (f"{{kv}}/data/{NAMES}/+", ("read",)),
            (f"{{kv}}/data/+/{GONE}/+", ("create",)),
            (f"{{kv}}/data/{PENDING}/+", ("create", "read", "update")),
            ("{kv}/undelete/+/+", ("update",)),
            ("{kv}/metadata/+/+", ("create", "update", "delete")),
            # Without it version 1 would be current again, and KV would know of no other.
            ("{kv}/metadata/+/current", ("read",)),
            (f"{{kv}}/metadata/{NAMES}/+", ("read",)),
            ("{transit}/keys/+", ("read", "delete")),
            *((f"{{transit}}/keys/{name}", ("read",)) for name in _OWN_KEYS),
            *(
                (f"{{transit}}/keys/{name}/{way}", ("deny",))
                for name in _OWN_KEYS
                for way in ("config", "rotate", "soft-delete", "soft-delete-restore")
            ),
            ("{transit}/keys/+/config", ("update",)),
            ("{transit}/keys/+/rotate", ("update",)),
            ("{transit}/keys/+/soft-delete", ("delete",)),
            ("{transit}/keys/+/soft-delete-restore", ("update",)),
            ("{transit}/rewrap/+", ("update",)),
        ),
        "auditor": (*_SELF, *_SEEN),
    }
)
"""What each role may, by path; ``{kv}`` and ``{transit}`` stand for the mounts."""

_PAST_A_GROUP: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # A secret whose only ciphertext is erased, or pushed out by newer ones, is gone too.
        "{kv}/data/+/+": frozenset({"update"}),
        "{kv}/metadata/+/+": frozenset({"delete"}),
        "{transit}/keys/+/rotate": frozenset({"update"}),
        "{transit}/rewrap/+": frozenset({"update"}),
    }
)
"""What custodians may not where a control group has to agree: it would get past the group."""

_DESCRIBED: Final = "allowed_parameters = { custom_metadata = [] }"
_LIMITS: Final[Mapping[str, Limits]] = MappingProxyType(
    {
        "creator": {
            "{kv}/metadata/+/+": _DESCRIBED,
            "{transit}/keys/+": (
                "allowed_parameters = { type = [], derived = [], key_size = [], "
                "exportable = [false], allow_plaintext_backup = [false] }"
            ),
        },
        "custodian": {
            "{kv}/metadata/+/+": _DESCRIBED,
            "{transit}/keys/+/config": (
                "allowed_parameters = { deletion_allowed = [], min_decryption_version = [] }"
            ),
        },
    }
)
"""What a role may say where it may, in the server's language."""


def rules(role: str, kv: str, transit: str, control_group: str = "") -> dict[str, tuple[str, ...]]:
    """Give what a role may, by path.

    Args:
        role: One of :data:`ROLES`.
        kv: Mount of the KV engine.
        transit: Mount of the transit engine.
        control_group: The group that has to agree to a destruction; empty for none.
    """
    found: dict[str, tuple[str, ...]] = {}
    guarded = role == "custodian" and bool(control_group)
    for path, may in ROLES[role]:
        left = set(may) - _PAST_A_GROUP.get(path, frozenset()) if guarded else set(may)
        place = path.format(kv=kv, transit=transit)
        if left:
            found[place] = tuple(sorted({*found.get(place, ()), *left}))
    return found | (dict.fromkeys(_CONTROL_PATHS, ("update",)) if guarded else {})


def policy(role: str, kv: str, transit: str, control_group: str = "") -> str:
    """Write a role's policy in the server's language.

    Args:
        role: One of :data:`ROLES`.
        kv: Mount of the KV engine.
        transit: Mount of the transit engine.
        control_group: The identity group of which two others must agree before a key may be
            deleted; empty where the server has no control groups.
    """
    limits = {
        path.format(kv=kv, transit=transit): said for path, said in _LIMITS.get(role, {}).items()
    }
    found = rules(role, kv, transit, control_group)
    guarded = f"{transit}/keys/+/config" if role == "custodian" and control_group else ""
    blocks = []
    for path, may in found.items():
        listed = ", ".join(f'"{one}"' for one in may)
        lines = [f"  capabilities = [{listed}]\n"]
        lines += [f"  {limits[path]}\n"] if path in limits else []
        lines += [_guard(control_group)] if path == guarded else []
        blocks.append(f'path "{path}" {{\n{"".join(lines)}}}\n')
    return f"# {role} of pseudo\n" + "\n".join(blocks)


_CONTROL_PATHS: Final = (
    "sys/control-group/authorize",
    "sys/control-group/request",
    "sys/wrapping/unwrap",
)


def _guard(group: str) -> str:
    """Write that two of a group have to agree; without a time to live none would have to."""
    return f"""\
  control_group = {{
    ttl = "72h"
    self_auth_allowed = false
    factor "custodians" {{
      controlled_capabilities = ["update"]
      identity {{
        group_names = ["{group}"]
        approvals = 2
      }}
    }}
  }}
"""
