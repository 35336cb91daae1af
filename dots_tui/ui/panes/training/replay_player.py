"""The place in a recorded run that is shown, and how it moves: played, or jumped to. Reading is done in threads."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dots_tui.ui.background import in_background

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.playback import Frame, Playback
    from dots_tui.ui.panes.base import Pane

SPEEDS = (1, 10, 100, 1000)
"""So many seconds of the run in one of ours."""
FIRST_SPEED = 2
_LONGEST_STEP = 1.0
"""Seconds of ours that pass at most between two looks: the machine may have slept."""
_NEAR = 2.0
"""Seconds of ours behind the start of an iteration within which going back means to the one before."""


class Player:
    """Moves `playback`, which stands where `frame` is. `look` is to be called often, from the loop of `pane`.

    `shown` is given each new frame, `failed` what kept it from being made; both on that loop.
    """

    def __init__(
        self,
        pane: Pane,
        playback: Playback,
        frame: Frame,
        shown: Callable[[Frame], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self.timeline = playback.timeline
        self.at = frame.at
        """What is shown, by the clock of the timeline."""
        self.playing = False
        self.speed = SPEEDS[FIRST_SPEED]
        self._pane, self._playback, self._shown, self._failed = pane, playback, shown, failed
        self._wanted = frame.at
        self._busy = False
        self._give_up = threading.Event()
        self._looked_at = time.monotonic()

    @property
    def at_end(self) -> bool:
        """Whether all of the run is shown."""
        return self.at >= self.timeline.end

    @property
    def busy(self) -> bool:
        """Whether the shown place is not yet the wanted one, and that is not only because it is played."""
        return self._busy and abs(self._wanted - self.at) > 2 * _LONGEST_STEP * self.speed

    @property
    def iteration(self) -> int:
        """Which iteration of the timeline is shown; -1 before the first."""
        return self.timeline.iteration(self.at)

    # -- what a key does ------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or pause; at the end play from the start."""
        if not self.playing and self.at_end:
            self.jump(self.timeline.begin)
        self.playing = not self.playing
        self._looked_at = time.monotonic()

    def faster(self, steps: int = 1) -> None:
        """The next speed, or with -1 the one before."""
        self.speed = SPEEDS[min(len(SPEEDS) - 1, max(0, SPEEDS.index(self.speed) + steps))]

    def jump(self, to: float) -> None:
        """Show this moment."""
        self._wanted = min(self.timeline.end, max(self.timeline.begin, to))
        self._give_up.set()

    def jump_share(self, share: float) -> None:
        """Show the moment at which `share` (0 to 1) of the run is over."""
        self.jump(self.timeline.begin + share * (self.timeline.end - self.timeline.begin))

    def jump_iteration(self, steps: int) -> None:
        """The start of the next iteration, or with -1 of this one; near its start, of the one before."""
        starts = [start.at for start in self.timeline.starts]
        if steps > 0:
            self.jump(next((at for at in starts if at > self._wanted), self.timeline.end))
            return
        near = _NEAR * self.speed if self.playing else 0.0
        self.jump(next((at for at in reversed(starts) if at < self._wanted - near), self.timeline.begin))

    def close(self) -> None:
        """Show nothing more."""
        self.playing, self._busy = False, True
        self._give_up.set()

    # -- moving ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Go on, if there is anywhere to go."""
        now = time.monotonic()
        passed, self._looked_at = min(_LONGEST_STEP, now - self._looked_at), now
        if self.playing:
            self._wanted = min(self.timeline.end, self._wanted + passed * self.speed)
            self.playing = not self.at_end or self._wanted < self.timeline.end
        if self._busy or self._wanted == self.at:
            return
        self._busy = True
        self._give_up.clear()
        wanted = self._wanted
        in_background(
            self._pane,
            lambda _: self._playback.go(wanted, self._give_up.is_set),
            self._arrived,
            self._stopped,
            name="replay",
        )

    def _arrived(self, frame: Frame) -> None:
        self._busy = False
        self.at = frame.at
        self._shown(frame)

    def _stopped(self, error: Exception) -> None:
        self.playing = False
        self._failed(error)
