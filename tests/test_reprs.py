# SPDX-License-Identifier: Apache-2.0
"""No object on the way of the data shows a cell when it is printed."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import pseudo
from pseudo.kernel.compiled import compiled

# Where the compiled kernel was not built, its Python half need not be importable.
ABSENT = () if compiled().state == "ready" else ("pseudo._native", "pseudo.kernel.native")

CARRIERS = (
    "bytes",
    "pa.RecordBatch",
    "pa.Array",
    "pa.StringArray",
    "pa.LargeStringArray",
    "NDArray",
    "Digits",
    "Numbers",
)


def carriers() -> Iterator[type]:
    for module in pkgutil.walk_packages(pseudo.__path__, "pseudo."):
        if ".testing" in module.name or module.name.endswith(("__main__", ".child")):
            continue
        if module.name.startswith(ABSENT):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if not dataclasses.is_dataclass(value) or not isinstance(value, type):
                continue
            if value.__module__ == module.name and any(
                kind in str(field.type) for field in dataclasses.fields(value) for kind in CARRIERS
            ):
                yield value


@pytest.mark.parametrize("carrier", list(carriers()), ids=lambda carrier: carrier.__qualname__)
def test_what_carries_cells_or_keys_has_no_generated_repr(carrier: type) -> None:
    public = {"Framed", "Header", "Written", "Sealed"}
    generated = "__create_fn__" in getattr(carrier.__repr__, "__qualname__", "")
    assert not generated or carrier.__name__ in public, carrier
