"""Rank correlations by hand, and what they say in words."""

from __future__ import annotations

import pytest

from dots_tui.reward.logged import Rescored
from dots_tui.reward.ranking import against, kendall, ranks, spearman


def lap(seconds: float | None, draft: float, logged: float = 0.0, progress: float = 100.0, unpaid: int = 0) -> Rescored:
    return Rescored("a.log", 0, 100, progress, seconds, logged, draft, unpaid)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks([10.0, 30.0, 20.0, 20.0]) == [1.0, 4.0, 2.5, 2.5]
    assert ranks([]) == []


def test_the_same_order_the_other_way_round_and_neither() -> None:
    assert spearman([1.0, 2.0, 3.0], [10.0, 11.0, 99.0]) == pytest.approx(1.0)
    assert kendall([1.0, 2.0, 3.0], [10.0, 11.0, 99.0]) == pytest.approx(1.0)
    assert spearman([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(-1.0)
    assert kendall([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(-1.0)
    assert spearman([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]) is None
    assert kendall([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]) is None


def test_a_known_example() -> None:
    """Ranks 1 2 3 4 5 against 2 1 4 3 5: rho = 1 - 6*4/(5*24), tau = (8 - 2) / 10."""
    one, other = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]
    assert spearman(one, other) == pytest.approx(0.8)
    assert kendall(one, other) == pytest.approx(0.6)
    # With a tie: tau-b divides by the pairs that are none.
    assert kendall([1.0, 1.0, 2.0], [1.0, 2.0, 3.0]) == pytest.approx(2.0 / (2.0 * 3.0) ** 0.5)


def test_a_reward_that_prefers_quick_laps_is_said_to() -> None:
    found = against([lap(10.0 + n, 100.0 - n) for n in range(9)])
    assert found.laps.spearman == 1.0
    assert found.laps_logged is None
    assert "ranks them as lap time does" in found.words
    assert "not reliable" not in found.words


def test_a_reward_that_prefers_slow_laps_is_said_to_and_what_was_paid_then_beside_it() -> None:
    found = against([lap(10.0 + n, 100.0 + n, logged=50.0 - n) for n in range(5)])
    assert found.laps.spearman == -1.0
    assert "the other way round: slower laps earn more" in found.words
    assert "only 5: not reliable" in found.words
    assert "The reward paid then: +1.00" in found.words


def test_too_few_laps_are_not_ranked_but_episodes_are() -> None:
    found = against([lap(None, float(n), progress=10.0 * n) for n in range(6)])
    assert found.laps.spearman is None
    assert "no complete lap" in found.words
    assert "rank correlation of +1.00" in found.words


def test_a_constant_reward_says_nothing_about_laps() -> None:
    found = against([lap(10.0 + n, 7.0, progress=99.0 + n / 10) for n in range(5)])
    assert "pays all 5 complete laps the same" in found.words
    assert "pays all 5 episodes the same" in found.words


def test_steps_without_a_number_are_told() -> None:
    document = against([lap(10.0 + n, float(n), unpaid=3) for n in range(4)]).document()
    assert "For 12 steps the draft has no number" in document["words"]
    assert document["laps"] == document["episodes"] == 4
    assert document["lap_time"]["logged"] is None
    assert document["attempts"][0]["unpaid_steps"] == 3
