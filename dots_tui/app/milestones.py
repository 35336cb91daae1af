"""Actions that a user has completed in this session; the demo's guidance depends on them."""

from __future__ import annotations

import enum


class Milestone(enum.Enum):
    """Steps of the loop, in their usual order."""

    EDITED = "edited a value"
    SAVED = "saved a file"
    BASE_READY = "have a base stack"
    LAUNCHED = "launched a training"
    WATCHED = "watched workers drive"
    STOPPED = "stopped a training"
