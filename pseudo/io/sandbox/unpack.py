# SPDX-License-Identifier: Apache-2.0
"""In the child: packed files, listed and unpacked with the standard library and zstandard.

What a packed file is called, or where it would like to be unpacked to, is never used: its
bytes go into a pipe. Names that try to lead elsewhere refuse the archive all the same.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pseudo.io.sandbox import verdict
from pseudo.io.sandbox.ahead import Ahead
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.verdict import Refused

__all__ = ["MOST_MEMBERS", "most_unpacked", "serve"]

MOST_MEMBERS = 1_000
"""Files that an archive may have."""

_PIECE = 256 * 1024
_GZIP_PIECE = 64 * 1024
# One such piece can be all of 32,768 times as large, and it comes out at once.
_ZSTD_PIECE = 4 * 1024
_GZIP = 31
_LARGEST_WINDOW = 2**27
_SIGN_OF_SYSTEMS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_NAMES = {"gzip": "gzip", "zstd": "Zstandard", "zip": "ZIP"}

# Small files may unpack to this much, and others to this many times their size: tables do
# not shrink more, and what is made to fill a disk does.
_ALWAYS = 256 * 1024 * 1024
_TIMES = 200


def serve(order: Mapping[str, Any]) -> bytes:
    """List or unpack; see :mod:`pseudo.io.sandbox.unpacking` for what is sent.

    Args:
        order: What the parent wrote; the arguments are ``packing`` and ``member``, the
            number of a packed file in its archive, or 0 to list them.

    Returns:
        The verdict to leave.
    """
    wanted = order["arguments"]
    file = InputFile(order["input"], order["size"])
    sent = 0
    try:
        with Ahead(order["data"]) as pipe:
            for piece in _pieces(file, wanted["packing"], wanted["member"]):
                sent += len(piece)
                pipe.write(piece)
                # The place is shared with the parent, which tells by it how far this is.
                os.lseek(order["input"], file.tell(), os.SEEK_SET)
    except Refused as refused:
        return verdict.write(refused.code, refused.params)
    return verdict.write(verdict.DONE, {"rows": sent})


def _pieces(file: InputFile, packing: str, member: int) -> Iterator[bytes]:
    """Give what is asked for, and refuse what cannot be unpacked."""
    failed = False
    try:
        if packing == "zip" and not member:
            yield _listed(file)
        elif packing == "zip":
            yield from _from_archive(file, member)
        else:
            unpacked = _gunzipped(file) if packing == "gzip" else _from_zstd(file)
            yield from _gathered(_limited(unpacked, file.size))
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile):
        failed = True
    except (NotImplementedError, RuntimeError, KeyError, UnicodeError):
        failed = True
    if failed:
        raise Refused("delivery.unreadable", format=_NAMES[packing])


def most_unpacked(packed: int) -> int:
    """Give the bytes that this many may unpack to."""
    return max(_ALWAYS, _TIMES * packed)


def _limited(pieces: Iterator[bytes], packed: int) -> Iterator[bytes]:
    limit, sent = most_unpacked(packed), 0
    for piece in pieces:
        sent += len(piece)
        if sent > limit:
            raise Refused("delivery.unpacks_to_too_much", limit=limit)
        yield piece


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join pieces that are not worth being sent by themselves."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)


def _gunzipped(file: InputFile) -> Iterator[bytes]:
    """Unpack one gzip member after the other; zeros may follow the last."""
    packed = file.read(_GZIP_PIECE)
    while packed:
        unpacker = zlib.decompressobj(_GZIP)
        while not unpacker.eof:
            if not packed:
                raise EOFError
            yield unpacker.decompress(packed, _PIECE)
            packed = unpacker.unconsumed_tail or (b"" if unpacker.eof else file.read(_GZIP_PIECE))
        packed = unpacker.unused_data or file.read(_GZIP_PIECE)
        if not packed.strip(b"\0"):
            packed = b""


def _from_zstd(file: InputFile) -> Iterator[bytes]:
    import zstandard

    failed = False
    unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    try:
        packed = file.read(_ZSTD_PIECE)
        while packed:
            frame = unpacker.decompressobj()
            while not frame.eof:
                if not packed:
                    raise EOFError
                yield frame.decompress(packed)
                packed = b"" if frame.eof else file.read(_ZSTD_PIECE)
            packed = frame.unused_data or file.read(_ZSTD_PIECE)
    except zstandard.ZstdError:
        failed = True
    if failed:
        raise Refused("delivery.unreadable", format="Zstandard")


def _from_archive(file: InputFile, member: int) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        entry = _entries(archive)[member - 1]
        with archive.open(entry) as opened:
            yield from _limited(iter(lambda: opened.read(_PIECE), b""), entry.compress_size)


def _listed(file: InputFile) -> bytes:
    """List the files of an archive: one JSON array of name, packed size and size.

    Folders are named only where files in several have one name.
    """
    with zipfile.ZipFile(file) as archive:
        entries = _entries(archive)
    paths = [entry.filename.replace("\\", "/") for entry in entries]
    if len(set(paths)) < len(paths):
        raise Refused("delivery.unreadable", format="ZIP")
    last = [path.rsplit("/", 1)[-1] for path in paths]
    counts = Counter(last)
    names = [
        name[:200] if counts[name] == 1 else path[-200:]
        for name, path in zip(last, paths, strict=True)
    ]
    sizes = [(entry.compress_size, entry.file_size) for entry in entries]
    return json.dumps([[name, *size] for name, size in zip(names, sizes, strict=True)]).encode()


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Give the files of an archive that are a submitter's, in its order."""
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise Refused("delivery.archive_too_large", limit=MOST_MEMBERS)
    for number, entry in enumerate(found, start=1):
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if _leads_astray(entry.filename) or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refused("delivery.archive_path", record=number)
        if entry.flag_bits & 1:
            raise Refused("delivery.encrypted", found="ZIP")
    return [entry for entry in found if not entry.is_dir() and not _is_of_system(entry.filename)]


def _leads_astray(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or ":" in parts[0] or "\0" in name


def _is_of_system(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return name.startswith(_SIGN_OF_SYSTEMS[0]) or last in _SIGN_OF_SYSTEMS[1:]
