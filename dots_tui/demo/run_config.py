"""The custom files of a run, as the demo's trainer uses them, with simapp's defaults, limits and faults.

Numbers and defaults are those of simapp's hyperparameter reader and model metadata parser; values that simapp refuses
are refused here with the same fault code.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, CustomFiles, FolderProblem
from dots_tui.reward.actions import ActionSpace, ContinuousActions, DiscreteActions

if TYPE_CHECKING:
    from collections.abc import Mapping

PPO, SAC = "clipped_ppo", "sac"
MOST_WORKERS = 20
"""Maximum number of simulated cars; more would overload one core of this machine."""

_TRUE = ("true", "t", "yes", "y", "1", "on")

_HYPERPARAMETERS: Mapping[str, Any] = {
    "batch_size": 64,
    "beta_entropy": 0.01,
    "discount_factor": 0.999,
    "e_greedy_value": 0.05,
    "epsilon_steps": 10000,
    "exploration_type": "categorical",
    "loss_type": "mean squared error",
    "lr": 0.0003,
    "num_episodes_between_training": 20,
    "num_epochs": 10,
    "stack_size": 1,
    "sac_alpha": 0.2,
    "term_cond_avg_score": 100000.0,
    "term_cond_max_episodes": 100000,
}


class ConfigFault(Exception):
    """The run cannot start. `code` is simapp's fault code, the message is simapp's log message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Metadata:
    """model_metadata.json."""

    actions: ActionSpace
    action_space: Any
    """The value in the file, for the log."""
    action_space_type: str
    algorithm: str
    sensors: tuple[str, ...]
    network: str
    version: str


@dataclass(frozen=True)
class RunConfig:
    """The trainer's configuration of a run."""

    run_id: int
    world: str
    race_type: str
    workers: int
    bucket: str
    model_prefix: str
    pretrained: str
    """The checkpoint of the pretrained model to start from: "last", "best" or a name; empty for none."""
    reward_key: str
    metadata_key: str
    min_eval_trials: int
    best_model_metric: str
    """"progress", "reward" or "laptime"."""
    change_start: bool
    start_offset: float
    """Start position, as a share of the track."""
    advance: float
    """Share of the track by which the start position advances after each episode."""
    alternate_direction: bool
    reverse: bool
    max_steps: int
    """Maximum number of steps per iteration; the trainer does not learn from later episodes."""
    objects: int
    objects_random: bool
    hyperparameters: Mapping[str, Any]
    metadata: Metadata

    @property
    def sac(self) -> bool:
        """True for SAC, which trains after every episode and prints no policy lines."""
        return self.metadata.algorithm == SAC

    @property
    def episodes(self) -> int:
        """Number of episodes in an iteration, over all workers."""
        return 1 if self.sac else max(1, int(self.hyperparameters["num_episodes_between_training"]))

    @property
    def epochs(self) -> int:
        """Number of epochs of a policy update."""
        return max(1, int(self.hyperparameters["num_epochs"]))


def read_config(files: CustomFiles) -> RunConfig:
    """Return the configuration in a folder.

    Raises ConfigFault for values that simapp would refuse, FolderProblem for all other problems.
    """
    values = files.values()
    metadata = _metadata(files)
    parameters = _hyperparameters(files, metadata.algorithm)
    custom = values.get("DR_LOCAL_S3_CUSTOM_FILES_PREFIX", "custom_files")
    race_type = values.get("DR_RACE_TYPE", "TIME_TRIAL")
    obstacles = int(_number(values, "DR_OA_NUMBER_OF_OBSTACLES", 6)) if race_type == "OBJECT_AVOIDANCE" else 0
    pretrained = _switch(values, "DR_LOCAL_S3_PRETRAINED", default=False)
    return RunConfig(
        run_id=int(_number(values, "DR_RUN_ID", 0)),
        world=values.get("DR_WORLD_NAME", "") or "reinvent_base",
        race_type=race_type,
        workers=int(min(max(_number(values, "DR_WORKERS", 1), 1), MOST_WORKERS)),
        bucket=values.get("DR_LOCAL_S3_BUCKET", "") or "bucket",
        model_prefix=values.get("DR_LOCAL_S3_MODEL_PREFIX", "") or "rl-deepracer-sagemaker",
        pretrained=(values.get("DR_LOCAL_S3_PRETRAINED_CHECKPOINT", "") or "last") if pretrained else "",
        reward_key=values.get("DR_LOCAL_S3_REWARD_KEY", f"{custom}/reward_function.py"),
        metadata_key=values.get("DR_LOCAL_S3_MODEL_METADATA_KEY", f"{custom}/model_metadata.json"),
        min_eval_trials=max(0, int(_number(values, "DR_TRAIN_MIN_EVAL_TRIALS", 5))),
        best_model_metric=values.get("DR_TRAIN_BEST_MODEL_METRIC", "progress").lower() or "progress",
        change_start=_switch(values, "DR_TRAIN_CHANGE_START_POSITION", default=True),
        start_offset=_number(values, "DR_TRAIN_START_POSITION_OFFSET", 0.0),
        advance=_number(values, "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", 0.05),
        alternate_direction=_switch(values, "DR_TRAIN_ALTERNATE_DRIVING_DIRECTION", default=False),
        reverse=_switch(values, "DR_TRAIN_REVERSE_DIRECTION", default=False),
        max_steps=int(_number(values, "DR_TRAIN_MAX_STEPS_PER_ITERATION", 10000)),
        objects=min(max(obstacles, 0), 30),
        objects_random=_switch(values, "DR_OA_RANDOMIZE_OBSTACLE_LOCATIONS", default=False),
        hyperparameters=parameters,
        metadata=metadata,
    )


def _number(values: Mapping[str, str], key: str, default: float) -> float:
    text = values.get(key, "").strip()
    try:
        number = float(text) if text else float(default)
    except ValueError as error:
        raise ConfigFault(54, f"yaml read error: {key} is {text!r}, which is no number") from error
    return number if math.isfinite(number) else float(default)


def _switch(values: Mapping[str, str], key: str, *, default: bool) -> bool:
    text = values.get(key, "").strip().lower()
    return text in _TRUE if text else default


def _document(files: CustomFiles, name: str, missing: ConfigFault, unreadable: ConfigFault) -> dict[str, Any]:
    try:
        document = json.loads(files.read(name).decode("utf-8"))
    except FolderProblem as error:
        raise missing from error
    except ValueError as error:
        raise ConfigFault(unreadable.code, f"{unreadable}: {error}") from error
    if not isinstance(document, dict):
        raise ConfigFault(unreadable.code, f"{unreadable}: it is not an object")
    return document


def _hyperparameters(files: CustomFiles, algorithm: str) -> Mapping[str, Any]:
    """Return all known hyperparameters; unknown keys are ignored, missing ones have simapp's default."""
    document = _document(
        files,
        HYPERPARAMETERS,
        ConfigFault(76, "Failed to download hyperparameters file"),
        ConfigFault(70, "Failed to open and load hyperparameters"),
    )
    parameters = dict(_HYPERPARAMETERS)
    if algorithm != SAC:
        del parameters["sac_alpha"]
    for key, default in parameters.items():
        given = document.get(key, default)
        try:
            parameters[key] = given if isinstance(default, str) else type(default)(given)
        except (TypeError, ValueError) as error:
            raise ConfigFault(42, f"Training worker failed: {key}: {error}") from error
    exploration = str(parameters["exploration_type"]).lower()
    if algorithm != SAC and exploration not in ("categorical", "e-greedy"):
        raise ConfigFault(96, f"Unknown exploration_type found in hyper parameters. {exploration}")
    return parameters


def _metadata(files: CustomFiles) -> Metadata:
    document = _document(
        files,
        MODEL_METADATA,
        ConfigFault(48, "Failed to download model_metadata file: s3_bucket"),
        ConfigFault(36, "Failed to parse model_metadata file"),
    )
    kind = str(document.get("action_space_type", "discrete")).lower()
    algorithm = str(document.get("training_algorithm", PPO)).lower()
    if kind not in ("discrete", "continuous"):
        raise ConfigFault(95, f"Unknown action_space_type found while parsing model_metadata: {kind}")
    if algorithm not in (PPO, SAC):
        raise ConfigFault(94, f"Unknown training_algorithm found while parsing model_metadata: {algorithm}")
    space = document.get("action_space")
    sensors = document.get("sensor") or ["observation"]
    return Metadata(
        actions=_discrete(space) if kind == "discrete" else _continuous(space),
        action_space=space,
        action_space_type=kind,
        algorithm=algorithm,
        sensors=tuple(str(sensor) for sensor in sensors) if isinstance(sensors, list) else (str(sensors),),
        network=str(document.get("neural_network", "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW")),
        version=str(document.get("version", "5")),
    )


def _discrete(space: Any) -> DiscreteActions:
    try:
        return DiscreteActions(tuple((float(action["steering_angle"]), float(action["speed"])) for action in space))
    except (TypeError, ValueError, KeyError) as error:
        raise ConfigFault(36, f"Failed to parse model_metadata file: action_space: {error!r}") from error


def _continuous(space: Any) -> ContinuousActions:
    try:
        steering, speed = ((float(space[key]["low"]), float(space[key]["high"])) for key in ("steering_angle", "speed"))
    except (TypeError, ValueError, KeyError) as error:
        raise ConfigFault(36, f"Failed to parse model_metadata file: action_space: {error!r}") from error
    if steering[0] >= steering[1] or speed[0] >= speed[1]:
        raise ConfigFault(98, "Action space bounds are incorrect while defining BoxActionSpace")
    return ContinuousActions(steering, speed)
