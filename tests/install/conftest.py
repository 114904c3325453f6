# SPDX-License-Identifier: Apache-2.0
"""Builds and installs in folders of their own, without a network, with chosen toolchains."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

_FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
_MADE = shutil.ignore_patterns("__pycache__", "target", "Cargo.lock", "*.so", "*.pyd")
_SECONDS = 300


def run(
    *words: str, cwd: Path, status: int | None = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with arguments; ``status`` is how it has to end."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PSEUDO_")}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**kept, "PIP_NO_INDEX": "1", **variables},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert status in (None, done.returncode), done.stderr[-2000:]
    return done


@dataclass(frozen=True)
class Checkout:
    """A copy of what the program is built from.

    Attributes:
        path: Its folder.
    """

    path: Path

    def wheel(self, to: Path, **variables: str) -> Path:
        """Build a wheel into a folder."""
        self.pip("wheel", "--wheel-dir", str(to), **variables)
        (wheel,) = to.glob("*.whl")
        return wheel

    def pip(self, command: str, *options: str, **variables: str) -> str:
        """Run pip on the checkout as it is done where there is no network; give its words."""
        offline = ("--no-deps", "--no-build-isolation", "--verbose")
        done = run("-m", "pip", command, *offline, *options, ".", cwd=self.path, **variables)
        return done.stdout + done.stderr

    def python(self, program: str, **variables: str) -> str:
        """Run a program in the checkout's folder; give what it printed."""
        return run("-c", program, cwd=self.path, **variables).stdout

    def copied(self, to: Path) -> Checkout:
        """Copy the checkout to a folder that is not there yet."""
        return Checkout(shutil.copytree(self.path, to))


@dataclass(frozen=True)
class Site:
    """An installed program.

    Attributes:
        path: The folder that its packages are in.
    """

    path: Path

    def python(self, program: str, status: int | None = 0, **variables: str) -> str:
        """Run a program beside the installed packages; give what it printed."""
        # Without "site", which would look into the checkout's editable installation too.
        variables["PYTHONPATH"] = os.pathsep.join([str(self.path), sysconfig.get_path("purelib")])
        ended = run("-S", "-c", program, cwd=self.path.parent, status=status, **variables)
        return ended.stdout

    def copied(self, to: Path) -> Site:
        """Copy the installation to a folder that is not there yet."""
        return Site(shutil.copytree(self.path, to))

    def pseudo(self, *words: str, status: int | None = 0, **variables: str) -> str:
        """Run the command line."""
        program = f"from pseudo.cli import main; import sys; sys.argv[1:] = {words!r}; main()"
        return self.python(program, status, **variables)

    def checks(self, **variables: str) -> dict[str, tuple[str, str]]:
        """Give what the doctor says: result and finding by check."""
        said = json.loads(self.pseudo("doctor", "--json", **variables))
        return {check["check"]: (check["result"], check["found"]) for check in said["checks"]}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    path = tmp_path_factory.mktemp("checkout")
    for name in _FILES:
        shutil.copy2(ROOT / name, path)
    for name in ("pseudo", "native"):
        shutil.copytree(ROOT / name, path / name, ignore=_MADE)
    return Checkout(path)


@pytest.fixture(scope="module")
def no_cargo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the variables of a machine without a Rust toolchain."""
    return {"PATH": str(tmp_path_factory.mktemp("empty"))}


@pytest.fixture(scope="module")
def pure(checkout: Checkout, no_cargo: dict[str, str], tmp_path_factory) -> Site:
    """Install the program where there is no Rust toolchain."""
    path = tmp_path_factory.mktemp("site") / "packages"
    checkout.pip("install", "--target", str(path), **no_cargo)
    return Site(path)
