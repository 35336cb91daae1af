"""Blocking work beside the interface: one daemon thread a call, the result back on the app's loop.

Textual's own thread workers share a small pool that is waited for on exit; a call to AWS that hangs in a
time-out would then keep a person from leaving. A daemon thread never does.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, TypeVar

from textual.message_pump import MessagePump

T = TypeVar("T")


class Job:
    """A piece of work under way. ``cancel`` makes its result go nowhere; the work may look at ``cancelled``."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the work to end; neither ``done`` nor ``failed`` is called any more."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Whether the work was cancelled: pass this to what polls."""
        return self._cancelled.is_set()


def in_background(
    host: MessagePump,
    work: Callable[[Job], T],
    done: Callable[[T], Any] | None = None,
    failed: Callable[[Exception], Any] | None = None,
    *,
    name: str = "background",
) -> Job:
    """Run ``work(job)`` in a daemon thread, then ``done(result)`` or ``failed(error)`` on the loop of ``host``.

    Without ``failed`` an exception is raised on the loop, where Textual reports it as the bug it is.
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
