# SPDX-License-Identifier: Apache-2.0
"""A key that is on the server: a column is hashed there, some hundred values a request.

Nothing is given of a column before all of it is there and right. Each request carries a
message whose HMAC is known, in a place that is drawn for it: a key that was made anew
meanwhile, and the answer to another request, are noticed by it.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import numpy as np

from pseudo.domain import DomainInfo, KernelDomain
from pseudo.errors import KeyStoreError
from pseudo.kernel import MessageKey, select
from pseudo.keys.vault import places
from pseudo.keys.vault.hmac_keys import ID_CHECK_TEXT, HmacKeys
from pseudo.keys.vault.lease import Lease
from pseudo.pseudonym import RAW_BYTES

__all__ = ["RemoteDomain", "RemoteKey"]

_AT_ONCE: Final = 4


class RemoteKey(MessageKey):
    """The id-key of a domain, on the server.

    Args:
        lease: A share in the connection, which this object lets go when it is closed.
        info: The domain.
        check: The HMAC of :data:`~pseudo.keys.vault.hmac_keys.ID_CHECK_TEXT`, 32 bytes.
    """

    __slots__ = ("_batch", "_check", "_info", "_keys", "_lease", "_name", "_turns")

    def __init__(self, lease: Lease, info: DomainInfo, check: bytes) -> None:
        self._lease = lease
        self._keys = HmacKeys(lease)
        self._info = info
        self._check = check
        self._name = places.id_key_of(info.name, info.version)
        self._batch = lease.config.batch
        # Of all columns together, whoever asks for them.
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def macs(self, prefix: bytes, messages: Sequence[bytes]) -> bytes:
        """Let the server compute; see :meth:`pseudo.kernel.MessageKey.macs`.

        Raises:
            KeyStoreError: The server cannot be asked, refuses, or its answer is not in
                order; or the domain was closed.
        """
        places_of: dict[bytes, int] = {}
        onto = [places_of.setdefault(message, len(places_of)) for message in messages]
        distinct = list(places_of)
        raw = np.empty((len(distinct), RAW_BYTES), dtype=np.uint8)
        begin = 0
        for part in self._parts(prefix, distinct):
            end = begin + len(part) // RAW_BYTES
            raw[begin:end] = np.frombuffer(part, dtype=np.uint8).reshape(-1, RAW_BYTES)
            begin = end
        if distinct and self._batch == 1:
            # There was no room for it in the others.
            self._part(prefix, [])
        return raw[onto].tobytes()

    def close(self) -> None:
        """Let go of the server. May be called twice."""
        self._lease.close()

    def _parts(self, prefix: bytes, distinct: Sequence[bytes]) -> Iterator[bytes]:
        """Give one request's values after the other, a few being under way."""
        size = max(1, self._batch - 1)
        begins = range(0, len(distinct), size)
        if len(begins) == 1:
            yield self._part(prefix, distinct)
            return
        pool = ThreadPoolExecutor(_AT_ONCE, "pseudo-vault-remote")
        waiting: deque[Future[bytes]] = deque()
        try:
            for begin in begins:
                if len(waiting) == _AT_ONCE:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(self._part, prefix, distinct[begin : begin + size]))
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _part(self, prefix: bytes, messages: Sequence[bytes]) -> bytes:
        """Make one request, and give the first 16 bytes of each value."""
        inputs = [prefix + message for message in messages]
        place = secrets.randbelow(len(inputs) + 1)
        checked = len(inputs) < self._batch
        if checked:
            inputs.insert(place, ID_CHECK_TEXT)
        with self._turns:
            found = self._asked(inputs)
        if len({*found}) != len(found):
            # The inputs were distinct.
            raise KeyStoreError("vault.odd_answer", what=self._name)
        if checked and not hmac.compare_digest(found.pop(place), self._check):
            raise KeyStoreError("keys.kcv_mismatch", **self._place())
        return b"".join(mac[:RAW_BYTES] for mac in found)

    def _asked(self, inputs: Sequence[bytes]) -> list[bytes]:
        code = ""
        try:
            return self._keys.macs(self._name, inputs)
        except KeyStoreError as error:
            code = error.code
            if code not in ("keys.store_closed", "vault.refused", "vault.missing"):
                raise
        if code == "keys.store_closed":
            raise KeyStoreError("keys.domain_closed", domain=self._info.name)
        raise KeyStoreError("vault.key_refused", **self._place())

    def _place(self) -> dict[str, str | int]:
        return {"domain": self._info.name, "version": self._info.version}


class RemoteDomain(KernelDomain):
    """A domain whose key is on the server; all but the HMACs is computed here.

    Args:
        info: Public facts.
        key: The key.
    """

    def __init__(self, info: DomainInfo, key: RemoteKey) -> None:
        super().__init__(info, select("reference"), key)
        self._remote = key

    @property
    def kernel_name(self) -> str:
        """``remote``."""
        return "remote"

    def close(self) -> None:
        """Let go of the server. May be called twice."""
        super().close()
        self._remote.close()
