# SPDX-License-Identifier: Apache-2.0
"""Parts for tests, shipped with the product so that importers can test as it does.

==========================  ==========================================================
part                        what it is
==========================  ==========================================================
:class:`People`             synthetic people with valid identity numbers of every kind
:class:`MemoryStore`        a key store in memory, made from given or drawn secrets
:class:`RecordingLedger`    a ledger that keeps its entries in memory, or fails
:func:`make_delivery`       a delivery as three municipalities would send it
:func:`write_large`         a delivery of any size, for benches
:data:`SPELLINGS`           every spelling that is to be read; :data:`HOSTILE`: not
:data:`CANARIES`            numbers to plant; :func:`assert_clean`: that none came out
==========================  ==========================================================

Nothing here is for production, and nothing in production imports it, the ``demo`` command
excepted. Every synthetic thing is a pure function of its seed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pseudo.testing.canaries import (
        CANARIES,
        CANARY_TEXTS,
        assert_clean,
        planted_cells,
        planted_text,
        search,
        search_tree,
    )
    from pseudo.testing.delivery import (
        DEMO_SPEC,
        Delivery,
        DeliveryFile,
        DeliveryRecord,
        build_delivery,
        make_delivery,
    )
    from pseudo.testing.invalid import REASONS
    from pseudo.testing.large import LARGE_SPEC, write_large
    from pseudo.testing.ledger import RecordingLedger
    from pseudo.testing.people import KINDS, REFERENCE_DATE, TEST_SERIALS, People, Person
    from pseudo.testing.spellings import HOSTILE, PADDED, SPELLINGS, Spelling, spell_all
    from pseudo.testing.store import MemoryStore

__all__ = [
    "CANARIES",
    "CANARY_TEXTS",
    "DEMO_SPEC",
    "HOSTILE",
    "KINDS",
    "LARGE_SPEC",
    "PADDED",
    "REASONS",
    "REFERENCE_DATE",
    "SPELLINGS",
    "TEST_SERIALS",
    "Delivery",
    "DeliveryFile",
    "DeliveryRecord",
    "MemoryStore",
    "People",
    "Person",
    "RecordingLedger",
    "Spelling",
    "assert_clean",
    "build_delivery",
    "make_delivery",
    "planted_cells",
    "planted_text",
    "search",
    "search_tree",
    "spell_all",
    "write_large",
]

_ROOMS = {
    "canaries": (
        "CANARIES",
        "CANARY_TEXTS",
        "assert_clean",
        "planted_cells",
        "planted_text",
        "search",
        "search_tree",
    ),
    "delivery": (
        "DEMO_SPEC",
        "Delivery",
        "DeliveryFile",
        "DeliveryRecord",
        "build_delivery",
        "make_delivery",
    ),
    "invalid": ("REASONS",),
    "large": ("LARGE_SPEC", "write_large"),
    "ledger": ("RecordingLedger",),
    "people": ("KINDS", "REFERENCE_DATE", "TEST_SERIALS", "People", "Person"),
    "spellings": ("HOSTILE", "PADDED", "SPELLINGS", "Spelling", "spell_all"),
    "store": ("MemoryStore",),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}


if not TYPE_CHECKING:
    # Hidden from type checkers, for which a name that does not exist must stay an error.
    def __getattr__(name: str) -> object:
        """Import a part when it is first asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        part = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = part
        return part


def __dir__() -> list[str]:
    return sorted(__all__)
