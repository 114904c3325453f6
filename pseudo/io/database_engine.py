# SPDX-License-Identifier: Apache-2.0
"""The address of a database, and what its drivers raise, for whoever reads or writes there.

A password is never part of the address, which others can see: each driver finds it in its
own way. Drivers quote values in their messages, so of an error only its kind is kept.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from pseudo.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

__all__ = ["backend_of", "engine_of", "is_lost", "sql_state", "sqlite_code"]

# Drivers take a password among the options of an address, and inside of one, too.
_SECRET = re.compile(
    r"(?:pass(?:word|wd|phrase)?|pwd|ssl_?(?:password|key_passwd))", re.IGNORECASE
)
_SECRET_INSIDE = re.compile(r"(?:^|[;\s&?])\s*(?:pwd|password)\s*=", re.IGNORECASE)
_LOST = frozenset({"OperationalError", "InterfaceError"})


def backend_of(url: str) -> str:
    """Give what kind of database an address is of; empty where it is none."""
    with suppress(Exception):
        from sqlalchemy import make_url

        return make_url(url).get_backend_name()
    return ""


def engine_of(url: str) -> Engine:
    """Make what connects to a database; nothing is connected yet.

    Args:
        url: The database, as SQLAlchemy writes addresses; without a password.

    Raises:
        UsageError: It is none, has a password, or needs a driver that is not installed.
    """
    code = "usage.bad_database"
    try:
        from sqlalchemy import NullPool, create_engine, make_url

        made = make_url(url)
        if _has_password(made):
            code = "usage.password_in_database"
        else:
            return create_engine(made, poolclass=NullPool, hide_parameters=True)
    except ModuleNotFoundError:
        code = "usage.no_database_driver"
    except Exception:  # noqa: BLE001, S110  whatever is wrong with the address.
        pass
    raise UsageError(code)


def is_lost(error: BaseException) -> bool:
    """Tell whether a driver's error is that the database is not there, or not any more."""
    return any(kind.__name__ in _LOST for kind in type(_origin(error)).__mro__)


def sql_state(error: BaseException) -> str:
    """Give the five characters by which SQL tells errors apart; empty where there are none."""
    origin = _origin(error)
    return str(getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None) or "")


def sqlite_code(error: BaseException) -> int:
    """Give SQLite's number of an error, with its refinement; 0 where it has none."""
    return int(getattr(_origin(error), "sqlite_errorcode", 0) or 0)


def _origin(error: BaseException) -> BaseException:
    """Give the driver's own error, where SQLAlchemy wrapped it."""
    found = getattr(error, "orig", None)
    return found if isinstance(found, BaseException) else error


def _has_password(url: URL) -> bool:
    if url.password is not None:
        return True
    for name, values in url.query.items():
        told = (values,) if isinstance(values, str) else values
        if _SECRET.fullmatch(name) or any(_SECRET_INSIDE.search(value) for value in told):
            return True
    return False
