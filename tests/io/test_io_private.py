# SPDX-License-Identifier: Apache-2.0
"""A private file is whole or not there, and takes nobody else's place."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pseudo.errors import PseudoError
from pseudo.io.private import PrivateFile, write_private
from tests.faults import Fault

DATA = b"191212121212\r\n" * 9


def written(path: Path) -> None:
    with PrivateFile(path) as file:
        file.reserve(len(DATA))
        file.write(DATA)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EFBIG])
@pytest.mark.parametrize("act", [written, lambda path: write_private(path, DATA)])
def test_a_disk_that_fails_leaves_nothing_behind(tmp_path, number, act):
    path, codes = tmp_path / "found", []
    for at in range(1, 100):
        fault = Fault(at, number)
        codes.append(fault.met_by(lambda: act(path)))
        if codes[-1] == "published":
            assert path.read_bytes() == DATA
            path.unlink()
        assert list(tmp_path.iterdir()) == []
        if not fault.hit:
            break
    told = "io.write_failed" if number == errno.EIO else "io.disk_full"
    assert codes.count(told) >= 4
    assert codes[-1] == "published"


def test_a_part_that_cannot_be_removed_is_emptied(tmp_path):
    path = tmp_path / "found"
    with pytest.raises(KeyboardInterrupt), PrivateFile(path) as file:
        file.write(DATA)
        with Fault(1, errno.EIO, ("unlink",))._installed():
            file.__exit__(KeyboardInterrupt, None, None)
        assert path.read_bytes() == b""
        path.unlink()
        raise KeyboardInterrupt


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ValueError])
def test_what_nothing_came_of_is_removed(tmp_path, error):
    path = tmp_path / "found"
    try:
        with PrivateFile(path) as file:
            assert path.read_bytes() == b""
            if error:
                file.write(DATA)
                raise error
    except (KeyboardInterrupt, ValueError):
        pass
    assert not path.exists()


def test_fewer_bytes_than_were_reserved_are_no_more_than_that(tmp_path):
    path = tmp_path / "found"
    with PrivateFile(path) as file:
        file.reserve(1000)
        file.write(b"few")
    assert path.read_bytes() == b"few"


def test_what_is_there_stays_and_a_link_is_not_followed(tmp_path):
    taken, link = tmp_path / "taken", tmp_path / "link"
    taken.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")
    places = {
        taken: "usage.output_exists",
        link: "usage.output_exists",
        tmp_path / "nowhere" / "x": "usage.output_parent_missing",
        taken / "x": "usage.output_parent_missing",
    }
    for path, code in places.items():
        with pytest.raises(PseudoError) as caught:
            written(path)
        assert caught.value.code == code
    assert taken.read_text() == "mine"
    assert link.is_symlink()
    assert not (tmp_path / "elsewhere").exists()


def test_another_file_in_its_place_is_not_removed(tmp_path):
    path = tmp_path / "found"
    with pytest.raises(PseudoError), PrivateFile(path) as file:
        path.unlink()
        path.write_text("another's")
        file.reserve(3)
    assert path.read_text() == "another's"
