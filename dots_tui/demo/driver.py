"""The driver that the demo trains: its parameters, and their initial values.

The noise of its steering is a parameter too. An untrained driver drives badly; only the reward decides what it learns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.controller import Controller, Gene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.actions import ActionSpace

GENES = (
    Gene("look_ahead", 0.3, 2.0, 0.5, steers=True),
    Gene("gain", 0.0, 2.0, 0.28, steers=True),
    Gene("bias", -12.0, 12.0, 0.5, steers=True),
    Gene("lane", -0.9, 0.9, 0.5, steers=True),
    Gene("apex", -0.9, 0.9, 0.5, steers=True),
    Gene("dodge", -1.0, 1.0, 0.5, steers=True),
    Gene("shake", 1.0, 40.0, 0.55, steers=True),
    Gene("pace", 0.0, 1.0, 0.5, steers=False),
    Gene("brake", 0.0, 1.5, 0.35, steers=False),
    Gene("waver", 0.0, 0.6, 0.5, steers=False),
)
OBJECT_AHEAD_M = 2.0


class Driver(Controller):
    """Return a controller with these parameters; `values` are unbounded, 0 is the middle of the range."""

    def __init__(self, values: Sequence[float], actions: ActionSpace, *, steady: bool = False) -> None:
        super().__init__(GENES, values, actions, steady=steady)
