# SPDX-License-Identifier: Apache-2.0
"""Keys and domains: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "keys.bad_data_key": (
        "The wrapped data key is damaged or belongs to another key store.",
        "Open the key store that made it, or repeat the step that wrote the data.",
    ),
    "keys.bad_name": (
        "The domain's name is not allowed.",
        "Use 2 to 63 characters A–Z, a–z, 0–9 and hyphen, beginning with a letter or digit.",
    ),
    "keys.busy": (
        "The key file {path} is being changed by another program.",
        "Wait until that is done and try again.",
    ),
    "keys.damaged": (
        "The key file {path} is damaged.",
        "Restore a backup; do not try to mend the file by hand.",
    ),
    "keys.destroyed": (
        "The domain {domain} is destroyed; its secret no longer exists.",
        "Make a new domain under another name; it gives other pseudonyms.",
    ),
    "keys.disk_full": (
        "The disk is full, so the key file {path} could not be written.",
        "Free some space and try again; the old file is whole.",
    ),
    "keys.domain_closed": (
        "The domain {domain} was closed.",
        "Open it again, and use it inside its with block.",
    ),
    "keys.domain_exists": (
        "The domain {domain} exists already.",
        "Use it as it is, or choose another name.",
    ),
    "keys.file_missing": (
        "The key file {path} does not exist.",
        'Check the path; the first "pseudo domain create" makes a new file.',
    ),
    "keys.folder_missing": (
        "The folder of the key file {path} does not exist.",
        "Make the folder, or give another path.",
    ),
    "keys.foreign_file": (
        "{path} is not a key file.",
        "Check the path of the key store.",
    ),
    "keys.frozen": (
        "The domain {domain} is frozen.",
        'Activate it with "pseudo domain activate {domain}" if it shall be used again.',
    ),
    "keys.import_unfinished": (
        "The import of the domain {domain} from an escrow was stopped before its end.",
        "Repeat it with the same file; or freeze what is there already, and destroy it.",
    ),
    "keys.io_failed": (
        "The key file {path} could not be read or written ({cause}).",
        "Check the disk and try again; the file is as it was.",
    ),
    "keys.kcv_mismatch": (
        "The secret of {domain} version {version} does not agree with its check value.",
        "Do not use it. The key was swapped or a wrong copy restored; find a true copy.",
    ),
    "keys.kdf_too_costly": (
        "The key file's header asks for more memory or time than is allowed.",
        "The file is damaged or made to disturb; restore a backup.",
    ),
    "keys.kdf_too_weak": (
        "The key file protects its passphrase too weakly; it is for tests only.",
        "Make a new key file without the testing profile.",
    ),
    "keys.name_destroyed": (
        "The domain {domain} was destroyed, and its name cannot be used again.",
        "Choose another name.",
    ),
    "keys.name_like_number": (
        "The domain's name can be read as an identity number.",
        "Choose a name with fewer digits in a row; it stands in clear in receipts and logs.",
    ),
    "keys.name_other_case": (
        "The name {domain} differs from the domain {other} only in upper and lower case.",
        "Choose another name, or use {other}.",
    ),
    "keys.newer_version": (
        "The key file {path} was written by a newer version of this program.",
        "Upgrade the program; this release reads files up to version {known}.",
    ),
    "keys.no_path": (
        "The key store's address has no usable path.",
        "Give it as local:PATH, for example local:keys.pseudo.",
    ),
    "keys.no_permission": (
        "The key file {path} may not be read or written by this user.",
        "Run as the file's owner, or correct the permissions of the file and its folder.",
    ),
    "keys.no_transition": (
        "The domain {domain} cannot go from {state} to {to}.",
        'See the domain\'s state with "pseudo domain show {domain}".',
    ),
    "keys.not_active": (
        "The domain {domain} was created but not activated.",
        'Activate it with "pseudo domain activate {domain}".',
    ),
    "keys.not_destroyed": (
        "The ledger has no certificate that the domain {domain} was destroyed.",
        "See what became of it with pseudo domain show and pseudo ledger show.",
    ),
    "keys.other_series": (
        "The domain {domain} goes on with the key {key_id}, and this is another.",
        "Open the domain's current version; a domain is moved to another secret with pseudo "
        "rekey.",
    ),
    "keys.out_of_memory": (
        "There is not enough memory: trying the passphrase takes {mebibytes} MiB.",
        "Free some memory and try again.",
    ),
    "keys.not_given_out": (
        "A key store of the kind {store} gives no secret out, so not that of {domain} either.",
        "Only a local key file can be put into escrow; back a server's store up with its own "
        "tools.",
    ),
    "keys.not_wrapped": (
        "A key store of the kind {store} does not wrap secrets one by one, so {domain} cannot be"
        " wrapped anew.",
        "A local key file is encrypted anew at every change; in a server, use the store that "
        "wraps.",
    ),
    "keys.other_ledger": (
        "The key store goes with the ledger {ledger}, and this is another.",
        "Name the folder of that ledger, with PSEUDO_LEDGER.",
    ),
    "keys.passphrase_empty": (
        "The passphrase is empty.",
        "Choose a long passphrase, best of several random words.",
    ),
    "keys.passphrase_file_open": (
        "The passphrase file can be read or written by others than its owner.",
        'Run "chmod 600" on it, and consider who may have read it.',
    ),
    "keys.passphrase_missing": (
        "No passphrase is given.",
        "Give it at the prompt, or in a file that PSEUDO_PASSPHRASE_FILE names.",
    ),
    "keys.passphrase_not_text": (
        "The passphrase is not UTF-8 text.",
        "Save the passphrase's file in UTF-8.",
    ),
    "keys.passphrases_differ": (
        "The two passphrases are not the same; no key file was made.",
        "Run the command again and type the same passphrase twice.",
    ),
    "keys.readable_by_others": (
        "The key file {path} can be read or written by others than its owner.",
        'Run "chmod 600" on the file, and consider who may have read it.',
    ),
    "keys.replaced": (
        "The key file {path} was replaced by another one while it was open.",
        "Open the key store again.",
    ),
    "keys.rolled_back": (
        "The ledger knows something else of the domain {domain} than the key store does.",
        "One of the two is an old copy, or was changed: find out which, and restore the other.",
    ),
    "keys.secret_size": (
        "A secret must be exactly {expected} bytes long; this one is {found}.",
        "Give a secret of the right length; never lengthen or shorten a key by hand.",
    ),
    "keys.secret_wiped": (
        "The key was wiped from memory.",
        "Open the key store again and get the key anew.",
    ),
    "keys.still_there": (
        "The key {what} of the destroyed domain is still at {where}.",
        "It is not destroyed there: ask the server's administrator, and carry the destruction "
        "out again.",
    ),
    "keys.store_closed": (
        "The key store is closed.",
        "Open it again, and use it inside its with block.",
    ),
    "keys.tampered": (
        "The key file was changed by something other than this program.",
        "Do not use it. Restore a backup and find out who wrote to the file.",
    ),
    "keys.unknown_domain": (
        "There is no domain called {domain} in the key store.",
        'See which there are with "pseudo domain list"; upper and lower case count.',
    ),
    "keys.unknown_format": (
        "There is no such pseudonym format.",
        "Choose one of {listed}.",
    ),
    "keys.unknown_store": (
        "There is no key store of the kind {scheme}.",
        "Give it as local:PATH.",
    ),
    "keys.unknown_version": (
        "The domain {domain} has no version {version}.",
        'See which versions there are with "pseudo domain list".',
    ),
    "keys.wrong_passphrase": (
        "The passphrase of the key file {path} is wrong.",
        "Try again; upper and lower case and blanks count.",
    ),
}
