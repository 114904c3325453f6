# SPDX-License-Identifier: Apache-2.0
"""One peer on the same file, run by the Python of their own environment.

``python bench/peer_job.py NAME SOURCE TARGET`` prints the seconds of the job alone. None of
these normalises or checks a number, except the one with ``personnummer``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import sys
import time
from collections.abc import Callable

import pandas as pd

SECRET = bytes(range(32))
_TEXTS = {"personnummer": str, "kommun": str, "utfall": str}


def _by_value(pseudonym: Callable[[str], str]) -> Callable[[str, str], None]:
    """Read with pandas, swap value by value, write."""

    def job(source: str, target: str) -> None:
        frame = pd.read_csv(source, sep=";", dtype=_TEXTS)
        frame["personnummer"] = frame["personnummer"].map(pseudonym)
        frame.to_parquet(target, compression="zstd")

    return job


def _hmac(text: str) -> str:
    raw = hmac.digest(SECRET, text.encode(), hashlib.sha256)
    return base64.b32encode(raw[:16]).decode()


def _hex() -> Callable[[str, str], None]:
    return _by_value(lambda text: hmac.digest(SECRET, text.encode(), hashlib.sha256)[:16].hex())


def _pandas() -> Callable[[str, str], None]:
    return _by_value(_hmac)


def _personnummer() -> Callable[[str, str], None]:
    from personnummer import personnummer

    def pseudonym(text: str) -> str:
        try:
            return _hmac(personnummer.parse(text.strip()).format(long_format=True))
        except personnummer.PersonnummerException:
            return ""

    return _by_value(pseudonym)


def _polars() -> Callable[[str, str], None]:
    import polars as pl
    import polars_hash as plh

    def job(source: str, target: str) -> None:
        texts = dict.fromkeys(_TEXTS, pl.String)
        frame = pl.scan_csv(source, separator=";", schema_overrides=texts)
        hashed = plh.col("personnummer").chash.hmac_sha256(key=SECRET.hex())
        frame.with_columns(hashed.alias("personnummer")).sink_parquet(target, compression="zstd")

    return job


def _duckdb() -> Callable[[str, str], None]:
    import duckdb

    def job(source: str, target: str) -> None:
        # DuckDB has no HMAC; two hashes with the key before each cost about the same.
        key = SECRET.hex()
        duckdb.execute(
            f"COPY (SELECT * REPLACE (sha256('{key}' || sha256('{key}' || personnummer)) "
            f"AS personnummer) FROM read_csv('{source}', delim=';', types={_TEXTS_SQL})) "
            f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )

    return job


_TEXTS_SQL = "{'personnummer': 'VARCHAR', 'kommun': 'VARCHAR', 'utfall': 'VARCHAR'}"


def _tink() -> Callable[[str, str], None]:
    import tink
    from tink import daead

    daead.register()
    handle = tink.new_keyset_handle(daead.deterministic_aead_key_templates.AES256_SIV)
    primitive = handle.primitive(daead.DeterministicAead)

    def pseudonym(text: str) -> str:
        return base64.b64encode(primitive.encrypt_deterministically(text.encode(), b"")).decode()

    return _by_value(pseudonym)


def _presidio() -> Callable[[str, str], None]:
    from presidio_anonymizer.operators import Hash

    operator, params = Hash(), {"hash_type": "sha256", "salt": SECRET}
    return _by_value(lambda text: operator.operate(text, params))


PEERS: dict[str, Callable[[], Callable[[str, str], None]]] = {
    "polars + polars-hash": _polars,
    "DuckDB, SHA-256 twice": _duckdb,
    "pandas + hmac, hexadecimal": _hex,
    "pandas + hmac, base32 as ours": _pandas,
    "pandas + Tink AES-SIV": _tink,
    "pandas + Presidio's hash operator": _presidio,
    "pandas + personnummer + hmac": _personnummer,
}


def main(name: str, source: str, target: str) -> None:
    """Do one job and print its seconds."""
    job = PEERS[name]()
    begin = time.perf_counter()
    job(source, target)
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    main(*sys.argv[1:])
