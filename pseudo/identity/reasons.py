# SPDX-License-Identifier: Apache-2.0
"""One reason code for each way in which an identity number can be wrong."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Flag", "Reason"]


class Reason(IntEnum):
    """Why a value is not an identity number of the asked kind.

    The numbers are in the order in which a reader gets into a value: a higher number
    means that more of it made sense. Where several kinds are accepted and all refuse,
    the highest reason is the one to tell the submitter. The numbers are also what the
    kernels write into their reason columns; they never change meaning.
    """

    OK = 0
    BLANK = 1
    BAD_FORM = 2
    LOSSY_NUMBER = 3
    WRONG_LENGTH = 4
    TOO_LONG = 5
    SCOPE_MISSING = 6
    BAD_CENTURY = 7
    CENTURY_CONFLICT = 8
    BAD_DATE = 9
    BAD_SERIAL = 10
    BAD_CHECK_DIGIT = 11
    FUTURE_DATE = 12
    WRONG_KIND = 13
    PLACEHOLDER = 14

    @property
    def code(self) -> str:
        """The key of the text catalogue, as error lists and receipts have it."""
        return f"identity.{self.name.lower()}"


class Flag(IntEnum):
    """What is worth counting about a number that was accepted; bits of one byte."""

    CENTURY_AMBIGUOUS = 1
    INCOMPLETE_DATE = 2
