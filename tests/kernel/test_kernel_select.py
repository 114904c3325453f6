# SPDX-License-Identifier: Apache-2.0
"""Which kernel computes, and what happens where the compiled one cannot."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from pseudo.errors import UsageError
from pseudo.kernel import select
from pseudo.kernel.compiled import Compiled, compiled
from pseudo.settings import Settings
from pseudo.usecases.doctor import doctor

NAME = "pseudo._native"


class Finder:
    """Finds a compiled kernel whose loading raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def find_spec(self, name, _path=None, _target=None):
        return ModuleSpec(name, self) if name == NAME else None

    def create_module(self, _spec):
        raise self._error

    def exec_module(self, _module):
        raise AssertionError("it is never made")


def built(version: str | None) -> ModuleType:
    module = ModuleType(NAME)
    module.__spec__ = ModuleSpec(NAME, None)
    if version is not None:
        module.VERSION = version
    return module


@pytest.fixture
def installed(monkeypatch):
    """Give what puts something in the compiled kernel's place: a module, an error or None."""

    def put(what: ModuleType | Exception | None) -> None:
        if isinstance(what, Exception):
            monkeypatch.delitem(sys.modules, NAME, raising=False)
            monkeypatch.setattr(sys, "meta_path", [Finder(what), *sys.meta_path])
        else:
            monkeypatch.setitem(sys.modules, NAME, what)
        compiled.cache_clear()
        select.cache_clear()

    yield put
    monkeypatch.undo()
    compiled.cache_clear()
    select.cache_clear()


UNUSABLE = [
    (None, "missing", "", "ok"),
    (built("0.0.1"), "stale", "", "warning"),
    (built(None), "stale", "", "warning"),
    (
        ImportError("/lib/libc.so.6: version GLIBC_9.99 not found"),
        "broken",
        "ImportError",
        "warning",
    ),
    (OSError("exec format"), "broken", "OSError", "warning"),
    (SystemError("initialization failed"), "broken", "SystemError", "warning"),
]


@pytest.mark.parametrize(("what", "state", "cause", "health"), UNUSABLE)
def test_without_a_usable_compiled_kernel_the_reference_computes(
    installed, what, state, cause, health
):
    installed(what)

    assert compiled() == Compiled(state, cause)
    assert select().name == select("auto").name == select("reference").name == "reference"
    checks = {check.name: check for check in doctor(Settings(kernel="auto"))}
    assert (checks["kernel"].health, checks["kernel"].detail) == ("ok", "reference")
    assert checks["compiled kernel"].health == health
    assert cause in checks["compiled kernel"].detail


@pytest.mark.parametrize("what", [case[0] for case in UNUSABLE])
def test_who_insists_on_it_is_told_that_it_cannot_be_used(installed, what):
    installed(what)

    with pytest.raises(UsageError) as caught:
        select("native")

    assert caught.value.code == "kernel.unavailable"
    assert caught.value.exit_status == 2
    assert caught.value.__context__ is None
    assert all("pseudo doctor" in caught.value.hint(lang) for lang in ("sv", "en"))
    assert "GLIBC" not in str(caught.value)
    checks = {check.name: check for check in doctor(Settings(kernel="native"))}
    assert checks["kernel"].health == checks["leak scan"].health == "failed"
    assert checks["sandbox"].health == "ok"


def test_the_compiled_kernel_is_chosen_where_it_is_installed(native_kernel):
    assert select().name == select("native").name == native_kernel.name == "native"
    assert select("reference").name == "reference"


def test_the_doctor_says_that_the_compiled_kernel_is_not_used(native_kernel):
    checks = {check.name: check for check in doctor(Settings(kernel="reference"))}
    assert checks["kernel"].detail == "reference"
    assert checks["compiled kernel"].detail == "installed, not used"


@pytest.mark.parametrize("name", ["rust", "", "Native", "pseudo._native"])
def test_there_is_no_kernel_of_another_name(name):
    with pytest.raises(UsageError) as caught:
        select(name)
    assert caught.value.code == "kernel.unknown"
