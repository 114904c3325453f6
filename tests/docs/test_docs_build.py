# SPDX-License-Identifier: Apache-2.0
"""The manual builds without a warning, and neither it nor the code names a machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_MACHINE = re.compile(r"(?<![\w.])/(?:home|work|Users|root)/\w|[A-Z]:\\\\?Users")


def test_the_manual_builds_without_a_warning(docs: Path, tmp_path: Path) -> None:
    order = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dummy"]
    built = subprocess.run(
        [*order, "-d", str(tmp_path / "trees"), str(docs), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr


def test_no_page_names_a_folder_of_somebodys_machine(docs: Path) -> None:
    root = docs.parent
    pages = [*root.glob("*.md"), *docs.rglob("*.md"), *docs.glob("*.py")]
    for path in pages:
        if "_build" not in path.parts:
            assert not _MACHINE.search(path.read_text(encoding="utf-8")), path.name


def test_every_page_is_reached_from_the_index(docs: Path) -> None:
    found = set()
    for path in [docs / "index.md", docs / "adr" / "index.md"]:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
            names = [line for line in block.splitlines() if line and not line.startswith(":")]
            found |= {(path.parent / f"{name}.md").resolve() for name in names}
    pages = {path.resolve() for path in docs.rglob("*.md") if "_build" not in path.parts}
    assert pages - {docs.resolve() / "index.md"} == found


def test_the_swedish_page_for_submitters_names_every_column_of_the_error_list(docs: Path) -> None:
    from pseudo import i18n

    text = (docs / "howto" / "fellistan.md").read_text(encoding="utf-8")
    for name in ("file", "record", "line", "column", "code", "problem", "remedy", "effect"):
        assert i18n.text(f"error_list.{name}", "sv") in text
