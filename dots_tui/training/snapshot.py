"""The state of a run at one moment, as immutable values for panes, charts and scripts.

Definitions: an episode is *done* when its last row says so; a lap is progress reaching 100 in an episode;
the progress of an episode is its maximum over all rows but ``prepare``; means are over done episodes, and
values that are no numbers (a reward of NaN) are left out of them. Rewards are sums over an episode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.training.diagnosis import Diagnosis

STARTING = "starting"
RESTARTING = "restarting"
"""All containers ended in the first minutes: DeepRacer on the Spot starts each training twice."""
WAITING = "waiting"
"""For the trainer to come up."""
DRIVING = "driving"
"""Collecting episodes."""
EVALUATING = "evaluating"
UPDATING = "training"
"""This worker's episodes are in: the trainer updates the policy, or other workers still drive."""
EXCESS = "excess"
"""More workers than episodes: this one has nothing to do. Harmless."""
FINISHED = "finished"
GONE = "gone"
"""The container ended with an error or is no longer there."""
OVER = (FINISHED, GONE, EXCESS)
"""Phases of a worker that will drive no more."""
PHASES = (STARTING, RESTARTING, WAITING, DRIVING, EVALUATING, UPDATING, EXCESS, FINISHED, GONE)


@dataclass(frozen=True)
class PolicySummary:
    """One policy update; values of its last epoch so far."""

    loss: float
    kl: float
    entropy: float
    learning_rate: float
    epochs: int


@dataclass(frozen=True)
class IterationSnapshot:
    """What was done with one checkpoint, by one worker or by all."""

    index: int
    """From 0 for the first iteration of this run that was seen."""
    number: int | None
    """Of the checkpoint; None when the log was joined in the middle of the iteration."""
    checkpoint: str | None
    """Its name, ``<number>_Step-<steps>.ckpt``."""
    episodes_done: int
    steps: int
    mean_reward: float | None
    mean_progress: float | None
    laps: int
    best_lap_s: float | None
    statuses: Mapping[str, int]
    """How the done episodes ended, with counts."""
    evaluations: int
    evaluation_reward: float | None
    """Mean total reward of its evaluation episodes."""
    evaluation_progress: float | None
    """Mean; known once the next checkpoint is loaded, when the best model is chosen by progress."""
    policy: PolicySummary | None
    """The update that followed it. None for SAC, which prints none, and in the history of one worker."""
    began_at: float | None = None
    """Unix seconds when its checkpoint was loaded, where a wall clock is known."""
    seconds: float | None = None
    """Of wall-clock time until the next checkpoint was loaded; None for the last iteration."""
    simulated_s: float = 0.0
    """Driven in its done episodes, by the simulation's clock."""

    @property
    def ordinal(self) -> int:
        """What it is called: a checkpoint's iteration has the same number wherever and whenever it is looked at."""
        return (self.index if self.number is None else self.number) + 1


@dataclass(frozen=True)
class WorkerSnapshot:
    """One simulation."""

    worker: int | None
    """Its index among the workers; None while it is not known."""
    container: str
    phase: str
    episode: int
    """1-based number of the current episode; 0 before the first."""
    step: int
    progress: float
    """Percent, of the last row that was not ``prepare``."""
    reward: float
    """So far in the current episode."""
    last_reward: float | None
    """Of the last done episode."""
    episodes_seen: int
    episodes_done: int
    steps: int
    laps: int
    best_lap_s: float | None
    mean_reward: float | None
    mean_progress: float | None
    last_status: str
    """Of the last row; empty before the first."""
    last_seen_s: float | None
    """Seconds since its last record."""
    x: float | None
    y: float | None
    heading: float | None
    """Degrees."""
    statuses: Mapping[str, int]
    evaluations: int
    """In the current iteration."""
    extra_evaluations: int
    """In the whole run: evaluations made only because the trainer was not ready."""
    training_lines: int
    testing_lines: int
    world: str | None
    iterations: tuple[IterationSnapshot, ...]
    configuration: str | None = None
    """Its training_params file, which differs between workers in a training with several configurations."""
    starts: int = 1
    """How often its simulation was started."""
    waited_s: int = 0
    """Seconds it waited for the trainer at its last start, as far as it said so."""
    simulated_s: float = 0.0
    """Driven in done episodes, by the simulation's clock."""
    steps_per_s: float | None = None
    """While driving; None where no wall clock is known."""
    real_time_factor: float | None = None
    """Simulated seconds a second of wall-clock time while driving; None where no wall clock is known."""
    job: bool = False
    """Whether it is an evaluation job, which drives trials and has no trainer."""
    trials: int | None = None
    """How many an evaluation job is to drive; None while that is not known."""
    trial: int = 0
    """The one an evaluation job drives, or drove last, from 1; in a continuous evaluation each lap is one."""
    trials_done: int = 0
    resets: int = 0
    """How often an evaluation job was put back on the track, which costs it a penalty each time."""


@dataclass(frozen=True)
class TrainerSnapshot:
    """The container that updates the policy."""

    container: str
    phase: str
    """STARTING, DRIVING (collecting), UPDATING, FINISHED or GONE."""
    episodes: int
    """Of all workers, as the trainer counts them."""
    steps: int
    epoch: int
    """Epochs done of the update under way; 0 while collecting."""
    last_seen_s: float | None


@dataclass(frozen=True)
class PolicySnapshot:
    """The policy lines of the whole run."""

    lines: int
    updates: int
    first: PolicyValues | None
    last: PolicyValues | None


@dataclass(frozen=True)
class PolicyValues:
    """One ``Policy training>`` line."""

    loss: float
    kl: float
    entropy: float
    epoch: int
    learning_rate: float


@dataclass(frozen=True)
class CheckpointsSnapshot:
    """Names of checkpoints; None while there is none."""

    best: str | None
    last: str | None
    saved: tuple[str, ...]
    """The newest few hundred, oldest first."""


@dataclass(frozen=True)
class Exit:
    """Where an episode ended that was no complete lap."""

    worker: int | None
    x: float
    y: float
    waypoint: int
    status: str
    progress: float
    checkpoint: int | None


@dataclass(frozen=True)
class FaultSnapshot:
    """A fatal error a container reported."""

    container: str
    at: float
    """Unix seconds when it was read."""
    code: int | None
    message: str
    function: str
    exception: str
    user_error: bool
    """The racer's files are the cause."""


@dataclass(frozen=True)
class NoticeSnapshot:
    """A line worth knowing that is no fault, such as an error text without a code; the newest of its kind."""

    container: str
    at: float
    """Unix seconds when it was read."""
    kind: str
    """One of ``records.NOTICES``."""
    text: str
    count: int


@dataclass(frozen=True)
class TotalsSnapshot:
    """All workers of the run together."""

    workers: int
    episodes_seen: int
    episodes_done: int
    steps: int
    laps: int
    best_lap_s: float | None
    mean_reward: float | None
    mean_progress: float | None
    statuses: Mapping[str, int]


@dataclass(frozen=True)
class RunSnapshot:
    """Everything that is known of a run."""

    at: float
    workers: tuple[WorkerSnapshot, ...]
    evaluations: tuple[WorkerSnapshot, ...]
    """Evaluation jobs beside the training; not part of its numbers."""
    trainer: TrainerSnapshot | None
    totals: TotalsSnapshot
    policy: PolicySnapshot
    iterations: tuple[IterationSnapshot, ...]
    """Over all workers, oldest first; the last one is under way."""
    checkpoints: CheckpointsSnapshot
    exits: tuple[Exit, ...]
    """The newest few hundred, oldest first."""
    faults: tuple[FaultSnapshot, ...]
    out_of_memory: tuple[str, ...]
    """Lines in which TensorFlow said so."""
    settings: Mapping[str, int]
    """``num_episodes_between_training``, ``num_epochs``, ``MIN_EVAL_TRIALS`` as the containers print them."""
    algorithm: str | None
    world: str | None
    verdict: str
    exits_by_waypoint: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """How many episodes ended how and nearest to which waypoint: status -> waypoint -> count. Complete laps are not
    among them."""
    driven: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    """The line that was driven on each world ("" where that is not known): points in metres, by their waypoints."""
    notices: tuple[NoticeSnapshot, ...] = ()
    hyperparameters: Mapping[str, float | str] = field(default_factory=dict)
    """As the containers print them."""
    model: Mapping[str, str] = field(default_factory=dict)
    """``sensors``, ``network``, ``algorithm``, ``action_space`` as the containers print them."""
    steps_per_s: float | None = None
    """Of all workers together while they drive; None where no wall clock is known."""
    real_time_factor: float | None = None
    """Of all workers, in the mean."""
    iteration_s: float | None = None
    """Wall-clock seconds a complete iteration takes, of the last few; None while none is known."""
    next_iteration_at: float | None = None
    """When the iteration under way is expected to end (Unix seconds); in the past when it takes longer."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """What is wrong, the worst first."""
    last_checkpoint: int | None = None
    """The largest checkpoint number that logs, bucket or what was kept tell for the run as it goes now."""
    model_prefix: str = ""
    """Where in the bucket its logs say that it writes the model; "" while they do not."""
