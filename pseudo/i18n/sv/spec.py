# SPDX-License-Identifier: Apache-2.0
"""Specs: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "spec.bad_constraint": (
        "{file}, rad {line}: villkoren för kolumnen {column} går inte ihop: {what}.",
        "Rätta dem; docs/reference/spec.md anger vilka som hör till vilken typ.",
    ),
    "spec.bad_identifier": (
        "{file}, rad {line}, kolumn {column}: {what}",
        "Rätta kolumnens deklaration.",
    ),
    "spec.duplicate_column": (
        "{file}, rad {line}: kolumnen {column} är deklarerad två gånger.",
        "Ta bort en av deklarationerna.",
    ),
    "spec.duplicate_key": (
        "{file}, rad {line}: samma inställning står två gånger.",
        "Ta bort en av dem.",
    ),
    "spec.duplicate_output": (
        "{file}, rad {line}: två kolumner skulle heta {column} i resultatet.",
        "Ge en av dem ett annat namn med pseudonym:.",
    ),
    "spec.invalid": (
        "{file}, rad {line}, {where}: {what}.",
        "Rätta inställningen; handbokens sida om specifikationer och JSON-schemat "
        "räknar upp alla.",
    ),
    "spec.no_identifier": (
        "{file}, rad {line}: ingen kolumn har rollen identifier.",
        "Deklarera minst en kolumn med role: identifier.",
    ),
    "spec.not_a_mapping": (
        "{file}: en specifikation är en lista av inställningar som börjar med name och columns.",
        "Skriv name: och columns: som i handbokens exempel.",
    ),
    "spec.not_found": (
        "Specifikationen {file} kan inte läsas.",
        "Kontrollera sökvägen och rättigheterna.",
    ),
    "spec.not_text": (
        "Specifikationen {file} är tom eller inte text i UTF-8.",
        "Spara den som UTF-8.",
    ),
    "spec.not_yaml": (
        "{file}, rad {line}: detta är inte YAML som en specifikation får skrivas i.",
        "Kontrollera indrag, parenteser och citattecken; ankare och alias används inte "
        "i specifikationer.",
    ),
    "spec.scope_not_opaque": (
        "{file}, rad {line}: bara en opak kolumn kan ha räckvidd, och {column} är ingen sådan.",
        "Ta bort scope:.",
    ),
    "spec.scope_undeclared": (
        "{file}, rad {line}: den opaka kolumnen {column} saknar räckvidd.",
        "Lägg till scope: med de kolumner inom vilka numret gäller, eller submitter, eller none.",
    ),
    "spec.scope_unknown": (
        "{file}, rad {line}: räckvidden {scope} för {column} är ingen deklarerad kolumn.",
        "Ange en annan deklarerad kolumn.",
    ),
    "spec.too_large": (
        "Specifikationen {file} är större än 4 MiB.",
        "Kontrollera att det är rätt fil.",
    ),
    "spec.unsafe_code": (
        "{file}, rad {line}: en kod i kolumnen {column} kan vara ett identitetsnummer.",
        "Koder med nio siffror eller fler tas inte emot; använd type: integer eller ett mönster.",
    ),
    "spec.unsafe_label": (
        "{file}, rad {line}: etiketten för {column} kan innehålla ett identitetsnummer eller en "
        "adress.",
        "Skriv en annan etikett; den publiceras med kolumnen.",
    ),
    "spec.unsafe_name": (
        "{file}, rad {line}: kolumnens namn, eller dess pseudonyms, kan vara ett "
        "identitetsnummer eller en adress.",
        "Välj ett annat namn.",
    ),
}
