# SPDX-License-Identifier: Apache-2.0
"""The version, in one place that costs nothing to import."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
