# SPDX-License-Identifier: Apache-2.0
"""Signed notes and checkpoints are those of the specification, and no byte of one can change."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pseudo.evidence.checkpoint import Checkpoint, open_checkpoint
from pseudo.evidence.note import LARGEST, NoteKey, open_note, signed_note

# The example in the documentation of golang.org/x/mod/sumdb/note, which the C2SP
# specification of signed notes describes.
_GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
_GO_NOTE = (
    _GO_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

_SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_KEY = NoteKey("agency.example/ledger", _SECRET.public_key().public_bytes_raw())
_OTHER = NoteKey("agency.example/ledger", bytes(32))
_CHECKPOINT = Checkpoint(_KEY.name, 20852163, bytes(range(100, 132)))
_NOTE = _CHECKPOINT.signed(_KEY, _SECRET.sign)


def test_the_note_of_the_specification_opens() -> None:
    key = NoteKey.decode(_GO_KEY)
    assert key.encode() == _GO_KEY
    assert open_note(_GO_NOTE, key) == _GO_TEXT


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    text, signature = _NOTE.split("\n\n")
    assert text.split("\n") == [
        "agency.example/ledger",
        "20852163",
        base64.b64encode(bytes(range(100, 132))).decode(),
    ]
    assert signature.startswith("— agency.example/ledger ")
    assert open_checkpoint(_NOTE, _KEY) == _CHECKPOINT


def test_no_byte_of_a_checkpoint_can_be_changed() -> None:
    data = _NOTE.encode()
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            text = bytes(changed).decode(errors="replace")
            assert open_checkpoint(text, _KEY) is None
        assert open_checkpoint(data[:place].decode(errors="replace"), _KEY) is None


def test_others_may_sign_too_and_nobody_else_alone() -> None:
    other = Ed25519PrivateKey.generate()
    witness = NoteKey("witness", other.public_key().public_bytes_raw())
    countersigned = signed_note(_CHECKPOINT.text(), witness, other.sign)
    line = countersigned.split("\n\n")[1]
    assert open_checkpoint(_NOTE + line, _KEY) == _CHECKPOINT
    assert open_checkpoint(_NOTE.replace("\n\n", "\n\n" + line), _KEY) == _CHECKPOINT
    assert open_checkpoint(countersigned, _KEY) is None
    assert open_note(_NOTE + line, witness) == _CHECKPOINT.text()


def test_a_false_signature_of_ours_is_not_made_good_by_a_true_one() -> None:
    line = _NOTE.split("\n\n")[1]
    raw = bytearray(base64.b64decode(line.split(" ")[2]))
    raw[-1] ^= 1
    false = f"— {_KEY.name} {base64.b64encode(raw).decode()}\n"
    assert open_note(_NOTE + false, _KEY) is None
    assert open_note(_NOTE.replace(line, false + line), _KEY) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a\n",
        "a\n\n",
        "a\n\n\n",
        "a\n\n— b\n",
        "a\n\n— b \n",
        "a\n\n— b !\n",
        "a\n\n— b AAAA\n",
        "a\n\n- b AAAAAAAA\n",
        "a\n\n— b AAAAAAAA",
        "x" * LARGEST + _NOTE,
        _NOTE.replace("\n\n", "\n\x01\n\n"),
        _NOTE + _NOTE.split("\n\n")[1] * 100,
        _NOTE.replace("\n\n", "\n"),
        _NOTE + "x",
        " " + _NOTE,
        _NOTE.replace("\n", "\r\n"),
    ],
)
def test_what_is_no_note_does_not_open(text: str) -> None:
    assert open_note(text, _KEY) is None


@pytest.mark.parametrize(
    "text",
    [
        "agency.example/ledger\n1\n",
        "agency.example/ledger\n01\n{root}\n",
        "agency.example/ledger\n-1\n{root}\n",
        "agency.example/ledger\n+1\n{root}\n",
        "agency.example/ledger\n１\n{root}\n",
        "agency.example/ledger\n1e3\n{root}\n",
        "agency.example/ledger\n9999999999999999999\n{root}\n",
        "agency.example/ledger\n1\nAAAA\n",
        "agency.example/ledger\n1\n!\n",
        "agency.example/other\n1\n{root}\n",
        "\nagency.example/ledger\n1\n{root}\n",
        "agency.example/ledger\n1\n{root}\n\n",
    ],
)
def test_a_note_that_is_signed_need_not_be_a_checkpoint(text: str) -> None:
    text = text.format(root=base64.b64encode(bytes(32)).decode())
    assert open_checkpoint(signed_note(text, _KEY, _SECRET.sign), _KEY) is None


def test_lines_behind_the_third_are_allowed() -> None:
    text = _CHECKPOINT.text() + "an extension\n"
    assert open_checkpoint(signed_note(text, _KEY, _SECRET.sign), _KEY) == _CHECKPOINT


def test_another_key_opens_nothing() -> None:
    assert open_note(_NOTE, _OTHER) is None
    assert open_note(_NOTE, NoteKey("agency.example/other", _KEY.public)) is None


@given(st.text(max_size=200))
def test_any_text_can_be_signed_whose_lines_are_plain(text: str) -> None:
    lines = text + "\n"
    try:
        encoded = lines.encode()
    except UnicodeEncodeError:
        return
    plain = all(char >= " " or char == "\n" for char in lines)
    note = signed_note(encoded.decode(), _KEY, _SECRET.sign)
    assert open_note(note, _KEY) == (lines if plain else None)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u2003b"])
def test_a_key_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="blanks"):
        NoteKey(name, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b",
        _GO_KEY[:-4],
        _GO_KEY.replace("c74f20a3", "c74f20a4"),
        _GO_KEY.replace("c74f20a3", "C74F20A3"),
        _GO_KEY.replace("+AR", "+AB"),
        _GO_KEY + "\n",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
    ],
)
def test_what_is_no_key_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|hash|bytes"):
        NoteKey.decode(text)


def test_a_note_ends_with_a_line_end() -> None:
    with pytest.raises(ValueError, match="line end"):
        signed_note("a", _KEY, _SECRET.sign)
