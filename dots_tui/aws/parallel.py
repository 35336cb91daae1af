"""Parallel calls, so that slow regions or services do not delay others."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Callable, TypeVar

from dots_tui.aws.problems import AwsProblem

T = TypeVar("T")
K = TypeVar("K")
MOST_AT_ONCE = 40
"""boto3 clients keep ten connections each; the calls are spread over many clients."""


def in_parallel(
    items: Iterable[K], work: Callable[[K], T], most: int = MOST_AT_ONCE
) -> Iterator[tuple[K, T | AwsProblem]]:
    """Yield (item, `work(item)`) as each finishes; an AwsProblem becomes the result, other exceptions are raised.

    The threads are daemons, so the caller can leave without waiting for a call that hangs.
    """
    waiting: queue.SimpleQueue[K] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    count = waiting.qsize()
    done: queue.SimpleQueue[tuple[K, T | AwsProblem | BaseException]] = queue.SimpleQueue()

    def run() -> None:
        while True:
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((item, work(item)))
            except BaseException as error:  # noqa: BLE001 - raised again where the result is taken
                done.put((item, error))

    for number in range(min(count, most)):
        threading.Thread(target=run, name=f"dots-aws-{number}", daemon=True).start()
    for _ in range(count):
        item, result = done.get()
        if isinstance(result, BaseException) and not isinstance(result, AwsProblem):
            raise result
        yield item, result
