# SPDX-License-Identifier: Apache-2.0
"""The mapping from old pseudonyms to new ones: exact, in both directions, and forgotten."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from pseudo.errors import InternalError
from pseudo.identity.rank import RankSet
from pseudo.pseudonym import PseudonymFormat
from pseudo.usecases import rekey_mapping
from pseudo.usecases.rekey_mapping import Mapping, Pairs

FORM = PseudonymFormat.HEX
# Bytes that end in zeros, and that differ only behind a zero, are told apart too.
HARD = [bytes(16), bytes(15) + b"\1", b"\1" + bytes(15), b"\xff" * 16, b"\1" * 15 + b"\0"]


def texts(raw: list[bytes]) -> pa.StringArray:
    return pa.array([FORM.write(each) for each in raw], pa.string())


def ranks(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def gathered(pairs: list[tuple[bytes, bytes]], at_a_time: int = 3) -> Mapping:
    """Make a mapping of pairs that come a few at a time."""
    made = Pairs(FORM, RankSet())
    for start in range(0, len(pairs), at_a_time):
        some = pairs[start : start + at_a_time]
        olds, news = (texts([pair[side] for pair in some]) for side in (0, 1))
        made.add(olds, news, ranks(*[-1] * len(some)))
    return made.mapping()


def test_every_pair_is_found_however_often_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey_mapping, "_FEWEST", 5)
    chance = random.Random(4)
    old = [*HARD, *(chance.randbytes(16) for _ in range(200))]
    new = [*reversed(HARD), *(chance.randbytes(16) for _ in range(200))]
    pairs = list(zip(old, new, strict=True)) * 3
    chance.shuffle(pairs)

    mapping = gathered(pairs)

    assert mapping.people == len(old)
    strange = chance.randbytes(16)
    cells = [None, *texts(old).to_pylist(), "hej", FORM.write(strange), ""]
    moved = mapping.move(pa.array(cells, pa.string()))
    assert moved.column.to_pylist() == [None, *texts(new).to_pylist(), None, None, None]
    assert (moved.malformed, moved.unexplained) == (2, 1)
    assert mapping.holds(pa.array(cells, pa.string())) == len(old)


def test_without_pairs_nothing_is_found() -> None:
    mapping = gathered([])
    moved = mapping.move(texts([HARD[0]]))
    assert (mapping.people, moved.unexplained, moved.column.to_pylist()) == (0, 1, [None])


@pytest.mark.parametrize(
    "pairs",
    [
        [(HARD[0], HARD[1]), (HARD[0], HARD[2])],
        [(HARD[0], HARD[1]), (HARD[2], HARD[1])],
    ],
)
def test_two_people_with_one_pseudonym_are_refused(pairs: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(InternalError) as caught:
        gathered(pairs)
    assert caught.value.code == "rekey.not_bijective"


def test_two_numbers_with_the_same_pseudonyms_are_refused() -> None:
    for numbers, sound in (((7, 7), True), ((7, 8), False)):
        pairs = Pairs(FORM, RankSet())
        pairs.add(texts(HARD[:1] * 2), texts(HARD[1:2] * 2), ranks(*numbers))
        if sound:
            assert pairs.mapping().people == 1
            continue
        with pytest.raises(InternalError) as caught:
            pairs.mapping()
        assert caught.value.code == "rekey.not_bijective"


def test_what_is_no_pseudonym_of_the_format_is_a_fault() -> None:
    for old in (pa.array(["hej"]), pa.array([None], pa.string())):
        with pytest.raises(InternalError):
            Pairs(FORM, RankSet()).add(old, texts(HARD[:1]), ranks(1))


def test_a_mapping_that_is_wiped_holds_nothing() -> None:
    mapping = gathered([(HARD[2], HARD[3])])
    old, new = mapping._old, mapping._new
    mapping.wipe()
    mapping.wipe()
    assert old.tobytes() == new.tobytes() == bytes(16)
    assert mapping.holds(texts(HARD)) == 0


def test_pairs_are_overwritten_when_they_are_done_with_or_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rekey_mapping, "_FEWEST", 2)
    pairs = Pairs(FORM, RankSet())
    seen = []
    for old, new in ((HARD[2], HARD[3]), (HARD[2], HARD[3]), (HARD[3], HARD[2]), (HARD[4],) * 2):
        pairs.add(texts([old]), texts([new]), ranks(-1))
        seen += [*pairs._gathered, pairs._sorted]
    # The last one was gathered, the others were sorted, and a repetition was left out.
    assert [len(each) for each in pairs._gathered] == [1]
    assert len(pairs._sorted) == 2
    pairs.wipe()
    pairs.wipe()
    assert sum(map(len, seen)) > 5
    assert b"".join(each.tobytes() for each in seen).strip(b"\0") == b""
    assert pairs.mapping().people == 0


def test_pairs_of_a_mapping_that_cannot_be_are_overwritten_too() -> None:
    pairs = Pairs(FORM, RankSet())
    pairs.add(texts(HARD[2:4]), texts([HARD[3]] * 2), ranks(-1, -1))
    held = pairs._gathered[0]
    with pytest.raises(InternalError):
        pairs.mapping()
    assert held.tobytes() == bytes(80)


def test_different_pseudonyms_that_were_moved_are_counted() -> None:
    mapping = gathered([(HARD[2], HARD[3]), (HARD[3], HARD[4])])
    assert mapping.moved == 0
    mapping.move(texts([HARD[2], HARD[2], HARD[0]]))
    assert mapping.moved == 1
    mapping.move(texts([HARD[3]]))
    assert mapping.moved == 2


def test_no_pseudonym_is_in_a_repr() -> None:
    pairs = Pairs(FORM, RankSet())
    pairs.add(texts(HARD[:1]), texts(HARD[1:2]), ranks(1))
    shown = repr(pairs)
    mapping = pairs.mapping()
    shown += repr(mapping) + repr(mapping.move(texts(HARD[:1])))
    assert shown == "<Pairs 1><Mapping of 1 people><Moved 1 cells>"
