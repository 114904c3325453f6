# SPDX-License-Identifier: Apache-2.0
"""The one small note that a child may leave: a code and coordinates.

Whatever the child writes, only the codes and parameters listed here become an error, and
a parameter is a number, a short name (of a column or a type) or a few names (of tables),
never a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from pseudo.errors import DeliveryError, InternalError, PseudoError, ResourceError, UsageError
from pseudo.safe import is_safe

__all__ = ["DONE", "LARGEST", "Refused", "error_of", "read", "write"]

DONE = "done"
# The names of tables fill the most, and each of their letters takes up to twelve bytes.
LARGEST = 32 * 1024
_LONGEST_NAME = 200
_LONGEST_TABLE, _MOST_TABLES = 100, 20
_TYPE = re.compile(r"[a-z0-9_]{1,40}")
_ENCODING = re.compile(r"[a-z0-9_.\-]{1,40}")

# code → (what it becomes, which parameters it has)
_KNOWN: Mapping[str, tuple[type[PseudoError], tuple[str, ...]]] = MappingProxyType(
    {
        "delivery.unreadable": (DeliveryError, ("format",)),
        "delivery.nested_column": (DeliveryError, ("column",)),
        "delivery.unsupported_type": (DeliveryError, ("column", "type")),
        "delivery.value_out_of_range": (DeliveryError, ("column", "type")),
        "delivery.column_not_text": (DeliveryError, ("column",)),
        "delivery.no_columns": (DeliveryError, ()),
        "delivery.too_many_columns": (DeliveryError, ("columns", "limit")),
        "delivery.row_too_long": (DeliveryError, ("record", "limit")),
        "delivery.encrypted": (DeliveryError, ("found",)),
        "delivery.sheet_too_large": (DeliveryError, ("rows", "columns")),
        "delivery.archive_path": (DeliveryError, ("record",)),
        "delivery.archive_too_large": (DeliveryError, ("limit",)),
        "delivery.unpacks_to_too_much": (DeliveryError, ("limit",)),
        "delivery.mixed_column": (DeliveryError, ("column",)),
        "delivery.special_missing": (DeliveryError, ("column",)),
        "delivery.text_in_drawing": (DeliveryError, ()),
        "delivery.undecodable_text": (DeliveryError, ("encoding",)),
        "delivery.no_header_row": (DeliveryError, ("record",)),
        "usage.several_tables": (UsageError, ("tables",)),
        "usage.no_such_table": (UsageError, ("tables",)),
        "sandbox.memory": (ResourceError, ()),
        "sandbox.failed": (InternalError, ()),
    }
)

Params = Mapping[str, int | str | list[str]]


class Refused(Exception):  # noqa: N818  it is a verdict, and our fault only if unlisted
    """Raised by a parser in the child to refuse the file.

    Args:
        code: One of the codes of this module.
        **params: Its parameters: numbers, names of columns and types, and of tables a list.
    """

    def __init__(self, code: str, /, **params: int | str | list[str]) -> None:
        self.code = code
        self.params: Params = params
        super().__init__(code)


def write(code: str, params: Params | None = None) -> bytes:
    """Write a verdict down, in the child; long names are cut, and long lists of them."""
    short = {name: _cut(value) for name, value in (params or {}).items()}
    return json.dumps({"code": code, "params": short}).encode("ascii")


def read(note: bytes) -> tuple[str, Params] | None:
    """Read a verdict, in the parent.

    Returns:
        Code and parameters; None where the note is not one that a sound child writes.
    """
    try:
        found = json.loads(note[:LARGEST])
        code, params = found["code"], found["params"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(code, str) or not isinstance(params, dict):
        return None
    wanted = ("rows",) if code == DONE else _KNOWN[code][1] if code in _KNOWN else None
    if wanted is None or set(params) != set(wanted):
        return None
    return (code, params) if all(map(_is_sound, params.items())) else None


def error_of(code: str, params: Params, file: int) -> PseudoError:
    """Make the error that a verdict of :func:`read` other than ``done`` stands for."""
    kind = _KNOWN[code][0]
    shown = {name: _shown(value) for name, value in params.items()}
    return kind(code, file=file, **shown)


def _shown(value: int | str | list[str]) -> int | str | tuple[str, ...]:
    """Give a parameter as an error takes it; of a name that cannot be shown, its number."""
    if not isinstance(value, list):
        return value
    return tuple(
        name if is_safe(name) else f"#{number}" for number, name in enumerate(value, start=1)
    )


def _cut(value: int | str | list[str]) -> int | str | list[str]:
    if isinstance(value, list):
        return [name[:_LONGEST_TABLE] for name in value[:_MOST_TABLES]]
    return value[:_LONGEST_NAME] if isinstance(value, str) else value


def _is_sound(item: tuple[str, object]) -> bool:
    name, value = item
    if name == "tables":
        return (
            isinstance(value, list)
            and len(value) <= _MOST_TABLES
            and all(isinstance(each, str) and len(each) <= _LONGEST_TABLE for each in value)
        )
    if name in ("rows", "record", "limit", "columns"):
        return type(value) is int and 0 <= value < 2**63
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        return False
    if name == "column":
        return True
    if name == "encoding":
        return bool(_ENCODING.fullmatch(value))
    return value.isalnum() if name in ("format", "found") else bool(_TYPE.fullmatch(value))
