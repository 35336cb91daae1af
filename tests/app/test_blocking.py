"""Blocking calls are awaited in daemon threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Callable

import pytest

from dots_tui.app.blocking import in_thread, stream


async def test_returns_the_result_of_a_daemon_thread() -> None:
    seen = await in_thread(threading.current_thread, name="probe")
    assert seen is not threading.current_thread()
    assert seen.daemon
    assert seen.name == "dots-probe"


async def test_raises_the_error_of_the_call() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 / 0)


async def test_loop_runs_while_the_call_blocks() -> None:
    release = threading.Event()
    task = asyncio.ensure_future(in_thread(release.wait))
    await asyncio.sleep(0)
    assert not task.done()
    release.set()
    assert await task is True


async def test_cancelled_call_is_abandoned() -> None:
    release, ended = threading.Event(), threading.Event()

    def work() -> None:
        release.wait()
        ended.set()

    task = asyncio.ensure_future(in_thread(work))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()
    assert await in_thread(lambda: ended.wait(10))


async def test_a_stream_keeps_its_order_and_raises_at_its_place() -> None:
    def work(_stopped: Callable[[], bool]) -> Iterator[int]:
        yield from range(5)
        raise ValueError("the sixth")

    seen: list[int] = []

    async def read() -> None:
        async for item in stream(work):
            seen.append(item)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(ValueError, match="the sixth"):
        await read()
    assert seen == [0, 1, 2, 3, 4]


async def test_who_leaves_a_stream_ends_its_work() -> None:
    ended = threading.Event()

    def work(stopped: Callable[[], bool]) -> Iterator[int]:
        while not stopped():
            yield 1
        ended.set()

    stream_of_ones = stream(work)
    assert await stream_of_ones.__anext__() == 1
    await stream_of_ones.aclose()  # type: ignore[attr-defined]
    assert await in_thread(lambda: ended.wait(20))
