# SPDX-License-Identifier: Apache-2.0
"""The tests do not pass by leaving the compiled kernel out where it has to be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLLECT = """
import sys
sys.modules["pseudo._native"] = None
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests/test_i18n.py"]))
"""


@pytest.fixture
def collected(tmp_path):
    """Give what collects tests where the compiled kernel was not built."""

    def collect(*, cargo: bool, **variables: str) -> subprocess.CompletedProcess[str]:
        if cargo:
            (tmp_path / "cargo").touch(mode=0o755)
        kept = {
            name: text for name, text in os.environ.items() if name not in ("CI", "PSEUDO_KERNEL")
        }
        return subprocess.run(
            [sys.executable, "-c", COLLECT],
            cwd=ROOT,
            env={**kept, "PATH": str(tmp_path), **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return collect


@pytest.mark.parametrize(
    ("cargo", "variables"), [(True, {"CI": "true"}), (False, {"PSEUDO_KERNEL": "native"})]
)
def test_where_the_kernel_has_to_be_its_absence_is_an_error(collected, cargo, variables):
    done = collected(cargo=cargo, **variables)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "the compiled kernel is missing" in done.stderr


@pytest.mark.parametrize(
    ("cargo", "variables"),
    [(True, {}), (False, {"CI": "true"}), (True, {"CI": "true", "PSEUDO_KERNEL": "reference"})],
)
def test_elsewhere_the_tests_run_on_the_reference(collected, cargo, variables):
    done = collected(cargo=cargo, **variables)
    assert done.returncode == pytest.ExitCode.OK, done.stderr
