# SPDX-License-Identifier: Apache-2.0
"""Parts of the manual that are written by a program, between two marks in a page.

A generator calls :func:`main` with a page and the text that belongs between its marks.
Called with ``--check`` it writes nothing and exits with 1 where the page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

__all__ = ["DOCS", "main", "rewritten"]

DOCS = Path(__file__).resolve().parent

_BEGIN = "<!-- generated: begin -->\n"
_END = "<!-- generated: end -->\n"


def rewritten(page: str, text: str) -> str:
    """Return a page with another text between its marks.

    Args:
        page: The whole page, with each mark once.
        text: What goes between them.

    Raises:
        ValueError: A mark is missing, or there twice.
    """
    if page.count(_BEGIN) != 1 or page.count(_END) != 1:
        raise ValueError("a generated page has one mark at the beginning and one at the end")
    before, rest = page.split(_BEGIN)
    after = rest.split(_END)[1]
    return f"{before}{_BEGIN}\n{text.strip()}\n\n{_END}{after}"


def main(path: Path, render: Callable[[], str]) -> None:
    """Write a page anew, or check it.

    Args:
        path: The page.
        render: Makes the text between its marks.
    """
    page = path.read_text(encoding="utf-8")
    wanted = rewritten(page, render())
    if "--check" in sys.argv[1:]:
        sys.exit(0 if page == wanted else f"{path.name} is stale")
    path.write_text(wanted, encoding="utf-8")
