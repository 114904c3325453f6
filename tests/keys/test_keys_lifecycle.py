# SPDX-License-Identifier: Apache-2.0
"""The life of a key, every pair of states."""

from __future__ import annotations

from itertools import product

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys.lifecycle import TRANSITIONS, State, advance, require_usable

ALLOWED = {
    ("created", "active"),
    ("created", "destroyed"),
    ("active", "frozen"),
    ("active", "destroyed"),
    ("frozen", "active"),
    ("frozen", "destroyed"),
}
REPEATED = {("created", "created"), ("active", "active"), ("frozen", "frozen")}


@pytest.mark.parametrize(("state", "to"), list(product(State, State)))
def test_a_key_goes_only_where_the_table_says(state: State, to: State) -> None:
    if (state.value, to.value) in ALLOWED | REPEATED:
        assert advance(state, to, "projA") is to
        return
    with pytest.raises(KeyStoreError) as caught:
        advance(state, to, "projA")
    gone = state is State.DESTROYED
    assert caught.value.code == ("keys.destroyed" if gone else "keys.no_transition")
    assert caught.value.params["domain"] == "projA"


def test_the_table_names_every_state_and_has_no_other_way() -> None:
    assert {(here.value, to.value) for here, ways in TRANSITIONS.items() for to in ways} == ALLOWED
    assert set(TRANSITIONS) == set(State)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[State.DESTROYED] = frozenset({State.ACTIVE})  # type: ignore[index]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.CREATED, "keys.not_active"),
        (State.FROZEN, "keys.frozen"),
        (State.DESTROYED, "keys.destroyed"),
    ],
)
def test_only_an_active_key_makes_pseudonyms(state: State, code: str) -> None:
    require_usable(State.ACTIVE, "projA")
    with pytest.raises(KeyStoreError) as caught:
        require_usable(state, "projA")
    assert caught.value.code == code
