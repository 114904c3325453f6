# SPDX-License-Identifier: Apache-2.0
"""Take a domain whose secrets exist already into a server, so that it can be gone on with.

::

    name ─▶ which version is current ─▶ that version ─▶ the others

Every step can be the last one. So which version is current stands there before the first
version does, and that version comes first: nobody meets another one as the current, and what
was cut off can be shown, frozen and destroyed like a domain that is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SecretKey
from pseudo.keys.hierarchy import check_name
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord, Registry
from pseudo.keys.store import check_restorable
from pseudo.keys.vault.documents import Kept, described
from pseudo.keys.vault.records import Records

__all__ = ["restore"]

Take = Callable[[DomainRecord, Kept, SecretKey], None]


def restore(
    records: Records,
    versions: Sequence[tuple[DomainRecord, SecretKey]],
    origin: str,
    take: Take,
) -> None:
    """Take in every version of a domain, or those that are missing.

    Args:
        records: What the server knows.
        versions: As for :meth:`pseudo.keys.Store.restore`.
        origin: How the store keeps its keys; see :class:`Kept`.
        take: Takes one version in. It is given what is known of it, the same as the store
            keeps it before anybody has used it, and its secret; and passes over what is
            there already.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.restore`; or somebody froze what was
            taken in so far (``keys.frozen``).
        ValueError: See there.
    """
    check_restorable(versions)
    name = versions[0][0].name
    check_name(name)
    records.take_name(name)
    there = records.versions(name)
    if there:
        _require_begun(there, [Kept(record, origin) for record, _ in versions])
    else:
        (current,) = (record.version for record, _ in versions if record.current)
        records.make_current(name, current)
    for record, secret in sorted(versions, key=lambda one: not one[0].current):
        take(record, Kept(replace(record, state=State.CREATED, kcv=""), origin), secret)


def _require_begun(there: Sequence[Kept], wanted: Sequence[Kept]) -> None:
    """See that what is there is a part of what is wanted, by all that can be seen of it."""
    name = wanted[0].record.name
    by_version = {kept.record.version: kept for kept in wanted}
    alike = all(_is_alike(kept, by_version.get(kept.record.version)) for kept in there)
    whole = len(there) == len(wanted) and all(kept.record.kcv for kept in there)
    if whole or not alike:
        Registry(tuple(kept.record for kept in there)).check_free(name)
    if any(kept.record.state is State.FROZEN for kept in there):
        # Its document cannot be compared, and whoever froze it had a reason.
        raise KeyStoreError("keys.frozen", domain=name)


def _is_alike(kept: Kept, wanted: Kept | None) -> bool:
    if wanted is None or kept.record.state is State.DESTROYED:
        return False
    same_key = kept.record.kcv in ("", wanted.record.kcv)
    same_place = kept.record.current == wanted.record.current
    return same_key and same_place and described(kept) == described(wanted)
