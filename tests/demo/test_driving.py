"""The demo's car, the rules of an episode and the parameters a reward function is given."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.demo.driver import GENES, Driver
from dots_tui.demo.reward_call import Paid
from dots_tui.demo.rollout import Rollout, Row, place_obstacles
from dots_tui.reward.actions import CarAction, ContinuousActions, DiscreteActions
from dots_tui.reward.car import Car
from dots_tui.reward.controller import unsquash
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.geometry import Track

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Every key of simapp 6's RewardParam list.
KEYS = {
    "all_wheels_on_track": bool,
    "x": float,
    "y": float,
    "heading": float,
    "distance_from_center": float,
    "projection_distance": float,
    "progress": float,
    "steps": int,
    "speed": float,
    "steering_angle": float,
    "track_width": float,
    "track_length": float,
    "waypoints": list,
    "closest_waypoints": list,
    "is_left_of_center": bool,
    "is_reversed": bool,
    "is_crashed": bool,
    "is_offtrack": bool,
    "closest_objects": list,
    "objects_location": list,
    "objects_left_of_center": list,
    "object_in_camera": bool,
    "objects_speed": list,
    "objects_heading": list,
    "objects_distance_from_center": list,
    "objects_distance": list,
    "sim_time": float,
}


class Hand:
    """A driver that does what a test says, with the part of ``Driver`` a rollout needs."""

    def __init__(self, *commands: tuple[float, float]) -> None:
        self._commands = commands
        self._count = 0

    def act(self, *_: object) -> CarAction:
        steering, speed = self._commands[min(self._count, len(self._commands) - 1)]
        self._count += 1
        return CarAction(steering, speed, "0")


class Reward:
    """Keeps what it is given and pays one for each step."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def pay(self, calls: Sequence[dict[str, Any]]) -> Iterator[Paid]:
        for params in calls:
            self.seen.append(params)
            yield Paid(1.0, "")


def skilled(offset: float = 0.0) -> Driver:
    """A driver with hand-made values that keeps the road."""
    wanted = {"look_ahead": 0.6, "gain": 1.2, "lane": offset, "shake": 1.5, "pace": 0.3, "waver": 0.01}
    values = []
    for gene in GENES:
        share = (wanted.get(gene.name, (gene.low + gene.high) / 2) - gene.low) / (gene.high - gene.low)
        values.append(unsquash(min(max(share, 0.001), 0.999)))
    return Driver(values, ContinuousActions((-30.0, 30.0), (0.5, 2.0)), steady=True)


def drive(
    track: Track, driver: Any, start: float = 0.0, *, against: bool = False, objects: int = 0
) -> tuple[list[Row], list[dict[str, Any]]]:
    """An episode: its rows, and what the reward function was given for each but the first."""
    reward: Any = Reward()
    rows = list(Rollout(track, reward, Random(1), objects).episode(driver, start, against=against))
    return rows, reward.seen


OVAL, KIDNEY = builtin_tracks()["oval"], builtin_tracks()["kidney"]


# -- the car --------------------------------------------------------------------------------------


def test_the_car_drives_straight_and_in_circles() -> None:
    car = Car(0.0, 0.0, 0.0)
    for _ in range(30):
        car.drive(0.0, 1.0, 1 / 15)
    assert car.y == pytest.approx(0.0)
    assert 1.7 < car.x < 2.0  # two seconds at 1 m/s, less what it takes to get there
    radius = 0.164 / math.tan(math.radians(20.0))
    for _ in range(30):
        car.drive(20.0, 0.5, 1 / 15)
    before = (car.x, car.y)
    for _ in range(round(math.pi * radius / 0.5 * 15)):
        car.drive(20.0, 0.5, 1 / 15)
    assert math.dist(before, (car.x, car.y)) == pytest.approx(2 * radius, rel=0.02)


def test_too_fast_for_a_bend_goes_wide() -> None:
    slow, fast = Car(0.0, 0.0, 0.0), Car(0.0, 0.0, 0.0)
    for _ in range(15):
        slow.drive(30.0, 0.8, 1 / 15)
        fast.drive(30.0, 4.0, 1 / 15)
    assert fast.heading_degrees != slow.heading_degrees
    turn_per_metre = 30.0 / 57.3 / 0.164
    assert fast.speed * fast.speed * turn_per_metre > 7.0  # without tyres that slip
    straight = Car(0.0, 0.0, 0.0)
    for _ in range(15):
        straight.drive(0.0, 4.0, 1 / 15)
    assert math.hypot(fast.x, fast.y) > 0.5
    assert math.hypot(fast.x, fast.y) < math.hypot(straight.x, straight.y)


# -- how an episode ends --------------------------------------------------------------------------


def test_a_lap_is_complete_at_a_hundred_percent() -> None:
    rows, _ = drive(OVAL, skilled(), start=0.3)
    assert rows[-1].status == "lap_complete"
    assert rows[-1].progress == 100.0
    assert [row.done for row in rows[:-1]] == [False] * (len(rows) - 1)
    assert rows[0].status == "prepare"
    assert rows[0].reward == 0.0
    assert [row.step for row in rows] == list(range(1, len(rows) + 1))


def test_off_the_road_is_all_wheels_off() -> None:
    rows, params = drive(OVAL, Hand((0.0, 2.0)))
    assert rows[-1].status == "off_track"
    assert params[-1]["is_offtrack"]
    assert not rows[-1].on_track
    assert any(not row.on_track and row.status == "in_progress" for row in rows)
    assert not any(p["is_offtrack"] for p in params[:-1])
    assert params[-1]["distance_from_center"] > params[-1]["track_width"] / 2


def test_a_car_that_stands_is_immobilized() -> None:
    rows, _ = drive(OVAL, Hand((0.0, 0.0)))
    assert (rows[-1].status, len(rows)) == ("immobilized", 16)


def test_a_car_that_drives_back_is_reversed() -> None:
    rows, _ = drive(track_for("Monaco"), Hand((30.0, 0.5)))
    assert rows[-1].status == "reversed"
    assert all(b.progress < a.progress for a, b in zip(rows[-16:], rows[-15:]))


def test_circling_for_ever_ends_as_well() -> None:
    # Fast enough to come round before fifteen steps backwards are counted.
    rows, _ = drive(KIDNEY, Hand((30.0, 1.5)))
    assert rows[-1].status == "time_up"


def test_a_track_that_is_no_loop_ends_at_its_end() -> None:
    rows, _ = drive(track_for("Straight_track"), Hand((0.0, 1.0)))
    assert rows[-1].status == "lap_complete"


def test_the_other_direction_is_the_other_direction() -> None:
    rows, params = drive(KIDNEY, skilled(), against=True)
    assert rows[-1].status == "lap_complete"
    assert all(p["is_reversed"] for p in params)
    assert params[0]["waypoints"] == list(KIDNEY.centre[::-1])
    ahead, _ = drive(KIDNEY, skilled())
    turn = math.remainder(rows[0].heading - ahead[0].heading, 360.0)
    assert abs(turn) == pytest.approx(180.0, abs=10.0)


# -- the parameters -------------------------------------------------------------------------------


@pytest.mark.parametrize("objects", [0, 4])
def test_all_parameters_are_there_and_of_their_type(objects: int) -> None:
    _, params = drive(KIDNEY, skilled(), objects=objects)
    for given in params:
        assert {key: type(value) for key, value in given.items()} == KEYS


def test_parameters_agree_with_the_row_and_with_each_other() -> None:
    rows, params = drive(KIDNEY, skilled(0.5), start=0.2)
    for row, given in zip(rows[1:], params):
        assert (given["x"], given["y"], given["heading"]) == (row.x, row.y, row.heading)
        assert (given["speed"], given["steering_angle"]) == (row.action.speed, row.action.steering)
        assert (given["steps"], given["progress"], given["sim_time"]) == (row.step, row.progress, row.time)
        assert given["all_wheels_on_track"] == row.on_track
        place = KIDNEY.locate(row.x, row.y)
        assert given["distance_from_center"] == pytest.approx(abs(place.offset_m))
        assert given["is_left_of_center"] == (place.offset_m > 0)
        assert given["projection_distance"] == pytest.approx(place.distance_m)
        behind, ahead = given["closest_waypoints"]
        assert (ahead - behind) % (len(KIDNEY.centre) - 1) == 1
        assert row.waypoint in (behind, ahead)
        assert given["track_length"] == KIDNEY.length_m
        assert given["waypoints"][0] == given["waypoints"][-1]
    assert params[0]["steps"] == 2
    assert sum(given["is_left_of_center"] for given in params) > 0.9 * len(params)


def test_a_reward_function_can_change_nothing() -> None:
    class Vandal(Reward):
        def pay(self, calls: Sequence[dict[str, Any]]) -> Iterator[Paid]:
            for params in calls:
                params["waypoints"].clear()
                params["closest_waypoints"].append(0)
                params.clear()
                yield Paid(1.0, "")

    vandal: Any = Vandal()
    rows = list(Rollout(KIDNEY, vandal, Random(1)).episode(skilled(), 0.0))
    assert rows[-1].status == "lap_complete"


def test_objects_stand_on_the_road_and_in_the_parameters() -> None:
    obstacles = place_obstacles(KIDNEY, 6, Random(1), scattered=True)
    _, params = drive(KIDNEY, skilled(), objects=6)
    given = params[0]
    count = len(given["objects_location"])
    assert 4 <= count <= 6  # none beside the start
    assert all(len(given[key]) == count for key in given if key.startswith("objects_"))
    for obstacle in obstacles:
        assert abs(KIDNEY.locate(obstacle.x, obstacle.y).offset_m) < 0.4
    behind, ahead = given["closest_objects"]
    distances = given["objects_distance"]
    assert distances[ahead] == min(d for d in distances if d > given["projection_distance"])
    assert behind != ahead
    assert given["objects_left_of_center"] == [KIDNEY.locate(x, y).offset_m > 0 for x, y in given["objects_location"]]


def test_driving_into_an_object_is_a_crash() -> None:
    rows, params = drive(OVAL, skilled(0.5), objects=2)
    assert rows[-1].status == "crashed"
    assert params[-1]["is_crashed"]


# -- actions --------------------------------------------------------------------------------------


def test_discrete_actions_are_chosen_by_nearness_and_print_their_number() -> None:
    space = DiscreteActions(((-30.0, 1.0), (0.0, 3.0), (0.0, 1.0), (45.0, 9.0)))
    assert space.nearest(-20.0, 1.0) == CarAction(-30.0, 1.0, "0")
    assert space.nearest(2.0, 1.2).text == "2"
    assert space.nearest(2.0, 2.9).text == "1"
    assert space.nearest(40.0, 4.0)[:2] == (30.0, 4.0)  # clipped, as in the simulation
    with pytest.raises(ValueError, match="empty"):
        DiscreteActions(())


def test_continuous_actions_stay_in_their_ranges() -> None:
    space = ContinuousActions((-20.0, 10.0), (0.5, 2.0))
    assert space.nearest(-90.0, 9.0) == CarAction(-20.0, 2.0, "[-20.0 2.0]")
    assert space.nearest(3.5, 1.25).text == "[3.5 1.25]"
