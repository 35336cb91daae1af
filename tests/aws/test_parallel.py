"""Calls at the same time: as each is known, a refusal in its place, and never more at once than allowed."""

from __future__ import annotations

import threading

import pytest

from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem


def test_what_is_known_first_comes_first() -> None:
    go_on = threading.Event()

    def work(item: str) -> str:
        if item == "slow":
            assert go_on.wait(20)
        return item.upper()

    results = in_parallel(["slow", "quick"], work)
    assert next(results) == ("quick", "QUICK")
    go_on.set()
    assert list(results) == [("slow", "SLOW")]


def test_a_refusal_is_a_result_and_a_fault_is_not() -> None:
    def work(item: int) -> int:
        if item == 1:
            raise AwsProblem("access-denied", "no")
        return item

    found = dict(in_parallel([0, 1, 2], work))
    assert (found[0], found[2]) == (0, 2)
    assert isinstance(found[1], AwsProblem)
    with pytest.raises(ZeroDivisionError):
        list(in_parallel([0], lambda item: 1 // item))


def test_never_more_at_once_than_allowed() -> None:
    now, most, lock = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.01)
        with lock:
            now -= 1

    assert len(list(in_parallel(range(20), work, most=3))) == 20
    assert most <= 3
    assert list(in_parallel([], work)) == []
