"""Line 1 of the Training pane and its gauges, in whatever room there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets import ContentSwitcher

from dots_tui.app.runs.snapshot import CONNECTING, LOST, TransportState
from dots_tui.remote.gauges import Gauges, Gpu
from dots_tui.ui.panes.training import head as view
from dots_tui.ui.panes.training.board import TrainingBoard
from dots_tui.ui.shell import DotsApp
from tests.ui.panes.told import NOW, snapshot
from tests.ui.panes.training.test_view import driving, stack, transport


def test_the_headline_says_less_in_less_room() -> None:
    run = snapshot(driving())
    full = "run-1 ─ standard g4dn.2xlarge ─ reInvent2019_track ─ iteration 2 (1/20) ─ 1:12, ends in 0:48"
    assert view.headline("run-1", run, stack(), NOW, 200).plain == full
    shorter = {view.headline("run-1", run, stack(), NOW, room).plain for room in range(5, 120)}
    assert shorter == {
        full,
        "run-1 ─ reInvent2019_track ─ iteration 2 (1/20) ─ 1:12, ends in 0:48",
        "run-1 ─ iteration 2 (1/20) ─ 1:12, ends in 0:48",
        "run-1 ─ iteration 2 (1/20)",
        "run-1",
    }
    assert view.headline("run-1", None, None, NOW, 3).plain == "ru…"


def test_times_of_a_run() -> None:
    assert view.headline("r", None, stack(expires=None, market="", instance_type=""), NOW, 80).plain == "r ─ 1:12"
    late = view.headline("r", None, stack(expires=NOW - timedelta(minutes=1)), NOW, 80).plain
    assert "its time is over" in late
    assert "ends in" not in view.headline("r", None, stack(), NOW, 80, ended=True).plain


@pytest.mark.parametrize(
    ("state", "full", "short"),
    [
        (transport(data_age_s=0.4), "ssh ● data 0.4 s old", "ssh ● 0.4 s"),
        (transport(), "ssh ● no data yet", "ssh ● no data yet"),
        (transport(LOST, retry_in_s=3.2), "ssh ✗ lost, next try in 3 s", "ssh ✗ lost, next try in 3 s"),
        (transport(LOST, retry_in_s=0.2), "ssh ✗ lost, trying now", "ssh ✗ lost, trying now"),
        (transport(LOST), "ssh ✗ lost, trying now", "ssh ✗ lost, trying now"),
        (transport(CONNECTING), "ssh ◐ connecting", "ssh ◐ connecting"),
    ],
)
def test_how_the_instance_is_reached(state: TransportState, full: str, short: str) -> None:
    assert view.transport_line(state) == full
    assert view.transport_line(state, short=True) == short
    assert view.transport_line(state, True).isascii()


def test_copies_in_the_bucket_are_no_ssh() -> None:
    assert view.transport_line(transport(rung="bucket", data_age_s=90.0), short=True) == "S3 ● 90 s"


GIB = 1 << 30
FULL = Gauges(
    0.0,
    (Gpu(87.0, 9 * GIB, 15 * GIB, 61.0),),
    cpu=43.0,
    memory_used=12 * GIB,
    memory_total=64 * GIB,
    disk_used=95 * GIB,
    disk_total=100 * GIB,
)


def test_the_machine_in_one_line() -> None:
    full = "GPU ▇ 87 % 61 °C  GPU memory ▅ 60 % of 15 GB  CPU ▄ 43 %  memory ▂ 19 % of 64 GB  disk █ 95 % of 100 GB"
    assert view.gauges_line(FULL, 200).plain == full
    assert view.gauges_line(FULL, 60).plain == "GPU ▇ 87 % 61 °C  GPU memory ▅ 60 % of 15 GB  CPU ▄ 43 %"
    assert view.gauges_line(FULL, 200, True).plain.isascii()
    assert view.gauges_line(None, 200).plain == ""


def test_what_a_machine_lacks_is_left_out() -> None:
    assert view.gauges_line(Gauges(0.0), 200).plain == ""
    assert view.gauges_line(Gauges(0.0, (Gpu(None, None, None, None),), cpu=0.0), 200).plain == "CPU ▁ 0 %"


async def test_the_gauges_have_a_line_only_where_there_is_room_and_something_to_show(app: DotsApp) -> None:
    async with app.run_test(size=(118, 36)) as pilot:
        await pilot.press("4")
        await pilot.pause()
        app.pane.query_one(ContentSwitcher).current = "training-run"
        await pilot.pause()
        board, line = app.pane.query_one(TrainingBoard), app.pane.query_one("#training-gauges")
        displayed = [line.display]
        board._gauges(FULL, False)
        displayed.append(line.display)
        await pilot.resize_terminal(60, 14)
        await pilot.pause()
        displayed.append(line.display)
        assert displayed == [False, True, False]
