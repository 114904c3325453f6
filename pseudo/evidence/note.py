# SPDX-License-Identifier: Apache-2.0
"""Signed notes (C2SP ``signed-note``): a text of lines, and who signed it.

The form of the Go checksum database, Sigstore and the public witnesses::

    the text, one line or more
                                        an empty line
    — name base64(key hash ‖ signature)  one line a signature

Only Ed25519 is known here (type 1). Lines of unknown keys are passed over, as the
specification asks, so that others can countersign.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = ["LARGEST", "NoteKey", "countersigned", "open_note", "parted", "signed_note"]

LARGEST = 1_000_000
"""Bytes that a note may have."""

_ED25519 = b"\x01"
_HASH = 4
_KEY = 32
_MOST_SIGNATURES = 100
_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that verifies notes.

    Attributes:
        name: Whose it is: no blanks and no plus.
        public: The 32 bytes of an Ed25519 public key.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(char.isspace() for char in self.name):
            raise ValueError("a key's name has no blanks and no plus")
        if len(self.public) != _KEY:
            raise ValueError("a public key has exactly 32 bytes")

    @property
    def hash(self) -> bytes:
        """Four bytes by which a signature names its key."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).digest()[:_HASH]

    def encode(self) -> str:
        """Write the key as one word: name, hash and key, with a plus between them."""
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.hash.hex()}+{key}"

    @classmethod
    def decode(cls, text: str) -> NoteKey:
        """Read a key that :meth:`encode` wrote.

        Raises:
            ValueError: It is none, of another type, or its hash is another key's.
        """
        name, _, rest = text.partition("+")
        shown, _, encoded = rest.partition("+")
        raw = _decoded(encoded)
        if raw is None or raw[:1] != _ED25519:
            raise ValueError("not an Ed25519 key of notes")
        key = cls(name, raw[1:])
        if key.hash.hex() != shown:
            raise ValueError("the hash is not this key's")
        return key


def signed_note(text: str, key: NoteKey, sign: Callable[[bytes], bytes]) -> str:
    """Sign a text.

    Args:
        text: Lines, each with its end.
        key: The key that verifies what ``sign`` gives.
        sign: Makes an Ed25519 signature.

    Raises:
        ValueError: The text does not end with a line end.
    """
    if not text.endswith("\n"):
        raise ValueError("a note's text ends with a line end")
    signature = base64.b64encode(key.hash + sign(text.encode())).decode()
    return f"{text}\n{_DASH}{key.name} {signature}\n"


def open_note(note: str, key: NoteKey) -> str | None:
    """Give a note's text where the key has signed it; None where not, or where it is none."""
    found = parted(note)
    if found is None:
        return None
    text, lines = found
    verified = False
    for line in lines:
        if _is_of(line, key):
            signed = _signature(line)
            # A signature that claims to be ours and is not makes the note worthless.
            if signed is None or not verifies(key.public, signed[1][_HASH:], text.encode()):
                return None
            verified = True
    return text if verified else None


def countersigned(note: str, key: NoteKey, sign: Callable[[bytes], bytes]) -> str:
    """Sign a note that others have signed; one's own signature of before is left out.

    Raises:
        ValueError: It is no note.
    """
    found = parted(note)
    if found is None:
        raise ValueError("not a signed note")
    text, lines = found
    own = signed_note(text, key, sign).rpartition("\n\n")[2].removesuffix("\n")
    kept = [line for line in lines if not _is_of(line, key)]
    return f"{text}\n" + "".join(f"{line}\n" for line in [*kept, own])


def parted(note: str) -> tuple[str, list[str]] | None:
    """Take a note apart into its text and its signature lines; None where it is none."""
    text, separator, lines = note.rpartition("\n\n")
    if not separator or len(note) > LARGEST or not lines.endswith("\n"):
        return None
    signatures = lines[:-1].split("\n")
    if len(signatures) > _MOST_SIGNATURES or not _is_plain(text):
        return None
    if any(_signature(line) is None for line in signatures):
        return None
    return text + "\n", signatures


def _is_of(line: str, key: NoteKey) -> bool:
    found = _signature(line)
    return found is not None and found[0] == key.name and found[1][:_HASH] == key.hash


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature is of a message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signature(line: str) -> tuple[str, bytes] | None:
    if not line.startswith(_DASH):
        return None
    name, separator, encoded = line[len(_DASH) :].partition(" ")
    raw = _decoded(encoded)
    if not separator or not name or "+" in name or raw is None or len(raw) <= _HASH:
        return None
    return name, raw


def _is_plain(text: str) -> bool:
    return not any(char < " " and char != "\n" for char in text)


def _decoded(encoded: str) -> bytes | None:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    # One text for one value: unused bits and missing ends are not overlooked.
    return raw if base64.b64encode(raw).decode() == encoded else None
