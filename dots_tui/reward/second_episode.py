"""What a function keeps from one episode and takes along into the next: the module lives as long as its worker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.results import FunctionFault, RehearsalNote
from dots_tui.reward.states import FIRST_TIME, STEPS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.bench import Bench
    from dots_tui.reward.course import Drive
    from dots_tui.reward.states import CarState

_SHARES = (1.0, 0.5)
"""Of the episode before: a lap, and one that ended half-way."""
_PAUSE_S = 2.0
"""Between two episodes."""
_SIGNIFICANT = 0.01
"""Of what the episode earns otherwise; less is not told."""
_SECOND = "This is the second episode of a worker: what the file kept from the first one is still there."


def kept_state(bench: Bench, drive: Drive, tell: Callable[[FunctionFault], None]) -> RehearsalNote | None:
    """Drive the same episode first and second; that it is paid otherwise, or None. New faults are told."""
    states = drive.states(bench.world)
    found: list[tuple[float, float, float]] = []
    for share in _SHARES:
        before = states[: max(1, int(len(states) * share))]
        second = _second(bench, before, states, tell)
        alone, once_more = (_alone(bench, before, states) for _ in range(2))
        if None in second or None in alone or alone != once_more:
            continue
        paid, wanted = (sum(reward or 0.0 for reward in rewards) for rewards in (second, alone))
        size = max(abs(wanted), sum(abs(reward or 0.0) for reward in alone))
        # One step may hide in a sum.
        apart = sum(abs((one or 0.0) - (other or 0.0)) for one, other in zip(second, alone))
        if apart > _SIGNIFICANT * max(size, 1e-9):
            found.append((apart, paid, wanted))
    if not found:
        return None
    _, paid, wanted = max(found)
    return RehearsalNote(
        "kept-state",
        f"What this function keeps from one episode reaches into the next: the same lap earns {wanted:.4g} in a "
        f"worker's first episode and {paid:.4g} in its second. Set it back at the first call of each episode "
        "(params['steps'] <= 2).",
    )


def _second(
    bench: Bench, before: Sequence[CarState], states: Sequence[CarState], tell: Callable[[FunctionFault], None]
) -> list[float | None]:
    """What an episode is paid after another one; faults that are new in it are told as such."""
    known: set[tuple[str, int | None]] = set()

    def first(fault: FunctionFault) -> None:
        known.add((fault.kind, fault.line))

    def second(fault: FunctionFault) -> None:
        if (fault.kind, fault.line) not in known:
            tell(replace(fault, message=f"{fault.message} {_SECOND}"))

    bench.load()
    with bench.function.heard_by(first):
        _pay(bench, before, FIRST_TIME)
    with bench.function.heard_by(second):
        return _pay(bench, states, _after(before))


def _alone(bench: Bench, before: Sequence[CarState], states: Sequence[CarState]) -> list[float | None]:
    """What the episode is paid at that time by a module without a past."""
    bench.load()
    with bench.function.heard_by(lambda _: None):
        return _pay(bench, states, _after(before))


def _after(before: Sequence[CarState]) -> float:
    return FIRST_TIME + len(before) / STEPS_PER_SECOND + _PAUSE_S


def _pay(bench: Bench, states: Sequence[CarState], begins: float) -> list[float | None]:
    world = bench.function.world
    world.begins = begins
    try:
        bench.function.begin_episode()
        return [bench.pay(state) for state in states]
    finally:
        world.begins = FIRST_TIME
