"""The track on the Training pane: the cars of its world on its real shape, and never a wrong outline."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dots_tui.app.workspace import Workspace
from dots_tui.config.settings import TRACKS_VARIABLE, Folders, SettingsFile
from dots_tui.tracks.builtin import track_for
from dots_tui.training.snapshot import Exit, RunSnapshot
from dots_tui.ui.panes.training.track_outline import DrivenLine, TrackOutline
from tests.tracks.routes import npy, rows_of
from tests.ui.panes.told import WORLD, snapshot, started, step, told


class Map:
    """What the outline needs of the map."""

    border_title = border_subtitle = empty = ""

    def __init__(self, *, demo: bool = True) -> None:
        folders = Folders.of_user()
        self.app = self
        self.workspace = Workspace(folders, SettingsFile.load(folders))
        self.workspace.before_aws = (lambda: None) if demo else None
        self.centre: Any = ()
        self.cars: Any = ()
        self.exits: Any = ()

    def set_track(self, centre: Any, *_: Any) -> None:
        self.centre = centre

    def set_cars(self, cars: Any) -> None:
        self.cars = cars

    def set_exits(self, exits: Any) -> None:
        self.exits = exits


def at(run: RunSnapshot, x: float, y: float, world: str = WORLD) -> RunSnapshot:
    """The same with worker 0 there."""
    first = replace(run.workers[0], x=x, y=y, world=world)
    return replace(run, workers=(first, *run.workers[1:]))


def test_cars_are_drawn_on_the_outline_of_their_world() -> None:
    run, drawn = snapshot(told(one=[started(0), step(0, 1, 0.0)])), Map()
    x, y = track_for(WORLD).centre[5]
    TrackOutline().draw(drawn, at(run, x, y))  # type: ignore[arg-type]
    assert drawn.cars == [("0", x, y)]
    assert len(drawn.centre) > 10
    assert drawn.border_title == f"track ─ {WORLD}"
    assert drawn.border_subtitle == "made-up shape"


def test_no_outline_is_better_than_a_wrong_one() -> None:
    run, drawn, outline = snapshot(told(one=[started(0), step(0, 1, 0.0)])), Map(), TrackOutline()
    outline.draw(drawn, at(run, 100.0, 100.0))  # type: ignore[arg-type]
    assert drawn.centre == ()
    assert "not that of the track" in drawn.empty


def test_a_car_of_another_world_is_not_drawn() -> None:
    run = snapshot(told(one=[started(0), step(0, 1, 0.0)], two=[started(1), step(0, 1, 0.0)]))
    x, y = track_for(WORLD).centre[5]
    second = replace(run.workers[1], x=100.0, y=100.0, world="Monaco")
    run, drawn = replace(at(run, x, y), world=WORLD), Map()
    TrackOutline().draw(drawn, replace(run, workers=(run.workers[0], second)))  # type: ignore[arg-type]
    assert drawn.cars == [("0", x, y)]


def test_only_where_episodes_end_now_is_shaded() -> None:
    x, y = track_for(WORLD).centre[5]
    run, drawn = at(snapshot(told(one=[started(0), step(0, 1, 0.0)])), x, y), Map()
    exits = tuple(Exit(0, float(number), 0.0, 1, "off_track", 10.0, 0) for number in range(100))
    TrackOutline().draw(drawn, replace(run, exits=exits))  # type: ignore[arg-type]
    assert drawn.exits == [(float(number), 0.0) for number in range(60, 100)]


@pytest.fixture
def routes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of ``--tracks``."""
    monkeypatch.setenv(TRACKS_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_real_run_is_never_drawn_on_a_formula(routes: Path) -> None:
    run, drawn = snapshot(told(one=[started(0), step(0, 1, 0.0)])), Map(demo=False)
    x, y = track_for(WORLD).centre[5]
    TrackOutline().draw(drawn, at(run, x, y))  # type: ignore[arg-type]
    assert drawn.centre == ()
    assert drawn.empty.endswith("The track picker fetches it: 1, then T.")


def test_the_real_shape_is_drawn_as_soon_as_it_is_here(routes: Path) -> None:
    run, drawn, outline = snapshot(told(one=[started(0), step(0, 1, 0.0)])), Map(demo=False), TrackOutline()
    outline.draw(drawn, at(run, 1.0, 0.1))  # type: ignore[arg-type]
    (routes / f"{WORLD}.npy").write_bytes(npy([(0, 0, 0, 1, 0, -1), (3, 0, 3, 1, 3, -1)]))
    outline.draw(drawn, at(run, 1.0, 0.1))  # type: ignore[arg-type]
    assert drawn.centre == ((0.0, 0.0), (3.0, 0.0))
    assert drawn.cars == [("0", 1.0, 0.1)]
    assert drawn.border_subtitle == ""


def test_another_file_gets_another_chance(routes: Path) -> None:
    run, drawn, outline = snapshot(told(one=[started(0), step(0, 1, 0.0)])), Map(demo=False), TrackOutline()
    path = routes / f"{WORLD}.npy"
    path.write_bytes(npy([(0, 0, 0, 1, 0, -1), (3, 0, 3, 1, 3, -1)]))
    x, y = track_for(WORLD).centre[5]
    outline.draw(drawn, at(run, x + 9.0, y + 9.0))  # type: ignore[arg-type]
    outline.draw(drawn, at(run, 1.0, 0.1))  # type: ignore[arg-type]
    assert drawn.centre == ()
    path.write_bytes(npy(rows_of(track_for(WORLD))))
    os.utime(path, (1, 1))
    outline.draw(drawn, at(run, x, y))  # type: ignore[arg-type]
    assert len(drawn.centre) > 10


# -- the driven path ------------------------------------------------------------------------------

RING = tuple((3.0 * math.cos(turn / 8 * math.pi), 2.0 * math.sin(turn / 8 * math.pi)) for turn in range(16))


def drove(world: str = "No_such_track", points: tuple[tuple[float, float], ...] = RING) -> RunSnapshot:
    """A worker on a track whose shape nobody has, which drove these points."""
    run = snapshot(told(one=[started(0), step(0, 1, 0.0)]))
    exits = (Exit(0, 1.0, 1.0, 3, "off_track", 20.0, 1),)
    return replace(at(run, 3.0, 0.0, world), world=world, driven={world: points}, exits=exits)


def test_without_a_shape_cars_and_exits_are_drawn_on_the_line_they_drove() -> None:
    drawn = Map(demo=False)
    TrackOutline().draw(drawn, drove())  # type: ignore[arg-type]
    assert (drawn.centre, drawn.cars, drawn.exits) == (RING, [("0", 3.0, 0.0)], [(1.0, 1.0)])
    assert drawn.border_title == "driven path ─ No_such_track"
    assert "no outline yet" in drawn.border_subtitle


def test_a_few_points_are_no_line_yet() -> None:
    drawn = Map(demo=False)
    TrackOutline().draw(drawn, drove(points=RING[:4]))  # type: ignore[arg-type]
    assert drawn.centre == ()
    assert "not here yet" in drawn.empty
    assert drawn.border_title == "track ─ No_such_track"


def test_off_the_wrong_outline_the_driven_line_is_shown() -> None:
    drawn, far = Map(), tuple((x + 500.0, y) for x, y in RING)
    run = replace(drove(WORLD, far), workers=at(drove(WORLD, far), 503.0, 0.0).workers)
    TrackOutline().draw(drawn, run)  # type: ignore[arg-type]
    assert drawn.centre == far
    assert drawn.border_title == f"driven path ─ {WORLD}"
    assert "another track" in drawn.border_subtitle


def test_a_line_that_goes_round_is_closed() -> None:
    assert DrivenLine(RING).closed
    assert not DrivenLine(RING[:10]).closed


def test_a_line_that_hardly_changes_is_not_drawn_each_time() -> None:
    drawn, outline = Map(demo=False), TrackOutline()
    outline.draw(drawn, drove())  # type: ignore[arg-type]
    moved = tuple((x + 0.01, y) for x, y in RING)
    outline.draw(drawn, drove(points=moved))  # type: ignore[arg-type]
    assert drawn.centre == RING
    outline.draw(drawn, drove(points=(*moved, (3.1, 0.1))))  # type: ignore[arg-type]
    assert drawn.centre == (*moved, (3.1, 0.1))
