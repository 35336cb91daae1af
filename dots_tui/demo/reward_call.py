"""The racer's reward function, called as simapp calls it, with its faults and what it prints."""

from __future__ import annotations

import importlib.util
import io
import math
import sys
from typing import TYPE_CHECKING, Any, Callable, TextIO

if TYPE_CHECKING:
    from pathlib import Path

REWARD_LIMIT = 1e5
"""simapp 6 refuses rewards beyond it."""
_MOST_PRINTED = 64 * 1024

_ELSEWHERE = ("numpy", "scipy", "shapely")
"""Modules the simulation has and this machine need not have."""


class RewardFault(Exception):
    """The training must end. *code* is simapp's fault code, the message what simapp logs with it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Prints(io.TextIOBase):
    """Takes what is printed, up to a limit for each call: a loop that prints must not fill the memory."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = _MOST_PRINTED

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._room > 0 and text:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def take(self) -> str:
        if not self._parts:
            return ""
        text = "".join(self._parts)
        self._parts.clear()
        self._room = _MOST_PRINTED
        return text


class RewardFunction:
    """The function in a file. Its module state lives as long as this object, as in a worker's process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._prints = _Prints()
        self._function: Callable[[dict[str, Any]], Any] | None = None

    def load(self) -> str:
        """Import it; what it printed meanwhile. Raises RewardFault."""
        spec = importlib.util.spec_from_file_location("customer_reward_function", self._path)
        if spec is None or spec.loader is None or not self._path.is_file():
            raise RewardFault(78, "Failed to download reward function: reward_function.py is not in the custom files")
        module = importlib.util.module_from_spec(spec)
        try:
            with _Captured(self._prints):
                spec.loader.exec_module(module)
                self._function = module.reward_function
        # Also SystemExit and whatever else a racer's code may raise: in simapp it ends the import as well.
        except BaseException as error:
            _reraise_interrupt(error)
            hint = ""
            if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in _ELSEWHERE:
                hint = " (an instance has this module, the machine this demo runs on has not)"
            raise RewardFault(12, f"Failed to import user's reward_function: {error}{hint}") from error
        return self._prints.take()

    def __call__(self, params: dict[str, Any]) -> float:
        """The reward of a step. Raises RewardFault for an exception and for what is no usable number."""
        assert self._function is not None, "load() comes first"
        try:
            with _Captured(self._prints):
                reward = float(self._function(params))
        # As above: nothing a racer's code raises may end the demo without its fault.
        except BaseException as error:
            _reraise_interrupt(error)
            raise RewardFault(41, f"Reward function error: Reward function exception {error}") from error
        if not math.isfinite(reward):
            raise RewardFault(41, f"Reward function error: {reward} returned as reward")
        if abs(reward) > REWARD_LIMIT:
            raise RewardFault(
                41, f"Reward function error: Reward score out of range. Reward: {reward}, range: [-1e5, 1e5]"
            )
        return reward

    def printed(self) -> str:
        """What was printed since the last time."""
        return self._prints.take()


class _Captured:
    """Standard output and error go to *target*, and standard input is empty, while racer's code runs."""

    def __init__(self, target: _Prints) -> None:
        self._target: Any = target

    def __enter__(self) -> None:
        self._before: tuple[TextIO, TextIO, TextIO] = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(), self._target, self._target

    def __exit__(self, *_: object) -> None:
        sys.stdin, sys.stdout, sys.stderr = self._before


def _reraise_interrupt(error: BaseException) -> None:
    """ctrl+c is for the demo, not a fault of the reward."""
    if isinstance(error, KeyboardInterrupt):
        raise error
