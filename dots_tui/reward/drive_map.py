"""What a function paid along the drives, as a map: for one that remembers, so that single states say nothing of it."""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING

from dots_tui.reward.results import Cell, Spot, Sweep
from dots_tui.reward.sweep import HEADINGS, OFFSETS, POSITIONS, along_at, speeds_of

if TYPE_CHECKING:
    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.states import CarState, SimulatedWorld

_Key = tuple[int, int, int, int]


class DriveMap:
    """Gathers what steps were paid by the state of the sweep that each is nearest to."""

    def __init__(self, world: SimulatedWorld, actions: ActionSpace) -> None:
        self._world = world
        self._speeds = tuple(speeds_of(actions))
        self._sums: dict[_Key, tuple[float, int]] = {}
        self._states, self._total = 0, 0.0
        self._best: Spot | None = None
        self._worst: Spot | None = None
        self._begun = monotonic()

    def add(self, state: CarState, reward: float | None) -> None:
        """A step was driven and paid."""
        if reward is None:
            return
        track, along = self._world.track, state.place.projection_distance
        aside = state.place.distance_from_center
        offset_m = aside if state.place.is_left_of_center else -aside
        share = offset_m / (track.width_at(along) / 2.0)
        turned = math.degrees(math.remainder(math.radians(state.heading) - track.heading_at(along), 2.0 * math.pi))
        key = (
            min(int(along / track.length_m * POSITIONS), POSITIONS - 1),
            min(range(len(OFFSETS)), key=lambda i: abs(OFFSETS[i] - share)),
            min(range(len(HEADINGS)), key=lambda i: abs(math.remainder(turned - HEADINGS[i], 360.0))),
            min(range(len(self._speeds)), key=lambda i: abs(self._speeds[i] - state.speed)),
        )
        total, count = self._sums.get(key, (0.0, 0))
        self._sums[key] = total + reward, count + 1
        self._states, self._total = self._states + 1, self._total + reward
        spot = Spot(reward, along, state.place.closest_waypoint, offset_m, turned, state.speed, state.x, state.y)
        if self._best is None or reward > self._best.reward:
            self._best = spot
        if self._worst is None or reward < self._worst.reward:
            self._worst = spot

    def so_far(self) -> Sweep:
        """The map as it is now, with all its cells."""
        return Sweep(
            states=self._states,
            planned=self._states,
            minimum=self._worst.reward if self._worst else None,
            maximum=self._best.reward if self._best else None,
            mean=self._total / self._states if self._states else None,
            seconds=round(monotonic() - self._begun, 3),
            best=self._best,
            worst=self._worst,
            cells=tuple(self._cell(index) for index in range(POSITIONS)),
            complete=True,
            speeds=self._speeds,
            along_drives=True,
        )

    def _cell(self, index: int) -> Cell:
        track = self._world.track
        along = along_at(index, track.length_m)
        x, y = track.point_at(along)
        rewards = tuple(
            tuple(tuple(self._mean((index, o, h, s)) for s in range(len(self._speeds))) for h in range(len(HEADINGS)))
            for o in range(len(OFFSETS))
        )
        known = [one for headings in rewards for speeds in headings for one in speeds if one is not None]
        low, high, mean = (min(known), max(known), sum(known) / len(known)) if known else (0.0, 0.0, 0.0)
        return Cell(index, along, track.locate(x, y).index, x, y, len(known), low, high, mean, rewards)

    def _mean(self, key: _Key) -> float | None:
        total, count = self._sums.get(key, (0.0, 0))
        return total / count if count else None
