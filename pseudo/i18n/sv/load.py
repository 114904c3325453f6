# SPDX-License-Identifier: Apache-2.0
"""Utgåvor och databaser: vad som är fel och vad man gör åt det."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "load.bad_name": (
        "{name} är inget namn som en tabell eller kolumn kan ha här.",
        "Använd bokstäver, siffror och ord som inte pekar ut någon.",
    ),
    "load.database_busy": (
        "Databasen ({database}) är låst av någon annan; inget laddades.",
        "Vänta tills de är klara och ladda igen.",
    ),
    "load.database_full": (
        "Databasen ({database}) har slut på plats eller går inte att skriva i; inget laddades.",
        "Skaffa plats där databasen ligger och ladda igen.",
    ),
    "load.differs": (
        "Det som lästes ur {file} är inte vad kvittot säger om den; inget laddades.",
        "Verifiera utgåvan igen och ta reda på vem som ändrar dess filer; är det ingen, anmäl "
        "felet.",
    ),
    "load.encoding": (
        "Databasen har teckenkodningen {encoding}, som inte rymmer alla tecken.",
        "Ladda in i en databas som gjordes med kodningen UTF8.",
    ),
    "load.file_missing": (
        "Utgåvans fil {file} finns inte där.",
        "Ladda mappen som den gavs ut, med data och kodbok.",
    ),
    "load.name_reserved": (
        "{name} är ett namn som databasen ({database}) själv använder.",
        "Ge tabellen, eller kolumnen i specifikationen, ett annat namn.",
    ),
    "load.name_too_long": (
        "Namnet {name} är längre än databasen ({database}) rymmer ({limit}); till en tabell hör"
        " en andra med _codebook efter namnet.",
        "Ge tabellen, eller kolumnen i specifikationen, ett kortare namn.",
    ),
    "load.names_alike": (
        "Kolumnerna {first} och {second} är en och samma för databasen ({database}).",
        "Ge en av dem ett annat namn i specifikationen.",
    ),
    "load.no_number": (
        "Kolumnen {column} har ett tal som databasen ({database}) inte rymmer: inget tal (NaN) "
        "eller oändligt.",
        "Ladda in i en databas som rymmer det, t.ex. PostgreSQL, eller utelämna kolumnen.",
    ),
    "load.no_rows": (
        "Utgåvan har inga rader.",
        "Det finns inget att ladda.",
    ),
    "load.no_such_file": (
        "Utgåvan har ingen sådan fil; den har: {files}.",
        "Ange ett av dessa namn med --file.",
    ),
    "load.no_such_schema": (
        "Databasen ({database}) har inget schema {schema}, eller visar det inte.",
        "Låt göra schemat först, eller utelämna --schema.",
    ),
    "load.not_allowed": (
        "Databasen ({database}) låter inte den här användaren göra tabellen {table}.",
        "Be om rätten att göra tabeller där, eller ange en annan plats med --schema.",
    ),
    "load.nothing_released": (
        "Inget gavs ut i den mappen: leveransen avvisades.",
        "Ange mappen för en körning som gavs ut.",
    ),
    "load.rows_differ": (
        "Tabellen {table} har inte så många rader som kvittot säger; inget laddades.",
        "Se efter vad databasen mer gör när rader kommer, t.ex. utlösare, och ladda igen.",
    ),
    "load.several_files": (
        "Utgåvan har flera filer: {files}.",
        "Säg vilken med --file NAMN, och ladda var och en till en egen tabell.",
    ),
    "load.table_exists": (
        "Databasen ({database}) har redan något som heter {table}.",
        "Välj ett annat namn; inget skrivs över och inget läggs till.",
    ),
    "load.text_too_long": (
        "Kolumnen {column} har en text som är längre än databasen ({database}) rymmer "
        "({limit} byte).",
        "Utelämna kolumnen i specifikationen och ladda den utgåva som det ger.",
    ),
    "load.text_with_nul": (
        "Kolumnen {column} har en text med ett nolltecken (NUL), som databasen ({database}) "
        "inte rymmer i sin helhet.",
        "Låt rätta den vid källan, eller utelämna kolumnen i specifikationen.",
    ),
    "load.too_many_columns": (
        "Det finns {columns} kolumner; en tabell i databasen ({database}) kan ha {limit}.",
        "Behåll färre kolumner.",
    ),
    "load.unsupported_database": (
        "Inget laddas in i {database}: där kan en tabell inte göras helt eller inte alls.",
        "Ladda in i PostgreSQL, SQLite eller SQL Server.",
    ),
    "load.unsure": (
        "Databasen ({database}) tappades vid sista steget: {table} finns där i sin helhet, "
        "eller inte alls.",
        "Se efter om den finns. Finns den är laddningen klar; annars, ladda igen.",
    ),
    "load.untyped": (
        "Filen {file} är i ett format som inte bevarar typerna.",
        "Ge ut den med --to parquet och ladda det.",
    ),
}
