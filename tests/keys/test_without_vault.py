# SPDX-License-Identifier: Apache-2.0
"""Without the extra ``vault`` everything else works, and the store says what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pseudo

ROOT = Path(pseudo.__file__).parents[1]
LACKING = """
import sys

# An import finds nothing where None stands, and so does whoever looks for the package.
for name in ("hvac", "requests", "urllib3"):
    sys.modules[name] = None
"""
LOCAL = """
import pseudo
from pseudo.keys import TESTING

for name in pseudo.__all__:
    getattr(pseudo, name)
with pseudo.open_store("local:keys", passphrase="hemligt", create=True, profile=TESTING) as store:
    store.create("projA")
    print(len(store.domain("projA").pseudonymize(["191212121212"])[0]))
"""
VAULT = """
import pseudo

for address in ("vault:kv/transit", "vault:nothing"):
    try:
        pseudo.open_store(address)
    except pseudo.KeyStoreError as error:
        print(error.code, error.exit_status, error.__context__)
"""
COMMAND = """
from pseudo.cli import main

sys.argv[1:] = {words!r}
main()
"""


def run(program: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program where the packages cannot be imported."""
    return subprocess.run(
        [sys.executable, "-c", LACKING + program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_library_and_a_local_store_work(tmp_path: Path) -> None:
    done = run(LOCAL, tmp_path)
    assert (done.stdout, done.stderr) == ("26\n", "")


def test_the_store_says_what_is_not_installed(tmp_path: Path) -> None:
    done = run(VAULT, tmp_path, VAULT_ADDR="https://127.0.0.1:1", VAULT_TOKEN="s.token")
    assert (done.stdout, done.stderr) == ("vault.not_installed 5 None\n" * 2, "")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["version"], 0),
        (["doctor"], 5),
        (["vault", "--help"], 0),
        (["vault", "policies", "--json"], 5),
        (["vault", "setup", "--json"], 5),
        (["domain", "list", "--json"], 5),
    ],
)
def test_the_command_line_works(tmp_path: Path, words: list[str], status: int) -> None:
    program = COMMAND.format(words=words)
    done = run(program, tmp_path, PSEUDO_KEYSTORE="vault:kv/transit", VAULT_TOKEN="s.token")
    assert done.returncode == status, done.stderr
    assert ("vault.not_installed" in done.stdout + done.stderr) is (status == 5)
    assert "Traceback" not in done.stderr
