# SPDX-License-Identifier: Apache-2.0
"""Files, folders and the sandbox: what is wrong, and what to do next."""

from __future__ import annotations

__all__ = ["ENTRIES"]

ENTRIES: dict[str, tuple[str, str]] = {
    "io.disk_full": (
        "The disk is full.",
        "Free some space where the output goes, and run again; nothing was published.",
    ),
    "io.read_failed": (
        "{path} could not be read to its end ({reason}).",
        "Check the disk or share it is on, copy the file to a local disk, and run again.",
    ),
    "io.read_twice": (
        "A file was to be read twice without being opened again.",
        "Report this fault.",
    ),
    "io.write_failed": (
        "The output could not be written.",
        "Check the disk or share that the output goes to, and run again; nothing was published.",
    ),
    "publish.closed": (
        "The output folder was used after it had been published or discarded.",
        "Report this fault.",
    ),
    "publish.foreign_entry": (
        "Something that is neither a file nor a folder is among the output.",
        "See who else writes to the output's folder, and run again; if nobody does, "
        "report this fault.",
    ),
    "publish.name": (
        "A file was to be written under a name that is not allowed.",
        "Report this fault.",
    ),
    "resource.little_space": (
        "Only {mebibytes} MiB are free in {folder}.",
        "Free some space there, or name another folder.",
    ),
    "resource.memory": (
        "The memory was not enough; nothing was published.",
        "Use fewer threads, lower PSEUDO_ORDER_MEMORY, or run on a machine with more memory.",
    ),
    "resource.stdout": (
        "The result could not be written to standard output.",
        "Give it a place with room. What the command did before stays done.",
    ),
    "sandbox.cpu": (
        "File {file} needs more processor time to read than is allowed.",
        "Split the file, or raise PSEUDO_SANDBOX_CPU if you trust it.",
    ),
    "sandbox.failed": (
        "The reader of file {file} could not work.",
        "Run pseudo doctor, and report this fault.",
    ),
    "sandbox.memory": (
        "File {file} needs more memory to read than is allowed.",
        "Split the file, or raise PSEUDO_SANDBOX_MEMORY if you trust it.",
    ),
    "sandbox.not_started": (
        "The system could not start a reader for file {file}.",
        "See that processes, memory and open files are not used up, and run again.",
    ),
    "sandbox.wall": (
        "The reader of file {file} gave nothing within the time that is allowed.",
        "Check the disk or share that the file is on, or raise PSEUDO_SANDBOX_WALL, "
        "and run again.",
    ),
}
