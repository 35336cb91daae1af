"""Boxes and cars on the track are placed, ordered and told as simapp does."""

from __future__ import annotations

import math

import pytest

from dots_tui.reward.actions import ContinuousActions
from dots_tui.reward.child_process import Limits
from dots_tui.reward.course import CRASHED, LAP, Course
from dots_tui.reward.drivers import CENTRE, DRIVERS, RACING, hitting
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.states import SimulatedWorld, car_at
from dots_tui.reward.subject import Subject
from dots_tui.reward.traffic import INNER, OUTER, Traffic, TrafficPlan
from dots_tui.reward.traffic_settings import traffic_of
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["kidney"]
LENGTH = TRACK.length_m
ACTIONS = ContinuousActions((-30.0, 30.0), (0.5, 3.0))
HEAD = "def reward_function(params):\n"


def boxes(**changes: object) -> TrafficPlan:
    return TrafficPlan(**{"count": 4, **changes})  # type: ignore[arg-type]


def test_boxes_are_spread_from_the_first_distance_to_a_metre_before_the_end_in_turns() -> None:
    bodies = Traffic(TRACK, boxes()).bodies(2)
    assert [body.along for body in bodies] == pytest.approx([2.0 + (LENGTH - 3.0) * i / 3 for i in range(4)])
    # The loop goes to the left, so its inside is on the left.
    assert [body.offset > 0 for body in bodies] == [True, False, True, False]
    assert [abs(body.offset) for body in bodies] == pytest.approx([TRACK.width_m / 4] * 4, abs=0.01)


def test_distances_are_percent_of_the_lap_from_5_3_3_on() -> None:
    assert Traffic(TRACK, boxes(percent=True)).bodies(2)[0].along == pytest.approx(LENGTH * 0.02)
    settings = {"DR_RACE_TYPE": "OBJECT_AVOIDANCE"}
    for simapp, percent in (((5, 3, 3), True), ((6, 0, 4), True), ((5, 3, 2), False), ((), True)):
        plan = traffic_of(settings, simapp)
        assert plan is not None
        assert (plan.count, plan.percent) == (6, percent)


def test_given_positions_overrule_number_and_chance() -> None:
    plan = traffic_of({"DR_RACE_TYPE": "OBJECT_AVOIDANCE", "DR_OA_OBJECT_POSITIONS": '"0.7,1;0.2,-1"'}, ())
    assert plan is not None
    assert plan.places == ((0.7, INNER), (0.2, OUTER))
    bodies = Traffic(TRACK, plan).bodies(2)
    assert [round(body.along / LENGTH, 6) for body in bodies] == [0.7, 0.2]
    assert [body.offset > 0 for body in bodies] == [True, False]


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ({"DR_RACE_TYPE": "TIME_TRIAL", "DR_OA_NUMBER_OF_OBSTACLES": "4"}, None),
        ({"DR_RACE_TYPE": "OBJECT_AVOIDANCE", "DR_OA_NUMBER_OF_OBSTACLES": "0"}, None),
        ({"DR_RACE_TYPE": "OBJECT_AVOIDANCE", "DR_OA_NUMBER_OF_OBSTACLES": "many"}, 6),
        ({"DR_RACE_TYPE": "HEAD_TO_BOT"}, 3),
        ({"DR_RACE_TYPE": "HEAD_TO_BOT", "DR_H2B_NUMBER_OF_BOT_CARS": "2"}, 2),
    ],
)
def test_settings_say_what_is_on_the_track(settings: dict[str, str], count: int | None) -> None:
    plan = traffic_of(settings, (6, 0, 4))
    assert (plan.count if plan is not None else None) == count


def test_closest_objects_are_numbers_in_the_lists_that_are_in_the_order_of_the_settings() -> None:
    world = SimulatedWorld(TRACK, plan=boxes(count=3, places=((0.8, INNER), (0.1, OUTER), (0.5, INNER))))
    for share, expected in ((0.0, [0, 1]), (0.3, [1, 2]), (0.6, [2, 0]), (0.9, [0, 1])):
        params = world.params(world.state(car_at(TRACK, share * LENGTH, 0.0, 0.0), 1.0, 0.0, 2, 0.0))
        assert params["closest_objects"] == expected
        assert [round(one / LENGTH, 6) for one in params["objects_distance"]] == [0.8, 0.1, 0.5]
        assert params["objects_left_of_center"] == [True, False, True]
        assert params["objects_speed"] == params["objects_heading"] == [0.0] * 3
        assert {len(value) for name, value in params.items() if name.startswith("objects_")} == {3}


def test_the_object_ahead_is_in_view_when_the_car_looks_there() -> None:
    world = SimulatedWorld(TRACK, plan=boxes(count=2, places=((0.1, INNER), (0.6, INNER))))
    for turned, seen in ((0.0, True), (180.0, False)):
        state = world.state(car_at(TRACK, 0.05 * LENGTH, 0.0, turned), 1.0, 0.0, 2, 0.0)
        assert world.params(state)["object_in_camera"] is seen


def test_cars_drive_and_point_along_the_track() -> None:
    traffic = Traffic(TRACK, TrafficPlan(count=3, cars=True, speed=0.6))
    first, later = traffic.bodies(2), traffic.bodies(2 + 15 * 5)
    for one, other in zip(first, later):
        assert (other.along - one.along) % LENGTH == pytest.approx(3.0)
        assert other.heading == pytest.approx(TRACK.heading_at(other.along))
    assert traffic.params(0.0, 0.0, 0.0, 0.0, 2)["objects_speed"] == [0.6] * 3


def test_cars_change_their_lane_when_they_are_told_to() -> None:
    plan = TrafficPlan(count=2, cars=True, speed=0.5, lane_seconds=(2.0, 3.0))
    sides = {round(math.copysign(1, Traffic(TRACK, plan).bodies(steps)[0].offset)) for steps in range(2, 200, 5)}
    assert sides == {1, -1}


def test_objects_at_random_are_the_same_ones_each_time_and_keep_their_distance() -> None:
    plan = boxes(count=5, random=True)
    one, other = (sorted(body.along for body in Traffic(TRACK, plan).bodies(2)) for _ in range(2))
    assert one == other
    assert all(b - a >= 2.0 - 1e-6 for a, b in zip(one, one[1:]))


@pytest.mark.parametrize("plan", [boxes(), TrafficPlan(count=3, cars=True, speed=0.2)], ids=["boxes", "cars"])
def test_honest_drivers_go_round_objects_and_one_driver_hits_one(plan: TrafficPlan) -> None:
    world = SimulatedWorld(TRACK, plan=plan)
    course = Course(world.track, world.traffic)
    for driver in DRIVERS:
        if driver.name in (RACING, CENTRE):
            assert driver.drive(course, ACTIONS).end == LAP, driver.name
    crash = hitting(course, ACTIONS)
    assert crash.end == CRASHED
    states = crash.states(world)
    assert world.params(states[-1])["is_crashed"] is True
    assert not any(world.params(state)["is_crashed"] for state in states[:-1])


def rehearsed(source: str, plan: TrafficPlan | None) -> Report:
    report = Report(TRACK)
    for event in rehearse(
        Subject(source.encode(), TRACK, traffic=plan), Limits(seconds=60.0, call_seconds=10.0, policies=0)
    ):
        report = report.after(event)
    return report


def test_objects_are_there_in_a_race_with_objects_only() -> None:
    source = HEAD + "    return params['objects_distance'][params['closest_objects'][1]] / 100\n"
    assert rehearsed(source, boxes()).faults == ()
    (fault,) = rehearsed(source, None).faults
    assert fault.line == 2


def test_a_fault_near_an_object_is_found() -> None:
    source = (
        HEAD + "    x, y = params['objects_location'][params['closest_objects'][1]]\n"
        "    if (params['x'] - x) ** 2 + (params['y'] - y) ** 2 < 0.25:\n        return params['nope']\n"
        "    return 1.0\n"
    )
    (fault,) = rehearsed(source, boxes()).faults
    assert fault.line == 4
