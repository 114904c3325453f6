# SPDX-License-Identifier: Apache-2.0
"""Delimited text: found out, framed, parsed."""

from __future__ import annotations

from pseudo.io.text.source import TextSource

__all__ = ["TextSource"]
