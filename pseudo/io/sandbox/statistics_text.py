# SPDX-License-Identifier: Apache-2.0
"""In the child: texts and names from the encoding that a statistics file is in.

The library is told Latin-1, in which every byte is a letter, so it gives the bytes as they
are. They are read strictly: in the told encoding, or the declared one. What says that it
has one byte a letter and is UTF-8 in truth is refused, unless the encoding was told.
"""

from __future__ import annotations

import codecs

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.io.sandbox.verdict import Refused

__all__ = ["BYTES", "Decoder", "unreadable_text"]

BYTES = "ISO-8859-1"

# Names of the library that are not Python's. Codecs in which ASCII is not ASCII are in
# no list of Python's that could be asked, so those are named too.
_OTHER_NAMES = {
    "big-5": "big5",
    "iso-8859-8-i": "iso8859-8",
    "maccentraleurope": "mac_latin2",
    "maccroatian": "mac_croatian",
    "maccyrillic": "mac_cyrillic",
    "macgreek": "mac_greek",
    "maciceland": "mac_iceland",
    "macroman": "mac_roman",
    "macromania": "mac_romanian",
    "macturkish": "mac_turkish",
    "windows-936": "gbk",
}
_NO_ASCII = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "ebcdic")
_ASCII = bytes(range(32, 127))


class Decoder:
    """Makes texts of bytes.

    Args:
        name: The encoding, as it was told or as the file declares it.
        told: Whether it was told.
    """

    def __init__(self, name: str, *, told: bool) -> None:
        self._name = name
        self._codec = _codec(name)
        # With any other, the bytes of UTF-8 could be taken for two or three letters.
        self._suspicious = not told and self._codec != "utf-8"

    def name(self, text: str) -> str:
        """Read a name, of a column or a format, or a label."""
        return text if text.isascii() else self._decoded(text, 0)

    def texts(self, found: pa.Array, width: int) -> pa.Array:
        """Read a column of texts.

        Args:
            found: Bytes, each as the letter of its number.
            width: How many bytes the file has room for in each; 0 for no limit.

        Raises:
            Refused: A text is not in the encoding.
        """
        if _is_ascii(found):
            return found
        several = pc.invert(pc.string_is_ascii(found)).fill_null(False)
        distinct = found.filter(several).dictionary_encode()
        read = [self._decoded(text, width) for text in distinct.dictionary.to_pylist()]
        decoded = pa.array(read, pa.string()).take(distinct.indices)
        return pc.replace_with_mask(found, several, decoded)

    def _decoded(self, text: str, width: int) -> str:
        raw = text.encode("latin-1")
        if self._suspicious and _is_utf8(raw):
            raise unreadable_text(self._name)
        try:
            return raw.decode(self._codec)
        except UnicodeDecodeError as error:
            # A text that fills its room may have been cut within a letter, by whoever wrote it.
            cut = error.end == len(raw) == width and error.reason == "unexpected end of data"
            whole = raw[: error.start]
        if cut:
            return whole.decode(self._codec)
        raise unreadable_text(self._name)


def unreadable_text(encoding: str) -> Refused:
    """Make the refusal of a file whose texts are not in its encoding."""
    return Refused("delivery.undecodable_text", encoding=encoding.lower()[:40])


def _codec(name: str) -> str:
    """Find the codec of an encoding in which the bytes of ASCII mean ASCII."""
    try:
        codec = codecs.lookup(_OTHER_NAMES.get(name, name)).name
        sound = _ASCII.decode(codec).encode("ascii") == _ASCII
    except (LookupError, ValueError):
        sound = False
    if not sound or codec.startswith(_NO_ASCII):
        raise unreadable_text(name)
    return codec


def _is_ascii(found: pa.Array) -> bool:
    data = found.buffers()[2]
    return data is None or not data.size or int(np.frombuffer(data, np.uint8).max()) < 128


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
