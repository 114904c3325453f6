# SPDX-License-Identifier: Apache-2.0
"""Without a Rust toolchain, or without its crates, the program installs and works."""

from __future__ import annotations

import shutil
import socket
import zipfile
from pathlib import Path

import pytest

SWAP = """
from datetime import date
from pseudo.testing import MemoryStore
domain = MemoryStore({("projA", 1): bytes(range(32))}).domain("projA")
day = date(2026, 11, 22)
print(domain.kernel_name, *domain.pseudonymize(["19121212-1212"], reference_date=day))
"""
EDITABLE = "import setuptools.build_meta as hooks; hooks.build_editable('.')"
PUBLISHED = "3T2CHD5Z6J77TF6OXTAATKMZL4"
CARGO = shutil.which("cargo")


def kernels(wheel: Path) -> list[str]:
    names = zipfile.ZipFile(wheel).namelist()
    return [name for name in names if "_native." in name and not name.endswith(".pyi")]


@pytest.fixture
def tools(tmp_path):
    """Give a maker of folders with scripts, for the search path."""

    def make(**scripts: str) -> dict[str, str]:
        folder = tmp_path / "tools"
        folder.mkdir()
        for name, text in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        return {"PATH": str(folder)}

    return make


def assert_builds_without(checkout, to: Path, **variables: str) -> None:
    wheel = checkout.wheel(to, **variables)
    assert wheel.name.endswith("-py3-none-any.whl")
    assert kernels(wheel) == []


def test_an_installation_without_cargo_works(pure):
    checks = pure.checks()

    assert pure.pseudo("version").startswith("pseudo ")
    assert checks["kernel"] == ("ok", "reference")
    assert checks["compiled kernel"] == ("ok", "not installed")
    assert pure.python(SWAP).split() == ["reference", PUBLISHED]


def test_cargo_that_cannot_build_is_no_fault(checkout, tools, tmp_path):
    env = tools(rustc="echo 'rustc 1.95.0 (0000000 2026-04-14)'", cargo="echo no >&2; exit 101")

    said = checkout.pip("wheel", "--wheel-dir", str(tmp_path), **env)

    assert "optional Rust extension pseudo._native failed" in said
    (wheel,) = tmp_path.glob("*.whl")
    assert kernels(wheel) == []


@pytest.mark.campaign
@pytest.mark.parametrize(
    "rustc",
    ["exit 0", "exit 1", "echo 'error: no default toolchain' >&2; exit 1", "kill -9 $$"],
)
def test_a_compiler_that_does_not_answer_counts_as_none(checkout, tools, tmp_path, rustc):
    assert_builds_without(checkout, tmp_path, **tools(rustc=rustc, cargo="exit 0"))


@pytest.mark.campaign
def test_a_toolchain_that_is_too_old_is_no_fault(checkout, tools, tmp_path):
    env = tools(
        rustc="echo 'rustc 1.60.0 (7737e0b5c 2022-04-04)'",
        cargo="echo 'error: feature `edition2024` is required' >&2; exit 101",
    )
    assert_builds_without(checkout, tmp_path, **env)


@pytest.mark.skipif(CARGO is None, reason="there is no cargo here")
def test_cargo_without_crates_is_no_fault(checkout, tmp_path):
    home = {"CARGO_HOME": str(tmp_path / "home"), "CARGO_NET_OFFLINE": "true"}
    assert_builds_without(checkout, tmp_path, **home)


@pytest.mark.campaign
@pytest.mark.network
@pytest.mark.skipif(CARGO is None, reason="there is no cargo here")
def test_an_index_that_never_answers_is_not_waited_for_long(checkout, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home = {
            "CARGO_HOME": str(tmp_path / "home"),
            "CARGO_HTTP_PROXY": f"http://127.0.0.1:{silent.getsockname()[1]}",
        }
        assert_builds_without(checkout, tmp_path, **home)


def test_a_kernel_of_an_earlier_build_stays_out_of_the_wheel(checkout, no_cargo, tmp_path):
    checkout.wheel(tmp_path / "first", **no_cargo)
    (package,) = checkout.path.glob("build/lib*/pseudo")
    package.joinpath("_native.abi3.so").write_bytes(b"of an earlier build")

    assert kernels(checkout.wheel(tmp_path / "second", **no_cargo)) == []


def test_a_kernel_in_place_goes_where_it_cannot_be_built_anew(checkout, no_cargo, tmp_path):
    own = checkout.copied(tmp_path / "own")
    package = own.path / "pseudo"
    for name in ("_native.abi3.so", "_native.cpython-311-x86_64-linux-gnu.so"):
        (package / name).write_bytes(b"of an earlier build")

    # The hook of "pip install --editable", which would itself put away the checkout's.
    own.python(EDITABLE, **no_cargo)

    assert [path.name for path in package.glob("_native.*")] == ["_native.pyi"]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("_native.abi3.so", b"\x7fELF of another machine", "does not load on this machine"),
        ("_native.py", b"VERSION = '0.0.1'\n", "built for another version"),
        ("_native.py", b"raise SystemError('lost')\n", "(SystemError)"),
    ],
)
def test_a_kernel_that_cannot_be_used_is_warned_of_and_not_used(
    pure, tmp_path, name, content, found
):
    site = pure.copied(tmp_path / "packages")
    (site.path / "pseudo" / name).write_bytes(content)

    checks = site.checks()

    assert checks["kernel"] == ("ok", "reference")
    assert checks["compiled kernel"][0] == "warning"
    assert found in checks["compiled kernel"][1]
    assert site.python(SWAP).split() == ["reference", PUBLISHED]


def test_to_insist_on_a_kernel_that_is_missing_is_a_usage_error(pure):
    said = pure.pseudo("doctor", status=2, PSEUDO_KERNEL="native")
    assert said == ""
