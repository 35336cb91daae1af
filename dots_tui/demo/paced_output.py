"""Output of the demo's trainer: container, tab and line on a file descriptor, in small batches, at a given speed.

A line that begins with CONTROL is a command: `exit CONTAINER CODE` ends a container, `clock RATE` sets the speed of the
instance's clock.
"""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

BATCH_SECONDS = 0.02
"""Seconds; lines due within this time are written together."""
CONTROL = "\0"
"""Beginning of a line that controls a container or the machine and is not output."""
_MOST_WAITING = 32 * 1024
_LATE_SECONDS = 0.5


class Closed(Exception):
    """The output has no reader any more."""


class PacedOutput:
    """A writer of lines that runs simulated time at `speed` times real time; 0 is as fast as possible."""

    def __init__(self, descriptor: int, speed: float) -> None:
        self._descriptor = descriptor
        self._waiting: list[bytes] = []
        self._size = 0
        self._speed = speed
        self._moment = 0.0
        self._anchor = (0.0, time.monotonic())

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        self._anchor = (self._moment, time.monotonic())
        self._speed = value

    def line(self, container: str, text: str) -> None:
        """Write a line of a container; a text of several lines becomes several."""
        for part in text.split("\n"):
            data = f"{container}\t{part}\n".encode("utf-8", "replace")
            self._waiting.append(data)
            self._size += len(data)
        if self._size > _MOST_WAITING:
            self.flush()

    def exit(self, container: str, code: int) -> None:
        """End a container with an exit code."""
        self._control(f"exit {container} {code}")

    def clock_rate(self, rate: float) -> None:
        """Run the instance's clock `rate` times as fast from now on."""
        self._control(f"clock {rate}")

    def _control(self, text: str) -> None:
        data = f"{CONTROL}{text}\n".encode()
        self._waiting.append(data)
        self._size += len(data)
        self.flush()

    def wait_until(self, moment: float) -> None:
        """Advance to a moment of simulated time; sleep if it is early. Raises Closed."""
        self._moment = moment
        if self._speed <= 0.0:
            return
        begun, at = self._anchor
        early = at + (moment - begun) / self._speed - time.monotonic()
        if early > BATCH_SECONDS:
            self.flush()
            time.sleep(early)
        elif early < -_LATE_SECONDS:
            # The reader or the reward function was slow: continue from here and do not try to catch up.
            self._anchor = (moment, time.monotonic())

    def hold(self) -> NoReturn:
        """Print nothing more. Raises Closed if there is no reader."""
        self.flush()
        nobody = select.poll()
        nobody.register(self._descriptor, 0)
        while not nobody.poll():
            pass
        raise Closed

    def flush(self) -> None:
        """Write pending lines. Raises Closed if there is no reader."""
        data, self._waiting, self._size = b"".join(self._waiting), [], 0
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:  # a broken pipe or a closed terminal
            raise Closed from error
