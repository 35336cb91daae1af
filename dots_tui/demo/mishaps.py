"""Failures that the demo can show on request: one mishap per session, injected where AWS or DRFC would fail.

The app does not know about mishaps. Each happens once, so that its remedy can be tried.
"""

from __future__ import annotations

import enum


class Mishap(enum.Enum):
    """The mishaps of `dots-tui --demo --mishap NAME`, in the order of a run."""

    QUOTA = "quota"
    NO_CAPACITY = "no-capacity"
    OLD_IMAGE = "old-image"
    START_FAILS = "start-fails"
    REWARD_ERROR = "reward-error"
    OUT_OF_MEMORY = "out-of-memory"
    DEAD_WORKER = "dead-worker"
    STALLED_TRAINER = "stalled-trainer"
    SPOT_NOTICE = "spot-notice"
    CONNECTION_LOST = "connection-lost"
    EXPIRED_LOGIN = "expired-login"

    @property
    def help(self) -> str:
        """Description of the mishap for the command line."""
        return _HELP[self]

    @property
    def of_trainer(self) -> bool:
        """True if the mishap happens in the training itself, not in AWS or on the instance."""
        return self in _OF_TRAINER


_OF_TRAINER = (Mishap.REWARD_ERROR, Mishap.OUT_OF_MEMORY, Mishap.DEAD_WORKER, Mishap.STALLED_TRAINER)
_HELP = {
    Mishap.QUOTA: "the account's quota for GPU instances is 0, as in a new account",
    Mishap.NO_CAPACITY: "AWS has no instance of the first type that is launched",
    Mishap.OLD_IMAGE: "the newest community image is a year old and has DRFC 5",
    Mishap.START_FAILS: "the first training does not start on its instance",
    Mishap.REWARD_ERROR: "the reward function fails in the second iteration",
    Mishap.OUT_OF_MEMORY: "the GPU runs out of memory in the second update",
    Mishap.DEAD_WORKER: "the container of a worker crashes in the second iteration",
    Mishap.STALLED_TRAINER: "the trainer stops working in the second update",
    Mishap.SPOT_NOTICE: "AWS takes the instance of the first spot training away",
    Mishap.CONNECTION_LOST: "the network to the instance is cut for a while",
    Mishap.EXPIRED_LOGIN: "the AWS login expires during the first training, for a while",
}


def named(name: str) -> Mishap | None:
    """Return the mishap with this name; None if there is none."""
    return next((mishap for mishap in Mishap if mishap.value == name), None)


def help_text() -> str:
    """Return one line per mishap, for the command line's help."""
    width = max(len(mishap.value) for mishap in Mishap)
    return "\n".join(f"  {mishap.value:<{width}}  {mishap.help}" for mishap in Mishap)
