"""Events of a session, announced by the workspace. It does not know who listens; the demo's guide does."""

from __future__ import annotations

import enum
from typing import Callable


class Milestone(enum.Enum):
    """Steps of the loop, in their usual order."""

    EDITED = "edited a value"
    SAVED = "saved a file"
    BASE_READY = "have a base stack"
    LAUNCHED = "launched a training"
    WATCHED = "watched workers drive"
    STOPPED = "stopped a training"


class Milestones(set[Milestone]):
    """The milestones reached so far. Listeners are called with each, in the thread of the event."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners: list[Callable[[Milestone], None]] = []

    def subscribe(self, listener: Callable[[Milestone], None]) -> None:
        """Call `listener` with every milestone that is announced from now on."""
        self._listeners.append(listener)

    def announce(self, milestone: Milestone) -> None:
        """Note a milestone and tell the listeners."""
        self.add(milestone)
        for listener in self._listeners:
            listener(milestone)
