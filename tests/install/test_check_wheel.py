# SPDX-License-Identifier: Apache-2.0
"""A wheel that is not what its name says is not released."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pseudo._version import __version__
from tools.check_wheel import main

PLATFORM, PURE = "cp311-abi3-linux_x86_64", "py3-none-any"
KERNEL = "pseudo/_native.abi3.so"


def make(
    folder: Path, tag: str, *files: str, version: str = __version__, claims: str = ""
) -> Path:
    base = f"pseudo_personnummer-{version}"
    path = folder / f"{base}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{base}.dist-info/WHEEL", f"Wheel-Version: 1.0\nTag: {claims or tag}\n")
        for name in ("pseudo/__init__.py", "pseudo/keys/local.py", "pseudo/py.typed", *files):
            archive.writestr(name, "")
    return path


@pytest.mark.parametrize(("tag", "files"), [(PLATFORM, [KERNEL]), (PURE, [])])
def test_a_wheel_that_is_what_it_says_passes(tmp_path, capsys, tag, files):
    make(tmp_path, tag, *files)

    assert main([str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("tag", "files", "fault"),
    [
        (PLATFORM, [], "does not hold one kernel of the stable ABI"),
        (PLATFORM, ["pseudo/_native.cpython-311-x86_64-linux-gnu.so"], "of the stable ABI"),
        (PLATFORM, [KERNEL, "pseudo/_native.pyd"], "does not hold one kernel"),
        ("cp311-cp311-linux_x86_64", [KERNEL], "is neither"),
        (PURE, [KERNEL], "claims to be pure Python"),
        (PURE, ["native/src/lib.rs"], "unexpected: native/src/lib.rs"),
        (PURE, ["tests/conftest.py"], "unexpected: tests/conftest.py"),
        (PURE, ["pseudo/keys.pseudo"], "unexpected: pseudo/keys.pseudo"),
        (PURE, ["../pseudo/out.py"], "unexpected: ../pseudo/out.py"),
    ],
)
def test_a_wheel_that_is_something_else_fails(tmp_path, capsys, tag, files, fault):
    make(tmp_path, tag, *files)

    assert main([str(tmp_path)]) == 1
    assert fault in capsys.readouterr().out


def test_a_wheel_of_another_version_fails(tmp_path, capsys):
    make(tmp_path, PURE, version="0.0.9")
    assert main([str(tmp_path)]) == 1
    assert __version__ in capsys.readouterr().out


def test_a_wheel_whose_content_has_another_tag_fails(tmp_path, capsys):
    make(tmp_path, PURE, claims=PLATFORM)
    assert main([str(tmp_path)]) == 1
    assert "another tag" in capsys.readouterr().out


def test_one_bad_wheel_among_good_ones_fails(tmp_path):
    make(tmp_path, PURE)
    make(tmp_path, PLATFORM)
    assert main([str(tmp_path)]) == 1


def test_no_wheel_at_all_fails(tmp_path):
    assert main([str(tmp_path)]) == 1
