# SPDX-License-Identifier: Apache-2.0
"""Make ``scheme.json``, this scheme's own vectors, from its definition alone.

It shares no code with the product and uses nothing but the standard library, so that
the two can only agree by both being right. Run it to write the file anew::

    python tests/vectors/make_scheme.py

The scheme, in full. ``LP`` writes each part's length as 4 bytes big-endian, then the part::

    key(purpose)  = HKDF-Expand-SHA256(secret, LP("pseudo/v1", purpose, domain, version), 32)
    kcv           = HMAC-SHA256(key("kcv"), "pseudo/v1 key check value")[:8] in hexadecimal
    raw           = HMAC-SHA256(key("id"), LP(kind, *scope, canonical form))[:16]
    base32        = RFC 4648 of raw, upper case, no padding
    hex           = raw in lower-case hexadecimal
    uuid          = RFC 9562 of raw with version 8 and variant 2 written over it
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from pathlib import Path

# Domain, version, secret. The first is the one of the published examples.
DOMAINS = [
    ("projA", 1, bytes(range(32))),
    ("projA", 2, bytes(range(32))),
    ("projB", 1, bytes(range(32))),
    ("PROJ-C", 12, bytes(32)),
    ("ifau-2016-173", 1, b"\xff" * 32),
    ("00", 4294967296, hashlib.sha256(b"pseudo scheme vectors").digest()),
    ("a" * 63, 1, hashlib.sha256(b"pseudo scheme vectors, longest name").digest()),
]

# What is given, the kind it is declared as, the kind it is hashed as, scope values,
# width, canonical form. Judged by the day in REFERENCE_DATE.
REFERENCE_DATE = "2026-11-22"
VALUES = [
    ("191212121212", "personnummer", "personnummer", [], 0, "191212121212"),
    ("850709-9805", "personnummer", "personnummer", [], 0, "198507099805"),
    ("811228+9874", "personnummer", "personnummer", [], 0, "188112289874"),
    ("000101-0107", "personnummer", "personnummer", [], 0, "200001010107"),
    ("701063-2391", "personnummer", "samordningsnummer", [], 0, "197010632391"),
    ("191500722390", "samordningsnummer", "samordningsnummer", [], 0, "191500722390"),
    ("20000101t220", "interim", "interim", [], 0, "20000101T220"),
    ("556703-7485", "orgnr", "orgnr", [], 0, "5567037485"),
    ("16556703-7485", "orgnr", "orgnr", [], 0, "5567037485"),
    ("850709-9805", "orgnr", "personnummer", [], 0, "198507099805"),
    ("991981000010", "reserv:stockholm", "reserv:stockholm", [], 0, "991981000010"),
    ("19810829M071", "reserv:vgr", "reserv:vgr", [], 0, "19810829M071"),
    ("19850709SF12", "reserv:varmland", "reserv:varmland", [], 0, "19850709SF12"),
    ("198108320014", "reserv:carelink", "reserv:carelink", [], 0, "198108320014"),
    ("22850709AB12", "reserv:nrid", "reserv:nrid", [], 0, "22850709AB12"),
    ("19850709A123", "reserv:skane", "reserv:skane", [], 0, "19850709A123"),
    ("0001", "opaque:hushall", "opaque:hushall", ["0180"], 0, "0001"),
    ("1", "opaque:hushall", "opaque:hushall", ["0180"], 4, "0001"),
    ("0001", "opaque:hushall", "opaque:hushall", ["1480"], 0, "0001"),
    ("0001", "opaque:hushall", "opaque:hushall", [], 0, "0001"),
    ("0001", "opaque:arende", "opaque:arende", ["0180"], 0, "0001"),
    ("00010180", "opaque:hushall", "opaque:hushall", ["0180", "2026"], 0, "00010180"),
    (" Dnr 12/A ", "opaque:arende", "opaque:arende", ["Östersund"], 0, "Dnr 12/A"),
    ("A\u030angstro\u0308m", "opaque:arende", "opaque:arende", ["0180"], 0, "\u00c5ngstr\u00f6m"),
    ("\U0001f600", "opaque:arende", "opaque:arende", ["0180"], 0, "\U0001f600"),
]


def lp(*parts: str) -> bytes:
    """Frame the parts, each after its length."""
    raw = [part.encode("utf-8") for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in raw)


def mac(key: bytes, message: bytes) -> bytes:
    """Compute HMAC-SHA256 from its definition, RFC 2104, for a key of 32 bytes."""
    padded = key + bytes(32)
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    whole = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()
    assert hmac.compare_digest(whole, hmac.new(key, message, hashlib.sha256).digest())
    return whole


def purpose_key(secret: bytes, purpose: str, domain: str, version: int) -> bytes:
    """HKDF-Expand to 32 bytes is one block: HMAC over info and the byte 1 (RFC 5869)."""
    return mac(secret, lp("pseudo/v1", purpose, domain, str(version)) + b"\x01")


def uuid8(raw: bytes) -> str:
    """Write 16 bytes as a UUID of version 8 (RFC 9562, section 5.8)."""
    high, low = struct.unpack(">QQ", raw)
    high = (high & ~(0xF << 12)) | (8 << 12)
    low = (low & ~(0x3 << 62)) | (2 << 62)
    text = f"{high:016x}{low:016x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def value_vector(
    key: bytes, value: tuple[str, str, str, list[str], int, str]
) -> dict[str, object]:
    """Make the vector of one value."""
    given, declared, hashed, scope, width, canonical = value
    message = lp(hashed, *scope, canonical)
    raw = mac(key, message)[:16]
    return {
        "given": given,
        "declared": declared,
        "scope": scope,
        "width": width,
        "hashed_as": hashed,
        "canonical": canonical,
        "lp": message.hex(),
        "raw": raw.hex(),
        "base32": base64.b32encode(raw).decode("ascii").rstrip("="),
        "hex": raw.hex(),
        "uuid": uuid8(raw),
    }


def domain_vector(name: str, version: int, secret: bytes) -> dict[str, object]:
    """Make the vectors of one version of a domain."""
    keys = {
        purpose: purpose_key(secret, purpose, name, version) for purpose in ("id", "kcv", "scan")
    }
    kcv = mac(keys["kcv"], b"pseudo/v1 key check value")[:8].hex()
    return {
        "domain": name,
        "version": version,
        "secret": secret.hex(),
        "keys": {purpose: key.hex() for purpose, key in keys.items()},
        "kcv": kcv,
        "key_id": f"{name}.v{version}.{kcv}",
        "values": [value_vector(keys["id"], value) for value in VALUES],
    }


def scheme() -> dict[str, object]:
    """Make all vectors."""
    return {
        "source": "this scheme's definition, in the head of make_scheme.py",
        "made_by": "python tests/vectors/make_scheme.py (standard library only, no product code)",
        "reference_date": REFERENCE_DATE,
        "domains": [domain_vector(*domain) for domain in DOMAINS],
    }


def text() -> str:
    """Write all vectors as the file has them."""
    return json.dumps(scheme(), indent=1, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("scheme.json").write_text(text(), encoding="ascii")
