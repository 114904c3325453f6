# SPDX-License-Identifier: Apache-2.0
"""Stages of a pipeline overlap, keep their order, hold little, and stop at once."""

from __future__ import annotations

import threading
import time

import pytest

from pseudo.parallel import Behind, ordered_map


class FaultError(Exception):
    pass


def failing_at(place):
    def work(item):
        if item == place:
            raise FaultError
        return item

    return work


def stream(items, opened=None):
    try:
        yield from items
    finally:
        if opened is not None:
            opened.append("closed")


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_results_come_in_the_streams_order(threads):
    def work(item):
        time.sleep(0.002 * (item % 3))
        return item * item

    assert list(ordered_map(work, stream(range(40)), threads)) == [n * n for n in range(40)]


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_what_came_before_a_fault_is_yielded_first(threads):
    found = []
    closed = []
    with pytest.raises(FaultError):
        found.extend(ordered_map(failing_at(9), stream(range(20), closed), threads))
    assert found == list(range(9))
    assert closed == ["closed"]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_fault_of_the_stream_comes_when_it_is_its_turn(threads):
    def broken():
        yield 1
        yield 2
        raise FaultError

    results = ordered_map(lambda item: item, broken(), threads)
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(FaultError):
        next(results)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_few_items_are_held_at_a_time(threads):
    taken = 0

    def counted():
        nonlocal taken
        for item in range(50):
            taken += 1
            yield item

    for done, _ in enumerate(ordered_map(lambda item: item, counted(), threads)):
        assert taken - done <= threads + 1


def test_stages_overlap():
    meet = threading.Barrier(2, timeout=30)
    with Behind(lambda _: meet.wait()) as behind:
        behind.put("item")
        meet.wait()


def test_one_item_is_worked_on_at_a_time_and_in_order():
    seen = []
    busy = threading.Lock()

    def work(item):
        assert busy.acquire(blocking=False)
        time.sleep(0.001)
        seen.append(item)
        busy.release()

    with Behind(work) as behind:
        for item in range(30):
            behind.put(item)
    assert seen == list(range(30))


@pytest.mark.parametrize(("threads", "started"), [(1, True), (4, True), (1, False)])
def test_results_are_taken_in_order_and_in_the_callers_thread(threads, started):
    taken = []

    def take(result):
        taken.append((result, threading.get_ident()))

    def work(item):
        time.sleep(0.002 * (item % 3))
        return item

    with Behind(work, take, threads=threads, started=started) as behind:
        for item in range(25):
            behind.put(item)
    assert taken == [(item, threading.get_ident()) for item in range(25)]


def test_a_caller_waits_while_too_many_items_wait():
    gate = threading.Event()
    given = []

    def feed(behind):
        for item in range(20):
            behind.put(item)
            given.append(item)

    with Behind(lambda _: gate.wait(30)) as behind:
        feeder = threading.Thread(target=feed, args=(behind,))
        feeder.start()
        feeder.join(0.3)
        waiting = len(given)
        gate.set()
        feeder.join(30)
    assert waiting <= 3
    assert given == list(range(20))


def test_nothing_is_worked_on_after_an_item_that_failed():
    seen = []

    def work(item):
        seen.append(item)
        if item == 1:
            raise FaultError

    with pytest.raises(FaultError), Behind(work) as behind:
        for item in range(10):
            behind.put(item)
    assert seen == [0, 1]


def test_an_error_of_the_caller_gives_up_what_waits_and_waits_for_what_runs():
    began, gate, seen = threading.Event(), threading.Event(), []

    def work(item):
        began.set()
        gate.wait(30)
        seen.append(item)

    behind = Behind(work)
    with pytest.raises(FaultError), behind:
        behind.put(1)
        behind.put(2)
        assert began.wait(30)
        gate.set()
        raise FaultError
    assert seen in ([1], [1, 2])
    behind.close()
    assert len(seen) <= 2


def test_with_nothing_started_an_item_is_worked_on_at_once():
    seen = []
    with Behind(seen.append, started=False) as behind:
        behind.put("item")
        assert seen == ["item"]
        with pytest.raises(FaultError):
            Behind(failing_at(0), started=False).put(0)


@pytest.mark.parametrize("threads", [2, 8])
def test_with_several_threads_the_first_fault_is_told_and_nothing_after_it_is_taken(threads):
    for _ in range(100):
        taken = []
        with pytest.raises(FaultError), Behind(failing_at(5), taken.append, threads=threads) as b:
            for item in range(20):
                b.put(item)
        assert taken == [0, 1, 2, 3, 4]


def test_no_thread_is_left_whatever_ends_the_work():
    before = threading.active_count()
    for fault in (FaultError, KeyboardInterrupt):
        with pytest.raises(fault), Behind(lambda item: item, threads=3) as behind:
            behind.put(1)
            raise fault
        results = ordered_map(lambda item: item, stream(range(9)), 3)
        next(results)
        with pytest.raises(fault):
            results.throw(fault)
    assert threading.active_count() == before
