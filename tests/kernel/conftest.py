# SPDX-License-Identifier: Apache-2.0
"""The kernels that tests ask for."""

from __future__ import annotations

import pytest

from pseudo.kernel import Kernel, select
from pseudo.kernel.compiled import compiled


@pytest.fixture(scope="session")
def native_kernel() -> Kernel:
    """Give the compiled kernel, to tests whose subject it is."""
    if compiled().state != "ready":
        pytest.skip("the compiled kernel is not built here")
    return select("native")
