"""The report of a run's phases, read like a stranger's file."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.app.runs import phase_words
from dots_tui.training.run_phases import MOST_BYTES, MOST_PHASES, RunPhases, read_phases

NOW = datetime(2026, 11, 28, 18, 1, tzinfo=timezone.utc)


def report(*phases: dict[str, Any], stack: str = "run-1", **more: Any) -> bytes:
    return json.dumps({"version": 1, "stack": stack, "instance": "i-1", "phases": phases, **more}).encode()


def phase(name: str, second: int = 0, **more: Any) -> dict[str, Any]:
    return {"name": name, "at": f"2026-11-28T18:00:{second:02}Z", "message": "", **more}


def read(*phases: dict[str, Any]) -> RunPhases:
    found = read_phases(report(*phases), "run-1")
    assert found is not None
    return found


def test_a_start_shows_its_phase_its_time_and_how_far_it_is() -> None:
    found = read(phase("files"), phase("machine", 5), phase("x", 20, message="starting the X server"))
    assert found.starting
    assert found.step == (3, 8)
    assert phase_words.cell(found) == "X server 3/8"
    assert phase_words.sentence(found, NOW, plain=True) == "X server: starting the X server for 40 s. ###----- 3/8"
    assert [label for label, _ in phase_words.details(found)] == ["progress", "phases"]


def test_a_run_that_trains_needs_no_progress_bar() -> None:
    found = read(phase("files"), phase("training", 50))
    assert not found.starting
    assert phase_words.cell(found) == ""


def test_a_failure_keeps_its_reason_until_another_start() -> None:
    failed = phase("failed", 9, message="no X server", reason="no-x-server", last_words="one\ntwo\nX is not running")
    ended = read(phase("start"), failed, phase("stopping", 10), phase("deleted", 12))
    assert ended.failure is not None
    assert phase_words.failure(ended) == "no X server (no-x-server)."
    assert phase_words.last_line(ended) == "X is not running"
    assert phase_words.cell(ended) == "failed"
    assert read(phase("start"), failed, phase("files", 20)).failure is None


def test_unknown_names_are_shown_and_change_no_progress() -> None:
    found = read(phase("files"), phase("warp-drive"))
    assert found.current.title == "warp-drive"
    assert found.step == (1, 8)
    assert found.starting


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        report(phase("files"), stack="run-2"),
        report(),
        report({"name": 7}),
        json.dumps({"version": 2, "stack": "run-1", "phases": [phase("files")]}).encode(),
        report(phase("files", message="x" * MOST_BYTES)),
    ],
)
def test_what_is_no_report_of_this_stack_is_ignored(data: bytes) -> None:
    assert read_phases(data, "run-1") is None


def test_a_report_of_an_earlier_stack_of_the_same_name_is_ignored() -> None:
    data = report(phase("files"), stack_id="arn:old")
    assert read_phases(data, "run-1", "arn:new") is None
    assert read_phases(data, "run-1", "arn:old") is not None


def test_hostile_text_is_cleaned_and_cut() -> None:
    dirty = "\x1b[2Jgone\u202e\u200b\x07 " + "a" * 9000
    found = read(phase(dirty, message=dirty), phase("failed", reason=dirty, last_words=dirty + "\nlast\x1b[31m"))
    for one in found.phases:
        for text in (one.name, one.message, one.reason, *one.last_words.splitlines()):
            assert text.isprintable()
            assert len(text) <= 500
    assert found.phases[-1].last_words.endswith("last[31m")


def test_only_so_many_phases_are_kept() -> None:
    assert len(read(*(phase("files") for _ in range(MOST_PHASES + 50))).phases) == MOST_PHASES


@pytest.mark.parametrize(
    "at", ["", "soon", 5, None, "2026-13-40T99:00:00Z", "2026-11-28T18:00:00+05:00", "0000-01-01T00:00:00Z"]
)
def test_a_time_that_cannot_be_is_left_out(at: object) -> None:
    found = read({"name": "files", "at": at})
    assert found.current.at is None
    assert phase_words.sentence(found, NOW).startswith("Custom files.")


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "at", "message", "phases", "x"]), inner),
)


@given(_JSON, _JSON)
def test_whatever_is_in_it_can_be_put_into_words(rows: Any, row: Any) -> None:
    data = json.dumps({"version": 1, "stack": "s", "instance": row, "phases": [rows, row, phase("x", message=row)]})
    found = read_phases(data.encode("utf-8", "surrogatepass"), "s")
    assert found is not None
    assert phase_words.sentence(found, NOW).isprintable()
    json.dumps(phase_words.document(found), allow_nan=False)
