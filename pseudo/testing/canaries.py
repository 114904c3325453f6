# SPDX-License-Identifier: Apache-2.0
"""Identity numbers to plant where they must not come out, and the search for them.

A test plants canaries in every field it can reach, forces every error, and hands all that
came out (stdout, stderr, logs, error lists, receipts, files, databases) to
:func:`assert_clean`. A canary is found in any spelling, in UTF-8, UTF-16 and UTF-32, with
escapes and colours of a terminal in between, reversed, as a binary integer or float, and
behind the encodings and unkeyed hashes that anyone can undo. What is compressed or
encrypted must be opened first.

Example:
    >>> search("Alva, 580317\u20139869, ringde.")
    ['alva']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pseudo.testing.disguises import Disguises
from pseudo.testing.spellings import SPELLINGS

__all__ = [
    "CANARIES",
    "CANARY_TEXTS",
    "assert_clean",
    "planted_cells",
    "planted_text",
    "search",
    "search_tree",
]

CANARIES: Mapping[str, str] = MappingProxyType(
    {
        "alva": "195803179869",
        "bertil": "193911029894",
        "cecilia": "200407269984",
        "david": "197612059837",
        "elsa": "199809149827",
        "folke": "191308239878",
        "gunvor": "200104309851",
        "samordning": "196807849853",
        "samordning_2": "198200669813",
        "interim": "19870619T379",
        "vgr": "19920328M645",
        "orgnr": "5598372463",
    }
)
"""Name → canonical form: seven personnummer (folke is over 100), two samordningsnummer
(the second without a month of birth), an interim, a reserve and an organisation number."""

CANARY_TEXTS: Mapping[str, str] = MappingProxyType(
    {"surname": "Xylqvarnbom", "street": "Yxmossvretsstigen", "mail": "wexelkvast.h@example.se"}
)
"""Name → a text that no program says by itself, for fields that hold no number."""

_PLANTED_ON = date(2026, 11, 22)
_PLANTED_AS = (
    "twelve_bare",
    "twelve_hyphen",
    "ten_hyphen",
    "ten_bare",
    "twelve_en_dash",
    "twelve_no_break_space",
    "twelve_before_space",
)


def search(data: bytes | str) -> list[str]:
    """Find canaries.

    Args:
        data: Anything that came out of the program under test.

    Returns:
        Names from :data:`CANARIES` and :data:`CANARY_TEXTS`, in their order; empty where
        nothing was found. A name says which canary, never its number.
    """
    return _disguises().search(data)


def search_tree(folder: Path) -> dict[str, list[str]]:
    """Find canaries in the names and contents of all files and folders below ``folder``.

    Returns:
        Path below the folder, or its number where the name itself holds a canary →
        names of the canaries.
    """
    found = {}
    for place, path in enumerate(sorted(folder.rglob("*")), 1):
        name = str(path.relative_to(folder))
        named = search(name)
        held = search(path.read_bytes()) if path.is_file() else []
        if named or held:
            found[f"#{place}" if named else name] = list(dict.fromkeys(named + held))
    return found


def assert_clean(**sources: bytes | str | Path) -> None:
    """Fail if a canary is in any of the sources.

    Args:
        **sources: What to search, by the name that the failure is to show: text, bytes,
            or the path of a file or folder.

    Raises:
        AssertionError: It names sources and canaries and quotes nothing.
    """
    found: dict[str, list[str]] = {}
    for name, source in sources.items():
        if isinstance(source, Path) and source.is_dir():
            below = search_tree(source)
            found |= {f"{name}/{path}": names for path, names in below.items()}
            continue
        found[name] = search(source.read_bytes() if isinstance(source, Path) else source)
    listed = [f"{place}: {', '.join(names)}" for place, names in found.items() if names]
    if listed:
        raise AssertionError("canaries came out in " + "; ".join(listed))


def planted_cells(count: int, turn: int = 0) -> list[str]:
    """Make cells that each hold another canary, in changing spellings.

    Args:
        count: How many cells.
        turn: Where in the round of canaries to begin; the row number does well.
    """
    people = [number for number in CANARIES.values() if len(number) == 12 and number.isdigit()]
    cells = []
    for place in range(turn, turn + count):
        number = people[place % len(people)]
        spelling = SPELLINGS[_PLANTED_AS[place % len(_PLANTED_AS)]]
        cells.append(spelling(number, _PLANTED_ON) or number)
    return cells


def planted_text(
    header: Sequence[str], rows: int, delimiter: str = ";", line_break: str = "\n"
) -> str:
    """Make a text delivery with a canary in every field of every row.

    Args:
        header: Column names.
        rows: How many rows.
        delimiter: Between fields.
        line_break: After every record.
    """
    lines = [delimiter.join(header)]
    lines += [delimiter.join(planted_cells(len(header), row)) for row in range(rows)]
    return "".join(line + line_break for line in lines)


@cache
def _disguises() -> Disguises:
    numbers = {name: _spelled(canonical) for name, canonical in CANARIES.items()}
    return Disguises({**numbers, **{name: [text] for name, text in CANARY_TEXTS.items()}})


def _spelled(canonical: str) -> list[str]:
    """Write a number with and without century and hyphen: what encodings hash and pack."""
    # The shortest first: where it stands, the longer ones need not be looked for.
    heads = dict.fromkeys((canonical[-10:-4], canonical[:-4]))
    return [f"{head}{sign}{canonical[-4:]}" for head in heads for sign in ("", "-")]
