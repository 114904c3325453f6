# SPDX-License-Identifier: Apache-2.0
"""SQL dumps, read as data: nothing in them is ever executed.

===================  ===================================================================
room                 what it is
===================  ===================================================================
:mod:`.dialects`     whose dialect a dump is written in, by its content
:mod:`.window`       the text as a stream: a window that moves over it, with its place
:mod:`.skipping`     statements that are passed over
:mod:`.heads`        the words before the rows: INSERT, COPY, CREATE TABLE
:mod:`.identifiers`  names of tables and columns
:mod:`.ddl`          columns and their types, from CREATE TABLE
:mod:`.choice`       which of several tables is read
:mod:`.statements`   the dump, statement by statement, to pieces of rows
:mod:`.piece`        pieces of rows, to columns of texts
:mod:`.literals`     values that are no plain literal
:mod:`.spelling`     texts spelled with escapes
:mod:`.finishing`    whether the dump was written to its end
:mod:`.diagnosis`    why a row is not whole
:mod:`.charset`      the encoding that a dump names
:mod:`.definitions`  the tables that a dump defines
:mod:`.rows`         the chosen table's rows, found in the window
:mod:`.block`        found rows
:mod:`.copied`       rows of COPY
:mod:`.typed`        columns of texts, to the types of the DDL
:mod:`.source`       all of it as a :class:`pseudo.io.source.Source`
===================  ===================================================================
"""

from __future__ import annotations

from pseudo.io.sqldump.source import SqlDumpSource

__all__ = ["SqlDumpSource"]
