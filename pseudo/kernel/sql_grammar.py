# SPDX-License-Identifier: Apache-2.0
"""How the dialects of SQL write literals, quoted names and comments, as patterns.

All patterns work on UTF-8. Every loop in them is possessive, so that a text of any length
is matched in linear time; and whatever is cut by the end of what is there does not match
at all, so that it is looked at again when there is more.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

__all__ = ["SqlGrammar", "compiled", "gap", "inner", "quoted", "units"]

_WORD = rb"0-9A-Za-z_$\x80-\xff"
_LINE_END = rb"(?:\r\n|\n|\r(?!\n))"
# Brackets in brackets: a type in a CAST in a CAST in a row.
_DEPTH = 4
_COMMENTS_IN_COMMENTS = 4


class SqlGrammar(NamedTuple):
    """What differs between the dialects.

    Attributes:
        backslash: What a backslash is in ``'…'``: a ``letter``, an escape as ``mysql`` or
            ``postgresql`` has them, or ``unknown``, and then nothing that has one matches.
        double: Whether ``"…"`` is a string, and else a name.
        prefixed: Whether ``E'…'`` has escapes, and ``$tag$…$tag$`` is a string.
        brackets: Whether ``[…]`` is a name.
        hashes: Whether ``#`` begins a comment.
        blank: Whether ``--`` begins one only before a blank.
        nested: Whether comments have comments in them.
    """

    backslash: Literal["letter", "mysql", "postgresql", "unknown"] = "unknown"
    double: bool = False
    prefixed: bool = False
    brackets: bool = False
    hashes: bool = False
    blank: bool = False
    nested: bool = False


def quoted(quote: bytes, backslash: str) -> bytes:
    """Give the pattern of what stands in quotes, which are doubled inside."""
    if backslash in ("mysql", "postgresql"):
        return rb"%s[^%s\\]*+(?:(?:%s|\\.)[^%s\\]*+)*+%s" % (
            quote, quote, quote * 2, quote, quote,
        )  # fmt: skip
    letter = rb"[^%s\\]" if backslash == "unknown" else rb"[^%s]"
    return rb"%s%s*+(?:%s%s*+)*+%s" % (quote, letter % quote, quote * 2, letter % quote, quote)


def string(grammar: SqlGrammar) -> bytes:
    """Give the pattern of a string in single quotes, or of what else is one."""
    plain = quoted(b"'", grammar.backslash)
    if not grammar.prefixed:
        return plain
    marked = rb"(?<=[^%s][eE])" % _WORD
    escaped = quoted(b"'", "postgresql")
    return rb"%s%s|(?<![^%s][eE])%s" % (marked, escaped, _WORD, plain)


def _comment(grammar: SqlGrammar, *, conditional: bool) -> bytes:
    begin = rb"/\*" if conditional else rb"/\*(?!M?!)"
    text = rb"[^*/]++|\*(?!/)|/(?!\*)" if grammar.nested else rb"[^*]++|\*(?!/)"
    comment = rb"%s(?:%s)*+\*/" % (begin, text)
    for _ in range(_COMMENTS_IN_COMMENTS if grammar.nested else 0):
        comment = rb"%s(?:%s|%s)*+\*/" % (begin, text, comment)
    return comment


def _line_comment(grammar: SqlGrammar) -> bytes:
    dashes = rb"--(?=[\s\x00-\x20])" if grammar.blank else rb"--"
    begin = rb"(?:%s|\#)" % dashes if grammar.hashes else dashes
    return rb"%s[^\r\n]*+%s" % (begin, _LINE_END)


def gap(grammar: SqlGrammar) -> bytes:
    """Give the pattern of blanks and comments, or nothing."""
    return rb"(?:\s++|%s|%s)*+" % (_line_comment(grammar), _comment(grammar, conditional=False))


def units(grammar: SqlGrammar, *, stops: bytes, tags: bool, conditional: bool) -> bytes:
    """Give the alternatives of which a statement consists.

    Args:
        grammar: Of the dialect.
        stops: Bytes that are none of them, as in a class of characters.
        tags: Whether ``$tag$…$tag$`` is one, and not only ``$$…$$``.
        conditional: Whether a comment is one that a server executes.
    """
    special = rb"'\"`/\-" + stops
    more = [string(grammar), rb"`[^`]*+(?:``[^`]*+)*+`"]
    more.append(quoted(b'"', grammar.backslash if grammar.double else "letter"))
    more += [_line_comment(grammar), _comment(grammar, conditional=conditional)]
    more += [rb"/(?=[^*])", rb"-(?=[^-])"]
    if grammar.blank:
        more.append(rb"--(?=[^\s\x00-\x20])")
    if grammar.hashes:
        special += rb"\#"
    if grammar.brackets:
        special += rb"\["
        more.append(rb"\[[^\]]*+(?:\]\][^\]]*+)*+\]")
    if grammar.prefixed:
        special += rb"$"
        tag = rb"\$(?:[A-Za-z_\x80-\xff][0-9A-Za-z_\x80-\xff]*+)?\$"
        # Behind a word it is a letter of it; else, where it begins no tag.
        more.append(rb"(?<=[%s])\$" % _WORD)
        more.append(rb"\$(?![0-9A-Za-z_\x80-\xff]*+(?:\$|\Z))")
        named = rb"(?P<tag>%s).*?(?P=tag)" % tag
        more.append(rb"(?<![%s])(?:%s)" % (_WORD, named if tags else rb"\$\$.*?\$\$"))
    return rb"[^%s]++|" % special + b"|".join(more)


def inner(grammar: SqlGrammar, *, conditional: bool = False) -> bytes:
    """Give the alternatives of which a row consists between its brackets and commas.

    A comma is none of them, but what stands in brackets is.
    """
    flat = units(grammar, stops=rb"(),;", tags=False, conditional=conditional)
    nested = rb"%s|[,;]" % flat
    brackets = rb"\((?:%s)*+\)" % nested
    for _ in range(_DEPTH - 1):
        brackets = rb"\((?:%s|%s)*+\)" % (nested, brackets)
    return rb"%s|;|%s" % (flat, brackets)


def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """Compile a pattern that was put together of these."""
    return re.compile(pattern, re.DOTALL)
