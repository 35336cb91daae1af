"""What a user has already done in this session: what the demo's guidance goes by."""

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
