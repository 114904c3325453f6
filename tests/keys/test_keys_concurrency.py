# SPDX-License-Identifier: Apache-2.0
"""Several processes and threads at one key file: nobody's change is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pseudo.errors
from pseudo.errors import KeyStoreError
from pseudo.keys import TESTING
from pseudo.keys.local import LocalStore

Opened = Callable[..., LocalStore]

CREATOR = """
import sys
from pseudo.keys import TESTING
from pseudo.keys.local import LocalStore

path, passphrase, who, count = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
with LocalStore.open(path, passphrase, create=True, profile=TESTING) as store:
    for number in range(int(count)):
        store.create(f"proj-{who}-{number}")
"""


def _creator(path: Path, passphrase: str, who: int, count: int) -> subprocess.Popen[str]:
    root = str(Path(pseudo.errors.__file__).resolve().parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", CREATOR, str(path), passphrase, str(who), str(count)],
        env={**os.environ, "PYTHONPATH": root},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_make_the_file_and_domains_at_once_lose_nothing(
    path: Path, passphrase: str
) -> None:
    processes = [_creator(path, passphrase, who, 15) for who in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with LocalStore.open(path, passphrase, profile=TESTING) as store:
        assert {record.name for record in store.list()} == {
            f"proj-{who}-{number}" for who in range(4) for number in range(15)
        }
        for record in store.list():
            store.domain(record.name).close()


def test_threads_that_make_the_same_domain_at_once_make_it_once(store: LocalStore) -> None:
    made, refused = [], []
    barrier = threading.Barrier(6)

    def create() -> None:
        barrier.wait()
        try:
            made.append(store.create("projC"))
        except KeyStoreError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(made) == 1
    assert refused == ["keys.domain_exists"] * 5
    assert store.show("projC") == made[0]


def test_readers_never_see_half_a_file_while_a_writer_writes(
    store: LocalStore, opened: Opened
) -> None:
    done = threading.Event()
    failures: list[str] = []

    def read() -> None:
        with opened() as reader:
            while not done.is_set():
                try:
                    assert {"projA", "projB"} <= {record.name for record in reader.list()}
                except (AssertionError, KeyStoreError) as error:
                    failures.append(type(error).__name__)

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(60):
        store.create(f"proj-{number}")
    done.set()
    thread.join(timeout=30)
    assert failures == []
