# SPDX-License-Identifier: Apache-2.0
"""A key's bytes leave its handle only with the permission."""

from __future__ import annotations

import copy
import gc
import inspect
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SECRET_ACCESS, SecretAccess, SecretKey

MATERIAL = bytes(range(0xA0, 0xC0))


@pytest.fixture
def key() -> SecretKey:
    return SecretKey.from_bytes(MATERIAL, SECRET_ACCESS)


def _shows(text: str) -> bool:
    return any(
        form in text
        for form in (MATERIAL.hex(), repr(MATERIAL)[2:-1], repr(list(MATERIAL))[1:-1], "\\xa1")
    )


@pytest.mark.parametrize("size", [0, 1, 16, 31, 33, 64, 65, 128])
def test_only_keys_of_exactly_32_bytes_are_taken(size: int) -> None:
    with pytest.raises(KeyStoreError) as caught:
        SecretKey.from_bytes(bytes(size), SECRET_ACCESS)
    assert caught.value.code == "keys.secret_size"
    assert dict(caught.value.params) == {"expected": 32, "found": size}


@pytest.mark.parametrize("material", ["a" * 32, memoryview(MATERIAL), list(MATERIAL), None, 32])
def test_what_is_not_bytes_is_not_a_key(material: object) -> None:
    with pytest.raises(TypeError, match="key material is bytes"):
        SecretKey.from_bytes(material, SECRET_ACCESS)  # type: ignore[arg-type]


@pytest.mark.parametrize("access", [None, True, "SECRET_ACCESS", SecretAccess(), SecretAccess])
def test_without_the_permission_nothing_goes_in_or_comes_out(
    key: SecretKey, access: SecretAccess
) -> None:
    for act in (
        lambda: SecretKey.from_bytes(MATERIAL, access),
        lambda: SecretKey.generate(access),
        lambda: key.reveal(access),
    ):
        with pytest.raises(TypeError, match="needs SECRET_ACCESS"):
            act()


@pytest.mark.parametrize("arguments", [(), (MATERIAL,), (MATERIAL, SECRET_ACCESS)])
def test_the_constructor_makes_no_key(arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="from_bytes or generate"):
        SecretKey(*arguments)


def test_what_goes_in_comes_out_with_the_permission(key: SecretKey) -> None:
    assert key.reveal(SECRET_ACCESS) == MATERIAL


def test_generated_keys_differ() -> None:
    made = {SecretKey.generate(SECRET_ACCESS).reveal(SECRET_ACCESS) for _ in range(50)}
    assert len(made) == 50


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r:>40}".format,
        lambda key: f"{key!s}",
        lambda key: "%s %r" % (key, key),  # noqa: UP031 - logging formats so.
        lambda key: pprint.pformat([key]),
        lambda key: repr(inspect.getmembers(key)),
        lambda key: repr([getattr(key, name) for name in SecretKey.__slots__ if name[1] != "_"]),
        lambda key: repr(gc.get_referents(key)),
        lambda key: repr(dir(key)),
    ],
)
def test_no_way_of_showing_a_key_shows_its_bytes(
    key: SecretKey, show: Callable[[SecretKey], str]
) -> None:
    assert not _shows(show(key))


def test_a_key_has_no_dictionary_of_attributes(key: SecretKey) -> None:
    with pytest.raises(TypeError):
        vars(key)
    with pytest.raises(AttributeError):
        key.note = "more"  # type: ignore[attr-defined]


def test_a_traceback_with_local_values_does_not_show_a_key(key: SecretKey) -> None:
    def fail(secret: SecretKey) -> None:
        raise RuntimeError(f"failed with {secret}")

    try:
        fail(key)
    except RuntimeError as error:
        shown = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )
    assert "secret = <SecretKey>" in shown
    assert not _shows(shown)


def test_a_log_line_does_not_show_a_key(key: SecretKey, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").error("key %s %r", key, key)
    assert "<SecretKey>" in caplog.text
    assert not _shows(caplog.text)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_key_cannot_be_pickled(key: SecretKey, protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps({"key": key}, protocol)


@pytest.mark.parametrize("take", [copy.copy, copy.deepcopy, lambda key: copy.deepcopy([key])])
def test_a_key_cannot_be_copied(key: SecretKey, take: Callable[[SecretKey], object]) -> None:
    with pytest.raises(TypeError):
        take(key)


def test_a_dataclass_that_holds_a_key_cannot_be_turned_into_a_dictionary(key: SecretKey) -> None:
    @dataclass
    class Holder:
        key: SecretKey

    with pytest.raises(TypeError):
        asdict(Holder(key))


def test_a_key_gives_its_state_to_nobody(key: SecretKey) -> None:
    for act in (key.__getstate__, key.__reduce__, lambda: bytes(key)):  # type: ignore[call-overload]
        with pytest.raises(TypeError):
            act()


def test_a_key_cannot_be_subclassed() -> None:
    with pytest.raises(TypeError, match="subclassed"):
        type("Leaky", (SecretKey,), {})


def test_equal_bytes_are_equal_keys_and_nothing_else_is(key: SecretKey) -> None:
    assert key == SecretKey.from_bytes(bytearray(MATERIAL), SECRET_ACCESS)
    assert key != SecretKey.from_bytes(bytes(32), SECRET_ACCESS)
    assert key != MATERIAL
    assert (key == None) is False  # noqa: E711 - the operator itself is tested.


def test_a_key_has_no_hash_since_that_would_depend_on_its_bytes(key: SecretKey) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(key)


def test_a_key_does_not_change_with_the_bytes_it_was_made_of() -> None:
    mine = bytearray(MATERIAL)
    key = SecretKey.from_bytes(mine, SECRET_ACCESS)
    mine[:] = bytes(32)
    assert key.reveal(SECRET_ACCESS) == MATERIAL


def test_a_wiped_key_gives_no_bytes_and_never_zeros(key: SecretKey) -> None:
    before = key.reveal(SECRET_ACCESS)
    key.wipe()
    key.wipe()
    assert key.wiped
    with pytest.raises(KeyStoreError) as caught:
        key.reveal(SECRET_ACCESS)
    assert caught.value.code == "keys.secret_wiped"
    assert before == MATERIAL


def test_wiping_overwrites_the_bytes_that_the_handle_holds(key: SecretKey) -> None:
    held = [each for each in gc.get_referents(key) if isinstance(each, bytearray)]
    held = held or [key._hidden]
    key.wipe()
    assert all(bytes(each) == bytes(32) for each in held)


def test_wiped_keys_are_equal_to_nothing_but_themselves(key: SecretKey) -> None:
    other = SecretKey.from_bytes(bytes(32), SECRET_ACCESS)
    key.wipe()
    assert key != other
    other.wipe()
    assert key != other
    assert key == key
