"""Awaitable wrappers for blocking calls; each runs in its own daemon thread.

The executor of asyncio waits for its threads when the program ends, so a hanging call to AWS would prevent the user
from leaving. Daemon threads do not.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any, Callable, TypeVar, cast

T = TypeVar("T")


async def in_thread(work: Callable[[], T], *, name: str = "work") -> T:
    """Return the result of `work()`, or raise its exception, without blocking the event loop.

    Canceling the caller abandons the call: the thread continues and its result is dropped.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    threading.Thread(target=_run, args=(work, loop, future), name=f"dots-{name}", daemon=True).start()
    return await future


async def stream(work: Callable[[Callable[[], bool]], Iterator[T]], *, name: str = "stream") -> AsyncIterator[T]:
    """Yield the items of the blocking iterator `work(stopped)` in order, and raise its exception.

    `stopped()` is true once the caller was canceled or has left; nobody waits for the thread.
    """
    loop = asyncio.get_running_loop()
    left = threading.Event()
    items: asyncio.Queue[Callable[[], T]] = asyncio.Queue()
    threading.Thread(target=_feed, args=(work, left, loop, items), name=f"dots-{name}", daemon=True).start()
    try:
        while True:
            take = await items.get()
            try:
                item = take()
            except StopIteration:
                return
            yield item
    finally:
        left.set()


def _feed(
    work: Callable[[Callable[[], bool]], Iterator[T]],
    left: threading.Event,
    loop: asyncio.AbstractEventLoop,
    items: asyncio.Queue[Callable[[], T]],
) -> None:
    def put(take: Callable[[], T]) -> None:
        try:
            loop.call_soon_threadsafe(items.put_nowait, take)
        except RuntimeError:
            left.set()  # the loop is closed: there is no reader

    try:
        for item in work(left.is_set):
            put(lambda item=item: item)  # type: ignore[misc]
    except Exception as error:  # noqa: BLE001 - the caller gets it, whatever it is
        put(lambda error=error: _raise(error))  # type: ignore[misc]
    else:
        put(lambda: _raise(StopIteration()))


def _raise(error: Exception) -> Any:
    raise error


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
        return  # the loop is closed: the program is ending


def _settle(future: asyncio.Future[T], result: T | None, error: Exception | None) -> None:
    if future.done():
        return  # the caller was canceled
    if error is None:
        future.set_result(cast("T", result))
    else:
        future.set_exception(error)
