# SPDX-License-Identifier: Apache-2.0
"""What a server's store does beside destroying: who agrees, and whether nothing is left."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace

from pseudo.errors import KeyStoreError
from pseudo.keys.store import Store
from pseudo.keys.vault import places
from pseudo.keys.vault.control import ControlGroup, Waiting
from pseudo.keys.vault.kv import Kv
from pseudo.keys.vault.lease import Lease
from pseudo.keys.vault.records import Records
from pseudo.keys.vault.session import Session
from pseudo.keys.vault.transit import Transit

__all__ = ["EndingStore"]


class EndingStore(Store):
    """The part of a server's store that sees domains to their end."""

    _lease: Lease
    _kv: Kv
    _transit: Transit
    _records: Records

    @property
    def controlled(self) -> bool:
        """Whether the server's control group agrees to a destruction."""
        return bool(self._lease.config.control_group)

    def agreed_to_destroy(
        self,
        name: str,
        request: str,
        agreed: Sequence[str],
        note: Callable[[Sequence[str]], None],
    ) -> Sequence[str]:
        """Let the server's control group agree; see :meth:`Store.agreed_to_destroy`."""
        if not self.controlled:
            return agreed
        return self._group().permit(name, self._all_keys(name), request, agreed, note)

    def waiting(self, name: str) -> builtins.list[Waiting]:
        """Look at what waits for the server's control group before a domain is destroyed.

        Raises:
            KeyStoreError: No such domain, or this login may not look.
        """
        self._records.one(name)
        return self._group().waiting(self._all_keys(name))

    def authorize(self, waiting: Waiting) -> bool:
        """Agree, as one of the control group, to what waits; tell whether enough have.

        Raises:
            KeyStoreError: One asked for it oneself (``vault.own_request``), or may not.
        """
        return self._group().authorize(waiting)

    def wrapped_by(self, name: str) -> tuple[str, ...]:
        """Name the keys of a domain; see :meth:`Store.wrapped_by`."""
        versions = ((key, self._transit.versions_of(key)) for key in self._all_keys(name))
        return tuple(f"{key}, {count} versions" for key, count in versions if count)

    def confirm_gone(self, name: str) -> tuple[str, ...]:
        """Look for the keys of a domain on every node; see :meth:`Store.confirm_gone`.

        Nodes that the settings do not name are not looked at.
        """
        config = self._lease.config
        keys = self._all_keys(name)
        nodes = config.nodes or (config.address,)
        for node in nodes:
            with Session(replace(config, address=node, nodes=())) as session:
                transit = Transit(session)
                for key in keys:
                    if transit.has(key):
                        raise KeyStoreError("keys.still_there", what=key, where=node)
        return nodes

    def _group(self) -> ControlGroup:
        return ControlGroup(self._lease, self._kv, self._transit)

    def _all_keys(self, name: str) -> builtins.list[str]:
        """Give the names of all the keys that a domain can have, of either kind."""
        versions = [kept.record.version for kept in self._records.versions(name)]
        return [key for version in versions for key in places.keys_of(name, version)]
