# SPDX-License-Identifier: Apache-2.0
"""Arithmetic under the synthetic people: draws, orders without repetition, digits.

Everything is a pure function of a seed and an index. So the millionth person can be made
without the ones before it, two calls never disagree, no state is kept, and the numbers
stay the same when numpy changes its generators. Nothing is imported from
:mod:`pseudo.identity`: tests compare two independent implementations.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

__all__ = [
    "Bytes",
    "Ints",
    "Order",
    "below",
    "check_digits",
    "date_digits",
    "digits",
    "texts",
]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
_Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_ROUNDS = 4


def _key(seed: int, stream: str) -> np.uint64:
    """Make the number that tells one stream of draws from every other."""
    digest = hashlib.blake2b(f"{seed}:{stream}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "big"))


def _mixed(words: _Words, key: np.uint64) -> _Words:
    """Scatter words over all 64 bits (the finaliser of splitmix64)."""
    mixed = words * _GOLDEN + key
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def below(limit: int, indices: Ints, seed: int, stream: str) -> Ints:
    """Draw one number for each index, the same one every time.

    Args:
        limit: Draws are 0 to ``limit - 1``; at most 2**32, so that no draw is favoured.
        indices: Which draws of the stream, from 0.
        seed: Another seed gives other draws.
        stream: Name of what is drawn; streams are independent of each other.

    Returns:
        int64, one draw an index.
    """
    drawn = _mixed(indices.astype(np.uint64), _key(seed, stream))
    return ((drawn >> np.uint64(11)) % np.uint64(limit)).astype(np.int64)


class Order:
    """The numbers 0 to ``size - 1``, each once, in an order that the seed decides.

    A Feistel network over the next power of four, walked until it lands inside; so the
    order is never stored, whatever its size.

    Args:
        size: How many numbers there are, 1 to 2**60.
        seed: Another seed gives another order.
        stream: Name of what is ordered.
    """

    def __init__(self, size: int, seed: int, stream: str) -> None:
        self.size = size
        half = max(1, -(-(size - 1).bit_length() // 2))
        self._half = np.uint64(half)
        self._mask = np.uint64((1 << half) - 1)
        self._keys = [_key(seed, f"{stream}/{turn}") for turn in range(_ROUNDS)]

    def __call__(self, indices: Ints) -> Ints:
        """Give the numbers that stand at ``indices`` of the order.

        Raises:
            ValueError: An index is negative or not below ``size``.
        """
        if indices.size and not 0 <= int(indices.min()) <= int(indices.max()) < self.size:
            raise ValueError(f"there are {self.size} different ones and no more")
        words = self._shuffled(indices.astype(np.uint64))
        outside = np.flatnonzero(words >= np.uint64(self.size))
        while outside.size:
            words[outside] = self._shuffled(words[outside])
            outside = outside[words[outside] >= np.uint64(self.size)]
        return words.astype(np.int64)

    def _shuffled(self, words: _Words) -> _Words:
        left, right = words >> self._half, words & self._mask
        for key in self._keys:
            left, right = right, left ^ (_mixed(right, key) & self._mask)
        return (left << self._half) | right


def digits(values: Ints, width: int) -> Bytes:
    """Write numbers in decimal: a matrix of values 0–9 with ``width`` columns."""
    written = np.empty((len(values), width), dtype=np.uint8)
    for place in range(width - 1, -1, -1):
        values, written[:, place] = values // 10, values % 10
    return written


def date_digits(days: Ints) -> Bytes:
    """Write days since 1970-01-01 as YYYYMMDD: a matrix of values 0–9."""
    moments = days.astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (moments - months).astype(np.int64) + 1
    return digits(years * 10_000 + month * 100 + day, 8)


def check_digits(body: Bytes) -> Bytes:
    """Compute the check digit of each row: weights 2, 1, 2, … from the right.

    Args:
        body: Values 0–9, one number a row.

    Returns:
        One value 0–9 a row.
    """
    weighted = body.astype(np.int64)
    weighted[:, ::-2] *= 2
    total = (weighted // 10 + weighted % 10).sum(axis=1)
    check: Bytes = ((10 - total % 10) % 10).astype(np.uint8)
    return check


def texts(characters: Bytes) -> list[str]:
    """Turn a matrix of ASCII codes into one text a row."""
    width = characters.shape[1]
    rows = np.ascontiguousarray(characters).view(f"S{width}").ravel()
    listed: list[str] = rows.astype(f"U{width}").tolist()
    return listed
