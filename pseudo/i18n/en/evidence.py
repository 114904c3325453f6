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
    "evidence.scan_blind": (
        "The leak scan missed an identity number that it had planted itself.",
        "Report this fault; nothing was published.",
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
