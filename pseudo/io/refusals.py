# SPDX-License-Identifier: Apache-2.0
"""Files that are no table that can be read: named for what they are, and what to send instead.

Formats are those of :mod:`pseudo.io.detect`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pseudo.errors import DeliveryError

__all__ = ["refusal"]

_DOCUMENTS = ("Word (.docx)", "Word (.doc)", "OpenDocument (.odt)", "RTF", "PDF")
_SLIDES = ("PowerPoint (.pptx)", "PowerPoint (.ppt)")
_PICTURES = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "RIFF", "picture or film")
_MAILS = ("Outlook (.msg)", "mail (.eml)")
_ENCRYPTED = ("encrypted Office file", "PGP", "age")
_ARCHIVES = ("7-Zip (.7z)", "RAR", "tar", "xz", "bzip2 (.bz2)", "LZ4")
_WORKBOOKS = ("Excel (.xlsb)", "Excel 2003 (.xml)")
_PAGES = ("HTML", "XML")
_DATABASES = ("Access", "SQL Server (.bak)", "PostgreSQL (pg_dump -Fc)")

_CODES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((*_DOCUMENTS, *_SLIDES), "delivery.document"),
        **dict.fromkeys(_PICTURES, "delivery.picture"),
        **dict.fromkeys(_MAILS, "delivery.mail"),
        **dict.fromkeys(_ENCRYPTED, "delivery.encrypted"),
        **dict.fromkeys(_ARCHIVES, "delivery.archive"),
        **dict.fromkeys(_WORKBOOKS, "delivery.other_workbook"),
        **dict.fromkeys(_PAGES, "delivery.markup"),
        **dict.fromkeys(_DATABASES, "delivery.database_file"),
        "JSON": "delivery.json_document",
    }
)


def refusal(found: str, file: int) -> DeliveryError:
    """Give the error that refuses a file for what it is.

    Args:
        found: What it is.
        file: Number of the file in the delivery.
    """
    return DeliveryError(_CODES.get(found, "delivery.not_text"), file=file, found=found)
