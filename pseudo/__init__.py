# SPDX-License-Identifier: Apache-2.0
"""Pseudonymization that statistics agencies can trust.

A delivery about people comes in; the same delivery goes out with every identity number
swapped for a pseudonym: the same for one person throughout one domain, unlinkable
between domains, random to look at, made with a key that lives in a key store::

    import pseudo

    with pseudo.open_store("local:keys.pseudo", passphrase=...) as store:
        domain = store.domain("ifau-2016-173")
        df["id"] = domain.pseudonymize(df["personnummer"])
        result = pseudo.run("delivery.csv", spec="spec.yaml", domain=domain, out="out/")

What pseudonyms are made of is frozen and published with vectors (``docs/explanation/scheme.md``).
Pseudonymized data is still personal data where other columns single people out.

Importing this package is cheap: everything is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pseudo._version import __version__

if TYPE_CHECKING:
    from pseudo.domain import Domain as Domain
    from pseudo.domain import DomainInfo as DomainInfo
    from pseudo.errors import ApprovalError as ApprovalError
    from pseudo.errors import Cancelled as Cancelled
    from pseudo.errors import DeliveryError as DeliveryError
    from pseudo.errors import EvidenceError as EvidenceError
    from pseudo.errors import InternalError as InternalError
    from pseudo.errors import InvalidValuesError as InvalidValuesError
    from pseudo.errors import KeyStoreError as KeyStoreError
    from pseudo.errors import LeakError as LeakError
    from pseudo.errors import PseudoError as PseudoError
    from pseudo.errors import ResourceError as ResourceError
    from pseudo.errors import SpecError as SpecError
    from pseudo.errors import UsageError as UsageError
    from pseudo.events import Cancellation as Cancellation
    from pseudo.events import Observer as Observer
    from pseudo.events import Progress as Progress
    from pseudo.io.spec_file import load_spec as load_spec
    from pseudo.keys import DomainRecord as DomainRecord
    from pseudo.keys import Store as Store
    from pseudo.keys import open_store as open_store
    from pseudo.pseudonym import PseudonymFormat as PseudonymFormat
    from pseudo.spec import Spec as Spec
    from pseudo.usecases.ledgers import open_ledger as open_ledger
    from pseudo.usecases.load import LoadResult as LoadResult
    from pseudo.usecases.load import load as load
    from pseudo.usecases.run import RunResult as RunResult
    from pseudo.usecases.run import run as run
    from pseudo.usecases.verify import read_receipt as read_receipt

_HOMES = {
    "ApprovalError": "pseudo.errors",
    "Cancellation": "pseudo.events",
    "Cancelled": "pseudo.errors",
    "DeliveryError": "pseudo.errors",
    "Domain": "pseudo.domain",
    "DomainInfo": "pseudo.domain",
    "DomainRecord": "pseudo.keys",
    "EvidenceError": "pseudo.errors",
    "InternalError": "pseudo.errors",
    "InvalidValuesError": "pseudo.errors",
    "KeyStoreError": "pseudo.errors",
    "LeakError": "pseudo.errors",
    "LoadResult": "pseudo.usecases.load",
    "Observer": "pseudo.events",
    "Progress": "pseudo.events",
    "PseudoError": "pseudo.errors",
    "PseudonymFormat": "pseudo.pseudonym",
    "ResourceError": "pseudo.errors",
    "RunResult": "pseudo.usecases.run",
    "Spec": "pseudo.spec",
    "SpecError": "pseudo.errors",
    "Store": "pseudo.keys",
    "UsageError": "pseudo.errors",
    "load": "pseudo.usecases.load",
    "load_spec": "pseudo.io.spec_file",
    "open_ledger": "pseudo.usecases.ledgers",
    "open_store": "pseudo.keys",
    "read_receipt": "pseudo.usecases.verify",
    "run": "pseudo.usecases.run",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
