# SPDX-License-Identifier: Apache-2.0
"""The receipt names the kernels that really computed."""

from __future__ import annotations

import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.kernel import select
from pseudo.usecases import batch, run


class Elsewhere(Domain):
    """A domain that computes at another place."""

    kernel_name = "remote"

    def __init__(self, domain: Domain) -> None:
        self.info = domain.info
        self._domain = domain

    def swap(self, column, rule, scope=(), *, threads=1):
        return self._domain.swap(column, rule, scope)

    def close(self) -> None:
        """Nothing is open."""


class Watched:
    """A kernel that notes what it is asked for."""

    name = "watched"

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str):
        self.asked.add(name)
        return getattr(select("reference"), name)


@pytest.fixture
def watched(monkeypatch) -> Watched:
    kernel = Watched()
    for module in (batch, run):
        monkeypatch.setattr(module, "select", lambda _: kernel)
    return kernel


def _software(deliver, spec, domain, out) -> dict:
    delivery = deliver("personnummer;namn;insats\n19121212-1212;Tolvan;7\n")
    return pseudo.run(delivery, spec=spec, domain=domain, out=out).receipt["software"]


def test_what_swaps_and_what_scans_are_named_each(deliver, spec, domain, tmp_path, watched):
    software = _software(deliver, spec, Elsewhere(domain), tmp_path / "out")

    assert (software["kernel"], software["scan_kernel"]) == ("remote", "watched")
    assert {"convert", "find"} <= watched.asked
    assert not {"swap", "prepare"} & watched.asked


@pytest.mark.parametrize("name", ["auto", "reference"])
def test_the_setting_chooses_what_scans(deliver, spec, domain, tmp_path, monkeypatch, name):
    monkeypatch.setenv("PSEUDO_KERNEL", name)

    software = _software(deliver, spec, domain, tmp_path / "out")

    assert software["kernel"] == domain.kernel_name
    assert software["scan_kernel"] == select(name).name
