# SPDX-License-Identifier: Apache-2.0
"""Files, folders and the sandbox: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "io.read_failed": (
        "{path} could not be read to its end ({reason}).",
        "Check the disk or share it is on, copy the file to a local disk, and run "
        "again.",
    ),
    "io.read_twice": (
        "A file was to be read twice without being opened again.",
        "Report this fault.",
    ),
}
