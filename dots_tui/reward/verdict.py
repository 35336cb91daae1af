"""A rehearsal in plain words: does the function pay most for what one wants, the fastest clean lap?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.drivers import BACKWARDS, CENTRE, CRAWLER, INSIDE, LEAVING, PARKED, RACING, ZIG_ZAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.results import Driven, Fault, Sweep

_NEARLY = 0.02
"""Two rewards that differ by no more than this share are as good as equal."""
_SLOWER = 1.2
"""So many times the fastest lap is slow; below, somebody drives as one would like."""
_DOING = {
    RACING: "the racing line",
    CENTRE: "the centre line",
    INSIDE: "cutting the inside",
    ZIG_ZAG: "driving zig-zag",
    CRAWLER: "crawling",
    PARKED: "standing still",
    BACKWARDS: "driving in reverse",
    LEAVING: "leaving the track",
}
_REMEDY = {
    ZIG_ZAG: "Pay for progress or for the direction of the car.",
    CRAWLER: "A slow car takes more steps: pay more for speed or progress than for each step.",
    PARKED: "Pay for speed or progress, not only for where the car is.",
    BACKWARDS: "Pay for the direction of the car or for progress.",
    LEAVING: "Pay for staying on the track, and punish less.",
}


def verdict(faults: Sequence[Fault], sweep: Sweep | None, drivers: Sequence[Driven]) -> str:
    """One to four sentences."""
    if faults:
        return _of_faults(faults)
    if not drivers:
        return "Nobody has driven yet."
    fastest, best = fastest_clean(drivers), best_honest(drivers)
    if fastest is None or best is None:
        return (
            "None of the honest drivers finishes a lap with these actions, so there is nothing to compare with. "
            "Slower actions, or more steering angles, would help them."
        )
    if sweep is not None and sweep.minimum == sweep.maximum and len({one.per_step for one in drivers}) == 1:
        same = (
            f"The function pays the same for everything ({fastest.per_step:.4g}): a car cannot learn to drive from it."
        )
        return " ".join([same, *_of_cheats(drivers)])
    if best.total_reward <= 0.0:
        return _unpaid(best, drivers)
    honest = _of_fastest(fastest, drivers)
    if cheats(drivers):
        honest = f"Among the honest drivers, {honest[:1].lower()}{honest[1:]}"
    return " ".join([honest, *_of_cheats(drivers)])


def in_short(faults: Sequence[Fault], sweep: Sweep | None, drivers: Sequence[Driven]) -> str:
    """The same for where there is little room: a cheat that pays is what to know first."""
    found, best = cheats(drivers), best_honest(drivers)
    if faults or not found or best is None or best.total_reward <= 0.0:
        return verdict(faults, sweep, drivers)
    others = len(found) - 1
    more = f"{others} more {'cheats pay' if others > 1 else 'cheat pays'}." if others else ""
    return " ".join(filter(None, (_of_cheat(found[0], best), more, _REMEDY.get(found[0].name, ""))))


def fastest_clean(drivers: Sequence[Driven]) -> Driven | None:
    """The quickest of the honest drivers who finished with all wheels on the track; without one, with some off."""
    return min(_honest_laps(drivers), key=lambda one: one.seconds, default=None)


def best_honest(drivers: Sequence[Driven]) -> Driven | None:
    """The one of them who earns most for a lap."""
    return max(_honest_laps(drivers), key=lambda one: one.total_reward, default=None)


def cheats(drivers: Sequence[Driven]) -> list[Driven]:
    """Those who earn as much as any honest lap, in all or for a second, and do not deserve it; the dearest first."""
    laps, fastest = _honest_laps(drivers), fastest_clean(drivers)
    if fastest is None:
        return []
    whole, second = max(one.total_reward for one in laps), max(one.per_second for one in laps)
    found = [
        one
        for one in drivers
        if not one.honest
        and not (one.finished and one.seconds <= fastest.seconds * _SLOWER)
        and (_as_much(one.total_reward, whole) or (one.name != LEAVING and _as_much(one.per_second, second)))
    ]
    return sorted(found, key=lambda one: -one.total_reward)


def doing(name: str) -> str:
    """What the driver of that name does: "standing still"."""
    return _DOING.get(name, name)


def _honest_laps(drivers: Sequence[Driven]) -> list[Driven]:
    laps = [one for one in drivers if one.finished and one.honest]
    return [one for one in laps if one.clean] or laps


def _as_much(one: float, other: float) -> bool:
    return one >= other - _NEARLY * abs(other)


def _of_faults(faults: Sequence[Fault]) -> str:
    first = faults[0]
    where = f" (line {first.line})" if first.line else ""
    more = ""
    if len(faults) > 1:
        more = " There is one more fault." if len(faults) == 2 else f" There are {len(faults) - 1} more faults."
    return f"{first.message.rstrip('.')}{where}.{more} Put that right before you pay for a training."


def _of_fastest(fastest: Driven, drivers: Sequence[Driven]) -> str:
    """How the fastest clean lap is paid among the honest ones."""
    others = [one for one in _honest_laps(drivers) if one is not fastest]
    dearer = [one for one in others if one.total_reward > fastest.total_reward * (1.0 + _NEARLY)]
    quicker = [one for one in others if one.per_second > fastest.per_second * (1.0 + _NEARLY)]
    lap = f"The fastest clean lap ({fastest.name}, {fastest.seconds:.1f} s)"
    if not dearer and not quicker:
        return f"{lap} earns the most, per lap and per second."
    if not dearer:
        return f"{lap} earns the most per lap, but {_DOING[_best(quicker, per_second=True).name]} earns more a second."
    if not quicker:
        top = _best(dearer)
        return (
            f"{lap} earns the most per second, but {_DOING[top.name]} earns more for a lap, "
            f"because it takes longer ({top.total_reward:.4g} against {fastest.total_reward:.4g})."
        )
    top = _best(dearer)
    return (
        f"{lap} does not earn the most: {_DOING[top.name]} ({top.seconds:.1f} s) earns "
        f"{top.total_reward:.4g} against {fastest.total_reward:.4g}, and more a second as well."
    )


def _best(drivers: Sequence[Driven], *, per_second: bool = False) -> Driven:
    return max(drivers, key=lambda one: one.per_second if per_second else one.total_reward)


def _of_cheats(drivers: Sequence[Driven]) -> list[str]:
    found, best = cheats(drivers), best_honest(drivers)
    if not found or best is None:
        return ["None of the cheats tried pays."]
    words = [_of_cheat(one, best) for one in found[:2]]
    if len(found) > 2:
        names = [doing(one.name) for one in found[2:]]
        words.append(f"So {'does' if len(names) == 1 else 'do'} {' and '.join(names)}, in all or for a second.")
    return [*words, _REMEDY.get(found[0].name, "")]


def _of_cheat(one: Driven, best: Driven) -> str:
    deed = doing(one.name)
    whole = _as_much(one.total_reward, best.total_reward)
    more = one.total_reward > best.total_reward * (1.0 + _NEARLY)
    what = (
        f"earns {'more than' if more else 'as much as'} an honest lap "
        f"({one.total_reward:.4g} in {one.seconds:.1f} s, {best.name} {best.total_reward:.4g})"
        if whole
        else f"earns as much a second as driving ({one.per_second:.4g}, {best.name} {best.per_second:.4g})"
    )
    return f"{deed[:1].upper()}{deed[1:]} {what}."


def _unpaid(best: Driven, drivers: Sequence[Driven]) -> str:
    words = f"The best paid lap ({best.name}) earns {best.total_reward:.4g}: there is nothing to drive for."
    top = max(drivers, key=lambda one: one.total_reward)
    if top.total_reward > best.total_reward:
        deed = doing(top.name)
        words += f" {deed[:1].upper()}{deed[1:]} earns more ({top.total_reward:.4g}): a car learns to end early."
    return words
