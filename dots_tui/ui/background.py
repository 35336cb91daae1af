"""Blocking work in the background: one daemon thread per call, with the result on the app's loop.

Textual's own thread workers share a small pool, and exiting waits for it; an AWS call that hangs
until its timeout would then delay quitting. A daemon thread never does.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, TypeVar

from textual.message_pump import MessagePump

T = TypeVar("T")


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

    def deliver(callback: Callable[..., Any], value: Any) -> None:
        def on_loop() -> None:
            if not job.cancelled() and host.is_running:
                callback(value)

        host.call_later(on_loop)

    def raise_on_loop(error: Exception) -> None:
        raise error

    def run() -> None:
        try:
            result = work(job)
        except Exception as error:  # noqa: BLE001 - whatever it was, it belongs on the loop, not in a dead thread
            deliver(failed or raise_on_loop, error)
        else:
            if done is not None:
                deliver(done, result)

    threading.Thread(target=run, name=f"dots-{name}", daemon=True).start()
    return job
