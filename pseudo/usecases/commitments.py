# SPDX-License-Identifier: Apache-2.0
"""Commitments to a delivery's files: proof of what came in, for those who have it already.

A plain digest of a file about a few people is as good as the file: one can try all people.
A commitment is an HMAC under 32 random bytes, the *opening*, made anew for each delivery.
With the opening, whoever has the file can show that it is the one; without it, the
commitment says nothing. So the opening goes back to the submitter, beside the error list,
and to nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pseudo.errors import PseudoError
from pseudo.io.publish import Staging
from pseudo.io.watch import Watched
from pseudo.parallel import Behind

__all__ = ["OPENING", "Commitments", "commitment"]

OPENING = "opening.json"
"""Name of the file that holds the opening, in ``return/``."""

_OPENING_BYTES = 32
_PIECE = 1024 * 1024


def commitment(path: Path, opening: bytes) -> str:
    """Commit to a file: HMAC-SHA256 over its bytes under the opening, in hexadecimal.

    Raises:
        DeliveryError: It changed while it was read.
        UsageError: It cannot be opened.
        ResourceError: The system cannot read it.
    """
    mac = hmac.new(opening, digestmod=hashlib.sha256)
    with Watched(path) as watched:
        while piece := watched.read(_PIECE):
            mac.update(piece)
        watched.verify()
    return mac.hexdigest()


class Commitments:
    """Commits to the files of a delivery, in a thread beside those that read them.

    Args:
        files: The files, in the delivery's order.
        started: Whether to start a thread at all.

    Attributes:
        made: The commitments so far, in the order of the files.
    """

    def __init__(self, files: Sequence[Path], *, started: bool) -> None:
        self.made: list[str] = []
        self._files = files
        self._begun = 0
        self._opening = secrets.token_bytes(_OPENING_BYTES)
        self._behind = Behind(self._commit, self.made.append, started=started)

    def begin(self, number: int) -> None:
        """Commit to the files up to this one, which is about to be read."""
        while self._begun < number:
            self._begun += 1
            self._behind.put(self._files[self._begun - 1])

    def finish(self) -> None:
        """Wait until there is a commitment to every file.

        Raises:
            DeliveryError: A file changed since.
            UsageError: A file cannot be opened any more.
            ResourceError: The system cannot read it.
        """
        self.begin(len(self._files))
        self._behind.finish()

    def finish_as_far_as_possible(self) -> None:
        """The same for a delivery that is refused anyhow: what cannot be read is left out."""
        with suppress(PseudoError, RuntimeError):
            self.finish()

    def close(self) -> None:
        """Give up what was begun. May be called twice."""
        self._behind.close()

    def write(self, staging: Staging, names: Sequence[str]) -> str:
        """Write the opening for the submitter.

        Args:
            staging: Where.
            names: The files' names, which must be safe to show.

        Returns:
            SHA-256 of what was written, in hexadecimal.
        """
        files = [
            {"file": number, "name": name, "hmac_sha256": made}
            for number, (name, made) in enumerate(zip(names, self.made, strict=False), start=1)
        ]
        written = {"format": "pseudo-opening", "version": 1, "opening": self._opening.hex()}
        with staging.create(OPENING, "return") as file:
            text = json.dumps({**written, "files": files}, ensure_ascii=False, indent=2)
            file.write(text.encode() + b"\n")
        return file.sha256()

    def _commit(self, path: Path) -> str:
        return commitment(path, self._opening)
