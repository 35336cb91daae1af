"""Driving a lap by rule, not by learning: a car that follows a line, or refuses to.

A drive does not depend on the reward, so it is simulated first and its states are paid for afterwards. The end of an
episode is simapp's: a lap, all wheels off, or too long in the wrong direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.car import GRIP, WHEELBASE, Car
from dots_tui.reward.states import STEPS_PER_SECOND, wheels
from dots_tui.tracks.as_simapp import progress

if TYPE_CHECKING:
    from dots_tui.reward.actions import Action, ActionSpace
    from dots_tui.reward.lines import Line
    from dots_tui.reward.states import State, World
    from dots_tui.tracks.geometry import Position, Track

LAP, OFF_TRACK, WRONG_WAY, STOPPED = "lap", "off-track", "wrong-way", "stopped"
"""How a drive ends; the last when it takes more steps than are driven here."""
MOST_STEPS = 3000
PARKED_STEPS = 300
WRONG_WAY_STEPS = 15
"""simapp's NUMBER_OF_REVERSE_COUNTS: so many steps of falling progress in a row end an episode."""
PACES = (1.0, 0.88, 0.76, 0.64, 0.52, 0.4, 0.28)
_GRIP_USED = 0.8
_LEAST_BEND = 1e-3


@dataclass(frozen=True)
class Manner:
    """How somebody drives."""

    line: Line | None
    """What the car follows; None drives straight on."""
    pace: float = 1.0
    """Share of what the tyres allow."""
    top_speed: float = math.inf
    """m/s; the action space has a limit of its own."""
    turned: float = 0.0
    """Degrees to the left of the track's direction at the start."""


@dataclass(frozen=True)
class Moment:
    """One step of a drive."""

    car: Car
    action: Action
    position: Position
    progress: float


@dataclass(frozen=True)
class Drive:
    """A drive that has ended."""

    moments: tuple[Moment, ...]
    end: str
    clean: bool
    """Whether all wheels were on the track at every step."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return len(self.moments) / STEPS_PER_SECOND

    def states(self, world: World) -> list[State]:
        """What a reward function is told of each step. An episode's first row is not paid for: steps begin at 2."""
        return [
            world.state(m.car, m.action.speed, m.action.steering, number, m.progress, m.position.index)
            for number, m in enumerate(self.moments, 2)
        ]


def drive(track: Track, actions: ActionSpace, manner: Manner, most_steps: int = MOST_STEPS) -> Drive:
    """Drive from the start line, from rest, until the episode ends."""
    x, y = track.point_at(0.0)
    car = Car(x, y, track.heading_at(0.0) + math.radians(manner.turned))
    return episode(track, car, lambda car, position: _action(track, actions, manner, car, position), most_steps)


def episode(track: Track, car: Car, act: Callable[[Car, Position], Action], most_steps: int) -> Drive:
    """Drive *car* from where it is until the episode ends; *act* gives the command of each step."""
    position = track.locate(car.x, car.y)
    start_m = position.distance_m
    moments: list[Moment] = []
    done, falling, clean = 0.0, 0, True
    while len(moments) < most_steps:
        action = act(car, position)
        car = Car(car.x, car.y, car.heading, car.speed, car.steering)
        car.drive(action.steering, action.speed, 1.0 / STEPS_PER_SECOND)
        position = track.locate(car.x, car.y, position.index)
        before, done = done, progress(track, position, start_m, done)
        moments.append(Moment(car, action, position, done))
        on_track, off_track = wheels(track, car, position.distance_m, abs(position.offset_m))
        clean = clean and on_track
        falling = falling + 1 if done < before else 0
        if done >= 100.0 - 1e-9:
            return Drive(tuple(moments), LAP, clean)
        if off_track:
            return Drive(tuple(moments), OFF_TRACK, clean)
        if falling >= WRONG_WAY_STEPS:
            return Drive(tuple(moments), WRONG_WAY, clean)
    return Drive(tuple(moments), STOPPED, clean)


def fastest(track: Track, actions: ActionSpace, line: Line, *, clean: bool = True) -> Drive:
    """The quickest lap along *line* with these actions: at the first pace that keeps the car on the track.

    When none does, the drive that came farthest.
    """
    best: Drive | None = None
    for pace in PACES:
        found = drive(track, actions, Manner(line, pace))
        if found.end == LAP and (found.clean or not clean):
            return found
        if best is None or found.moments[-1].progress > best.moments[-1].progress:
            best = found
    assert best is not None
    return best


def parked(track: Track, slowest: Action) -> Drive:
    """Standing at the start for some time: what being on the track pays without driving.

    No action space can ask for 0 m/s, and simapp ends such an episode; a car that hardly moves comes near it.
    """
    x, y = track.point_at(0.0)
    car = Car(x, y, track.heading_at(0.0))
    standing = Moment(car, slowest._replace(speed=0.0), track.locate(x, y), 0.0)
    return Drive((standing,) * PARKED_STEPS, STOPPED, clean=True)


def _action(track: Track, actions: ActionSpace, manner: Manner, car: Car, position: Position) -> Action:
    """Aim at a point of the line ahead, as fast as its bends allow."""
    line, slowest = manner.line, actions.speeds[0]
    top = min(actions.speeds[1], manner.top_speed)
    if line is None:
        return actions.nearest(0.0, top)
    along, speed = position.distance_m, max(car.speed, slowest)
    bend = max(line.bend(along, along + 0.3 + 0.4 * speed), _LEAST_BEND)
    wanted = min(manner.pace * math.sqrt(_GRIP_USED * GRIP / bend), top * max(manner.pace, 0.4), top)
    x, y = line.point(_ahead(track, along, 0.3 + 0.2 * speed))
    dx, dy = x - car.x, y - car.y
    alpha = math.remainder(math.atan2(dy, dx) - car.heading, 2.0 * math.pi)
    arc = math.degrees(math.atan2(2.0 * WHEELBASE * math.sin(alpha), max(math.hypot(dx, dy), 0.1)))
    return actions.nearest(arc, max(wanted, slowest))


def _ahead(track: Track, along_m: float, by_m: float) -> float:
    """A distance farther on; an open track is left in its own direction."""
    return along_m + by_m if track.closed else min(along_m + by_m, track.length_m - 1e-6)
