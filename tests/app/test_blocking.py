"""Blocking calls are awaited in daemon threads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from dots_tui.app.blocking import in_thread


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
