"""Whether a run is learning is only said with numbers, and never from too few of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.training.snapshot import IterationSnapshot
from dots_tui.training.state import RunState
from dots_tui.training.verdict import LEARNING, NO_PROGRESS, STEADY, WORSE, trend

if TYPE_CHECKING:
    from collections.abc import Sequence

Story = Any
"""The fixture of conftest.py, which no module can import."""

ONE = "deepracer-0-robomaker-1"


def iteration(
    index: int, progress: float | None, *, episodes: int = 20, reward: float | None = 1.0, number: int | None = 0
) -> IterationSnapshot:
    """An iteration of which only progress and reward matter."""
    return IterationSnapshot(
        index=index,
        number=None if number is None else index,
        checkpoint=f"{index}_Step-0.ckpt",
        episodes_done=episodes,
        steps=0,
        mean_reward=reward,
        mean_progress=progress,
        laps=0,
        best_lap_s=None,
        statuses={},
        evaluations=0,
        evaluation_reward=None,
        evaluation_progress=None,
        policy=None,
    )


def run(*progress: float | None) -> list[IterationSnapshot]:
    """Complete iterations with this mean progress, and one under way."""
    return [iteration(index, value) for index, value in enumerate((*progress, 99.0))]


def drive(story: Story, progress: Sequence[float], *, rewards: Sequence[float] | None = None) -> str:
    """A run of one worker, two episodes an iteration; the last iteration is under way. Returns its verdict."""
    for number, percent in enumerate(progress):
        story.restore(ONE, number)
        for episode in range(2):
            reward = rewards[number] if rewards else 1.0
            story.episode(ONE, 2 * number + episode, [0.0, percent / 2, percent], reward=reward)
    state = story.run
    assert isinstance(state, RunState)
    return state.snapshot(story.now).verdict


# -- what is compared ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("progress", "word"),
    [
        ((10.0, 20.0, 50.0, 60.0), LEARNING),
        ((10.0, 20.0, 30.0, 40.0, 50.0, 60.0), LEARNING),
        ((60.0, 58.0, 40.0, 30.0), WORSE),
        ((20.0, 21.0, 20.0, 22.0), NO_PROGRESS),
        ((10.0, 12.0, 14.0, 16.0), NO_PROGRESS),  # 4 points: less than ever counts
        ((15.0, 35.0, 15.0, 55.0), NO_PROGRESS),  # 10 points, but the iterations differ by more than that
        ((96.0, 97.0, 95.0, 96.0), STEADY),
        ((10.0, 15.0, 80.0, 82.0, 40.0, 42.0), WORSE),  # it was better once
        ((10.0, 15.0, 80.0, 82.0, 78.0, 79.0), LEARNING),
    ],
)
def test_the_last_third_is_compared_with_the_first(progress: tuple[float, ...], word: str) -> None:
    found = trend(run(*progress))
    assert found is not None
    assert (found.word, found.iterations) == (word, len(progress))


def test_the_numbers_are_those_of_the_thirds() -> None:
    found = trend(run(10.0, 18.0, 30.0, 40.0, 55.0, 61.0))
    assert found is not None
    assert (found.before, found.now, found.since_middle) == (14.0, 58.0, False)


def test_a_fall_is_told_from_where_it_was_best() -> None:
    found = trend(run(10.0, 15.0, 80.0, 82.0, 40.0, 42.0))
    assert found is not None
    assert (found.before, found.now, found.since_middle) == (81.0, 41.0, True)


def test_iterations_count_by_their_episodes() -> None:
    rows = [iteration(0, 10.0, episodes=30), iteration(1, 20.0, episodes=10), *run(60.0, 60.0)]
    found = trend(rows)
    assert found is not None
    assert found.before == 12.5


@pytest.mark.parametrize("count", range(4))
def test_fewer_than_four_complete_iterations_say_nothing(count: int) -> None:
    assert trend(run(*(20.0 * (number + 1) for number in range(count)))) is None


def test_the_iteration_under_way_does_not_count() -> None:
    rows = run(20.0, 20.0, 20.0, 20.0)
    found = trend(rows)
    assert found is not None
    assert found.now == 20.0
    assert trend(rows[:-1]) is None


def test_what_was_not_seen_whole_does_not_count() -> None:
    joined = [iteration(0, 5.0, number=None), *run(10.0, 20.0, 50.0)]
    assert trend(joined) is None
    assert trend(run(10.0, None, 50.0, 60.0)) is None
    assert trend([]) is None


def test_without_rewards_there_is_still_a_trend() -> None:
    found = trend([iteration(index, 20.0, reward=None) for index in range(5)])
    assert found is not None
    assert found.rewards is None


# -- how it is said -----------------------------------------------------------------------------------


def test_learning_is_said_with_the_numbers_it_rests_on(story: Story) -> None:
    said = drive(story, [10, 18, 30, 40, 55, 61, 5])
    assert said == "Learning: progress 14 -> 58 % (iterations 1-2 -> 5-6)."


def test_the_best_lap_is_told(story: Story) -> None:
    drive(story, [10, 18, 55, 61])
    story.restore(ONE, 4)
    story.episode(ONE, 8, [0.0, 50.0, 100.0], status="lap_complete")
    assert story.run.snapshot(story.now).verdict == (
        "Learning: progress 14 -> 58 % (iterations 1-2 -> 3-4), best lap 0.20 s."
    )


def test_no_progress_is_said_with_the_reward(story: Story) -> None:
    said = drive(story, [20, 21, 20, 21, 50], rewards=[1.0, 1.0, 9.0, 9.0, 1.0])
    assert said == "No progress yet: progress 20 -> 20 % (iterations 1-2 -> 3-4), reward 2.0 -> 18.0."


def test_little_progress_has_a_decimal(story: Story) -> None:
    assert drive(story, [4.6, 4.6, 4.2, 4.2, 4.0]).startswith("No progress yet: progress 4.6 -> 4.2 %")


def test_getting_worse_is_said(story: Story) -> None:
    said = drive(story, [10, 15, 80, 82, 40, 42, 42])
    assert said == "Getting worse: progress 81 -> 41 % (iterations 3-4 -> 5-6), reward 2.0 -> 2.0."


def test_with_three_complete_iterations_it_only_says_how_far_it_is(story: Story) -> None:
    said = drive(story, [10, 30, 60, 80])
    assert said == "Iteration 4: 2 episodes, mean progress 80 %."


def test_a_fault_comes_first(story: Story) -> None:
    drive(story, [10, 18, 30, 40, 55, 61, 5])
    story.line(ONE, "ERROR: FAULT_CODE: 43")
    assert "fault 43" in story.run.snapshot(story.now).verdict
