# SPDX-License-Identifier: Apache-2.0
"""Releases and databases: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "load.bad_name": (
        "{name} is no name that a table or a column can have here.",
        "Use letters, digits and words that name nobody.",
    ),
    "load.database_busy": (
        "The database ({database}) is locked by somebody else; nothing was loaded.",
        "Wait until they are done, and load again.",
    ),
    "load.database_full": (
        "The database ({database}) has no room left, or cannot be written; nothing was loaded.",
        "Make room where the database is, and load again.",
    ),
    "load.differs": (
        "What was read of {file} is not what the receipt says of it; nothing was loaded.",
        "Verify the release again, and find out who changes its files; if nobody does, report "
        "this fault.",
    ),
    "load.encoding": (
        "The database has the encoding {encoding}, which does not hold all characters.",
        "Load into a database that was made with the encoding UTF8.",
    ),
    "load.file_missing": (
        "The file {file} of the release is not there.",
        "Load the folder as it was published, with its data and codebook.",
    ),
    "load.name_reserved": (
        "{name} is a name that the database ({database}) has for itself.",
        "Give the table, or the column in the spec, another name.",
    ),
    "load.name_too_long": (
        "The name {name} is longer than the database ({database}) can hold ({limit}); with a "
        "table goes a second one with _codebook behind its name.",
        "Give the table, or the column in the spec, a shorter name.",
    ),
    "load.names_alike": (
        "The columns {first} and {second} are one to the database ({database}).",
        "Give one of them another name in the spec.",
    ),
    "load.no_number": (
        "Column {column} has a number that the database ({database}) cannot hold: none (NaN) or"
        " infinite.",
        "Load into a database that can, such as PostgreSQL, or drop the column.",
    ),
    "load.no_rows": (
        "The release has no rows.",
        "There is nothing to load.",
    ),
    "load.no_such_file": (
        "The release has no such file; it has: {files}.",
        "Give one of these names to --file.",
    ),
    "load.no_such_schema": (
        "The database ({database}) has no schema {schema}, or does not show it.",
        "Have the schema made first, or leave --schema out.",
    ),
    "load.not_allowed": (
        "The database ({database}) does not let this user make the table {table}.",
        "Ask for the right to make tables there, or name another place with --schema.",
    ),
    "load.nothing_released": (
        "Nothing was released in that folder: the delivery was refused.",
        "Name the folder of a batch that was published.",
    ),
    "load.rows_differ": (
        "The table {table} does not have as many rows as the receipt says; nothing was loaded.",
        "See what else the database does when rows come, such as triggers, and load again.",
    ),
    "load.several_files": (
        "The release has several files: {files}.",
        "Say which one with --file NAME, and load each into a table of its own.",
    ),
    "load.table_exists": (
        "The database ({database}) has something called {table} already.",
        "Choose another name; nothing is overwritten and nothing appended.",
    ),
    "load.text_too_long": (
        "Column {column} has a text that is longer than the database ({database}) can hold "
        "({limit} bytes).",
        "Drop the column in the spec, and load the release that comes of it.",
    ),
    "load.text_with_nul": (
        "Column {column} has a text with a zero character (NUL), which the database ({database}) "
        "cannot hold whole.",
        "Have it corrected at the source, or drop the column in the spec.",
    ),
    "load.too_many_columns": (
        "There are {columns} columns; a table of the database ({database}) can have {limit}.",
        "Keep fewer columns.",
    ),
    "load.unsupported_database": (
        "Nothing is loaded into {database}: there a table cannot be made all or nothing.",
        "Load into PostgreSQL, SQLite or SQL Server.",
    ),
    "load.unsure": (
        "The database ({database}) was lost at the last step: {table} is there as a whole, or "
        "not at all.",
        "Look whether it is there. If it is, the load is done; if not, load again.",
    ),
    "load.untyped": (
        "The file {file} is in a format whose types are not kept.",
        "Publish the release with --to parquet, and load that.",
    ),
}
