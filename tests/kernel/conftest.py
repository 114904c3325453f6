# SPDX-License-Identifier: Apache-2.0
"""What tests of the compiled kernel share: the kernel itself, and its twin's answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pseudo.errors import PseudoError
from pseudo.kernel import Kernel, Swapped, select
from pseudo.kernel.compiled import compiled
from pseudo.kernel.reference import ReferenceKernel
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from pseudo.kernel.native import NativeKernel

_KEY = bytes(range(32))


@pytest.fixture(scope="session")
def native_kernel() -> NativeKernel:
    """Give the compiled kernel; a test whose subject it is cannot run where it is not."""
    if compiled().state != "ready":
        pytest.skip("the compiled kernel is not built here")
    from pseudo.kernel.native import NativeKernel

    return NativeKernel()


@pytest.fixture(scope="session", params=["reference", "native"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    """Give each kernel in turn, to tests of what every kernel does."""
    if request.param == "native":
        return request.getfixturevalue("native_kernel")
    return select("reference")


@pytest.fixture(scope="session")
def same_swap(native_kernel) -> Callable[..., Swapped | str]:
    """Swap with both kernels, hold the answers against each other, and return the answer."""
    kernels = [(kernel, kernel.prepare(_KEY)) for kernel in (ReferenceKernel(), native_kernel)]

    def swap(column, rule, form=PseudonymFormat.BASE32, scope=()):
        one, other = [_answer(kernel, column, rule, key, form, scope) for kernel, key in kernels]
        if isinstance(one, str) or isinstance(other, str):
            assert one == other
            return other
        assert_same(one, other)
        return other

    return swap


def _answer(kernel, column, rule, key, form, scope) -> Swapped | str:
    try:
        return kernel.swap(column, rule, key, form, scope)
    except (PseudoError, ValueError, TypeError) as error:
        assert error.__context__ is None
        return f"{type(error).__name__} {getattr(error, 'code', error)}"


def assert_same(one: Swapped, other: Swapped) -> None:
    """Compare two swapped columns to the last byte; what differs is only counted."""
    assert np.count_nonzero(one.reasons != other.reasons) == 0
    assert np.count_nonzero(one.ranks != other.ranks) == 0
    assert (one.century_ambiguous, one.incomplete_date) == (
        other.century_ambiguous,
        other.incomplete_date,
    )
    other.pseudonyms.validate(full=True)
    assert one.pseudonyms.type == other.pseudonyms.type
    assert one.pseudonyms.null_count == other.pseudonyms.null_count
    assert one.pseudonyms.equals(other.pseudonyms)
    assert _content(one) == _content(other)


def _content(swapped: Swapped) -> tuple[bytes, bytes]:
    """Give the offsets and the characters that they enclose, those of nulls too."""
    _, offsets, data = swapped.pseudonyms.buffers()
    rows = len(swapped.pseudonyms)
    if rows == 0 or offsets is None:
        return b"", b""
    ends = np.frombuffer(offsets, dtype=np.int32)[: rows + 1]
    return ends.tobytes(), b"" if data is None else data.to_pybytes()[: ends[-1]]
