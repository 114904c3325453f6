# SPDX-License-Identifier: Apache-2.0
# The compiled kernel's functions; only pseudo.kernel.native calls them.
from typing import TypeAlias

from typing_extensions import Buffer

# Layout, validity, offsets or views or indices, data, offset, length, values of a dictionary.
Column: TypeAlias = tuple[str, Buffer | None, Buffer | None, list[Buffer], int, int, list[Column]]

VERSION: str

# --- swap

# --- find

# --- frame
def frame(
    block: Buffer, delimiter: int, last: bool
) -> tuple[list[bytes], int, int, int, bool, int | None]: ...

# --- convert
def convert(
    column: Column, to: str, mark: int, values: Buffer, validity: Buffer, states: Buffer
) -> tuple[int, int, int]: ...

# --- transcode
def transcode(text: Buffer, table: Buffer) -> tuple[bytes, int]: ...
def valid_utf8(text: Buffer) -> int: ...
