# SPDX-License-Identifier: Apache-2.0
"""Escrow files: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "escrow.damaged": (
        "The escrow file {path} is damaged.",
        "Use another copy of it; do not try to mend the file by hand.",
    ),
    "escrow.disk_full": (
        "The disk is full, so the escrow file {path} could not be written.",
        "Free some space and try again; the file was not made.",
    ),
    "escrow.exists": (
        "{path} exists already, and an escrow file never takes the place of another.",
        "Give another path.",
    ),
    "escrow.export_not_confirmed": (
        "The file would hold the secret of {domain}: whoever has it and its passphrase can make"
        " every pseudonym of the domain, and so find every person in it.",
        "Repeat the command with --this-file-holds-the-secret if that is what you want.",
    ),
    "escrow.file_missing": (
        "The escrow file {path} does not exist.",
        "Check the path.",
    ),
    "escrow.folder_missing": (
        "The folder of the escrow file {path} does not exist.",
        "Make the folder, or give another path.",
    ),
    "escrow.foreign_file": (
        "{path} is not an escrow file.",
        "Check the path; a key file is opened with --keystore instead.",
    ),
    "escrow.import_not_confirmed": (
        "The secret in the file would be taken into this key store, and everybody who can use"
        " the store could make its domain's pseudonyms.",
        "Repeat the command with --this-file-holds-the-secret if that is what you want.",
    ),
    "escrow.io_failed": (
        "The escrow file {path} could not be read or written ({cause}).",
        "Check the disk and try again.",
    ),
    "escrow.newer_version": (
        "The escrow file {path} was written by a newer version of this program.",
        "Upgrade the program; this release reads files up to version {known}.",
    ),
    "escrow.no_permission": (
        "The escrow file {path} may not be read or written by this user.",
        "Run as the file's owner, or correct the permissions of the file and its folder.",
    ),
    "escrow.outdated": (
        "What was exported of {domain} before this new version cannot be imported any more.",
        "Export the domain again, and let the older escrow files be destroyed.",
    ),
    "escrow.passphrase_missing": (
        "No passphrase is given for the escrow file.",
        "Give it at the prompt, or in a file that PSEUDO_ESCROW_PASSPHRASE_FILE names.",
    ),
    "escrow.passphrases_differ": (
        "The two passphrases are not the same; no escrow file was made.",
        "Run the command again and type the same passphrase twice.",
    ),
    "escrow.readable_by_others": (
        "The escrow file {path} can be read or written by others than its owner.",
        'Run "chmod 600" on the file, and consider who may have read it.',
    ),
    "escrow.same_passphrase": (
        "The passphrase of the escrow file would be the same as the key store's.",
        "Give the file one of its own: whoever is to open it is not to open the key store.",
    ),
    "escrow.tampered": (
        "The escrow file was changed by something other than this program.",
        "Do not use it. Use another copy and find out who wrote to this one.",
    ),
    "escrow.wrong_passphrase": (
        "The passphrase of the escrow file {path} is wrong.",
        "It is not the key store's; upper and lower case and blanks count.",
    ),
}
