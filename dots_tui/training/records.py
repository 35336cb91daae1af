"""The records of a container's log: one immutable value for each meaningful line.

Producers are the simulation ("robomaker") and trainer ("algo") containers of simapp 4 to 6. All
numbers are as printed: episodes in `Step` count from 0, everywhere else from 1; both count per
worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Union

TRAINING, EVALUATION = "training", "evaluation"

PREPARE = "prepare"
LAP_COMPLETE = "lap_complete"
COMPLETE_PERCENT = 100.0


class Step(NamedTuple):
    """One SIM_TRACE_LOG row: a step of a car. A tuple, because a run has millions."""

    episode: int
    """0-based."""
    step: int
    """1-based in the episode; 1 is the `prepare` row."""
    x: float
    y: float
    heading: float
    """Degrees, -180 to 180."""
    steering: float
    """Commanded angle in degrees, positive to the left."""
    speed: float
    """Commanded speed in m/s."""
    reward: float
    done: bool
    """True in the last row of a training episode."""
    on_track: bool
    """True if all wheels are on the track."""
    progress: float
    """Percent of a lap since the start of the episode; negative when driven backwards."""
    waypoint: int
    track_length: float
    time: float
    """Simulation seconds since the container's world started, not Unix time."""
    status: str
    wall_clock: float | None
    """Unix seconds; simapp 6 only."""


@dataclass(frozen=True)
class EpisodeEnd:
    """`Training>` and `Testing>`: an episode ended. In a trainer's log the numbers are those of all workers."""

    phase: str
    """TRAINING or EVALUATION."""
    episode: int
    reward: float
    steps: int
    """Training steps so far, over all episodes."""
    iteration: int
    """Policy updates so far; always 0 in a robomaker log."""


@dataclass(frozen=True)
class EvaluationPhase:
    """An evaluation episode starts or has finished (`reward` is then its total)."""

    started: bool
    reward: float | None


@dataclass(frozen=True)
class PolicyEpoch:
    """`Policy training>`: one of the epochs of a policy update; `epoch` is 0-based."""

    loss: float
    kl: float
    entropy: float
    epoch: int
    learning_rate: float


@dataclass(frozen=True)
class CheckpointSaved:
    """The trainer finished an update. `steps` are the training steps of all workers in this run so far."""

    number: int
    steps: int

    @property
    def name(self) -> str:
        """The name on disk and in the bucket."""
        return f"{self.number}_Step-{self.steps}.ckpt"


@dataclass(frozen=True)
class CheckpointRestored:
    """A container loaded a checkpoint: in a robomaker log this begins an iteration."""

    number: int
    steps: int
    pretrained: bool
    """True if the trainer took it from another model."""

    @property
    def name(self) -> str:
        """The name on disk and in the bucket."""
        return f"{self.number}_Step-{self.steps}.ckpt"


@dataclass(frozen=True)
class CheckpointUploaded:
    """The checkpoint's files are in the bucket; the workers will restore it now."""

    number: int


@dataclass(frozen=True)
class BestCheckpoint:
    """The trainer's view of the best and last checkpoint; -1 when there is none. Lags one or two iterations."""

    best: int
    last: int


@dataclass(frozen=True)
class EvaluationScores:
    """The evaluations of the replaced checkpoint, one score each."""

    metric: str
    """"progress", "reward" or "laptime"."""
    scores: tuple[float, ...]


@dataclass(frozen=True)
class EvaluationMean:
    """The mean of the evaluations; None before the first."""

    metric: str
    mean: float | None


@dataclass(frozen=True)
class BestUpdated:
    """Worker 0 chose a new best checkpoint."""

    new: str
    old: str


@dataclass(frozen=True)
class ExtraEvaluation:
    """The trainer was not ready, so worker 0 evaluates once more."""

    new: int
    last: int


@dataclass(frozen=True)
class WorkerStarted:
    """The number of a worker; printed once, and only if there are several."""

    worker: int
    world: str
    configuration: str


@dataclass(frozen=True)
class MetricsUploaded:
    """A simulation wrote its metrics after an episode: the object name contains the worker and the model prefix."""

    prefix: str
    """The model prefix in the bucket."""
    worker: int


@dataclass(frozen=True)
class WaitingForTrainer:
    """The simulation waits for the trainer's address."""

    seconds: int


@dataclass(frozen=True)
class TrainerReady:
    """The trainer waits for the workers."""


@dataclass(frozen=True)
class ExcessWorker:
    """More workers than episodes; `exiting` if this container is not needed."""

    exiting: bool


@dataclass(frozen=True)
class JobEnded:
    """The container has finished its work."""

    reason: str
    well: bool = True
    """False if the container reports its own failure."""


@dataclass(frozen=True)
class SimulationFault:
    """A fatal error in simapp's own words. Its code follows as `FaultCode`."""

    message: str
    function: str
    exception: str
    user_error: bool


@dataclass(frozen=True)
class FaultCode:
    """`FAULT_CODE`; 0 is unclassified."""

    code: int


@dataclass(frozen=True)
class Traceback:
    """An exception that the program does not catch, according to the traceback."""

    text: str
    """The exception and its message."""
    thread: bool
    """True if it ended a thread, not the program."""


@dataclass(frozen=True)
class ProcessDied:
    """A launch reports that one of its processes has died."""

    process: str
    """Empty if the line does not name it."""
    code: int | None
    """The code of a shell (128 + signal) or of ROS 2 (- signal)."""
    before: tuple[str, ...]
    """The lines before."""


@dataclass(frozen=True)
class FailureLine:
    """A line that a program prints when it cannot continue."""

    text: str


@dataclass(frozen=True)
class ToldToEnd:
    """The processes of a container are asked to end; their further output is ignored."""


@dataclass(frozen=True)
class TrainerLaunched:
    """The script that launches the trainer's container is running."""


@dataclass(frozen=True)
class OutOfMemory:
    """TensorFlow ran out of memory."""

    text: str


@dataclass(frozen=True)
class ModelInfo:
    """The parts of the model, from `Sensor list`."""

    sensors: str
    network: str
    algorithm: str
    action_space: str


@dataclass(frozen=True)
class Setting:
    """A number from the configuration that a container prints at its start, under its printed name."""

    name: str
    value: int


@dataclass(frozen=True)
class HyperParameter:
    """A hyperparameter that a container prints at its start and that is not a `Setting`."""

    name: str
    value: float | str


@dataclass(frozen=True)
class MultiConfig:
    """The training has a separate configuration for each worker."""

    configurations: tuple[tuple[str, str], ...]
    """File and world of each, in worker order."""


@dataclass(frozen=True)
class JobType:
    """The purpose of a simulation."""

    evaluation: bool


@dataclass(frozen=True)
class World:
    """The track of a simulation, from its parameters."""

    name: str


REWARD_ERROR = "reward-error"
NO_CAR_MODEL = "no-car-model"
NO_TRAINER = "no-trainer"
S3_GIVEN_UP = "s3-given-up"
LOSS_NAN = "loss-nan"
STEPS_CAPPED = "steps-capped"
NOTICES = (REWARD_ERROR, NO_CAR_MODEL, NO_TRAINER, S3_GIVEN_UP, LOSS_NAN, STEPS_CAPPED)
"""Kinds of `Notice`.

The reward function raised; simapp does not know the `version` of the model metadata; the trainer is
not running; the last attempt to reach an object in S3 failed (normal while there is no checkpoint
yet); the loss of a policy update is not a number; steps beyond this number of an iteration are not
trained on.
"""


@dataclass(frozen=True)
class Notice:
    """A line worth knowing that has no code."""

    kind: str
    """One of NOTICES."""
    text: str


Record = Union[
    Step,
    EpisodeEnd,
    EvaluationPhase,
    PolicyEpoch,
    CheckpointSaved,
    CheckpointRestored,
    CheckpointUploaded,
    BestCheckpoint,
    EvaluationScores,
    EvaluationMean,
    BestUpdated,
    ExtraEvaluation,
    WorkerStarted,
    MetricsUploaded,
    WaitingForTrainer,
    TrainerReady,
    ExcessWorker,
    JobEnded,
    SimulationFault,
    FaultCode,
    Traceback,
    ProcessDied,
    FailureLine,
    ToldToEnd,
    TrainerLaunched,
    OutOfMemory,
    ModelInfo,
    Setting,
    HyperParameter,
    MultiConfig,
    JobType,
    World,
    Notice,
]
