# SPDX-License-Identifier: Apache-2.0
"""The tree is RFC 6962's, its proofs are those of another implementation, and no others hold."""

from __future__ import annotations

import hashlib

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.evidence.merkle import EMPTY, Tree, includes, is_prefix, leaf_hash

_MOST = 40
_ENTRIES = [bytes([number]) * number for number in range(_MOST)]
_LEAVES = [leaf_hash(entry) for entry in _ENTRIES]
_TREE = Tree(_LEAVES)

# Certificate Transparency's own reference tree: google/certificate-transparency,
# merkletree/merkle_tree_test.cc (also in transparency-dev/merkle, testonly/reference.go).
_REFERENCE_ENTRIES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
_REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_roots_are_those_of_the_reference_tree() -> None:
    tree = Tree()
    assert tree.root() == EMPTY == hashlib.sha256(b"").digest()
    for entry, root in zip(_REFERENCE_ENTRIES, _REFERENCE_ROOTS, strict=True):
        tree.append(leaf_hash(bytes.fromhex(entry)))
        assert tree.root().hex() == root
    assert [tree.root(size).hex() for size in range(1, 9)] == _REFERENCE_ROOTS


def test_roots_and_proofs_are_those_of_pymerkle() -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for size, entry in enumerate(_ENTRIES, start=1):
        other.append_entry(entry)
        assert _TREE.root(size) == other.get_root(size)
    for index in range(_MOST):
        proof = other.prove_inclusion(index + 1, _MOST)
        pymerkle.verify_inclusion(_LEAVES[index], _TREE.root(), proof)
        # Its path also holds the leaf, and is written from left to right.
        assert _path(proof) == sorted([*_TREE.inclusion(index), _LEAVES[index]])
    for before in range(1, _MOST):
        proof = other.prove_consistency(before, _MOST)
        pymerkle.verify_consistency(_TREE.root(before), _TREE.root(), proof)


def _path(proof: pymerkle.MerkleProof) -> list[bytes]:
    return sorted(bytes.fromhex(step) for step in proof.serialize()["path"])


def test_the_proofs_are_those_of_the_example() -> None:
    # RFC 6962, 2.1.3: seven leaves, with the letters that the example gives the nodes.
    a, b, c, d, e, f, j = _LEAVES[:7]
    g, h, i, l = (Tree(pair).root() for pair in ((a, b), (c, d), (e, f), (e, f, j)))  # noqa: E741
    k = _TREE.root(4)
    assert _TREE.inclusion(0, 7) == [b, h, l]
    assert _TREE.inclusion(3, 7) == [c, g, l]
    assert _TREE.inclusion(4, 7) == [f, j, k]
    assert _TREE.inclusion(6, 7) == [i, k]
    assert _TREE.consistency(3, 7) == [c, d, g, l]
    assert _TREE.consistency(4, 7) == [l]
    assert _TREE.consistency(6, 7) == [i, j, k]


def test_every_leaf_of_every_tree_is_proven_and_nothing_else() -> None:
    for size in range(1, _MOST + 1):
        root = _TREE.root(size)
        for index in range(size):
            proof = _TREE.inclusion(index, size)
            assert includes(_LEAVES[index], index, size, proof, root)
            others = [number for number in range(-1, _MOST + 1) if number != index]
            assert not any(includes(_LEAVES[index], other, size, proof, root) for other in others)
            assert not includes(_LEAVES[index - 1], index, size, proof, root) or size == 1
            assert not includes(_LEAVES[index], index, size, [*proof, root], root)
            assert not proof or not includes(_LEAVES[index], index, size, proof[1:], root)
            assert not proof or not includes(_LEAVES[index], index, size, proof[:-1], root)


def test_every_tree_is_proven_to_begin_every_later_one_and_nothing_else() -> None:
    for size in range(1, _MOST + 1):
        root = _TREE.root(size)
        for before in range(1, size + 1):
            proof = _TREE.consistency(before, size)
            earlier = _TREE.root(before)
            assert is_prefix(before, earlier, size, root, proof)
            for other in range(1, size + 1):
                if other != before:
                    assert not is_prefix(other, earlier, size, root, proof)
            assert not is_prefix(before, earlier, size, root, [*proof, root])
            assert not proof or not is_prefix(before, earlier, size, root, proof[:-1])
            assert not proof or not is_prefix(before, earlier, size, root, proof[1:])
            assert not is_prefix(before, root, size, root, proof) or before == size
    assert is_prefix(0, EMPTY, 3, _TREE.root(3), [])
    assert not is_prefix(0, EMPTY, 3, _TREE.root(3), [EMPTY])
    assert not is_prefix(3, _TREE.root(3), 2, _TREE.root(2), [])


@given(
    before=st.integers(1, _MOST - 1),
    size=st.integers(2, _MOST),
    place=st.integers(0, 2000),
    bit=st.integers(0, 7),
)
def test_no_bit_of_a_proof_can_be_changed(before: int, size: int, place: int, bit: int) -> None:
    before = min(before, size - 1)
    root, earlier = _TREE.root(size), _TREE.root(before)
    proof = _TREE.consistency(before, size)
    assert not is_prefix(before, earlier, size, root, _changed(proof, place, bit))
    inside = _TREE.inclusion(before, size)
    assert not includes(_LEAVES[before], before, size, _changed(inside, place, bit), root)


def _changed(proof: list[bytes], place: int, bit: int) -> list[bytes]:
    joined = bytearray(b"".join(proof))
    joined[place % len(joined)] ^= 1 << bit
    return [bytes(joined[start : start + 32]) for start in range(0, len(joined), 32)]


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.root(_MOST + 1),
        lambda tree: tree.root(-1),
        lambda tree: tree.inclusion(3, 3),
        lambda tree: tree.inclusion(-1, 3),
        lambda tree: tree.inclusion(0, 0),
        lambda tree: tree.consistency(0, 3),
        lambda tree: tree.consistency(4, 3),
        lambda tree: tree.consistency(1, _MOST + 1),
    ],
)
def test_there_are_no_proofs_about_what_there_is_not(ask) -> None:
    with pytest.raises(ValueError, match=r"no such|not so many"):
        ask(_TREE)
