# SPDX-License-Identifier: Apache-2.0
"""Whether the compiled kernel is here, loads, and was built for this version.

It is optional, so each of these may fail without stopping anybody: then the reference
kernel computes, and ``pseudo doctor`` says why.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Literal, NamedTuple

from pseudo._version import __version__

__all__ = ["Compiled", "compiled"]

_MODULE = "pseudo._native"


class Compiled(NamedTuple):
    """What there is of the compiled kernel.

    Attributes:
        state: ``ready``; ``missing`` where it was not built; ``broken`` where it does not
            load on this machine; ``stale`` where it was built for another version.
        cause: Of a broken one, the type of the error.
    """

    state: Literal["ready", "missing", "broken", "stale"]
    cause: str = ""


@cache
def compiled() -> Compiled:
    """Look for the compiled kernel and load it."""
    if find_spec(_MODULE) is None:
        return Compiled("missing")
    try:
        # A kernel of another version may lack what its Python half imports.
        if getattr(import_module(_MODULE), "VERSION", None) != __version__:
            return Compiled("stale")
        import_module("pseudo.kernel.native")
    except Exception as error:  # noqa: BLE001  whatever a library raises as it is loaded
        return Compiled("broken", type(error).__name__)
    return Compiled("ready")
