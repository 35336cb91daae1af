"""A rehearsal in plain words: does the function pay most for what one wants, the fastest clean lap?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dots_tui.reward.drivers import (
    BACKWARDS,
    CENTRE,
    CRAWLER,
    HITTING,
    INSIDE,
    LEAVING,
    PARKED,
    RACING,
    ZIG_ZAG,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.episode import DriverEpisode
    from dots_tui.reward.results import FunctionFault, Ranked, RehearsalNote, Sweep

_NEARLY = 0.02
"""Two rewards that differ by no more than this share are as good as equal."""
_CLEARLY = 0.05
"""A cheat must earn so much more than the best honest lap before it is called one."""
_SLOWER = 1.1
"""So many times the fastest lap is slow; below, somebody drives as one would like."""
_DOING = {
    RACING: "the racing line",
    CENTRE: "the center line",
    INSIDE: "cutting the inside",
    ZIG_ZAG: "driving zig-zag",
    CRAWLER: "crawling",
    PARKED: "standing still",
    BACKWARDS: "driving in reverse",
    LEAVING: "leaving the track",
    HITTING: "hitting an object",
}
_REMEDIES = {
    ZIG_ZAG: (
        ("steering_angle", "Pay less for large steering angles."),
        ("heading", "Pay for pointing along the track."),
        ("progress", "Pay for the progress since the previous step."),
        ("", "Make swinging pay less than speed and progress."),
    ),
    CRAWLER: (
        ("speed", "Pay for speed too."),
        ("progress", "Pay for the progress since the previous step."),
        ("", "Pay more for speed and progress than for each step."),
    ),
    HITTING: (("is_crashed", "Pay less near objects and for is_crashed."), ("", "A crash must cost more.")),
    BACKWARDS: (("heading", "Pay for pointing along the track."), ("", "Driving backwards must cost more.")),
    LEAVING: (("all_wheels_on_track", "Pay for staying on the track."), ("", "Leaving the track must cost more.")),
    PARKED: (
        ("progress", "Pay for the progress since the previous step."),
        ("", "Pay less without progress."),
    ),
}
"""By cheat: what helps, unless the function looks at that parameter already."""
WARNINGS = ("other-track", "kept-state")
"""Kinds of notes that outweigh what the drivers earn."""
_GOOD_RANK, _BAD_RANK, _FEW_LAPS = 0.6, -0.4, 8


class Found(NamedTuple):
    """What a verdict is made of."""

    faults: Sequence[FunctionFault] = ()
    sweep: Sweep | None = None
    drivers: Sequence[DriverEpisode] = ()
    notes: Sequence[RehearsalNote] = ()
    reads: Sequence[str] = ()
    """The parameters that the text of the function names."""


def verdict(found: Found) -> str:
    """One to four sentences, after what is known of the function apart from its drivers."""
    none = _none(found)
    if none:
        return none
    words = [note.message for note in found.notes if note.kind in WARNINGS]
    return " ".join([*words, _of_drivers(found)])


def in_short(found: Found) -> str:
    """The same for where there is little room: what outweighs all else, or a cheat that pays, is what to know first."""
    none = _none(found)
    if none:
        return none
    first = next((note.message for note in found.notes if note.kind in WARNINGS), "")
    if first:
        return first
    cheating, best = cheats(found.drivers), best_honest(found.drivers)
    if not cheating or best is None or best.total_reward <= 0.0:
        return _of_drivers(found)
    others = len(cheating) - 1
    more = f"{others} more {'cheats pay' if others > 1 else 'cheat pays'}." if others else ""
    return " ".join(filter(None, (_of_cheat(cheating[0], best), more, _remedy(cheating[0], found.reads))))


def rank_words(ranked: Ranked) -> str:
    """How well the return ranks laps by their time, in a sentence."""
    if ranked.spearman is None:
        if ranked.laps < _FEW_LAPS:
            return f"Only {ranked.laps} of {ranked.policies} policies finish a lap: too few to rank them."
        return f"All {ranked.laps} laps of {ranked.policies} policies earn the same: the return does not rank them."
    said = f"Over {ranked.laps} laps of {ranked.policies} policies, return and lap time have a rank correlation of "
    said += f"{ranked.spearman:+.2f}: "
    if ranked.spearman >= _GOOD_RANK:
        return f"{said}quicker laps earn more."
    if ranked.spearman > _BAD_RANK:
        return f"{said}lap time hardly matters."
    return f"{said}quicker laps earn less, because they have fewer steps or another line."


def fastest_clean(drivers: Sequence[DriverEpisode]) -> DriverEpisode | None:
    """The quickest of the honest drivers who finished with all wheels on the track; without one, with some off."""
    return min(_honest_laps(drivers), key=lambda one: one.seconds, default=None)


def best_honest(drivers: Sequence[DriverEpisode]) -> DriverEpisode | None:
    """The one of them who earns most for a lap."""
    return max(_honest_laps(drivers), key=lambda one: one.total_reward, default=None)


def cheats(drivers: Sequence[DriverEpisode]) -> list[DriverEpisode]:
    """Those who clearly earn more than any honest lap and do not deserve it; the dearest first.

    Both by the discounted return of the episode, which is what is learned for, and by reward a second: what has more
    steps earns more where each step is paid, and that alone is no cheat.
    """
    laps, fastest = _honest_laps(drivers), fastest_clean(drivers)
    if fastest is None:
        return []
    worth, second = max(one.discounted for one in laps), max(one.per_second for one in laps)
    found = [
        one
        for one in drivers
        if not one.honest
        and not (one.finished and one.seconds <= fastest.seconds * _SLOWER)
        and _clearly_more(one.discounted, worth)
        and _clearly_more(one.per_second, second)
    ]
    return sorted(found, key=lambda one: -one.discounted)


def doing(name: str) -> str:
    """What the driver of that name does: "standing still"."""
    return _DOING.get(name, name)


def _none(found: Found) -> str:
    """Why there is no verdict on what the drivers earn; "" when there is one."""
    if found.faults:
        return _of_faults(found.faults)
    for kind in ("not-rehearsed", "needs-shape"):
        for note in found.notes:
            if note.kind == kind:
                return note.message
    return "" if found.drivers else "No driver has driven yet."


def _of_drivers(found: Found) -> str:
    drivers, sweep = found.drivers, found.sweep
    fastest, best = fastest_clean(drivers), best_honest(drivers)
    if fastest is None or best is None:
        return (
            "None of the honest drivers finishes a lap with these actions, so there is nothing to compare with. "
            "Slower actions, or more steering angles, would help them."
        )
    if sweep is not None and sweep.minimum == sweep.maximum and len({one.per_step for one in drivers}) == 1:
        return (
            f"The function pays the same for everything ({fastest.per_step:.4g}): a car cannot learn to drive from it."
        )
    if best.total_reward <= 0.0:
        return _unpaid(best, drivers)
    honest = _of_fastest(fastest, drivers)
    if cheats(drivers):
        honest = f"Among the honest drivers, {honest[:1].lower()}{honest[1:]}"
    return " ".join([honest, *_of_cheats(found)])


def _honest_laps(drivers: Sequence[DriverEpisode]) -> list[DriverEpisode]:
    laps = [one for one in drivers if one.finished and one.honest]
    return [one for one in laps if one.clean] or laps


def _clearly_more(one: float, other: float) -> bool:
    return one > other + _CLEARLY * abs(other)


def _of_faults(faults: Sequence[FunctionFault]) -> str:
    first = faults[0]
    said = first.message
    if f": lines {first.line}" not in said:  # a repeated one names its lines itself
        said = said.rstrip(".") + (f" (line {first.line})." if first.line else ".")
    more = ""
    if len(faults) > 1:
        more = " There is one more fault." if len(faults) == 2 else f" There are {len(faults) - 1} more faults."
    return f"{said}{more} Fix this before you pay for a training."


def _of_fastest(fastest: DriverEpisode, drivers: Sequence[DriverEpisode]) -> str:
    """How the fastest clean lap is paid among the honest ones."""
    others = [one for one in _honest_laps(drivers) if one is not fastest]
    dearer = [one for one in others if one.total_reward > fastest.total_reward * (1.0 + _NEARLY)]
    quicker = [one for one in others if one.per_second > fastest.per_second * (1.0 + _NEARLY)]
    lap = f"The fastest clean lap ({fastest.name}, {fastest.seconds:.1f} s)"
    crawler = next((one for one in drivers if one.name == CRAWLER and one.finished), None)
    if not quicker and crawler is not None and crawler.seconds > fastest.seconds * _SLOWER:
        second = fastest.per_second
        if abs(crawler.per_second - second) <= _CLEARLY * abs(second):
            return f"Laps of any speed earn about {second:.4g} a second: it pays for the place, not for the speed."
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


def _best(drivers: Sequence[DriverEpisode], *, per_second: bool = False) -> DriverEpisode:
    return max(drivers, key=lambda one: one.per_second if per_second else one.total_reward)


def _of_cheats(found: Found) -> list[str]:
    cheating, best = cheats(found.drivers), best_honest(found.drivers)
    if not cheating or best is None:
        return ["None of the cheats tried pays."]
    words = [_of_cheat(one, best) for one in cheating[:2]]
    if len(cheating) > 2:
        names = [doing(one.name) for one in cheating[2:]]
        words.append(f"So {'does' if len(names) == 1 else 'do'} {' and '.join(names)}.")
    return [*words, _remedy(cheating[0], found.reads)]


def _of_cheat(one: DriverEpisode, best: DriverEpisode) -> str:
    deed = doing(one.name)
    return (
        f"{deed[:1].upper()}{deed[1:]} earns more than an honest lap: {one.total_reward:.4g} in {one.seconds:.1f} s, "
        f"{one.per_second:.4g} a second ({best.name}: {best.total_reward:.4g}, {best.per_second:.4g} a second)."
    )


def _remedy(one: DriverEpisode, reads: Sequence[str]) -> str:
    """What helps against a cheat: what the function does not look at yet."""
    return next((words for key, words in _REMEDIES.get(one.name, ()) if key not in reads), "")


def _unpaid(best: DriverEpisode, drivers: Sequence[DriverEpisode]) -> str:
    words = f"The best-paid lap ({best.name}) earns {best.total_reward:.4g}: there is nothing to earn."
    top = max(drivers, key=lambda one: one.discounted)
    if not top.honest and top.discounted > best.discounted:
        deed = doing(top.name)
        words += f" {deed[:1].upper()}{deed[1:]} earns more ({top.total_reward:.4g}): a car learns to end early."
    return words
