# SPDX-License-Identifier: Apache-2.0
"""Statements and comments that are passed over, however long they are.

They are never held whole: a string or a comment that does not end in the window is gone
through from window to window. What is looked for is only where the next statement begins.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from pseudo.io.sqldump.window import Window
from pseudo.kernel import SqlGrammar
from pseudo.kernel.sql_grammar import compiled, gap, units

__all__ = ["End", "pass_gap", "pass_statement"]

End = Literal["semicolon", "line", "batch", "body"]
"""How a statement ends: at a semicolon; there, or before a line that begins with GO or
INSERT; before a line GO; or, having a body of statements, at an END between semicolons."""

_COMMENT = re.compile(rb"/\*|\*/")
_LINE_END = re.compile(rb"[\r\n]")
_CONDITIONAL = re.compile(rb"/\*M?!")
_TAG = re.compile(rb"\$(?:[A-Za-z_\x80-\xff][0-9A-Za-z_\x80-\xff]*+)?\$")
_ESCAPED = re.compile(rb"(?<=[^0-9A-Za-z_$\x80-\xff][eE])'")
_CLOSING = {b"'": b"'", b'"': b'"', b"`": b"`", b"[": b"]"}
_AHEAD = 256


@lru_cache(maxsize=16)
def _gap(grammar: SqlGrammar) -> re.Pattern[bytes]:
    return compiled(gap(grammar))


def pass_gap(window: Window, grammar: SqlGrammar) -> bytes:
    """Pass blanks and comments; a comment that a server executes is none.

    Returns:
        The byte there, empty at the end of the text.
    """
    while True:
        found = _gap(grammar).match(window.text, window.at)
        window.at = found.end() if found else window.at
        if window.at == len(window.text):
            if not window.more():
                return b""
            continue
        window.has(4)
        if not _pass_comment(window, grammar):
            return window.text[window.at : window.at + 1]


def _pass_comment(window: Window, grammar: SqlGrammar, *, any_kind: bool = False) -> bool:
    """Pass a comment; tell whether there was one."""
    text, at = window.text, window.at
    if text.startswith(b"/*", at):
        if not any_kind and _CONDITIONAL.match(text, at):
            return False
        _pass_block(window, grammar)
        return True
    dashes = text.startswith(b"--", at) and (not grammar.blank or text[at + 2 : at + 3] <= b" ")
    if dashes or (grammar.hashes and text.startswith(b"#", at)):
        _pass_line(window)
        return True
    return False


def _pass_line(window: Window) -> None:
    while not (found := _LINE_END.search(window.text, window.at)):
        window.at = len(window.text)
        if not window.more():
            return
    window.at = found.start()


def _pass_block(window: Window, grammar: SqlGrammar) -> None:
    record, line = window.record, window.line(window.at)
    window.at += 2
    depth = 1
    while depth:
        found = _COMMENT.search(window.text, window.at)
        if found is None:
            # The last byte may be the first of two.
            window.at = max(window.at, len(window.text) - 1)
            if not window.more():
                window.refuse(record, line, "delivery.sql_unclosed")
            continue
        window.at = found.end()
        if found[0] == b"*/":
            depth -= 1
        elif grammar.nested:
            depth += 1


@lru_cache(maxsize=64)
def _units(grammar: SqlGrammar, words: bytes) -> re.Pattern[bytes]:
    """Make the pattern of all that is passed at once."""
    stops = rb";\\" + (rb"\r\n" if words else b"")
    parts = units(grammar, stops=stops, tags=True, conditional=True)
    if words:
        line = rb"(?:\r\n|\n|\r(?!\n))"
        parts += rb"|%s(?![ \t]*+(?:\Z|(?i:%s)(?![0-9A-Za-z_$\x80-\xff])))" % (line, words)
    return compiled(rb"(?:%s)*+" % parts)


_WORDS: dict[End, bytes] = {"semicolon": b"", "line": b"GO|INSERT", "batch": b"GO", "body": b""}


def pass_statement(window: Window, grammar: SqlGrammar, end: End, *, words: bytes = b"") -> bool:
    """Pass the rest of a statement.

    Args:
        window: Somewhere in it, outside of quotes.
        grammar: Of the dialect.
        end: How it ends.
        words: Other words before whose line it ends.

    Returns:
        Whether its end was found; else the text ended.

    Raises:
        DeliveryError: A string or a comment is never closed, or is read differently by the
            dialects; or there is a command to a program.
    """
    pattern = _units(grammar, words or _WORDS[end])
    while True:
        found = pattern.match(window.text, window.at)
        window.at = found.end() if found else window.at
        there = window.text[window.at : window.at + 1]
        if there == b";":
            window.at += 1
            if _is_end(window, grammar, end):
                return True
        elif there in (b"\r", b"\n"):
            if window.text[window.at :].strip(b" \t\r\n"):
                return True
            if not window.more():
                window.at = len(window.text)
                return False
        elif there:
            _pass_long(window, grammar, there)
        elif not window.more():
            return False


def _is_end(window: Window, grammar: SqlGrammar, end: End) -> bool:
    if end != "body":
        return end != "batch"
    window.has(_AHEAD)
    found = _body_end(grammar).match(window.text, window.at)
    window.at = found.end() if found else window.at
    return found is not None


@lru_cache(maxsize=16)
def _body_end(grammar: SqlGrammar) -> re.Pattern[bytes]:
    return compiled(rb"%s(?i:END)%s;" % (gap(grammar), gap(grammar)))


def _pass_long(window: Window, grammar: SqlGrammar, there: bytes) -> None:
    """Pass what no pattern takes at once: what the window cuts."""
    if _pass_comment(window, grammar, any_kind=True):
        return
    tag = _TAG.match(window.text, window.at) if there == b"$" else None
    if there in _CLOSING:
        _pass_quoted(window, grammar, there)
    elif tag is not None and grammar.prefixed:
        _pass_tagged(window, tag[0])
    elif there == b"\\" and not grammar.brackets:
        window.refuse_at(window.at, "delivery.sql_refused", what="\\")
    elif len(window.text) - window.at > _AHEAD or not window.more():
        window.at += 1


def _pass_quoted(window: Window, grammar: SqlGrammar, quote: bytes) -> None:
    record, line = window.record, window.line(window.at)
    backslash = grammar.backslash if quote == b"'" or (quote == b'"' and grammar.double) else ""
    if grammar.prefixed and _ESCAPED.match(window.text, window.at):
        backslash = "postgresql"
    inside = _inside(_CLOSING[quote], backslash)
    window.at += 1
    while True:
        found = inside.match(window.text, window.at)
        window.at = found.end() if found else window.at
        there = window.text[window.at : window.at + 2]
        if backslash == "unknown" and there[:1] == b"\\":
            window.refuse(record, line, "delivery.sql_backslash")
        if len(there) == 2 and there[:1] == _CLOSING[quote]:
            window.at += 1
            return
        if not window.more():
            window.refuse(record, line, "delivery.unclosed_quote")


@lru_cache(maxsize=16)
def _inside(quote: bytes, backslash: str) -> re.Pattern[bytes]:
    """Make the pattern of all that stands in quotes."""
    quote = re.escape(quote)
    if backslash in ("mysql", "postgresql"):
        return re.compile(rb"(?:[^%b\\]++|%b%b|\\.)*+" % (quote, quote, quote), re.DOTALL)
    letters = rb"[^%b\\]++" if backslash == "unknown" else rb"[^%b]++"
    return re.compile(rb"(?:%b|%b%b)*+" % (letters % quote, quote, quote), re.DOTALL)


def _pass_tagged(window: Window, tag: bytes) -> None:
    record, line = window.record, window.line(window.at)
    window.at += len(tag)
    while (end := window.text.find(tag, window.at)) < 0:
        window.at = max(window.at, len(window.text) - len(tag))
        if not window.more():
            window.refuse(record, line, "delivery.unclosed_quote")
    window.at = end + len(tag)
