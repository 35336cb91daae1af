"""Blocking calls, awaited: each runs in a daemon thread of its own.

The executor of asyncio waits for its threads when the program ends, so a call to AWS that hangs would keep a user from
leaving. A daemon thread never does.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Callable, TypeVar, cast

T = TypeVar("T")


async def in_thread(work: Callable[[], T], *, name: str = "work") -> T:
    """Return what `work()` returns, or raise what it raises, without blocking the event loop.

    Cancelling the caller abandons the call: the thread runs on, and its result is dropped.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    threading.Thread(target=_run, args=(work, loop, future), name=f"dots-{name}", daemon=True).start()
    return await future


def _run(work: Callable[[], T], loop: asyncio.AbstractEventLoop, future: asyncio.Future[T]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - the caller gets it, whatever it is
        _deliver(loop, future, error=error)
    else:
        _deliver(loop, future, result)


def _deliver(
    loop: asyncio.AbstractEventLoop,
    future: asyncio.Future[T],
    result: T | None = None,
    error: Exception | None = None,
) -> None:
    try:
        loop.call_soon_threadsafe(_settle, future, result, error)
    except RuntimeError:
        return  # the loop is closed: the program is ending, and nobody waits any more


def _settle(future: asyncio.Future[T], result: T | None, error: Exception | None) -> None:
    if future.done():
        return  # the caller was cancelled
    if error is None:
        future.set_result(cast("T", result))
    else:
        future.set_exception(error)
