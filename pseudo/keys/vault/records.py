# SPDX-License-Identifier: Apache-2.0
"""What KV holds of domains: their records, states, names and check values.

State is where the server has it: a version without check value is ``created``, with one
``active``; one whose document is deleted, which can be undone, is ``frozen``; and of a
destroyed one a tombstone is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pseudo.errors import KeyStoreError
from pseudo.keys.hierarchy import NAME, check_unclaimed
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord, Registry
from pseudo.keys.vault import documents, places
from pseudo.keys.vault.documents import Kept
from pseudo.keys.vault.kv import Kv

__all__ = ["Records", "kept_of", "registry_of"]


class Records:
    """The domains that a KV engine knows.

    Args:
        kv: The engine.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``, or as it says.
    """

    def __init__(self, kv: Kv) -> None:
        self._kv = kv

    def all(self) -> list[Kept]:
        """Give every version of every domain by name and version."""
        names = [name.removesuffix("/") for name in self._kv.names() if name.endswith("/")]
        found = (self.versions(name) for name in sorted(names) if NAME.fullmatch(name))
        return [kept for versions in found for kept in versions]

    def versions(self, name: str) -> list[Kept]:
        """Give every version of a domain, ascending; none where there is no such domain."""
        if not NAME.fullmatch(name):
            return []
        names = self._kv.names(f"{name}/")
        ended = self._kv.names(f"{name}/{places.GONE}/") if f"{places.GONE}/" in names else []
        gone = set(places.versions_in(ended))
        current = self._current(name) if "current" in names else 1
        numbers = sorted({*places.versions_in(names), *gone})
        found = (self._version(name, number, gone=number in gone) for number in numbers)
        return [kept.to(current=kept.record.version == current) for kept in found if kept]

    def registry(self, name: str) -> Registry:
        """Give what is known of a domain as a value that says what may be done with it."""
        return registry_of(self.versions(name))

    def one(self, name: str, version: int | None = None) -> Kept:
        """Find a version of a domain; see :meth:`pseudo.keys.registry.Registry.one`."""
        versions = self.versions(name)
        return kept_of(versions, registry_of(versions).one(name, version))

    def claim(self, name: str) -> None:
        """Take a name for ever, if nobody has it in any case.

        Raises:
            KeyStoreError: Somebody has (``keys.domain_exists``, ``keys.name_destroyed`` or
                ``keys.name_other_case``).
        """
        self.take_name(name)
        # Whoever was cut off before the secret was written may begin again.
        self.registry(name).check_free(name)

    def take_name(self, name: str) -> None:
        """Take a name for ever, whether or not a domain has it already.

        Raises:
            KeyStoreError: It is taken in another case (``keys.name_other_case``).
        """
        path = f"{places.NAMES}/{name.lower()}"
        if self._kv.write_once(path, {"name": name}):
            return
        taken = self._kv.read(path) or {}
        check_unclaimed(name, [str(taken.get("name", ""))])
        raise KeyStoreError("keys.domain_exists", domain=name)

    def keep(self, kept: Kept, wrapped: str = "") -> bool:
        """Write what is known of a new version, and its wrapped secret where it has one.

        Returns:
            Whether that is there now; else somebody else's is.
        """
        path = _path(kept)
        if not self._kv.write_once(path, documents.secret_document(kept, wrapped)):
            return False
        self._kv.describe(path, documents.described(kept))
        return True

    def go_on(self, kept: Kept) -> None:
        """Do what may be missing of keeping a version whose document is there.

        Raises:
            KeyStoreError: It is the document of another (``keys.domain_exists``).
        """
        name, version = kept.record.name, kept.record.version
        document = self.document(kept)
        found = None if document is None else documents.read_secret(document, name, version)[0]
        if found is None or documents.described(found) != documents.described(kept):
            raise KeyStoreError("keys.domain_exists", domain=name)
        self._kv.describe(_path(kept), documents.described(kept))

    def document(self, kept: Kept) -> dict[str, Any] | None:
        """Read the document of a version; None where it is deleted."""
        return self._kv.read(_path(kept))

    def rewrite(self, kept: Kept, document: dict[str, Any], *, after: int) -> None:
        """Write the document of a version anew.

        Raises:
            KeyStoreError: Somebody wrote it after ``after`` (``vault.conflict``).
        """
        path = _path(kept)
        if not self._kv.write_once(path, document, after=after):
            raise KeyStoreError("vault.conflict", what=path)

    def writes(self, kept: Kept) -> int:
        """Tell how often the document of a version was written.

        Raises:
            KeyStoreError: It is not there any more (``vault.conflict``).
        """
        held = self._kv.held(_path(kept))
        if held is None:
            raise KeyStoreError("vault.conflict", what=_path(kept))
        return held.version

    def make_current(self, name: str, version: int) -> None:
        """Let a version be the current one.

        Raises:
            KeyStoreError: Somebody did so at the same time (``vault.conflict``).
        """
        path = places.current_of(name)
        held = self._kv.held(path)
        if not self._kv.write_once(path, {"version": version}, after=held.version if held else 0):
            raise KeyStoreError("vault.conflict", what=path)

    def hide(self, kept: Kept) -> None:
        """Delete a document so that it can be undone, and what is known of it stays."""
        self._kv.describe(_path(kept), documents.described(kept))
        self._kv.delete(_path(kept))

    def show(self, kept: Kept) -> None:
        """Undo that."""
        held = self._kv.held(_path(kept))
        if held is not None and held.deleted:
            self._kv.undelete(_path(kept), held.version)

    def bury(self, kept: Kept, at: datetime) -> None:
        """Leave a tombstone in the place of a version whose keys are gone."""
        gone = places.tombstone_of(kept.record.name, kept.record.version)
        tombstone = documents.tombstone_document(kept, at)
        if not self._kv.write_once(gone, tombstone) and self._kv.read(gone) is None:
            raise KeyStoreError("vault.conflict", what=gone)
        self.erase(kept)

    def erase(self, kept: Kept) -> None:
        """Erase the document of a version for ever, if it is there and this login may.

        Where a control group guards destructions, no custodian may: it would be a way past
        the group. What is left is wrapped by a key that is gone.
        """
        if self._kv.held(_path(kept)) is None:
            return
        try:
            self._kv.erase(_path(kept))
        except KeyStoreError as error:
            if error.code != "vault.denied":
                raise

    def note_check_value(self, kept: Kept, kcv: str, id_check: str = "") -> Kept:
        """Note the check value of a version, which is active from then on.

        Raises:
            KeyStoreError: Another one is noted (``keys.kcv_mismatch``).
        """
        place = kept.record.name, kept.record.version
        document = documents.check_value_document(*place, kcv, id_check)
        if not self._kv.write_once(places.check_value_of(*place), document):
            raise KeyStoreError("keys.kcv_mismatch", domain=place[0], version=place[1])
        return documents.read_check_value(document, kept)

    def id_check(self, record: DomainRecord) -> str:
        """Give the check value of the id-key of a version whose keys are in transit."""
        noted = self._kv.read(places.check_value_of(record.name, record.version))
        return documents.read_id_check(noted or {}, record)

    def _current(self, name: str) -> int:
        said = (self._kv.read(places.current_of(name)) or {}).get("version")
        if type(said) is not int or said < 1:
            raise KeyStoreError("vault.bad_document", domain=name, version=0)
        return said

    def _version(self, name: str, version: int, *, gone: bool) -> Kept | None:
        """Read what is known of a version; None where its making was cut off."""
        if gone:
            said = self._kv.read(places.tombstone_of(name, version))
            if said is None:
                raise KeyStoreError("vault.bad_document", domain=name, version=version)
            return documents.read_tombstone(said, name, version)
        path = places.secret_of(name, version)
        document = self._kv.read(path)
        if document is not None:
            kept = documents.read_secret(document, name, version)[0]
        else:
            held = self._kv.held(path)
            if held is None or not held.version:
                return None
            kept = documents.read_described(held.custom, name, version)
        noted = self._kv.read(places.check_value_of(name, version))
        if noted is not None:
            kept = documents.read_check_value(noted, kept)
        return kept if document is not None else kept.to(state=State.FROZEN)


def registry_of(versions: Iterable[Kept]) -> Registry:
    """Give versions as a value that says what may be done with them."""
    return Registry(tuple(kept.record for kept in versions))


def kept_of(versions: Iterable[Kept], record: DomainRecord) -> Kept:
    """Give the version that a record is of."""
    return next(kept for kept in versions if kept.record == record)


def _path(kept: Kept) -> str:
    return places.secret_of(kept.record.name, kept.record.version)
