"""The embedded instance's gauges: read as a real machine's are, and true to what runs on it."""

from __future__ import annotations

from dots_tui.demo.machine import Load, Machine
from dots_tui.remote.gauges import Gauges, parse

GIB = 1 << 30


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def read(machine: Machine, clock: Clock, load: Load, before: Gauges | None = None, passed: float = 10.0) -> Gauges:
    clock.now += passed
    return parse(machine.reading(load, "models/first"), clock.now, before)


def test_every_gauge_has_a_number_of_the_chosen_machine() -> None:
    clock = Clock()
    machine = Machine("g4dn.2xlarge", clock)
    first = read(machine, clock, Load(2, 1, 0))
    second = read(machine, clock, Load(2, 1, 0), first)
    [gpu] = second.gpus
    assert (gpu.memory_total, second.disk_total) == (15360 << 20, 40 * GIB)
    assert gpu.busy is not None
    assert gpu.temperature is not None
    assert second.cpu is not None
    assert 0 < second.cpu < 100
    assert second.memory_used is not None
    assert second.memory_total is not None
    assert second.memory_used < second.memory_total < 32 * GIB
    assert second.model_prefix == "models/first"


def test_more_simulations_are_more_work() -> None:
    def cpu(simulations: int) -> float:
        clock = Clock()
        machine = Machine("g4dn.2xlarge", clock)
        before = read(machine, clock, Load(simulations, 1, 0))
        after = read(machine, clock, Load(simulations, 1, 0), before)
        assert after.cpu is not None
        return after.cpu

    assert cpu(0) < cpu(1) < cpu(3)
    assert cpu(40) < 100


def test_the_card_works_while_the_policy_is_updated_and_cools_down_when_all_is_over() -> None:
    clock = Clock()
    machine = Machine("g5.xlarge", clock)
    driving = read(machine, clock, Load(1, 1, 0)).gpus[0]
    for _ in range(10):
        clock.now += 0.4
        machine.heard(b"Policy training> Surrogate loss=0.1")
    updating = read(machine, clock, Load(1, 1, 0), passed=1.0).gpus[0]
    ended = read(machine, clock, Load(0, 0, 0)).gpus[0]
    for a, b in ((driving.busy, updating.busy), (ended.busy, driving.busy), (ended.memory_used, driving.memory_used)):
        assert a is not None
        assert b is not None
        assert a < b


def test_logs_take_room_on_the_disk() -> None:
    clock = Clock()
    machine = Machine("g4dn.xlarge", clock)
    empty = read(machine, clock, Load(1, 1, 0)).disk_used
    full = read(machine, clock, Load(1, 1, GIB)).disk_used
    assert empty is not None
    assert full == empty + GIB
