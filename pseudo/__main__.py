# SPDX-License-Identifier: Apache-2.0
"""``python -m pseudo`` is the command line too."""

from __future__ import annotations

from pseudo.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
