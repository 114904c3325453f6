# SPDX-License-Identifier: Apache-2.0
"""Deliveries and their records: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "delivery.archive": (
        "File {file} is packed in a way that is not read ({found}).",
        "Send the tables unpacked, or packed as zip, gzip or Zstandard without a password.",
    ),
    "delivery.archive_empty": (
        "File {file} is an archive without a file.",
        "Pack the tables and send the archive again.",
    ),
    "delivery.archive_path": (
        "File {file}: entry {record} of the archive names a place outside of it, or is a link.",
        "Pack the tables themselves anew, without links.",
    ),
    "delivery.archive_too_large": (
        "File {file} is an archive of more than {limit} files.",
        "Pack fewer files together.",
    ),
    "delivery.blank_column_name": (
        "File {file}: column {column} has no name.",
        "Name every column. If each line ends with a delimiter, remove that last one.",
    ),
    "delivery.changed": (
        "{name} changed while it was read.",
        "Wait until whatever writes it is done, and run again.",
    ),
    "delivery.column_name_too_long": (
        "File {file}: the name of column {column} is longer than {limit} characters.",
        "Give the column a short name; the first row must hold the column names.",
    ),
    "delivery.column_not_text": (
        "File {file}: column {column} is said to be text but is not valid UTF-8.",
        "Export the file again with its text as UTF-8.",
    ),
    "delivery.column_type": (
        "The column {column} is stored as {type}, which cannot hold what is declared.",
        "Deliver the column in the declared type or as text.",
    ),
    "delivery.database_file": (
        "File {file} is a database's own file or backup ({found}).",
        "Export the table as text (CSV UTF-8), or as a plain SQL script with its data.",
    ),
    "delivery.document": (
        "File {file} is a document ({found}) and no table.",
        "Send the table that it was made from: the Excel workbook, or text (CSV) from the system"
        " that has the data.",
    ),
    "delivery.duplicate_column": (
        "File {file}: columns {first} and {second} have the same name, {name}.",
        "Give every column a name of its own.",
    ),
    "delivery.empty": (
        "File {file} is empty.",
        "Send the file again, with a header and at least one record.",
    ),
    "delivery.encoding_contradicted": (
        "File {file} was to be read as {encoding}, but its byte order mark says {found}.",
        "Leave --encoding out, or give --encoding {found}.",
    ),
    "delivery.encrypted": (
        "File {file} is encrypted ({found}).",
        "Remove the password or the encryption, and send the file by a channel that is itself "
        "protected.",
    ),
    "delivery.formula_cell": (
        "Column {column} has a text that a spreadsheet program would run as a formula.",
        "Correct it at the source, or set formula_cells to quote or pass.",
    ),
    "delivery.framing_mismatch": (
        "File {file}: from record {record} (line {line}) on, records cannot be told "
        "apart with certainty.",
        "Export the file again with every field in quotation marks, or as Parquet; and "
        "report this.",
    ),
    "delivery.invalid_stop": (
        "{count} invalid values stand in columns where none is allowed.",
        "Correct the rows of the error list and send the delivery again.",
    ),
    "delivery.json_document": (
        "File {file} is one JSON document.",
        "Write one JSON object a line (JSON lines), or send text (CSV UTF-8).",
    ),
    "delivery.mail": (
        "File {file} is a mail ({found}) and no table.",
        "Save the file that is attached to the mail, and send that; and do not mail identity "
        "numbers.",
    ),
    "delivery.markup": (
        "File {file} is a page or document in {found}, whatever its name says.",
        "Open it in the spreadsheet program, save it as an Excel workbook (.xlsx) or as text "
        "(CSV UTF-8), and send that.",
    ),
    "delivery.missing_column": (
        "Columns are missing: {column}.",
        "Add them with exactly these names, or correct the spec; capitals count.",
    ),
    "delivery.mixed_column": (
        "File {file}: column {column} holds both texts and numbers.",
        "Write every value of that column as a text, or every one as a number.",
    ),
    "delivery.nested_column": (
        "File {file}: column {column} holds lists or structures.",
        "Export the file with one plain value in each cell.",
    ),
    "delivery.no_columns": (
        "File {file} has no columns.",
        "Send the file again with its columns.",
    ),
    "delivery.no_declared_column": (
        "None of the declared columns is in the header, which has {columns} columns.",
        "Check that the first row holds the column names, and that it is the right "
        "spec and delimiter.",
    ),
    "delivery.no_header": (
        "File {file} has no header: column {column} of its first line looks like data.",
        "Put a first line with column names; a name may not be only a number or a "
        "date, nor hold nine digits or an e-mail address.",
    ),
    "delivery.no_header_row": (
        "File {file} has no header in row {record}.",
        "Name every column in one row above the table, or say where the header is with "
        "header_rows.",
    ),
    "delivery.no_records": (
        "File {file} has a header but no records.",
        "Send the file again with its records.",
    ),
    "delivery.not_text": (
        "File {file} is no table that can be read ({found}).",
        "Send an Excel workbook, text (CSV UTF-8), Parquet, or a file of SAS, SPSS or Stata.",
    ),
    "delivery.nul_byte": (
        "File {file}, record {record}, line {line}: there is a zero byte (NUL).",
        "The file is damaged or was exported wrongly: export it again as UTF-8 text.",
    ),
    "delivery.other_workbook": (
        "File {file} is a workbook of a kind that is not read ({found}).",
        "Open it in the spreadsheet program, save it as an Excel workbook (.xlsx), and send that.",
    ),
    "delivery.packed_twice": (
        "File {file} is packed more than once ({found}).",
        "Unpack the inner archive, and pack its tables once.",
    ),
    "delivery.parser_died": (
        "File {file} made its reader crash.",
        "The file is damaged or hostile: export it again, as text if need be. Keep it "
        "aside and report this.",
    ),
    "delivery.picture": (
        "File {file} is a picture or film ({found}) and no table.",
        "Send the table itself, as an Excel workbook or as text (CSV), and no scan or photograph"
        " of it.",
    ),
    "delivery.record_too_long": (
        "File {file}, record {record}, line {line}: the record is longer than {limit} bytes.",
        "Look for a quotation mark on that line that is not closed, or for missing "
        "line ends; send the file again.",
    ),
    "delivery.row_too_long": (
        "File {file}, record {record}: the record is longer than {limit} bytes.",
        "Shorten that record's texts, or leave the column out.",
    ),
    "delivery.sheet_too_large": (
        "File {file} has a sheet that claims {rows} rows and {columns} columns.",
        "Delete the empty rows and columns outside the table, or save the sheet as text (CSV "
        "UTF-8).",
    ),
    "delivery.special_missing": (
        "File {file}: column {column} has special missing values (.A to .Z), which a column of "
        "numbers cannot keep.",
        "Leave user_missing at null, or read a column that has labels with value_labels: labels.",
    ),
    "delivery.sql_backslash": (
        "File {file}, record {record}, line {line}: a text has a backslash, and nothing tells "
        "whose SQL this is.",
        "A backslash is a letter in some dialects and not in others: send the dump as the "
        "database's own program writes it, with its first lines.",
    ),
    "delivery.sql_cut": (
        "File {file}, record {record}, line {line}: the SQL dump ends before its end.",
        "Dump the table again, and check that the file was transferred whole.",
    ),
    "delivery.sql_no_columns": (
        "File {file}, line {line}: the columns of the table are not named before its rows.",
        "Dump it with its CREATE TABLE, or with the names of the columns in each INSERT.",
    ),
    "delivery.sql_other_columns": (
        "File {file}, record {record}, line {line}: from here on rows have other columns.",
        "Dump the table so that every statement names the same columns.",
    ),
    "delivery.sql_refused": (
        "File {file}, record {record}, line {line}: a SQL dump may only hold data, and here "
        "stands {what}.",
        "Nothing of a dump is ever executed. Dump the table as plain INSERT … VALUES with "
        "literals, or as COPY … FROM stdin.",
    ),
    "delivery.sql_unclosed": (
        "File {file}, record {record}: the comment that begins on line {line} is never closed.",
        "Dump the table again, and check that the file was transferred whole.",
    ),
    "delivery.sql_value": (
        "File {file}, record {record}, line {line}: the value of column {column} does not fit its "
        "type ({type}).",
        "Correct it at the source, or dump the column as text; a date must exist, and a time have "
        "at most microseconds.",
    ),
    "delivery.text_in_drawing": (
        "File {file} has drawings or notes with text in its cells.",
        "Their text cannot be told from that of the cells: remove them, or save the workbook as "
        ".xlsx.",
    ),
    "delivery.too_many_columns": (
        "File {file} has {columns} columns; at most {limit} are taken.",
        "Send only the columns that were asked for.",
    ),
    "delivery.too_many_rejects": (
        "{rejected} of {records} records are wrong; the limit is {limit}.",
        "Correct the rows of the error list and send the delivery again.",
    ),
    "delivery.unclosed_quote": (
        "File {file}, record {record}: the quotation mark that opens a field on line "
        "{line} is never closed.",
        "Close it, or double the quotation marks inside the field, and send the file again.",
    ),
    "delivery.undecodable": (
        "File {file}, record {record}, line {line}: a byte is not {encoding}.",
        "Give the file's right encoding with --encoding (in Sweden often cp1252 or "
        "utf-8), or export the file as UTF-8.",
    ),
    "delivery.undecodable_text": (
        "File {file}: its texts are not in the encoding that was told or that it declares "
        "({encoding}).",
        "Give the right one with --encoding (in Sweden often cp1252 or utf-8), or save the file "
        "again with its texts as UTF-8.",
    ),
    "delivery.unknown_column": (
        "Columns are not declared: {column} (number {position}).",
        "Declare them in the spec, remove them from the delivery, or set unknown_columns: drop.",
    ),
    "delivery.unpacks_to_too_much": (
        "File {file} unpacks to more than {limit} bytes.",
        "Send the table in several files, or unpacked.",
    ),
    "delivery.unreadable": (
        "File {file} cannot be read as {format}: it is damaged, incomplete or encrypted.",
        "Send the file again, unencrypted; check that it was transferred whole.",
    ),
    "delivery.unsafe_column_name": (
        "File {file}: the name of column {column} looks like data.",
        "Name every column in words; a name may hold no nine digits and no e-mail address.",
    ),
    "delivery.unsupported_type": (
        "File {file}: column {column} has a type that is not taken ({type}).",
        "Export that column as text, numbers, dates or times.",
    ),
    "delivery.utf16_without_mark": (
        "File {file} seems to be UTF-16 without a byte order mark.",
        "Say so with --encoding {encoding}, or export the file as UTF-8.",
    ),
    "delivery.value_out_of_range": (
        "File {file}: column {column} ({type}) has a value that is too large or too precise.",
        "Integers must fit in 64 bits with a sign, dates lie in the years 1 to 9999, "
        "and times have at most microseconds; or export the column as text.",
    ),
    "encoding.mixed": (
        "The file was read as cp1252, but some of its letters are written as in UTF-8.",
        "Look at å, ä and ö in the output; if they are wrong, export the file as UTF-8.",
    ),
    "record.outside_fields": (
        "The record has characters where the spec declares no field.",
        "Look for a shifted line; or declare what stands there.",
    ),
    "record.too_few_fields": (
        "The record has fewer fields than the header.",
        "Look for a missing delimiter, or a line break in a field that is not in quotation marks.",
    ),
    "record.too_few_values": (
        "The row has fewer values than its table has columns.",
        "Dump the table again; do not edit a dump by hand.",
    ),
    "record.too_many_fields": (
        "The record has more fields than the header.",
        "Look for a delimiter in a field that is not in quotation marks.",
    ),
    "record.too_many_values": (
        "The row has more values than its table has columns.",
        "Dump the table again; do not edit a dump by hand.",
    ),
}
