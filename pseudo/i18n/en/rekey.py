# SPDX-License-Identifier: Apache-2.0
"""Moving to a new secret: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "rekey.already_current": (
        "Version {version} of the domain {domain} is current already.",
        "To move a table that was left behind, give its version with --from-version.",
    ),
    "rekey.broken_records": (
        "Table {file} has {count} records that do not fit its header, so they cannot be moved.",
        "Give the table as it was published; nothing was published now.",
    ),
    "rekey.column_twice": (
        "The same column was given twice.",
        "Name each pseudonym column once.",
    ),
    "rekey.left_behind": (
        "Old pseudonyms stand in columns that are not moved: {listed}; in all {count}.",
        "Name these columns with --column too; beside the new ones they would give them away.",
    ),
    "rekey.missing_column": (
        "Not in table {file}: {column}.",
        "Every table must have every column that --column names; capitals count.",
    ),
    "rekey.named_by_pseudonym": (
        "Table {file} has {count} names that hold old pseudonyms: of columns, or its own.",
        "Give them other names; beside the new pseudonyms they would give them away.",
    ),
    "rekey.no_columns": (
        "No pseudonym column is named.",
        "Name at least one with --column.",
    ),
    "rekey.no_new_version": (
        "The domain {domain} has no version that is newer than {version}, the current one.",
        "For a table that was left behind, name its version with --from-version. For a new "
        'secret, make a version first: "pseudo domain new-version {domain}".',
    ),
    "rekey.not_bijective": (
        "The candidates do not have exactly one old and one new pseudonym each.",
        "Report this fault; nothing was published.",
    ),
    "rekey.not_current": (
        "A table that was left behind can only be moved to the current version, {version} of"
        " {domain}.",
        "Leave --to-version out.",
    ),
    "rekey.not_newer": (
        "Version {version} of the domain {domain} cannot be moved to or from.",
        "Moves go from an older version to a newer one, and end at the current one or beyond it.",
    ),
    "rekey.not_text": (
        "The column {column} of table {file} holds no texts, so it holds no pseudonyms.",
        "Name the columns that do.",
    ),
    "rekey.overtaken": (
        "Another version of the domain {domain} became current meanwhile.",
        "See who moved it with pseudo ledger show; nothing was published now.",
    ),
    "rekey.published_not_current": (
        "The tables are published in {out}, but version {version} of the domain {domain} was not"
        " made current to the end ({cause}).",
        'Mend the cause and see "pseudo domain show {domain}". If version {old} is current, give'
        " the same order once more with another --out; if {version} is, all is done.",
    ),
    "rekey.same_table_name": (
        "Two tables have the same name, so one would take the other's place.",
        "Rename one of them.",
    ),
    "rekey.table_name": (
        "Table {position} has a name that cannot be published.",
        "Rename it; a file is published under its table's name, so that may hold no number.",
    ),
    "rekey.unknown_pseudonyms": (
        "The candidates do not explain every cell ({listed}): {malformed} are no pseudonyms of"
        " the domain's format, {unexplained} belong to no candidate. {unusable} candidates"
        " could not be used.",
        "Check the domain, the version, the kind and the reference date, and give all"
        " candidates, valid ones; nothing was published.",
    ),
}
