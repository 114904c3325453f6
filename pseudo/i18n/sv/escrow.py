# SPDX-License-Identifier: Apache-2.0
"""Deponerade nycklar: vad som är fel och vad man gör åt det."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "escrow.damaged": (
        "Deponeringsfilen {path} är skadad.",
        "Använd en annan kopia av den; försök inte laga filen för hand.",
    ),
    "escrow.disk_full": (
        "Disken är full, så deponeringsfilen {path} kunde inte skrivas.",
        "Frigör plats och försök igen; filen gjordes inte.",
    ),
    "escrow.exists": (
        "{path} finns redan, och en deponeringsfil tar aldrig en annans plats.",
        "Ange en annan sökväg.",
    ),
    "escrow.export_not_confirmed": (
        "Filen skulle innehålla hemligheten för {domain}: den som har filen och dess lösenfras"
        " kan göra alla domänens pseudonymer, och alltså hitta alla personer i den.",
        "Upprepa kommandot med --this-file-holds-the-secret om det är det du vill.",
    ),
    "escrow.file_missing": (
        "Deponeringsfilen {path} finns inte.",
        "Kontrollera sökvägen.",
    ),
    "escrow.folder_missing": (
        "Mappen för deponeringsfilen {path} finns inte.",
        "Skapa mappen, eller ange en annan sökväg.",
    ),
    "escrow.foreign_file": (
        "{path} är inte en deponeringsfil.",
        "Kontrollera sökvägen; en nyckelfil öppnas i stället med --keystore.",
    ),
    "escrow.import_not_confirmed": (
        "Hemligheten i filen skulle tas in i nyckelförrådet, och alla som kan använda förrådet"
        " kunna göra domänens pseudonymer.",
        "Upprepa kommandot med --this-file-holds-the-secret om det är det du vill.",
    ),
    "escrow.io_failed": (
        "Deponeringsfilen {path} kunde inte läsas eller skrivas ({cause}).",
        "Kontrollera disken och försök igen.",
    ),
    "escrow.newer_version": (
        "Deponeringsfilen {path} är skriven av en nyare version av programmet.",
        "Uppgradera programmet; denna version läser filer till och med version {known}.",
    ),
    "escrow.no_permission": (
        "Deponeringsfilen {path} får inte läsas eller skrivas av den här användaren.",
        "Kör som filens ägare, eller rätta filens och mappens rättigheter.",
    ),
    "escrow.outdated": (
        "Det som exporterats av {domain} före den nya versionen kan inte längre importeras.",
        "Exportera domänen igen, och låt förstöra de äldre deponeringsfilerna.",
    ),
    "escrow.passphrase_missing": (
        "Ingen lösenfras är given för deponeringsfilen.",
        "Ge den vid frågan, eller i en fil som PSEUDO_ESCROW_PASSPHRASE_FILE pekar ut.",
    ),
    "escrow.passphrases_differ": (
        "De två lösenfraserna är inte lika; ingen deponeringsfil gjordes.",
        "Kör kommandot igen och skriv samma lösenfras två gånger.",
    ),
    "escrow.readable_by_others": (
        "Deponeringsfilen {path} kan läsas eller skrivas av andra än ägaren.",
        "Kör «chmod 600» på filen, och fundera på vem som kan ha läst den.",
    ),
    "escrow.same_passphrase": (
        "Deponeringsfilens lösenfras skulle vara densamma som nyckelförrådets.",
        "Ge filen en egen: den som ska kunna öppna den ska inte kunna öppna nyckelförrådet.",
    ),
    "escrow.tampered": (
        "Deponeringsfilen har ändrats av något annat än detta program.",
        "Använd den inte. Använd en annan kopia och ta reda på vem som har skrivit i filen.",
    ),
    "escrow.wrong_passphrase": (
        "Lösenfrasen till deponeringsfilen {path} är fel.",
        "Den är inte nyckelförrådets; stora och små bokstäver och blanksteg räknas.",
    ),
}
