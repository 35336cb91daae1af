"""The track picker, driven by its keys."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from dots_tui.panes.track_picker import Outline, TrackPicker
from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.widgets.track_map import TrackLike, TrackMap


class Stage(App[None]):
    """The picker over nothing; keeps its answers."""

    ascii_only = False

    def __init__(
        self, current: str = "reInvent2019_track", simapp: str = "5.3.3-gpu", outline: Outline | None = None
    ) -> None:
        super().__init__()
        self.picker = TrackPicker(current, simapp, outline)
        self.answers: list[str | None] = []
        self.animation_level = "none"

    def on_mount(self) -> None:
        self.push_screen(self.picker, self.answers.append)

    def lines(self) -> list[str]:
        rows = self.picker.rows
        return [rows.render_line(y).text.rstrip() for y in range(rows.size.height)]

    def about(self, part: str = "line") -> str:
        return str(self.picker.query_one(f"#tracks-{part}", Static).render())


async def type_in(pilot: Pilot[Any], text: str) -> None:
    await pilot.press(*(key if key != " " else "space" for key in text))
    await pilot.pause()


async def test_it_opens_on_the_current_track_in_view_and_enter_keeps_it() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        (line,) = [line for line in app.lines() if line.startswith("▸")]
        assert line.split() == [
            "▸",
            "✓",
            "reInvent2019_track",
            "Smile",
            "Speedway",
            "23.12",
            "1.07",
            "ccw",
            "155",
            "5",
            "6",
        ]
        await pilot.press("enter")
        await pilot.pause()
        assert app.answers == ["reInvent2019_track"]


async def test_a_track_is_found_by_its_title_and_chosen_with_the_arrows() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "smile cw")
        assert [line.split()[-9] for line in app.lines() if "Smile" in line] == [
            "reInvent2019_track_ccw",
            "reInvent2019_track_cw",
        ]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.answers == ["reInvent2019_track_cw"]


async def test_what_the_simapp_cannot_train_is_marked_and_said_why() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "f1")
        assert app.lines()[0].split()[:3] == ["▸", "✗", "Singapore_f1"]
        assert app.lines()[0].endswith("- 6")
        assert "not there for simapp 5.3.3-gpu" in app.about()
        await type_in(pilot, "zz")
        assert app.lines()[0].startswith("No track has")
        await pilot.press("enter")
        assert app.answers == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_a_shape_is_drawn_only_where_it_is_known() -> None:
    def outline(name: str) -> TrackLike | None:
        return builtin_tracks()["kidney"] if name == "Oval_track" else None

    app = Stage(outline=outline)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        drawn = app.picker.query_one(TrackMap)
        assert drawn.render_line(0).text.strip() == "shape not known here"
        await type_in(pilot, "oval_track")
        assert any(sign >= "⠉" for y in range(drawn.size.height) for sign in drawn.render_line(y).text)
        assert "shape not known" not in drawn.render_line(0).text
        assert "19.55 m long" in app.about("details")


@pytest.mark.parametrize(("size", "rows"), [((40, 10), 6), ((80, 24), 15), ((200, 60), 30)])
async def test_it_fits_the_terminal(size: tuple[int, int], rows: int) -> None:
    app = Stage("no such track", "")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert len([line for line in app.lines() if line]) >= rows
        endings = ("cw", "open") if size[0] < 62 else ("5 6", "5 -", "- 6", "- -")
        assert all(line.endswith(endings) for line in app.lines() if line)
