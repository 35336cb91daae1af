"""The order of things in simulated time, and the pace at which they are told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dots_tui.demo.paced_output import Closed, PacedOutput
from dots_tui.demo.scheduler import Scheduler, WorkGate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dots_tui.demo.scheduler import Process


# -- the scheduler --------------------------------------------------------------------------------


def test_processes_take_turns_in_the_order_of_time() -> None:
    scheduler = Scheduler()
    told: list[tuple[str, float]] = []

    def walker(name: str, pace: float) -> Process:
        for _ in range(3):
            told.append((name, scheduler.now))
            yield scheduler.now + pace

    scheduler.start(walker("fast", 1.0))
    scheduler.start(walker("slow", 1.5), delay=0.5)
    moments: list[float] = []
    scheduler.run(before=moments.append)
    assert told == [("fast", 0.0), ("slow", 0.5), ("fast", 1.0), ("slow", 2.0), ("fast", 2.0), ("slow", 3.5)]
    assert moments == sorted(moments)


def test_processes_wait_at_a_gate_until_it_opens_and_not_after() -> None:
    scheduler, gate = Scheduler(), WorkGate()
    told: list[tuple[str, float]] = []

    def waiting(name: str) -> Process:
        yield gate
        told.append((name, scheduler.now))

    def opening() -> Process:
        yield scheduler.now + 5.0
        scheduler.open(gate)

    scheduler.start(waiting("early"))
    scheduler.start(opening())
    scheduler.start(waiting("late"), delay=9.0)
    scheduler.run(before=lambda _: None)
    assert told == [("early", 5.0), ("late", 9.0)]


# -- the pace -------------------------------------------------------------------------------------


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock a paced output sees."""
    fake = Clock()
    monkeypatch.setattr("dots_tui.demo.paced_output.time", fake)
    return fake


@pytest.fixture
def target(tmp_path: Path) -> Iterator[int]:
    """A file to write to."""
    descriptor = os.open(tmp_path / "out", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


def written(descriptor: int) -> bytes:
    return os.pread(descriptor, 1 << 20, 0)


def test_simulated_time_runs_as_much_faster_as_it_is_told(clock: Clock, target: int) -> None:
    output = PacedOutput(target, speed=10.0)
    output.wait_until(5.0)
    assert clock.slept == [pytest.approx(0.5)]
    output.speed = 2.0
    output.wait_until(6.0)
    assert clock.slept[1:] == [pytest.approx(0.5)]


def test_lines_go_out_together_before_it_sleeps(clock: Clock, target: int) -> None:
    output = PacedOutput(target, speed=10.0)
    for number in range(3):
        output.wait_until(number * 0.01)
        output.line("a", f"line {number}")
    assert written(target) == b""
    output.wait_until(1.0)
    assert written(target) == b"a\tline 0\na\tline 1\na\tline 2\n"


def test_a_slow_reader_is_not_chased(clock: Clock, target: int) -> None:
    output = PacedOutput(target, speed=10.0)
    clock.now += 60.0
    output.wait_until(1.0)
    output.wait_until(2.0)
    assert clock.slept == [pytest.approx(0.1)]


def test_as_fast_as_possible_never_sleeps(clock: Clock, target: int) -> None:
    output = PacedOutput(target, speed=0.0)
    output.wait_until(1e6)
    assert clock.slept == []


def test_text_of_several_lines_becomes_several(target: int) -> None:
    output = PacedOutput(target, speed=0.0)
    output.line("a", "one\ntwo \udcff")
    output.flush()
    assert written(target) == b"a\tone\na\ttwo ?\n"


def test_nobody_reads_any_more() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    output = PacedOutput(writing, speed=0.0)
    output.line("a", "b")
    with pytest.raises(Closed):
        output.flush()
    os.close(writing)
