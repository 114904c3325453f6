# SPDX-License-Identifier: Apache-2.0
"""The escrow file: one domain with all its secrets, sealed with a passphrase of its own.

::

    secrets ─▶ sealed one by one, each with all that is said of it ─▶ JSON with a MAC ─▶ file

It is made like the key file (:mod:`pseudo.keys.keyfile`) and is another kind of file: other
marker, other derivation, so that neither can be taken for the other. It holds no signing key
and no name of a ledger, since it goes to somebody who keeps it and does nothing with it.
"""

from __future__ import annotations

from pseudo.errors import KeyStoreError
from pseudo.keys.document import ESCROW, Document, new_document, read_document, write_document
from pseudo.keys.entries import MalformedError, cost_fields, domain_fields, read_domains
from pseudo.keys.filekeys import FileKeys, Header
from pseudo.keys.handle import SecretKey
from pseudo.keys.keyfile import domain_context, read_header, require_own
from pseudo.keys.registry import DomainRecord
from pseudo.keys.scrypt import OWASP_2023, TESTING, ScryptProfile, check_cost, passphrase_bytes
from pseudo.keys.sealing import Sealed, seal, unseal
from pseudo.keys.store import Escrowed

__all__ = ["read_escrow", "write_escrow"]

_FIELDS = {"format", "version", "kdf", "check", "domains", "mac", "checksum"}


def write_escrow(
    held: Escrowed, passphrase: str | bytes | None, profile: ScryptProfile = OWASP_2023
) -> bytes:
    """Write the bytes of an escrow file.

    Args:
        held: Every version of one domain and its secret, which the caller wipes.
        passphrase: What the file is sealed with.
        profile: How costly guessing it shall be.

    Raises:
        KeyStoreError: The passphrase is missing, empty or no text.
        ResourceError: Not enough memory.
    """
    phrase = passphrase_bytes(passphrase)
    keys = FileKeys(phrase, Header.new(profile), ESCROW)
    try:
        document = new_document(
            {
                "kdf": cost_fields(keys.header.cost, keys.header.salt),
                "check": keys.check_value(),
                "domains": [
                    domain_fields(record, seal(keys.seal, secret, domain_context(record, ESCROW)))
                    for record, secret in held
                ],
            },
            ESCROW,
        )
        document["mac"] = keys.mac(document)
        return write_document(document)
    finally:
        keys.wipe()


def read_escrow(
    data: bytes,
    passphrase: str | bytes | None,
    path: str,
    profile: ScryptProfile = OWASP_2023,
) -> Escrowed:
    """Read what :func:`write_escrow` wrote.

    Args:
        data: The whole file.
        passphrase: What it was sealed with.
        path: The file's path, for errors.
        profile: Only with ``TESTING`` do files open whose costs protect nothing.

    Returns:
        Every version of one domain, ascending, and its secret, which the caller wipes.

    Raises:
        KeyStoreError: No escrow (``escrow.foreign_file``), of a newer version
            (``escrow.newer_version``), damaged (``escrow.damaged``), changed
            (``escrow.tampered``), or sealed with another passphrase
            (``escrow.wrong_passphrase``); or the passphrase is missing, empty or no text.
        ResourceError: Not enough memory.
    """
    document = read_document(data, path, ESCROW)
    header = read_header(document, path, ESCROW)
    check_cost(header.cost, weak_allowed=profile == TESTING)
    keys = FileKeys(passphrase_bytes(passphrase), header, ESCROW)
    try:
        require_own(document, keys, path)
        sealed = _sealed(document)
        if sealed is None:
            raise KeyStoreError("escrow.damaged", path=path)
        return _unsealed(sealed, keys)
    finally:
        keys.wipe()


def _sealed(document: Document) -> list[tuple[DomainRecord, Sealed]] | None:
    """Read the versions; None where they are not those of one domain, each with its secret."""
    if set(document) != _FIELDS:
        return None
    try:
        registry, sealed = read_domains(document["domains"])
    except MalformedError:
        return None
    places = [(record.name, record.version) for record in registry]
    alone = len({name for name, _ in places}) == 1
    if not alone or set(sealed) != set(places) or places != sorted(places):
        return None
    return [(record, sealed[record.name, record.version]) for record in registry]


def _unsealed(sealed: list[tuple[DomainRecord, Sealed]], keys: FileKeys) -> Escrowed:
    opened: list[tuple[DomainRecord, SecretKey]] = []
    try:
        for record, secret in sealed:
            context = domain_context(record, ESCROW)
            opened.append((record, unseal(keys.seal, secret, context, code="escrow.tampered")))
    except BaseException:
        for _, key in opened:
            key.wipe()
        raise
    return opened
