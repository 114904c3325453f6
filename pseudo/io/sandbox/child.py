# SPDX-License-Identifier: Apache-2.0
"""The program of the sandbox's child: gives up its rights first, then works.

It is run by its path, in an isolated interpreter, with one argument: the order, in
JSON. Until every limit is in place it uses nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import time
from typing import Any

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_OPEN_FILES = 64
# After its soft limit, which kills with a signal of its own, this many seconds more.
_CPU_GRACE = 5
_SECONDS_BETWEEN_LOOKS = 1.0
# Made beforehand: a process without memory could not.
_OUT_OF_MEMORY = b'{"code": "sandbox.memory", "params": {}}'
_FAILED = b'{"code": "sandbox.failed", "params": {}}'


# What Arrow would load to ask whether a list is one of its columns, or to open files that
# are somewhere else.
_HIDDEN = frozenset(
    {"pandas", "pyarrow._azurefs", "pyarrow._gcsfs", "pyarrow._hdfs", "pyarrow._s3fs"}
)


class _Without:
    """Hides libraries that are not needed and take their time to load."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Say that there is none of these, and leave all others to who comes next."""
        if name in self._hidden:
            raise ModuleNotFoundError(name=name)


def main() -> None:
    """Carry out the order in the first argument, leave a verdict, and end."""
    order: dict[str, Any] = json.loads(sys.argv[1])
    try:
        confine(order["memory"], order["cpu"])
        sys.path.extend(order["path"])
        _end_with(order["parent"])
        note = _work(order)
    except ModuleNotFoundError:
        note = _FAILED
    except (MemoryError, ImportError):
        # A library that is there but cannot be loaded found no room for itself.
        note = _OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001  nothing may be printed, whatever it was
        note = _FAILED
    os.write(order["control"], note)
    # Nothing of the libraries' tidying up is needed, and it might crash.
    os._exit(0)


def _work(order: dict[str, Any]) -> bytes:
    if order["work"] == "unpack":
        # Without the parsers' libraries, which take their time to load.
        from pseudo.io.sandbox import unpack

        return unpack.serve(order)
    from pseudo.io.sandbox.registry import WITHOUT_NUMPY

    hidden = _HIDDEN | {"numpy"} if order["work"] in WITHOUT_NUMPY else _HIDDEN
    sys.meta_path.insert(0, _Without(hidden))
    from pseudo.io.sandbox import worker

    return worker.serve(order)


def _end_with(parent: int) -> None:
    """See that this process ends when its parent is gone, killed and without a word.

    Who writes to nobody notices it, but who computes does not. The system's own signal for
    this comes when a thread of the parent ends, which may be any.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        os._exit(0)

    from pseudo.io.sandbox.small_thread import started

    # Where there is no room for it, there is none for much work either.
    started(watch)


def confine(memory: int, cpu: int) -> None:
    """Give up what a parser does not need; for good.

    Args:
        memory: Bytes of address space.
        cpu: Seconds of processor time.
    """
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_FSIZE, 0, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES)
    _limit(resource.RLIMIT_CPU, cpu, cpu + _CPU_GRACE)
    _limit(resource.RLIMIT_AS, memory, memory)
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit(which: int, soft: int, hard: int) -> None:
    # What is stricter already stays; a limit that the system does not have is left out.
    _, ceiling = resource.getrlimit(which)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    try:
        resource.setrlimit(which, (soft, hard))
    except (ValueError, OSError):
        if sys.platform == "linux":
            raise


if __name__ == "__main__":
    main()
