# SPDX-License-Identifier: Apache-2.0
"""One folder, all or nothing: names, permissions, locks, and what is refused."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from pseudo.errors import InternalError, ResourceError, UsageError
from pseudo.io.publish import Staging
from pseudo.io.writers import rename


@pytest.fixture
def umask():
    """Set the umask for one test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def fill(staging):
    """Write what a batch writes."""
    for name, subfolder in (("data.csv", "release"), ("rejects.csv", "return"), ("r.json", "")):
        with staging.create(name, subfolder) as file:
            file.write(name.encode())
    staging.spill.mkdir()
    staging.scratch.mkdir()
    (staging.scratch / "rows").write_bytes(b"rows")
    (staging.spill / "part").write_bytes(b"rows")


def files_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


WHOLE = {
    "release/data.csv": b"data.csv",
    "return/rejects.csv": b"rejects.csv",
    "r.json": b"r.json",
}


def modes(folder):
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in [folder, *folder.rglob("*")]
    }


def test_the_folder_appears_whole_and_alone(tmp_path):
    out = tmp_path / "out"
    with Staging(out) as staging:
        fill(staging)
        assert not out.exists()
        assert staging.folder.parent == tmp_path
        assert stat.S_IMODE(staging.folder.stat().st_mode) == 0o700
        assert staging.publish() == out
    assert files_in(out) == WHOLE
    assert not (out / "spill").exists()
    assert not (out / "scratch").exists()
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("mask", "folder", "file"),
    [(0o022, 0o750, 0o640), (0o000, 0o750, 0o640), (0o077, 0o700, 0o600), (0o027, 0o750, 0o640)],
)
def test_permissions_are_ours_less_the_umask(tmp_path, umask, mask, folder, file):
    umask(mask)
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        # A file made by other means has what its maker gave it, until it is published.
        staging.path("open.txt", "release").touch(0o777)
        staging.publish()
    found = modes(tmp_path / "out")
    assert {found[name] for name in (".", "release", "return")} == {folder}
    assert {found[name] for name in WHOLE} == {file}
    assert found["release/open.txt"] & 0o137 == 0


def test_a_group_that_the_parent_gives_is_kept(tmp_path):
    tmp_path.chmod(0o2770)
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        staging.publish()
    assert modes(tmp_path / "out")["."] == 0o2750
    assert modes(tmp_path / "out")["release"] == 0o2750


def test_leaving_without_publishing_leaves_nothing(tmp_path):
    with Staging(tmp_path / "out") as staging:
        fill(staging)
    assert list(tmp_path.iterdir()) == []
    staging.discard()
    with pytest.raises(InternalError, match=r"publish\.closed"):
        staging.path("x")


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_leaving_by_any_exception_leaves_nothing(tmp_path, stop):
    with pytest.raises(stop), Staging(tmp_path / "out") as staging:
        fill(staging)
        raise stop
    assert list(tmp_path.iterdir()) == []


def test_withdrawing_a_subfolder_leaves_the_rest(tmp_path):
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        staging.withdraw("release")
        staging.withdraw("release")
        staging.publish()
    assert set(files_in(tmp_path / "out")) == {"return/rejects.csv", "r.json"}


@pytest.mark.parametrize("kind", ["file", "folder", "link", "loop"])
def test_an_output_that_exists_is_refused_and_left_alone(tmp_path, kind):
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("old")
    elif kind == "folder":
        out.mkdir()
    else:
        out.symlink_to("nowhere" if kind == "link" else "out")
    with pytest.raises(UsageError, match=r"usage\.output_exists"):
        Staging(out)
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("kind", ["file", "empty folder", "folder", "link"])
@pytest.mark.parametrize("system", ["new", "old"])
def test_an_output_that_somebody_makes_meanwhile_is_never_replaced(
    tmp_path, monkeypatch, kind, system
):
    if system == "old":
        monkeypatch.setattr(rename, "_renameat2", lambda *_: errno.EINVAL)
    out = tmp_path / "out"
    with pytest.raises(UsageError, match=r"usage\.output_exists"), Staging(out) as staging:
        fill(staging)
        if kind == "file":
            out.write_text("theirs")
        elif kind == "link":
            out.symlink_to("nowhere")
        else:
            out.mkdir()
        if kind == "folder":
            (out / "theirs").touch()
        staging.publish()
    assert os.listdir(tmp_path) == ["out"]
    assert not (out / "r.json").exists()


def test_a_system_that_cannot_rename_without_replacing_publishes_too(tmp_path, monkeypatch):
    monkeypatch.setattr(rename, "_renameat2", lambda *_: errno.ENOSYS)
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        staging.publish()
    assert files_in(tmp_path / "out") == WHOLE


def test_a_parent_that_is_missing_or_no_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for parent in ("missing", "file"):
        with pytest.raises(UsageError, match=r"usage\.output_parent_missing"):
            Staging(tmp_path / parent / "out")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_parent_that_may_not_be_written_to_is_refused(tmp_path, monkeypatch, number):
    # The superuser may write anywhere, so the system's answer is given for it.
    def denied(*_):
        raise OSError(number, "denied")

    monkeypatch.setattr(os, "mkdir", denied)
    with pytest.raises(UsageError, match=r"usage\.output_parent_denied"):
        Staging(tmp_path / "out")


@pytest.mark.parametrize("name", ["..", "x" * 201, "a\0b", "å" * 101])
def test_a_name_that_no_folder_can_have_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"usage\.output_name"):
        Staging(tmp_path / name)


@pytest.mark.parametrize("place", ["/", ".", ""])
def test_places_that_are_no_name_are_refused(place):
    with pytest.raises(UsageError):
        Staging(Path(place))


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "/etc/passwd",
        "../x",
        "a\\b",
        "a\0b",
        "spill",
        "scratch",
        "release",
    ],
)
def test_only_plain_names_are_opened(tmp_path, name):
    with Staging(tmp_path / "out") as staging, pytest.raises(InternalError):
        staging.create(name)


def test_an_unknown_subfolder_is_refused(tmp_path):
    with Staging(tmp_path / "out") as staging, pytest.raises(InternalError):
        staging.path("x", "../elsewhere")


def test_a_link_in_the_staging_folder_is_never_followed_nor_published(tmp_path):
    (tmp_path / "secret").write_text("secret")
    with Staging(tmp_path / "out") as staging:
        staging.path("link", "release").symlink_to(tmp_path / "secret")
        with pytest.raises(ResourceError):
            staging.create("link", "release")
        with pytest.raises(InternalError, match=r"publish\.foreign_entry"):
            staging.publish()
    assert (tmp_path / "secret").read_text() == "secret"
    assert not (tmp_path / "out").exists()


def test_a_relative_output_and_a_parent_behind_a_link(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with Staging(Path("link/out")) as staging:
        fill(staging)
        (tmp_path / "link").unlink()
        staging.publish()
    assert files_in(tmp_path / "real" / "out") == WHOLE


def dead(parent, name):
    folder = parent / f".{name}.abcdefghijklmnop.partial"
    folder.mkdir(parents=True)
    (folder / "release").mkdir()
    (folder / "release" / "data").touch()
    return folder


def test_siblings_of_dead_runs_for_any_output_are_removed(tmp_path):
    gone = dead(tmp_path, "out"), dead(tmp_path, "other"), dead(tmp_path, "new\nline")
    others = tmp_path / ".out.nothex.partial", tmp_path / "keep", dead(tmp_path / "keep2", "a")
    others[0].mkdir()
    others[1].touch()
    with Staging(tmp_path / "out"):
        assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in others)


def test_runs_that_begin_at_once_leave_each_other_alone(tmp_path):
    def begin(number):
        for turn in range(40):
            with Staging(tmp_path / f"{number}-{turn}") as staging:
                fill(staging)
                staging.publish()

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(os.listdir(tmp_path)) == 240
    assert all(files_in(tmp_path / name) == WHOLE for name in os.listdir(tmp_path))


def test_siblings_of_living_runs_are_left_alone(tmp_path):
    with Staging(tmp_path / "out") as first, Staging(tmp_path / "out") as second:
        fill(first)
        fill(second)
        first.publish()
        with pytest.raises(UsageError, match=r"usage\.output_exists"):
            second.publish()
    assert files_in(tmp_path / "out") == WHOLE
    assert os.listdir(tmp_path) == ["out"]


def test_a_link_with_the_name_of_a_dead_run_is_not_followed(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    link = tmp_path / ".out.abcdefghijklmnop.partial"
    link.symlink_to("precious")
    with Staging(tmp_path / "out"):
        pass
    assert (tmp_path / "precious" / "file").exists()
    assert link.is_symlink()


def test_where_folders_cannot_be_locked_batches_run_and_nothing_is_removed(tmp_path, monkeypatch):
    def unsupported(*_):
        raise OSError(errno.ENOLCK, "no locks")

    left = dead(tmp_path, "out")
    monkeypatch.setattr(fcntl, "flock", unsupported)
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        staging.publish()
    assert left.exists()
    assert files_in(tmp_path / "out") == WHOLE


def test_a_cleaner_that_comes_between_making_and_locking_is_survived(tmp_path, monkeypatch):
    # The first attempt finds its lock taken, as it would be by a run that cleans up.
    real, attempts = fcntl.flock, []

    def contended(fd, how):
        attempts.append(fd)
        if len(attempts) == 1:
            raise BlockingIOError
        real(fd, how)

    monkeypatch.setattr(fcntl, "flock", contended)
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        staging.publish()
    assert files_in(tmp_path / "out") == WHOLE
    assert len(attempts) == 2


def test_nothing_stays_open(tmp_path):
    before = sorted(os.listdir("/proc/self/fd"))
    with Staging(tmp_path / "out") as staging:
        fill(staging)
        staging.publish()
    with Staging(tmp_path / "other") as staging:
        fill(staging)
    assert sorted(os.listdir("/proc/self/fd")) == before
