# SPDX-License-Identifier: Apache-2.0
"""The reference kernel computes with any key that gives HMACs; others with their own only."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pytest

from pseudo.framing import lp
from pseudo.identity import IdentityRule
from pseudo.kernel import Kernel, MessageKey
from pseudo.kernel.reference import ReferenceKernel
from pseudo.pseudonym import PseudonymFormat

KEY = bytes(range(32))
RULE = IdentityRule.of(
    kinds=("personnummer", "reserv:stockholm"), reference_date=date(2026, 11, 22)
)
COLUMN = pa.array(["19121212-1212", None, "abc", "991981000010", "191212121212"])


class Elsewhere(MessageKey):
    """A key that keeps what it was asked."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def macs(self, prefix: bytes, messages: Sequence[bytes]) -> bytes:
        whole = [prefix + message for message in messages]
        self.asked += whole
        return b"".join(hmac.digest(KEY, message, "sha256")[:16] for message in whole)


def test_such_a_key_is_asked_for_whole_messages_and_nothing_else() -> None:
    key, kernel = Elsewhere(), ReferenceKernel()
    swapped = kernel.swap(COLUMN, RULE, key, PseudonymFormat.HEX)
    own = kernel.swap(COLUMN, RULE, kernel.prepare(KEY), PseudonymFormat.HEX)
    assert swapped.pseudonyms.to_pylist() == own.pseudonyms.to_pylist()
    # Two spellings of one person are two messages; to ask once is the key's business.
    assert sorted(key.asked) == [
        lp("personnummer", "191212121212"),
        lp("personnummer", "191212121212"),
        lp("reserv:stockholm", "991981000010"),
    ]


def test_what_a_key_raises_is_raised_and_nothing_is_given() -> None:
    class Broken(Elsewhere):
        __slots__ = ()

        def macs(self, prefix: bytes, messages: Sequence[bytes]) -> bytes:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        ReferenceKernel().swap(COLUMN, RULE, Broken(), PseudonymFormat.BASE32)


def test_a_kernel_that_hashes_by_itself_refuses_it(native_kernel: Kernel) -> None:
    with pytest.raises(TypeError, match="another kernel"):
        native_kernel.swap(COLUMN, RULE, Elsewhere(), PseudonymFormat.BASE32)


def test_it_is_not_made_without_an_answer_and_shows_nothing() -> None:
    with pytest.raises(TypeError, match="abstract"):
        MessageKey()  # type: ignore[abstract]
    assert repr(Elsewhere()) == "<Elsewhere>"
