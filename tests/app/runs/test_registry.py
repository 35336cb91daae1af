"""The registry holds any number of runs, whatever delivers them."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Callable

import pytest

from dots_tui.app.runs import live_run
from dots_tui.app.runs.live_run import LiveRun
from dots_tui.app.runs.record_store import RecordStore
from dots_tui.app.runs.recording_run import RecordingRun
from dots_tui.app.runs.registry import RunRegistry
from dots_tui.app.runs.run import Run
from dots_tui.app.runs.snapshot import CONNECTED, MonitorSnapshot, TransportState
from dots_tui.spool.store import Spool, SpoolProblem
from dots_tui.training.record_text import record_text
from dots_tui.training.run_record import LOGGED, EpisodeKey, EpisodeResult, RunRecord
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from dots_tui.app.runs.run_monitor import RunMonitor

NOW = datetime(2026, 5, 1, tzinfo=timezone.utc)


class StubMonitor:
    """A monitor of a connected run without workers. Its record has one measured row."""

    def __init__(self) -> None:
        self.started = self.stopped = False
        self.restored: list[RunRecord] = []

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.stopped = True

    def snapshot(self) -> MonitorSnapshot:
        return MonitorSnapshot(TransportState(CONNECTED, "Connected.", 0.0), RunState().snapshot(0.0), (), ())

    def remember(self, record: RunRecord) -> None:
        self.restored.append(record)

    def record_text(self) -> str:
        return record_text(seen(7), 0.0)


def seen(number: int) -> RunRecord:
    """A record with one episode in the iteration of one checkpoint."""
    record = RunRecord()
    record.prefix = "model-7"
    record.loaded(number, number * 100, 1000.0 + number)
    record.episode(number, number * 100, EpisodeKey(0, number), EpisodeResult(40.0, 3.0, None, "off_track", LOGGED))
    return record


class StubRun(LiveRun):
    """A run of a `StubMonitor`, or of a monitor that cannot be made."""

    def __init__(self, name: str, state: Path, error: Exception | None = None) -> None:
        super().__init__(f"stub {name}", name, state)
        self.stub, self._error = StubMonitor(), error

    @property
    def record_key(self) -> str:
        return f"id of {self.name}"

    def make_monitor(self, spool: Spool) -> RunMonitor:
        if self._error is not None:
            raise self._error
        return self.stub  # type: ignore[return-value]


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> RunRegistry:
    monkeypatch.setattr(live_run, "LOOK_SECONDS", 0.01)
    return RunRegistry()


def test_two_runs_are_watched_at_once(registry: RunRegistry, tmp_path: Path) -> None:
    runs = [StubRun(name, tmp_path) for name in ("run-1", "run-2")]
    for run in runs:
        registry.select(run)
        registry.start(run)
    until(lambda: all(run.stub.started for run in runs))
    assert [run.name for run in registry.runs] == ["run-1", "run-2"]
    assert registry.watched == "run-2"
    for run in runs:
        found = registry.words(f"id of {run.name}")
        assert found is not None
        assert found.verdict == "starting"
        record = registry.record(f"id of {run.name}")
        assert record is not None
        assert record.prefix == "model-7"
    registry.close(5)
    assert all(run.stub.stopped for run in runs)
    assert registry.runs == ()


def test_selecting_a_run_again_keeps_the_one_that_is_watched(registry: RunRegistry, tmp_path: Path) -> None:
    first = StubRun("run-1", tmp_path)
    registry.select(first)
    registry.start(first)
    registry.select(StubRun("run-1", tmp_path))
    assert registry.selected is first
    first.end("It is gone.")
    second = StubRun("run-1", tmp_path)
    registry.select(second)
    assert registry.selected is second
    registry.close(5)


def test_an_ended_run_keeps_its_data_until_another_is_shown(registry: RunRegistry, tmp_path: Path) -> None:
    first, second = StubRun("run-1", tmp_path), StubRun("run-2", tmp_path)
    registry.select(first)
    registry.start(first)
    until(lambda: first.snapshot() is not None)
    registry.end(first.key, "It was stopped.")
    assert registry.watched == ""
    assert registry.words("id of run-1") is None
    assert first.snapshot() is not None
    assert first.verdict(NOW, plain=False).text == "It was stopped."
    assert first.limits.stop == "run-1 has ended"
    registry.close_ended()
    assert registry.runs == (first,)
    registry.select(second)
    registry.close_ended()
    assert registry.runs == (second,)
    until(lambda: first.stub.stopped)


def test_a_run_that_was_never_shown_is_closed_when_it_ends(registry: RunRegistry, tmp_path: Path) -> None:
    run = StubRun("run-1", tmp_path)
    registry.select(run)
    registry.end(run.key, "It was stopped.")
    assert registry.selected is None
    registry.end(run.key, "It was stopped.")


def test_listeners_hear_of_every_change(registry: RunRegistry, tmp_path: Path) -> None:
    heard: list[tuple[str, ...]] = []
    registry.listen(lambda: heard.append((registry.watched, *(run.name for run in registry.runs))))
    run = StubRun("run-1", tmp_path)
    registry.select(run)
    registry.start(run)
    run.end("It is gone.")
    registry.remove(run)
    assert heard == [("run-1", "run-1"), ("", "run-1"), ("",)]


def test_the_record_is_restored_and_saved_at_the_end(registry: RunRegistry, tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.keep("id of run-1", seen(6))
    run = StubRun("run-1", tmp_path)
    registry.select(run)
    registry.start(run)
    until(lambda: run.stub.restored)
    assert [one.number for one in run.stub.restored[0].current()] == [6]
    run.end("It is gone.")
    until(lambda: run.stub.stopped)
    kept = store.read("id of run-1")
    assert kept is not None
    assert [one.number for one in kept.current()] == [6, 7]
    registry.close(5)


def test_a_record_that_cannot_be_saved_is_a_notice(
    registry: RunRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RecordStore, "keep", full)
    run = StubRun("run-1", tmp_path)
    run._records._kept_at = -1000.0
    registry.select(run)
    registry.start(run)
    until(lambda: (snapshot := run.snapshot()) is not None and any("No space left" in one for one in snapshot.notices))
    registry.close(5)


def test_a_monitor_that_cannot_be_made_is_told(registry: RunRegistry, tmp_path: Path) -> None:
    run = StubRun("run-1", tmp_path, RuntimeError("no credentials"))
    registry.select(run)
    registry.start(run)
    until(lambda: run.verdict(NOW, plain=False).word == "NOT WATCHED")
    assert run.verdict(NOW, plain=False).text == "no credentials"
    assert run.limits.commands
    registry.close(5)


def test_a_full_disk_closes_the_run(registry: RunRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> Spool:
        raise SpoolProblem("no space")

    monkeypatch.setattr(live_run, "Spool", full)
    run = StubRun("run-1", tmp_path)
    registry.select(run)
    with pytest.raises(SpoolProblem):
        registry.start(run)
    assert registry.selected is None


def test_a_recording_is_a_run_too(registry: RunRegistry, tmp_path: Path) -> None:
    log = tmp_path / "algo.log"
    log.write_text("Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/0_Step-0.ckpt']\n", encoding="utf-8")
    run: Run = RecordingRun((str(log),))
    registry.select(run)
    registry.start(run)
    until(lambda: run.player is not None)
    assert run.transport is None
    assert run.words(NOW) is None
    assert "read from its logs" in run.limits.commands
    assert run.limits.replay == "nothing in these logs says when it was printed"
    assert run.ended == "Read from 1 log."
    registry.close(5)
    names = {"dots-player", "dots-read-logs", "dots-close-logs"}
    until(lambda: not names & {thread.name for thread in threading.enumerate()})


def test_a_file_that_is_no_log_is_told(registry: RunRegistry, tmp_path: Path) -> None:
    log = tmp_path / "notes.txt"
    log.write_text("hello\n", encoding="utf-8")
    run = RecordingRun((str(log),))
    registry.select(run)
    registry.start(run)
    until(lambda: run.verdict(NOW, plain=False).word == "NOT READ")
    assert run.limits.replay == run.verdict(NOW, plain=False).text
    registry.close(5)
