# SPDX-License-Identifier: Apache-2.0
"""The spec: the declaration of a delivery, its columns and what happens to each.

Every column of a delivery is declared. An undeclared one stops the batch unless
``unknown_columns: drop`` says otherwise (design decision 5).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from pseudo.spec.constraints import Constraints

__all__ = [
    "LARGEST_SPEC",
    "Column",
    "ColumnType",
    "DirectColumn",
    "IdentifierColumn",
    "KeepColumn",
    "RejectLimit",
    "Spec",
    "json_schema",
]

LARGEST_SPEC = 5000
"""Columns a spec may declare."""

ColumnType = Literal["string", "integer", "number", "boolean", "date", "datetime"]


def _composed(name: str) -> str:
    """Write a name as the readers write those of a header."""
    return unicodedata.normalize("NFC", name)


Position = Annotated[int, Field(ge=1, le=100_000)]


def _printable(label: str) -> str:
    if not label.isprintable():
        raise ValueError("one line of characters that can be seen")
    return unicodedata.normalize("NFC", label)


ColumnName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_composed)]
Label = Annotated[str, Field(min_length=1, max_length=250), AfterValidator(_printable)]

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class RejectLimit(_Model):
    """How many records may be rejected before the whole delivery is refused.

    Attributes:
        share: At most this share of all records, 0 to 1; or
        count: at most this many.
    """

    share: float | None = None
    count: int | None = None

    def exceeded_by(self, rejected: int, records: int) -> bool:
        """Tell whether ``rejected`` of ``records`` records are too many."""
        if self.count is not None:
            return rejected > self.count
        # With floats, 29 of 100 would be more than 29 %.
        return rejected > _exact(self.share) * records

    def __str__(self) -> str:
        if self.count is not None:
            return str(self.count)
        percent = f"{_exact(self.share) * 100:f}"
        return f"{percent.rstrip('0').rstrip('.') if '.' in percent else percent}%"


def _exact(share: float | None) -> Decimal:
    """Give a share as it was written, which the shortest form of its float still shows."""
    return Decimal(repr(share or 0.0))


class IdentifierColumn(_Model):
    """A column of identifiers: swapped for pseudonyms."""

    name: ColumnName = Field(description="The column's name in the delivery's header.")
    role: Literal["identifier"]
    kind: str | None = Field(
        None,
        description="personnummer (takes samordningsnummer too), samordningsnummer, interim, "
        "orgnr, reserv:<scheme> or opaque:<name>.",
    )
    kinds: tuple[str, ...] | None = Field(
        None, description="Exactly these kinds; of several the first that accepts wins."
    )
    pseudonym: ColumnName | None = Field(
        None, description="Name of the new column; <name>_pseudonym where it is not given."
    )
    on_invalid: Literal["reject", "null", "stop"] = Field(
        "reject",
        description="What an invalid value does: its row is left out, its cell is left blank, "
        "or the whole delivery is refused.",
    )
    required: bool = Field(True, description="Whether a blank cell is invalid.")
    scope: tuple[ColumnName, ...] | Literal["submitter", "none"] | None = Field(
        None,
        description="Opaque kinds only: the columns inside whose values the number has "
        "meaning, or 'submitter', or 'none'.",
    )
    width: int = Field(0, ge=0, le=64, description="Opaque kinds only: pad with zeros to this.")
    pad_zeros: bool = Field(
        default=False, description="Give 7 to 9 digits back the zeros that a spreadsheet ate."
    )
    denied: tuple[str, ...] | None = Field(
        None, description="Placeholders to refuse, instead of the built-in list."
    )
    label: Label | None = Field(None, description="What the new column holds, in words.")

    @field_validator("scope", mode="before")
    @classmethod
    def _one_scope_column(cls, value: object) -> object:
        return (value,) if isinstance(value, str) and value not in ("submitter", "none") else value

    @property
    def target(self) -> str:
        """Name of the column that stands in this one's place."""
        return self.pseudonym or f"{self.name}_pseudonym"


class DirectColumn(_Model):
    """A direct identifier (name, address, telephone): dropped."""

    name: ColumnName = Field(description="The column's name in the delivery's header.")
    role: Literal["direct"]
    required: bool = Field(True, description="Whether the delivery must have the column.")


class KeepColumn(_Model):
    """A column that is checked and kept."""

    name: ColumnName = Field(description="The column's name in the delivery's header.")
    role: Literal["keep"]
    type: ColumnType | None = Field(
        None, description="What its values are; as delivered where it is not given."
    )
    on_invalid: Literal["reject", "null", "stop"] = Field(
        "reject",
        description="What a value of another type, or one that breaks a constraint, does; see the "
        "identifier's.",
    )
    # Called as in the W3C's and other standards' table schemas.
    decimalChar: Literal[".", ","] = Field(  # noqa: N815
        ".", description="Decimal mark of numbers in text."
    )
    constraints: Constraints | None = Field(
        None, description="What its values may be; what breaks one is an invalid value."
    )
    label: Label | None = Field(None, description="What the column holds, in words.")


Column = Annotated[IdentifierColumn | DirectColumn | KeepColumn, Field(discriminator="role")]


class Spec(_Model):
    """The declaration of a delivery."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$",
        description="Names the published file; lower-case letters, digits, - and _.",
    )
    unknown_columns: Literal["stop", "drop"] = Field(
        "stop", description="What happens to columns that are not declared."
    )
    reject_limit: RejectLimit = Field(
        RejectLimit(share=0.05),
        description="Share ('5%') or count of rejected records above which the delivery is "
        "refused.",
    )
    order: Literal["pseudonym", "keep"] = Field(
        "pseudonym", description="The order in which rows leave."
    )
    reason: str | None = Field(
        None, min_length=3, max_length=500, description="Why 'order: keep' is needed."
    )
    reference_date: date | None = Field(
        None, description="The day by which centuries are told; else the day of the run."
    )
    encoding: str | None = Field(None, description="Of text files, where it is known.")
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(
        None, description="Of text files, where it is known."
    )
    table: str | Position | None = Field(
        None,
        description="Which sheet of a workbook, or table of a dump or database: its name, or "
        "its number from 1; needed where there are several.",
    )
    header_rows: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] | None = Field(
        None, description="First and last row of a workbook's header, from 1, as in [3, 4]."
    )
    fixed_width: dict[ColumnName, tuple[Position, Position]] | None = Field(
        None,
        description="Of text files without delimiters: each column's first and last character "
        "in the line, from 1.",
    )
    value_labels: Literal["codes", "labels"] | None = Field(
        None,
        description="Of SPSS, Stata and SAS files: whether codes are read (by default) or the "
        "labels that stand for them.",
    )
    user_missing: Literal["null", "keep"] | None = Field(
        None,
        description="Of SPSS, Stata and SAS files: whether a value that the file calls missing "
        "is null (by default) or kept as a value.",
    )
    formula_cells: Literal["quote", "stop", "pass"] = Field(
        "quote", description="What CSV output does with texts that a spreadsheet would run."
    )
    columns: tuple[Column, ...] = Field(min_length=1, max_length=LARGEST_SPEC)

    @field_validator("reject_limit", mode="before")
    @classmethod
    def _read_limit(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError("a share such as 5% or a count")  # noqa: TRY004
        if isinstance(value, int):
            if value < 0:
                raise ValueError("a count is 0 or more")
            return RejectLimit(count=value)
        if isinstance(value, str):
            share = _SHARE.fullmatch(value.strip())
            if share is None or Decimal(share[1]) > 100:
                raise ValueError("a share such as 5% or a count")
            return RejectLimit(share=float(Decimal(share[1]) / 100))
        if not isinstance(value, RejectLimit):
            raise ValueError("a share such as 5% or a count")  # noqa: TRY004
        return value

    @field_validator("reference_date", mode="before")
    @classmethod
    def _date_as_written(cls, value: object) -> object:
        # A bare number would be taken for seconds since 1970.
        plain = isinstance(value, date) and not isinstance(value, datetime)
        written = isinstance(value, str) and _ISO_DATE.fullmatch(value.strip()) is not None
        if value is not None and not plain and not written:
            raise ValueError("a date such as 2026-11-22")
        return value

    @model_validator(mode="after")
    def _keep_needs_reason(self) -> Spec:
        if self.order == "keep" and not self.reason:
            raise ValueError("order: keep needs a reason")
        return self

    @model_validator(mode="after")
    def _places_are_those_of_columns(self) -> Spec:
        places = self.fixed_width
        if places is not None:
            if set(places) != {column.name for column in self.columns}:
                raise ValueError("fixed_width names every column and no other")
            if any(first > last for first, last in places.values()):
                raise ValueError("a column of fixed_width ends behind its first character")
        return self

    @property
    def identifiers(self) -> tuple[IdentifierColumn, ...]:
        """The identifier columns in the spec's order."""
        return tuple(c for c in self.columns if isinstance(c, IdentifierColumn))

    @property
    def kept(self) -> tuple[KeepColumn, ...]:
        """The kept columns in the spec's order."""
        return tuple(c for c in self.columns if isinstance(c, KeepColumn))


def json_schema() -> dict[str, object]:
    """Export the JSON Schema by which editors check and complete a spec."""
    schema = Spec.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "pseudo delivery spec"
    limit = {
        "description": "Share ('5%') or count of rejected records above which the delivery "
        "is refused.",
        "default": "5%",
        "oneOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": r"^(100(\.0{1,6})?|[0-9]{1,2}(\.[0-9]{1,6})?) ?%$"},
        ],
    }
    schema["properties"]["reject_limit"] = limit
    definitions = schema["$defs"]
    for role in ("IdentifierColumn", "KeepColumn"):
        # YAML reads the bare word null as its null.
        definitions[role]["properties"]["on_invalid"]["enum"].append(None)
        del definitions[role]["properties"]["on_invalid"]["type"]
    scope = definitions["IdentifierColumn"]["properties"]["scope"]
    scope["anyOf"] = [
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"type": "string", "minLength": 1},
        {"type": "null"},
    ]
    schema["$defs"].pop("RejectLimit", None)
    return schema
