# SPDX-License-Identifier: Apache-2.0
"""What stands in a local key file, and how it is protected.

::

    passphrase ─ scrypt ─▶ file key ─ HKDF-Expand ─▶ seal   AES-256-GCM of every secret
                                                   ├ mac    HMAC-SHA256 over the document
                                                   └ check  tells a wrong passphrase

Each secret is sealed with everything that is said about it (name, version, state,
format, date, check value, whether it is current) as associated data, so that no secret
can be moved to another domain or another state. The MAC covers the whole document, so
an entry cannot be removed or added, nor a tombstone edited. What no file can know by
itself is that it is an older copy of itself: a restored backup opens, and brings back
what was destroyed since.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys.document import (
    KEY_FILE,
    Document,
    FileKind,
    new_document,
    write_document,
)
from pseudo.keys.entries import (
    MalformedError,
    cost_fields,
    domain_fields,
    read_cost,
    read_domains,
    read_sealed,
    sealed_fields,
    timestamp,
)
from pseudo.keys.filekeys import FileKeys, Header
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord, Registry
from pseudo.keys.sealing import Sealed, seal, unseal

__all__ = [
    "SIGNING",
    "WRAPPING",
    "Contents",
    "domain_context",
    "read_contents",
    "read_header",
    "require_own",
    "write_contents",
]

SIGNING: Final = "signing"
WRAPPING: Final = "wrapping"

_FIELDS = {"format", "version", "kdf", "check", "own", "domains", "mac", "checksum"}
_LEDGER = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a key file holds, secrets still sealed.

    Attributes:
        registry: What is known of the domains.
        sealed: The secret of each version that is not destroyed, by name and version.
        own: The store's own secrets, by purpose: ``signing`` and ``wrapping``.
        ledger: Name of the ledger that goes with the file; empty where there is none yet.
    """

    registry: Registry
    sealed: Mapping[tuple[str, int], Sealed]
    own: Mapping[str, Sealed]
    ledger: str = ""

    @classmethod
    def new(cls, keys: FileKeys) -> Contents:
        """Make the contents of a new file: no domains, and fresh secrets of its own."""
        own = {
            purpose: seal(keys.seal, SecretKey.generate(SECRET_ACCESS), _own_context(purpose))
            for purpose in (SIGNING, WRAPPING)
        }
        return cls(Registry(), {}, own)

    def secret(self, record: DomainRecord, keys: FileKeys) -> SecretKey:
        """Unseal the secret of a version that is not destroyed; the caller wipes it.

        Raises:
            KeyStoreError: What is said about it now is not what was sealed with it
                (``keys.tampered``).
        """
        sealed = self.sealed[record.name, record.version]
        return unseal(keys.seal, sealed, domain_context(record), code="keys.tampered")

    def own_secret(self, purpose: str, keys: FileKeys) -> SecretKey:
        """Unseal one of the store's own secrets; the caller wipes it.

        Raises:
            KeyStoreError: It is not the one that was sealed here (``keys.tampered``).
        """
        return unseal(keys.seal, self.own[purpose], _own_context(purpose), code="keys.tampered")

    def with_domain(self, record: DomainRecord, secret: SecretKey, keys: FileKeys) -> Contents:
        """Return the contents with one more version of a domain."""
        sealed = seal(keys.seal, secret, domain_context(record))
        return replace(
            self,
            registry=self.registry.with_record(record),
            sealed={**self.sealed, (record.name, record.version): sealed},
        )

    def with_registry(self, registry: Registry, keys: FileKeys) -> Contents:
        """Return the contents after a change of states.

        The state is sealed with the secret, so what changed is sealed anew; the secret
        of what is destroyed is left out, which destroys it.

        Args:
            registry: The same versions in the same order, in other states.
            keys: The file's keys.
        """
        sealed = dict(self.sealed)
        for before, after in zip(self.registry, registry, strict=True):
            if after == before:
                continue
            secret = self.secret(before, keys)
            if after.state is State.DESTROYED:
                del sealed[after.name, after.version]
            else:
                sealed[after.name, after.version] = seal(keys.seal, secret, domain_context(after))
            secret.wipe()
        return replace(self, registry=registry, sealed=sealed)


def write_contents(contents: Contents, keys: FileKeys) -> bytes:
    """Write a key file's bytes."""
    document = new_document(
        {
            "kdf": cost_fields(keys.header.cost, keys.header.salt),
            "check": keys.check_value(),
            "own": {purpose: sealed_fields(sealed) for purpose, sealed in contents.own.items()},
            "domains": [
                domain_fields(record, contents.sealed.get((record.name, record.version)))
                for record in contents.registry
            ],
        }
    )
    if contents.ledger:
        document["ledger"] = contents.ledger
    document["mac"] = keys.mac(document)
    return write_document(document)


def read_header(document: Document, path: str, kind: FileKind = KEY_FILE) -> Header:
    """Read what must be known before a passphrase can be tried; costs are not judged.

    Raises:
        KeyStoreError: It is not as it is written (``keys.damaged``, ``escrow.damaged``).
    """
    try:
        return Header(*read_cost(document.get("kdf")))
    except MalformedError:
        pass
    raise KeyStoreError(kind.code("damaged"), path=path)


def require_own(document: Document, keys: FileKeys, path: str) -> None:
    """Make sure that a document was written by whoever has the passphrase.

    Raises:
        KeyStoreError: Another passphrase (``keys.wrong_passphrase``), or changed by somebody
            without it (``keys.tampered``); of an escrow, its own codes.
    """
    if not _equal(document.get("check"), keys.check_value()):
        raise KeyStoreError(keys.kind.code("wrong_passphrase"), path=path)
    if not _equal(document.get("mac"), keys.mac(document)):
        raise KeyStoreError(keys.kind.code("tampered"), path=path)


def read_contents(document: Document, keys: FileKeys, path: str) -> Contents:
    """Read a document that :func:`write_contents` wrote, once it has proved to be one.

    Raises:
        KeyStoreError: Another passphrase (``keys.wrong_passphrase``), changed by
            somebody without it (``keys.tampered``), or of another shape than this
            release writes (``keys.damaged``).
    """
    require_own(document, keys, path)
    try:
        return _contents(document)
    except MalformedError:
        pass
    raise KeyStoreError("keys.damaged", path=path)


def _contents(document: Document) -> Contents:
    own = document.get("own")
    if (
        set(document) - {"ledger"} != _FIELDS
        or not isinstance(own, dict)
        or set(own) != {SIGNING, WRAPPING}
    ):
        raise MalformedError
    registry, sealed = read_domains(document["domains"])
    secrets = {name: read_sealed(own[name]) for name in own}
    return Contents(registry, sealed, secrets, _ledger(document))


def _ledger(document: Document) -> str:
    # A file that was made before there were ledgers, or has had none yet, names none.
    name = document.get("ledger")
    if name is None and "ledger" not in document:
        return ""
    if not isinstance(name, str) or not _LEDGER.fullmatch(name):
        raise MalformedError
    return name


def _equal(found: Any, expected: str) -> bool:
    return isinstance(found, str) and hmac.compare_digest(found.encode(), expected.encode())


def _own_context(purpose: str) -> bytes:
    return lp(KEY_FILE.scheme, "own", purpose)


def domain_context(record: DomainRecord, kind: FileKind = KEY_FILE) -> bytes:
    """Write what a domain's secret is sealed with in a file: all that is said about it."""
    return lp(
        kind.scheme,
        "domain",
        record.name,
        str(record.version),
        "current" if record.current else "other",
        record.state.value,
        record.format.value,
        timestamp(record.created),
        record.kcv,
    )
