# SPDX-License-Identifier: Apache-2.0
"""What a format cannot hold, what was changed for it, and the words of the codebook."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "codebook.column": (
        "Column",
        "",
    ),
    "codebook.file": (
        "File",
        "",
    ),
    "codebook.label": (
        "Label",
        "",
    ),
    "codebook.name_in_file": (
        "Name in the file",
        "",
    ),
    "codebook.note": (
        "Note",
        "",
    ),
    "codebook.number": (
        "Number",
        "",
    ),
    "codebook.role": (
        "Role",
        "",
    ),
    "codebook.type": (
        "Type",
        "",
    ),
    "note.boolean": (
        "1 is true and 0 is false.",
        "",
    ),
    "note.formula_quoted": (
        "An apostrophe stands before texts that a spreadsheet would run as formulas.",
        "",
    ),
    "note.label_cut": (
        "The file has only the beginning of the label, for the format holds no more of it.",
        "",
    ),
    "note.name_changed": (
        "The format cannot hold the column's name, so it has another one in the file.",
        "",
    ),
    "note.nan_missing": (
        "Values that are not a number (NaN) are missing in the file.",
        "",
    ),
    "note.trailing_blanks": (
        "Some texts end with blanks, which the format does not keep.",
        "",
    ),
    "note.utf8": (
        "Texts and labels are in UTF-8, which the file cannot say: read it in a session with "
        "UTF-8.",
        "",
    ),
    "note.utc": (
        "Times are in UTC, for the format has no time zones.",
        "",
    ),
    "output.blank_end": (
        "The last row is blank, and {format} cannot tell such a row from the end of the file.",
        "Keep a column of numbers or dates too, or publish in another format, such as parquet.",
    ),
    "output.date_out_of_range": (
        "Column {column} has a date that {format} cannot hold: before {first} or after year 9999.",
        "Publish in another format, such as parquet or csv, or declare the column as a string.",
    ),
    "output.integer_too_large": (
        "Column {column} has an integer of more digits than {format} keeps.",
        "Declare the column as a string, or publish in another format, such as parquet or csv.",
    ),
    "output.library_failed": (
        "The library that writes {format} failed.",
        "Report this fault, and publish in another format, such as parquet.",
    ),
    "output.no_scratch": (
        "A file was to be written without a folder for what is written on the way.",
        "Report this fault.",
    ),
    "output.number_out_of_range": (
        "Column {column} has a number that {format} cannot hold: infinite, too great or too "
        "near to zero.",
        "Publish in another format, such as parquet or csv.",
    ),
    "output.row_too_long": (
        "The rows are longer than the {limit} bytes that {format} can hold.",
        "Keep fewer columns of long texts, or publish in another format, such as parquet.",
    ),
    "output.schema_differs": (
        "Rows were to be written that do not have the output's columns.",
        "Report this fault.",
    ),
    "output.text_too_long": (
        "Column {column} has a text that is longer than {format} can hold ({limit}).",
        "Drop the column, or publish in another format, such as parquet or csv.",
    ),
    "output.text_with_nul": (
        "Column {column} has a text with a zero character (NUL), at which {format} would end it.",
        "Correct it at the source, or publish in another format, such as parquet.",
    ),
    "output.time_too_fine": (
        "Column {column} has a time with a finer fraction of a second than {format} can hold.",
        "Publish in another format, such as parquet or csv.",
    ),
    "output.too_large": (
        "The table is larger than the {limit} MiB that are kept in memory to write {format}.",
        "Raise PSEUDO_TABLE_MEMORY, or publish in a format without that limit, such as parquet, "
        "arrow or csv.",
    ),
    "output.too_many_columns": (
        "There are {columns} columns; {format} can hold {limit}.",
        "Keep fewer columns, or publish in another format, such as parquet or csv.",
    ),
    "output.too_many_rows": (
        "There are more rows than the {limit} that {format} can hold.",
        "Publish in another format, such as parquet or csv.",
    ),
    "output.unsupported_type": (
        "Column {column} was to be written with a type that output does not have ({type}).",
        "Report this fault.",
    ),
}
