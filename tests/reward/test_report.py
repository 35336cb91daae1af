"""Events survive their way through the pipe, and a report gathers them without changing."""

from __future__ import annotations

import json
import math

import pytest

from dots_tui.reward.actions import ContinuousActions
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.report import Report
from dots_tui.reward.results import Event, FunctionFault, Ranked, Reads, RehearsalEnd, RehearsalNote, decode, encode
from dots_tui.reward.states import SimulatedWorld
from dots_tui.reward.sweep import sweep
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["oval"]
PARTS = list(
    sweep(
        SimulatedWorld(TRACK),
        ContinuousActions((-30.0, 30.0), (1.0, 2.0)),
        lambda s: s.speed if s.on_track else None,
        lambda: False,
    )
)
DRIVEN = DriverEpisode("racing line", True, True, "lap", True, 9.4, 9.4, 141, 100.0, 70.5)
EVENTS: list[Event] = [
    PARTS[0],
    PARTS[-1],
    FunctionFault("exception", "words", 3, {"x": 1.0, "waypoints": [[0.0, 1.0]]}),
    FunctionFault("not-finite", "words"),
    DRIVEN,
    RehearsalNote("slow", "words"),
    Reads(("speed", "progress")),
    Ranked(60, 52, 0.7, 0.5),
    RehearsalEnd(complete=True, seconds=1.5),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line_and_the_same_again(event: Event) -> None:
    line = encode(event)
    assert line.count(b"\n") == 1
    assert decode(line) == event


@pytest.mark.parametrize("line", [b"", b"[]", b"3", b'{"event": "other"}', b'{"event": "ended"}', b"{"])
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        decode(line)


def test_a_report_gathers_and_never_changes() -> None:
    empty = Report(TRACK)
    report = empty
    for event in (*PARTS, *EVENTS[2:]):
        report = report.after(event)
    assert empty == Report(TRACK)
    assert [cell.index for cell in report.cells] == sorted(cell.index for part in PARTS for cell in part.cells)
    assert [fault.kind for fault in report.faults] == ["exception", "not-finite"]
    assert report.after(FunctionFault("exception", "the same place again", 3)).faults == report.faults
    assert report.drivers == (DRIVEN,)
    assert report.ended is not None


def test_the_document_is_the_agreed_one() -> None:
    report = Report(TRACK)
    for event in (*PARTS, *EVENTS[2:]):
        report = report.after(event)
    document = json.loads(json.dumps(report.document()))
    assert set(document) == {
        *("track", "faults", "notes", "sweep", "drivers", "rank", "rank_words", "verdict", "confinement")
    }
    assert document["notes"] == [{"kind": "slow", "message": "words", "line": None}]
    assert document["rank"] == {"policies": 60, "laps": 52, "spearman": 0.7, "kendall": 0.5}
    assert {"name", "length_m", "width_m", "direction", "waypoints"} <= set(document["track"])
    assert document["track"]["made_up"] is True
    assert all(set(fault) == {"kind", "message", "line", "params"} for fault in document["faults"])
    assert {"states", "min", "max", "mean", "seconds"} <= set(document["sweep"])
    assert document["sweep"]["states"] >= 10_000
    assert (document["sweep"]["min"], document["sweep"]["max"]) == (1.0, 2.0)
    (driver,) = document["drivers"]
    assert {"name", "finished", "lap_time_s", "steps", "total_reward"} <= set(driver)
    assert driver["per_second"] == pytest.approx(7.5)
    assert isinstance(document["verdict"], str)


def test_an_empty_report_is_a_document_as_well() -> None:
    document = Report(TRACK).document()
    assert document["sweep"]["states"] == 0
    assert document["sweep"]["min"] is None
    assert not any(isinstance(value, float) and math.isnan(value) for value in document["sweep"].values())
