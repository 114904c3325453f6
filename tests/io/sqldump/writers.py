# SPDX-License-Identifier: Apache-2.0
"""Small writers of dumps, each as its dialect's manual has it, and nothing of the reader."""

from __future__ import annotations

import random
from collections.abc import Sequence

Row = Sequence[str | int | None]

DDL = {"a": "bigint", "b": "varchar(200)", "c": "varchar(200)"}


def _mysql_text(text: str) -> str:
    named = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\x1a": "\\Z"}
    return "'" + "".join(named.get(letter, letter) for letter in text) + "'"


def _doubled(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _copied(value: str | int | None) -> str:
    if value is None:
        return "\\N"
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "".join(named.get(letter, letter) for letter in str(value))


def _literal(value: str | int | None, dialect: str) -> str:
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    if dialect == "mysql":
        return _mysql_text(value)
    return ("N" if dialect == "sqlserver" else "") + _doubled(value)


def mysql(rows: Sequence[Row], chance: random.Random) -> str:
    """Several rows a statement, as mysqldump writes them."""
    lines = ["-- MySQL dump 10.13  Distrib 8.0", "", "/*!40101 SET NAMES utf8mb4 */;"]
    columns = ",\n".join(f"  `{name}` {kind} DEFAULT NULL" for name, kind in DDL.items())
    lines.append(f"CREATE TABLE `t` (\n{columns}\n) ENGINE=InnoDB;")
    lines.append("LOCK TABLES `t` WRITE;")
    place = 0
    while place < len(rows):
        count = chance.randint(1, 4)
        values = ",".join(
            "(" + ",".join(_literal(value, "mysql") for value in row) + ")"
            for row in rows[place : place + count]
        )
        lines.append(f"INSERT INTO `t` VALUES {values};")
        place += count
    return "\n".join([*lines, "UNLOCK TABLES;", "-- Dump completed on 2026-01-01", ""])


def _one_a_statement(rows: Sequence[Row], dialect: str, head: str, end: str) -> str:
    return "".join(
        f"{head}({', '.join(_literal(value, dialect) for value in row)}){end}" for row in rows
    )


def postgresql(rows: Sequence[Row], _: random.Random) -> str:
    """A row a statement, as pg_dump --inserts writes them."""
    begin = "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
    columns = ",\n".join(f"    {name} {kind}" for name, kind in DDL.items())
    begin += f"CREATE TABLE public.t (\n{columns}\n);\n"
    return begin + _one_a_statement(rows, "postgresql", "INSERT INTO public.t VALUES ", ";\n")


def copy(rows: Sequence[Row], _: random.Random) -> str:
    """Lines of COPY, as pg_dump writes them."""
    begin = "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
    columns = ",\n".join(f"    {name} {kind}" for name, kind in DDL.items())
    begin += f"CREATE TABLE public.t (\n{columns}\n);\nCOPY public.t (a, b, c) FROM stdin;\n"
    return begin + "".join("\t".join(map(_copied, row)) + "\n" for row in rows) + "\\.\n"


def sqlite(rows: Sequence[Row], _: random.Random) -> str:
    """A row a statement, as .dump writes them."""
    columns = ",".join(f'"{name}" {kind}' for name, kind in DDL.items())
    begin = f"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t({columns});\n"
    return begin + _one_a_statement(rows, "sqlite", "INSERT INTO t VALUES", ";\n") + "COMMIT;\n"


def sqlserver(rows: Sequence[Row], chance: random.Random) -> str:
    """A row a statement, with GO behind some, as Management Studio writes them."""
    columns = ",\n".join(f"\t[{name}] [{kind.replace('(', '](')}" if "(" in kind else
                         f"\t[{name}] [{kind}]" for name, kind in DDL.items())  # fmt: skip
    begin = f"USE [db]\nGO\nCREATE TABLE [dbo].[t](\n{columns}\n) ON [PRIMARY]\nGO\n"
    begin += "SET IDENTITY_INSERT [dbo].[t] ON \n"
    head = "INSERT [dbo].[t] ([a], [b], [c]) VALUES "
    body = "".join(
        _one_a_statement([row], "sqlserver", head, chance.choice(["\n", "\nGO\n", "\n\n"]))
        for row in rows
    )
    return begin + body + "SET IDENTITY_INSERT [dbo].[t] OFF\nGO\n"


WRITERS = {
    "mysql": mysql,
    "postgresql": postgresql,
    "copy": copy,
    "sqlite": sqlite,
    "sqlserver": sqlserver,
}
