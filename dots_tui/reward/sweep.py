"""The sweep: what the function pays everywhere on the track, in every direction and at every speed.

Positions are visited coarsely first, so that a first picture of the whole lap is there early.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Callable, NamedTuple

from dots_tui.reward.results import Cell, Spot, Sweep
from dots_tui.reward.states import STEPS_PER_SECOND, CarState, car_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.states import SimulatedWorld

POSITIONS = 128
OFFSETS = (1.25, 0.8, 0.4, 0.0, -0.4, -0.8, -1.25)
"""Shares of half the width, from left to right; the outermost are off the track."""
HEADINGS = (0.0, -30.0, 30.0, 180.0)
"""Degrees off the track's direction."""
_COARSE = 8
_EVERY_SECONDS = 0.3
"""A slow function's first numbers are not waited for."""

Pay = Callable[[CarState], "float | None"]
"""The reward of a state; None when the function has no number for it."""


class Knot(NamedTuple):
    """One state of the grid, by its indices."""

    position: int
    offset: int
    heading: int
    speed: int


def planned(actions: ActionSpace) -> int:
    """How many states a whole sweep has."""
    return POSITIONS * len(OFFSETS) * len(HEADINGS) * len(speeds_of(actions))


def along_at(position: int, length_m: float) -> float:
    """The distance along a center line of a position."""
    return (position + 0.5) / POSITIONS * length_m


def state_at(world: SimulatedWorld, actions: ActionSpace, knot: Knot) -> CarState:
    """The very state that the sweep tries there."""
    track, turned = world.track, HEADINGS[knot.heading]
    along = along_at(knot.position, track.length_m)
    here = track.locate(*track.point_at(along))
    car = car_at(track, along, OFFSETS[knot.offset] * track.width_at(along) / 2.0, turned)
    speeds = speeds_of(actions)
    first = world.state(car, speeds[0], 0.0, 2, 0.0, here.index)
    return _driven_there(first, actions, turned, speeds[knot.speed], track.length_m)


def sweep(world: SimulatedWorld, actions: ActionSpace, pay: Pay, enough: Callable[[], bool]) -> Iterator[Sweep]:
    """Try the states; the sweep so far, some times. *enough* is asked at each position whether to end early."""
    speeds = speeds_of(actions)
    tally = _Tally(planned(actions), tuple(speeds))
    due = monotonic() + _EVERY_SECONDS
    for number, index in enumerate(_coarse_first(POSITIONS), 1):
        tally.cells.append(_cell(world, actions, index, speeds, pay, tally))
        if enough():
            break
        now = monotonic()
        if number < POSITIONS and (number % (POSITIONS // _COARSE) == 0 or now > due):
            yield tally.so_far(complete=False)
            due = now + _EVERY_SECONDS
    yield tally.so_far(complete=tally.states == tally.planned)


class _Tally:
    """What the states paid so far."""

    def __init__(self, planned_states: int, speeds: tuple[float, ...]) -> None:
        self._speeds = speeds
        self.cells: list[Cell] = []
        self.states = 0
        self.planned = planned_states
        self._begun = monotonic()
        self._paid, self._total = 0, 0.0
        self._best: Spot | None = None
        self._worst: Spot | None = None

    def add(self, spot: Spot) -> None:
        """A state with a number."""
        self._paid += 1
        self._total += spot.reward
        if self._best is None or spot.reward > self._best.reward:
            self._best = spot
        if self._worst is None or spot.reward < self._worst.reward:
            self._worst = spot

    def so_far(self, *, complete: bool) -> Sweep:
        """What is known now, with the cells since the last time."""
        cells, self.cells = tuple(self.cells), []
        return Sweep(
            states=self.states,
            planned=self.planned,
            minimum=self._worst.reward if self._worst else None,
            maximum=self._best.reward if self._best else None,
            mean=self._total / self._paid if self._paid else None,
            seconds=round(monotonic() - self._begun, 3),
            best=self._best,
            worst=self._worst,
            cells=cells,
            complete=complete,
            speeds=self._speeds,
        )


def _cell(
    world: SimulatedWorld, actions: ActionSpace, index: int, speeds: Sequence[float], pay: Pay, tally: _Tally
) -> Cell:
    """Try every state at one position."""
    track = world.track
    along = along_at(index, track.length_m)
    x, y = track.point_at(along)
    here = track.locate(x, y)
    half = track.width_at(along) / 2.0
    rewards: list[tuple[tuple[float | None, ...], ...]] = []
    for share in OFFSETS:
        headings: list[tuple[float | None, ...]] = []
        for turned in HEADINGS:
            car = car_at(track, along, share * half, turned)
            first = world.state(car, speeds[0], 0.0, 2, 0.0, here.index)
            states = [_driven_there(first, actions, turned, speed, track.length_m) for speed in speeds]
            tally.states += len(states)
            paid = [pay(state) for state in states]
            for state, reward in zip(states, paid):
                if reward is not None:
                    tally.add(Spot(reward, along, here.index, share * half, turned, state.speed, state.x, state.y))
            headings.append(tuple(paid))
        rewards.append(tuple(headings))
    known = [reward for one in rewards for speeds_paid in one for reward in speeds_paid if reward is not None]
    low, high, mean = (min(known), max(known), sum(known) / len(known)) if known else (0.0, 0.0, 0.0)
    return Cell(index, along, here.index, x, y, len(known), low, high, mean, tuple(rewards))


def _driven_there(state: CarState, actions: ActionSpace, turned: float, speed: float, length_m: float) -> CarState:
    """The state with a command that steers back along the track, and as many steps as the way there takes."""
    done = state.place.projection_distance
    back = -turned if abs(turned) <= 90.0 else 0.0
    steps = 2 + int(done / speed * STEPS_PER_SECOND)
    action = actions.nearest(back, speed)
    return state._replace(speed=speed, steering=action.steering, steps=steps, progress=100.0 * done / length_m)


def speeds_of(actions: ActionSpace) -> list[float]:
    """The slowest and the fastest of the actions, and what is between."""
    slowest, fastest = actions.speeds
    middle = actions.nearest(0.0, (slowest + fastest) / 2.0).speed
    return [slowest, middle, fastest]


def _coarse_first(count: int) -> list[int]:
    """0..count-1, every eighth first, then those between."""
    order: list[int] = []
    for start in (0, 4, 2, 6, 1, 3, 5, 7):
        order += range(start, count, _COARSE)
    return order
