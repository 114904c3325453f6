# SPDX-License-Identifier: Apache-2.0
"""Values that are no plain literal, but still say what they are without being computed.

Nothing is evaluated: what is known of a function is that programs which write dumps use it
to spell a text. Anything else is refused by its kind, and its words are never shown.
"""

from __future__ import annotations

import re
import struct
from datetime import datetime, timedelta
from functools import lru_cache

from pseudo.io.sqldump.ddl import Kind
from pseudo.io.sqldump.dialects import POSTGRESQL, SQLITE, SQLSERVER, SqlDialect
from pseudo.io.sqldump.spelling import NotALiteral, char_text, postgresql_text, unistr_text
from pseudo.kernel import SqlGrammar
from pseudo.kernel.sql_grammar import compiled, gap, quoted
from pseudo.kernel.sql_values import mysql_text

__all__ = ["NotALiteral", "literal"]

_DEEPEST = 40
_NUMBER = re.compile(rb"([-+]?)\s*+((?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?)")
_HEX = re.compile(rb"0[xX]([0-9A-Fa-f]*+)|[xX]'([0-9A-Fa-f\s]*+)'")
_BITS = re.compile(rb"[bB]'([01]*+)'")
_WORD = re.compile(rb"[A-Za-z_][0-9A-Za-z_]*+")
_PREFIX = re.compile(
    rb"(?:DATE|DATETIME|TIME|TIMESTAMP)(?:\s+(?:WITH|WITHOUT)\s+TIME\s+ZONE)?\s*(?=')",
    re.IGNORECASE,
)
_TYPE = re.compile(
    rb"\s*(?:\[?(?:sys|pg_catalog)\]?\.)?[\[\"]?([A-Za-z_][0-9A-Za-z_]*+(?:\s+(?:varying|precision"
    rb"|with(?:out)?\s+time\s+zone))?)[\]\"]?\s*(?:\(\s*([0-9]{1,9}|max)\s*(?:,\s*([0-9]{1,9})\s*)?\))?"
    rb"((?:\s+(?:with|without)\s+time\s+zone)?)\s*",
    re.IGNORECASE,
)
_STORED_DATE = re.compile(
    rb"0x([0-9A-Fa-f]{16}|[0-9A-Fa-f]{8})(?=\s+AS\s+\[?(SMALL)?DATETIME\b)", re.IGNORECASE
)
_INTEGER = re.compile(rb"-?[0-9]++")
# Styles of CONVERT that are ISO 8601.
_STYLES = frozenset({b"20", b"21", b"23", b"120", b"121", b"126", b"127"})
_TEXTS = frozenset({b"CHAR", b"NCHAR", b"VARCHAR", b"NVARCHAR", b"CHARACTER"})
_INTEGERS = frozenset({b"INT", b"INTEGER", b"BIGINT", b"SMALLINT", b"TINYINT", b"SIGNED"})
_DECIMALS = frozenset({b"DECIMAL", b"NUMERIC"})
_ANY = frozenset(
    {
        b"DATE", b"DATETIME", b"DATETIME2", b"SMALLDATETIME", b"DATETIMEOFFSET", b"TIME",
        b"TIMESTAMP", b"TIMESTAMPTZ", b"FLOAT", b"REAL", b"DOUBLE", b"MONEY", b"SMALLMONEY",
        b"BIT", b"BOOLEAN", b"BOOL", b"TEXT", b"NTEXT", b"XML", b"UNIQUEIDENTIFIER", b"UUID",
        b"JSON", b"JSONB", b"BPCHAR",
    }
)  # fmt: skip


def literal(raw: bytes, dialect: SqlDialect, grammar: SqlGrammar, kind: Kind) -> bytes | None:
    """Read a value, as it is written in a column that is read as ``kind``.

    Raises:
        NotALiteral: It is nothing that can be read.
    """
    reader = _Reader(raw, dialect, grammar, kind)
    value = reader.value(0)
    if reader.at != len(raw):
        raise NotALiteral("VALUES (…)")
    return value or None


@lru_cache(maxsize=16)
def _gap(grammar: SqlGrammar) -> re.Pattern[bytes]:
    return compiled(gap(grammar))


@lru_cache(maxsize=16)
def _quoted(quote: bytes, backslash: str) -> re.Pattern[bytes]:
    return compiled(quoted(quote, backslash))


class _Reader:
    """Reads one value from left to right."""

    def __init__(self, raw: bytes, dialect: SqlDialect, grammar: SqlGrammar, kind: Kind) -> None:
        self._raw = raw
        self._dialect = dialect
        self._grammar = grammar
        self._kind = kind
        self.at = 0

    def value(self, depth: int) -> bytes | None:
        """Read a value and what may be done to it."""
        if depth > _DEEPEST:
            raise NotALiteral("((…))")
        found = self._term(depth)
        while True:
            self._pass_gap()
            if self._takes(b"::") and self._dialect is POSTGRESQL:
                found = self._cast(found)
            elif self._dialect in (SQLITE, POSTGRESQL) and self._takes(b"||"):
                self._pass_gap()
                more = self._term(depth)
                found = None if found is None or more is None else found + more
            else:
                return found

    def _pass_gap(self) -> None:
        found = _gap(self._grammar).match(self._raw, self.at)
        self.at = found.end() if found else self.at

    def _takes(self, mark: bytes) -> bool:
        there = self._raw.startswith(mark, self.at)
        self.at += len(mark) * there
        return there

    def _expects(self, mark: bytes) -> None:
        self._pass_gap()
        if not self._takes(mark):
            raise NotALiteral("f(…)")

    def _term(self, depth: int) -> bytes | None:
        self._pass_gap()
        raw, at = self._raw, self.at
        letter = raw[at : at + 1]
        if letter == b"'" or (letter == b'"' and self._grammar.double):
            return self._string(self._grammar.backslash)
        found = _HEX.match(raw, at) or _BITS.match(raw, at)
        if found:
            self.at = found.end()
            return self._bits(found)
        number = _NUMBER.match(raw, at)
        if number:
            self.at = number.end()
            return number[1].strip(b"+") + number[2]
        if letter == b"$" and raw.startswith(b"$$", at) and self._grammar.prefixed:
            self.at = raw.index(b"$$", at + 2) + 2
            return raw[at + 2 : self.at - 2]
        word = _WORD.match(raw, at)
        if word:
            return self._worded(word, depth)
        raise NotALiteral({b"(": "(…)", b"": "(,)"}.get(letter, "VALUES (…)"))

    def _worded(self, word: re.Match[bytes], depth: int) -> bytes | None:
        raw, name = self._raw, word[0].upper()
        self.at = word.end()
        quote = raw[self.at : self.at + 1] == b"'"
        if name == b"N" and quote:
            return self._string(self._grammar.backslash)
        if name == b"E" and quote and self._grammar.prefixed:
            return self._string("postgresql")
        if name in (b"NULL", b"DEFAULT"):
            return None
        if name in (b"TRUE", b"FALSE"):
            return name.lower()
        prefix = _PREFIX.match(raw, word.start())
        if prefix:
            self.at = prefix.end()
            return self._string(self._grammar.backslash)
        self._pass_gap()
        if name.startswith(b"_") and self._grammar.double:
            return self._with_charset(name)
        if not self._takes(b"("):
            raise NotALiteral("VALUES (name)")
        return self._called(name, depth)

    def _with_charset(self, name: bytes) -> bytes | None:
        if self._raw[self.at : self.at + 1] not in (b"'", b'"'):
            raise NotALiteral("VALUES (name)")
        if name == b"_BINARY" and self._kind != "boolean":
            raise NotALiteral("_binary '…'")
        return self._string(self._grammar.backslash)

    def _string(self, backslash: str) -> bytes:
        quote = self._raw[self.at : self.at + 1]
        found = _quoted(quote, backslash).match(self._raw, self.at)
        if found is None:
            raise NotALiteral("'…")
        self.at = found.end()
        inside = found[0][1:-1]
        if backslash == "mysql":
            return mysql_text(inside, quote)
        if backslash == "postgresql":
            return postgresql_text(inside)
        return inside.replace(quote * 2, quote)

    def _bits(self, found: re.Match[bytes]) -> bytes:
        """Read a binary literal, which only a column of flags or of bits can have."""
        if found.re is _BITS:
            if self._kind == "boolean":
                return b"%d" % int(found[1] or b"0", 2)
            if self._dialect is POSTGRESQL and self._kind == "text":
                return bytes(found[1])
            raise NotALiteral("b'…'")
        if self._kind != "boolean":
            raise NotALiteral("0x…")
        return b"%d" % int(found[1] or found[2] or b"0", 16)

    def _called(self, name: bytes, depth: int) -> bytes | None:
        if name == b"CAST":
            found = self._binary_date() or self.value(depth + 1)
            self._pass_gap()
            word = _WORD.match(self._raw, self.at)
            if word is None or word[0].upper() != b"AS":
                raise NotALiteral("CAST(…)")
            self.at = word.end()
            found = self._cast(found)
        elif name == b"CONVERT" and self._dialect is SQLSERVER:
            found = self._converted(depth)
        elif name in (b"UNISTR", b"CHAR", b"REPLACE") and self._dialect is SQLITE:
            found = self._spelled(name, depth)
        else:
            raise NotALiteral("LOAD_FILE()" if name == b"LOAD_FILE" else "f(…)")
        self._expects(b")")
        return found

    def _converted(self, depth: int) -> bytes | None:
        before = self.at
        self._cast(None)
        after_type = self.at
        self._expects(b",")
        found = self.value(depth + 1)
        self._pass_gap()
        if self._takes(b","):
            self._pass_gap()
            style = _INTEGER.match(self._raw, self.at)
            if style is None or style[0] not in _STYLES:
                raise NotALiteral("CONVERT(…)")
            self.at = style.end()
        # The value is judged by the type, which stands before it.
        end, self.at = self.at, before
        self._cast(found)
        if self.at != after_type:
            raise NotALiteral("CONVERT(…)")
        self.at = end
        return found

    def _binary_date(self) -> bytes | None:
        """Read a date with time as SQL Server stores it, as old scripts have it."""
        self._pass_gap()
        there = _STORED_DATE.match(self._raw, self.at)
        if there is None or (len(there[1]) == 8) != bool(there[2]):
            return None
        self.at = there.end()
        stored = bytes.fromhex(there[1].decode())
        days, part = struct.unpack(">HH" if there[2] else ">iI", stored)
        seconds = (
            timedelta(minutes=part) if there[2] else timedelta(milliseconds=round(part / 0.3))
        )
        try:
            moment = datetime(1900, 1, 1) + timedelta(days=days) + seconds  # noqa: DTZ001
        except OverflowError:
            return b"0x"
        return moment.isoformat(sep=" ", timespec="microseconds").encode()

    def _cast(self, found: bytes | None) -> bytes | None:
        """Judge what a value becomes as another type: it must stay what it is."""
        kind = _TYPE.match(self._raw, self.at)
        if kind is None:
            raise NotALiteral("CAST(…)")
        self.at = kind.end()
        name, size = kind[1].split()[0].upper(), kind[2]
        stays = name in _ANY or found is None
        if found is not None and name in _TEXTS:
            length = len(found.decode("utf-8", "replace"))
            if size is None:
                # Only there it has no length; elsewhere it has one that is not written.
                stays = self._dialect is POSTGRESQL and b"VAR" in kind[1].upper()
            else:
                stays = size.lower() == b"max" or length <= int(size)
        elif found is not None and name in _INTEGERS:
            stays = _INTEGER.fullmatch(found) is not None
        elif found is not None and name in _DECIMALS:
            fraction = found.partition(b".")[2].rstrip(b"0")
            stays = b"e" not in found.lower() and len(fraction) <= int(kind[3] or 0)
        if not stays:
            raise NotALiteral("CAST(…)")
        return found

    def _spelled(self, name: bytes, depth: int) -> bytes | None:
        """Read a text that SQLite's programs spell by a function."""
        parts = [self.value(depth + 1)]
        self._pass_gap()
        while self._takes(b","):
            parts.append(self.value(depth + 1))
            self._pass_gap()
        if any(part is None for part in parts):
            return None
        given = [part or b"" for part in parts]
        if name == b"REPLACE" and len(given) == 3 and given[1]:
            return given[0].replace(given[1], given[2])
        if name == b"CHAR":
            return b"".join(map(char_text, given))
        if name == b"UNISTR" and len(given) == 1:
            return unistr_text(given[0])
        raise NotALiteral("f(…)")
