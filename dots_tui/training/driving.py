"""What one simulation's driving adds up to: its episodes, by iteration and in all."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training import records as r
from dots_tui.training.aggregate import Tally
from dots_tui.training.episode import Episode, cut
from dots_tui.training.history import History, Iteration
from dots_tui.training.run_record import LAP, LOGGED, PARTLY_LOGGED, EpisodeResult, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dots_tui.training.rows import Rows


class EndedOffRoad(NamedTuple):
    """The last row of a done episode that was no lap."""

    row: r.Step
    progress: float


class Told(NamedTuple):
    """A done episode, for the record of the run."""

    number: int
    steps: int | None
    """Of its checkpoint; None for an episode seen before the first checkpoint."""
    episode: int
    """1-based."""
    result: EpisodeResult


MOST_TOLD = 2000
"""Episodes that wait until their worker or their checkpoint is known."""


class Driving:
    """Rows, episode lines and checkpoints of one worker. *run* is the history all workers of the run share.

    One that *replaces* another (a new container for the same worker) goes on with the other's numbers if its first
    checkpoint comes after the other's last; if not, the training was begun anew and the other's numbers are void.
    """

    def __init__(self, run: History, replaces: Driving | None = None) -> None:
        self.tally = Tally()
        self.history = History(keeps_attempts=run.keeps_attempts)
        self.episode: Episode | None = None
        """The one under way, or the last."""
        self.last_reward: float | None = None
        self.clock: float | None = None
        """Of the newest record (Unix seconds): the row's own where it has one, else when it was printed."""
        self.attempt: int = replaces.attempt if replaces is not None else 0
        """How often the training was started anew."""
        self.checkpoint_number: int | None = replaces.checkpoint_number if replaces is not None else None
        """Of the checkpoint in use."""
        self.extra_evaluations = 0
        self.training_lines = 0
        self.testing_lines = 0
        self._run = run
        self._replaces = replaces
        self._checkpoint: str | None = None
        self._before: tuple[Iteration, Iteration] | None = None
        self._now: tuple[Iteration, Iteration] | None = None
        self._unpaid = False  # a done episode whose total reward is still to come
        self.told: deque[Told] = deque(maxlen=MOST_TOLD)
        """Done episodes that the record of the run has not taken yet."""
        self._lap_s: float | None = None  # the best lap of the episode under way
        self._early: deque[Told] = deque(maxlen=MOST_TOLD)  # seen before the first checkpoint

    def _tallies(self) -> Iterable[Tally]:
        if self._now is None:
            self._now = self.history.current, self._run.current
        return self.tally, self._now[0].tally, self._now[1].tally

    @property
    def iteration(self) -> Tally:
        """The numbers of the iteration under way."""
        return self._now[0].tally if self._now is not None else _NOTHING

    @property
    def between_episodes(self) -> bool:
        """Whether the last row seen ended an episode."""
        return self.episode is not None and self.episode.last.done

    def rows(self, rows: Rows, at: float | None) -> list[EndedOffRoad]:
        """Take in rows printed at *at*; returns where episodes ended that were no laps."""
        ends = []
        for part in cut(rows):
            episode = self.episode
            first = episode is None or not episode.goes_on_with(part.episode[0], part.step[0])
            if episode is None or first:
                episode = self.episode = Episode(part.row(0), episode.last if episode is not None else None, at)
                self._unpaid, self._lap_s = False, None
            laps = episode.add(part)
            self._lap_s = min((lap for lap in (self._lap_s, *laps) if lap is not None), default=None)
            for tally in self._tallies():
                tally.rows(part.size, first=first)
                for seconds in laps:
                    tally.lap(seconds)
            if episode.last.done:
                self._done(episode, at)
                self._tell(episode)
                if episode.last.status != r.LAP_COMPLETE:
                    ends.append(EndedOffRoad(episode.last, episode.progress))
        assert self.episode is not None
        clock = self.episode.last.wall_clock
        self.clock = at if clock is None else clock
        return ends

    def _done(self, episode: Episode, at: float | None) -> None:
        row = episode.last
        for tally in self._tallies():
            tally.episode(episode.rewarded if episode.whole else None, episode.progress, row.status)
            tally.drove(row.time - episode.first.time, episode.wall_s(at), row.step - episode.first.step)
        self._unpaid = not episode.whole
        if episode.whole:
            self.last_reward = episode.rewarded

    def _tell(self, episode: Episode) -> None:
        row, reward = episode.last, round(episode.rewarded, 2) if episode.whole else None
        if reward is not None and not math.isfinite(reward):
            reward = None
        lap_s = self._lap_s if row.status == LAP else None
        source = LOGGED if episode.whole else PARTLY_LOGGED
        result = EpisodeResult(episode.progress, reward, lap_s, row.status, source)
        if self.checkpoint_number is None or self._checkpoint is None:
            self._early.append(Told(-1, None, row.episode + 1, result))
        else:
            self.told.append(Told(self.checkpoint_number, steps_of(self._checkpoint), row.episode + 1, result))

    def _pay(self, record: r.EpisodeEnd) -> None:
        """Add the printed reward to an episode whose first rows were not seen."""
        for waiting in (self.told, self._early):
            if waiting and waiting[-1].episode == record.episode and math.isfinite(record.reward):
                last = waiting.pop()
                waiting.append(last._replace(result=last.result._replace(reward=round(record.reward, 2))))

    def ended(self, record: r.EpisodeEnd) -> None:
        """``Training>`` or ``Testing>``."""
        if record.phase == r.EVALUATION:
            self.testing_lines += 1
            for tally in self._tallies():
                tally.evaluation(record.reward)
            return
        self.training_lines += 1
        if self._unpaid and self.episode is not None and record.episode == self.episode.number + 1:
            self._unpaid = False
            self._pay(record)
            self.last_reward = record.reward
            for tally in self._tallies():
                tally.reward(record.reward)

    def evaluated(self, record: r.EvaluationMean) -> None:
        """Printed after the next checkpoint was loaded, about the one before; by worker 0 only."""
        if self._before is not None and record.metric == "progress" and record.mean is not None:
            for iteration in self._before:
                iteration.tally.evaluated(record.mean)

    def restored(self, record: r.CheckpointRestored) -> bool:
        """Begin the iteration of a checkpoint that was loaded; False when it goes on with the one before."""
        if self._checkpoint is None and record.steps:
            # What was driven before the first checkpoint that was seen belongs to the one before it.
            self.told.extend(one._replace(number=record.number - 1) for one in self._early)
        self._early.clear()
        if self._replaces is not None and self._now is None:
            self._go_on_from(self._replaces, record.number)
        if self.checkpoint_number is not None and record.number <= self.checkpoint_number:
            # A simulation that was started again in the middle of an iteration loads its checkpoint again.
            if record.steps and record.name == self._checkpoint and self._now is not None:
                return False
            self.attempt += 1
        self.checkpoint_number, self._checkpoint = record.number, record.name
        self._before = self._now
        self._now = (
            self.history.begin(record.number, record.name, self.attempt, self.clock),
            self._run.begin(record.number, record.name, self.attempt, self.clock),
        )
        return True

    def _go_on_from(self, older: Driving, number: int) -> None:
        if older.checkpoint_number is None or number <= older.checkpoint_number:
            return
        self.tally, self.history, self._now = older.tally, older.history, older._now
        self.extra_evaluations += older.extra_evaluations
        self.training_lines += older.training_lines
        self.testing_lines += older.testing_lines
        self._replaces = None

    def restarted(self) -> None:
        """The simulation was started again: its episodes count from 0 again."""
        self.episode = None


_NOTHING = Tally()
