# SPDX-License-Identifier: Apache-2.0
"""What pyproject.toml cannot say of the build; everything else is there.

setuptools-rust's ``optional`` lets an install go on where the compiled kernel cannot be
built. Four things it leaves open are closed here: a kernel of an earlier build is not taken
for this one's, cargo does not wait minutes for an index that does not answer, a ``rustc``
that gives no version counts as none, and a wheel is named after what is in it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from contextlib import suppress
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

PACKAGE, MODULE = "pseudo", "_native"
STABLE_ABI = "cp311"
PATIENCE = {"CARGO_NET_RETRY": "1", "CARGO_HTTP_TIMEOUT": "10"}
"""For cargo, in tries and seconds, where the environment does not say otherwise."""


def kernels(folder: Path) -> list[Path]:
    """List the compiled kernels in a folder, of whatever Python they are."""
    return [path for path in folder.glob(f"{MODULE}.*") if path.suffix in {".so", ".pyd"}]


def has_rust() -> bool:
    """Tell whether there is a ``rustc`` that tells its version."""
    said = ""
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.check_output(["rustc", "-V"], text=True, timeout=60)  # noqa: S607
    return re.match(r"rustc \d+\.\d+\.\d+", said) is not None


class BuildKernel(build_ext):
    """Makes room for the kernel before setuptools-rust builds it, or does not let it try."""

    def run(self) -> None:
        """Build the extension modules."""
        self._remove_earlier_kernels()
        for variable, value in PATIENCE.items():
            os.environ.setdefault(variable, value)
        if not has_rust():
            self.announce("no Rust toolchain: the compiled kernel is left out", level=3)
            self.distribution.rust_extensions = []
        super().run()

    def _remove_earlier_kernels(self) -> None:
        """Remove what a build that fails would leave in place as if it were its own."""
        folders = [Path(self.build_lib, PACKAGE)]
        if self.inplace:
            folders.append(Path(self.get_finalized_command("build_py").get_package_dir(PACKAGE)))
        for folder in folders:
            for kernel in kernels(folder):
                kernel.unlink()


class NameWheel(bdist_wheel):
    """Names a wheel after what is in it: the stable ABI with the kernel, else pure Python."""

    def initialize_options(self) -> None:
        """Ask for the stable ABI, which Python without the lock (3.13t, 3.14t) lacks."""
        super().initialize_options()
        if not sysconfig.get_config_var("Py_GIL_DISABLED"):
            self.py_limited_api = STABLE_ABI

    def get_tag(self) -> tuple[str, str, str]:
        """Give the wheel's tag; it is asked for once everything lies in ``bdist_dir``."""
        content = Path(self.bdist_dir, PACKAGE)
        if content.is_dir():
            self.root_is_pure = not kernels(content)
        return super().get_tag()


setup(cmdclass={"build_ext": BuildKernel, "bdist_wheel": NameWheel})
