"""The answers of a reward function that is called on behalf of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["load", "exception", "not-allowed", "not-finite", "out-of-range"]
MOST_WORDS = 2_000
"""Characters of a failure's message."""


@dataclass(frozen=True)
class Failure:
    """The reason why a function has no reward for a call, or cannot be loaded."""

    kind: FailureKind
    message: str
    """The text of the exception, or the number that is no reward."""
    missing: str = ""
    """The module that an import did not find."""


@dataclass(frozen=True)
class Answer:
    """The answer to a batch of calls, or to part of it: at least one call, up to the first that fails.

    The first answer of a child process is that of loading the file: no reward, one text.
    """

    rewards: tuple[float, ...]
    printed: tuple[str, ...]
    """The output of each call, shortened; with a failure there is one more text than rewards."""
    failure: Failure | None = None
