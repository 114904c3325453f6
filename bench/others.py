# SPDX-License-Identifier: Apache-2.0
"""What people do today with the same file: pandas and hmac, polars and polars-hash.

pandas makes pseudonyms of the same form as ours (base32), which costs it as much as all else;
``bench.peers`` shows it with hexadecimal digits too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import pandas as pd
import polars as pl
import polars_hash as plh

__all__ = ["with_pandas", "with_polars"]

_DATES = ["startdatum", "slutdatum"]
_TEXTS = {"personnummer": str, "kommun": str, "utfall": str}


def with_pandas(source: Path, target: Path, secret: bytes) -> None:
    """Read, hash value by value, write; what is not 12 digits is hashed as it is."""

    def pseudonym(text: str) -> str:
        raw = hmac.digest(secret, text.encode(), hashlib.sha256)
        return base64.b32encode(raw[:16]).decode().rstrip("=")

    frame = pd.read_csv(source, sep=";", dtype=_TEXTS, parse_dates=_DATES)
    frame["id"] = frame["personnummer"].map(pseudonym)
    frame.drop(columns="personnummer").to_parquet(target, compression="zstd")


def with_polars(source: Path, target: Path, secret: bytes) -> None:
    """Stream from file to file; what is not 12 digits is hashed as it is."""
    texts = dict.fromkeys(_TEXTS, pl.String)
    frame = pl.scan_csv(source, separator=";", schema_overrides=texts, try_parse_dates=True)
    pseudonyms = plh.col("personnummer").chash.hmac_sha256(key=secret.hex()).alias("personnummer")
    frame.with_columns(pseudonyms).sink_parquet(
        target, compression="zstd", compression_level=1, row_group_size=131_072
    )
