# SPDX-License-Identifier: Apache-2.0
"""Ways to call the command line: in this process, in one of its own, and on a terminal."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pseudo import logs
from pseudo.keys import open_store
from pseudo.testing import People

PASSPHRASE = "fyra slumpade ord räcker"
ROOT = Path(__file__).parents[2]

SPEC = """\
name: kommunala-program
reference_date: 2026-11-22
columns:
  - {name: personnummer, role: identifier, pseudonym: id}
  - {name: namn, role: direct}
  - {name: insats, role: keep, type: integer}
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def code(self) -> str:
        """The code of the error that was printed."""
        lines = [line for line in self.stderr.splitlines() if line.startswith("code: ")]
        assert len(lines) == 1, self.stderr
        return lines[0].removeprefix("code: ")


@dataclass(frozen=True)
class Keys:
    """A key file with an active domain ``projA`` and a frozen one ``frozen``."""

    path: Path
    passphrase: Path

    def copied(self, path: Path) -> dict[str, str]:
        """Copy the key file and its ledger, to be changed; give the copy's environment."""
        shutil.copy2(self.path, path)
        ledger = self.path.with_name(f"{self.path.name}.ledger")
        if ledger.exists():
            shutil.copytree(ledger, path.with_name(f"{path.name}.ledger"))
        return {**self.environment, "PSEUDO_KEYSTORE": f"local:{path}"}

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PSEUDO_KEYSTORE": f"local:{self.path}",
            "PSEUDO_PASSPHRASE_FILE": str(self.passphrase),
        }


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Return a key file that is shared: tests must not change it."""
    folder = tmp_path_factory.mktemp("keys")
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
    passphrase.chmod(0o600)
    path = folder / "keys.pseudo"
    with open_store(f"local:{path}", passphrase=PASSPHRASE, create=True) as store:
        store.create("projA")
        store.create("frozen")
        store.freeze("frozen")
    return Keys(path, passphrase)


@pytest.fixture
def people() -> list[str]:
    return People(seed=7).personnummer(60)


@pytest.fixture
def delivery(tmp_path: Path, people: list[str]) -> Path:
    """Write a delivery of 60 people, one of them with a wrong check digit."""
    wrong = people[0][:-1] + str((int(people[0][-1]) + 1) % 10)
    rows = [wrong, *people[1:]]
    lines = [
        "personnummer;namn;insats",
        *(f"{row};Åsa Öst;{at % 7}" for at, row in enumerate(rows)),
    ]
    path = tmp_path / "delivery.csv"
    path.write_bytes("\r\n".join([*lines, ""]).encode("cp1252"))
    return path


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Ended]]:
    """Return a function that runs a command in this process, away from any terminal."""
    # The command line takes these over for its process; this process wants them back.
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)

    def run(*arguments: object, **environment: str) -> Ended:
        from pseudo.cli.app import app

        done = CliRunner().invoke(app, [str(word) for word in arguments], env=environment)
        return Ended(done.exit_code, done.stdout, done.stderr)

    yield run
    logs.configure("off")


@pytest.fixture
def approved(call: Callable[..., Ended], tmp_path: Path) -> Callable[..., list[object]]:
    """Return a function that asks for a destruction as one person, approved by two others.

    It gives the options that carry it out. Custodians are enrolled where there are none.
    """
    passphrase = tmp_path / "custodian.passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)

    def done(*words: object, **environment: str) -> str:
        ended = call(*words, **environment)
        assert ended.status == 0, ended.stderr
        return ended.stdout.strip()

    def person(name: str) -> dict[str, str]:
        return {
            "PSEUDO_CUSTODIAN": name,
            "PSEUDO_CUSTODIAN_KEY": f"local:{tmp_path / name}.key",
            "PSEUDO_CUSTODIAN_PASSPHRASE_FILE": str(passphrase),
        }

    def sign(asked: Path, names: tuple[str, ...]) -> list[object]:
        options: list[object] = []
        for name in names:
            copy = asked.with_name(f"{asked.name}.{name}")
            done("approve", asked, "--out", copy, "--yes", **person(name))
            options += ["--request", copy]
        return options

    def approve(domain: str, **environment: str) -> list[object]:
        here = {"PSEUDO_WAITING_DAYS": "0", **environment}
        if not (tmp_path / "anna.key").exists():
            for name in ("anna", "bo"):
                done("custodian", "enrol", done("custodian", "new", **person(name)), **here)
            key = done("custodian", "new", **person("cia"))
            asked = tmp_path / "enrol"
            done(
                *("request", "enrol", "--reference", "1", "--out", asked), **here, **person("cia")
            )
            done("custodian", "enrol", key, *sign(asked, ("anna", "bo")), **here)
        asked = tmp_path / f"destroy-{domain}"
        order = ("request", "destroy", domain, "--reference", "2", "--out", asked)
        done(*order, **here, **person("anna"))
        return sign(asked, ("bo", "cia"))

    return approve


@pytest.fixture
def environment() -> Callable[..., dict[str, str]]:
    """Return a function that makes the environment of a process."""
    return _environment


def _environment(**more: str) -> dict[str, str]:
    """Make the environment of a process: ours without settings, plus ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PSEUDO_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm", **more}


# Undoes what the process that runs the tests may ignore, takes the terminal on standard
# input (if it is one) as the one whose Ctrl-C counts, and becomes the command.
_LAUNCHER = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
if os.isatty(0):
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "pseudo", *sys.argv[1:]])
"""


def _command(*arguments: object) -> list[str]:
    """Make the command line of a process."""
    return [sys.executable, "-c", _LAUNCHER, *(str(word) for word in arguments)]


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts a command in a process of its own, without a terminal."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object, env: dict[str, str] | None = None, **more: object) -> object:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        process = subprocess.Popen(
            _command(*arguments),
            stdin=subprocess.DEVNULL,
            env=_environment(**(env or {})),
            text=True,
            encoding="utf-8",
            start_new_session=True,
            **options,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Terminal:
    """A command on a terminal of its own: what it shows can be read and answered."""

    def __init__(self, *arguments: object, env: dict[str, str], stdout: int | None = None) -> None:
        self.screen = ""
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            _command(*arguments),
            stdin=slave,
            stdout=slave if stdout is None else stdout,
            stderr=slave,
            env=_environment(**env),
            start_new_session=True,
        )
        os.close(slave)

    def expect(self, text: str, seconds: float = 30) -> None:
        """Wait until something is on the screen."""
        self._read(lambda: text in self.screen, seconds)
        assert text in self.screen, self.screen

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self, seconds: float = 60) -> int:
        """Wait for the end and return the exit status."""
        self._read(lambda: False, seconds)
        status = self._process.wait(seconds)
        os.close(self._master)
        return status

    def _read(self, enough: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not enough() and time.monotonic() < deadline:
            ready, _, _ = select.select([self._master], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(self._master, 4096)
            except OSError:  # The other end is closed: the command has ended.
                return
            if not data:
                return
            self.screen += data.decode("utf-8", "replace")

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Return a function that starts a command on a terminal."""
    started: list[Terminal] = []

    def run(
        *arguments: object, env: dict[str, str] | None = None, stdout: int | None = None
    ) -> Terminal:
        made = Terminal(*arguments, env=env or {}, stdout=stdout)
        started.append(made)
        return made

    yield run
    for made in started:
        made.kill()


@pytest.fixture
def published(call, keys, delivery, spec, tmp_path):
    """A published batch, with a key store and a ledger of its own."""
    store = tmp_path / "keys.pseudo"
    environment = {
        "PSEUDO_KEYSTORE": f"local:{store}",
        "PSEUDO_PASSPHRASE_FILE": str(keys.passphrase),
    }
    assert call("domain", "create", "projA", **environment).status == 0
    out = tmp_path / "out"
    done = call("run", delivery, "--spec", spec, "--domain", "projA", "--out", out, **environment)
    assert done.status == 0
    return out
