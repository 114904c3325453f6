# SPDX-License-Identifier: Apache-2.0
"""In the child: columns of any type become one of the few plain types.

=============================  ========================================================
comes                          leaves
=============================  ========================================================
text of any kind, categories   ``string``; an empty text is null
integers of any width          ``int64``; a value beyond it refuses the file
floats of any width            ``float64``
decimals                       ``string`` in plain notation, without needless zeros
bool                           ``bool``
dates                          ``date32``
timestamps of any unit         ``timestamp[us]``; a known time zone is kept, any other
                               becomes UTC (it is the file's own text); a part of a
                               microsecond refuses the file
times of day                   ``string``, ``12:30:00``, with a fraction where it has one
nothing but null               ``string``
lists, structs, maps           refused by name
binary, durations, the rest    refused by name and type
=============================  ========================================================

Dates and times outside the years 1 to 9999 refuse the file: few programs can read them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from pseudo.io.sandbox.facts import NESTED, FileFacts
from pseudo.io.sandbox.verdict import Refused

__all__ = [
    "is_plain",
    "number_text",
    "plain_batch",
    "plain_column",
    "plain_schema",
    "plain_type",
]

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){0,2}|[+\-]\d{2}:\d{2}")
_LONGEST_ZONE = 40
_TEXTS = (types.is_string, types.is_large_string, types.is_string_view)
_NESTED = (types.is_nested, types.is_map, types.is_union)
_SIMPLE = frozenset({pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32()})
_EXPONENT = "[eE]"
_FRACTION = r"^([^.]*)\.(?:([0-9]*[1-9])0*|0*)$"

# Up to it a float holds every integer.
_EXACT = 2.0**53
_FIRST = dt.date.min
_LAST = dt.date.max


def is_plain(kind: pa.DataType) -> bool:
    """Tell whether a type is one that leaves the sandbox."""
    if types.is_timestamp(kind):
        zone = _named_zone(kind)
        return bool(kind.unit == "us" and (zone is None or _real_zone(zone) == zone))
    return kind in _SIMPLE


def plain_type(name: str, kind: pa.DataType) -> pa.DataType:
    """Return the plain type that a column of type ``kind`` gets.

    Raises:
        Refused: ``delivery.nested_column`` or ``delivery.unsupported_type``.
    """
    kind = _stored(kind)
    if any(test(kind) for test in _NESTED):
        raise Refused("delivery.nested_column", column=name)
    if any(test(kind) for test in (*_TEXTS, types.is_decimal, types.is_time, types.is_null)):
        return pa.string()
    if types.is_integer(kind):
        return pa.int64()
    if types.is_floating(kind):
        return pa.float64()
    if types.is_boolean(kind):
        return pa.bool_()
    if types.is_date(kind):
        return pa.date32()
    if types.is_timestamp(kind):
        zone = _named_zone(kind)
        return pa.timestamp("us", None if zone is None else _real_zone(zone))
    raise Refused("delivery.unsupported_type", column=name, type=_shown(kind))


def plain_schema(found: pa.Schema) -> tuple[pa.Schema, FileFacts]:
    """Give the plain types of a file's columns.

    Returns:
        The columns, and which of them cannot be taken: whoever does not ask for these is
        not bothered by them.
    """
    kinds: list[pa.DataType] = []
    untaken: dict[str, str] = {}
    for place, field in enumerate(found):
        refused = None
        try:
            kinds.append(plain_type(field.name, field.type))
        except Refused as error:
            refused = error
        if refused is not None:
            kinds.append(pa.string())
            untaken[str(place)] = str(refused.params.get("type", NESTED))
    return pa.schema(list(zip(found.names, kinds, strict=True))), FileFacts(untaken=untaken)


def plain_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Convert the columns of a schema that :func:`plain_schema` gave.

    Raises:
        Refused: A value does not fit, or a column cannot be taken.
    """
    # A name with a dot can bring along what has the part before it for its name.
    columns = [plain_column(name, batch.column(name)) for name in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def plain_column(name: str, column: pa.Array) -> pa.Array:
    """Convert a column to its plain type.

    Raises:
        Refused: A value does not fit; or the type is refused by :func:`plain_type`.
    """
    target = plain_type(name, column.type)
    if isinstance(column, pa.ExtensionArray):
        return plain_column(name, column.storage)
    if types.is_dictionary(column.type):
        return plain_column(name, column.dictionary_decode())
    # The library's message quotes the value, so the refusal is made outside.
    try:
        plain = _converted(column, target)
    except pa.ArrowInvalid:
        plain = None
    if plain is None or not _in_range(plain):
        raise Refused("delivery.value_out_of_range", column=name, type=_shown(column.type))
    return plain


def number_text(value: float) -> str:
    """Write a number as texts in every format are written (design decision 12)."""
    whole = math.isfinite(value) and value == math.trunc(value) and abs(value) <= _EXACT
    return str(int(value)) if whole else repr(value)


def _converted(column: pa.Array, target: pa.DataType) -> pa.Array:
    if types.is_decimal(column.type):
        return _without_zeros(_decimal_texts(column))
    if types.is_time(column.type):
        return _without_zeros(pc.cast(column, pa.string()))
    if types.is_timestamp(column.type):
        # The zone is a label on an instant, and only the unit has to be converted.
        instants = column.view(pa.timestamp(column.type.unit))
        return pc.cast(instants, pa.timestamp("us")).view(target)
    if any(test(column.type) for test in _TEXTS):
        # Whether it is UTF-8 is asked later, for all columns in the same way.
        return _without_empty(pc.cast(column, target, safe=False))
    return pc.cast(column, target)


def _without_empty(column: pa.Array) -> pa.Array:
    lengths = pc.binary_length(column)
    # Most columns have none, which is told faster than which they are.
    if pc.min(lengths).as_py() != 0:
        return column
    return pc.if_else(pc.equal(lengths, 0), pa.scalar(None, column.type), column)


def _decimal_texts(column: pa.Array) -> pa.Array:
    texts = pc.cast(column, pa.string())
    scientific = pc.match_substring_regex(texts, _EXPONENT)
    if not pc.any(scientific).as_py():
        return texts
    plain = [None if value is None else format(value, "f") for value in column.to_pylist()]
    return pa.array(plain, pa.string())


def _without_zeros(texts: pa.Array) -> pa.Array:
    """Take the zeros off the end of fractions, and the point off what has none left."""
    dotted = pc.replace_substring_regex(texts, _FRACTION, r"\1.\2")
    return pc.utf8_rtrim(dotted, ".")


def _in_range(column: pa.Array) -> bool:
    if not (types.is_date(column.type) or types.is_timestamp(column.type)):
        return True
    width = pa.int32() if types.is_date(column.type) else pa.int64()
    range_ = pc.min_max(column.view(width)).as_py()
    first, last = _days(_FIRST), _days(_LAST)
    if types.is_timestamp(column.type):
        # A day less at both ends where there is a time zone, which could push it over.
        zoned = int(column.type.tz is not None)
        day = 24 * 3600 * 1_000_000
        first, last = (first + zoned) * day, (last + 1 - zoned) * day - 1
    return range_["min"] is None or bool(first <= range_["min"] and range_["max"] <= last)


def _days(day: dt.date) -> int:
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def _stored(kind: pa.DataType) -> pa.DataType:
    """The type of the values behind extension types and dictionaries."""
    while True:
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        elif types.is_dictionary(kind):
            kind = kind.value_type
        else:
            return kind


def _named_zone(kind: pa.DataType) -> str | None:
    """The zone that a timestamp type names; empty where its name is no text at all."""
    try:
        zone: str | None = kind.tz
    except UnicodeDecodeError:
        return ""
    return zone


def _real_zone(name: str) -> str:
    """The zone if it is a real one; else UTC, for any text could stand there."""
    if len(name) > _LONGEST_ZONE or not _ZONE.fullmatch(name):
        return "UTC"
    if name[0] in "+-":
        return name if int(name[1:3]) <= 14 and int(name[4:]) < 60 else "UTC"
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name


def _shown(kind: pa.DataType) -> str:
    """A type's bare name: parameters could hold text of the file."""
    if types.is_timestamp(kind):
        return "timestamp"
    return re.sub(r"[^a-z0-9_].*", "", str(kind).lower()) or "unknown"
