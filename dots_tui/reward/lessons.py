"""The results of simulated learning: its progress, and the learned lap in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dots_tui.reward.course import LAP, OFF_TRACK, WRONG_WAY

if TYPE_CHECKING:
    from dots_tui.reward.episode import DriverEpisode

FAST, SLOW, CUTTING, CRAWLING = "clean and fast", "clean, not fast", "wheels off the track", "crawling"
ZIG_ZAGGING, PARKED, OFF, ROUND, LOST = "zig-zagging", "parked", "off the track", "turned round", "no lap"
MANNERS = (FAST, SLOW, CUTTING, CRAWLING, ZIG_ZAGGING, PARKED, OFF, ROUND, LOST)
"""The manners of a learned lap."""
SKETCH = "A sketch, not a prediction: a model sees images, trains longer, and may find other ways to earn reward."

_FAST_SHARE, _CRAWL_SHARE = 1.25, 1.8
"""Multiples of the fastest clean lap: up to the first a lap is fast, from the second on it crawls."""
_SWING = 0.2
"""Meters across per meter driven: a racing line has less than half on a road of usual width."""
_QUICK_SHARE = 1.1
"""A lap up to this multiple of the fastest does not zig-zag, whatever width it uses."""
_STANDS = 0.3
"""m/s; a slower car without a lap counts as parked."""


@dataclass(frozen=True)
class Lesson:
    """One generation of controllers has practiced."""

    generation: int
    episodes: int
    """Episodes so far."""
    share: float
    """The completed share of the practice, 0..1."""
    best: float
    mean: float
    """The value of an episode, see `cross_entropy.worth`."""
    progress: float
    """Percent of a lap, the mean of the generation."""
    laps: int
    """Laps of the generation."""


@dataclass(frozen=True)
class Learned:
    """The learned lap."""

    lap: DriverEpisode
    manner: str
    """One of MANNERS."""
    seconds: float
    """Processor time of the practice."""
    episodes: int
    steps: int
    complete: bool
    """True if there was time for the whole practice; otherwise the result depends on the machine."""
    fastest_s: float | None
    """The fastest clean lap of a scripted driver with these actions, for comparison."""
    path: tuple[tuple[float, float], ...]
    """The driven line, meters."""

    @property
    def row(self) -> DriverEpisode:
        """The lap as a row among those of the drivers."""
        return replace(self.lap, name=f"learned in {self.seconds:.1f} s")

    @property
    def words(self) -> str:
        """Two sentences: the learned lap, and what it means."""
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
    """Return the manner of a lap. `swing` is meters across per meter driven, `metres` the driven distance."""
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
