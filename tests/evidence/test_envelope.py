# SPDX-License-Identifier: Apache-2.0
"""Envelopes are DSSE's, as another implementation reads them, and no byte of one can change."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib import dsse
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from pseudo.evidence.envelope import Envelope, key_id, read_envelope, seal

_SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_PUBLIC = _SECRET.public_key().public_bytes_raw()
_TYPE = "application/vnd.in-toto+json"
_ENVELOPE = seal(b'{"a":"\xc3\xa5"}', _TYPE, _PUBLIC, _SECRET.sign)


def _their_key(public: bytes = _PUBLIC) -> SSlibKey:
    return SSlibKey(key_id(public), "ed25519", "ed25519", {"public": public.hex()})


@given(payload=st.binary(max_size=300), kind=st.text(st.characters(codec="utf-8"), max_size=30))
def test_securesystemslib_verifies_what_we_sign(payload: bytes, kind: str) -> None:
    ours = seal(payload, kind, _PUBLIC, _SECRET.sign)
    theirs = dsse.Envelope.from_dict(json.loads(ours.encode()))
    assert (theirs.payload, theirs.payload_type) == (payload, kind)
    assert list(theirs.verify([_their_key()], 1)) == [key_id(_PUBLIC)]
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(VerificationError):
        theirs.verify([_their_key(other)], 1)
    assert read_envelope(ours.encode()) == ours
    assert ours.verifies(_PUBLIC)
    assert not ours.verifies(other)


def test_no_byte_of_an_envelope_can_be_changed() -> None:
    data = _ENVELOPE.encode()
    assert read_envelope(data + b"\n") == read_envelope(data) == _ENVELOPE
    for place in range(len(data)):
        for value in range(256):
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            found = read_envelope(changed)
            assert (found is not None and found.verifies(_PUBLIC)) == (changed == data)
        for changed in (
            data[:place],
            data[:place] + data[place + 1 :],
            data[:place] + b" " + data[place:],
            data[:place] + data[place:][:1] * 2 + data[place + 1 :],
        ):
            found = read_envelope(changed)
            assert found is None or not found.verifies(_PUBLIC) or changed == data


def _written(**fields: object) -> bytes:
    whole = json.loads(_ENVELOPE.encode()) | fields
    return json.dumps(whole, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        _written(signatures=[]),
        _written(signatures=json.loads(_ENVELOPE.encode())["signatures"] * 2),
        _written(signatures=[{"keyid": "a", "sig": "AAAA"}]),
        _written(signatures={}),
        _written(signatures="a"),
        _written(payload=1),
        _written(payload="AAAA="),
        _written(payload="A A A A"),
        _written(payloadType=None),
        _written(more=1),
        _ENVELOPE.encode() + b"\n\n",
        _ENVELOPE.encode() + b"\r\n",
        _ENVELOPE.encode() + b"{}",
        json.dumps(json.loads(_ENVELOPE.encode()), indent=1).encode(),
        _ENVELOPE.encode().replace(b"vnd", b"\\u0076nd"),
    ],
)
def test_what_is_no_envelope_is_not_read_as_one(data: bytes) -> None:
    assert read_envelope(data) is None


def test_the_type_and_the_lengths_are_signed_too() -> None:
    for changed in (
        Envelope(_TYPE + " 9", _ENVELOPE.payload, _ENVELOPE.key_id, _ENVELOPE.signature),
        Envelope(_TYPE[:-1], _ENVELOPE.payload, _ENVELOPE.key_id, _ENVELOPE.signature),
        Envelope(_TYPE, _ENVELOPE.payload + b" ", _ENVELOPE.key_id, _ENVELOPE.signature),
        Envelope(_TYPE, _ENVELOPE.payload, key_id(bytes(32)), _ENVELOPE.signature),
    ):
        assert not changed.verifies(_PUBLIC)
