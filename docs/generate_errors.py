# SPDX-License-Identifier: Apache-2.0
"""Write the table of every code into ``reference/errors.md``: ``python docs/generate_errors.py``.

The exit status of a code is that of the error class it is raised with, read from the
source. Codes that never end a command stand in error lists, receipts and warnings.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from generated import DOCS, main

from pseudo import errors, i18n

PAGE = DOCS / "reference" / "errors.md"
SOURCE = DOCS.parent / "pseudo"

_TITLES = {
    "usage": "Orders",
    "spec": "Specs",
    "delivery": "Deliveries",
    "record": "Records",
    "identity": "Identity numbers and other identifiers",
    "value": "Values of kept columns",
    "values": "Values given to the Python API",
    "frames": "Containers given to the Python API",
    "leak": "The leak scan",
    "keys": "Key stores and domains",
    "escrow": "Escrow files",
    "vault": "Vault and OpenBao",
    "approval": "Requests and approvals",
    "rekey": "Moving to a new secret",
    "candidates": "Candidates",
    "reidentify": "Going back from pseudonyms",
    "lookup": "Looking up",
    "evidence": "Evidence",
    "ledger": "The ledger",
    "sandbox": "The process that parses binary files",
    "io": "Files and disks",
    "resource": "Memory, disk and output",
    "publish": "Publishing",
    "output": "Writing",
    "load": "Loading into a database",
    "internal": "Faults of ours",
}
# Codes that a class gets from a table or an argument; the prefix tells the class.
_BY_PREFIX = {
    "approval": "ApprovalError",
    "delivery": "DeliveryError",
    "escrow": "KeyStoreError",
    "keys": "KeyStoreError",
    "ledger": "EvidenceError",
    "leak": "LeakError",
    "sandbox": "ResourceError",
    "usage": "UsageError",
    "vault": "KeyStoreError",
}
_WARNINGS = ("encoding.mixed", "leak.looks_like")
# Words of the error list, the codebook and the console: no codes of anything that is wrong.
_WORDS = ("codebook", "effect", "error_list", "note")
_LISTED = ("record", "value", "identity")


def classes() -> dict[str, int]:
    """Return the exit status of each error class."""
    return {name: getattr(errors, name).exit_status for name in errors.__all__}


@cache
def raised() -> dict[str, set[str]]:
    """Return the classes that each code is raised with, as far as the source says it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        for kind, code in _calls(ast.parse(path.read_text(encoding="utf-8"))):
            found[code].add(kind)
    return found


@cache
def warned() -> set[str]:
    """Return the codes that are only told: given to a function called ``warn``."""
    return {
        code
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
        if node.func.id == "warn"
        for code in _texts(node.args[0])
    }


def _calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    known = classes()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id in known:
                yield from ((node.func.id, code) for code in _texts(node.args[0]))
        elif isinstance(node, ast.Dict):
            # The sandbox's verdicts: code → (class, parameters).
            for key, value in zip(node.keys, node.values, strict=True):
                first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else None
                if isinstance(first, ast.Name) and first.id in known and key is not None:
                    yield from ((first.id, code) for code in _texts(key))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def statuses(code: str, by: set[str]) -> set[int]:
    """Return the exit statuses that a code can end a command with; empty for none."""
    prefix = code.split(".", maxsplit=1)[0]
    if not by and prefix in _BY_PREFIX and code not in {*_WARNINGS, *warned()}:
        by = {_BY_PREFIX[prefix]}
    return {classes()[name] for name in by}


def _where(code: str, by: set[str]) -> str:
    found = ", ".join(str(status) for status in sorted(statuses(code, by)))
    if found:
        return found
    return "error list" if code.split(".", maxsplit=1)[0] in _LISTED else "warning"


def render() -> str:
    """Write a table for each family of codes."""
    by = raised()
    families: dict[str, list[str]] = defaultdict(list)
    for code in sorted(i18n.catalogue("en")):
        prefix = code.split(".")[0]
        if prefix not in _WORDS:
            families[prefix if prefix in _TITLES else "others"].append(code)
    order = [*_TITLES, "others"]
    return "\n\n".join(
        _table(_TITLES.get(family, "Others"), families[family], by)
        for family in order
        if families[family]
    )


def _table(title: str, codes: list[str], by: dict[str, set[str]]) -> str:
    lines = [
        f"### {title}",
        "",
        "| code | status | what is wrong | what to do |",
        "|---|---|---|---|",
    ]
    for code in codes:
        text, hint = (_cell(part) for part in i18n.catalogue("en")[code])
        lines.append(f"| `{code}` | {_where(code, by.get(code, set()))} | {text} | {hint} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    escaped = text.replace("|", "\\|").replace("<", "\\<").replace("*", "\\*").replace("_", "\\_")
    return escaped.replace("{", "*").replace("}", "*")


if __name__ == "__main__":
    main(PAGE, render)
