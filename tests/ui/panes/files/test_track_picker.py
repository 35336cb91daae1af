"""The track picker, driven by its keys."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from dots_tui.tracks import fetch, verify
from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.checksums import SHA256
from dots_tui.tracks.sources import TrackStore
from dots_tui.ui.panes.files.track_picker import TrackPicker
from dots_tui.ui.widgets.track_map import TrackMap
from tests.tracks.routes import Server, npy, rows_of, serve

OVAL = npy(rows_of(track_for("Oval_track")))
NOWHERE = Path("/no/such/folder")


class Stage(App[None]):
    """The picker over nothing; keeps its answers."""

    ascii_only = False

    def __init__(
        self, current: str = "reInvent2019_track", simapp: str = "5.3.3-gpu", tracks: TrackStore | None = None
    ) -> None:
        super().__init__()
        self.picker = TrackPicker(current, simapp, tracks or TrackStore(NOWHERE))
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
        assert "not included in simapp 5.3.3-gpu" in app.about()
        await type_in(pilot, "zz")
        assert app.lines()[0].startswith("No track has")
        await pilot.press("enter")
        assert app.answers == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]


def drawn(app: Stage) -> str:
    """What the map shows."""
    shown = app.picker.query_one(TrackMap)
    return "\n".join(shown.render_line(y).text.rstrip() for y in range(shown.size.height)).strip()


def is_drawn(app: Stage) -> bool:
    return any(sign >= "⠉" for sign in drawn(app))


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await pilot.pause(0.02)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server where the public track data would be; what it has of Oval_track counts as published."""
    checksums = {**SHA256, "Oval_track": hashlib.sha256(OVAL).hexdigest()}
    monkeypatch.setattr(verify, "SHA256", checksums)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve() as served:
        monkeypatch.setenv(fetch.URL_VARIABLE, served.template)
        served.files["/v6.0.5/Oval_track.npy"] = OVAL
        yield served


async def test_a_shape_is_drawn_where_it_is_known(tmp_path: Path) -> None:
    (tmp_path / "Oval_track.npy").write_bytes(OVAL)
    app = Stage(tracks=TrackStore(NOWHERE, tmp_path))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert drawn(app) == "Shape not fetched yet: ctrl+g fetches it"
        await type_in(pilot, "oval_track")
        assert is_drawn(app)
        assert "19.55 m long" in app.about("details")
        assert f"shape of {tmp_path}" in app.about("details").replace("\n", "")
        (tmp_path / "Oval_track.npy").write_bytes(OVAL[:-1])
        await pilot.press("home", "end", "space")
        await pilot.pause()
        assert "is cut short" in drawn(app).replace("\n", " ")


async def test_a_shape_is_fetched_with_one_key_and_kept(server: Server, tmp_path: Path) -> None:
    server.held = threading.Event()
    app = Stage(tracks=TrackStore(tmp_path))
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "oval_track")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: f"of {len(OVAL):,} bytes" in drawn(app))
        await pilot.press("ctrl+g")  # it is under way: nothing more is asked for
        server.held.set()
        await until(pilot, lambda: is_drawn(app))
        assert "shape verified against the catalog" in app.about("details")
        assert (tmp_path / "Oval_track.npy").read_bytes() == OVAL
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert server.asked == ["/v6.0.5/Oval_track.npy"]


async def test_leaving_gives_up_what_is_under_way(server: Server, tmp_path: Path) -> None:
    server.held = threading.Event()
    app = Stage(tracks=TrackStore(tmp_path))
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "oval_track")
        await pilot.press("ctrl+g")
        await until(pilot, server.half_sent.is_set)
        (thread,) = [one for one in threading.enumerate() if one.name == "dots-fetch-track"]
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]
        server.held.set()
        thread.join(20)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("size", "part"), [((120, 36), "map"), ((80, 24), "line")])
async def test_what_cannot_be_fetched_is_said_where_it_is_looked_for(
    server: Server, tmp_path: Path, size: tuple[int, int], part: str
) -> None:
    app = Stage(tracks=TrackStore(tmp_path))
    async with app.run_test(size=size) as pilot:
        await type_in(pilot, "monaco_b")

        def said() -> str:
            return drawn(app) if part == "map" else app.about(part)

        assert "ctrl+g fetches it" in said()
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "(404)" in said().replace("\n", " "))
        await type_in(pilot, "x")
        await pilot.press("ctrl+g")  # with no track under the cursor
        await pilot.pause()
        assert len(server.asked) == 1


@pytest.mark.parametrize(("size", "rows"), [((40, 10), 6), ((80, 24), 15), ((200, 60), 30)])
async def test_it_fits_the_terminal(size: tuple[int, int], rows: int) -> None:
    app = Stage("no such track", "")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert len([line for line in app.lines() if line]) >= rows
        endings = ("cw", "open") if size[0] < 62 else ("5 6", "5 -", "- 6", "- -")
        assert all(line.endswith(endings) for line in app.lines() if line)
