"""What practice tells: how it goes, and the lap that was learned, in a word and in plain words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dots_tui.reward.course import LAP, OFF_TRACK, WRONG_WAY

if TYPE_CHECKING:
    from dots_tui.reward.episode import DriverEpisode

FAST, SLOW, CUTTING, CRAWLING = "clean and fast", "clean, not fast", "wheels off the track", "crawling"
ZIG_ZAGGING, PARKED, OFF, ROUND, LOST = "zig-zagging", "parked", "off the track", "turned round", "no lap"
MANNERS = (FAST, SLOW, CUTTING, CRAWLING, ZIG_ZAGGING, PARKED, OFF, ROUND, LOST)
"""What the learned lap can be like."""
SKETCH = "A sketch, not a prediction: a model sees images, trains longer, and may find other ways to earn reward."

_FAST_SHARE, _CRAWL_SHARE = 1.25, 1.8
"""Of the fastest clean lap known: up to the first a lap is fast, from the second on it crawls."""
_SWING = 0.2
"""Metres across for each metre driven: a racing line has less than half of it on a road of usual width."""
_QUICK_SHARE = 1.1
"""Who is as quick as this does not zig-zag, however wide the road that is used."""
_STANDS = 0.3
"""m/s; who is slower on average and makes no lap is parked."""


@dataclass(frozen=True)
class Lesson:
    """One generation of drivers has practised."""

    generation: int
    episodes: int
    """Practised so far."""
    share: float
    """Of the practice that is over, 0..1."""
    best: float
    mean: float
    """What an episode was worth: see ``cross_entropy.worth``."""
    progress: float
    """Percent of a lap, the mean of the generation."""
    laps: int
    """Of the generation."""


@dataclass(frozen=True)
class Learned:
    """The lap that was learned."""

    lap: DriverEpisode
    manner: str
    """One of MANNERS."""
    seconds: float
    """Processor time of the practice."""
    episodes: int
    steps: int
    complete: bool
    """Whether there was time for all of the practice; what is cut short depends on the machine."""
    fastest_s: float | None
    """The fastest clean lap a driver by rule has with these actions, for comparison."""
    path: tuple[tuple[float, float], ...]
    """Where it drove, metres."""

    @property
    def row(self) -> DriverEpisode:
        """The lap as a row among those of the drivers."""
        return replace(self.lap, name=f"learned in {self.seconds:.1f} s")

    @property
    def words(self) -> str:
        """Two sentences: what it learned, and of what worth that is."""
        short = "" if self.complete else ", cut short by the time limit"
        practice = f"After {self.episodes:,} episodes of practice ({self.seconds:.1f} s{short})"
        return f"{practice} a small controller {_DOES[self.manner]}: {self._lap()}. {SKETCH}"

    def _lap(self) -> str:
        lap = self.lap
        reward = f"reward {lap.total_reward:.4g}, {lap.per_second:.4g} a second"
        if lap.lap_time_s is None:
            return f"{lap.progress:.0f} % of a lap in {lap.seconds:.1f} s, {reward}"
        beside = f" (the fastest by rule: {self.fastest_s:.1f} s)" if self.fastest_s is not None else ""
        return f"a lap in {lap.lap_time_s:.1f} s{beside}, {reward}"


_DOES = {
    FAST: "drives clean and fast",
    SLOW: "drives clean laps, but not fast ones",
    CUTTING: "drives laps with wheels off the track",
    CRAWLING: "crawls round the track",
    ZIG_ZAGGING: "zig-zags round the track",
    PARKED: "hardly moves",
    OFF: "drives off the track",
    ROUND: "turns round",
    LOST: "drives about without finishing a lap",
}


def manner_of(lap: DriverEpisode, swing: float, fastest_s: float | None, metres: float) -> str:
    """What a lap is like. *swing* is metres across for each one driven, *metres* how far the car went."""
    if lap.end != LAP:
        if metres < _STANDS * lap.seconds:
            return PARKED
        return {OFF_TRACK: OFF, WRONG_WAY: ROUND}.get(lap.end, LOST)
    beside = lap.seconds / fastest_s if fastest_s else 1.0
    if swing > _SWING and (beside > _QUICK_SHARE or fastest_s is None):
        return ZIG_ZAGGING
    if beside >= _CRAWL_SHARE:
        return CRAWLING
    if not lap.clean:
        return CUTTING
    return FAST if beside <= _FAST_SHARE else SLOW
