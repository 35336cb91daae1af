"""A rehearsal in plain words: does the function pay most for what one wants, the fastest clean lap?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.drivers import BACKWARDS, CENTRE, CRAWLER, INSIDE, LEAVING, PARKED, RACING, ZIG_ZAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.results import Driven, Fault, Sweep

_NEARLY = 0.98
"""From this share of the other on, two rewards are as good as equal."""
_SLOWER = 1.2
"""So many times the fastest lap is slow; below, somebody drives as one would like."""
_DOING = {
    RACING: "driving the racing line",
    CENTRE: "driving along the middle",
    INSIDE: "cutting the inside",
    ZIG_ZAG: "driving zig-zag",
    CRAWLER: "crawling",
    PARKED: "standing still",
    BACKWARDS: "driving in reverse",
    LEAVING: "leaving the track",
}


def verdict(faults: Sequence[Fault], sweep: Sweep | None, drivers: Sequence[Driven]) -> str:
    """One to four sentences."""
    if faults:
        return _of_faults(faults)
    if not drivers:
        return "Nothing was driven, so nothing can be said."
    fastest = fastest_clean(drivers)
    if fastest is None:
        return (
            "None of the honest drivers finishes a clean lap with these actions, so there is nothing to compare with. "
            "Slower actions, or more steering angles, would help them."
        )
    if sweep is not None and sweep.minimum == sweep.maximum and _all_alike(drivers):
        return "The function pays the same for everything: a car cannot learn from it."
    if fastest.total_reward <= 0.0:
        return _unpaid(fastest, drivers)
    words = [*_per_lap(fastest, drivers), *_per_second(fastest, drivers)]
    if words:
        return " ".join(words)
    return (
        f"The fastest clean lap ({fastest.name}, {fastest.lap_time_s:.1f} s) earns the most, per lap and per second; "
        "none of the cheats tried pays."
    )


def fastest_clean(drivers: Sequence[Driven]) -> Driven | None:
    """The quickest of the honest drivers who finished with all wheels on the track; without one, with some off."""
    laps = [one for one in drivers if one.finished and one.honest]
    clean = [one for one in laps if one.clean] or laps
    return min(clean, key=lambda one: one.seconds, default=None)


def cheats(drivers: Sequence[Driven]) -> list[Driven]:
    """Those who earn as much as the fastest clean lap, for a lap or for a second, and do not deserve it."""
    fastest = fastest_clean(drivers)
    if fastest is None:
        return []
    found = [*_paid_more_per_lap(fastest, drivers), *_paid_more_per_second(fastest, drivers)]
    return list(dict.fromkeys(one for one in found if not one.honest))


def _of_faults(faults: Sequence[Fault]) -> str:
    first = faults[0]
    where = f" (line {first.line})" if first.line else ""
    more = f" There {'is one more fault' if len(faults) == 2 else f'are {len(faults) - 1} more faults'}."
    return f"{first.message}{where}{more if len(faults) > 1 else ''} Put that right before you pay for a training."


def _all_alike(drivers: Sequence[Driven]) -> bool:
    return len({round(one.per_step, 6) for one in drivers}) == 1 and drivers[0].per_step == 0.0


def _unpaid(fastest: Driven, drivers: Sequence[Driven]) -> str:
    best = max(drivers, key=lambda one: one.total_reward)
    words = f"The fastest clean lap ({fastest.name}) earns {fastest.total_reward:.4g}, which is nothing to drive for."
    if best.total_reward > fastest.total_reward:
        words += f" {_doing(best)} earns more ({best.total_reward:.4g}): a car learns to end the episode early."
    return words


def _paid_more_per_lap(fastest: Driven, drivers: Sequence[Driven]) -> list[Driven]:
    """Slower or unwanted episodes that earn as much in all, the dearest first."""
    more = [one for one in drivers if _unwanted(one, fastest) and one.total_reward > fastest.total_reward * _NEARLY]
    return sorted(more, key=lambda one: -one.total_reward)


def _paid_more_per_second(fastest: Driven, drivers: Sequence[Driven]) -> list[Driven]:
    more = [one for one in drivers if _unwanted(one, fastest) and one.per_second > fastest.per_second * _NEARLY]
    return sorted(more, key=lambda one: -one.per_second)


def _unwanted(one: Driven, fastest: Driven) -> bool:
    """Whether that episode is worse than the fastest: no lap, or a slow one."""
    return one is not fastest and (not one.finished or one.seconds > fastest.seconds * _SLOWER)


def _per_lap(fastest: Driven, drivers: Sequence[Driven]) -> list[str]:
    more = _paid_more_per_lap(fastest, drivers)
    if not more:
        return []
    top = more[0]
    others = [_DOING.get(one.name, one.name) for one in more[1:3]]
    words = (
        f"{_doing(top)} earns {_compared(top.total_reward, fastest.total_reward, 'an episode')} the fastest clean lap "
        f"({top.total_reward:.4g} in {top.seconds:.1f} s, {fastest.name} {fastest.total_reward:.4g} "
        f"in {fastest.seconds:.1f} s)."
    )
    if others:
        words += f" So {'do' if len(others) > 1 else 'does'} {' and '.join(others)}."
    if top.finished:
        words += " A slow car takes more steps: pay for speed or progress more than for each step."
    return [words]


def _per_second(fastest: Driven, drivers: Sequence[Driven]) -> list[str]:
    more = _paid_more_per_second(fastest, drivers)
    if not more:
        return []
    top = more[0]
    return [
        f"{_doing(top)} earns {_compared(top.per_second, fastest.per_second, 'a second')} the fastest clean lap "
        f"({top.per_second:.4g} against {fastest.per_second:.4g})."
    ]


def _compared(one: float, other: float, each: str) -> str:
    return f"as much {each} as" if one * _NEARLY <= other else f"more {each} than"


def _doing(one: Driven) -> str:
    words = _DOING.get(one.name, one.name)
    return words[:1].upper() + words[1:]
