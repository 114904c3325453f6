# SPDX-License-Identifier: Apache-2.0
"""Settings: the only reader of the environment.

Every setting has a default and a variable ``PSEUDO_<NAME>``; options of the command line
and arguments of the library stand above them. Where the server of the keys is, and its
token, stand in the variables that its own tools have: ``VAULT_ADDR`` and the like.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pseudo.errors import UsageError

__all__ = ["Settings", "load_settings", "variable_of"]


class Settings(BaseSettings):
    """What can be set from outside."""

    model_config = SettingsConfigDict(
        env_prefix="PSEUDO_", frozen=True, extra="ignore", populate_by_name=True
    )

    keystore: str = Field("", description="Key store, e.g. local:keys.pseudo.")
    passphrase_file: str = Field("", description="File that holds the passphrase.")
    escrow_passphrase_file: str = Field(
        "", description="File that holds the passphrase of an escrow file."
    )
    ledger: str = Field("", description="Folder of the ledger; beside the key file by default.")
    custodian: str = Field("", description="Who signs requests and approvals, by name.")
    custodian_key: str = Field("", description="Key file of that person, e.g. local:anna.key.")
    custodian_passphrase_file: str = Field(
        "", description="File that holds that key file's passphrase."
    )
    waiting_days: int = Field(
        7, ge=0, le=3650, description="Days between a request to destroy and its being done."
    )
    kernel: Literal["auto", "native", "reference"] = Field(
        "auto", description="Which column kernel computes."
    )
    threads: int = Field(0, ge=0, le=256, description="Worker threads; 0 for one a core.")
    vault_addr: str = Field(
        "", validation_alias="VAULT_ADDR", description="URL of the Vault or OpenBao server."
    )
    vault_cacert: str = Field(
        "", validation_alias="VAULT_CACERT", description="Authority of the server's certificate."
    )
    vault_namespace: str = Field(
        "", validation_alias="VAULT_NAMESPACE", description="Namespace of the server."
    )
    vault_token: SecretStr = Field(
        SecretStr(""), validation_alias="VAULT_TOKEN", description="Token for the server."
    )
    vault_login: Literal["token", "approle", "jwt", "kubernetes"] = Field(
        "token", description="How to log in to the server."
    )
    vault_mount: str = Field("", description="Where that way is mounted; its name by default.")
    vault_role: str = Field("", description="Role, or role id, to log in with.")
    vault_secret_file: str = Field("", description="File that holds the secret id or the JWT.")
    vault_wrapped: bool = Field(False, description="Whether the secret id is wrapped.")
    vault_timeout: float = Field(10.0, ge=0.5, le=300, description="Seconds for an answer.")
    vault_patience: float = Field(
        20.0, ge=0, le=3600, description="Seconds in which to try again what can be repeated."
    )
    vault_batch: int = Field(
        499, ge=1, le=100_000, description="Values a request, where nothing leaves the server."
    )
    vault_prefix: str = Field(
        "pseudo",
        pattern=r"^[A-Za-z0-9_-]{1,40}$",
        description="How the names of roles and policies in the server begin.",
    )
    vault_control_group: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_. -]{0,80}$",
        description="Group of the server of which two others approve a destruction.",
    )
    vault_nodes: str = Field(
        "", description="URLs of all nodes, with commas, on which a destroyed key is looked for."
    )
    log: Literal["off", "text", "json"] = Field(
        "off", description="Whether and how events are logged to stderr."
    )
    longest_record: int = Field(
        16 * 1024**2, ge=1024, description="Bytes after which a text record is refused."
    )
    order_memory: int = Field(
        64 * 1024**2, ge=1024**2, description="Bytes of rows kept in memory while ordering."
    )
    table_memory: int = Field(
        1024**3,
        ge=1024**2,
        description="Bytes of rows kept in memory to write xpt, sav or dta, as one table.",
    )
    sandbox_memory: int = Field(
        4 * 1024**3, ge=256 * 1024**2, description="Address space in bytes of a parser's process."
    )
    sandbox_cpu: int = Field(3600, ge=1, description="Processor seconds of a parser's process.")
    sandbox_wall: int = Field(300, ge=1, description="Seconds to wait for a parser's next piece.")


def variable_of(name: str) -> str:
    """Give the variable that a setting is read from."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"PSEUDO_{name}".upper()


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
        bad = str(first["loc"][0])
        bad = bad if bad.isupper() else f"PSEUDO_{bad}".upper()
    if settings is None:
        raise UsageError("usage.bad_setting", setting=bad)
    return settings
