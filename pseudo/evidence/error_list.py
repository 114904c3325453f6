# SPDX-License-Identifier: Apache-2.0
"""The error list for the submitter: where, what is wrong, what to do; never a value.

Written while the batch runs, row by row, as CSV (semicolon, UTF-8 with BOM, which
spreadsheets of Swedish offices open as they should) and as JSON.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from pseudo import i18n
from pseudo.evidence.office_csv import BOM, csv_line
from pseudo.i18n import Lang
from pseudo.records import Reject
from pseudo.safe import safe_text

__all__ = ["ErrorList"]

_BUFFER = 64 * 1024
_HEADERS = ("file", "record", "line", "column", "code", "problem", "remedy", "effect")


class ErrorList:
    """Writes rejects to ``rejects.csv`` and ``rejects.json``.

    Args:
        as_csv: New binary file; closed by :meth:`finish`.
        as_json: New binary file, likewise.
        lang: Language of the sentences; codes are the same in both.
    """

    def __init__(self, as_csv: io.RawIOBase, as_json: io.RawIOBase, lang: Lang) -> None:
        self._csv = io.BufferedWriter(as_csv, _BUFFER)
        self._json = io.BufferedWriter(as_json, _BUFFER)
        self._lang = lang
        self._counts: Counter[str] = Counter()
        self._written = 0
        self._names: Sequence[str] = ()
        self._sentences: dict[str, tuple[str, str]] = {}
        titles = [i18n.text(f"error_list.{name}", lang) for name in _HEADERS]
        self._csv.write(BOM + csv_line(titles))
        begin = {"format": "pseudo-rejects", "version": 1, "lang": lang}
        self._json.write(json.dumps(begin).removesuffix("}").encode() + b', "rejects": [')

    def name_files(self, names: Sequence[str]) -> None:
        """Say what the delivery's files are called; names must be safe to show."""
        self._names = names

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write rejects, in the order given."""
        for reject in rejects:
            self._write(reject)

    def refuse(self, code: str, problem: str, remedy: str, file: int, record: int) -> None:
        """Write why the whole delivery is refused.

        Args:
            code: Code of the error or finding.
            problem: What is wrong, in the list's language.
            remedy: What to do.
            file: Number of the file; 0 for the delivery as a whole.
            record: Record number; 0 where none is meant.
        """
        self._sentences[code] = (problem, remedy)
        self._write(Reject(file, record, 0, "", code, "delivery_refused"))

    def finish(self, records: int, accepted: int) -> None:
        """Write the totals and close both files."""
        totals = {
            "records": records,
            "accepted": accepted,
            "by_code": dict(sorted(self._counts.items())),
        }
        self._json.write(b'\n], "totals": ' + json.dumps(totals).encode() + b"}\n")
        self.close()

    def close(self) -> None:
        """Let go of both files. May be called twice."""
        self._csv.close()
        self._json.close()

    def _write(self, reject: Reject) -> None:
        problem, remedy = self._sentence(reject.code)
        row = [
            self._file(reject.file),
            reject.record or "",
            reject.line or "",
            safe_text(reject.column),
            reject.code,
            problem,
            remedy,
            i18n.text(f"effect.{reject.effect}", self._lang),
        ]
        self._csv.write(csv_line(row))
        entry = {
            "file": self._file(reject.file),
            "record": reject.record,
            "line": reject.line,
            "column": safe_text(reject.column),
            "code": reject.code,
            "problem": problem,
            "remedy": remedy,
            "effect": reject.effect,
        }
        separator = b",\n" if self._written else b"\n"
        self._json.write(separator + json.dumps(entry, ensure_ascii=False).encode())
        self._written += 1
        if reject.effect != "delivery_refused":
            self._counts[reject.code] += 1

    def _file(self, number: int) -> str:
        return self._names[number - 1] if 0 < number <= len(self._names) else ""

    def _sentence(self, code: str) -> tuple[str, str]:
        if code not in self._sentences:
            self._sentences[code] = (i18n.text(code, self._lang), i18n.hint(code, self._lang))
        return self._sentences[code]
