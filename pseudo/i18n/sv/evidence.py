# SPDX-License-Identifier: Apache-2.0
"""Leak scan, error list and receipt: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "effect.delivery_refused": (
        "leveransen avvisad",
        "",
    ),
    "effect.row_left_out": (
        "raden utelämnad",
        "",
    ),
    "effect.value_left_blank": (
        "värdet lämnat tomt",
        "",
    ),
    "error_list.code": (
        "Kod",
        "",
    ),
    "error_list.column": (
        "Kolumn",
        "",
    ),
    "error_list.effect": (
        "Vad som skedde",
        "",
    ),
    "error_list.file": (
        "Fil",
        "",
    ),
    "error_list.line": (
        "Rad",
        "",
    ),
    "error_list.problem": (
        "Vad som är fel",
        "",
    ),
    "error_list.record": (
        "Post",
        "",
    ),
    "error_list.remedy": (
        "Vad som ska göras",
        "",
    ),
    "evidence.scan_blind": (
        "Läckagesökningen missade ett identitetsnummer som den själv hade planterat.",
        "Anmäl felet; inget har publicerats.",
    ),
    "leak.column_name": (
        "Namnet på kolumn {position} kan innehålla ett identitetsnummer eller en adress.",
        "Byt namn på kolumnen i leveransen.",
    ),
    "leak.looks_like": (
        "Några värden i den behållna kolumnen {column} ser ut som identitetsnummer, så "
        "många som slumpen kan förklara.",
        "Titta på kolumnen innan leveransen lämnas ut.",
    ),
    "leak.member_10": (
        "Den behållna kolumnen {column} innehåller 10-siffriga nummer på personer i "
        "leveransen (personer: {count}; ett av dem i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt ta bort den ur leveransen.",
    ),
    "leak.member_12": (
        "Den behållna kolumnen {column} innehåller 12-siffriga nummer på personer i "
        "leveransen (personer: {count}; ett av dem i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt ta bort den ur leveransen.",
    ),
    "leak.own_row": (
        "Den behållna kolumnen {column} upprepar sin egen rads identitetsnummer "
        "(celler: {count}; först i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt ta bort den ur leveransen.",
    ),
    "leak.rate": (
        "Minst hälften av den behållna kolumnen {column} ser ut som identitetsnummer "
        "(celler: {count}; först i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct.",
    ),
    "leak.separated": (
        "Den behållna kolumnen {column} innehåller identitetsnummer skrivna med "
        "skiljetecken (funna: {count}; först i fil {file}, post {record}).",
        "Deklarera kolumnen som identifier eller direct, eller låt rensa texterna.",
    ),
}
