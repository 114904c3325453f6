# SPDX-License-Identifier: Apache-2.0
"""An archive is as many files of one delivery as it holds."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.errors import DeliveryError

HEADER = "personnummer;namn;insats\n"


def lines(people: list[str], wrong: str = "") -> str:
    return HEADER + "".join(f"{one};Eva;{n % 5}\n" for n, one in enumerate(people)) + wrong


def zipped(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def test_packed_files_are_numbered_through_and_give_the_same_rows(
    domain: Domain, people: list[str], spec: Path, deliver: Callable[..., Path], tmp_path: Path
) -> None:
    parts = [lines(people[:70]), lines(people[70:90], "12;x;1\n"), lines(people[90:])]
    plain = [deliver(text, f"{number}.csv") for number, text in enumerate(parts)]
    archive = deliver(
        zipped({"b/two.csv": parts[1], "Thumbs.db": "x", "three.csv": parts[2]}), "z"
    )
    packed = [deliver(gzip.compress(parts[0].encode()), "one.gz"), archive]
    made = [
        pseudo.run(files, spec=spec, domain=domain, out=tmp_path / out)
        for files, out in ((plain, "plain"), (packed, "packed"))
    ]
    assert made[0].data.read_bytes() == made[1].data.read_bytes()
    inputs = made[1].receipt["inputs"]
    assert [(one["file"], one["delivered_file"], one["records"]) for one in inputs] == [
        (1, 1, 70),
        (2, 2, 21),
        (3, 2, len(people) - 90),
    ]
    assert [one["file"] for one in made[1].receipt["commitments"]] == [1, 2]
    listed = json.loads((tmp_path / "packed/return/rejects.json").read_text())["rejects"]
    assert [(row["file"], row["record"]) for row in listed] == [("z: two.csv", 22)]
    opening = json.loads((tmp_path / "packed/return/opening.json").read_text())
    assert [one["name"] for one in opening["files"]] == ["one.gz", "z"]


def test_an_archive_that_is_refused_gets_its_folder(
    domain: Domain, spec: Path, deliver: Callable[..., Path], tmp_path: Path
) -> None:
    delivered = deliver(zipped({"../a.csv": HEADER + "1;2;3\n"}), "z.zip")
    with pytest.raises(DeliveryError) as caught:
        pseudo.run(delivered, spec=spec, domain=domain, out=tmp_path / "out")
    assert caught.value.code == "delivery.archive_path"
    assert not (tmp_path / "out/release").exists()
    assert (tmp_path / "out/return/rejects.csv").exists()
