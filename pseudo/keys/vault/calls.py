# SPDX-License-Identifier: Apache-2.0
"""Calls that show what a login may do, and cannot do anything. Pure.

The server looks at a login's rights before it does what is asked for. So a call that it
must refuse for another reason tells both apart: 403 where the login may not, and 400 or 404
where it might have. Nothing here can succeed in changing something, with whatever rights:

* names hold 64 random bits, so nothing has them; what is deleted there is nothing;
* writes lack what they must have (no data, no version numbers), or have what no server
  takes (a kind of key, a number, a length that there is not);
* where a real name has to be used, the call is refused for its body alone.

Where making and changing are two rights, the server looks first whether there is something,
and for that it reads the whole request: a field of the wrong type would then be told before
the rights are looked at. So the bodies of such calls are of the right types.

What a role must be allowed, and what denied, is not listed twice: it follows from its policy.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pseudo.keys.vault.acl import may
from pseudo.keys.vault.places import DATA, GONE, LEDGER, NAMES, PENDING, SIGNING
from pseudo.keys.vault.policies import rules

__all__ = ["REVOKE", "Call", "calls", "is_allowed", "nobody"]

# No document, and a version that none has before it: refused for either.
_NO_DOCUMENT: Final = {"options": {"cas": 2**31 - 1}}
_NO_NAME: Final = {"custom_metadata": {"": "a name must not be empty"}}
_NO_NUMBER: Final = {"max_versions": "many"}
_NO_BASE64: Final = {"input": "*"}
_NO_LENGTH: Final = {"bits": 1}
_NO_TIME: Final = {"ttl": "never", "increment": "never"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that cannot succeed in changing anything.

    Attributes:
        needs: The capability that the server asks for.
        method: Of HTTP.
        path: Behind ``/v1/``.
        shown: The path with ``+`` for names that do not exist, to be told.
        body: What is sent.
        breaks: Whether the server answers with an error of its own (500) where it has
            nothing of that name; after a call that it answered, this says "allowed".
    """

    needs: str
    method: str
    path: str
    shown: str
    body: Mapping[str, Any] | None = field(default=None, compare=False)
    breaks: bool = False

    @property
    def name(self) -> str:
        """What is done, to be told."""
        return f"{self.needs} {self.shown}"


REVOKE: Final = Call("update", "POST", "auth/token/revoke-self", "auth/token/revoke-self", body={})
"""The last call of a login that was made for the occasion."""


def nobody() -> str:
    """Make a name that nothing has, and no domain can have."""
    return f"_doctor-{secrets.token_hex(8)}"


def calls(
    kv: str, transit: str, *, document: str = "", ledger: bool = False, audit: str = ""
) -> list[Call]:
    """Give every call that is tried.

    Args:
        kv: Mount of the KV engine.
        transit: Mount of the transit engine.
        document: A domain's document, to see that it cannot be overwritten; where there is
            no domain yet, that is not tried.
        ledger: Whether the store keeps the name of its ledger already.
        audit: Path of an audit device.
    """
    none = nobody()
    names = {"kv": kv, "transit": transit, "none": none, "audit": audit.strip("/") or none}
    found = []
    kept = ("update" if ledger else "create", "POST", f"{{kv}}/data/{LEDGER}", _NO_DOCUMENT)
    for needs, method, template, body in (*_ALL, kept, *(_OF_DOCUMENT if document else ())):
        path = template.format(**names, document=document)
        shown = template.format(**{**names, "none": "+", "audit": "+"}, document="+/+")
        breaks = f"{transit}/backup/" in path
        found.append(Call(needs, method, path, shown, body, breaks))
    return found


def is_allowed(call: Call, role: str, kv: str, transit: str, control_group: str = "") -> bool:
    """Tell whether a role's policy, as this program writes it, allows a call."""
    return may(rules(role, kv, transit, control_group), call.path, call.needs)


_Row = tuple[str, str, str, Mapping[str, Any] | None]


def _of_oneself() -> Iterator[_Row]:
    yield "read", "GET", "auth/token/lookup-self", None
    yield "update", "POST", "auth/token/renew-self", _NO_TIME


def _of_kv() -> Iterator[_Row]:
    yield "list", "LIST", "{kv}/metadata/", None
    yield "list", "LIST", "{kv}/metadata/{none}/", None
    yield "list", "LIST", f"{{kv}}/metadata/{{none}}/{GONE}/", None
    yield "read", "GET", "{kv}/metadata/{none}/{none}", None
    yield "read", "GET", f"{{kv}}/metadata/{LEDGER}", None
    yield "read", "GET", f"{{kv}}/data/{LEDGER}", None
    yield "read", "GET", "{kv}/data/{none}/{none}", None
    yield "create", "POST", "{kv}/data/{none}/{none}", _NO_DOCUMENT
    for folder in ("kcv", GONE):
        yield "read", "GET", f"{{kv}}/data/{{none}}/{folder}/{{none}}", None
        yield "create", "POST", f"{{kv}}/data/{{none}}/{folder}/{{none}}", _NO_DOCUMENT
    for folder in (NAMES, PENDING):
        yield "read", "GET", f"{{kv}}/data/{folder}/{{none}}", None
        yield "create", "POST", f"{{kv}}/data/{folder}/{{none}}", _NO_DOCUMENT
    yield "read", "GET", "{kv}/data/{none}/current", None
    yield "create", "POST", "{kv}/data/{none}/current", _NO_DOCUMENT
    yield "read", "GET", "{kv}/metadata/{none}/current", None
    yield "read", "GET", f"{{kv}}/metadata/{NAMES}/{{none}}", None
    yield "delete", "DELETE", f"{{kv}}/metadata/{NAMES}/{{none}}", None
    yield "create", "POST", "{kv}/metadata/{none}/{none}", _NO_NAME
    yield "delete", "DELETE", "{kv}/data/{none}/{none}", None
    yield "delete", "DELETE", "{kv}/metadata/{none}/{none}", None
    for way in ("delete", "undelete", "destroy"):
        yield "update", "POST", f"{{kv}}/{way}/{{none}}/{{none}}", {}
    yield "update", "POST", "{kv}/config", _NO_NUMBER


def _of_transit() -> Iterator[_Row]:
    yield "update", "POST", f"{{transit}}/sign/{SIGNING}", _NO_BASE64
    yield "update", "POST", "{transit}/sign/{none}", _NO_BASE64
    for way in ("decrypt", "encrypt", "rewrap", "hmac"):
        yield "update", "POST", f"{{transit}}/{way}/{{none}}", {}
    yield "update", "POST", f"{{transit}}/datakey/plaintext/{DATA}", _NO_LENGTH
    yield "update", "POST", "{transit}/datakey/plaintext/{none}", _NO_LENGTH
    yield "update", "POST", "{transit}/datakey/wrapped/{none}", _NO_LENGTH
    yield "read", "GET", f"{{transit}}/keys/{SIGNING}", None
    yield "read", "GET", "{transit}/keys/{none}", None
    # The engine knows no creating, so the server asks for the right to update.
    yield "update", "POST", "{transit}/keys/{none}", {"type": "none"}
    yield "delete", "DELETE", "{transit}/keys/{none}", None
    yield "update", "POST", "{transit}/keys/{none}/config", {}
    yield "update", "POST", "{transit}/keys/{none}/rotate", {}
    yield "delete", "DELETE", "{transit}/keys/{none}/soft-delete", None
    yield "update", "POST", "{transit}/keys/{none}/soft-delete-restore", {}
    yield "update", "POST", "{transit}/hmac/{none}/sha2-256", {}
    for own in (SIGNING, DATA):
        # A key of this kind, or a setting, that no server takes.
        yield "update", "POST", f"{{transit}}/keys/{own}", {"type": "none"}
        yield "update", "POST", f"{{transit}}/keys/{own}/config", {"min_decryption_version": -1}
        yield "update", "POST", f"{{transit}}/hmac/{own}/sha2-256", _NO_BASE64
    yield "read", "GET", f"{{transit}}/keys/{DATA}", None
    yield "read", "GET", "{transit}/export/encryption-key/{none}", None
    yield "read", "GET", "{transit}/backup/{none}", None
    yield "update", "POST", "{transit}/restore/{none}", {}
    yield "update", "POST", "{transit}/config/keys", {"disable_upsert": "perhaps"}


def _of_the_server() -> Iterator[_Row]:
    # It makes an index of persons out of an audit log, so nobody may call it.
    yield "update", "POST", "sys/audit-hash/{audit}", {}
    yield "read", "GET", "sys/audit", None
    yield "read", "GET", "sys/policies/acl/{none}", None
    yield "update", "POST", "sys/policies/acl/{none}", {}
    yield "delete", "DELETE", "sys/policies/acl/{none}", None
    yield "update", "POST", "sys/mounts/{none}", {}
    yield "update", "POST", "auth/token/create", _NO_TIME


_ALL: Final = (*_of_oneself(), *_of_kv(), *_of_transit(), *_of_the_server())
_OF_DOCUMENT: Final[tuple[_Row, ...]] = (
    ("update", "POST", "{kv}/data/{document}", _NO_DOCUMENT),
    ("update", "POST", "{kv}/metadata/{document}", _NO_NAME),
)
