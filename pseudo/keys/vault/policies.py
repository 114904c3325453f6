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

from pseudo.keys.vault.places import DATA, LEDGER, NAMES, SIGNING

__all__ = ["ROLES", "policy", "rules"]

_SELF: Final = (
    ("auth/token/lookup-self", ("read",)),
    ("auth/token/renew-self", ("update",)),
    ("auth/token/revoke-self", ("update",)),
)
_SEEN: Final = (
    ("{kv}/metadata/", ("list",)),
    ("{kv}/metadata/+/", ("list",)),
    ("{kv}/metadata/+/+", ("read",)),
    (f"{{kv}}/metadata/{LEDGER}", ("read",)),
    (f"{{kv}}/data/{LEDGER}", ("create", "read")),
    (f"{{transit}}/sign/{SIGNING}", ("update",)),
    (f"{{transit}}/keys/{SIGNING}", ("read",)),
)

ROLES: Final[Mapping[str, Sequence[tuple[str, Sequence[str]]]]] = MappingProxyType(
    {
        "worker": (
            *_SELF,
            *_SEEN,
            ("{kv}/data/+/+", ("create", "read")),
            ("{kv}/data/+/current", ("create", "read", "update")),
            ("{transit}/decrypt/+", ("update",)),
            ("{transit}/hmac/+/sha2-256", ("update",)),
            *((f"{{transit}}/hmac/{name}/sha2-256", ("deny",)) for name in (SIGNING, DATA)),
            (f"{{transit}}/datakey/plaintext/{DATA}", ("update",)),
        ),
        "creator": (
            *_SELF,
            *_SEEN,
            (f"{{kv}}/data/{NAMES}/+", ("create", "read")),
            ("{kv}/data/+/+", ("create", "read")),
            ("{kv}/data/+/current", ("read",)),
            ("{kv}/metadata/+/+", ("create", "read", "update")),
            ("{transit}/keys/+", ("create", "update", "read")),
            ("{transit}/datakey/wrapped/+", ("update",)),
        ),
        "custodian": (
            *_SELF,
            *_SEEN,
            ("{kv}/data/+/+", ("create", "read", "update", "delete")),
            ("{kv}/data/+/current", ("read",)),
            ("{kv}/undelete/+/+", ("update",)),
            ("{kv}/metadata/+/+", ("create", "read", "update", "delete")),
            ("{transit}/keys/+", ("read", "delete")),
            ("{transit}/keys/+/config", ("update",)),
            ("{transit}/keys/+/rotate", ("update",)),
            ("{transit}/keys/+/soft-delete", ("delete",)),
            ("{transit}/keys/+/soft-delete-restore", ("update",)),
            *((f"{{transit}}/keys/{name}/soft-delete", ("deny",)) for name in (SIGNING, DATA)),
            ("{transit}/rewrap/+", ("update",)),
        ),
        "auditor": (
            *_SELF,
            ("{kv}/metadata/", ("list",)),
            ("{kv}/metadata/+/", ("list",)),
            ("{kv}/metadata/+/+", ("read",)),
            ("{kv}/data/+/+", ("read",)),
            (f"{{kv}}/data/{LEDGER}", ("read",)),
            (f"{{transit}}/keys/{SIGNING}", ("read",)),
        ),
    }
)
"""What each role may, by path; ``{kv}`` and ``{transit}`` stand for the mounts."""


def rules(role: str, kv: str, transit: str) -> dict[str, tuple[str, ...]]:
    """Give what a role may, by path.

    Args:
        role: One of :data:`ROLES`.
        kv: Mount of the KV engine.
        transit: Mount of the transit engine.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path, may in ROLES[role]:
        place = path.format(kv=kv, transit=transit)
        found[place] = tuple(sorted({*found.get(place, ()), *may}))
    return found


def policy(role: str, kv: str, transit: str) -> str:
    """Write a role's policy in the server's language."""
    blocks = []
    for path, may in rules(role, kv, transit).items():
        listed = ", ".join(f'"{one}"' for one in may)
        blocks.append(f'path "{path}" {{\n  capabilities = [{listed}]\n}}\n')
    return f"# {role} of pseudo\n" + "\n".join(blocks)
