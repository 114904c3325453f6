# SPDX-License-Identifier: Apache-2.0
"""Att gå tillbaka och slå upp: vad som är fel, och vad som ska göras."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "candidates.no_column": (
        "Filen med kandidater har ingen kolumn {column}.",
        "Ange namnen som de står i dess rubrik.",
    ),
    "lookup.bad_opening": (
        "Filen är ingen öppning till en begäran.",
        "Ange filen som pseudo request lookup skrev bredvid begäran.",
    ),
    "reidentify.no_column": (
        "Det går inte att avgöra i vilken kolumn i filen pseudonymerna finns.",
        "Ange den med --pseudonym-column, som den står i rubriken.",
    ),
    "reidentify.no_pseudonyms": (
        "Filen innehåller inga pseudonymer ur domänen, eller {count} värden som inte är det.",
        "Ange en fil med ingenting annat i den kolumnen; ingenting har spårats.",
    ),
    "reidentify.too_many": (
        "En begäran får ange {most} pseudonymer.",
        "Den som behöver fler behöver en annan väg än denna.",
    ),
}
