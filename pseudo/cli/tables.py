# SPDX-License-Identifier: Apache-2.0
"""Tables: drawn on a terminal, aligned text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pseudo.cli.terminal import is_terminal

__all__ = ["shown", "table"]

Rows = Sequence[Sequence[object]]


def table(rows: Rows, header: Sequence[str] = (), *, title: str = "", right: str = "") -> str:
    """Write a table.

    Args:
        rows: Cells; what is not text is written as :func:`shown` says.
        header: Names of the columns; none for a list of facts.
        title: Stands above it.
        right: One character for each column: ``>`` aligns to the right; missing ones
            align to the left.

    Returns:
        Lines that end in a line break, ready for :func:`pseudo.cli.terminal.emit`.
    """
    cells = [[shown(cell) for cell in row] for row in rows]
    if is_terminal():
        return _drawn(cells, header, title, right)
    return _aligned(cells, header, title, right)


def shown(value: object) -> str:
    """Write a cell: nothing for what is missing, and digits in groups for a person only."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and is_terminal():
        return f"{value:,}".replace(",", " ")
    return str(value)


def _aligned(cells: list[list[str]], header: Sequence[str], title: str, right: str) -> str:
    lines = [list(header), *cells] if header else cells
    columns = max((len(line) for line in lines), default=0)
    widths = [max(len(line[at]) for line in lines if at < len(line)) for at in range(columns)]
    written = [title] if title else []
    for line in lines:
        padded = [
            cell.rjust(width) if right[at : at + 1] == ">" else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=False))
        ]
        written.append("  ".join(padded).rstrip())
    return "".join(line + "\n" for line in written)


def _drawn(cells: list[list[str]], header: Sequence[str], title: str, right: str) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        show_header=bool(header),
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for at in range(max((len(line) for line in [list(header), *cells]), default=0)):
        name = header[at] if at < len(header) else ""
        drawn.add_column(
            Text(name),
            justify="right" if right[at : at + 1] == ">" else "left",
            overflow="fold",
        )
    for line in cells:
        # As Text, because rich would read square brackets as markup.
        drawn.add_row(*(Text(cell) for cell in line))
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(drawn)
    return captured.get()
