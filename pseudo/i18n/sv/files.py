# SPDX-License-Identifier: Apache-2.0
"""Files, folders and the sandbox: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "io.read_failed": (
        "{path} gick inte att läsa till slutet ({reason}).",
        "Kontrollera disken eller den delade mappen, kopiera filen till en lokal disk "
        "och kör igen.",
    ),
    "io.read_twice": (
        "En fil skulle läsas två gånger utan att öppnas på nytt.",
        "Anmäl felet.",
    ),
}
