"""A worker's reward function in a child process, with simapp's words for its failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.bounded_files import Damaged, read_regular
from dots_tui.reward.call_session import CallSession, SessionEnded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dots_tui.reward.answers import Answer, Failure
    from dots_tui.tracks.geometry import Track

_ELSEWHERE = ("numpy", "scipy", "shapely")
"""Modules that the simulation has and this machine may lack."""
_REFUSED = " (the embedded cloud does not allow this; an instance would)"
_HANGS = ("endless-loop", "endless-output")


class RewardFault(Exception):
    """A fault of the reward function that ends the training. The message is simapp's, `code` its fault code."""

    def __init__(self, code: int, message: str, printed: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.printed = printed
        """The output of the call that failed."""


class RewardCrash(Exception):
    """The reward function ended its process. `code` is the exit code, or the negative signal number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class RewardHang(Exception):
    """A call does not return. On a real instance the worker would stop without a message."""


class Paid(NamedTuple):
    """The reward of a step, and what the function printed in it."""

    reward: float
    printed: str


class WorkerReward:
    """The function in the file `path`. Its module state lives as long as this object, as in a worker's process.

    All methods except `close` raise RewardFault, RewardCrash and RewardHang.
    """

    def __init__(self, path: Path, track: Track, seed: str) -> None:
        self._path, self._track, self._seed = path, track, seed
        self._session: CallSession | None = None

    def start(self) -> None:
        """Start the process, which loads the file."""
        try:
            self._session = CallSession(read_regular(self._path), self._track, self._seed)
        except FileNotFoundError:
            raise RewardFault(
                78, "Failed to download reward function: reward_function.py is not in the custom files"
            ) from None
        except Damaged as problem:
            raise RewardFault(12, f"Failed to import user's reward_function: {problem}") from None
        except OSError as error:
            raise RewardCrash(1, f"The embedded cloud cannot start the reward function: {error.strerror}") from None

    def load(self) -> str:
        """Wait until the file is loaded. Return what it printed."""
        answer = self._ask(())
        if answer.failure is not None:
            raise _load_fault(answer.failure, answer.printed[-1])
        held = self._session.confinement if self._session is not None else None
        warning = "" if held is None or held.held == "walled" else f"{held.words}\n"
        return warning + answer.printed[0]

    def pay(self, calls: Sequence[dict[str, Any]]) -> Iterator[Paid]:
        """Call the function with each of `calls`, which have the same waypoints."""
        done = 0
        while done < len(calls):
            answer = self._ask(calls[done:])
            yield from map(Paid, answer.rewards, answer.printed)
            if answer.failure is not None:
                raise _call_fault(answer.failure, answer.printed[-1])
            done += len(answer.rewards)

    def close(self) -> None:
        """End the process."""
        if self._session is not None:
            self._session.close()

    def _ask(self, calls: Sequence[dict[str, Any]]) -> Answer:
        assert self._session is not None, "start() comes first"
        try:
            return self._session.call(calls) if calls else self._session.load()
        except SessionEnded as ended:
            self.close()
            if ended.fault.kind in _HANGS:
                raise RewardHang(f"The embedded cloud ended the reward function. {ended.fault.message}") from None
            code = ended.exit_code if ended.exit_code is not None else -9
            raise RewardCrash(code, f"The embedded cloud: {ended.fault.message}") from None


def _load_fault(failure: Failure, printed: str) -> RewardFault:
    text = failure.message
    if failure.kind == "not-allowed":
        text += _REFUSED
    elif failure.missing in _ELSEWHERE:
        text += " (an instance has this module, the machine this demo runs on has not)"
    return RewardFault(12, f"Failed to import user's reward_function: {text}", printed)


def _call_fault(failure: Failure, printed: str) -> RewardFault:
    text = failure.message
    words = {
        "not-finite": f"{text} returned as reward",
        "out-of-range": f"Reward score out of range. Reward: {text}, range: [-1e5, 1e5]",
        "not-allowed": f"Reward function exception {text}{_REFUSED}",
    }
    message = words.get(failure.kind, f"Reward function exception {text}")
    return RewardFault(41, f"Reward function error: {message}", printed)
