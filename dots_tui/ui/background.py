"""Blocking work in the background: one daemon thread per call, with the result on the app's loop.

Textual's own thread workers share a small pool, and exiting waits for it; an AWS call that hangs
until its timeout would then delay quitting. A daemon thread never does.
"""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import Any, Callable, TypeVar

from textual.message_pump import MessagePump

from dots_tui.app.blocking import in_thread

T = TypeVar("T")
_TASKS: set[asyncio.Task[None]] = set()


class Job:
    """A running piece of work. `cancel` discards its result; the work can check `cancelled`."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the work to end; neither `done` nor `failed` is called afterwards."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Return True if the work was cancelled: pass this to polling functions."""
        return self._cancelled.is_set()


def in_background(
    host: MessagePump,
    work: Callable[[Job], T],
    done: Callable[[T], Any] | None = None,
    failed: Callable[[Exception], Any] | None = None,
    *,
    name: str = "background",
) -> Job:
    """Run `work(job)` in a daemon thread, then `done(result)` or `failed(error)` on the loop of `host`.

    Without `failed` an exception is raised on the loop, where Textual reports it as a bug.
    """
    job = Job()
    task = asyncio.create_task(_run(host, job, work, done, failed, name))
    _TASKS.add(task)  # the event loop does not keep a task alive
    task.add_done_callback(_TASKS.discard)
    return job


async def _run(
    host: MessagePump,
    job: Job,
    work: Callable[[Job], T],
    done: Callable[[T], Any] | None,
    failed: Callable[[Exception], Any] | None,
    name: str,
) -> None:
    try:
        result = await in_thread(partial(work, job), name=name)
    except Exception as error:  # noqa: BLE001 - whatever it was, it belongs on the loop of the host
        host.call_later(_deliver, host, job, failed or _raise, error)
    else:
        if done is not None:
            host.call_later(_deliver, host, job, done, result)


def _deliver(host: MessagePump, job: Job, callback: Callable[[T], Any], value: T) -> None:
    if not job.cancelled() and host.is_running:
        callback(value)


def _raise(error: Exception) -> None:
    raise error
