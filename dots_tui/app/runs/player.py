"""The position in a recorded run, and how it moves: played, or by jumps. A thread of its own reads the logs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.playback import Frame, Playback

SPEEDS = (1, 10, 100, 1000)
"""Seconds of the run per second."""
FIRST_SPEED = 2
_LOOK_SECONDS = 0.1
_LONGEST_STEP = 1.0
"""Maximum seconds that count between two looks: the machine may have slept."""
_NEAR = 2.0
"""Seconds after the start of an iteration within which "previous" means the iteration before."""


class Player:
    """Moves `playback`, which is at `frame`, in a thread until `close`.

    `shown` gets each new frame, `failed` the error that prevented one; both are called in that thread.
    """

    def __init__(
        self,
        playback: Playback,
        frame: Frame,
        shown: Callable[[Frame], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self.timeline = playback.timeline
        self.at = frame.at
        """The time shown, by the clock of the timeline."""
        self.playing = False
        self.speed = SPEEDS[FIRST_SPEED]
        self._playback, self._shown, self._failed = playback, shown, failed
        self._wanted = frame.at
        self._busy = False
        self._closed = False
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._give_up = threading.Event()
        self._looked_at = time.monotonic()
        threading.Thread(target=self._move, name="dots-player", daemon=True).start()

    @property
    def at_end(self) -> bool:
        """True if the whole run is shown."""
        return self.at >= self.timeline.end

    @property
    def busy(self) -> bool:
        """True while a jump is under way. Being a little late while playing does not count."""
        return self._busy and abs(self._wanted - self.at) > 2 * _LONGEST_STEP * self.speed

    @property
    def iteration(self) -> int:
        """The index of the iteration shown; -1 before the first."""
        return self.timeline.iteration(self.at)

    # -- what a key does ------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or pause; at the end, play from the start."""
        if not self.playing and self.at_end:
            self.jump(self.timeline.begin)
        self._looked_at = time.monotonic()
        self.playing = not self.playing
        self._wake.set()

    def faster(self, steps: int = 1) -> None:
        """Use the next speed, or with -1 the previous one."""
        self.speed = SPEEDS[min(len(SPEEDS) - 1, max(0, SPEEDS.index(self.speed) + steps))]

    def jump(self, to: float) -> None:
        """Show the time `to`."""
        with self._lock:
            self._wanted = min(self.timeline.end, max(self.timeline.begin, to))
            self._give_up.set()
        self._wake.set()

    def jump_share(self, share: float) -> None:
        """Show the time at which `share` (0 to 1) of the run has passed."""
        self.jump(self.timeline.begin + share * (self.timeline.end - self.timeline.begin))

    def jump_iteration(self, steps: int) -> None:
        """Go to the start of the next iteration, or with -1 of this one; near its start, of the one before."""
        starts = [start.at for start in self.timeline.starts]
        if steps > 0:
            self.jump(next((at for at in starts if at > self._wanted), self.timeline.end))
            return
        near = _NEAR * self.speed if self.playing else 0.0
        self.jump(next((at for at in reversed(starts) if at < self._wanted - near), self.timeline.begin))

    def close(self) -> None:
        """End the thread."""
        self.playing, self._closed = False, True
        self._give_up.set()
        self._wake.set()

    # -- its thread -----------------------------------------------------------------------------------

    def _move(self) -> None:
        while not self._closed:
            wanted = self._next()
            if wanted is None:
                self._wake.wait(_LOOK_SECONDS if self.playing else None)
                self._wake.clear()
                continue
            try:
                frame = self._playback.go(wanted, self._give_up.is_set)
            except Exception as error:  # noqa: BLE001 - whatever a file does to its reader; it is shown
                self.playing, self._wanted = False, self.at
                self._failed(error)
            else:
                self.at = frame.at
                self._shown(frame)
            self._busy = False

    def _next(self) -> float | None:
        """Return the time to show next; None if it is shown already."""
        now = time.monotonic()
        with self._lock:
            if self.playing:
                passed = min(_LONGEST_STEP, max(0.0, now - self._looked_at))
                self._wanted = min(self.timeline.end, self._wanted + passed * self.speed)
                self.playing = not self.at_end or self._wanted < self.timeline.end
            self._looked_at = now
            if self._wanted == self.at:
                return None
            self._busy = True
            self._give_up.clear()
            return self._wanted
