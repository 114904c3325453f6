# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of the ledger: RFC 6962's hashes and proofs, with RFC 9162's verification.

A tree of n leaves is split at the largest power of two below n. Two proofs come out of
that: that a leaf is in a tree (*inclusion*), and that a tree is the beginning of a later
one (*consistency*). Both are a few hashes long, and whoever has a root of before can check
them without the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

__all__ = ["EMPTY", "HASH", "Tree", "includes", "is_prefix", "leaf_hash"]

HASH = 32
"""Bytes of a hash."""

EMPTY = hashlib.sha256().digest()
"""The root of no leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\0" + entry).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows; keeps the hash of every complete subtree.

    Args:
        leaves: Hashes of the entries, in their order.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add the hash of an entry."""
        self._levels[0].append(leaf)
        level = 0
        while len(self._levels[level]) % 2 == 0:
            if level + 1 == len(self._levels):
                self._levels.append([])
            left, right = self._levels[level][-2:]
            self._levels[level + 1].append(_node_hash(left, right))
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """Give the root of the first ``size`` leaves; of all by default.

        Raises:
            ValueError: There are not so many.
        """
        size = self._checked(len(self) if size is None else size)
        return self._hash(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Prove that a leaf is among the first ``size`` (RFC 6962, 2.1.1).

        Args:
            index: The leaf's number, from 0.
            size: Leaves of the tree that it is proven for; all by default.

        Raises:
            ValueError: There is no such leaf, or not so many.
        """
        size = self._checked(len(self) if size is None else size)
        if not 0 <= index < size:
            raise ValueError("no such leaf")
        return self._path(index, 0, size)

    def consistency(self, before: int, size: int | None = None) -> list[bytes]:
        """Prove that the first ``before`` leaves are those of an earlier tree (2.1.2).

        Args:
            before: Leaves of the earlier tree, at least 1.
            size: Leaves of the later one; all by default.

        Raises:
            ValueError: The earlier tree is empty or larger, or there are not so many leaves.
        """
        size = self._checked(len(self) if size is None else size)
        if not 0 < before <= size:
            raise ValueError("no such earlier tree")
        return self._subproof(before, 0, size, whole=True)

    def _checked(self, size: int) -> int:
        if not 0 <= size <= len(self):
            raise ValueError("the tree has not so many leaves")
        return size

    def _hash(self, begin: int, end: int) -> bytes:
        """Hash a subtree: ``begin`` is a multiple of the power of two that it is split at."""
        size = end - begin
        level = size.bit_length() - 1
        if size == 1 << level:
            return self._levels[level][begin >> level]
        middle = begin + _split(size)
        return _node_hash(self._hash(begin, middle), self._hash(middle, end))

    def _path(self, index: int, begin: int, end: int) -> list[bytes]:
        if end - begin == 1:
            return []
        middle = begin + _split(end - begin)
        if index < middle:
            return [*self._path(index, begin, middle), self._hash(middle, end)]
        return [*self._path(index, middle, end), self._hash(begin, middle)]

    def _subproof(self, before: int, begin: int, end: int, *, whole: bool) -> list[bytes]:
        """Prove for a subtree; ``whole`` where its root is the earlier tree's own."""
        if before == end:
            return [] if whole else [self._hash(begin, end)]
        middle = begin + _split(end - begin)
        if before <= middle:
            proof = self._subproof(before, begin, middle, whole=whole)
            return [*proof, self._hash(middle, end)]
        proof = self._subproof(before, middle, end, whole=False)
        return [*proof, self._hash(begin, middle)]


def _split(size: int) -> int:
    """Give the largest power of two below ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Verify a proof of inclusion (RFC 9162, 2.1.3.2).

    Args:
        leaf: The entry's hash.
        index: Its number, from 0.
        size: Leaves of the tree.
        proof: From :meth:`Tree.inclusion`.
        root: The tree's root.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = _node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_prefix(
    before: int, root_before: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Verify a proof of consistency (RFC 9162, 2.1.4.2).

    Args:
        before: Leaves of the earlier tree.
        root_before: Its root.
        size: Leaves of the later tree.
        root: Its root.
        proof: From :meth:`Tree.consistency`; empty where the earlier tree is.
    """
    if not 0 <= before <= size:
        return False
    if before == 0:
        # Of nothing everything is a continuation, and there is nothing to prove.
        return not proof and root_before == EMPTY
    if before == size:
        return not proof and root_before == root
    steps = [root_before, *proof] if before & (before - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    earlier = later = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            earlier, later = _node_hash(step, earlier), _node_hash(step, later)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            later = _node_hash(later, step)
        place, last = place >> 1, last >> 1
    return last == 0 and earlier == root_before and later == root
