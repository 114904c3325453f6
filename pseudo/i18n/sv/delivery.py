# SPDX-License-Identifier: Apache-2.0
"""Deliveries and their records: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "delivery.blank_column_name": (
        "Fil {file}: kolumn {column} saknar namn.",
        "Ge varje kolumn ett namn. Slutar varje rad med en avgränsare, ta bort den "
        "sista.",
    ),
    "delivery.changed": (
        "{path} ändrades medan den lästes.",
        "Vänta tills det som skriver filen är klart och kör igen.",
    ),
    "delivery.column_type": (
        "Kolumnen {column} är lagrad som {type}, som inte kan innehålla det som är "
        "deklarerat.",
        "Lämna kolumnen i den deklarerade typen eller som text.",
    ),
    "delivery.duplicate_column": (
        "Fil {file}: kolumn {first} och {second} har samma namn, {name}.",
        "Ge varje kolumn ett eget namn.",
    ),
    "delivery.empty": (
        "Fil {file} är tom.",
        "Skicka filen igen, med en rubrikrad och minst en post.",
    ),
    "delivery.encoding_contradicted": (
        "Fil {file} skulle läsas som {encoding}, men byteordningsmärket säger {found}.",
        "Utelämna --encoding, eller ange --encoding {found}.",
    ),
    "delivery.framing_mismatch": (
        "Fil {file}: från och med post {record} (rad {line}) kan posterna inte säkert "
        "skiljas åt.",
        "Exportera filen igen med varje fält inom citattecken, eller som Parquet; och "
        "anmäl detta.",
    ),
    "delivery.invalid_stop": (
        "{count} ogiltiga värden står i kolumner där inga är tillåtna.",
        "Rätta raderna i fellistan och skicka leveransen igen.",
    ),
    "delivery.missing_column": (
        "Kolumner saknas: {column}.",
        "Lägg till dem med exakt dessa namn, eller rätta specifikationen; stora och "
        "små bokstäver räknas.",
    ),
    "delivery.no_declared_column": (
        "Ingen av de deklarerade kolumnerna finns i rubrikraden, som har {columns} "
        "kolumner.",
        "Kontrollera att första raden innehåller kolumnnamnen, och att det är rätt "
        "specifikation och skiljetecken.",
    ),
    "delivery.no_header": (
        "Fil {file} saknar rubrikrad: kolumn {column} på första raden ser ut som data.",
        "Lägg till en första rad med kolumnnamn; ett namn får inte bara vara ett tal "
        "eller ett datum, och inte innehålla nio siffror eller en e-postadress.",
    ),
    "delivery.no_records": (
        "Fil {file} har en rubrikrad men inga poster.",
        "Skicka filen igen med sina poster.",
    ),
    "delivery.not_text": (
        "Fil {file} är inte en textfil ({found}).",
        "Exportera den som text (CSV, UTF-8) eller som Parquet, uppackad och utan "
        "lösenord, och skicka den.",
    ),
    "delivery.nul_byte": (
        "Fil {file}, post {record}, rad {line}: det finns en nollbyte (NUL).",
        "Filen är skadad eller fel exporterad: exportera den igen som text i UTF-8.",
    ),
    "delivery.record_too_long": (
        "Fil {file}, post {record}, rad {line}: posten är längre än {limit} byte.",
        "Leta efter ett citattecken på raden som inte avslutas, eller efter "
        "radbrytningar som saknas; skicka filen igen.",
    ),
    "delivery.too_many_rejects": (
        "{rejected} av {records} poster är fel; gränsen är {limit}.",
        "Rätta raderna i fellistan och skicka leveransen igen.",
    ),
    "delivery.unclosed_quote": (
        "Fil {file}, post {record}: citattecknet som inleder ett fält på rad {line} "
        "avslutas aldrig.",
        "Avsluta det, eller dubblera citattecknen inne i fältet, och skicka filen igen.",
    ),
    "delivery.undecodable": (
        "Fil {file}, post {record}, rad {line}: en byte är inte {encoding}.",
        "Ange filens rätta teckenkodning med --encoding (i Sverige ofta cp1252 eller "
        "utf-8), eller exportera filen som UTF-8.",
    ),
    "delivery.unknown_column": (
        "Kolumner är inte deklarerade: {column} (nummer {position}).",
        "Deklarera dem i specifikationen, ta bort dem ur leveransen, eller ange "
        "unknown_columns: drop.",
    ),
    "delivery.utf16_without_mark": (
        "Fil {file} verkar vara UTF-16 utan byteordningsmärke.",
        "Ange det med --encoding {encoding}, eller exportera filen som UTF-8.",
    ),
    "record.too_few_fields": (
        "Posten har färre fält än rubrikraden.",
        "Leta efter en avgränsare som saknas, eller en radbrytning i ett fält utan "
        "citattecken.",
    ),
    "record.too_many_fields": (
        "Posten har fler fält än rubrikraden.",
        "Leta efter en avgränsare i ett fält utan citattecken.",
    ),
}
