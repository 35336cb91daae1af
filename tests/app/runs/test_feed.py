"""One container's feed: what goes wrong is shown, and does not stop the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.spool.store import SpoolProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from dots_tui.demo.ssh_host import Writer
    from tests.app.runs.conftest import Watched

    Until = Callable[[Callable[[], object]], None]


def test_a_full_disk_is_shown_and_the_run_is_understood_all_the_same(
    watched: Watched,
    workers: tuple[str, ...],
    step: Callable[[int], str],
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(source: str, lines: Sequence[bytes], stamps: Sequence[bytes]) -> None:
        raise SpoolProblem("Log lines cannot be kept: no space left on device.")

    monkeypatch.setattr(watched.spool, "append", full)
    watched.create(workers[0])
    watched.containers[workers[0]].write(step(1))
    watched.monitor.start()
    until(lambda: [worker.steps for worker in watched.monitor.snapshot().run.workers] == [1])
    feed = watched.monitor.snapshot().feeds[0]
    assert feed.state == "following"
    assert "no space left" in feed.message


def test_a_log_that_docker_cannot_read_is_shown_and_tried_again_later_only(
    watched: Watched, workers: tuple[str, ...], until: Until
) -> None:
    handle = watched.host.handler
    asked: list[str] = []

    def unreadable(command: str, out: Writer) -> int:
        if "docker logs" not in command:
            return handle(command, out)
        asked.append(command)
        out.write("Error response from daemon: configured logging driver does not support reading\n")
        return 1

    watched.host.handler = unreadable
    watched.create(*workers)
    watched.monitor.start()
    until(lambda: [feed.state for feed in watched.monitor.snapshot().feeds] == ["failed"] * 3)
    assert "does not support reading" in watched.monitor.snapshot().feeds[0].message
    watched.host.handler = handle
    watched.containers[workers[0]].write("readable now")
    until(lambda: watched.lines(workers[0]) == ["readable now"])
    assert len(asked) <= 6


def test_a_defect_in_reading_one_log_does_not_stop_the_others(
    watched: Watched, workers: tuple[str, ...], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dots_tui.training.parser import Parser

    batches = Parser.batches

    def broken(self: Parser, chunk: bytes) -> object:
        if b"odd" in chunk:
            raise ZeroDivisionError("a defect")
        return batches(self, chunk)

    monkeypatch.setattr(Parser, "batches", broken)
    watched.create(*workers[:2])
    watched.containers[workers[0]].write("odd")
    watched.containers[workers[1]].write("fine")
    watched.monitor.start()
    until(lambda: "failed" in [feed.state for feed in watched.monitor.snapshot().feeds])
    until(lambda: watched.lines(workers[1]) == ["fine"])
    broken_feed = watched.monitor.snapshot().feeds[0]
    assert "ZeroDivisionError: a defect" in broken_feed.message
    watched.containers[workers[0]].write("even")
    until(lambda: "even" in watched.lines(workers[0]))
