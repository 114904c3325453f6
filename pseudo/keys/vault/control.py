# SPDX-License-Identifier: Apache-2.0
"""The server's control group: two others agree before a key may be deleted.

The policy of custodians guards one call, the one by which a key may be deleted at all. The
server answers it with a token that carries it out once two of the group have agreed; who asks
cannot be one of them. What waits is kept in KV, so that whoever of the custodians goes on can
do so, but nothing in KV is believed: the server says what waits, for which key, and who has
agreed. The token can do nothing but the one call, and that only when it was agreed to.

This is a barrier where the library's own approvals are a procedure: whoever has a
custodian's login and no other cannot get past it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault import places
from pseudo.keys.vault.faults import PendingError
from pseudo.keys.vault.kv import Kv
from pseudo.keys.vault.lease import Asks
from pseudo.keys.vault.transit import Transit
from pseudo.safe import safe_text

__all__ = ["ControlGroup", "Waiting"]

_AUTHORIZE: Final = "sys/control-group/authorize"
_REQUEST: Final = "sys/control-group/request"
_UNWRAP: Final = "sys/wrapping/unwrap"
_DELETION: Final = {"deletion_allowed": True}

Note = Callable[[Sequence[str]], None]
"""Notes who agreed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a control group, as the server says.

    Attributes:
        key: The key that could be deleted.
        accessor: By what the server knows it.
        operation: What would be done.
        path: With what.
        data: With which parameters.
        asked_by: Who asks, as the server knows them.
        agreed: Who has agreed, likewise.
        approved: Whether enough have.
        entity: The server's own name of who asks.
    """

    key: str
    accessor: str
    operation: str
    path: str
    data: str
    asked_by: str
    agreed: tuple[str, ...]
    approved: bool
    entity: str


class ControlGroup:
    """What a control group has to agree to.

    Args:
        session: A custodian.
        kv: Where what waits is kept.
        transit: Where the keys are.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``.
    """

    def __init__(self, session: Asks, kv: Kv, transit: Transit) -> None:
        self._session = session
        self._kv = kv
        self._transit = transit

    def permit(
        self, domain: str, keys: Sequence[str], request: str, agreed: Sequence[str], note: Note
    ) -> Sequence[str]:
        """Let all keys of a domain be deleted, or none.

        Args:
            domain: Whose keys, for the error.
            keys: Their names; those that are not there any more need nothing.
            request: Id of the request that is carried out.
            agreed: Who agreed to this request, as was noted before; empty for nobody.
            note: Notes who agreed, before the first key may be deleted.

        Returns:
            Who agreed, as the server knows them.

        Raises:
            KeyStoreError: The group has not agreed (``vault.pending_deletion``), or keys may
                be deleted to which nobody agreed (``vault.not_guarded``). Nothing was deleted.
        """
        allowed = {key: self._transit.may_be_deleted(key) for key in keys}
        loose = [key for key, may in allowed.items() if may]
        if loose and not agreed:
            raise KeyStoreError("vault.not_guarded", what=loose[0])
        guarded = [key for key, may in allowed.items() if may is False]
        found = [self._asked(key, request) for key in guarded]
        if not all(one is not None and one.approved for one in found):
            raise KeyStoreError("vault.pending_deletion", domain=domain)
        names = {name: None for one in found if one is not None for name in one.agreed}
        if names:
            note(list(names))
        for key in guarded:
            self._carry_out(key, domain)
        return list(names) or agreed

    def waiting(self, keys: Sequence[str]) -> list[Waiting]:
        """Look at what waits before keys may be deleted, as the server says."""
        kept = ((key, self._kept(key)) for key in keys)
        found = (self._waiting(key, str(said.get("accessor") or "")) for key, said in kept)
        return [one for one in found if one is not None]

    def authorize(self, waiting: Waiting) -> bool:
        """Agree to what waits.

        Returns:
            Whether enough have agreed now.

        Raises:
            KeyStoreError: One asked for it oneself (``vault.own_request``), has agreed
                already (``vault.agreed_already``), or is not in the group
                (``vault.not_in_group``).
        """
        ours = self._session.ask(lambda client: client.auth.token.lookup_self(), "auth")
        data = ours.get("data") if isinstance(ours, dict) else None
        own = data.get("entity_id") if isinstance(data, dict) else None
        if own and own == waiting.entity:
            raise KeyStoreError("vault.own_request")
        if isinstance(data, dict) and data.get("display_name") in waiting.agreed:
            raise KeyStoreError("vault.agreed_already")
        before = self._waiting(waiting.key, waiting.accessor) or waiting
        said = self._ask(_AUTHORIZE, {"accessor": waiting.accessor})
        if said.get("approved") is True:
            return True
        # The server takes the word of anybody, and counts only that of the group.
        after = self._waiting(waiting.key, waiting.accessor)
        if after is None or len(after.agreed) <= len(before.agreed):
            raise KeyStoreError("vault.not_in_group")
        return False

    def _asked(self, key: str, request: str) -> Waiting | None:
        """Give what waits for this request; ask the group where nothing does."""
        kept = self._kept(key)
        if kept.get("request") == request:
            found = self._waiting(key, str(kept.get("accessor") or ""))
            if found is not None:
                return found
        self._ask_group(key, request)
        return None

    def _waiting(self, key: str, accessor: str) -> Waiting | None:
        """Ask the server what waits; None where nothing does, or it is something else.

        Whoever may write into KV could put there what waits for another key.
        """
        if not accessor:
            return None
        try:
            said = self._ask(_REQUEST, {"accessor": accessor})
        except KeyStoreError as error:
            if error.code in ("vault.refused", "vault.missing"):
                return None
            raise
        path = f"{self._session.config.transit}/keys/{key}/config"
        what = (said.get("request_operation"), said.get("request_path"), said.get("request_data"))
        return _read(key, accessor, said) if what == ("update", path, _DELETION) else None

    def _ask_group(self, key: str, request: str) -> None:
        """Ask the group, and keep what carries it out when it has agreed."""
        pending: PendingError | None = None
        try:
            self._transit.allow_deletion(key)
        except PendingError as error:
            pending = error
        if pending is None:
            self._transit.allow_deletion(key, allowed=False)
            raise KeyStoreError("vault.not_guarded", what=key)
        path = f"{places.PENDING}/{key}"
        kept = {"accessor": pending.accessor, "token": pending.token, "request": request}
        held = self._kv.held(path)
        if not self._kv.write_once(path, kept, after=held.version if held else 0):
            raise KeyStoreError("vault.conflict", what=path)

    def _carry_out(self, key: str, domain: str) -> None:
        """Let a key be deleted, as was agreed; what cannot be carried out is asked for anew."""
        kept = self._kept(key)
        refused = False
        try:
            self._ask(_UNWRAP, {"token": str(kept.get("token") or "")})
        except KeyStoreError as error:
            refused = error.code == "vault.refused"
            if not refused:
                raise
        if self._transit.may_be_deleted(key):
            return
        self._ask_group(key, str(kept.get("request") or ""))
        raise KeyStoreError("vault.pending_deletion", domain=domain)

    def _kept(self, key: str) -> dict[str, Any]:
        return self._kv.read(f"{places.PENDING}/{key}") or {}

    def _ask(self, path: str, given: dict[str, str]) -> dict[str, Any]:
        answer = self._session.ask(
            lambda client: client.adapter.post(f"/v1/{path}", json=given), path, again=False
        )
        data = answer.get("data") if isinstance(answer, dict) else None
        return data if isinstance(data, dict) else {}


def _read(key: str, accessor: str, said: dict[str, Any]) -> Waiting:
    entity = said.get("request_entity")
    who = entity if isinstance(entity, dict) else {}
    aliases = [one for one in who.get("aliases") or () if isinstance(one, dict)]
    names = [str(one.get("name")) for one in aliases] or [str(who.get("name") or "?")]
    return Waiting(
        key=key,
        accessor=accessor,
        operation=str(said["request_operation"]),
        path=safe_text(str(said["request_path"])),
        data=", ".join(f"{name}: {value}" for name, value in _DELETION.items()),
        asked_by=safe_text(", ".join(names)),
        agreed=_names(said),
        approved=said.get("approved") is True,
        entity=str(who.get("ID") or ""),
    )


def _names(said: dict[str, Any]) -> tuple[str, ...]:
    found = said.get("authorizations")
    given = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(safe_text(str(one.get("entity_name"))) for one in given)
