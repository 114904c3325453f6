# SPDX-License-Identifier: Apache-2.0
"""Settings: the only reader of the environment.

Every setting has a default and a variable ``PSEUDO_<NAME>``; options of the command line
and arguments of the library stand above them.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pseudo.errors import UsageError

__all__ = ["Settings", "load_settings"]


class Settings(BaseSettings):
    """What can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="PSEUDO_", frozen=True, extra="ignore")

    keystore: str = Field("", description="Key store, e.g. local:keys.pseudo.")
    passphrase_file: str = Field("", description="File that holds the passphrase.")
    ledger: str = Field("", description="Folder of the ledger; beside the key file by default.")
    kernel: Literal["auto", "native", "reference"] = Field(
        "auto", description="Which column kernel computes."
    )
    threads: int = Field(0, ge=0, le=256, description="Worker threads; 0 for one a core.")
    log: Literal["off", "text", "json"] = Field(
        "off", description="Whether and how events are logged to stderr."
    )
    longest_record: int = Field(
        16 * 1024**2, ge=1024, description="Bytes after which a text record is refused."
    )
    order_memory: int = Field(
        64 * 1024**2, ge=1024**2, description="Bytes of rows kept in memory while ordering."
    )
    sandbox_memory: int = Field(
        4 * 1024**3, ge=256 * 1024**2, description="Address space in bytes of a parser's process."
    )
    sandbox_cpu: int = Field(3600, ge=1, description="Processor seconds of a parser's process.")
    sandbox_wall: int = Field(300, ge=1, description="Seconds to wait for a parser's next piece.")


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        UsageError: A variable has a value that it cannot have; the value is not shown.
    """
    bad = ""
    settings: Settings | None = None
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        bad = f"PSEUDO_{first['loc'][0]}".upper()
    if settings is None:
        raise UsageError("usage.bad_setting", setting=bad)
    return settings
