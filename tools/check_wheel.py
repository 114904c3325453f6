# SPDX-License-Identifier: Apache-2.0
"""Check wheels before they are released: ``python -m tools.check_wheel dist``.

Each wheel gets a line that says which kernel is in it, and one for each thing that is wrong.
A wheel with the kernel has to name a platform and the stable ABI, one without it neither.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pseudo._version import __version__

__all__ = ["faults", "kernels", "main"]

_NAME = "pseudo_personnummer"
_TAG = "cp311-abi3"
_PURE = "py3-none-any"
_KERNEL = re.compile(r"pseudo/_native\.[^/]*(?:so|pyd)")
_STABLE = re.compile(r"pseudo/_native\.(?:abi3\.so|pyd)")
_EXPECTED = re.compile(
    rf"""
      pseudo/(?:[a-z_0-9]+/)*[a-z_0-9]+\.py
    | pseudo/_native\.(?:abi3\.so|pyd|pyi)
    | pseudo/py\.typed
    | {_NAME}-[^/]+\.dist-info/(?:METADATA|WHEEL|RECORD|entry_points\.txt|top_level\.txt)
    | {_NAME}-[^/]+\.dist-info/licenses/LICENSE
    """,
    re.VERBOSE,
)


def kernels(names: Sequence[str]) -> list[str]:
    """List the compiled kernels among a wheel's files."""
    return [name for name in names if _KERNEL.fullmatch(name)]


def faults(wheel: Path) -> Iterator[str]:
    """Say what is wrong with a wheel.

    Args:
        wheel: Its file, named as the format has it.

    Yields:
        One sentence for each fault.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        tags = _tags(archive)
    name, version, tag = _parts(wheel)
    if name != _NAME or version != __version__:
        yield f"it is no wheel of {_NAME} {__version__}"
    if tags != [tag]:
        yield "its name has another tag than its content"
    found = kernels(names)
    if tag == _PURE and found:
        yield "it holds a compiled kernel and claims to be pure Python"
    if tag != _PURE and not tag.startswith(f"{_TAG}-"):
        yield f"its tag is neither {_PURE} nor {_TAG} with a platform"
    if tag != _PURE and [bool(_STABLE.fullmatch(file)) for file in found] != [True]:
        yield "it names a platform and does not hold one kernel of the stable ABI"
    for file in sorted(set(names)):
        if not _EXPECTED.fullmatch(file):
            yield f"unexpected: {file}"


def _parts(wheel: Path) -> tuple[str, str, str]:
    name, _, rest = wheel.stem.partition("-")
    version, _, tag = rest.partition("-")
    return name, version, tag


def _tags(archive: zipfile.ZipFile) -> list[str]:
    (entry,) = (name for name in archive.namelist() if name.endswith(".dist-info/WHEEL"))
    lines = archive.read(entry).decode("utf-8").splitlines()
    return [line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: ")]


def _described(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        found = kernels(archive.namelist())
    return f"{wheel.name}: {found[0] if found else 'no compiled kernel'}"


def main(arguments: Sequence[str]) -> int:
    """Check all wheels of a folder.

    Args:
        arguments: The folder.

    Returns:
        0 where there is a wheel and all are in order, else 1.
    """
    wheels = sorted(Path(arguments[0]).glob("*.whl"))
    if not wheels:
        print("no wheel")
    wrong = not wheels
    for wheel in wheels:
        print(_described(wheel))
        for fault in faults(wheel):
            print(f"  {fault}")
            wrong = True
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
