"""Rehearsals in the background, one at a time. Their process never outlives the interface."""

from __future__ import annotations

import contextlib
import threading
from functools import partial
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.child_process import Limits, RehearsalCancelled
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.results import FunctionFault
from dots_tui.ui.background import Job, in_background

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.message_pump import MessagePump
    from textual.timer import Timer

    from dots_tui.app.wind_tunnel import RehearsedVersion
    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject

PAUSE_SECONDS = 1.0
"""Seconds after the last key before a rehearsal starts automatically."""


class RehearsalJob:
    """The running rehearsal. `came` gets its events and `ended` its end, on the loop of `host`."""

    limits = Limits()

    def __init__(
        self,
        host: MessagePump,
        came: Callable[[RehearsedVersion, Event], object],
        ended: Callable[[], object],
    ) -> None:
        self._host, self._came, self._ended = host, came, ended
        self._job: Job | None = None
        self._gone = threading.Event()
        """Set when the child process of the last rehearsal has ended."""
        self._gone.set()

    @property
    def running(self) -> bool:
        """True while a rehearsal runs."""
        return self._job is not None

    def start(self, versions: Sequence[tuple[RehearsedVersion, Subject]]) -> None:
        """Rehearse these versions one after the other, instead of what runs now."""
        self.cancel()
        self._gone = threading.Event()
        work = partial(self._work, versions, self._gone)
        self._job = in_background(self._host, work, self._over, name="rehearsal")

    def cancel(self) -> bool:
        """Cancel the running rehearsal and drop its later events. Return True if one was running."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        return job is not None

    def close(self, seconds: float) -> None:
        """Cancel the running rehearsal and wait up to `seconds` for its process to end."""
        self.cancel()
        self._gone.wait(seconds)

    def _work(self, versions: Sequence[tuple[RehearsedVersion, Subject]], gone: threading.Event, job: Job) -> None:
        try:
            for version, subject in versions:
                for event in _events(subject, self.limits, job):
                    self._host.call_later(self._take, job, version, event)
        finally:
            gone.set()

    def _take(self, job: Job, version: RehearsedVersion, event: Event) -> None:
        if job is self._job and not job.cancelled():
            self._came(version, event)

    def _over(self, _: None) -> None:
        self._job = None
        self._ended()


class AutoRehearsal:
    """Calls `rehearse` when typing pauses, if it is on."""

    def __init__(self, host: MessagePump, rehearse: Callable[[], None]) -> None:
        self._host, self._rehearse = host, rehearse
        self._pause: Timer | None = None
        self.on = False

    def toggle(self) -> None:
        """Turn it on, which rehearses at once, or off."""
        self.on = not self.on
        self.stop()
        if self.on:
            self._rehearse()

    def typed(self) -> None:
        """Wait for the next pause."""
        self.stop()
        if self.on:
            self._pause = self._host.set_timer(PAUSE_SECONDS, self._rehearse)

    def stop(self) -> None:
        """Do not wait any longer."""
        if self._pause is not None:
            self._pause.stop()


def _events(subject: Subject, limits: Limits, job: Job) -> Iterator[Event]:
    """Yield the events of one rehearsal. A process that cannot be started is a fault."""
    try:
        with contextlib.suppress(RehearsalCancelled):
            yield from rehearse(subject, limits, job.cancelled)
    except OSError as error:
        yield FunctionFault("not-rehearsed", f"No process could be started for it: {error}.")
