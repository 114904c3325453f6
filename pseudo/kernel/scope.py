# SPDX-License-Identifier: Apache-2.0
"""Opaque identifiers and their scope: what is hashed for each row.

Household 0001 of one municipality is not household 0001 of another, so the scope's
values go into the HMAC before the identifier. They are brought to the same canonical
form as the identifier itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.framing import lp
from pseudo.identity import JudgedColumn, Reason
from pseudo.identity.judge import opaque_form
from pseudo.identity.render import as_text

__all__ = ["Combined", "combine", "scope_codes"]


@dataclass(frozen=True, slots=True)
class Combined:
    """Distinct messages and where each row finds its own.

    Attributes:
        messages: LP(scope…, canonical) of each distinct combination.
        places: int64 index into ``messages`` a row; null where the row has none.
        reasons: uint8, one :class:`~pseudo.identity.Reason` a row.
    """

    messages: list[bytes]
    places: pa.Array
    reasons: npt.NDArray[np.uint8]

    def __repr__(self) -> str:
        return f"<Combined {len(self.messages)} in {len(self.reasons)} rows>"


def combine(
    encoded: pa.DictionaryArray,
    judged: JudgedColumn,
    scope: Sequence[pa.Array],
) -> Combined:
    """Combine identifiers with their scope.

    Args:
        encoded: The identifiers, dictionary encoded.
        judged: The verdict on the dictionary.
        scope: One column of the same length for each scope value.

    Returns:
        Distinct messages; a row whose scope is blank has ``SCOPE_MISSING``, one whose
        scope is longer than an identifier may be ``TOO_LONG``.
    """
    present = encoded.indices.is_valid().to_numpy(zero_copy_only=False)
    codes = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    reasons = np.full(len(encoded), Reason.BLANK, dtype=np.uint8)
    if present.any():
        reasons[present] = judged.reasons[codes[present]]
    columns = [scope_codes(column, len(encoded)) for column in scope]
    for _, wrong in columns:
        first = (reasons == Reason.OK) & (wrong != Reason.OK)
        reasons[first] = wrong[first]
    accepted = reasons == Reason.OK
    table = np.column_stack([*(found for (_, found), _ in columns), codes])[accepted]
    distinct, inverse = np.unique(table, axis=0, return_inverse=True)
    values = [names for (names, _), _ in columns] + [judged.canonical.to_pylist()]
    messages = [
        lp(*(values[place][code] for place, code in enumerate(row))) for row in distinct.tolist()
    ]
    places = np.zeros(len(encoded), dtype=np.int64)
    places[accepted] = inverse.reshape(-1)
    return Combined(messages, pa.array(places, mask=~accepted), reasons)


def scope_codes(
    column: pa.Array, rows: int
) -> tuple[tuple[list[str], npt.NDArray[np.int64]], npt.NDArray[np.uint8]]:
    """Tell the values of a scope apart.

    Args:
        column: The scope's values.
        rows: How many there must be.

    Returns:
        The distinct canonical values and each row's index into them; and what is wrong
        with each row's, :class:`~pseudo.identity.Reason`.

    Raises:
        ValueError: The column has another length.
        UsageError: Its type cannot hold identifiers.
    """
    if len(column) != rows:
        raise ValueError("a scope has as many values as there are identifiers")
    encoded = as_text(column).text.dictionary_encode()
    forms = [*map(opaque_form, encoded.dictionary.to_pylist()), Reason.BLANK]
    names = ["" if isinstance(form, Reason) else form for form in forms]
    distinct = list(dict.fromkeys(names))
    index = {name: place for place, name in enumerate(distinct)}
    onto = np.array([index[name] for name in names], dtype=np.int64)
    wrong = np.array([_reason(form) for form in forms], dtype=np.uint8)
    places = encoded.indices.fill_null(len(forms) - 1).to_numpy(zero_copy_only=False)
    return (distinct, onto[places]), wrong[places]


def scope_forms(column: pa.Array) -> tuple[pa.StringArray, npt.NDArray[np.uint8]]:
    """Give a scope's values in the form in which they are hashed.

    Args:
        column: The scope's values.

    Returns:
        The canonical value of each row, empty where there is none; and what is wrong with
        it, :class:`~pseudo.identity.Reason`.

    Raises:
        UsageError: Its type cannot hold identifiers.
    """
    (values, places), wrong = scope_codes(column, len(column))
    return pa.array(values, pa.string()).take(pa.array(places)), wrong


def _reason(form: str | Reason) -> Reason:
    if not isinstance(form, Reason):
        return Reason.OK
    return Reason.SCOPE_MISSING if form is Reason.BLANK else form
