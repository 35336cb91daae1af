"""Rehearsals beside the interface, one at a time: their events come to the loop, their process never outlives them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.child_process import Limits, RehearsalCancelled
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.results import FunctionFault
from dots_tui.ui.background import Job, in_background

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject

Told = Callable[[str, "Event"], object]


class Rehearsing:
    """For the loop of `host` only. A new rehearsal replaces the one that runs."""

    limits = Limits()

    def __init__(self, host: MessagePump) -> None:
        self._host = host
        self._job: Job | None = None
        self._gone = threading.Event()
        """Set when the child process of the last rehearsal has ended."""
        self._gone.set()

    @property
    def running(self) -> bool:
        """True while a rehearsal runs."""
        return self._job is not None

    def start(self, parts: Sequence[tuple[str, Subject]], told: Told, ended: Callable[[], object]) -> None:
        """Rehearse one subject after the other; each event comes with the name of its part."""
        self.cancel()
        gone = self._gone = threading.Event()

        def tell(job: Job, name: str, event: Event) -> None:
            if job is self._job and not job.cancelled():
                told(name, event)

        def work(job: Job) -> None:
            try:
                for name, subject in parts:
                    for event in _events(subject, self.limits, job):
                        self._host.call_later(tell, job, name, event)
            finally:
                gone.set()

        def over(_: None) -> None:
            self._job = None
            ended()

        self._job = in_background(self._host, work, over, name="rehearsal")

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


def _events(subject: Subject, limits: Limits, job: Job) -> Iterator[Event]:
    """The events of one rehearsal; that no process could be started is one as well."""
    try:
        with contextlib.suppress(RehearsalCancelled):
            yield from rehearse(subject, limits, job.cancelled)
    except OSError as error:
        yield FunctionFault("not-rehearsed", f"No process could be started for it: {error}.")
