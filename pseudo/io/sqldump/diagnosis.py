# SPDX-License-Identifier: Apache-2.0
"""Why a row is not whole: what of it is refused, or never closed, or too long."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NoReturn

from pseudo.io.sqldump.window import Window
from pseudo.kernel import SqlGrammar
from pseudo.kernel.sql_grammar import compiled, units

__all__ = ["refuse_row"]

# The row's own brackets, and as many in them as a row may have.
_DEEPEST = 5
_TAG = re.compile(rb"\$[0-9A-Za-z_\x80-\xff]*\$")
_STRING = re.compile(rb"'[^']*+(?:''[^']*+)*+'")


@lru_cache(maxsize=16)
def _flat(grammar: SqlGrammar) -> re.Pattern[bytes]:
    parts = units(grammar, stops=rb"()", tags=False, conditional=False)
    return compiled(rb"(?:%s)*+" % parts)


def refuse_row(window: Window, grammar: SqlGrammar, longest: int) -> NoReturn:
    """Refuse the row where the window is, which is not whole in all that a row may have.

    Raises:
        DeliveryError: Always.
    """
    text = window.text[: window.at + longest + 1]
    place, depth = window.at, 0
    while place < len(text):
        there = text[place : place + 1]
        if there in (b"(", b")"):
            depth += 1 if there == b"(" else -1
            place += 1
        if depth > _DEEPEST:
            window.refuse_at(window.at, "delivery.sql_refused", what="((…))")
        found = _flat(grammar).match(text, place)
        place = found.end() if found else place
        if text[place : place + 1] not in (b"(", b")", b""):
            break
    long = len(window.text) - window.at > longest
    _refuse_at(window, grammar, text, place, longest if long else 0)


def _refuse_at(
    window: Window, grammar: SqlGrammar, text: bytes, place: int, longest: int
) -> NoReturn:
    """Refuse for what stands at a place of the text that nothing matches."""
    there = text[place : place + 4]
    if there[:1] == b"\\":
        window.refuse_at(place, "delivery.sql_refused", what="\\")
    if there[:3] == b"/*!" or there == b"/*M!":
        window.refuse_at(place, "delivery.sql_refused", what="/*! … */")
    if there[:1] == b"$" and _TAG.match(text, place) and there[:2] != b"$$":
        window.refuse_at(place, "delivery.sql_refused", what="$…$")
    if grammar.backslash == "unknown" and there[:1] == b"'":
        backslash, string = text.find(b"\\", place), _STRING.match(text, place)
        if 0 <= backslash < (string.end() if string else len(text)):
            window.refuse_at(place, "delivery.sql_backslash")
    if longest:
        window.refuse_at(window.at, "delivery.record_too_long", limit=longest)
    if there[:1] in (b"'", b'"', b"`", b"[", b"$"):
        window.refuse_at(place, "delivery.unclosed_quote")
    if there[:2] == b"/*":
        window.refuse_at(place, "delivery.sql_unclosed")
    window.refuse_at(min(place, len(window.text) - 1), "delivery.sql_cut")
