"""Records of runs are kept, few enough and safely; they only ever grow."""

from __future__ import annotations

import os
from pathlib import Path

from dots_tui.app.runs.record_store import MOST_RUNS, RecordKeeper, RecordStore, file_name
from dots_tui.training.kept_runs import to_text
from dots_tui.training.record_text import read_record, record_text
from dots_tui.training.run_record import LOGGED, EpisodeKey, EpisodeResult, RunRecord
from tests.training.test_kept_runs import RUN

ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/run-1/8f2c"


def record(name: str, numbers: range, *, start: float = 1000.0) -> RunRecord:
    made = RunRecord(name, "reInvent2019_track")
    for number in numbers:
        made.loaded(number, number * 100, start + number)
        result = EpisodeResult(40.0 + number, 3.0, None, "off_track", LOGGED)
        made.episode(number, number * 100, EpisodeKey(0, number), result)
    return made


class Session:
    """What watches a run, as far as its record goes."""

    def __init__(self, seen: RunRecord) -> None:
        self.seen = seen

    def remember(self, record: RunRecord) -> None:
        self.seen.merge(record)

    def record_text(self) -> str:
        return record_text(self.seen, 1.0)


def test_kept_runs_come_back_newest_first(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    assert store.runs() == []
    store.keep(ARN, record("run-1", range(3)))
    store.keep("other", record("run-2", range(5)))
    assert [(run.name, len(run.iterations)) for run in store.runs()] == [("run-2", 5), ("run-1", 3)]
    assert [run.name for run in store.runs(leave_out=ARN)] == ["run-2"]


def test_a_shorter_history_is_merged_into_the_kept_one(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.keep(ARN, record("run-1", range(27)))
    store.keep(ARN, record("run-1", range(20, 28)))
    kept = store.read(ARN)
    assert kept is not None
    assert [one.number for one in kept.current()] == list(range(28))


def test_a_new_session_goes_on_with_what_the_last_one_kept(tmp_path: Path) -> None:
    """The first session ends without a word (kill -9); the second joins late."""
    store = RecordStore(tmp_path)
    first = Session(record("run-1", range(12)))
    RecordKeeper(store, "run-1").keep(ARN, first)
    second, keeper = Session(record("", range(10, 15))), RecordKeeper(store, "run-1")
    assert not keeper.begun(ARN)
    keeper.begin(ARN, second)
    assert keeper.begun(ARN)
    assert [one.number for one in second.seen.current()] == list(range(15))
    keeper.keep(ARN, second)
    kept = store.read(ARN)
    assert kept is not None
    assert (kept.name, kept.last_checkpoint) == ("run-1", 14)


def test_a_run_without_a_line_to_draw_is_not_offered(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.keep("one", record("run-1", range(1)))
    store.keep("none", RunRecord("run-2"))
    assert store.runs() == []
    assert store.read("one") is not None
    assert store.read("none") is None


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    for number in range(MOST_RUNS + 3):
        store.keep(f"run-{number}", record(f"run-{number}", range(2)))
        os.utime(store.folder / f"run-{number}.json", (number, number))
    names = {run.name for run in store.runs()}
    assert len(names) == MOST_RUNS
    assert f"run-{MOST_RUNS + 2}" in names
    assert "run-0" not in names


def test_damaged_files_are_passed_over_and_replaced(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.keep("good", record("run-1", range(2)))
    (store.folder / "bad.json").write_bytes(b"\xff{")
    (store.folder / "half.json").write_text('{"version": 2, "na')
    assert [run.name for run in store.runs()] == ["run-1"]
    assert store.read("bad") is None
    store.keep("bad", record("run-2", range(2)))
    assert {run.name for run in store.runs()} == {"run-1", "run-2"}


def test_a_file_of_the_version_before_is_still_offered(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.folder.mkdir()
    (store.folder / "old.json").write_text(to_text(RUN))
    assert store.runs() == [RUN]
    assert store.read("old") is None


def test_a_record_survives_its_text() -> None:
    one = record("run-1", range(4))
    assert read_record(record_text(one, 2.0)).current() == one.current()


def test_file_names_hold_no_surprises() -> None:
    assert file_name(ARN) == "stack-run-1-8f2c"
    assert file_name("../../etc/passwd") == "etc-passwd"
