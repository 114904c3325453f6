# SPDX-License-Identifier: Apache-2.0
"""``make bench``: every budget with its reference from the same run; fails if one is missed."""

from __future__ import annotations

import platform
import sys

from bench.kernel import reference_kernel
from bench.measure import table
from bench.startup import help_text


def main() -> int:
    """Measure everything and print one table."""
    print(f"{platform.machine()}, Python {platform.python_version()}; medians of alternating runs")
    results = [*help_text(), *reference_kernel()]
    print(table(results))
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
