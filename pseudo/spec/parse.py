# SPDX-License-Identifier: Apache-2.0
"""A spec from YAML text; whatever is wrong is named with its line and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from pseudo.errors import PseudoError, SpecError
from pseudo.identity import IdentityRule
from pseudo.safe import is_safe
from pseudo.spec.constraints import Constraints, constraint_problem
from pseudo.spec.model import IdentifierColumn, KeepColumn, Spec
from pseudo.spec.rules import rule_for

__all__ = ["as_mapping", "parse_spec", "validated"]

_DEEPEST = 20
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_TEXT_TAG = "tag:yaml.org,2002:str"

Path_ = tuple[str | int, ...]
Lines = dict[Path_, int]


def parse_spec(text: str, *, file: str = "spec") -> Spec:
    """Parse and check a spec.

    Args:
        text: YAML.
        file: What to call it in errors.

    Raises:
        SpecError: It is no YAML, or does not hold together. The error names file, line and
            remedy.
    """
    data, lines = _parse_yaml(text, file)
    if not isinstance(data, dict):
        raise SpecError("spec.not_a_mapping", file=file)
    spec: Spec | None = None
    problem: tuple[str, int, str] = ("", 0, "")
    try:
        spec = Spec.model_validate(data)
    except ValidationError as error:
        problem = _first_problem(error, lines)
    if spec is None:
        where, line, what = problem
        raise SpecError("spec.invalid", file=file, line=line, where=where, what=what)
    return validated(spec, file=file, lines=lines)


def validated(spec: Spec, *, file: str = "spec", lines: Lines | None = None) -> Spec:
    """Check what the model alone cannot: names, kinds, scopes.

    Raises:
        SpecError: Two columns of one name, in the delivery or in the output, no
            identifier column, an unknown kind, a scope that does not hold, or a name or label
            that could be an identity number.
    """
    known = lines or {}
    if not is_safe(spec.name):
        raise SpecError("spec.unsafe_name", file=file, line=known.get(("name",), 0))
    _check_names(spec, file, known)
    if not spec.identifiers:
        raise SpecError("spec.no_identifier", file=file, line=known.get(("columns",), 0))
    for place, column in enumerate(spec.columns):
        if isinstance(column, IdentifierColumn):
            line = _line_of(known, place)
            _check_identifier(spec, column, file, line)
        elif isinstance(column, KeepColumn) and column.constraints is not None:
            line = known.get(("columns", place, "constraints"), _line_of(known, place))
            _check_constraints(column.constraints, column, file, line)
    return spec


def _line_of(lines: Lines, place: int) -> int:
    """Give the line on which a column's declaration begins; 0 where it is not known."""
    return lines.get(("columns", place), 0)


def _check_constraints(constraints: Constraints, column: KeepColumn, file: str, line: int) -> None:
    what = constraint_problem(constraints, column.type)
    if what:
        raise SpecError("spec.bad_constraint", file=file, line=line, column=column.name, what=what)
    texts = [each for each in constraints.enum or () if isinstance(each, str)]
    if not all(map(is_safe, texts)):
        raise SpecError("spec.unsafe_code", file=file, line=line, column=column.name)


def _check_names(spec: Spec, file: str, lines: Lines) -> None:
    names: set[str] = set()
    targets: set[str] = set()
    for place, column in enumerate(spec.columns):
        line = lines.get(("columns", place), 0)
        target = column.target if isinstance(column, IdentifierColumn) else column.name
        if not is_safe(column.name) or not is_safe(target):
            raise SpecError("spec.unsafe_name", file=file, line=line)
        if column.name in names:
            raise SpecError("spec.duplicate_column", file=file, line=line, column=column.name)
        names.add(column.name)
        if column.role == "direct":
            continue
        if not is_safe(column.label or ""):
            raise SpecError("spec.unsafe_label", file=file, line=line, column=column.name)
        if target in targets:
            raise SpecError("spec.duplicate_output", file=file, line=line, column=target)
        targets.add(target)


def _check_identifier(spec: Spec, column: IdentifierColumn, file: str, line: int) -> None:
    where: dict[str, int | str] = {"file": file, "line": line, "column": column.name}
    inner: PseudoError | None = None
    rule: IdentityRule | None = None
    try:
        rule = rule_for(column, spec.reference_date)
    except PseudoError as error:
        inner = error
    if inner is not None or rule is None:
        what = f"{inner.text()} {inner.hint()}" if inner else ""
        raise SpecError("spec.bad_identifier", **where, what=what)
    if rule.is_opaque and not column.scope:
        raise SpecError("spec.scope_undeclared", **where)
    if not rule.is_opaque and column.scope not in (None, (), "none"):
        raise SpecError("spec.scope_not_opaque", **where)
    declared = {other.name for other in spec.columns}
    if isinstance(column.scope, tuple):
        for name in column.scope:
            if name not in declared or name == column.name:
                raise SpecError("spec.scope_unknown", **where, scope=name)


def _first_problem(error: ValidationError, lines: Lines) -> tuple[str, int, str]:
    """Tell where and what, from pydantic's location and message only: never its input."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    # The discriminator's value stands in the location although the file has no such level.
    location = tuple(part for part in first["loc"] if part not in ("identifier", "direct", "keep"))
    line = 0
    for depth in range(len(location), -1, -1):
        if location[:depth] in lines:
            line = lines[location[:depth]]
            break
    where = ".".join(str(part) for part in location) or "the spec"
    return where, line, first["msg"].removeprefix("Value error, ")


def _parse_yaml(text: str, file: str) -> tuple[Any, Lines]:
    """Parse YAML safely and remember on which line each part stands."""
    root: yaml.Node | None = None
    line, failed = 0, False
    try:
        line = _unwanted(text)
        failed = line > 0
        root = None if failed else yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line, failed = (error.problem_mark.line + 1 if error.problem_mark else 0), True
    except (yaml.YAMLError, RecursionError):
        failed = True
    if failed or root is None:
        raise SpecError("spec.not_yaml", file=file, line=line)
    lines: Lines = {}
    _note_lines(root, (), lines, file)
    loader = _Loader("")
    data: Any = None
    try:
        data = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line, failed = (error.problem_mark.line + 1 if error.problem_mark else loader.line), True
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError):
        # A tag such as !!int before what is none fails in any of these ways.
        line, failed = loader.line, True
    if failed:
        raise SpecError("spec.not_yaml", file=file, line=line)
    return data, lines


def _unwanted(text: str) -> int:
    """Give the line of the first alias or of the first thing too deep, or 0.

    Both are looked for before anything is built, because few bytes of either can cost
    any amount of memory or time.
    """
    depth = 0
    for token in yaml.scan(text, yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEEPEST or isinstance(token, yaml.AliasToken):
            return int(token.start_mark.line) + 1
    return 0


class _Loader(yaml.SafeLoader):
    """Remembers on which line it is, for errors that do not say."""

    line = 0

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        self.line = node.start_mark.line + 1
        return super().construct_object(node, deep=deep)


def _note_lines(node: yaml.Node, path: Path_, lines: Lines, file: str) -> None:
    lines[path] = node.start_mark.line + 1
    if len(path) > _DEEPEST:
        raise SpecError("spec.not_yaml", file=file, line=lines[path])
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _note_lines(item, (*path, place), lines, file)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise SpecError("spec.not_yaml", file=file, line=line)
            if key.value in seen:
                raise SpecError("spec.duplicate_key", file=file, line=line)
            seen.add(key.value)
            key.tag = _TEXT_TAG  # Settings have words for names: no numbers, no merging.
            if key.value == "on_invalid" and value.value == "null":
                value.tag = _TEXT_TAG  # The bare word is YAML's null, and is meant as a word.
            _note_lines(value, (*path, key.value), lines, file)
            lines[(*path, key.value)] = line


def as_mapping(spec: Spec) -> Mapping[str, object]:
    """Give the spec as plain data without defaults, as a YAML file would hold it."""
    data = spec.model_dump(mode="json", exclude_defaults=True)
    if "reject_limit" in data:
        limit = spec.reject_limit
        data["reject_limit"] = str(limit) if limit.count is None else limit.count
    return data
