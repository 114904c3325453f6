# SPDX-License-Identifier: Apache-2.0
"""Load a spec from YAML; whatever is wrong is named with its line and a remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pseudo.errors import PseudoError, SpecError
from pseudo.identity import IdentityRule
from pseudo.spec.model import IdentifierColumn, Spec
from pseudo.spec.rules import rule_for

__all__ = ["load_spec", "parse_spec", "validated"]

_LARGEST = 4 * 1024 * 1024
_DEEPEST = 20

Path_ = tuple[str | int, ...]
Lines = dict[Path_, int]


def load_spec(path: str | Path) -> Spec:
    """Load and check a spec file.

    Args:
        path: A YAML file of at most 4 MiB.

    Raises:
        SpecError: It cannot be read, is no YAML, or does not hold together. The error
            names file, line and remedy.
    """
    path = Path(path)
    content: bytes | None
    try:
        content = path.read_bytes()[: _LARGEST + 1]
    except OSError:
        content = None
    if content is None:
        raise SpecError("spec.not_found", file=str(path))
    if len(content) > _LARGEST:
        raise SpecError("spec.too_large", file=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text.strip():
        raise SpecError("spec.not_text", file=str(path))
    return parse_spec(text, file=path.name)


def parse_spec(text: str, *, file: str = "spec") -> Spec:
    """Parse and check a spec.

    Args:
        text: YAML.
        file: What to call it in errors.

    Raises:
        SpecError: See :func:`load_spec`.
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
            identifier column, an unknown kind, or a scope that does not hold.
    """
    known = lines or {}
    _check_names(spec, file, known)
    if not spec.identifiers:
        raise SpecError("spec.no_identifier", file=file, line=known.get(("columns",), 0))
    for place, column in enumerate(spec.columns):
        if isinstance(column, IdentifierColumn):
            line = known.get(("columns", place), 0)
            _check_identifier(spec, column, file, line)
    return spec


def _check_names(spec: Spec, file: str, lines: Lines) -> None:
    names: set[str] = set()
    targets: set[str] = set()
    for place, column in enumerate(spec.columns):
        line = lines.get(("columns", place), 0)
        name = unicodedata.normalize("NFC", column.name)
        if name in names:
            raise SpecError("spec.duplicate_column", file=file, line=line, column=name)
        names.add(name)
        if column.role == "direct":
            continue
        target = column.target if isinstance(column, IdentifierColumn) else name
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
    if rule.is_opaque and column.scope is None:
        raise SpecError("spec.scope_undeclared", **where)
    if not rule.is_opaque and column.scope not in (None, "none"):
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
    location = tuple(
        part for part in first["loc"] if part not in ("identifier", "direct", "keep")
    )
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
        if any(isinstance(t, yaml.AliasToken) for t in yaml.scan(text, yaml.SafeLoader)):
            failed = True
        else:
            root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line, failed = (error.problem_mark.line + 1 if error.problem_mark else 0), True
    except (yaml.YAMLError, RecursionError):
        failed = True
    if failed or root is None:
        raise SpecError("spec.not_yaml", file=file, line=line)
    lines: Lines = {}
    _note_lines(root, (), lines, file)
    loader = yaml.SafeLoader("")
    data: Any = None
    try:
        data = loader.construct_document(root)
    except (yaml.YAMLError, ValueError, TypeError):
        failed = True
    if failed:
        raise SpecError("spec.not_yaml", file=file, line=root.start_mark.line + 1)
    return data, lines


def _note_lines(node: yaml.Node, path: Path_, lines: Lines, file: str) -> None:
    lines[path] = node.start_mark.line + 1
    if len(path) > _DEEPEST:
        raise SpecError("spec.not_yaml", file=file, line=lines[path])
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _note_lines(item, (*path, place), lines, file)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise SpecError("spec.duplicate_key", file=file, line=line)
            if isinstance(key.value, str):
                seen.add(key.value)
            _note_lines(value, (*path, str(key.value)), lines, file)
            lines[(*path, str(key.value))] = line


def as_mapping(spec: Spec) -> Mapping[str, object]:
    """Give the spec as plain data without defaults, as a YAML file would hold it."""
    data = spec.model_dump(mode="json", exclude_defaults=True)
    if "reject_limit" in data:
        data["reject_limit"] = str(spec.reject_limit)
    return data
