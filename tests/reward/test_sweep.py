"""The sweep tries enough states, first coarsely, and tells where it pays most and least."""

from __future__ import annotations

import pytest

from dots_tui.reward.actions import ContinuousActions, DiscreteActions
from dots_tui.reward.states import CarState, SimulatedWorld
from dots_tui.reward.sweep import HEADINGS, OFFSETS, POSITIONS, planned, sweep
from dots_tui.tracks.builtin import builtin_tracks

WORLD = SimulatedWorld(builtin_tracks()["kidney"])


def never() -> bool:
    return False


RANGES = ContinuousActions((-30.0, 30.0), (0.5, 3.0))


def test_at_least_ten_thousand_states_are_tried() -> None:
    seen: list[CarState] = []

    def pay(state: CarState) -> float:
        seen.append(state)
        return 1.0

    *_, last = sweep(WORLD, RANGES, pay, never)
    assert last.complete
    assert last.states == last.planned == planned(RANGES) == len(seen) >= 10_000
    assert {state.off_track for state in seen} == {True, False}
    assert {state.speed for state in seen} == {0.5, 1.75, 3.0}
    assert len({(state.x, state.y, state.heading, state.speed) for state in seen}) == len(seen)


def test_the_first_part_covers_the_whole_lap() -> None:
    parts = list(sweep(WORLD, RANGES, lambda _: 1.0, never))
    assert [cell.index for cell in parts[0].cells] == list(range(0, POSITIONS, 8))
    assert not parts[0].complete
    assert sorted(cell.index for part in parts for cell in part.cells) == list(range(POSITIONS))


def test_best_worst_mean_and_profile_are_those_of_the_rewards() -> None:
    rewards: list[float] = []

    def pay(state: CarState) -> float:
        # Most on the left, fast, half-way round.
        side = 1.0 if state.place.is_left_of_center else -1.0
        reward = side * state.place.distance_from_center + state.speed - abs(state.progress - 50.0) / 10.0
        rewards.append(reward)
        return reward

    parts = list(sweep(WORLD, RANGES, pay, never))
    last = parts[-1]
    assert (last.minimum, last.maximum) == (min(rewards), max(rewards))
    assert last.mean == pytest.approx(sum(rewards) / len(rewards))
    assert last.best is not None
    assert last.worst is not None
    assert last.best.offset_m > 0 > last.worst.offset_m
    assert last.best.speed == 3.0
    assert last.best.distance_m == pytest.approx(WORLD.track.length_m / 2.0, rel=0.1)
    middle = next(cell for part in parts for cell in part.cells if cell.index == POSITIONS // 2)
    assert len(middle.by_offset) == len(OFFSETS)
    means = [value for value in middle.by_offset if value is not None]
    assert means == sorted(means, reverse=True)
    assert middle.low < middle.mean < middle.high


def test_each_state_has_its_own_reward_in_its_place() -> None:
    def pay(state: CarState) -> float:
        return state.speed + (10.0 if state.place.is_left_of_center else 0.0)

    *_, last = sweep(WORLD, RANGES, pay, never)
    assert last.speeds == (0.5, 1.75, 3.0)
    cell = last.cells[-1]
    assert len(cell.rewards) == len(OFFSETS)
    assert {len(headings) for headings in cell.rewards} == {len(HEADINGS)}
    assert all(speeds == (10.5, 11.75, 13.0) for speeds in cell.rewards[1])
    assert all(speeds == last.speeds for speeds in cell.rewards[-2])
    assert cell.by_offset[1] == pytest.approx(sum((10.5, 11.75, 13.0)) / 3.0)


def test_states_without_a_number_are_left_out() -> None:
    parts = list(sweep(WORLD, RANGES, lambda state: 2.0 if state.on_track else None, never))
    assert (parts[-1].minimum, parts[-1].maximum, parts[-1].mean) == (2.0, 2.0, 2.0)
    assert parts[0].cells[0].by_offset[0] is None
    (*_, nothing) = sweep(WORLD, RANGES, lambda _: None, never)
    assert (nothing.minimum, nothing.mean, nothing.best) == (None, None, None)


def test_it_ends_in_time() -> None:
    (only,) = sweep(WORLD, RANGES, lambda _: 1.0, lambda: True)
    assert not only.complete
    assert 0 < only.states < only.planned


def test_commands_are_of_the_action_space() -> None:
    actions = DiscreteActions(((-20.0, 1.0), (0.0, 2.0), (20.0, 1.0)))
    seen: set[tuple[float, float]] = set()

    def pay(state: CarState) -> float:
        seen.add((state.steering, state.speed))
        return 1.0

    assert list(sweep(WORLD, actions, pay, never))[-1].complete
    assert {speed for _, speed in seen} == {1.0, 2.0}
    assert {steering for steering, _ in seen} == {-20.0, 0.0, 20.0}
