# SPDX-License-Identifier: Apache-2.0
"""Vad ett format inte rymmer, vad som ändrades för det, och kodbokens ord."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "codebook.column": (
        "Kolumn",
        "",
    ),
    "codebook.file": (
        "Fil",
        "",
    ),
    "codebook.label": (
        "Etikett",
        "",
    ),
    "codebook.name_in_file": (
        "Namn i filen",
        "",
    ),
    "codebook.note": (
        "Anmärkning",
        "",
    ),
    "codebook.number": (
        "Nummer",
        "",
    ),
    "codebook.role": (
        "Roll",
        "",
    ),
    "codebook.type": (
        "Typ",
        "",
    ),
    "note.boolean": (
        "1 är sant och 0 är falskt.",
        "",
    ),
    "note.formula_quoted": (
        "En apostrof står före texter som ett kalkylprogram skulle köra som formler.",
        "",
    ),
    "note.label_cut": (
        "Filen har bara början av etiketten, för mer rymmer formatet inte.",
        "",
    ),
    "note.name_changed": (
        "Formatet rymmer inte kolumnens namn, så den heter något annat i filen.",
        "",
    ),
    "note.nan_missing": (
        "Värden som inte är tal (NaN) saknas i filen.",
        "",
    ),
    "note.trailing_blanks": (
        "Några texter slutar med blanktecken, som formatet inte bevarar.",
        "",
    ),
    "note.utf8": (
        "Texter och etiketter är i UTF-8, vilket filen inte kan säga: läs den i en session med "
        "UTF-8.",
        "",
    ),
    "note.utc": (
        "Tiderna är i UTC, för formatet har inga tidszoner.",
        "",
    ),
    "output.blank_end": (
        "Den sista raden är blank, och {format} kan inte skilja en sådan rad från filens slut.",
        "Behåll också en kolumn med tal eller datum, eller ge ut i ett annat format, t.ex. "
        "parquet.",
    ),
    "output.date_out_of_range": (
        "Kolumnen {column} har ett datum som {format} inte rymmer: före {first} eller efter år "
        "9999.",
        "Ge ut i ett annat format, t.ex. parquet eller csv, eller deklarera kolumnen som text "
        "(string).",
    ),
    "output.integer_too_large": (
        "Kolumnen {column} har ett heltal med fler siffror än {format} bevarar.",
        "Deklarera kolumnen som text (string), eller ge ut i ett annat format, t.ex. parquet "
        "eller csv.",
    ),
    "output.library_failed": (
        "Biblioteket som skriver {format} misslyckades.",
        "Rapportera felet, och ge ut i ett annat format, t.ex. parquet.",
    ),
    "output.no_scratch": (
        "En fil skulle skrivas utan en mapp för det som skrivs på vägen.",
        "Rapportera felet.",
    ),
    "output.number_out_of_range": (
        "Kolumnen {column} har ett tal som {format} inte rymmer: oändligt, för stort eller för "
        "nära noll.",
        "Ge ut i ett annat format, t.ex. parquet eller csv.",
    ),
    "output.row_too_long": (
        "Raderna är längre än de {limit} byte som {format} rymmer.",
        "Behåll färre kolumner med långa texter, eller ge ut i ett annat format, t.ex. parquet.",
    ),
    "output.schema_differs": (
        "Rader skulle skrivas som inte har resultatets kolumner.",
        "Anmäl felet.",
    ),
    "output.text_too_long": (
        "Kolumnen {column} har en text som är längre än {format} rymmer ({limit}).",
        "Utelämna kolumnen, eller ge ut i ett annat format, t.ex. parquet eller csv.",
    ),
    "output.text_with_nul": (
        "Kolumnen {column} har en text med ett nolltecken (NUL), där {format} skulle avsluta den.",
        "Rätta den vid källan, eller ge ut i ett annat format, t.ex. parquet.",
    ),
    "output.time_too_fine": (
        "Kolumnen {column} har en tid med finare bråkdel av en sekund än {format} rymmer.",
        "Ge ut i ett annat format, t.ex. parquet eller csv.",
    ),
    "output.too_large": (
        "Tabellen är större än de {limit} MiB som hålls i minnet för att skriva {format}.",
        "Höj PSEUDO_TABLE_MEMORY, eller ge ut i ett format utan den gränsen, t.ex. parquet, "
        "arrow eller csv.",
    ),
    "output.too_many_columns": (
        "Det finns {columns} kolumner; {format} rymmer {limit}.",
        "Behåll färre kolumner, eller ge ut i ett annat format, t.ex. parquet eller csv.",
    ),
    "output.too_many_rows": (
        "Det finns fler rader än de {limit} som {format} rymmer.",
        "Ge ut i ett annat format, t.ex. parquet eller csv.",
    ),
    "output.unsupported_type": (
        "Kolumn {column} skulle skrivas med en typ som resultatet inte kan ha ({type}).",
        "Anmäl felet.",
    ),
}
