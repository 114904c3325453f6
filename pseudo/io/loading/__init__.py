# SPDX-License-Identifier: Apache-2.0
"""A published table into a database: a new table, all of it or nothing."""

from __future__ import annotations

from pseudo.io.loading.new_table import NewTable

__all__ = ["NewTable"]
