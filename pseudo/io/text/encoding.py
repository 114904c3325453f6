# SPDX-License-Identifier: Apache-2.0
"""In what encoding a text is written, and its way to UTF-8 as a stream.

The rule, so that nobody has to guess what was guessed: told; else a byte order mark;
else the first 4 MiB, which are UTF-8 if they are valid UTF-8 and cp1252 if not. A later
byte that contradicts refuses the delivery. Latin-1 fits every byte, so it could never be
contradicted: it is read only when told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from pseudo.errors import DeliveryError, UsageError
from pseudo.kernel import Kernel

__all__ = ["HEAD_BYTES", "Choice", "Transcoder", "choose", "codec_of"]

HEAD_BYTES = 4 * 1024 * 1024

# Encodings of text whose ASCII part is ASCII, or UTF-16: nothing that compresses,
# escapes or runs anything. Names are as the codec itself has them.
_SINGLE_BYTE = frozenset({
    "ascii", "cp1250", "cp1252", "cp1257", "cp437", "cp850", "cp858", "cp865",
    "iso8859-1", "iso8859-15", "iso8859-2", "iso8859-4", "mac-roman",
})  # fmt: skip
_UNICODE = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\- ]{0,39}")

# The mark of UTF-32 begins with that of UTF-16, so it stands first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_Decode = Callable[[bytes, str, bool], tuple[str, int]]
# Those in which a character has several bytes, so that it may be cut.
_SEVERAL: dict[str, _Decode] = {
    "utf-8": codecs.utf_8_decode,
    "utf-16-le": codecs.utf_16_le_decode,
    "utf-16-be": codecs.utf_16_be_decode,
}

# Å, Ä, Ö, å, ä and ö in UTF-8: in a text read as cp1252 they tell that it is a mixture.
_SWEDISH_UTF8 = re.compile(rb"\xc3[\x84\x85\x96\xa4\xa5\xb6]")


@dataclass(frozen=True, slots=True)
class Choice:
    """An encoding and why it was chosen.

    Attributes:
        codec: Name of the codec: ``utf-8``, ``utf-16-le``, ``utf-16-be`` or one byte a
            character.
        by: ``told``, ``bom`` or ``content``.
        skip: Bytes of the byte order mark.
        notes: Codes of what is odd about it.
    """

    codec: str
    by: str
    skip: int
    notes: tuple[str, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether an ASCII byte of the file always is that ASCII character."""
        return not self.codec.startswith("utf-16")


def codec_of(told: str) -> str:
    """Return the codec's own name for an encoding that somebody named.

    Raises:
        UsageError: It is not one of the encodings that are read.
    """
    name = ""
    if _NAME.fullmatch(told):
        try:
            name = codecs.lookup(told.replace(":", "-")).name
        except (LookupError, ValueError):
            name = ""
    name = "utf-8" if name == "utf-8-sig" else name
    if name not in _SINGLE_BYTE and name not in _UNICODE:
        raise UsageError("usage.unknown_encoding", encoding=told)
    return name


def choose(head: bytes, *, whole: bool, told: str | None, file: int) -> Choice:
    """Choose the encoding of a text.

    Args:
        head: Its first :data:`HEAD_BYTES` bytes.
        whole: Whether that is all of it.
        told: A codec's name from the caller's order or spec, or None.
        file: Number of the file in the delivery.

    Raises:
        UsageError: The told encoding is not one that is read.
        DeliveryError: The byte order mark contradicts what was told, or the text is
            UTF-16 without such a mark, or UTF-32.
    """
    mark, found = next((entry for entry in _MARKS if head.startswith(entry[0])), (b"", ""))
    if told is not None:
        return _as_told(codec_of(told), mark, found, file)
    if found == "utf-32":
        raise DeliveryError("delivery.not_text", file=file, found="UTF-32")
    if found:
        return Choice(found, "bom", len(mark))
    wide = _looks_like_utf16(head)
    if wide:
        raise DeliveryError("delivery.utf16_without_mark", file=file, encoding=wide)
    if _valid_utf8(head, whole=whole):
        return Choice("utf-8", "content", 0)
    mixed = _SWEDISH_UTF8.search(head) is not None
    return Choice("cp1252", "content", 0, ("encoding.mixed",) if mixed else ())


def _as_told(codec: str, mark: bytes, found: str, file: int) -> Choice:
    if codec == "utf-16":
        # Without a mark, the standard says big-endian and practice says little-endian.
        codec = found if found.startswith("utf-16") else "utf-16-le"
    if found and found != codec:
        raise DeliveryError(
            "delivery.encoding_contradicted", file=file, encoding=codec, found=found
        )
    return Choice(codec, "told", len(mark))


def _looks_like_utf16(head: bytes) -> str:
    """Name the UTF-16 whose zero bytes stand where those of Western text would."""
    sample = head[:4096]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs and odd > pairs * 0.7 and even < pairs * 0.1:
        return "utf-16-le"
    return "utf-16-be" if pairs and even > pairs * 0.7 and odd < pairs * 0.1 else ""


def _valid_utf8(head: bytes, *, whole: bool) -> bool:
    if head.isascii():
        return True
    try:
        codecs.utf_8_decode(head, "strict", whole)
    except UnicodeDecodeError:
        return False
    return True


class Transcoder:
    """Turns a stream of bytes into a stream of UTF-8, wherever the stream is cut.

    Args:
        choice: The encoding.
        kernel: What decodes all but UTF-16.

    Attributes:
        failed: Whether a byte came that the encoding does not allow; what
            :meth:`feed` gave until then is what stands before it.
    """

    def __init__(self, choice: Choice, kernel: Kernel) -> None:
        self._codec = choice.codec
        self._skip = choice.skip
        self._kept = b""
        self._narrow = choice.narrow
        self._kernel = kernel
        self.failed = False

    def feed(self, raw: bytes, *, final: bool) -> bytes:
        """Give what ``raw`` completes.

        Args:
            raw: The next bytes.
            final: Whether they are the last, so that a cut character is an error.
        """
        if self._skip:
            skipped = min(self._skip, len(raw))
            raw, self._skip = raw[skipped:], self._skip - skipped
        if self._narrow and not self._kept and raw.isascii():
            return raw
        raw, self._kept = self._kept + raw, b""
        text, good = self._transcoded(raw, final=final)
        if good == len(raw):
            return text
        if _is_cut(raw[good:], self._codec) and not final:
            self._kept = raw[good:]
        else:
            self.failed = True
        return text

    def _transcoded(self, raw: bytes, *, final: bool) -> tuple[bytes, int]:
        if self._narrow:
            return self._kernel.transcode(raw, self._codec)
        decode = _SEVERAL[self._codec]
        try:
            text, good = decode(raw, "strict", final)
        except UnicodeDecodeError as error:
            good = error.start
            text = decode(raw[:good], "strict", True)[0]
        return text.encode(), good


def _is_cut(rest: bytes, codec: str) -> bool:
    """Tell whether bytes are the beginning of a character, and no more."""
    decode = _SEVERAL.get(codec)
    if decode is None:
        return False
    try:
        return decode(rest, "strict", False)[1] == 0
    except UnicodeDecodeError:
        return False
