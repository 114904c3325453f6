# SPDX-License-Identifier: Apache-2.0
"""Key files that were cut, flipped or edited: refused, or exactly what was written."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys.document import write_document
from pseudo.keys.local import LocalStore

Refusal = Callable[..., AbstractContextManager[None]]
Opened = Callable[..., LocalStore]

SEED = 20261122
DAMAGE = {"keys.damaged", "keys.foreign_file", "keys.newer_version"}
REFUSED = DAMAGE | {
    "keys.tampered",
    "keys.wrong_passphrase",
    "keys.kdf_too_costly",
    "keys.kdf_too_weak",
}


def _outcome(opened: Opened) -> object:
    """Open the file and return all it says, or the code by which it was refused."""
    try:
        with opened() as store:
            contents, keys = store._read()
            secrets = [contents.secret(record, keys) for record in store.list()]
            return store.list(), secrets, store.public_key()
    except KeyStoreError as error:
        return error.code


def _damaged(outcome: object) -> bool:
    return isinstance(outcome, str) and outcome in DAMAGE


def _rechecked(document: dict[str, Any]) -> bytes:
    document.pop("checksum", None)
    return write_document(document)


def test_a_file_cut_at_any_byte_is_refused_as_damaged(
    store: LocalStore, opened: Opened, path: Path
) -> None:
    whole, truth = path.read_bytes(), _outcome(opened)
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        if size < len(whole) - 1:
            assert _damaged(_outcome(opened))
    # Without its last line break the file is still the whole document.
    path.write_bytes(whole[:-1])
    assert _outcome(opened) == truth


def test_a_byte_flipped_anywhere_never_gives_other_contents(
    store: LocalStore, opened: Opened, path: Path
) -> None:
    whole, truth = path.read_bytes(), _outcome(opened)
    chance = random.Random(SEED)
    codes = set()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        outcome = _outcome(opened)
        assert outcome == truth or _damaged(outcome)
        codes.add(str(outcome) if isinstance(outcome, str) else "same")
    assert "keys.damaged" in codes


def test_bytes_inserted_or_removed_anywhere_never_give_other_contents(
    store: LocalStore, opened: Opened, path: Path
) -> None:
    whole, truth = path.read_bytes(), _outcome(opened)
    chance = random.Random(SEED)
    for _ in range(300):
        place, size = chance.randrange(len(whole)), chance.randrange(1, 40)
        for changed in (
            whole[:place] + chance.randbytes(size) + whole[place:],
            whole[:place] + whole[place + size :],
            whole[:place] + whole[place : place + size] * 2 + whole[place + size :],
        ):
            path.write_bytes(changed)
            outcome = _outcome(opened)
            assert outcome == truth or _damaged(outcome)


def _leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in pairs:
            yield from _leaves(each, (*place, name))
    else:
        yield place


def _edited(document: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    holder: Any = changed
    for name in place[:-1]:
        holder = holder[name]
    old = holder[place[-1]]
    if isinstance(old, bool):
        new: object = not old
    elif isinstance(old, int):
        new = old * 2
    else:
        new = ("1" if old[0] == "0" else "0") + old[1:]
    holder[place[-1]] = new
    return changed


def test_any_field_edited_by_somebody_who_can_mend_the_checksum_is_refused(
    store: LocalStore, opened: Opened, path: Path
) -> None:
    document = json.loads(path.read_bytes())
    places = [place for place in _leaves(document) if place != ("checksum",)]
    assert len(places) > 30
    for place in places:
        path.write_bytes(_rechecked(_edited(document, place)))
        assert _outcome(opened) in REFUSED, place


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_bytes(_rechecked(document))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d["domains"].pop(), id="removed"),
        pytest.param(lambda d: d["domains"].clear(), id="all-removed"),
        pytest.param(lambda d: d["domains"].reverse(), id="reordered"),
        pytest.param(lambda d: d["domains"].append(d["domains"][0]), id="repeated"),
        pytest.param(lambda d: d["domains"][0].update(state="frozen"), id="frozen"),
        pytest.param(lambda d: d["domains"][0].update(format="hex"), id="format"),
        pytest.param(lambda d: d["domains"][0].update(name="projX"), id="renamed"),
        pytest.param(lambda d: d["domains"][0].update(version=2), id="version"),
        pytest.param(lambda d: d["domains"][0].update(kcv="00" * 8), id="kcv"),
        pytest.param(
            lambda d: d["domains"][0].update(created="2020-01-01T00:00:00Z"), id="created"
        ),
        pytest.param(
            lambda d: d["domains"][0].update(
                nonce=d["domains"][1]["nonce"], sealed=d["domains"][1]["sealed"]
            ),
            id="secret-of-another",
        ),
        pytest.param(
            lambda d: d["own"].update(signing=d["own"]["wrapping"], wrapping=d["own"]["signing"]),
            id="own-swapped",
        ),
        pytest.param(lambda d: d.update(mac=d["mac"][:-1]), id="mac-cut"),
        pytest.param(lambda d: d.update(mac=""), id="mac-empty"),
        pytest.param(lambda d: d.update(mac=None), id="mac-null"),
        pytest.param(lambda d: d.pop("mac"), id="mac-gone"),
        pytest.param(lambda d: d.update(mac="å" * 64), id="mac-not-ascii"),
        pytest.param(lambda d: d.update(extra=1), id="extra"),
        pytest.param(lambda d: d.update(ledger="pseudo-ledger/0"), id="ledger"),
    ],
)
def test_an_edit_without_the_passphrase_is_called_tampering(
    store: LocalStore,
    opened: Opened,
    path: Path,
    refusal: Refusal,
    change: Callable[[dict[str, Any]], object],
) -> None:
    _edit(path, change)
    with refusal("keys.tampered"):
        opened()
    with refusal("keys.tampered"):
        store.domain("projA")


def test_a_state_edited_back_does_not_bring_a_frozen_domain_back(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal
) -> None:
    store.freeze("projA")
    _edit(path, lambda document: document["domains"][0].update(state="active"))
    with refusal("keys.tampered"):
        opened()


def test_a_tombstone_cannot_be_edited_away_or_filled_with_the_old_secret(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal
) -> None:
    before = json.loads(path.read_bytes())["domains"][0]
    store.destroy("projA")
    gone = path.read_bytes()
    for change in (
        lambda document: document["domains"].pop(0),
        lambda document: document["domains"].__setitem__(0, before),
    ):
        path.write_bytes(gone)
        _edit(path, change)
        with refusal("keys.tampered"):
            opened()


def test_entries_cannot_be_moved_between_two_files_with_the_same_passphrase(
    store: LocalStore,
    opened: Opened,
    path: Path,
    tmp_path: Path,
    passphrase: str,
    refusal: Refusal,
) -> None:
    from pseudo.keys.scrypt import TESTING

    other = tmp_path / "other"
    with LocalStore.open(other, passphrase, create=True, profile=TESTING) as second:
        second.create("projA")
    theirs = json.loads(other.read_bytes())["domains"][0]
    _edit(path, lambda document: document["domains"].__setitem__(0, theirs))
    with refusal("keys.tampered"):
        opened()


def test_a_mac_that_is_right_does_not_help_a_secret_sealed_for_something_else(
    store: LocalStore, path: Path, refusal: Refusal
) -> None:
    keys = store._keys
    assert keys is not None
    good = json.loads(path.read_bytes())
    first, second = good["domains"]
    mixtures = [
        [first | {"format": "hex"}, second],
        [first | {"kcv": second["kcv"]}, second],
        [first | {"nonce": second["nonce"], "sealed": second["sealed"]}, second],
        [first | {"name": "projX"}, second],
        [first | {"created": "2020-01-01T00:00:00Z"}, second],
    ]
    for domains in mixtures:
        document = good | {"domains": domains}
        document["mac"] = keys.mac(document)
        path.write_bytes(_rechecked(document))
        with refusal("keys.tampered"):
            store.domain(domains[0]["name"])


@pytest.mark.parametrize("field", ["domains", "mac", "kdf", "version", "format"])
def test_a_field_that_stands_twice_is_damage(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal, field: str
) -> None:
    document = json.loads(path.read_bytes())
    twice = json.dumps({field: document[field]})[1:-1]
    text = path.read_text(encoding="ascii")
    path.write_text(text.rstrip().removesuffix("}") + f",{twice}}}", encoding="ascii")
    with refusal("keys.damaged"):
        opened()


def test_the_order_of_fields_and_white_space_make_no_difference(
    store: LocalStore, opened: Opened, path: Path
) -> None:
    truth = _outcome(opened)
    document = json.loads(path.read_bytes())
    shuffled = dict(reversed(document.items()))
    for indent, keys in itertools.product((None, 0, 7), (False, True)):
        path.write_text(json.dumps(shuffled, indent=indent, sort_keys=keys), encoding="ascii")
        assert _outcome(opened) == truth


def test_an_older_copy_of_the_whole_file_opens_which_is_not_promised_otherwise(
    store: LocalStore, opened: Opened, path: Path
) -> None:
    older = path.read_bytes()
    store.destroy("projA")
    path.write_bytes(older)
    with opened() as again:
        again.domain("projA").close()
