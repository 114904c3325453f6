# SPDX-License-Identifier: Apache-2.0
"""Custodians: the people whose signatures count, by the ledger.

Who is enrolled, with which key, stands in the ledger and nowhere else, so nobody becomes a
custodian unseen. The first two are enrolled by whoever has the key store; from then on two
of them have to approve each other one, and each that is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pseudo.errors import EvidenceError
from pseudo.evidence.entries import Entry
from pseudo.evidence.note import NoteKey, open_note

__all__ = ["ENOUGH", "ENROLLED", "REMOVED", "WEAK", "enrolled", "signers"]

ENROLLED: Final = "custodian.enrolled"
"""The event that somebody's signatures count from now on."""

REMOVED: Final = "custodian.removed"
"""The event that they do so no longer."""

ENOUGH: Final = 2
"""How many must approve what nobody may do alone."""


_HALF: Final = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc"
_OTHER: Final = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03"
WEAK: Final = frozenset(
    bytes.fromhex(text)
    for text in (
        *("01" + 31 * "00", "01" + 30 * "00" + "80", 32 * "00", 31 * "00" + "80"),
        *(first + 30 * "ff" + last for first in ("ec", "ed", "ee") for last in ("7f", "ff")),
        *(half + last for half, last in ((_HALF, "05"), (_HALF, "85"))),
        *(half + last for half, last in ((_OTHER, "7a"), (_OTHER, "fa"))),
    )
)
"""Public keys of small order, in every spelling: anybody can sign for them."""


def enrolled(entries: Iterable[Entry]) -> dict[str, NoteKey]:
    """Tell whose signatures count, by name.

    Args:
        entries: A ledger's, from the first to the newest, whose signatures were verified.

    Raises:
        EvidenceError: One of them is not as this program writes it.
    """
    found: dict[str, NoteKey] = {}
    for entry in entries:
        said = entry.content
        if entry.is_receipt or said.get("event") not in (ENROLLED, REMOVED):
            continue
        key = _key(said.get("key"))
        if said["event"] == ENROLLED:
            found[key.name] = key
        else:
            found.pop(key.name, None)
    return found


def signers(note: str, people: Mapping[str, NoteKey]) -> tuple[str, ...]:
    """Tell who of some people has signed a note, by name, each key once."""
    signed = {key.public: name for name, key in people.items() if open_note(note, key) is not None}
    return tuple(sorted(signed.values()))


def _key(said: object) -> NoteKey:
    try:
        return NoteKey.decode(str(said))
    except ValueError:
        pass
    # To pass over it could leave somebody enrolled who was removed.
    raise EvidenceError("ledger.odd_custodian")
