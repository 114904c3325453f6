# SPDX-License-Identifier: Apache-2.0
"""The compiled kernel is built from the pinned crates and no others, under free licences."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from pseudo.kernel.compiled import compiled

ROOT = Path(__file__).parents[2]
MANIFESTS = ("native/Cargo.toml", "native/core/Cargo.toml")
OWN = {"pseudo-native", "pseudo-kernel"}
LICENCES = {"Apache-2.0", "Apache-2.0 WITH LLVM-exception", "MIT", "Unicode-3.0"}

can_resolve = pytest.mark.skipif(
    shutil.which("cargo") is None or compiled().state != "ready",
    reason="the compiled kernel is not built here",
)


def pins() -> dict[str, str]:
    """Give the version asked for of each crate, as it is written."""
    asked: dict[str, str] = {}
    for manifest in MANIFESTS:
        tables = tomllib.loads((ROOT / manifest).read_text(encoding="utf-8"))
        for table in ("dependencies", "build-dependencies", "dev-dependencies"):
            for name, entry in tables.get(table, {}).items():
                if name not in OWN:
                    asked[name] = entry if isinstance(entry, str) else entry["version"]
    return asked


@pytest.fixture(scope="module")
def packages(tmp_path_factory) -> list[dict]:
    """Resolve the crates as an installation does it: without a lock."""
    native = tmp_path_factory.mktemp("checkout") / "native"
    shutil.copytree(ROOT / "native", native, ignore=shutil.ignore_patterns("target", "Cargo.lock"))
    asked = ["cargo", "metadata", "--offline", "--format-version", "1"]
    done = subprocess.run(asked, cwd=native, capture_output=True, text=True, check=True)
    everything = json.loads(done.stdout)["packages"]
    return [package for package in everything if package["name"] not in OWN]


def sufficient(expression: str) -> bool:
    """Tell whether a licence expression without nesting can be met by accepted licences."""
    parts = [part.strip("() ") for part in expression.split(" AND ")]
    return all(any(one in LICENCES for one in part.split(" OR ")) for part in parts)


def test_every_crate_that_is_named_is_pinned_to_one_version():
    loose = [name for name, asked in pins().items() if not re.fullmatch(r"=\d+\.\d+\.\d+", asked)]
    assert loose == []


@can_resolve
def test_what_cargo_resolves_is_what_is_pinned_on_every_platform(packages):
    assert {package["name"]: f"={package['version']}" for package in packages} == pins()


@can_resolve
def test_every_crate_comes_from_the_public_registry(packages):
    assert {package["source"].partition("+")[0] for package in packages} == {"registry"}


@can_resolve
def test_every_crates_licence_is_accepted(packages):
    refused = {
        package["name"]: package["license"]
        for package in packages
        if not sufficient(package["license"] or "")
    }
    assert refused == {}


@can_resolve
def test_the_manual_names_every_crate_with_its_licence(packages):
    page = (ROOT / "docs" / "howto" / "compiled-kernel.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9_-]+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert dict(rows) == {package["name"]: package["license"] for package in packages}


@pytest.mark.parametrize(
    ("expression", "is_enough"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_has_to_be_met_in_all_its_parts(expression, is_enough):
    assert sufficient(expression) is is_enough
