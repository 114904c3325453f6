# SPDX-License-Identifier: Apache-2.0
"""Column names as a delivery brings them: made comparable, and refused where they are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from pseudo.errors import DeliveryError
from pseudo.safe import LONGEST_NAME, is_safe

__all__ = ["checked_names", "is_data"]

_NUMBER = re.compile(r"[-+]?\d[\d\s.,:]*[%-]?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_data(name: str) -> bool:
    """Tell whether a cell of a header is a number or a date, and no name."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    return bool(_NUMBER.fullmatch(plain) or _DATE.match(plain))


def checked_names(
    found: Sequence[str],
    file: int,
    *,
    unsafe: str,
    is_data: Callable[[str], bool] = lambda _: False,
) -> tuple[str, ...]:
    """Make names of a header's cells, or refuse them.

    Args:
        found: The names as they stand.
        file: Number of the file in the delivery.
        unsafe: Code of the refusal where a name could be a person's number or address.
        is_data: Tells of a name whether it is data, which is refused likewise.

    Returns:
        The names in NFC without outer blanks, all different.

    Raises:
        DeliveryError: A name is too long, unsafe, blank, or stands twice.
    """
    names = tuple(
        unicodedata.normalize("NFC", name.replace("\ufeff", "").strip()) for name in found
    )
    # Before anything else is said of them: no message may show one that is a person's.
    for position, name in enumerate(names, 1):
        if len(name) > LONGEST_NAME:
            raise DeliveryError(
                "delivery.column_name_too_long", file=file, column=position, limit=LONGEST_NAME
            )
        if not is_safe(name) or is_data(name):
            raise DeliveryError(unsafe, file=file, column=position)
    for position, name in enumerate(names, 1):
        if not name:
            raise DeliveryError("delivery.blank_column_name", file=file, column=position)
    seen: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        first = seen.setdefault(name, position)
        if first != position:
            raise DeliveryError(
                "delivery.duplicate_column", file=file, name=name, first=first, second=position
            )
    return names
