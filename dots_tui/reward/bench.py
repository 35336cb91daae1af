"""The tools of a task in the child process of a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.calling import RewardFunction
    from dots_tui.reward.states import World
    from dots_tui.reward.sweep import Pay


@dataclass(frozen=True)
class Bench:
    """A world, a car's actions and the racer's function; `pay` and `load` call that under watch."""

    world: World
    actions: ActionSpace
    pay: Pay
    load: Callable[[], None]
    function: RewardFunction
