# SPDX-License-Identifier: Apache-2.0
"""Identity numbers and values: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "frames.mixed_types": (
        "The values hold a {type}, which is neither text nor number.",
        "Give texts, whole numbers or None.",
    ),
    "frames.unknown_container": (
        "Values in a {container} cannot be read.",
        "Give a pandas, polars or pyarrow column, or a list.",
    ),
    "identity.bad_century": (
        "The year is not of the 19th, 20th or 21st century.",
        "Check the century; a personnummer begins with 18, 19 or 20.",
    ),
    "identity.bad_check_digit": (
        "The last digit does not agree with the others.",
        "Look for a mistyped digit.",
    ),
    "identity.bad_date": (
        "The date in the number does not exist.",
        "Check year, month and day.",
    ),
    "identity.bad_deny_list": (
        "An entry of the deny list is no number of 10 or 12 digits.",
        "Write each placeholder with 10 or 12 digits.",
    ),
    "identity.bad_form": (
        "The cell holds something other than an identity number.",
        "Write the number alone in the cell: YYYYMMDD-NNNN.",
    ),
    "identity.bad_serial": (
        "The birth number is 000, which is never used.",
        "Check the last four digits.",
    ),
    "identity.blank": (
        "The cell is empty.",
        "Fill in the number, or leave the row out.",
    ),
    "identity.century_conflict": (
        "The plus sign says over 100 years old, and the year says under 100.",
        "Write - instead of +, or correct the year.",
    ),
    "identity.column_type": (
        "A column of type {type} cannot hold identifiers.",
        "Give texts or whole numbers.",
    ),
    "identity.future_date": (
        "The date of birth lies after the reference date.",
        "Check the year, or the reference date of the delivery.",
    ),
    "identity.kind_and_kinds": (
        "Both one kind and several kinds were given.",
        "Give either kind or kinds.",
    ),
    "identity.lossy_number": (
        "The cell is a number that has lost digits.",
        "Format the column as text before the numbers are filled in, and fill them in again.",
    ),
    "identity.no_kind": (
        "No kind of identifier was given.",
        "Name at least one kind.",
    ),
    "identity.not_utf8": (
        "A column of texts holds bytes that are not UTF-8.",
        "Make the column again from its source with the right encoding.",
    ),
    "identity.opaque_alone": (
        "An opaque kind cannot stand beside other kinds.",
        "Give the column one opaque kind only.",
    ),
    "identity.placeholder": (
        "The number is a known placeholder.",
        "Fill in the person's own number, or leave the row out.",
    ),
    "identity.reference_date": (
        "The reference date is not between {first} and {last}.",
        "Give a day on which personnummer exist.",
    ),
    "identity.scope_missing": (
        "The cell that says within what this identifier has meaning is empty.",
        "Fill in the columns that the specification names as the identifier's scope.",
    ),
    "identity.scope_needed": (
        "An opaque identifier has meaning only within its scope, and none was given.",
        'Give scope the values inside which the numbers have meaning, or "none".',
    ),
    "identity.scope_not_opaque": (
        "A scope goes only with an opaque identifier.",
        "Leave scope out, or give the kind opaque:<name>.",
    ),
    "identity.too_long": (
        "The identifier is longer than 200 characters.",
        "Check that the right column was delivered.",
    ),
    "identity.unknown_kind": (
        "There is no kind of identifier called {kind}.",
        "Use personnummer, samordningsnummer, interim, orgnr, reserv:<scheme> "
        "(stockholm, vgr, varmland, carelink, nrid, skane) or opaque:<name>.",
    ),
    "identity.width_not_opaque": (
        "A width goes only with an opaque identifier.",
        "Remove width, or declare the kind opaque:<name>.",
    ),
    "identity.width_out_of_range": (
        "A width is a number of characters from 0 to {most}.",
        "Give a width that the identifiers have, or none.",
    ),
    "identity.wrong_kind": (
        "The number is valid, but of a kind that this column may not have.",
        "Check the column, or ask the agency to allow the kind.",
    ),
    "identity.wrong_length": (
        "The number has too few or too many digits.",
        "Write it with 10 or 12 digits: YYMMDD-NNNN or YYYYMMDD-NNNN.",
    ),
    "value.missing": (
        "The cell is blank, and the column must be filled.",
        "Fill it in at the source.",
    ),
    "value.not_in_list": (
        "The value is not one of those that the column may have.",
        "Use a code of the list that the recipient gave you, written as it is there.",
    ),
    "value.other_pattern": (
        "The value is not written in the form that the column has.",
        "Write it in the form that the description of the delivery gives.",
    ),
    "value.too_large": (
        "The value is greater than the greatest that there can be.",
        "Correct it; look for a slip of the pen or another unit.",
    ),
    "value.too_long": (
        "The text is longer than it may be.",
        "Shorten it.",
    ),
    "value.too_short": (
        "The text is shorter than it may be.",
        "Write it in full.",
    ),
    "value.too_small": (
        "The value is less than the least that there can be.",
        "Correct it; look for a slip of the pen or another unit.",
    ),
    "value.wrong_type": (
        "The value is not of the type that the column is declared with.",
        "Correct the value; dates are written YYYY-MM-DD, whole numbers with digits only.",
    ),
    "values.invalid": (
        "{total} values are not identity numbers of the asked kinds: {listed}.",
        'Correct them, or call with invalid="null" to leave them blank.',
    ),
}
