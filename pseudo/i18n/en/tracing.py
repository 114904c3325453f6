# SPDX-License-Identifier: Apache-2.0
"""Going back and looking up: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "candidates.no_column": (
        "The file of candidates has no column {column}.",
        "Give the names as its header has them.",
    ),
    "lookup.bad_opening": (
        "The file is no opening of a request.",
        "Give the file that pseudo request lookup wrote beside the request.",
    ),
    "reidentify.no_column": (
        "It cannot be told in which column of the file the pseudonyms are.",
        "Name it with --pseudonym-column, as the header has it.",
    ),
    "reidentify.no_pseudonyms": (
        "The file holds no pseudonyms of the domain, or {count} values that are none.",
        "Give a file with nothing else in that column; nothing was traced.",
    ),
    "reidentify.too_many": (
        "One request may name {most} pseudonyms.",
        "Whoever needs more needs another way than this one.",
    ),
}
