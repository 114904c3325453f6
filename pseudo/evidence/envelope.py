# SPDX-License-Identifier: Apache-2.0
"""Signed envelopes (DSSE 1.0.2): a payload, its type, and one Ed25519 signature.

What is signed is the payload's bytes as they are, behind its type and both lengths, so
nothing has to be parsed before it is trusted. An envelope is written in one form only, and
one that is written otherwise is none: so there is no byte in it that could be changed
without being seen, the key's id and the blanks of JSON included.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pseudo.evidence.note import verifies

__all__ = ["Envelope", "key_id", "read_envelope", "seal"]

_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload that somebody signed; nothing is known of the signature until it is verified.

    Attributes:
        payload_type: What the payload is.
        payload: Its bytes.
        key_id: Says which key it was signed with; see :func:`key_id`.
        signature: 64 bytes.
    """

    payload_type: str
    payload: bytes
    key_id: str
    signature: bytes

    def verifies(self, public: bytes) -> bool:
        """Tell whether the key has signed it.

        Args:
            public: The 32 bytes of an Ed25519 public key.
        """
        named = self.key_id == key_id(public)
        return named and verifies(
            public, self.signature, _encoded(self.payload_type, self.payload)
        )

    def encode(self) -> bytes:
        """Write the envelope: one line of JSON, without its end."""
        signature = {"keyid": self.key_id, "sig": base64.b64encode(self.signature).decode()}
        written = {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": self.payload_type,
            "signatures": [signature],
        }
        return json.dumps(written, separators=(",", ":")).encode()


def key_id(public: bytes) -> str:
    """Name a public key: the SHA-256 of its 32 bytes, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def seal(
    payload: bytes, payload_type: str, public: bytes, sign: Callable[[bytes], bytes]
) -> Envelope:
    """Sign a payload.

    Args:
        payload: What is signed.
        payload_type: What it is: a media type.
        public: The key by which the signature is verified.
        sign: Makes an Ed25519 signature.
    """
    signature = sign(_encoded(payload_type, payload))
    return Envelope(payload_type, payload, key_id(public), signature)


def read_envelope(data: bytes) -> Envelope | None:
    """Read an envelope; None where the bytes are not exactly as :meth:`Envelope.encode` has them.

    Args:
        data: The envelope; one line end may follow.
    """
    line = data.removesuffix(b"\n")
    try:
        envelope = _envelope(json.loads(line))
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return None
    return envelope if envelope.encode() == line else None


def _envelope(found: Any) -> Envelope:
    (signature,) = found["signatures"]
    raw = base64.b64decode(signature["sig"], validate=True)
    if len(raw) != _SIGNATURE:
        raise ValueError("a signature has 64 bytes")
    payload = base64.b64decode(found["payload"], validate=True)
    return Envelope(str(found["payloadType"]), payload, str(signature["keyid"]), raw)


def _encoded(payload_type: str, payload: bytes) -> bytes:
    """Put together what is signed (DSSE's pre-authentication encoding)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
