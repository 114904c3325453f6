# SPDX-License-Identifier: Apache-2.0
"""Orders that cannot be carried out: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "cancelled": (
        "Stopped on request; nothing was published.",
        "Run it again when it suits; nothing needs to be cleaned up.",
    ),
    "database.failed": (
        "The database ({database}) failed.",
        "Try the table or query in the database's own program, as the same user.",
    ),
    "database.no_rows_query": (
        "The query gives no rows.",
        "Write one SELECT.",
    ),
    "database.not_reached": (
        "The database ({database}) cannot be reached, or stopped to answer.",
        "Look whether it runs, whether the user may connect, and where the password is.",
    ),
    "internal.fault": (
        "An internal fault: {error} at {place}.",
        "Report this line; it holds no data. Nothing was published.",
    ),
    "internal.library_missing": (
        "The library {library} is not installed.",
        "Install the program again with all that it needs.",
    ),
    "internal.rows_lost": (
        "The number of rows written is not the number that was counted.",
        "Report this fault; nothing was published.",
    ),
    "internal.self_test": (
        "The self test of {test} failed ({error}).",
        "Do not use this installation; install it again, and report this if it stays.",
    ),
    "interrupted": (
        "Stopped at once; part of it may be done.",
        "Run the same command again: what was begun is brought to its end, and what was done "
        "says so.",
    ),
    "kernel.column_too_long": (
        "A column of {rows} rows is too long to be swapped at once; {most} rows fit.",
        "Give it in several pieces, such as the chunks of a chunked array.",
    ),
    "kernel.unavailable": (
        "There is no compiled kernel here that can be used.",
        '"pseudo doctor" says what is there. Set PSEUDO_KERNEL to auto or reference to go on '
        "without it.",
    ),
    "kernel.unknown": (
        "There is no kernel called {kernel}.",
        "Use auto, native or reference.",
    ),
    "usage.bad_database": (
        "The address of the database is none.",
        "Write it as SQLAlchemy does, such as postgresql+psycopg://USER@HOST/DATABASE.",
    ),
    "usage.bad_date": (
        "The reference date is not a date.",
        "Write it as YYYY-MM-DD.",
    ),
    "usage.bad_delimiter": (
        "The delimiter must be one ASCII character that is not a letter, a digit, a "
        "quotation mark or a line end.",
        "Give a semicolon, comma, tab or pipe, or leave it out to have it found.",
    ),
    "usage.bad_header_rows": (
        "The rows of a header are one number, or two with a hyphen, such as 3-4.",
        "Count the rows from 1, as the spreadsheet program does.",
    ),
    "usage.bad_person": (
        "No custodian can be called so.",
        "Use 2 to 63 characters A–Z, a–z, 0–9, point, hyphen and underscore, beginning with a "
        "letter or digit; it stands in clear in the ledger.",
    ),
    "usage.bad_query": (
        "The database ({database}) refuses the table or the query.",
        "Try it in the database's own program, as the same user.",
    ),
    "usage.bad_reference": (
        "The reference may not stand in a ledger: it is empty, too long, or could name a person.",
        "Give the number of the decision in the agency's register, one line of at most 200 "
        "characters and without any identity number.",
    ),
    "usage.bad_request": (
        "The file is no request, or the files are of several requests.",
        "Give copies of one request as pseudo request wrote it; nothing in it may be changed.",
    ),
    "usage.bad_setting": (
        "The setting {setting} has a value that it cannot have.",
        "See the table of settings in the manual.",
    ),
    "usage.bad_waiting": (
        "So many days nobody waits.",
        "Give a waiting period of 0 to {most} days.",
    ),
    "usage.cannot_open": (
        "{path} cannot be opened.",
        "Check the path, and that the disk or share it is on can be reached.",
    ),
    "usage.cannot_write": (
        "{path} cannot be written.",
        "Check that the folder exists and that you may write there.",
    ),
    "usage.column_and_keep": (
        "The same column is to be swapped and kept: {column}.",
        "Name it once.",
    ),
    "usage.column_not_found": (
        "Not in the header: {column}.",
        "The delivery's columns are: {columns}.",
    ),
    "usage.columns_undecided": (
        "It was not said what happens to these columns: {columns}.",
        "Name each with --column or --keep, or keep all of them with --keep-all.",
    ),
    "usage.database_and_files": (
        "Give either files or a database.",
        "Leave one of them out; each is a delivery of its own.",
    ),
    "usage.exists": (
        "{file} exists already.",
        "Choose another name; nothing is overwritten.",
    ),
    "usage.format_needs_polars": (
        "The format {format} is written with the library polars, which is not installed.",
        'Install it: pip install "pseudo-personnummer[polars]".',
    ),
    "usage.is_a_directory": (
        "{path} is a folder, not a file.",
        "Name the files in it that make up the delivery.",
    ),
    "usage.keep_and_keep_all": (
        "Both some and all other columns are to be kept.",
        "Give either --keep or --keep-all.",
    ),
    "usage.keep_without_columns": (
        "Columns to keep go only with columns to swap.",
        "Leave --keep and --keep-all out when there is a spec.",
    ),
    "usage.ledger_not_lost": (
        "The ledger is not lost: it is at {ledger}.",
        "Leave PSEUDO_LEDGER and --ledger out, and go on with it.",
    ),
    "usage.missing": (
        "{option} is missing.",
        'See what the command needs with "{command} --help".',
    ),
    "usage.misused_option": (
        "The option {option} was not given as it must be.",
        'See how with "{command} --help".',
    ),
    "usage.name_of_codebook": (
        "A file of the release would be called {name}, which is the name of its codebook.",
        "Give the spec or the table another name, or publish in another format.",
    ),
    "usage.no_column_found": (
        "None of these columns is in the header, which has {columns}: {column}.",
        "Check that the first row holds the column names, and see them with pseudo inspect.",
    ),
    "usage.no_command": (
        "No command was given.",
        "Give one of the commands in the list above.",
    ),
    "usage.no_database_driver": (
        "The driver for that database is not installed.",
        "Install pseudo-personnummer[database], or the driver that the address names.",
    ),
    "usage.no_files": (
        "No file was given.",
        "Name at least one file of the delivery.",
    ),
    "usage.no_identifier_found": (
        "No column holds identity numbers, so no spec was drafted.",
        "Look at the file without --write-spec, and write the spec by hand.",
    ),
    "usage.no_keystore": (
        "No key store was named.",
        "Give --keystore local:PATH, or set PSEUDO_KEYSTORE.",
    ),
    "usage.no_number": (
        "No number is given.",
        "Type it at the prompt, or name a file that holds it with --number-file; never write it "
        "into a command.",
    ),
    "usage.no_permission": (
        "{path} may not be read by the user who runs this.",
        "Ask for the right to read it, or run as a user who has it.",
    ),
    "usage.no_person": (
        "Nobody is named who signs.",
        "Say who with --as and --person-key, or set PSEUDO_CUSTODIAN and PSEUDO_CUSTODIAN_KEY.",
    ),
    "usage.no_query": (
        "{path} holds no query that can be read.",
        "Write one SELECT into it, in UTF-8, of less than a million characters.",
    ),
    "usage.no_such_file": (
        "There is no file {path}.",
        "Check the path and its spelling.",
    ),
    "usage.no_such_member": (
        "{file} has no such file in it, only: {files}.",
        "Name one of them, or give its number from 1; what is no archive has none.",
    ),
    "usage.no_such_table": (
        "File {file} has no such table; it has: {tables}.",
        "Give one of these names to --table, or its number from 1.",
    ),
    "usage.not_a_regular_file": (
        "{path} is a pipe or a device, not an ordinary file.",
        "Save the data to a file first and name that file.",
    ),
    "usage.not_confirmed": (
        "The domain was not destroyed, because that was not confirmed.",
        "Repeat the command with --yes and the domain's name if its pseudonyms are "
        "never to be made again.",
    ),
    "usage.not_read": (
        "The request was not approved.",
        "Read it, and type its order at the prompt; without a terminal, --yes says that it was "
        "read.",
    ),
    "usage.option_value": (
        "The value of {option} is not one that it can have.",
        "Give {expected}.",
    ),
    "usage.output_exists": (
        "{out} exists already.",
        "Give --out a folder that does not exist, or remove this one if it is not needed.",
    ),
    "usage.output_name": (
        "{out} is not a name that a new folder can have.",
        "Give --out a folder with a name of its own, at most 200 bytes long.",
    ),
    "usage.output_parent_denied": (
        "The folder that {out} is to be made in may not be written to.",
        "Ask for the right to write there, or choose another place with --out.",
    ),
    "usage.output_parent_missing": (
        "The folder that {out} is to be made in does not exist.",
        "Make that folder first, or check the path.",
    ),
    "usage.passphrase_file": (
        "The passphrase file cannot be read.",
        "Check the path in PSEUDO_PASSPHRASE_FILE, for an escrow file in "
        "PSEUDO_ESCROW_PASSPHRASE_FILE, and its permissions.",
    ),
    "usage.password_in_database": (
        "The address of the database has a password in it, where others can see it.",
        "Leave it out, and let the driver find it: for PostgreSQL in the file that PGPASSFILE "
        "names.",
    ),
    "usage.person_key": (
        "A person signs with a key file of one's own.",
        "Give it as local:PATH; pseudo custodian new makes one.",
    ),
    "usage.query_and_table": (
        "Give either a table or a query.",
        "Leave --table or --query out.",
    ),
    "usage.query_without_database": (
        "A query needs a database.",
        "Give --database too.",
    ),
    "usage.same_file_twice": (
        "The same file was given twice.",
        "Name each file of the delivery once.",
    ),
    "usage.scope_and_submitter": (
        "A scope and a submitter are given, and only one of them can be hashed.",
        "Give the one with which the pseudonyms were made.",
    ),
    "usage.several_files": (
        "{file} is an archive of several files: {files}.",
        'Say which one with --member NAME or NUMBER to look at it; "pseudo run" takes all as one '
        "delivery. Other commands take one file: unpack it.",
    ),
    "usage.several_tables": (
        "File {file} has several tables: {tables}.",
        "Say which one with --table NAME or --table NUMBER, or with table in the spec.",
    ),
    "usage.spec_or_columns": (
        "Either a spec or columns must be given, and not both.",
        "Give --spec FILE, or --column NAME for each column to swap.",
    ),
    "usage.submitter_needed": (
        "The column {column} has meaning only within its submitter, and none was given.",
        "Say who sent the delivery with --submitter.",
    ),
    "usage.too_many_arguments": (
        "There is more on the command line than {command} takes.",
        'See what it takes with "{command} --help"; names with blanks need quotes.',
    ),
    "usage.too_many_columns": (
        "The file has {columns} columns; a spec can declare {limit}.",
        "Deliver fewer columns.",
    ),
    "usage.unknown_command": (
        "There is no command called {command}.",
        "Use one of {commands}.",
    ),
    "usage.unknown_encoding": (
        "{encoding} is not an encoding that is read.",
        "Use one of utf-8, utf-16, cp1252, latin-1, iso-8859-15, cp850, cp437 or mac-roman.",
    ),
    "usage.unknown_format": (
        "There is no output format called {format}.",
        "Use parquet, arrow, csv, xlsx, xpt, sav or dta.",
    ),
    "usage.unknown_invalid": (
        "There is no way to treat invalid values called {invalid}.",
        "Use raise or null.",
    ),
    "usage.unknown_lang": (
        "There is no language called {lang}.",
        "Use sv or en.",
    ),
    "usage.unknown_option": (
        "There is no option {option}.",
        'See which there are with "{command} --help".',
    ),
    "usage.unknown_order": (
        "There is no order called {order}.",
        "Use keep, or leave it out for the order by pseudonym.",
    ),
    "usage.bad_checkpoint": (
        "The file holds no checkpoint that the ledger's key has signed.",
        'Name a file that "pseudo ledger checkpoint" printed, or a receipt\'s proof.',
    ),
    "usage.bad_key": (
        "This is no public key of a ledger.",
        'Give it as "pseudo ledger show" prints it, or the file that holds it.',
    ),
    "usage.bad_opening": (
        "This is no opening of commitments.",
        "Name the file return/opening.json of the batch.",
    ),
    "usage.ledger_exists": (
        "There is a ledger at {ledger} already.",
        "Name a folder that does not exist; it is made.",
    ),
    "usage.no_ledger_lost": (
        "The key store has no ledger that could be lost.",
        "The first batch or domain makes one; nothing needs to be done.",
    ),
    "usage.no_ledger": (
        "No ledger is named.",
        "Give --ledger or set PSEUDO_LEDGER; with a local key file it lies beside that.",
    ),
    "usage.no_ledger_key": (
        "There is no key to trust.",
        "Give --key, or name the ledger or the key store beside which it lies.",
    ),
    "usage.no_opening": (
        "The inputs can be compared only with the opening of their commitments.",
        "Give --opening return/opening.json.",
    ),
    "usage.no_vault_store": (
        "The key store is none in Vault.",
        "Name it: vault:KV-MOUNT/TRANSIT-MOUNT or vault-remote:KV-MOUNT/TRANSIT-MOUNT, "
        "with --keystore or PSEUDO_KEYSTORE.",
    ),
    "usage.no_vault": (
        "No server is named for the key store, or its address is not a plain one.",
        "Set VAULT_ADDR, for instance to https://vault.example.org:8200.",
    ),
    "usage.vault_http": (
        "The server is to be reached without encryption over a network.",
        "Use https; http is for this machine alone.",
    ),
    "usage.vault_namespace": (
        "The namespace of the server holds blanks or characters that cannot be sent.",
        "Set VAULT_NAMESPACE to its path, for instance to org/team.",
    ),
}
