# SPDX-License-Identifier: Apache-2.0
"""Swedish and English sentences by code.

The catalogues are plain dictionaries: a code's entry is the sentence that says what is
wrong and the one that says what to do next. Both languages hold the same codes with the
same parameters; a test compares them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Literal, get_args

__all__ = ["LANGS", "Lang", "catalogue", "hint", "text"]

Lang = Literal["sv", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

Entry = tuple[str, str]


def catalogue(lang: Lang) -> dict[str, Entry]:
    """Return the whole catalogue of ``lang``: code → (what is wrong, what to do)."""
    entries: dict[str, Entry] = import_module(f"pseudo.i18n.{lang}").ENTRIES
    return entries


def text(code: str, lang: Lang = "en", /, **params: int | str) -> str:
    """Say what ``code`` means, filled with ``params``.

    An unknown code is returned as it is: a missing translation must never hide an error.
    """
    return _filled(code, lang, 0, params)


def hint(code: str, lang: Lang = "en", /, **params: int | str) -> str:
    """Say what to do about ``code``; empty where nothing can be done."""
    return _filled(code, lang, 1, params)


def _filled(code: str, lang: Lang, part: int, params: dict[str, int | str]) -> str:
    entry = catalogue(lang).get(code)
    if entry is None:
        return code if part == 0 else ""
    try:
        return entry[part].format(**params)
    except (KeyError, IndexError):
        return entry[part]
