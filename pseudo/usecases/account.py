# SPDX-License-Identifier: Apache-2.0
"""Who gave an order, as receipts and events have it."""

from __future__ import annotations

import os
import pwd

__all__ = ["account"]


def account() -> str:
    """Give the name of the account that this process runs under; its number without one."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
