# SPDX-License-Identifier: Apache-2.0
"""Leak scan, error list and receipt: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "effect.delivery_refused": (
        "leveransen avvisad",
        "",
    ),
    "effect.row_left_out": (
        "raden utelämnad",
        "",
    ),
    "effect.value_left_blank": (
        "värdet lämnat tomt",
        "",
    ),
    "error_list.code": (
        "Kod",
        "",
    ),
    "error_list.column": (
        "Kolumn",
        "",
    ),
    "error_list.effect": (
        "Vad som skedde",
        "",
    ),
    "error_list.file": (
        "Fil",
        "",
    ),
    "error_list.line": (
        "Rad",
        "",
    ),
    "error_list.problem": (
        "Vad som är fel",
        "",
    ),
    "error_list.record": (
        "Post",
        "",
    ),
    "error_list.remedy": (
        "Vad som ska göras",
        "",
    ),
    "evidence.bad_signature": (
        "Kvittot har ändrats efter att det undertecknades.",
        "Lita inte på det; begär kvittot på nytt, och liggarens bevis för det.",
    ),
    "evidence.file_differs": (
        "Filen {file} är ingen som kvittot gäller.",
        "Den har ändrats eller hör till ett annat kvitto; begär filen på nytt.",
    ),
    "evidence.file_extra": (
        "I mappen {folder} finns något som kvittot inte nämner.",
        "Ta reda på vem som har lagt det där; lämna bara ut det som kvittot nämner.",
    ),
    "evidence.input_differs": (
        "Fil {position} av de angivna ingår inte i leveransen, eller så hör öppningen "
        "till en annan leverans.",
        "Jämför filen med den som skickades, byte för byte.",
    ),
    "evidence.ledger_forked": (
        "Liggaren är ingen fortsättning på kontrollpunkten med {size} poster.",
        "Poster har tagits bort eller bytts ut sedan dess, eller så finns det två "
        "liggare; behåll båda och utred.",
    ),
    "evidence.no_receipt": (
        "Detta är inget kvitto.",
        "Ange receipt.json, eller den publicerade mapp där det ligger.",
    ),
    "evidence.not_in_ledger": (
        "Post {entry} i liggaren är en annan, eller finns inte.",
        "Liggaren har kortats eller är en annan; jämför med en kontrollpunkt som finns på "
        "annat håll.",
    ),
    "evidence.other_ledger": (
        "Kvittot hör till en annan liggare än nyckeln.",
        "Kontrollera det med dess egen liggares nyckel.",
    ),
    "evidence.other_product": (
        "Detta är ett undertecknat intyg men inget kvitto från detta program, eller från "
        "en okänd version.",
        "Kontrollera det med det program som skapade det.",
    ),
    "evidence.proof_invalid": (
        "Beviset bredvid kvittot visar inte att kvittot finns i liggaren.",
        "Någon har ändrat det, eller så hör det till ett annat kvitto; begär det på nytt.",
    ),
    "evidence.scan_blind": (
        "Läckagesökningen missade ett identitetsnummer som den själv hade planterat.",
        "Anmäl felet; inget har publicerats.",
    ),
    "evidence.unknown_key": (
        "Kvittot är undertecknat med en annan nyckel ({key}…).",
        "Kontrollera det med nyckeln till den liggare som det anger, om du litar på den.",
    ),
    "evidence.unsigned": (
        "Kvittot är inte undertecknat: körningen gjordes utan liggare.",
        "Inget kan kontrolleras; låt köra om leveransen med en liggare.",
    ),
    "evidence.voided": (
        "Kvittot är ogiltigförklarat: körningen i post {entry} publicerades aldrig.",
        "Använd inte filerna; kör om leveransen.",
    ),
    "leak.column_name": (
        "Namnet på kolumn {position} kan innehålla ett identitetsnummer eller en adress.",
        "Byt namn på kolumnen i leveransen.",
    ),
    "leak.looks_like": (
        "Några värden i den behållna kolumnen {column} ser ut som identitetsnummer, så "
        "många som slumpen kan förklara.",
        "Titta på kolumnen innan leveransen lämnas ut.",
    ),
    "leak.member_10": (
        "Den behållna kolumnen {column} innehåller 10-siffriga nummer på personer i "
        "leveransen (personer: {count}; ett av dem i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt ta bort den ur leveransen.",
    ),
    "leak.member_12": (
        "Den behållna kolumnen {column} innehåller 12-siffriga nummer på personer i "
        "leveransen (personer: {count}; ett av dem i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt ta bort den ur leveransen.",
    ),
    "leak.own_row": (
        "Den behållna kolumnen {column} upprepar sin egen rads identitetsnummer "
        "(celler: {count}; först i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt ta bort den ur leveransen.",
    ),
    "leak.rate": (
        "Minst hälften av den behållna kolumnen {column} ser ut som identitetsnummer "
        "(celler: {count}; först i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct.",
    ),
    "leak.separated": (
        "Den behållna kolumnen {column} innehåller identitetsnummer skrivna med "
        "skiljetecken (funna: {count}; först i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt rensa texterna.",
    ),
}
