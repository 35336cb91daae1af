"""The Training pane: a run of three workers and a trainer, watched over SSH on the loopback AWS."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from dots_tui.app.milestones import Milestone
from dots_tui.ui.panes.training.log import TrainingLog
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.chart import Chart
from dots_tui.ui.widgets.lanes import WorkerLanes
from dots_tui.ui.widgets.log_view import LogView
from dots_tui.ui.widgets.track_map import TrackMap
from tests.ui.panes.run_feed import TRAINER, WORLD, Machine, RunFeed
from tests.ui.panes.stacks_steps import Until, on_screen
from tests.ui.panes.training_steps import PROGRESS, SIZE, drive, show, spool, text


async def test_one_look_tells_how_every_worker_does(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        zero, one, two = pane.query_one(WorkerLanes).lanes
        assert [zero.worker, one.worker, two.worker] == [0, 1, 2]
        assert (zero.phase, zero.episode, zero.progress) == ("evaluating", "1/2", None)
        assert (one.phase, one.episode, one.progress, one.reward, one.laps) == ("driving", "ep 14", 24, 2.0, 1)
        assert one.best_lap_s == pytest.approx(2 / 15, abs=0.01)
        assert (two.phase, two.episode, two.progress, two.laps) == ("driving", "ep 13", 47, 0)
        assert all(lane.age_s is not None and lane.age_s < 60 for lane in (zero, one, two))
        assert Milestone.WATCHED in racing.workspace.milestones
        assert racing.workspace.runs.watched == "run-1"


async def test_headline_verdict_charts_and_policy(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        for words in ("run-1", WORLD, "iteration 7 (2/6)", ", ends in 0:5", "ssh ●"):
            await until(pilot, lambda words=words: words in text(pane, "head"))
        learning = "LEARNING  progress 12 → 54 % (iterations 1-2 → 5-6), entropy 1.50 falling slowly, best lap 0.13 s."
        await until(pilot, lambda: text(pane, "verdict").startswith(learning))
        chart = pane.query_one(Chart)
        await until(pilot, lambda: len(chart.series) == 2 and len(chart.series[1].points) == 5)
        (training, evaluation) = chart.series
        assert training.points[:6] == tuple((float(n), float(p)) for n, p in enumerate(PROGRESS, start=1))
        assert [x for x, _ in evaluation.points] == [1, 2, 3, 4, 5]
        await pilot.press("g")
        await pilot.pause()
        assert chart.series[0].points[0] == (1.0, 2.0)
        assert chart.series[1].points[0] == (1.0, 7.5)
        assert "reward ─ per iteration" in on_screen(racing)
        policy = "trainer collecting · loss -0.06  KL 0.002  entropy 1.500 █"
        await until(pilot, lambda: policy in text(pane, "policy"))
        assert "track ─ " + WORLD in on_screen(racing)


async def test_what_comes_later_is_drawn_as_well(
    racing: DotsApp, training: str, machine: Machine, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: "The containers come when" in text(pane, "verdict"))
        feed = RunFeed(machine)
        feed.start()
        await until(pilot, lambda: [lane.worker for lane in pane.query_one(WorkerLanes).lanes] == [0, 1, 2])
        await until(pilot, lambda: "The simulations are starting" in text(pane, "verdict"))
        feed.restore(0)
        feed.episode(0, [5, 30], done=False)
        await until(pilot, lambda: pane.query_one(WorkerLanes).lanes[0].progress == 30)
        await until(pilot, lambda: text(pane, "verdict").startswith("DRIVING  Iteration 1: 0 of 6 episodes"))
        await pilot.press("1")
        feed.episode(1, [5, 70], done=False)
        await pilot.press("4")
        await until(pilot, lambda: pane.query_one(WorkerLanes).lanes[1].progress == 70)


async def test_the_map_follows_the_selected_worker_where_tracks_differ(
    racing: DotsApp, feed: RunFeed, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        feed.start()
        feed.say(1, "Starting as worker 1, using world Oval_track and configuration training_params_2.yaml.")
        lanes, track = pane.query_one(WorkerLanes), pane.query_one(TrackMap)
        await until(pilot, lambda: [lane.world for lane in lanes.lanes] == [WORLD, "Oval_track", WORLD])
        assert track.border_title == f"track ─ {WORLD}"
        lanes.focus()
        await pilot.press("down", "down")
        await until(pilot, lambda: track.border_title == "track ─ Oval_track")


# -- the log ------------------------------------------------------------------------------------------


async def test_the_log_follows_and_is_searched(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        log = pane.query_one(LogView)
        assert "following" in str(log.border_title)
        feed.say(0, "a line that has just come")
        await until(pilot, lambda: "a line that has just come" in on_screen(racing))
        await pilot.press("slash", *"Saving", "enter")
        await until(pilot, lambda: log.lines.mark is not None)
        first = log.lines.mark
        assert first is not None
        assert "paused" in str(log.border_title) or not log.lines.following
        lines = spool(pane)
        assert "Saving in path" in lines[first]
        await pilot.press("n")
        await until(pilot, lambda: log.lines.mark != first)
        assert log.lines.mark is not None
        assert "Saving in path" in lines[log.lines.mark]
        await pilot.press("N")
        await until(pilot, lambda: log.lines.mark == first)
        await pilot.press("slash", *"no such words", "enter")
        await until(pilot, lambda: any("Not in the log" in one.message for one in racing._notifications))
        await pilot.press("f")
        await pilot.pause()
        assert log.lines.following
        await pilot.press("slash", "escape")
        await pilot.pause()
        assert not pane.query_one("#training-search", Input).display


async def test_records_are_shown_in_words_or_as_printed(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        feed.episode(2, [60], done=False)
        await until(pilot, lambda: "trace  ep 13" in on_screen(racing))
        assert "SIM_TRACE_LOG" not in on_screen(racing)
        await pilot.press("x")
        await pilot.pause()
        assert "SIM_TRACE_LOG:12," in on_screen(racing)


async def test_one_worker_after_the_other(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        log, lanes = pane.query_one(TrainingLog), pane.query_one(WorkerLanes)

        def shown() -> tuple[str | None, str | None]:
            return log.source, lanes.selected

        for number in range(3):
            await pilot.press("w")
            await pilot.pause()
            assert shown() == (feed.workers[number].name, feed.workers[number].name)
        await pilot.press("w")
        await pilot.pause()
        assert shown() == (TRAINER, TRAINER)
        await until(pilot, lambda: "log ─ SM" in str(pane.query_one(LogView).border_title))
        await pilot.press("w")
        await pilot.pause()
        assert shown() == (None, None)
        lanes.focus()
        await pilot.press("down", "down")
        await pilot.pause()
        assert shown() == (feed.workers[1].name, feed.workers[1].name)
        await until(pilot, lambda: "log ─ W1" in str(pane.query_one(LogView).border_title))


async def test_zoom_and_back(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        heights = [pane.query_one(LogView).size.height]
        for key in ("z", "escape", "z", "z"):
            await pilot.press(key)
            await pilot.pause()
            heights.append(pane.query_one(LogView).size.height)
            assert pane.query_one("#training-verdict").display
        low, high = sorted(set(heights))
        assert heights == [low, high, low, high, low]
        assert high > low + 10


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (200, 50)])
async def test_it_fits_every_terminal(racing: DotsApp, feed: RunFeed, until: Until, size: tuple[int, int]) -> None:
    async with racing.run_test(size=size) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        lanes, log = pane.query_one(WorkerLanes), pane.query_one(LogView)
        assert lanes.page.height >= 3
        assert lanes.line_count() in (3, 6)
        assert log.lines.page.height >= 2
        assert log.region.bottom < size[1]
        assert "LEARNING" in on_screen(racing)
        charts = pane.query_one("#training-charts")
        assert (charts.region.width > 0) == (size[0] >= 100)
        await pilot.press("v")  # where there is no room for both, either workers or charts
        await pilot.pause()
        assert charts.region.width > 0
        assert (lanes.region.width > 0) == (size[0] >= 100)
        await pilot.press("v")
        for key in ("z", "z", "slash", "escape", "question_mark", "escape", "down", "end"):
            await pilot.press(key)
        await pilot.pause()
        assert lanes.region.width > 0
