# SPDX-License-Identifier: Apache-2.0
"""Specs: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "spec.bad_constraint": (
        "{file}, line {line}: the constraints of column {column} do not hold together: {what}.",
        "Correct them; docs/reference/spec.md lists which go with which type.",
    ),
    "spec.bad_identifier": (
        "{file}, line {line}, column {column}: {what}",
        "Correct the declaration of the column.",
    ),
    "spec.duplicate_column": (
        "{file}, line {line}: the column {column} is declared twice.",
        "Remove one of the declarations.",
    ),
    "spec.duplicate_key": (
        "{file}, line {line}: the same setting stands twice.",
        "Remove one of them.",
    ),
    "spec.duplicate_output": (
        "{file}, line {line}: two columns would be called {column} in the output.",
        "Give one of them another name with pseudonym:.",
    ),
    "spec.invalid": (
        "{file}, line {line}, {where}: {what}.",
        "Correct the setting; the manual's page on specs and the JSON Schema list them all.",
    ),
    "spec.no_identifier": (
        "{file}, line {line}: no column has the role identifier.",
        "Declare at least one column with role: identifier.",
    ),
    "spec.not_a_mapping": (
        "{file}: a spec is a list of settings, beginning with name and columns.",
        "Write name: and columns: as in the example of the manual.",
    ),
    "spec.not_found": (
        "The spec {file} cannot be read.",
        "Check the path and the permissions.",
    ),
    "spec.not_text": (
        "The spec {file} is empty or not UTF-8 text.",
        "Save it as UTF-8.",
    ),
    "spec.not_yaml": (
        "{file}, line {line}: this is not YAML that a spec may be written in.",
        "Check indentation, brackets and quotes; anchors and aliases are not used in specs.",
    ),
    "spec.scope_not_opaque": (
        "{file}, line {line}: only an opaque column can have a scope, and {column} is none.",
        "Remove scope:.",
    ),
    "spec.scope_undeclared": (
        "{file}, line {line}: the opaque column {column} has no scope.",
        "Add scope: with the columns inside which the number has meaning, or submitter, or none.",
    ),
    "spec.scope_unknown": (
        "{file}, line {line}: the scope {scope} of {column} is not a declared column.",
        "Name another declared column.",
    ),
    "spec.too_large": (
        "The spec {file} is larger than 4 MiB.",
        "Check that it is the right file.",
    ),
    "spec.unsafe_code": (
        "{file}, line {line}: a code of column {column} could be an identity number.",
        "Codes of nine digits or more are not taken; use type: integer, or a pattern.",
    ),
    "spec.unsafe_label": (
        "{file}, line {line}: the label of {column} could hold an identity number or an address.",
        "Write another label; it is published with the column.",
    ),
    "spec.unsafe_name": (
        "{file}, line {line}: the column's name, or that of its pseudonym, could be an "
        "identity number or an address.",
        "Choose another name.",
    ),
}
