# SPDX-License-Identifier: Apache-2.0
# The compiled kernel's functions; only pseudo.kernel.native calls them.
from typing import Never, TypeAlias, final

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

# Numpy's types do not say that its arrays are buffers.
Array: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.int64]

# Layout, validity, offsets or views or indices, data, offset, length, values of a dictionary.
Column: TypeAlias = tuple[str, Buffer | None, Buffer | None, list[Buffer], int, int, list[Column]]

VERSION: str

# --- swap

# Kinds, reference date, placeholders, whether zeros were lost, width.
Rule: TypeAlias = tuple[list[str], tuple[int, int, int], list[str], bool, int]
# Each row's value, what is wrong with it, offsets of the values, the framed values.
Scope: TypeAlias = tuple[Array, Array, Array, bytes]
# Data, offsets and validity of the pseudonyms, reasons, ranks; all are filled.
Outputs: TypeAlias = tuple[Buffer, Buffer, Buffer, Array, Array]

@final
class PreparedKey:
    def __copy__(self) -> Never: ...
    def __deepcopy__(self, memo: object) -> Never: ...

def prepare(key: bytes) -> PreparedKey: ...

# Gives the bytes of all pseudonyms, rows without one, ambiguous centuries, incomplete dates.
def swap(
    column: Column,
    rule: Rule,
    key: PreparedKey,
    form: str,
    scope: list[Scope],
    out: Outputs,
    threads: int,
) -> tuple[int, int, int, int]: ...
def beyond_latin(column: Column, marks: Array) -> int: ...

# --- sets of ranks

def set_ranks(bits: Array, ranks: Array) -> None: ...
def has_ranks(bits: Array, ranks: Array, found: Array) -> None: ...

# --- find

# Reference year, placeholders.
ScanRule: TypeAlias = tuple[int, list[str]]
# Places, ranks and shapes: int64, int64, uint8.
Lists: TypeAlias = tuple[bytearray, bytearray, bytearray]

def find_texts(
    column: Column, rule: ScanRule
) -> tuple[Lists, bytearray, tuple[int, int, int]]: ...
def find_integers(values: Buffer, rule: ScanRule) -> Lists: ...
def find_floats(values: Buffer, rule: ScanRule) -> tuple[Lists, bytearray]: ...
def find_bytes(data: Buffer, rule: ScanRule) -> Lists: ...
def find_own(column: Column, ranks: list[Buffer]) -> tuple[bytearray, bytearray]: ...
def find_own_integers(values: Buffer, ranks: list[Buffer]) -> tuple[bytearray, bytearray]: ...

# --- frame
def frame(
    block: Buffer, delimiter: int, last: bool
) -> tuple[list[bytes], int, int, int, bool, int | None]: ...

# --- split

# Gives the bytes and the nulls of each column that is wanted: its number, offsets, validity.
def split(
    text: Buffer,
    records: tuple[Array, Array],
    delimiter: int,
    width: int,
    wanted: list[tuple[int, Buffer, Buffer]],
    data: Buffer,
) -> list[tuple[int, int]]: ...
def sql_rows(
    text: Buffer, begin: int, words: tuple[str, bool, bool, bool], head: Buffer, first: bool
) -> tuple[bytes, bytes, int]: ...
def sql_values(
    text: Buffer,
    places: tuple[Array, Array],
    words: tuple[str, bool, bool, bool],
    width: int,
    chosen: list[int],
) -> tuple[int, bytes, list[tuple[bytes, bytes, bytes, int, list[int]]]] | None: ...

# --- convert
def convert(
    column: Column, to: str, mark: int, values: Buffer, validity: Buffer, states: Buffer
) -> tuple[int, int, int]: ...

# --- transcode
def transcode(text: Buffer, table: Buffer) -> tuple[bytes, int]: ...
def valid_utf8(text: Buffer) -> int: ...
