# SPDX-License-Identifier: Apache-2.0
"""The codebook of a release: written beside the data, named like nothing else there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pseudo.errors import UsageError
from pseudo.evidence.codebook import PublishedTable, as_csv, as_json
from pseudo.i18n import Lang
from pseudo.io.publish import Staging

__all__ = ["check_name", "write_codebook"]

_CSV, _JSON = "codebook.csv", "codebook.json"


def check_name(name: str) -> None:
    """Refuse to publish data under the codebook's name.

    Raises:
        UsageError: It is its name, or is on a disk that does not tell capitals apart.
    """
    if name.casefold() in (_CSV, _JSON):
        raise UsageError("usage.name_of_codebook", name=name)


def write_codebook(
    staging: Staging, tables: Sequence[PublishedTable], lang: Lang
) -> Mapping[str, str]:
    """Write the codebook into the release.

    Args:
        staging: Where everything is written.
        tables: What is published.
        lang: Its language.

    Returns:
        The SHA-256 of each of its files by its path in the folder.

    Raises:
        ResourceError: The disk is full, or cannot be written.
    """
    digests = {}
    for name, data in ((_CSV, as_csv(tables, lang)), (_JSON, as_json(tables, lang))):
        with staging.create(name, "release") as file:
            file.write(data)
        digests[f"release/{name}"] = file.sha256()
    return digests
