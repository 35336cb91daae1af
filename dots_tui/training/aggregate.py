"""Sums over episodes.

Only these sums are kept of the rows of a run, so that twelve hours fit in little memory.
"""

from __future__ import annotations

import math


class Mean:
    """The running mean of finite values."""

    __slots__ = ("count", "total")

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def add(self, value: float) -> None:
        """Add one value; ignore a value that is not finite."""
        if math.isfinite(value):
            self.total += value
            self.count += 1

    def merge(self, other: Mean) -> None:
        """Add the values of another mean."""
        self.total += other.total
        self.count += other.count

    @property
    def value(self) -> float | None:
        """The mean; None before the first value."""
        return self.total / self.count if self.count else None


class Tally:
    """The numbers of a set of episodes, for example of a worker or an iteration."""

    __slots__ = (
        "best_lap_s",
        "changes",
        "episodes_done",
        "episodes_seen",
        "evaluation_progress",
        "evaluation_rewards",
        "evaluations",
        "laps",
        "progress",
        "rewards",
        "simulated_s",
        "statuses",
        "steps",
        "timed_s",
        "timed_steps",
        "wall_s",
    )

    def __init__(self) -> None:
        self.changes = 0
        """Grows with every change; a snapshot stays valid until then."""
        self.steps = 0
        self.episodes_seen = 0
        self.episodes_done = 0
        self.laps = 0
        self.best_lap_s: float | None = None
        self.rewards = Mean()
        self.progress = Mean()
        self.statuses: dict[str, int] = {}
        self.evaluations = 0
        self.evaluation_rewards = Mean()
        self.evaluation_progress: float | None = None
        self.simulated_s = 0.0
        """Of all completed episodes."""
        self.timed_s = 0.0
        """Of the completed episodes with a known wall-clock time."""
        self.timed_steps = 0
        self.wall_s = 0.0

    def rows(self, count: int, *, first: bool) -> None:
        """Add rows of an episode; `first` if the episode begins with them."""
        self.changes += 1
        self.steps += count
        if first:
            self.episodes_seen += 1

    def drove(self, simulated_s: float, wall_s: float | None, steps: int) -> None:
        """Add the duration of a completed episode, in simulation time and in wall-clock time."""
        self.changes += 1
        if not math.isfinite(simulated_s):
            return
        self.simulated_s += simulated_s
        if wall_s is not None and wall_s >= 0:
            self.timed_s += simulated_s
            self.timed_steps += steps
            self.wall_s += wall_s

    @property
    def real_time_factor(self) -> float | None:
        """Simulated seconds per wall-clock second while driving; None without a wall clock."""
        return self.timed_s / self.wall_s if self.wall_s else None

    @property
    def steps_per_s(self) -> float | None:
        """Steps per wall-clock second while driving; None without a wall clock."""
        return self.timed_steps / self.wall_s if self.wall_s else None

    def lap(self, seconds: float | None) -> None:
        """Add a complete lap; None if its start was not seen."""
        self.changes += 1
        self.laps += 1
        if seconds is not None and math.isfinite(seconds):
            self.lap_time(seconds)

    def lap_time(self, seconds: float) -> None:
        """Add the time of a lap that is already counted."""
        if self.best_lap_s is None or seconds < self.best_lap_s:
            self.best_lap_s = seconds

    def episode(self, reward: float | None, progress: float, status: str) -> None:
        """Add a completed episode; its reward may follow with `reward`."""
        self.changes += 1
        self.episodes_done += 1
        self.progress.add(progress)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if reward is not None:
            self.rewards.add(reward)

    def reward(self, reward: float) -> None:
        """Add the total reward of an episode whose rows were not all seen."""
        self.changes += 1
        self.rewards.add(reward)

    def evaluation(self, reward: float) -> None:
        """Add an evaluation episode inside the training."""
        self.changes += 1
        self.evaluations += 1
        self.evaluation_rewards.add(reward)

    def evaluated(self, mean_progress: float) -> None:
        """Set the mean progress of all evaluations, which decides the best model."""
        self.changes += 1
        self.evaluation_progress = mean_progress

    def merge(self, other: Tally) -> None:
        """Add the episodes of another tally."""
        self.changes += 1
        self.steps += other.steps
        self.episodes_seen += other.episodes_seen
        self.episodes_done += other.episodes_done
        self.laps += other.laps
        if other.best_lap_s is not None:
            self.lap_time(other.best_lap_s)
        self.rewards.merge(other.rewards)
        self.progress.merge(other.progress)
        self.evaluations += other.evaluations
        self.evaluation_rewards.merge(other.evaluation_rewards)
        self.simulated_s += other.simulated_s
        self.timed_s += other.timed_s
        self.timed_steps += other.timed_steps
        self.wall_s += other.wall_s
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
