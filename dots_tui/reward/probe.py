"""Single states of a sweep: their parameters and rewards.

The states are computed again as in the child process; the racer's code does not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.reward.actions import actions_of
from dots_tui.reward.states import SimulatedWorld
from dots_tui.reward.sweep import HEADINGS, OFFSETS, POSITIONS, Knot, along_at, speeds_of, state_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.reward.report import Report
    from dots_tui.reward.subject import Subject


class ProbedState(NamedTuple):
    """One state in the terms of a racer."""

    knot: Knot
    reward: float | None
    """None without a number, or if the state was not tried yet."""
    x: float
    y: float
    distance_m: float
    waypoint: int
    offset_m: float
    """From the center line, positive to the left."""
    off_track: bool
    """True if the state is beyond the border."""
    heading: float
    """Degrees relative to the direction of the track, positive to the left."""
    speed: float


class Probe:
    """The states of rehearsals of one subject. Not thread-safe."""

    def __init__(self, subject: Subject) -> None:
        self._world = SimulatedWorld(subject.track, subject.simapp, against=subject.against, plan=subject.traffic)
        self._actions = actions_of(subject.job()["actions"])
        self.speeds = tuple(speeds_of(self._actions))
        """The tried speeds, m/s."""
        self.track = self._world.track
        """The track in the driven direction."""

    def read(self, knot: Knot, report: Report) -> ProbedState:
        """Return the state `knot` with its reward in `report`."""
        track = self.track
        along = along_at(knot.position, track.length_m)
        offset_m = OFFSETS[knot.offset] * track.width_at(along) / 2.0
        x, y = track.point_at(along, offset_m)
        index = track.locate(*track.point_at(along)).index
        reward = reward_at(report, knot)
        off = abs(OFFSETS[knot.offset]) > 1.0
        heading, speed = HEADINGS[knot.heading], self.speeds[knot.speed]
        return ProbedState(knot, reward, x, y, along, index, offset_m, off, heading, speed)

    def params(self, knot: Knot) -> Mapping[str, Any]:
        """Return the parameters of a state."""
        return self._world.params(state_at(self._world, self._actions, knot))

    def start(self) -> Knot:
        """Return the first state: on the start line and the center line, along the track, at full speed."""
        return Knot(0, OFFSETS.index(0.0), 0, len(self.speeds) - 1)

    def moved(self, knot: Knot, along: int = 0, left: int = 0, turn: int = 0, faster: int = 0) -> Knot:
        """Return `knot` moved by steps; position and heading wrap around, offset and speed do not."""
        position = knot.position + along
        position = position % POSITIONS if self.track.closed else min(max(position, 0), POSITIONS - 1)
        return Knot(
            position,
            min(max(knot.offset - left, 0), len(OFFSETS) - 1),
            (knot.heading + turn) % len(HEADINGS),
            min(max(knot.speed + faster, 0), len(self.speeds) - 1),
        )

    def nearest(self, x: float, y: float, knot: Knot) -> Knot:
        """Return the state nearest to a point of the map, with the heading and the speed of `knot`."""
        place = self.track.locate(x, y)
        position = min(int(place.distance_m / self.track.length_m * POSITIONS), POSITIONS - 1)
        share = place.offset_m / (self.track.width_at(place.distance_m) / 2.0)
        offset = min(range(len(OFFSETS)), key=lambda index: abs(OFFSETS[index] - share))
        return knot._replace(position=position, offset=offset)


def reward_at(report: Report, knot: Knot) -> float | None:
    """Return the reward of a state in `report`."""
    cell = next((cell for cell in report.cells if cell.index == knot.position), None)
    try:
        return cell.rewards[knot.offset][knot.heading][knot.speed] if cell is not None else None
    except IndexError:  # the racer's code can send a sweep of its own
        return None
