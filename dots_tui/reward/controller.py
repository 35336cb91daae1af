"""A driver that learns: a controller of a few numbers, its genes, each of which can be learned.

It sees the road ahead (as a camera would), aims at a point on it and chooses a speed. What it aims at, how
hard it steers, how fast it goes and how much it slows for bends are its parameters, and so is how much its
hands shake. There is no driving skill in the code beyond that: with the parameters it starts from it drives
badly, and only the reward decides what they become.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.reward.actions import clip
from dots_tui.reward.car import WHEELBASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from dots_tui.reward.actions import ActionSpace, CarAction
    from dots_tui.reward.car import Car
    from dots_tui.tracks.geometry import Track


class Gene(NamedTuple):
    """One parameter: its range, and where in it (0..1) an untrained driver is on average."""

    name: str
    low: float
    high: float
    untrained: float
    steers: bool
    """Whether it is about steering; otherwise about speed."""


BEND_AHEAD_M = 0.8
"""The bend of the road is looked at over this distance."""
CAR_MARGIN_M = 0.12
WAVE_M = 2.5
"""How long a swing there and back is of a driver who weaves."""


def squash(value: float) -> float:
    """Any number to 0..1."""
    return 1.0 / (1.0 + math.exp(-clip(value, -30.0, 30.0)))


def unsquash(share: float) -> float:
    """The number that ``squash`` makes *share* of."""
    return math.log(share / (1.0 - share))


class Controller:
    """A driver with one value for each of its *genes*. *values* are unbounded numbers, 0 being mid-range.

    A gene it does not have counts 0. Known are look_ahead (m), gain (1 drives an arc exactly to the point aimed at),
    bias (degrees), lane, apex, dodge, weave (shares of half the road: to the left, to the inside of a bend, away from
    an object, from side to side), shake (degrees), pace (share of the speeds the actions have), brake (share of it
    taken off in a bend of 1 m radius) and waver (share of the range of speeds).
    """

    def __init__(
        self, genes: Sequence[Gene], values: Sequence[float], actions: ActionSpace, *, steady: bool = False
    ) -> None:
        """A *steady* one does not shake or waver."""
        own = {gene.name: gene.low + (gene.high - gene.low) * squash(v) for gene, v in zip(genes, values)}
        self._look, self._gain, self._bias, self._lane, self._apex, self._dodge, self._weave = (
            own.get(name, 0.0) for name in ("look_ahead", "gain", "bias", "lane", "apex", "dodge", "weave")
        )
        self._pace, self._brake = own.get("pace", 0.0), own.get("brake", 0.0)
        self._shake, self._waver = (0.0, 0.0) if steady else (own.get("shake", 0.0), own.get("waver", 0.0))
        self._actions = actions
        self._slowest, fastest = actions.speeds
        self._span = fastest - self._slowest

    def act(self, car: Car, track: Track, distance: float, random: Random, obstacle: float = 0.0) -> CarAction:
        """The action at a distance along the track. *obstacle* is the side (-1..1) of an object ahead, or 0."""
        road = track.heading_at(distance)
        bend = math.remainder(track.heading_at(distance + BEND_AHEAD_M) - road, 2.0 * math.pi) / BEND_AHEAD_M
        room = track.width_at(distance) / 2.0 - CAR_MARGIN_M
        offset = (self._lane + self._apex * clip(bend, -1.0, 1.0) - self._dodge * obstacle) * room
        if self._weave:
            offset += self._weave * room * math.sin(2.0 * math.pi * (distance + self._look) / WAVE_M)
        x, y = track.point_at(distance + self._look, clip(offset, -room, room))
        dx, dy = x - car.x, y - car.y
        alpha = math.remainder(math.atan2(dy, dx) - car.heading, 2.0 * math.pi)
        arc = math.degrees(math.atan2(2.0 * WHEELBASE * math.sin(alpha), max(math.hypot(dx, dy), 0.1)))
        steering = self._gain * arc + self._bias
        share = self._pace * (1.0 - self._brake * min(abs(bend), 1.0))
        if self._shake:
            steering += random.gauss(0.0, self._shake)
            share += random.gauss(0.0, self._waver)
        return self._actions.nearest(steering, self._slowest + self._span * clip(share, 0.0, 1.0))
