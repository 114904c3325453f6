# SPDX-License-Identifier: Apache-2.0
"""What a text can look like once a program, a terminal or a file format has had it.

:class:`Disguises` is told which texts to look for and finds them in whatever came out:
in any encoding of Unicode, escaped, coloured, in other scripts' digits, with anything at
all between the characters, reversed, as a binary number, encoded or hashed without a key.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

import numpy as np

__all__ = ["Disguises"]

_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sha3_256")
_PREFIX = 16
_RAW_PREFIX = 8

_COLOUR = re.compile(r"\x1b\[[0-9;:?]*[@-~]")
_BYTES_ESCAPE = re.compile(r"(?:\\x[0-9a-fA-F]{2}|=[0-9A-F]{2})+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U000([0-9a-fA-F]{5})|\\[nrtf]")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_CODED_RUN = re.compile(r"[A-Za-z0-9+/]{12,}")
_HEX_RUN = re.compile(r"[0-9a-fA-F]{20,}")
_NEITHER = bytes(code for code in range(256) if not chr(code).isalnum() or code > 127)


class Disguises:
    """A search for certain texts in every disguise.

    Args:
        spellings: Name → the texts to look for, each as it is usually written. At least
            eight letters and digits each, or chance will find them.
    """

    def __init__(self, spellings: Mapping[str, Sequence[str]]) -> None:
        self._folded: dict[str, list[bytes]] = {}
        self._hex: list[tuple[str, str]] = []
        self._coded: list[tuple[str, str]] = []
        self._digests: dict[str, str] = {}
        self._raw: dict[bytes, str] = {}
        for name, texts in spellings.items():
            for text in texts:
                self._learn(name, text)
        self._order = list(spellings)
        prefixes = np.frombuffer(b"".join(self._raw), dtype="<u2").reshape(-1, _RAW_PREFIX // 2)
        self._first, self._second = (np.zeros(1 << 16, dtype=np.bool_) for _ in range(2))
        self._first[prefixes[:, 0]] = self._second[prefixes[:, 1]] = True

    def _learn(self, name: str, text: str) -> None:
        plain, folded = text.encode(), _folded(text)
        known = self._folded.setdefault(name, [])
        known += [needle for needle in (folded, folded[::-1]) if not _has_any(needle, known)]
        self._hex.append((name, plain.hex()))
        self._coded += [(name, core) for core in _base64_cores(plain)]
        for algorithm in _HASHES:
            digest = hashlib.new(algorithm, plain, usedforsecurity=False).digest()
            coded = base64.b64encode(digest).decode("ascii")
            self._digests |= {digest.hex()[:_PREFIX]: name, coded[:_PREFIX]: name}
            self._raw[digest[:_RAW_PREFIX]] = name
        if folded.isdigit():
            self._raw |= dict.fromkeys(_packed(int(folded)), name)

    def search(self, data: bytes | str) -> list[str]:
        """Find the texts.

        Returns:
            Names in the order they were given; empty where nothing was found.
        """
        found = set(self._in_bytes(data)) if isinstance(data, bytes) else set()
        for reading in _readings(data):
            found.update(self._in_text(reading))
        return [name for name in self._order if name in found]

    def _in_text(self, text: str) -> Iterator[str]:
        folded = _folded(text)
        yield from (name for name, known in self._folded.items() if _has_any(folded, known))
        hexes = " ".join(_HEX_RUN.findall(text)).lower()
        yield from (name for name, needle in self._hex if needle in hexes)
        coded_text = text.replace("-", "+").replace("_", "/")
        runs = [run for run in _CODED_RUN.findall(coded_text) if not run.isdigit()]
        coded = " ".join(runs)
        yield from (name for name, needle in self._coded if needle in coded)
        for run in runs:
            # A path or a data URL puts a slash in front of what it carries.
            for start in [0, *(slash.end() for slash in re.finditer("/", run))]:
                begin = run[start : start + _PREFIX]
                yield from (self._digests[b] for b in (begin, begin.lower()) if b in self._digests)

    def _in_bytes(self, data: bytes) -> Iterator[str]:
        """Look at every place whose first four bytes begin some needle."""
        if len(data) < _RAW_PREFIX:
            return
        single = np.frombuffer(data, dtype=np.uint8).astype(np.uint16)
        pairs = single[:-1] | single[1:] << np.uint16(8)
        places = np.flatnonzero(self._first[pairs[:-2]] & self._second[pairs[2:]])
        for place in places.tolist():
            name = self._raw.get(data[place : place + _RAW_PREFIX])
            if name is not None:
                yield name


def _has_any(whole: bytes, needles: Sequence[bytes]) -> bool:
    return any(needle in whole for needle in needles)


def _readings(data: bytes | str) -> Iterator[str]:
    """Read data in every way in which letters and digits could be meant."""
    for text in [data] if isinstance(data, str) else _decoded(data):
        plain = _COLOUR.sub("", text)
        yield plain
        undone = plain
        if "\\" in plain or "=" in plain:
            undone = _ESCAPE.sub(_character, _BYTES_ESCAPE.sub(_bytes_meant, plain))
        undone = html.unescape(unquote(undone))
        if undone != plain:
            yield undone


def _decoded(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "ignore")
    if b"\0" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # ASCII in UTF-16 and UTF-32 is ASCII with NULs in between.
        yield data.replace(b"\0", b"").decode("latin-1")
        for codec in ("utf-16-le", "utf-16-be"):
            for start in (0, 1):
                yield data[start:].decode(codec, "ignore")


def _bytes_meant(escaped: re.Match[str]) -> str:
    return bytes.fromhex(re.sub(r"\\x|=", "", escaped[0])).decode("utf-8", "replace")


def _character(escaped: re.Match[str]) -> str:
    code = escaped[1] or escaped[2]
    return chr(int(code, 16)) if code else " "


def _folded(text: str) -> bytes:
    """Leave ASCII letters and digits only, without case; every script's digits count."""
    if not text.isascii():
        text = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    return text.encode("ascii", "ignore").translate(None, _NEITHER).lower()


def _packed(value: int) -> list[bytes]:
    """Write a number as columnar, statistics and spreadsheet files hold it."""
    return [struct.pack(form, value) for form in ("<q", ">q", "<d", ">d")]


def _base64_cores(part: bytes) -> Iterator[str]:
    """Encode as base64 does at each of the three places that ``part`` can begin at.

    The characters that neighbours have a part in are left off.
    """
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + part).decode("ascii")
        yield coded[(shift * 8 + 5) // 6 : (shift + len(part)) * 8 // 6]
