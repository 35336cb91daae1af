"""A rehearsal: the racer's function in a process of its own, and what it tells as it goes.

Whatever the function does, this side goes on: the child has limits of its own, is given up when it goes over the time
for all, and ends with its whole process group.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.reward.child_process import ChildProcess, Limits
from dots_tui.reward.coordinates import place_notes
from dots_tui.reward.logged import job_of
from dots_tui.reward.parameters import PARAMETERS
from dots_tui.reward.results import Event, Reads
from dots_tui.reward.tasks import LOGGED, PRACTICE

if TYPE_CHECKING:
    from dots_tui.reward.logged import Attempt
    from dots_tui.reward.subject import Subject

PRACTICE_SECONDS = 10.0
"""Of processor time, at most, for learning."""
_USUAL, _FOR_PRACTICE, _FOR_A_LOG = Limits(), Limits(seconds=60.0), Limits(seconds=120.0)


def rehearse(
    subject: Subject, limits: Limits = _USUAL, cancelled: Callable[[], bool] = lambda: False
) -> Generator[Event, None, None]:
    """The events of a rehearsal as they come: notes, parts of the sweep, drivers, faults among them, last ``Ended``.

    Blocks: take it in a thread. *cancelled* is asked ten times a second and ends it with Cancelled. The child and all
    it started are gone when the iteration ends, however it does. OSError when no process can be started.
    """
    yield Reads(tuple(name for name in PARAMETERS if re.search(rb"['\"]" + name.encode() + rb"['\"]", subject.source)))
    yield from place_notes(subject.source, subject.track, subject.shapes, made_up=subject.made_up)
    yield from in_child(subject.job(), limits, cancelled)


def learn(
    subject: Subject,
    limits: Limits = _FOR_PRACTICE,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    seconds: float = PRACTICE_SECONDS,
    seed: int = 1,
) -> Generator[Event, None, None]:
    """What the function would teach, as a sketch: a ``Lesson`` for each generation of practice, then ``Learned``.

    *seconds* of processor time at most. The same *seed* learns the same, unless that time is too short. All else is
    as in ``rehearse``.
    """
    practice = {"seconds": seconds, "seed": seed, "discount": subject.discount}
    yield from in_child({**subject.job(), PRACTICE: practice}, limits, cancelled)


def score(
    subject: Subject,
    attempts: Sequence[Attempt],
    limits: Limits = _FOR_A_LOG,
    cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, None]:
    """What the function would have paid for driven steps: one ``Rescored`` for each attempt. Else as ``rehearse``."""
    yield from in_child({**subject.job(), LOGGED: job_of(attempts)}, limits, cancelled)


def in_child(job: Mapping[str, Any], limits: Limits, cancelled: Callable[[], bool]) -> Generator[Event, None, None]:
    """What a child process tells of a job; see ``rehearse``."""
    with tempfile.TemporaryDirectory(prefix="dots-tui-rehearsal-") as folder, contextlib.ExitStack() as stack:
        child = ChildProcess(job, limits, folder, stack)
        try:
            yield from child.events(cancelled)
        finally:
            child.end()
