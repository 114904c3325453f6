# SPDX-License-Identifier: Apache-2.0
"""Three people for tests of what nobody may do alone."""

from __future__ import annotations

from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.request import Order
from pseudo.keys import Store
from pseudo.testing import MemoryStore
from pseudo.usecases import custodians, destruction, requests
from pseudo.usecases.requests import Person

__all__ = ["destroy", "three"]


def three(ledger: FileLedger) -> list[Person]:
    """Enrol three custodians with new keys."""
    people = [Person.of(name, MemoryStore()) for name in ("anna", "bo", "cia")]
    for person in people[:2]:
        custodians.enrol(ledger, person.key)
    subject = {"custodian": people[2].key.encode()}
    asked = requests.make(ledger, people[2], Order.ENROL, reference="2026:1", subject=subject)
    approvals = [requests.approve(asked, person) for person in people[:2]]
    custodians.enrol(ledger, people[2].key, approvals)
    return people


def destroy(store: Store, name: str, ledger: FileLedger, people: list[Person]) -> None:
    """Destroy a domain as one asks and the others approve, without waiting."""
    asked = destruction.request(store, name, ledger, people[0], reference="2026:2", waiting=0)
    notes = [requests.approve(asked, person) for person in people[1:]]
    destruction.destroy(store, name, ledger, notes=notes)
