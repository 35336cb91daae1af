"""The wind tunnel of the Reward pane: what is in the editor is rehearsed, shown, and nothing of it harms the pane."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from dots_tui.config.settings import TRACKS_VARIABLE
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.reward.child_process import Limits
from dots_tui.reward.sweep import OFFSETS
from dots_tui.tracks import fetch, verify
from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.checksums import SHA256
from dots_tui.ui.panes.reward import rehearsal_job
from dots_tui.ui.panes.reward.driver_table import DriverTable
from dots_tui.ui.panes.reward.pane import RewardPane
from dots_tui.ui.panes.reward.params_screen import ParamsScreen
from dots_tui.ui.panes.reward.rehearsal_job import RehearsalJob
from dots_tui.ui.panes.reward.tunnel_picture import TunnelPicture
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.findings import FindingsList
from dots_tui.ui.widgets.heat_map import HeatMap
from dots_tui.ui.widgets.lap_profile import LapProfile
from tests.tracks.routes import npy, rows_of, serve

Until = Callable[..., Any]
WIDE, SMALL = (118, 36), (80, 24)
HEAD = "def reward_function(params):\n"
PLAIN = HEAD + "    return float(params['speed'])\n"
LEFT = HEAD + "    return params['speed'] * (2.0 if params['is_left_of_center'] else 1.0)\n"
BROKEN = HEAD + "    x = 1\n    return params['nope']\n"
LOOPING = HEAD + "    while True:\n        pass\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RehearsalJob, "limits", Limits(seconds=60.0, call_seconds=1.0, memory_mb=512, policies=0))
    monkeypatch.setattr(rehearsal_job, "PAUSE_SECONDS", 0.2)


async def opened(app: DotsApp, pilot: Pilot[int], text: str) -> RewardPane:
    """The pane with this text in its file and its editor."""
    await pilot.press("2")
    await pilot.pause()
    pane = app.pane
    assert isinstance(pane, RewardPane)
    pane.editor.load_text(text)
    await pilot.pause()
    assert pane.document is not None
    pane.document.save()
    return pane


def said(pane: RewardPane, name: str = "#tunnel-verdict") -> str:
    return str(pane.query_one(name, Static).content)


def ended(pane: RewardPane) -> Callable[[], bool]:
    return lambda: not pane.tunnel.running and pane.tunnel.report is not None


def children() -> set[str]:
    """The rehearsals that this process has going."""
    listing = subprocess.run(
        ["ps", "-ww", "-eo", "ppid=,pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return {pid for parent, pid, *command in rows if parent == str(os.getpid()) and "reward.child" in "".join(command)}


async def test_an_empty_wind_tunnel_is_a_sentence_and_a_key(app: DotsApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        assert "[b]R[/b] rehearses this function on the track" in said(pane, "#tunnel-empty")
        assert not pane.query_one(HeatMap).region


async def test_the_unsaved_text_is_rehearsed_and_shown(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        pane.editor.load_text(LEFT)
        await pilot.press("enter", "ctrl+r")
        await until(pilot, ended(pane))
        assert pane.editor.has_focus  # there is room for both, so nobody is torn from the text
        report = pane.tunnel.report
        assert report is not None
        assert report.ended is not None
        assert report.ended.complete
        assert report.sweep is not None
        assert report.sweep.states >= 10_000
        top = report.sweep.maximum
        assert top == 2.0 * max(report.sweep.speeds)
        assert "earns the most" in said(pane)
        assert "wind tunnel ─ reInvent2019_track" in str(pane.tunnel.border_title)
        table = pane.query_one(DriverTable)
        rows = [table.line_text(index, 60).plain for index in range(table.line_count())]
        assert len(rows) == 9
        assert sum("pays" in row or "cheat" in row for row in rows) >= 1
        legend = said(pane, "#tunnel-legend")
        assert "along the track" in legend


async def test_the_pointer_reads_every_state_with_keys_and_mouse(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, LEFT)
        await pilot.press("R")
        await until(pilot, ended(pane))
        await until(pilot, lambda: pane.query_one(HeatMap).has_focus)
        picture = pane.query_one(TunnelPicture)
        start = picture.knot
        await pilot.press("right", "right", "up", "h", "c")
        await pilot.pause()
        knot = picture.knot
        assert (knot.position, knot.offset, knot.heading) == (2, start.offset - 1, 1)
        assert knot.speed == 0  # after the fastest comes the slowest
        assert picture.probe is not None
        slow = picture.probe.speeds[0]
        assert f"0.21 m left: {2 * slow:.4g}" in said(pane, "#tunnel-legend")
        await pilot.press("p")
        await pilot.pause()
        assert isinstance(app.screen, ParamsScreen)
        assert app.screen._params["speed"] == slow
        assert app.screen._params["is_left_of_center"]
        await pilot.press("escape")
        await pilot.pause()
        heat = pane.query_one(HeatMap)
        assert heat._road is not None
        track = picture.probe.track
        await pilot.click(heat, offset=heat._road[1].cell(track.point_at(10.0)))
        await pilot.pause()
        assert abs(picture.knot.position / 128 * track.length_m - 10.0) < 1.0
        assert abs(OFFSETS[picture.knot.offset]) <= 0.4  # a cell of the map may be as wide as a step across


async def test_a_place_is_chosen_on_the_profile(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        pane = await opened(app, pilot, LEFT)
        await pilot.press("R")
        await until(pilot, ended(pane))
        profile = pane.query_one(LapProfile)
        await pilot.click(profile, offset=(profile.size.width - 1, 2))
        await pilot.pause()
        assert pane.query_one(TunnelPicture).knot.position == 127


async def test_a_fault_is_listed_marked_and_gone_to(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, BROKEN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        (finding,) = [one for one in pane.query_one(FindingsList)._findings if one.code == "exception"]
        assert (finding.line, finding.severity) == (3, "error")
        assert "It was called with speed" in finding.message
        assert pane.editor.render_line(2).text.startswith("3✗")
        assert "there is no key 'nope'" in said(pane)
        assert "speed" in said(pane, "#tunnel-remarks")
        await pilot.press("g")
        assert pane.editor.has_focus
        assert pane.editor.cursor_location[0] == 2
        await pilot.press("escape", "p")
        await pilot.pause()
        assert isinstance(app.screen, ParamsScreen)


async def test_after_a_change_what_is_shown_is_called_old(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, BROKEN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert not pane.tunnel.has_class("-stale")
        pane.editor.load_text(BROKEN + "\n")
        await until(pilot, lambda: pane.tunnel.has_class("-stale"))
        assert "R rehearses again" in pane.tunnel.note
        (finding,) = [one for one in pane.query_one(FindingsList)._findings if one.code == "exception"]
        assert (finding.line, finding.severity) == (0, "warning")
        pane.editor.load_text(BROKEN)
        await until(pilot, lambda: not pane.tunnel.has_class("-stale"))


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (LOOPING, {"endless-loop"}),
        # A slow machine takes longer than one call may before the memory is full.
        ("kept = []\n" + HEAD + "    while True:\n        kept.append(' ' * (1 << 26))\n", {"memory", "endless-loop"}),
        ("import os\n" + HEAD + "    os._exit(1)\n", {"sys-exit"}),
        (HEAD + "    while True:\n        print('again' * 1000)\n", {"endless-output"}),
    ],
    ids=["loops", "eats memory", "exits", "prints"],
)
async def test_whatever_the_function_does_the_pane_goes_on(
    app: DotsApp, until: Until, source: str, kinds: set[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, source)
        await pilot.press("R", "enter", "#")
        await pilot.pause()
        assert pane.editor.text == "#" + source  # typed while it runs
        await pilot.press("ctrl+z", "escape")
        await until(pilot, ended(pane))
        assert pane.tunnel.report is not None
        assert {fault.kind for fault in pane.tunnel.report.faults} & kinds
        pane.editor.load_text(PLAIN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert pane.tunnel.report.faults == ()
    assert children() == set()


@pytest.mark.parametrize("key", ["x", "escape"])
async def test_a_rehearsal_is_given_up_with_a_key(app: DotsApp, until: Until, key: str) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, LOOPING)
        await pilot.press("R")
        await until(pilot, lambda: pane.tunnel.running and children())
        await pilot.press(key)
        await pilot.pause()
        assert not pane.tunnel.running
        assert "Cancelled" in said(pane)
        await until(pilot, lambda: not children())


async def test_a_new_rehearsal_replaces_the_old(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, LOOPING)
        await pilot.press("R")
        await until(pilot, children)
        pane.editor.load_text(PLAIN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert pane.tunnel.report is not None
        assert pane.tunnel.report.faults == ()
        assert len(pane.tunnel.report.drivers) == 8


async def test_leaving_the_pane_or_the_app_ends_the_process(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await opened(app, pilot, LOOPING)
        await pilot.press("R")
        await until(pilot, children)
        await pilot.press("3")
        await until(pilot, lambda: not children())
        await pilot.press("2", "R")
        await until(pilot, children)
    assert children() == set()


async def test_it_can_run_by_itself_but_not_over_a_syntax_error(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        await pilot.press("t")
        await until(pilot, ended(pane))
        before = pane.tunnel.report
        pane.editor.load_text(HEAD + "    return (\n")
        await pilot.pause(0.8)
        assert pane.tunnel.report is before
        pane.editor.load_text(LEFT)
        await until(pilot, lambda: pane.tunnel.report is not before and ended(pane)())
        assert pane.tunnel.results.subject is not None
        assert pane.tunnel.results.subject.source == LEFT.encode()
        await pilot.press("t")
        after = pane.tunnel.report
        pane.editor.load_text(PLAIN)
        await pilot.pause(0.8)
        assert pane.tunnel.report is after


async def test_the_draft_is_compared_with_the_disk_and_with_earlier_versions(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        await pilot.press("a")
        await pilot.pause()
        assert len(app.screen_stack) == 1  # there is nothing to compare with
        pane.editor.load_text(LEFT)
        await pilot.press("a", "enter")
        await until(pilot, lambda: ended(pane)() and pane.tunnel.results.comparison is not None)
        assert said(pane).startswith("Against the file on the disk: ")
        assert "pay more, none less" in said(pane)
        assert said(pane, "#tunnel-legend").startswith("change ")
        table = pane.query_one(DriverTable)
        assert "change" in table.line_text(0, 60).plain
        assert "+" in table.line_text(1, 60).plain
        await pilot.press("s", "a")  # what was on the disk is an earlier version now
        await pilot.pause()
        await pilot.press("down", "enter")
        await until(pilot, lambda: ended(pane)() and "the version before" in said(pane))
        assert "pay more, none less" in said(pane)
        await pilot.press("a", "enter")
        await pilot.pause()
        assert pane.tunnel.results.comparison is None
        assert "earns" in said(pane)


async def test_in_a_small_terminal_a_key_goes_there_and_back(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=SMALL) as pilot:
        pane = await opened(app, pilot, PLAIN)
        assert not pane.tunnel.region
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert not pane.query_one("#reward-body").region
        assert pane.query_one(HeatMap).region.height >= 8
        assert not pane.query_one(DriverTable).region
        await pilot.press("o")
        await pilot.pause()
        assert pane.query_one(DriverTable).region.height == 9
        await pilot.press("w")
        await pilot.pause()
        assert pane.query_one("#reward-body").region
        assert not pane.tunnel.region
        await pilot.press("w", "o", "z")
        await pilot.pause()
        assert not pane.query_one(FindingsList).region
        assert pane.query_one(HeatMap).region
        await pilot.press("enter")
        await pilot.pause()
        assert pane.editor.has_focus
        assert pane.query_one("#reward-body").region


async def test_the_workspace_knows_how_the_saved_function_did(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        assert app.workspace.rehearsed() is None
        await pilot.press("R")
        await until(pilot, ended(pane))
        outcome = app.workspace.rehearsed()
        assert outcome is not None
        assert outcome.sound
        assert outcome.track == "reInvent2019_track"
        pane.editor.load_text(BROKEN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert app.workspace.rehearsed() is outcome  # that of the file, not that of the draft
        await pilot.press("s")
        await pilot.pause()
        outcome = app.workspace.rehearsed()
        assert outcome is not None
        assert not outcome.sound
        assert outcome.words.startswith("line 3: ")


async def test_another_track_makes_it_old(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        run_env = app.workspace.documents["run.env"]
        run_env.edit(run_env.data.replace(b"reInvent2019_track", b"Vegas_track"))
        await pilot.press("1", "2")
        await until(pilot, lambda: pane.tunnel.has_class("-stale"))
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert "Vegas_track" in str(pane.tunnel.border_title)


async def test_another_folder_has_a_wind_tunnel_of_its_own(app: DotsApp, until: Until, tmp_path: Path) -> None:
    create_defaults(tmp_path / "other")
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(app, pilot, PLAIN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        app.workspace.open_folder(tmp_path / "other")
        await pilot.press("1", "2")
        await until(pilot, lambda: pane.tunnel.report is None)
        assert pane.query_one("#tunnel-empty").region


@pytest.mark.parametrize("size", [(40, 10), (60, 16), (100, 18), (240, 70)])
async def test_it_fits_any_terminal(app: DotsApp, until: Until, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        pane = await opened(app, pilot, PLAIN)
        await pilot.press("R")
        await until(pilot, ended(pane))
        for key in ("o", "o", "z", "o", "z", "w", "w"):
            await pilot.press(key)
            await pilot.pause()
        await pilot.resize_terminal(*SMALL)
        await pilot.pause()
        assert said(pane)


async def test_a_made_up_shape_is_called_so_and_the_users_own_is_driven(
    app: DotsApp, until: Until, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACKS_VARIABLE, str(tmp_path))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause(0.5)  # until AWS was asked
        app.workspace.before_aws = None  # no embedded cloud: what is driven has its own shape
        pane = await opened(app, pilot, PLAIN)
        assert "made up until" in said(pane, "#tunnel-empty")
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert "(made up)" in str(pane.tunnel.border_title)
        assert "f fetches its own" in said(pane, "#tunnel-remarks")
        shutil.copy(samples / "tracks" / "reInvent2019_track.npy", tmp_path)
        await pilot.press("R")
        await until(pilot, ended(pane))
        assert pane.tunnel.report is not None
        assert pane.tunnel.report.track.source != "formula"
        assert "made up" not in str(pane.tunnel.border_title)


async def test_the_shape_is_fetched_with_a_key_and_driven(
    app: DotsApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    oval = npy(rows_of(track_for("Oval_track")))
    monkeypatch.setattr(verify, "SHA256", {**SHA256, "Oval_track": hashlib.sha256(oval).hexdigest()})
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve() as server:
        monkeypatch.setenv(fetch.URL_VARIABLE, server.template)
        run_env = app.workspace.documents["run.env"]
        run_env.edit(run_env.data.replace(b"reInvent2019_track", b"Oval_track"))
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause(0.5)  # until AWS was asked
            app.workspace.before_aws = None
            pane = await opened(app, pilot, PLAIN)
            await pilot.press("R")
            await until(pilot, ended(pane))
            await pilot.press("f")
            await until(pilot, lambda: server.asked and not pane.tunnel.shape.fetching)
            assert "(made up)" in str(pane.tunnel.border_title)  # the server does not have it
            server.files["/v6.0.5/Oval_track.npy"] = oval
            await pilot.press("f")
            await until(pilot, lambda: ended(pane)() and "made up" not in str(pane.tunnel.border_title))
            assert pane.tunnel.report is not None
            assert pane.tunnel.report.track.source != "formula"


async def test_in_a_small_terminal_the_map_and_what_matters_most_come_first(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=SMALL) as pilot:
        pane = await opened(app, pilot, HEAD + "    return 1.0 / params['speed'] ** 2\n")
        pane.focus()
        await pilot.press("R")
        await until(pilot, ended(pane))
        await pilot.pause()
        assert pane.tunnel.report is not None
        assert said(pane) == pane.tunnel.report.in_short
        assert said(pane).startswith("Crawling earns more than an honest lap")
        assert pane.query_one("#tunnel-verdict").size.height <= 4
        assert pane.query_one(HeatMap).size.height >= 10
        await pilot.press("o")
        await pilot.pause()
        assert said(pane) == pane.tunnel.report.verdict
        assert pane.query_one(DriverTable).display
