# SPDX-License-Identifier: Apache-2.0
"""Processes that do the same with one domain at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pseudo
from tests.keys.vault.conftest import Place

pytestmark = pytest.mark.network

ROOT = Path(pseudo.__file__).parents[1]
BEGIN = """\
import sys
import pseudo
from pseudo.errors import KeyStoreError
from pseudo.usecases import domains

with pseudo.open_store(sys.argv[1]) as store:
    ledger = pseudo.open_ledger(sys.argv[2], store) if sys.argv[2] else None
    print("ready", flush=True)
    sys.stdin.readline()
    try:
"""
CREATE = """\
        print(domains.create(store, "projA", ledger=ledger).state.value)
    except KeyStoreError as error:
        print(error.code)
"""
OPEN = """\
        with store.domain("projA") as domain:
            print(*domain.pseudonymize(["191212121212"]))
    except KeyStoreError as error:
        print(error.code)
"""


def at_once(place: Place, program: str, role: str, ledger: str = "") -> list[str]:
    """Let processes begin at the same time, and give what each printed."""
    words = [f"vault:{place.config.kv}/{place.config.transit}", ledger]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "VAULT_ADDR": place.bao.address,
        "VAULT_CACERT": str(place.bao.ca),
        "VAULT_TOKEN": place.tokens.get(role, place.bao.root_token),
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BEGIN + program, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(3)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=60)[0].strip() for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0, 0, 0]
    return said


# The roles may not overwrite anything, and root may: then only check-and-set is in the way.
@pytest.mark.parametrize(("role", "ledgered"), [("creator", True), ("root", False)])
def test_one_of_several_processes_makes_a_domain(
    place: Place, tmp_path: Path, role: str, ledgered: bool
) -> None:
    folder = str(tmp_path / "ledger") if ledgered else ""
    if ledgered:
        pseudo.open_ledger(folder, place.store("creator"))
    said = at_once(place, CREATE, role, folder)
    assert sorted(said) == ["created", "keys.domain_exists", "keys.domain_exists"]
    assert place.kv("GET", "data/projA/v1")["data"]["metadata"]["version"] == 1
    with place.store("worker").domain("projA") as domain:
        assert len(domain.pseudonymize(["191212121212"])) == 1


@pytest.mark.parametrize("role", ["worker", pytest.param("root", marks=pytest.mark.campaign)])
def test_processes_that_open_a_domain_first_make_the_same_of_it(place: Place, role: str) -> None:
    place.store("creator").create("projA")
    said = at_once(place, OPEN, role)
    assert len(set(said)) == 1
    assert len(said[0]) == 26
    assert place.kv("GET", "data/projA/kcv/v1")["data"]["metadata"]["version"] == 1
