# SPDX-License-Identifier: Apache-2.0
"""Leak scan, error list and receipt: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "effect.delivery_refused": (
        "delivery refused",
        "",
    ),
    "effect.row_left_out": (
        "row left out",
        "",
    ),
    "effect.value_left_blank": (
        "value left blank",
        "",
    ),
    "error_list.code": (
        "Code",
        "",
    ),
    "error_list.column": (
        "Column",
        "",
    ),
    "error_list.effect": (
        "What happened",
        "",
    ),
    "error_list.file": (
        "File",
        "",
    ),
    "error_list.line": (
        "Line",
        "",
    ),
    "error_list.problem": (
        "What is wrong",
        "",
    ),
    "error_list.record": (
        "Record",
        "",
    ),
    "error_list.remedy": (
        "What to do",
        "",
    ),
    "evidence.bad_signature": (
        "The receipt was changed after it was signed.",
        "Do not trust it; ask for the receipt again, and for the ledger's proof of it.",
    ),
    "evidence.file_differs": (
        "The file {file} is not one that the receipt is about.",
        "It was changed, or belongs to another receipt; ask for the file again.",
    ),
    "evidence.file_extra": (
        "There is something in the folder {folder} that the receipt does not name.",
        "Find out who put it there; release only what the receipt names.",
    ),
    "evidence.input_differs": (
        "Input {position} of those named is not a file of this delivery, or the opening "
        "is another delivery's.",
        "Compare the file with the one that was sent, byte by byte.",
    ),
    "evidence.ledger_forked": (
        "The ledger does not go on from the checkpoint of {size} entries.",
        "Entries were removed or replaced since, or there are two ledgers; keep both and "
        "find out.",
    ),
    "evidence.no_receipt": (
        "This is not a receipt.",
        "Name receipt.json, or the published folder that holds it.",
    ),
    "evidence.not_in_ledger": (
        "Entry {entry} of the ledger is not this, or there is no such entry.",
        "The ledger was shortened, or is another one; compare with a checkpoint that is "
        "held elsewhere.",
    ),
    "evidence.other_ledger": (
        "The receipt belongs to another ledger than the key.",
        "Verify it with the key of its own ledger.",
    ),
    "evidence.other_product": (
        "This is a signed statement, but no receipt of this program, or of a release that "
        "is not known here.",
        "Verify it with the program that made it.",
    ),
    "evidence.proof_invalid": (
        "The proof beside the receipt does not prove that the receipt is in the ledger.",
        "Somebody changed it, or it belongs to another receipt; ask for it again.",
    ),
    "evidence.scan_blind": (
        "The leak scan missed an identity number that it had planted itself.",
        "Report this fault; nothing was published.",
    ),
    "evidence.unknown_key": (
        "The receipt was signed with another key ({key}…).",
        "Verify it with the key of the ledger that it names, if you trust that key.",
    ),
    "evidence.unsigned": (
        "The receipt is not signed: the batch was run without a ledger.",
        "Nothing can be verified; have the batch run again with a ledger.",
    ),
    "evidence.voided": (
        "The receipt was voided: the batch of entry {entry} was never published.",
        "Do not use the files; run the batch again.",
    ),
    "leak.column_name": (
        "The name of column {position} may hold an identity number or an address.",
        "Rename the column in the delivery.",
    ),
    "leak.looks_like": (
        "Some values of the kept column {column} look like identity numbers, as many "
        "as chance may explain.",
        "Look at the column before the release is sent.",
    ),
    "leak.member_10": (
        "The kept column {column} holds 10-digit numbers of people in this delivery "
        "(people: {count}; one of them in file {file}, record {record}).",
        "Declare the column as identifier or direct, or have it removed from the delivery.",
    ),
    "leak.member_12": (
        "The kept column {column} holds 12-digit numbers of people in this delivery "
        "(people: {count}; one of them in file {file}, record {record}).",
        "Declare the column as identifier or direct, or have it removed from the delivery.",
    ),
    "leak.own_row": (
        "The kept column {column} repeats the identity number of its own row (cells: "
        "{count}; first in file {file}, record {record}).",
        "Declare the column as identifier or direct, or have it removed from the delivery.",
    ),
    "leak.rate": (
        "At least half of the kept column {column} looks like identity numbers (cells: "
        "{count}; first in file {file}, record {record}).",
        "Declare the column as identifier or direct.",
    ),
    "leak.separated": (
        "The kept column {column} holds identity numbers written with a separator "
        "(found: {count}; first in file {file}, record {record}).",
        "Declare the column as identifier or direct, or have the texts cleaned.",
    ),
}
