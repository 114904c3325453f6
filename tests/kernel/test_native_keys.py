# SPDX-License-Identifier: Apache-2.0
"""Keys and sets of ranks of the compiled kernel."""

from __future__ import annotations

import copy
import gc
import hashlib
import hmac
import pickle
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule
from pseudo.identity.rank import SPACE, RankSet
from pseudo.kernel import MacKey
from pseudo.kernel.reference import ReferenceKernel
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import REFERENCE_DATE

_RULE = IdentityRule.of(reference_date=REFERENCE_DATE)
_COLUMN = pa.array(["850709-9805"])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_only_keys_of_32_bytes_are_prepared(native_kernel, length):
    with pytest.raises(ValueError, match="exactly 32 bytes"):
        native_kernel.prepare(b"k" * length)


def test_a_key_shows_copies_and_gives_nothing(native_kernel):
    raw = hashlib.sha256(b"a key").digest()
    key = native_kernel.prepare(raw)
    handle = key.handle
    assert isinstance(key, MacKey)
    for held in (key, handle):
        shown = f"{held!r} {held} {held.__doc__}"
        assert raw.hex() not in shown
        assert repr(raw) not in shown
        for take in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                take(held)
        with pytest.raises(TypeError):
            vars(held)
        with pytest.raises(AttributeError):
            held.another = 1
        assert raw not in [getattr(held, name, None) for name in dir(held)]
    assert raw not in gc.get_referents(key, handle)
    with pytest.raises(TypeError):
        memoryview(handle)


def test_a_handle_is_made_by_prepare_only(native_kernel):
    handle = type(native_kernel.prepare(bytes(32)).handle)
    for arguments in ((), (b"k" * 32,)):
        with pytest.raises(TypeError):
            handle(*arguments)
    with pytest.raises(TypeError):
        handle.__new__(handle)
    with pytest.raises(TypeError):
        type("Sub", (handle,), {})


def test_a_key_that_another_kernel_prepared_is_refused(native_kernel):
    for key in (MacKey(), ReferenceKernel().prepare(bytes(32))):
        with pytest.raises(TypeError, match="another kernel"):
            native_kernel.swap(_COLUMN, _RULE, key, PseudonymFormat.HEX)
    with pytest.raises(TypeError, match="another kernel"):
        ReferenceKernel().swap(
            _COLUMN, _RULE, native_kernel.prepare(bytes(32)), PseudonymFormat.HEX
        )


@given(raw=st.binary(min_size=32, max_size=32), length=st.integers(1, 199))
def test_every_key_and_length_equals_the_standard_librarys_hmac(native_kernel, raw, length):
    text = "x" * length
    message = b"\0\0\0\x08opaque:a" + length.to_bytes(4, "big") + text.encode()
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind="opaque:a")
    swapped = native_kernel.swap(
        pa.array([text]), rule, native_kernel.prepare(raw), PseudonymFormat.HEX
    )
    expected = hmac.new(raw, message, hashlib.sha256).digest()[:16]
    assert swapped.pseudonyms[0].as_py() == expected.hex()


# Sets of ranks.


@given(
    added=st.lists(st.lists(st.integers(-2, 300) | st.integers(0, SPACE - 1), max_size=40)),
    asked=st.lists(st.integers(-2, 300), max_size=40),
)
def test_both_sets_hold_the_same(native_kernel, added, asked):
    sets = [RankSet(), native_kernel.rank_set()]
    for ranks in added:
        for held in sets:
            held.add(np.array(ranks, dtype=np.int64))
    wanted = np.array([*asked, *(rank for ranks in added for rank in ranks)], dtype=np.int64)
    one, other = [held.holds(wanted) for held in sets]
    assert one.tolist() == other.tolist()
    assert other.dtype == bool
    assert len(sets[0]) == len(sets[1])
    assert len(sets[1].shared(sets[0])) == len(sets[0])
    assert type(sets[1].shared(sets[0])) is type(sets[1])


def test_ranks_that_do_not_lie_in_one_piece(native_kernel):
    ranks = np.arange(20, dtype=np.int64)
    held = native_kernel.rank_set()
    held.add(ranks[::2])
    assert held.holds(ranks[::-1]).tolist() == [rank % 2 == 0 for rank in range(19, -1, -1)]


@pytest.mark.parametrize("outside", [SPACE, 2**62])
def test_a_rank_outside_is_refused_and_changes_nothing(native_kernel, outside):
    held = native_kernel.rank_set()
    held.add(np.array([5]))
    for use in (held.add, held.holds):
        with pytest.raises(ValueError, match="outside of the space") as caught:
            use(np.array([7, outside]))
        assert str(outside) not in str(caught.value)
    assert len(held) == 1


def test_ranks_put_in_by_several_threads_are_all_there(native_kernel):
    held = native_kernel.rank_set()
    pieces = [np.array(random.Random(part).sample(range(2_000_000), 50_000)) for part in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(held.add, pieces))
    assert len(held) == len(np.unique(np.concatenate(pieces)))


def _filled(kernel, ranks):
    held = kernel.rank_set()
    held.add(np.array(ranks))
    return held


@pytest.mark.parametrize(
    "read",
    [len, lambda held: held.per_year(), lambda held: held.shared(held)],
    ids=["len", "per_year", "shared"],
)
def test_a_set_is_read_by_nobody_while_it_is_written(native_kernel, read):
    held = _filled(native_kernel, [5])
    reader = threading.Thread(target=read, args=(held,))
    with held.lock:
        reader.start()
        reader.join(0.05)
        assert reader.is_alive()
    reader.join(10)
    assert not reader.is_alive()


def test_two_sets_that_ask_for_each_other_do_not_wait_forever(native_kernel):
    one, other = _filled(native_kernel, [5, 6]), _filled(native_kernel, [6, 7])
    pairs = [(one, other), (other, one)] * 20
    with ThreadPoolExecutor(4) as pool:
        both = pool.map(lambda pair: len(pair[0].shared(pair[1])), pairs, timeout=60)
        assert list(both) == [1] * len(pairs)
    assert len(one.shared(one)) == 2
