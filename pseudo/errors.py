# SPDX-License-Identifier: Apache-2.0
"""Every error this product raises on purpose, in one tree.

::

    PseudoError                 status  what it means
    ├── InternalError                1  a fault of ours: report it
    ├── UsageError                   2  the order cannot be carried out as given
    │   └── SpecError                2  the spec does not hold together
    ├── DeliveryError                3  the delivery is refused: send a corrected one
    ├── LeakError                    4  identity data outside its column
    ├── KeyStoreError                5  the key store, its passphrase, or a domain's state
    ├── EvidenceError                6  receipt or ledger
    ├── ResourceError                7  out of disk, memory or time
    ├── ApprovalError                8  a second person has not approved
    ├── InvalidValuesError           3  values given to the Python API are not identity numbers
    └── Cancelled                  130  stopped by the caller

An error carries a *code* and *parameters*, never a sentence made from data: the
sentence and the hint are looked up by code in :mod:`pseudo.i18n`. Parameters are
numbers, names from the caller's own order or spec, and names of files and columns
that went through :func:`pseudo.safe.safe_text`. No cell value is ever a parameter,
and errors of libraries are never chained, because nearly every library quotes the
cell it choked on (``raise … from None``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pseudo import i18n
from pseudo.safe import Plain, safe_text

__all__ = [
    "ApprovalError",
    "Cancelled",
    "DeliveryError",
    "EvidenceError",
    "InternalError",
    "InvalidValuesError",
    "KeyStoreError",
    "LeakError",
    "PseudoError",
    "ResourceError",
    "SpecError",
    "UsageError",
]


Param = int | str | tuple[str, ...]


class PseudoError(Exception):
    """Base of all errors raised on purpose.

    Args:
        code: Stable dotted name of what went wrong, a key of the text catalogue.
        **params: What the sentence is filled with. Texts are masked wherever they
            could hold an identity number; of several names each by itself.

    Attributes:
        code: As given.
        params: The masked parameters.
        exit_status: What the command line exits with.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, /, **params: Param) -> None:
        self.code = code
        self.params: Mapping[str, int | str] = {
            name: _shown(value) for name, value in params.items()
        }
        super().__init__(code)

    def text(self, lang: i18n.Lang = "en") -> str:
        """What went wrong, as one sentence in ``lang``."""
        return i18n.text(self.code, lang, **self.params)

    def hint(self, lang: i18n.Lang = "en") -> str:
        """What to do next, as one sentence in ``lang``."""
        return i18n.hint(self.code, lang, **self.params)

    def __str__(self) -> str:
        return f"{self.text()} {self.hint()} [{self.code}]"

    def __reduce__(self) -> tuple[object, ...]:
        # Parameters are keyword-only, so the default reduction cannot rebuild the error.
        return (_rebuild, (type(self), self.code, vars(self)))


def _shown(value: Param) -> int | str:
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, tuple):
        return ", ".join(safe_text(name) for name in value)
    return safe_text(value) if isinstance(value, str) else value


def _rebuild(kind: type[PseudoError], code: str, attributes: dict[str, Any]) -> PseudoError:
    error = kind(code)
    vars(error).update(attributes)
    return error


class InternalError(PseudoError):
    """A fault of ours; the traceback that reaches the log has no local values."""

    exit_status = 1


class UsageError(PseudoError):
    """The order cannot be carried out as given, or its output exists."""

    exit_status = 2


class SpecError(UsageError):
    """A spec that does not hold together; refused at load with file, line and remedy."""


class DeliveryError(PseudoError):
    """The delivery is refused; the submitter must send a corrected one."""

    exit_status = 3


class LeakError(PseudoError):
    """Identity data was found outside its column; nothing was released."""

    exit_status = 4


class KeyStoreError(PseudoError):
    """The key store cannot be opened, or the domain is not in a state to be used."""

    exit_status = 5


class EvidenceError(PseudoError):
    """A receipt or ledger entry cannot be written or does not verify."""

    exit_status = 6


class ResourceError(PseudoError):
    """Disk, memory or time ran out."""

    exit_status = 7


class ApprovalError(PseudoError):
    """The approval of a second person is missing."""

    exit_status = 8


class InvalidValuesError(PseudoError, ValueError):
    """Values given to the Python API are not identity numbers of the asked kinds.

    Attributes:
        reasons: How many values failed, by reason code.
    """

    exit_status = 3

    def __init__(
        self, code: str, /, reasons: Mapping[str, int] | None = None, **params: Param
    ) -> None:
        super().__init__(code, **params)
        self.reasons: Mapping[str, int] = dict(reasons or {})


class Cancelled(PseudoError):  # noqa: N818  nothing went wrong
    """The caller asked to stop; nothing was published."""

    exit_status = 130
