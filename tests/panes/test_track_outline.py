"""The track on the Training pane: the cars of its world, and never a wrong outline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dots_tui.panes.track_outline import TrackOutline
from dots_tui.tracks.builtin import track_for
from dots_tui.training.snapshot import Exit, RunSnapshot
from tests.panes.told import WORLD, snapshot, started, step, told


class Map:
    """What the outline needs of the map."""

    border_title = empty = ""

    def __init__(self) -> None:
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


def test_no_outline_is_better_than_a_wrong_one() -> None:
    run, drawn, outline = snapshot(told(one=[started(0), step(0, 1, 0.0)])), Map(), TrackOutline()
    outline.draw(drawn, at(run, 100.0, 100.0))  # type: ignore[arg-type]
    assert drawn.centre == ()
    assert "not known" in drawn.empty


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
