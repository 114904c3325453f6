# SPDX-License-Identifier: Apache-2.0
"""Ledger: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "ledger.busy": (
        "Another process is writing to the ledger {ledger} and does not finish.",
        "Wait for it, or find out what it is doing.",
    ),
    "ledger.checkpoint_invalid": (
        "The newest checkpoint of the ledger {ledger} is not signed by the ledger's key.",
        "Somebody changed it: compare with a checkpoint that is held elsewhere, and "
        "restore the ledger from a backup.",
    ),
    "ledger.disk_full": (
        "The disk of the ledger {ledger} is full.",
        "Free some space and run it again; nothing was published.",
    ),
    "ledger.entry_damaged": (
        "Entry {entry} of the ledger {ledger} is no entry.",
        "Somebody changed it: restore the ledger from a backup and compare with a "
        "checkpoint that is held elsewhere.",
    ),
    "ledger.entry_misplaced": (
        "Entry {entry} of the ledger {ledger} was written for another place.",
        "An entry was removed, inserted or moved at or before it: restore the ledger from "
        "a backup.",
    ),
    "ledger.entry_uncounted": (
        "Entry {entry} of the ledger {ledger} stands behind the newest checkpoint and was "
        "not written by an interrupted run.",
        "Somebody changed the ledger or its checkpoint: restore both from a backup.",
    ),
    "ledger.entry_unsigned": (
        "Entry {entry} of the ledger {ledger} is not signed by the ledger's key.",
        "Somebody changed it: restore the ledger from a backup and compare with a "
        "checkpoint that is held elsewhere.",
    ),
    "ledger.foreign": (
        "{ledger} is not a ledger of this program.",
        "Name the folder that the program made, or one that does not exist.",
    ),
    "ledger.gone": (
        "The ledger {name}, with which the key store goes, is not at {ledger}.",
        "Name the folder it is in, with PSEUDO_LEDGER, or restore it from a backup. If it"
        " is lost for good: pseudo ledger begin --instead-of {name}.",
    ),
    "ledger.missing": (
        "There is no ledger at {ledger}.",
        "Check the path; the first batch or domain makes it.",
    ),
    "ledger.no_checkpoint": (
        "The ledger {ledger} has entries and no checkpoint.",
        "Somebody removed it: restore the ledger from a backup.",
    ),
    "ledger.odd_custodian": (
        "An entry about a custodian is not as this program writes it.",
        "Do not trust the ledger before it is known who wrote that; pseudo ledger show lists it.",
    ),
    "ledger.other_key": (
        "The ledger {ledger} belongs to another signing key.",
        "Use the key store that the ledger was begun with, or another ledger.",
    ),
    "ledger.root_differs": (
        "The entries of the ledger {ledger} are not those that its newest checkpoint counts.",
        "Somebody changed one of the two: compare with a checkpoint that is held elsewhere.",
    ),
    "ledger.truncated": (
        "The ledger {ledger} has {entries} entries, and its newest checkpoint counts {counted}.",
        "Entries were removed: restore the ledger from a backup.",
    ),
    "ledger.unreadable": (
        "The ledger {ledger} cannot be read or written ({cause}).",
        "Check the folder's permissions and its disk.",
    ),
    "ledger.read_only": (
        "The ledger was opened to be read, and not to be appended to.",
        "Report this fault.",
    ),
}
