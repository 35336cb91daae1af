"""The tools of a task in the child process of a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.calling import Prints, RewardFunction
    from dots_tui.reward.states import SimulatedWorld
    from dots_tui.reward.sweep import Pay


@dataclass(frozen=True)
class Bench:
    """A world, a car's actions and the racer's function; `pay` and `load` call that under watch."""

    world: SimulatedWorld
    actions: ActionSpace
    pay: Pay
    load: Callable[[], None]
    function: RewardFunction
    watched: Callable[..., Any]
    """Call a function of the racer with its arguments, under watch; raises whatever that raises."""
    waiting: Callable[[], AbstractContextManager[None]]
    """While the child waits for the program."""
    prints: Prints
