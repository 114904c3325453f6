# SPDX-License-Identifier: Apache-2.0
"""What the child sends while it works on: all of it, in order, and never much at a time."""

from __future__ import annotations

import fcntl
import os
import random
import threading

import pytest

from pseudo.io.sandbox import ahead
from pseudo.io.sandbox.ahead import Ahead, one_ahead
from pseudo.io.sandbox.pipes import Pipe


def reads(fd, found):
    while data := os.read(fd, 100_000):
        found.append(data)
    os.close(fd)


@pytest.fixture
def pipe():
    """Give both ends of a pipe, and close the reading one if a test left it open."""
    reading, writing = os.pipe()
    yield reading, writing
    try:
        os.close(reading)
    except OSError:
        return


def test_who_makes_more_than_anybody_takes_waits(pipe):
    reading, writing = pipe
    put = []

    def put_all():
        with Ahead(writing) as sent:
            for _ in range(40):
                sent.write(bytes(1024 * 1024))
                put.append(1)

    maker = threading.Thread(target=put_all)
    maker.start()
    maker.join(0.5)
    assert maker.is_alive()
    # What waits, what is being written, and the pipe itself.
    assert len(put) <= ahead._MOST // 2**20 + 2
    found = []
    reads(reading, found)
    maker.join(30)
    assert sum(map(len, found)) == 40 * 1024 * 1024


def test_pieces_of_any_size_arrive_whole_and_in_order(pipe):
    reading, writing = pipe
    generator = random.Random(20160229)
    sizes = [0, 1, 0, 3_000_000, 65_536, 65_537, 9_000_000, 0, 5]
    pieces = [generator.randbytes(size) for size in sizes]
    found = []
    reader = threading.Thread(target=reads, args=(reading, found))
    reader.start()
    with Ahead(writing) as sent:
        for piece in pieces:
            sent.write(piece)
    reader.join(30)
    assert b"".join(found) == b"".join(pieces)


def test_what_was_put_before_a_refusal_arrives(pipe):
    reading, writing = pipe
    found = []
    reader = threading.Thread(target=reads, args=(reading, found))
    reader.start()
    with pytest.raises(KeyError), Ahead(writing) as sent:
        sent.write(b"x" * 5_000_000)
        raise KeyError
    reader.join(30)
    assert sum(map(len, found)) == 5_000_000


def test_who_writes_to_nobody_is_told_and_does_not_hang(pipe):
    reading, writing = pipe
    os.close(reading)
    with pytest.raises(BrokenPipeError), Ahead(writing) as sent:
        for _ in range(100):
            sent.write(bytes(1024 * 1024))


def test_without_room_for_a_thread_there_is_no_memory(pipe, monkeypatch):
    def refuse(_):
        raise RuntimeError

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(MemoryError):
        Ahead(pipe[1])
    os.close(pipe[1])


@pytest.mark.skipif(not hasattr(fcntl, "F_GETPIPE_SZ"), reason="only Linux widens pipes")
def test_a_pipe_is_widened_and_one_that_cannot_be_is_taken_as_it_is(pipe):
    reading, writing = pipe
    judged = Pipe(reading, 10)
    assert fcntl.fcntl(writing, fcntl.F_GETPIPE_SZ) == 1024 * 1024
    judged.close()
    os.close(writing)
    one, other = os.openpty()
    Pipe(one, 10).close()
    os.close(other)


def test_a_failure_comes_after_what_was_made_before_it():
    def made():
        yield from ("a", "b")
        raise KeyError

    coming = one_ahead(made())
    assert [next(coming), next(coming)] == ["a", "b"]
    with pytest.raises(KeyError):
        next(coming)


def test_one_item_is_made_beside_the_one_that_is_used_and_no_more():
    made = []

    def items():
        for number in range(5):
            made.append(number)
            yield number

    for number in one_ahead(items()):
        assert len(made) <= number + 2
    assert made == [0, 1, 2, 3, 4]
    assert list(one_ahead(iter([]))) == []
