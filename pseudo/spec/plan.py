# SPDX-License-Identifier: Apache-2.0
"""The plan: a spec made ready for one run, every question that can be asked first answered.

A plan is bound to each file's header before its first record is read, so that a missing,
unknown or impossible column refuses the delivery at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pseudo.errors import DeliveryError, UsageError
from pseudo.identity import IdentityRule
from pseudo.identity.render import can_render
from pseudo.spec.checks import Checks
from pseudo.spec.convert import ARROW_TYPES, can_convert
from pseudo.spec.model import ColumnType, DirectColumn, IdentifierColumn, KeepColumn, Spec
from pseudo.spec.rules import rule_for

__all__ = ["Keep", "Plan", "Swap", "compile_plan"]


@dataclass(frozen=True, slots=True)
class Swap:
    """One identifier column to swap.

    Attributes:
        source: Its name in the delivery.
        target: Name of the pseudonym column in its place.
        rule: How its values are judged.
        on_invalid: ``reject``, ``null`` or ``stop``.
        required: Whether a blank is invalid.
        scope: Names of the columns whose values are hashed first.
        submitter: A constant that is hashed first, or None.
        label: What the new column holds, in words.
    """

    source: str
    target: str
    rule: IdentityRule
    on_invalid: str
    required: bool
    scope: tuple[str, ...] = ()
    submitter: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """One column to check and keep.

    Attributes:
        source: Its name in the delivery, and in the output.
        declared: Its declared type, or None for as delivered.
        arrow_type: Its type in the output.
        on_invalid: ``reject``, ``null`` or ``stop``.
        decimal: Decimal mark in text.
        checks: What its values may be.
        label: What it holds, in words.
    """

    source: str
    declared: ColumnType | None
    arrow_type: pa.DataType
    on_invalid: str
    decimal: str
    checks: Checks = field(default_factory=Checks)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to every column.

    Attributes:
        spec: What the plan was made from.
        reference_date: The day by which identity numbers are judged.
        steps: What to do, in the order of the output's columns.
        dropped: Names of direct identifiers, in the spec's order.
        schema: The output's schema.
    """

    spec: Spec
    reference_date: date
    steps: tuple[Swap | Keep, ...]
    dropped: tuple[str, ...]
    schema: pa.Schema

    @property
    def swaps(self) -> tuple[Swap, ...]:
        """The identifier columns."""
        return tuple(step for step in self.steps if isinstance(step, Swap))

    @property
    def keeps(self) -> tuple[Keep, ...]:
        """The kept columns."""
        return tuple(step for step in self.steps if isinstance(step, Keep))

    @property
    def needed(self) -> frozenset[str]:
        """Names of the columns of a delivery that something is done with."""
        return frozenset(name for step in self.steps for name in (step.source, *_scope(step)))

    @property
    def ordered_by(self) -> str:
        """The pseudonym column that rows are ordered by: the spec's first."""
        return self.swaps[0].target

    def bind(self, schema: pa.Schema, file: int = 1) -> tuple[str, ...]:
        """Hold a file's header against the plan.

        Args:
            schema: The file's columns.
            file: Number of the file in the delivery, for errors.

        Returns:
            Names of undeclared columns that are dropped.

        Raises:
            DeliveryError: A column is missing, undeclared, or of a type that cannot hold
                what is declared.
        """
        _check_missing(self, schema, file)
        unknown = _undeclared(self.spec, schema, file)
        for step in self.steps:
            for name in (step.source, *_scope(step)):
                delivered = schema.field(name).type
                if not _fits(step, delivered):
                    raise DeliveryError(
                        "delivery.column_type", column=name, type=str(delivered), file=file
                    )
        return unknown


def compile_plan(
    spec: Spec,
    schema: pa.Schema,
    *,
    reference_date: date,
    submitter: str | None = None,
) -> Plan:
    """Make the plan of a run.

    Args:
        spec: A validated spec.
        schema: Columns of the delivery's first file, from which undeclared types are taken.
        reference_date: The day by which identity numbers are judged.
        submitter: Who sent the delivery, for columns scoped by submitter.

    Raises:
        UsageError: A column is scoped by submitter and none is given.
    """
    steps: list[Swap | Keep] = []
    for column in spec.columns:
        if isinstance(column, IdentifierColumn):
            steps.append(_swap(column, reference_date, submitter))
        elif isinstance(column, KeepColumn):
            steps.append(_keep(column, schema))
    fields = [
        pa.field(step.target, pa.string())
        if isinstance(step, Swap)
        else pa.field(step.source, step.arrow_type)
        for step in steps
    ]
    dropped = tuple(c.name for c in spec.columns if isinstance(c, DirectColumn))
    return Plan(spec, reference_date, tuple(steps), dropped, pa.schema(fields))


def _swap(column: IdentifierColumn, reference_date: date, submitter: str | None) -> Swap:
    by_submitter = column.scope == "submitter"
    if by_submitter and not submitter:
        raise UsageError("usage.submitter_needed", column=column.name)
    return Swap(
        source=column.name,
        target=column.target,
        rule=rule_for(column, reference_date),
        on_invalid=column.on_invalid,
        required=column.required,
        scope=column.scope if isinstance(column.scope, tuple) else (),
        submitter=submitter if by_submitter else None,
        label=column.label or "",
    )


def _keep(column: KeepColumn, schema: pa.Schema) -> Keep:
    if column.type is not None:
        arrow_type = ARROW_TYPES[column.type]
    else:
        known = schema.get_field_index(column.name)
        arrow_type = schema.field(known).type if known >= 0 else pa.string()
    return Keep(
        source=column.name,
        declared=column.type,
        arrow_type=arrow_type,
        on_invalid=column.on_invalid,
        decimal=column.decimalChar,
        checks=_checks(column, arrow_type),
        label=column.label or "",
    )


def _checks(column: KeepColumn, arrow_type: pa.DataType) -> Checks:
    if column.constraints is None or column.type is None:
        return Checks()
    return Checks.of(column.constraints, column.type, arrow_type)


def _check_missing(plan: Plan, schema: pa.Schema, file: int) -> None:
    delivered = set(schema.names)
    optional = {
        c.name for c in plan.spec.columns if isinstance(c, DirectColumn) and not c.required
    }
    # What gives another column its meaning is needed even where it is dropped itself.
    optional -= {name for step in plan.steps for name in _scope(step)}
    declared = [column.name for column in plan.spec.columns]
    missing = [name for name in declared if name not in delivered | optional]
    if not missing:
        return
    if delivered.isdisjoint(declared):
        raise DeliveryError("delivery.no_declared_column", columns=len(schema), file=file)
    raise DeliveryError("delivery.missing_column", column=tuple(missing), file=file)


def _undeclared(spec: Spec, schema: pa.Schema, file: int) -> tuple[str, ...]:
    declared = {column.name for column in spec.columns}
    unknown = [(place, name) for place, name in enumerate(schema.names) if name not in declared]
    if unknown and spec.unknown_columns == "stop":
        raise DeliveryError(
            "delivery.unknown_column",
            column=tuple(name for _, name in unknown),
            position=tuple(str(place + 1) for place, _ in unknown),
            file=file,
        )
    return tuple(name for _, name in unknown)


def _scope(step: Swap | Keep) -> tuple[str, ...]:
    return step.scope if isinstance(step, Swap) else ()


def _fits(step: Swap | Keep, delivered: pa.DataType) -> bool:
    if isinstance(step, Swap):
        return can_render(delivered)
    if step.declared is None:
        return delivered == step.arrow_type
    return can_convert(delivered, step.declared)
