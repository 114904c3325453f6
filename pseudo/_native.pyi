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

# --- convert
