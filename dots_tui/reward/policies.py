"""Some sixty policies of every quality: the drivers by rule with less skill and unsteady hands.

Each follows a line between the racing line and the center line, or swings about it, at a pace of its own, and its hands
shake. None depends on the reward: whether those that are quick earn most says how well it ranks.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from dots_tui.reward.car import HALF_WIDTH
from dots_tui.reward.lines import racing_line, zig_zag
from dots_tui.reward.pace import SpeedProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.course import Course, Drive

COUNT = 60
_SEED = 3
_MARGIN_M = HALF_WIDTH + 0.15
_SWINGERS = 5
"""One of so many swings from side to side."""


def policies(course: Course, actions: ActionSpace, count: int = COUNT) -> Iterator[Drive]:
    """The drive of each; the same ones for the same track and actions."""
    random = Random(_SEED)  # noqa: S311 - no secret
    racing = racing_line(course.track, _MARGIN_M)
    slowest, fastest = actions.speeds
    for number in range(count):
        line = racing.mixed(random.uniform(-0.4, 1.0))
        if number % _SWINGERS == 0:
            line = zig_zag(course.track, random.uniform(0.1, 0.5), random.uniform(2.0, 4.0))
        # Slow ones and quick ones, whatever range of speeds the actions have.
        top = slowest + (fastest - slowest) * random.uniform(0.2, 1.0)
        pace = SpeedProfile(line, actions, random.uniform(0.35, 0.9), top=top)
        yield course.unsteadily(actions, line, pace, random.uniform(0.0, 5.0), random)
