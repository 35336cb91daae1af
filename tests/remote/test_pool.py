"""More followed logs than a connection takes open a further connection, and all end together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from dots_tui.remote import problems
from dots_tui.remote.connection import Target
from dots_tui.remote.guard import guarded
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.pool import Pool
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.remote.conftest import Instance

    Until = Callable[[Callable[[], object]], None]

QUICK = Timing(connect=5, handshake=5, login=5, channel=5, dead=10, poll=0.02)


def pool_of(instance: Instance, channels: int = 8) -> Pool:
    return Pool(instance.target, OneTimeLogin(instance.authorise), instance.host_keys, timing=QUICK, channels=channels)


def test_a_pool_opens_one_connection_and_uses_it_again(instance: Instance) -> None:
    pool = pool_of(instance)
    assert not pool.alive
    assert pool.open().first_use
    assert pool.run("docker ps -a", 5).status == 0
    assert (pool.size, pool.alive, pool.problem()) == (1, True, None)
    pool.close()
    assert not pool.alive
    with pytest.raises(RemoteProblem) as caught:
        pool.run("docker ps -a", 5)
    assert caught.value.code == problems.CANCELLED


def test_ten_followed_logs_take_two_connections(instance: Instance, until: Until) -> None:
    container = instance.engine.create("one")
    container.write("hello")
    pool = pool_of(instance)
    heard: list[bytes] = []
    statuses: list[int | None] = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(
                pool.stream(guarded("docker logs --follow one 2>&1"), heard.append, lambda: False)
            )
        )
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    until(lambda: len(heard) == 10)
    assert pool.size == 2
    assert len(set(instance.sent)) == 2
    container.exit(0)
    for thread in threads:
        thread.join(10)
    pool.close()
    assert statuses == [0] * 10


def test_a_pool_is_lost_with_any_of_its_connections(instance: Instance, until: Until) -> None:
    instance.engine.create("one").write("hello")
    pool = pool_of(instance, channels=1)
    heard: list[bytes] = []
    reader = threading.Thread(
        target=pool.stream, args=(guarded("docker logs --follow one 2>&1"), heard.append, lambda: False)
    )
    reader.start()
    until(lambda: heard)
    pool.run("docker ps -a", 5)
    assert pool.size == 2
    instance.host.drop_all()
    until(lambda: not pool.alive)
    problem = pool.problem()
    assert problem is not None
    assert problem.code == problems.LOST
    reader.join(10)
    pool.close()


def test_closing_calls_off_a_connection_that_is_being_opened(instance: Instance) -> None:
    asked = threading.Event()
    closed = threading.Event()

    def slow(line: str) -> None:
        asked.set()
        closed.wait(20)
        instance.authorise(line)

    pool = Pool(instance.target, OneTimeLogin(slow), instance.host_keys, timing=QUICK)
    caught: list[str] = []

    def use() -> None:
        try:
            pool.run("docker ps -a", 5)
        except RemoteProblem as problem:
            caught.append(problem.code)

    user = threading.Thread(target=use)
    user.start()
    assert asked.wait(20)
    pool.close()
    closed.set()
    user.join(20)
    assert caught == [problems.CANCELLED]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ssh i-1")]


def test_a_pool_without_an_instance_says_why(instance: Instance) -> None:
    instance.host.close()
    pool = Pool(
        Target("i-1", "127.0.0.1", instance.host.port),
        OneTimeLogin(instance.authorise),
        instance.host_keys,
        timing=QUICK,
    )
    with pytest.raises(RemoteProblem, match="refuses"):
        pool.open()
    pool.close()
