#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verify a receipt with nothing but Python and the package "cryptography".

    python verify_receipt.py KEY receipt.json [FILE ...]

KEY is the ledger's public key, one word as "pseudo ledger show" prints it, from somebody you
trust. Where "receipt.tlog-proof" lies beside the receipt, it is verified as well. Each FILE
must be one that the receipt is about; without FILE, those are compared that lie beside it.
Exit status: 0 if everything verifies, 6 if something does not, 2 if it cannot be read.

This file stands alone, so that it can be read in an hour and taken along. It checks, in order:

 1. the envelope (DSSE): the key has signed these very bytes;
 2. the statement (in-toto v1): it is a receipt of this program, and names its files;
 3. the files: their SHA-256 is what the receipt says;
 4. the proof (C2SP tlog-proof): the ledger's key has signed a checkpoint, and the receipt is
    in the Merkle tree (RFC 6962) of that checkpoint, in the place that it names itself.

What that proves: whoever has the key said this of these files, and put it in the ledger. It
proves nothing about people: a release is still personal data where it singles people out.
"""

import base64
import hashlib
import json
import os
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:pseudo-personnummer:receipt:v2"


class RefusedError(Exception):
    """Something does not verify."""


def require(holds: bool, what: str) -> None:
    """Go on only if something holds."""
    if not holds:
        raise RefusedError(what)


def read_key(word: str) -> tuple[str, bytes, bytes]:
    """Read "name+hash+base64 key"; the hash binds the key to the ledger's name."""
    name, shown, encoded = word.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    require(len(raw) == 33 and raw[0] == 1, "KEY is no Ed25519 key")
    hashed = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    require(hashed.hex() == shown, "KEY is damaged")
    return name, hashed, raw[1:]


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature is of a message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def open_envelope(line: bytes, public: bytes) -> bytes:
    """Give the payload of a DSSE envelope that the key has signed."""
    envelope = json.loads(line)
    (signature,) = envelope["signatures"]
    kind, payload = envelope["payloadType"], base64.b64decode(envelope["payload"], validate=True)
    # The envelope has one form only, so that no byte of it can be changed unseen.
    written = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": kind,
        "signatures": [{"keyid": hashlib.sha256(public).hexdigest(), "sig": signature["sig"]}],
    }
    require(signature["keyid"] == written["signatures"][0]["keyid"], "another key signed it")
    require(json.dumps(written, separators=(",", ":")).encode() == line, "the envelope's form")
    raw = base64.b64decode(signature["sig"], validate=True)
    require(base64.b64encode(raw).decode() == signature["sig"], "the envelope's form")
    message = b"DSSEv1 %d %b %d %b" % (len(kind.encode()), kind.encode(), len(payload), payload)
    require(signed_by(public, raw, message), "the signature of the receipt")
    require(kind == PAYLOAD_TYPE, "the receipt is something else")
    return payload


def open_checkpoint(note: str, name: str, hashed: bytes, public: bytes) -> tuple[int, bytes]:
    """Give size and root of a checkpoint that the key has signed."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    verified = False
    require(signatures.endswith("\n"), "the checkpoint's form")
    for line in signatures[:-1].split("\n"):
        require(line.startswith("\N{EM DASH} "), "the checkpoint's form")
        signer, _, encoded = line[2:].partition(" ")
        raw = base64.b64decode(encoded, validate=True)
        require(base64.b64encode(raw).decode() == encoded, "the checkpoint's form")
        if signer == name and raw[:4] == hashed:
            require(signed_by(public, raw[4:], text.encode()), "the signature of the checkpoint")
            verified = True
    require(verified, "the checkpoint is not signed by this key")
    origin, size, root = text.split("\n")[:3]
    require(origin == name, "the checkpoint is another ledger's")
    require(size == str(int(size)), "the checkpoint's form")
    decoded = base64.b64decode(root, validate=True)
    require(base64.b64encode(decoded).decode() == root, "the checkpoint's form")
    return int(size), decoded


def verify_proof(text: str, entry: bytes, key: tuple[str, bytes, bytes]) -> int:
    """Verify that an entry is in the tree of a signed checkpoint; give its number."""
    above, _, note = text.partition("\n\n")
    first, numbered, *steps = above.split("\n")
    require(first == "c2sp.org/tlog-proof@v1", "the proof's form")
    word, _, number = numbered.partition(" ")
    require(word == "index" and number == str(int(number)), "the proof's form")
    size, root = open_checkpoint(note, *key)
    index = int(number)
    require(0 <= index < size, "the proof's number")
    # RFC 9162, 2.1.3.2.
    place, last = index, size - 1
    found = hashlib.sha256(b"\0" + entry).digest()
    for step in steps:
        sibling = base64.b64decode(step, validate=True)
        require(base64.b64encode(sibling).decode() == step, "the proof's form")
        require(len(sibling) == 32 and last > 0, "the proof's steps")
        if place & 1 or place == last:
            found = hashlib.sha256(b"\1" + sibling + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + sibling).digest()
        place, last = place >> 1, last >> 1
    require(last == 0 and found == root, "the receipt is not in the ledger of the checkpoint")
    return index


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            digest.update(piece)
    return digest.hexdigest()


def compare(subjects: dict[str, str], folder: Path, files: list[Path]) -> list[str]:
    """Compare files with those that the receipt names; give what was compared."""
    compared = []
    names = {digest: name for name, digest in subjects.items()}
    for number, file in enumerate(files, start=1):
        digest = sha256(file)
        # The name that a file has here may be a person's; the one in the receipt is not.
        require(digest in names, f"FILE number {number} is not in the receipt")
        compared.append(names[digest])
    if files:
        return compared
    for name, digest in subjects.items():
        if is_inside(name) and os.path.isfile(folder / name):  # noqa: PTH113
            require(sha256(folder / name) == digest, f"{name} differs from the receipt")
            compared.append(name)
    for top in {name.split("/")[0] for name in compared if "/" in name}:
        there = (path for path in (folder / top).rglob("*") if not path.is_dir())
        strange = [path for path in there if str(path.relative_to(folder)) not in subjects]
        require(not strange, f"there is something in {top} that is not in the receipt")
    return compared


def is_inside(name: str) -> bool:
    """Tell whether a file's name in a receipt leads nowhere else."""
    return "\0" not in name and all(part not in ("", ".", "..") for part in name.split("/"))


def verify(word: str, receipt: Path, files: list[Path]) -> list[str]:
    """Verify everything, and give lines that say what was verified."""
    key = read_key(word)
    line, end, rest = receipt.read_bytes().partition(b"\n")
    require(end != b"" and rest == b"", "the receipt is one line")
    statement = json.loads(open_envelope(line, key[2]))
    require(statement["_type"] == STATEMENT_TYPE, "the receipt is something else")
    require(statement["predicateType"] == PREDICATE_TYPE, "another product's statement")
    said = statement["predicate"]
    require(said["ledger"]["origin"] == key[0], "the receipt is another ledger's")
    subjects = {entry["name"]: entry["digest"]["sha256"] for entry in statement["subject"]}
    compared = compare(subjects, receipt.parent, files)
    proof = receipt.with_name("receipt.tlog-proof")
    proven = "no proof beside the receipt"
    if proof.is_file():
        index = verify_proof(proof.read_bytes().decode(), line, key)
        require(index == said["ledger"]["size"], "the receipt names another place")
        proven = f"entry {index} of {key[0]}"
    return [
        f"signed:   {key[0]}",
        f"verdict:  {said['verdict']}, batch {said['batch']}, {said['finished']}",
        f"key:      {said['domain']['key_id']}",
        f"files:    {', '.join(compared) or 'none compared'}",
        f"ledger:   {proven}",
    ]


def main(arguments: list[str]) -> int:
    """Verify what the command line names; give the exit status."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        word, receipt, *files = arguments
        lines = verify(word, Path(receipt), [Path(file) for file in files])
    except RefusedError as error:
        print(f"DOES NOT VERIFY: {error}", file=sys.stderr)
        return 6
    except (ValueError, KeyError, TypeError, RecursionError):
        print("DOES NOT VERIFY: it has not the form of a receipt", file=sys.stderr)
        return 6
    except OSError:
        print("a file cannot be read", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
