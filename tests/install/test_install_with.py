# SPDX-License-Identifier: Apache-2.0
"""With a Rust toolchain the wheel holds the compiled kernel, for every Python from 3.11 on."""

from __future__ import annotations

import shutil
import tarfile
import tomllib
from pathlib import Path

import pytest

from pseudo._version import __version__
from pseudo.kernel.compiled import compiled
from tools.check_wheel import main

ROOT = Path(__file__).parents[2]

can_build = pytest.mark.skipif(
    shutil.which("cargo") is None or compiled().state != "ready",
    reason="the compiled kernel is not built here",
)


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory) -> Path:
    # The crates that were compiled for the checkout are not compiled again.
    target = str(ROOT / "native" / "target")
    return checkout.wheel(tmp_path_factory.mktemp("dist"), CARGO_TARGET_DIR=target)


@can_build
def test_a_wheel_with_the_kernel_is_for_every_python_and_passes_the_check(wheel, capsys):
    assert wheel.name.startswith(f"pseudo_personnummer-{__version__}-cp311-abi3-")
    assert main([str(wheel.parent)]) == 0
    assert capsys.readouterr().out == f"{wheel.name}: pseudo/_native.abi3.so\n"


@can_build
def test_the_kernel_of_a_wheel_computes(checkout, wheel, pure, tmp_path):
    site = pure.copied(tmp_path / "packages")
    shutil.rmtree(site.path / "pseudo")
    shutil.unpack_archive(wheel, site.path, "zip")

    checks = site.checks()

    assert checks["kernel"] == ("ok", "native")
    assert checks["compiled kernel"] == ("ok", "installed")
    assert checks["pseudonyms"][0] == checks["leak scan"][0] == "ok"
    assert site.checks(PSEUDO_KERNEL="reference")["kernel"] == ("ok", "reference")


def test_the_source_distribution_holds_the_crate_and_nothing_that_cargo_made(
    checkout, no_cargo, tmp_path
):
    own = checkout.copied(tmp_path / "own")
    made = own.path / "native" / "target" / "release" / "build" / "typenum"
    made.mkdir(parents=True)
    for path in (made / "generated.rs", made / "Cargo.toml", own.path / "native" / "Cargo.lock"):
        path.touch()

    own.python("import setuptools.build_meta as hooks; hooks.build_sdist('dist')", **no_cargo)

    (archive,) = own.path.glob("dist/*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    sources = {
        path.relative_to(checkout.path).as_posix()
        for path in (checkout.path / "native").rglob("*")
        if path.suffix in {".rs", ".toml"} and "tests" not in path.parts
    }
    assert sources == {name for name in names if name.startswith("native/") and "." in name}
    assert {"setup.py", "pyproject.toml", "LICENSE", "pseudo/_native.pyi"} <= names
    assert not any(name.startswith("tests") for name in names)


def test_the_crates_have_the_programs_version():
    for manifest in ("native/Cargo.toml", "native/core/Cargo.toml"):
        assert tomllib.loads((ROOT / manifest).read_text())["package"]["version"] == __version__
