# SPDX-License-Identifier: Apache-2.0
"""What all tests share: no network, fixed seeds, and how much of each family is run."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
"""Whether the whole campaign runs (make test-full) or a sample with a fixed seed."""

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "sample", max_examples=60, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile("full", max_examples=300, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("full" if FULL else "sample")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked ``campaign``, unless the whole campaign runs."""
    if FULL:
        return
    left_out = [item for item in items if item.get_closest_marker("campaign")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


class NetworkError(Exception):
    """A test without the marker ``network`` tried to open a socket."""


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the network away from every test that does not ask for it."""
    if request.node.get_closest_marker("network"):
        return

    def refuse(*_: object, **__: object) -> None:
        raise NetworkError("this test has no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)


@pytest.fixture(autouse=True)
def _no_renewals() -> Iterator[None]:
    """See that no test leaves a session behind, which would renew its token in the others."""
    before = set(threading.enumerate())
    yield
    left = [one for one in threading.enumerate() if one not in before]
    for thread in left:
        if thread.name == "pseudo-vault":
            thread.join(2)
            assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test without the developer's own settings, but with the kernel asked for."""
    for name in list(os.environ):
        if name.startswith(("PSEUDO_", "VAULT_")) and name not in (
            "PSEUDO_TEST_FULL",
            "PSEUDO_KERNEL",
        ):
            monkeypatch.delenv(name)
