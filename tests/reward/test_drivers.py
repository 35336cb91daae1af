"""The drivers do what their names say, with the actions of the racer."""

from __future__ import annotations

import pytest

from dots_tui.reward.actions import ActionSpace, ContinuousActions, DiscreteActions
from dots_tui.reward.course import IMMOBILIZED, LAP, MOST_STEPS, OFF_TRACK, WRONG_WAY, Course, Drive
from dots_tui.reward.drivers import BACKWARDS, CENTRE, CRAWLER, DRIVERS, INSIDE, LEAVING, PARKED, RACING, ZIG_ZAG
from dots_tui.reward.states import SimulatedWorld
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.geometry import Track

CHOICES = DiscreteActions(((-30, 0.8), (-20, 1.2), (-10, 1.6), (0, 2.0), (10, 1.6), (20, 1.2), (30, 0.8)))
RANGES = ContinuousActions((-30.0, 30.0), (1.0, 4.0))
TRACKS = [builtin_tracks()["kidney"], builtin_tracks()["serpent"].reversed(), track_for("FS_June2020")]


def all_drives(track: Track, actions: ActionSpace) -> dict[str, Drive]:
    course = Course(track)
    return {driver.name: driver.drive(course, actions) for driver in DRIVERS}


@pytest.mark.parametrize("actions", [CHOICES, RANGES], ids=["discrete", "continuous"])
@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_who_finishes_and_who_is_faster(track: Track, actions: ActionSpace) -> None:
    drives = all_drives(track, actions)
    for name in (RACING, CENTRE, INSIDE, ZIG_ZAG, CRAWLER):
        assert drives[name].end == LAP, name
        assert drives[name].moments[-1].progress == 100.0
    assert drives[RACING].clean
    assert drives[CENTRE].clean
    assert not drives[INSIDE].clean
    assert drives[RACING].seconds < drives[CENTRE].seconds < drives[ZIG_ZAG].seconds < drives[CRAWLER].seconds
    assert drives[LEAVING].end == OFF_TRACK
    assert drives[BACKWARDS].end in (WRONG_WAY, OFF_TRACK)
    assert drives[BACKWARDS].moments[-1].progress < 0.0


def test_only_actions_of_the_racer_are_used_within_the_limits_of_the_car() -> None:
    wild = DiscreteActions(((-45.0, 6.0), (0.0, 6.0), (45.0, 0.01)))
    for name, found in all_drives(TRACKS[0], wild).items():
        commands = {(m.action.steering, m.action.speed) for m in found.moments}
        assert commands <= {(-30.0, 4.0), (0.0, 4.0), (30.0, 0.1)}, name


def test_the_parked_car_gets_nowhere_and_simapp_ends_that() -> None:
    found = all_drives(TRACKS[0], CHOICES)[PARKED]
    assert len({(moment.car.x, moment.car.y, moment.progress) for moment in found.moments}) == 1
    assert {moment.action.speed for moment in found.moments} == {0.8}
    assert (found.end, len(found.moments)) == (IMMOBILIZED, 15)


SEVEN = DiscreteActions(((-30, 0.8), (-20, 1.2), (-10, 1.6), (0, 2.0), (10, 1.6), (20, 1.2), (30, 0.8)))
TWENTY_ONE = DiscreteActions(
    tuple((angle, speed) for angle in (-30, -20, -10, 0, 10, 20, 30) for speed in (1.3, 2.5, 4.0))
)
WORLDS = ("reInvent2019_track", "Monaco", "FS_June2020", "AWS_track", "Oval_track", "2024_reinvent_champ_cw")


@pytest.mark.parametrize("actions", [SEVEN, TWENTY_ONE, RANGES], ids=["seven", "twenty-one", "continuous"])
@pytest.mark.parametrize("track", [*builtin_tracks().values(), *map(track_for, WORLDS)], ids=lambda track: track.name)
def test_the_racing_line_is_never_slower_than_the_centre_line(track: Track, actions: ActionSpace) -> None:
    course = Course(SimulatedWorld(track).track)
    drives = {one.name: one.drive(course, actions) for one in DRIVERS if one.name in (RACING, CENTRE)}
    assert drives[RACING].end == LAP
    assert drives[RACING].clean
    assert drives[RACING].seconds <= drives[CENTRE].seconds


def test_no_drive_goes_on_for_ever() -> None:
    slow = ContinuousActions((-30.0, 30.0), (0.1, 0.2))
    found = all_drives(track_for("FS_June2020"), slow)
    assert len(found[CRAWLER].moments) == MOST_STEPS
    assert found[CRAWLER].end == "stopped"


def test_the_states_of_a_lap_are_those_of_an_episode() -> None:
    track = TRACKS[0]
    world = SimulatedWorld(track)
    states = all_drives(track, CHOICES)[CENTRE].states(world)
    assert [state.steps for state in states] == list(range(2, len(states) + 2))
    progress = [state.progress for state in states]
    assert progress == sorted(progress)
    assert states[-1].progress == 100.0
    assert all(state.on_track for state in states)
    for state in states[:-1]:
        assert state.progress == pytest.approx(100.0 * state.place.projection_distance / track.length_m, abs=1e-6)


def test_an_open_track_is_driven_to_its_end() -> None:
    found = all_drives(track_for("Straight_track"), CHOICES)
    assert found[RACING].end == found[CENTRE].end == LAP
