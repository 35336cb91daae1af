"""A run is watched whole: every container, every line once, over cuts, moves and replacements."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs import snapshot as words
from dots_tui.remote.connection import Target
from dots_tui.remote.keys import one_time_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.demo.ssh_host import Writer
    from tests.app.runs.conftest import Watched

    Until = Callable[[Callable[[], object]], None]

TRAINER = "abcdefghij-algo-1-klmno"


def grown(watched: Watched) -> Callable[[], bool]:
    """Whether more lines came in since this was called."""
    seen = len(watched.spool)
    return lambda: len(watched.spool) > seen


def our_threads() -> list[str]:
    started = ("run monitor", "follow ", "ssh i-1")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(started)]


def test_three_workers_and_a_trainer_are_followed_from_the_start_of_their_logs(
    watched: Watched, workers: tuple[str, ...], step: Callable[[int], str], until: Until
) -> None:
    watched.create(*workers, TRAINER, "deepracer-0-viewer")
    for name, container in watched.containers.items():
        container.write(f"{name} started")
        container.write(step(1), "stderr")
    watched.monitor.start()
    until(lambda: len(watched.spool) == 8)
    for name in (*workers, TRAINER):
        assert watched.lines(name) == [f"{name} started", step(1)]
        watched.containers[name].write(step(2))
    until(lambda: [worker.steps for worker in watched.monitor.snapshot().run.workers] == [2, 2, 2])
    until(lambda: [feed.lines for feed in watched.monitor.snapshot().feeds] == [3, 3, 3, 3])  # the trainer's comes last
    shot = watched.monitor.snapshot()
    assert [(feed.name, feed.state, feed.lines) for feed in shot.feeds] == [
        *[(name, "following", 3) for name in workers],
        (TRAINER, "following", 3),
    ]
    assert len(shot.containers) == 5
    assert shot.transport.state == words.CONNECTED
    assert shot.transport.data_age_s is not None
    assert shot.transport.retry_in_s is None
    assert watched.lines("deepracer-0-viewer") == []


def test_a_host_key_that_is_trusted_for_the_first_time_is_shown(watched: Watched, until: Until) -> None:
    watched.monitor.start()
    until(lambda: watched.state() == words.CONNECTED)
    known = watched.host_keys.known("i-1")
    assert known is not None
    assert f"Its host key {known.fingerprint} was not known and is trusted from now on." in watched.message()


def test_nothing_is_lost_or_doubled_when_the_connection_is_cut_mid_stream(
    watched: Watched, workers: tuple[str, ...], step: Callable[[int], str], until: Until
) -> None:
    watched.create(*workers, TRAINER)
    watched.monitor.start()
    until(lambda: len(watched.monitor.snapshot().feeds) == 4)
    total = 1500
    cuts: list[int] = []
    for number in range(1, total + 1):
        for container in watched.containers.values():
            container.write(step(number), "stderr" if number % 3 else "stdout")
        if number % 300 == 0:
            until(lambda: len(watched.sent) > len(cuts))
            until(grown(watched))
            watched.host.drop_all()
            cuts.append(number)
    until(lambda: len(watched.spool) >= 4 * total)
    expected = [step(number) for number in range(1, total + 1)]
    for name in (*workers, TRAINER):
        assert watched.lines(name) == expected
    run = watched.monitor.snapshot().run
    assert [worker.steps for worker in run.workers] == [total] * 3
    assert len(set(watched.sent)) == len(watched.sent) > len(cuts) == 5


def test_a_lost_connection_is_shown_with_its_reason_and_the_time_to_the_next_try(
    watched: Watched, until: Until
) -> None:
    watched.monitor.start()
    until(lambda: watched.state() == words.CONNECTED)
    connected = watched.monitor.snapshot().transport
    watched.host.close()
    until(lambda: watched.state() == words.LOST)
    until(lambda: "refuses the connection" in watched.message())
    until(lambda: (watched.monitor.snapshot().transport.retry_in_s or 0) > 0)
    assert watched.monitor.snapshot().transport.since >= connected.since
    watched.host = watched.boot()  # the instance came back with another address (and, here, host key)
    until(lambda: "host key of i-1" in watched.message())
    watched.host_keys.forget("i-1")
    until(lambda: watched.state() == words.CONNECTED)
    assert watched.addresses[-1] == watched.host.port


def test_while_there_is_no_instance_the_reason_is_shown(
    watched: Watched, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    instances: list[Target] = []

    def locate() -> Target:
        if not instances:
            raise LookupError("The instance of this stack has no address yet.")
        return instances[0]

    monkeypatch.setattr(watched, "locate", locate)
    watched.monitor.start()
    until(lambda: watched.state() == words.WAITING)
    assert watched.message() == "The instance of this stack has no address yet."
    assert watched.monitor.snapshot().transport.data_age_s is None
    instances.append(Target("i-1", "127.0.0.1", watched.host.port))
    until(lambda: watched.state() == words.CONNECTED)


def test_a_key_that_is_not_accepted_is_shown(watched: Watched, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    rung = watched.monitor._rungs[0]
    monkeypatch.setattr(rung, "_authorise", lambda target, line: None)
    watched.monitor.start()
    until(lambda: "does not accept our one-time key" in watched.message())
    monkeypatch.setattr(rung, "_authorise", watched.authorise)
    until(lambda: watched.state() == words.CONNECTED)


def test_another_host_in_its_place_is_refused(watched: Watched, until: Until) -> None:
    watched.host_keys.remember("i-1", "192.0.2.1", one_time_key().public_line)
    watched.monitor.start()
    until(lambda: "The connection was refused." in watched.message())
    assert watched.sent == []


def test_a_container_that_ended_is_read_to_its_end_and_left_alone(
    watched: Watched, workers: tuple[str, ...], until: Until
) -> None:
    watched.create(workers[0])
    watched.monitor.start()
    until(lambda: watched.monitor.snapshot().feeds)
    watched.containers[workers[0]].write("last words")
    watched.containers[workers[0]].exit(1)
    until(lambda: [feed.state for feed in watched.monitor.snapshot().feeds] == ["ended"])
    assert watched.lines(workers[0]) == ["last words"]
    watched.host.drop_all()
    until(lambda: len(watched.sent) == 2)
    until(lambda: watched.state() == words.CONNECTED)
    assert [feed.state for feed in watched.monitor.snapshot().feeds] == ["ended"]
    assert watched.lines(workers[0]) == ["last words"]


def test_a_restarted_container_is_followed_on(watched: Watched, workers: tuple[str, ...], until: Until) -> None:
    watched.create(workers[0])
    container = watched.containers[workers[0]]
    container.write("one")
    watched.monitor.start()
    until(lambda: watched.lines(workers[0]) == ["one"])
    container.exit(1)
    until(lambda: [feed.state for feed in watched.monitor.snapshot().feeds] == ["ended"])
    container.restart()
    container.write("two")
    until(lambda: watched.lines(workers[0]) == ["one", "two"])
    container.restart()
    container.write("three")
    until(lambda: watched.lines(workers[0]) == ["one", "two", "three"])


def test_a_replaced_container_is_followed_from_its_start(
    watched: Watched, workers: tuple[str, ...], step: Callable[[int], str], until: Until
) -> None:
    watched.create(workers[0])
    watched.containers[workers[0]].write(step(1))
    watched.monitor.start()
    until(lambda: watched.lines(workers[0]) == [step(1)])
    watched.create(workers[0])
    watched.containers[workers[0]].write(step(1))
    watched.containers[workers[0]].write("new")
    until(lambda: watched.lines(workers[0]) == [step(1), step(1), "new"])
    until(lambda: [feed.lines for feed in watched.monitor.snapshot().feeds] == [2])


def test_a_worker_that_comes_later_is_found(watched: Watched, workers: tuple[str, ...], until: Until) -> None:
    watched.create(workers[0])
    watched.monitor.start()
    until(lambda: len(watched.monitor.snapshot().feeds) == 1)
    watched.create(workers[1])
    watched.containers[workers[1]].write("late")
    until(lambda: watched.lines(workers[1]) == ["late"])


def test_more_containers_than_one_connection_takes(watched: Watched, until: Until) -> None:
    names = [f"deepracer-0-robomaker-{number}" for number in range(1, 13)]
    watched.create(*names)
    for name in names:
        watched.containers[name].write(name)
    watched.monitor.start()
    until(lambda: len(watched.spool) == 12)
    assert watched.host.connections == 2
    watched.host.drop_all()
    for name in names:
        watched.containers[name].write("again")
    until(lambda: len(watched.spool) == 24)
    for name in names:
        assert watched.lines(name) == [name, "again"]


def test_docker_that_does_not_run_yet_is_shown_and_asked_again(
    watched: Watched, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = watched.host.handler
    watched.host.handler = lambda command, out: 127
    watched.monitor.start()
    until(lambda: "Docker is not installed" in watched.message())
    assert watched.state() == words.CONNECTED
    watched.host.handler = handle
    until(lambda: watched.message().startswith("Connected"))
    assert len(watched.sent) == 1


def test_times_of_an_old_log_are_those_of_the_log_not_of_its_reading(
    watched: Watched, workers: tuple[str, ...], step: Callable[[int], str], until: Until
) -> None:
    watched.create(workers[0])
    watched.containers[workers[0]]._last_ns = time.time_ns() + 3600 * 10**9
    watched.containers[workers[0]].write(step(1))
    watched.monitor.start()
    until(lambda: [worker.steps for worker in watched.monitor.snapshot().run.workers] == [1])
    with watched.monitor._book._lock:
        run = watched.monitor._book._run.snapshot(time.time() + 7200)
    seen = run.workers[0].last_seen_s
    assert seen is not None
    assert 3000 < seen < 4000


def test_a_batch_is_announced_once_not_once_a_line(watched: Watched, workers: tuple[str, ...], until: Until) -> None:
    watched.create(workers[0])
    for number in range(20_000):
        watched.containers[workers[0]].write(f"line {number}")
    watched.monitor.start()
    until(lambda: len(watched.spool) == 20_000)
    assert watched.changes < 2000


def test_snapshots_may_be_taken_before_the_start_and_after_the_end(watched: Watched, until: Until) -> None:
    assert watched.state() == words.CONNECTING
    watched.monitor.start()
    until(lambda: watched.state() == words.CONNECTED)
    watched.monitor.stop()
    assert watched.state() == words.STOPPED
    watched.monitor.stop()


@pytest.mark.parametrize("when", ["following", "connecting", "waiting to try again", "not started"])
def test_stopping_leaves_no_thread(
    watched: Watched, workers: tuple[str, ...], until: Until, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    watched.create(*workers, TRAINER)
    if when == "connecting":
        entered = threading.Event()

        def slow(target: Target, line: str) -> None:
            entered.set()
            time.sleep(0.2)

        monkeypatch.setattr(watched.monitor._rungs[0], "_authorise", slow)
        watched.monitor.start()
        assert entered.wait(20)
    elif when == "waiting to try again":
        watched.host.close()
        watched.monitor.start()
        until(lambda: watched.state() == words.UNREACHED)
    elif when == "following":
        watched.monitor.start()
        until(lambda: len(watched.monitor.snapshot().feeds) == 4)
    watched.monitor.stop()
    assert our_threads() == []
    assert watched.state() == words.STOPPED


def test_in_compose_mode_the_election_says_which_container_is_which_worker(
    watched: Watched, workers: tuple[str, ...], until: Until
) -> None:
    watched.create(*workers)
    handle = watched.host.handler

    def elected(command: str, out: Writer) -> int:
        if "comms.0/workers" not in command:
            return handle(command, out)
        # As Docker names hosts: by the first twelve characters of the container's id. The second was the quickest.
        ids = [watched.monitor.snapshot().containers[number].id for number in (1, 2, 0)]
        out.write("".join(f"{one[:12]}\n" for one in ids))
        return 0

    watched.host.handler = elected
    watched.monitor.start()
    names = [container.name for container in watched.engine.containers()]

    def numbers() -> dict[str, int | None]:
        return {worker.container: worker.worker for worker in watched.monitor.snapshot().run.workers}

    until(lambda: set(numbers().values()) == {0, 1, 2})
    order = [container.name for container in watched.monitor.snapshot().containers]
    assert [numbers()[order[number]] for number in (1, 2, 0)] == [0, 1, 2]
    assert set(order) == set(names)
