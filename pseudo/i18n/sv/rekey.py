# SPDX-License-Identifier: Apache-2.0
"""Flytt till en ny hemlighet: vad som är fel och vad man gör åt det."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "rekey.already_current": (
        "Version {version} av domänen {domain} gäller redan.",
        "För att flytta en tabell som blev kvar, ange dess version med --from-version.",
    ),
    "rekey.broken_records": (
        "Tabell {file} har {count} poster som inte passar rubrikraden och inte kan flyttas.",
        "Ange tabellen så som den publicerades; inget publicerades nu.",
    ),
    "rekey.column_twice": (
        "Samma kolumn angavs två gånger.",
        "Ange varje pseudonymkolumn en gång.",
    ),
    "rekey.left_behind": (
        "Gamla pseudonymer står i kolumner som inte flyttas: {listed}; totalt {count}.",
        "Ange också dessa kolumner med --column; bredvid de nya skulle de röja dem.",
    ),
    "rekey.missing_column": (
        "Saknas i tabell {file}: {column}.",
        "Varje tabell måste ha alla kolumner som --column anger; versaler räknas.",
    ),
    "rekey.named_by_pseudonym": (
        "Tabell {file} har {count} namn med gamla pseudonymer: på kolumner, eller sitt eget.",
        "Ge dem andra namn; bredvid de nya pseudonymerna skulle de röja dem.",
    ),
    "rekey.no_columns": (
        "Ingen pseudonymkolumn är angiven.",
        "Ange minst en med --column.",
    ),
    "rekey.no_new_version": (
        "Domänen {domain} har ingen version som är nyare än {version}, den gällande.",
        "För en tabell som blev kvar, ange dess version med --from-version. För en ny hemlighet,"
        ' skapa först en version: "pseudo domain new-version {domain}".',
    ),
    "rekey.not_bijective": (
        "Kandidaterna har inte precis en gammal och en ny pseudonym var.",
        "Anmäl felet; inget publicerades.",
    ),
    "rekey.not_current": (
        "En tabell som blev kvar kan bara flyttas till den gällande versionen, {version} av"
        " {domain}.",
        "Utelämna --to-version.",
    ),
    "rekey.not_newer": (
        "Version {version} av domänen {domain} går inte att flytta till eller från.",
        "Flytt går från en äldre version till en nyare, och slutar vid den gällande eller senare.",
    ),
    "rekey.not_text": (
        "Kolumnen {column} i tabell {file} innehåller inte text och alltså inga pseudonymer.",
        "Ange de kolumner som gör det.",
    ),
    "rekey.overtaken": (
        "En annan version av domänen {domain} har börjat gälla under tiden.",
        "Se vem som flyttade den med pseudo ledger show; inget publicerades nu.",
    ),
    "rekey.published_not_current": (
        "Tabellerna är publicerade i {out}, men att version {version} av domänen {domain} ska"
        " gälla blev inte klart ({cause}).",
        "Åtgärda orsaken och se «pseudo domain show {domain}». Gäller version {old}, ge samma"
        " order en gång till med en annan --out; gäller {version} är allt klart.",
    ),
    "rekey.same_table_name": (
        "Två tabeller har samma namn, så den ena skulle ta den andras plats.",
        "Byt namn på en av dem.",
    ),
    "rekey.table_name": (
        "Tabell {position} har ett namn som inte kan publiceras.",
        "Byt namn på den; filen publiceras under tabellens namn, som inte får ha något nummer.",
    ),
    "rekey.unknown_pseudonyms": (
        "Kandidaterna förklarar inte alla celler ({listed}): {malformed} är inga pseudonymer i"
        " domänens format, {unexplained} hör inte till någon kandidat. {unusable} kandidater gick"
        " inte att använda.",
        "Kontrollera domän, version, sort och referensdatum, och ange alla kandidater, giltiga"
        " sådana; inget publicerades.",
    ),
}
