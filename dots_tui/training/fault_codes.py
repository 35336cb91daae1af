"""The fault codes of simapp: cause and advice, by code.

A container that cannot continue prints one JSON line and then its FAULT_CODE, and ends (simapp's
markov/log_handler/exception_handler.py; the codes are from its FAULT_MAP, versions 5 and 6).
"""

from __future__ import annotations

from typing import NamedTuple

from dots_tui.problems import ERROR, INFO, Severity
from dots_tui.training.diagnosis import FILES, RESTART, REWARD, SAVE, STOP


class FaultKind(NamedTuple):
    """The meaning of one or several codes."""

    code: str
    """Kebab-case; stable."""
    severity: Severity
    what: str
    """The event: the middle of a sentence."""
    cause: str
    advice: str
    actions: tuple[str, ...]
    user: bool = False
    """True if the racer's own files are the cause."""


_AGAIN = "Then start the training again."
_MINE = (FILES, STOP)
_PRETRAINED = "Look at DR_LOCAL_S3_PRETRAINED_PREFIX and DR_LOCAL_S3_PRETRAINED_CHECKPOINT in run.env"
_SAME_MODEL = "A pretrained model goes on only with the action space, sensors and network it was made with."

REWARD_ERROR = FaultKind(
    "reward-error",
    ERROR,
    "the reward function failed",
    "reward_function.py raised an exception, or returned what is no usable number (nan, or in simapp 6 beyond 100000).",
    f"Correct reward_function.py; the rehearsal in the Reward pane drives it round the track. {_AGAIN}",
    (REWARD, STOP),
    user=True,
)
_REWARD_MISSING = FaultKind(
    "reward-missing",
    ERROR,
    "the reward function is not in the bucket",
    "reward_function.py was not found where the training looks for it.",
    f"Upload the custom files, and look at DR_LOCAL_S3_REWARD_KEY in run.env. {_AGAIN}",
    _MINE,
    user=True,
)
_REWARD_IMPORT = FaultKind(
    "reward-not-loaded",
    ERROR,
    "the reward function cannot be loaded",
    "reward_function.py does not import: a syntax error, a missing module, or an f-string that cannot be read.",
    f"Correct reward_function.py. {_AGAIN}",
    (REWARD, STOP),
    user=True,
)
_METADATA = FaultKind(
    "model-metadata",
    ERROR,
    "model_metadata.json cannot be used",
    "model_metadata.json is missing or cannot be read.",
    f"Correct model_metadata.json and upload the custom files. {_AGAIN}",
    _MINE,
    user=True,
)
_METADATA_DIFFERS = FaultKind(
    "model-metadata-differs",
    ERROR,
    "model_metadata.json differs from that of the pretrained model",
    _SAME_MODEL,
    "Use the model_metadata.json of the pretrained model, or train from scratch (DR_LOCAL_S3_PRETRAINED=False).",
    _MINE,
    user=True,
)
_CHECKPOINT = FaultKind(
    "checkpoint-missing",
    ERROR,
    "the checkpoint to begin with was not found",
    "The pretrained model is not where run.env says, or has no such checkpoint.",
    f"{_PRETRAINED}. {_AGAIN}",
    _MINE,
)
_CHECKPOINT_DIFFERS = FaultKind(
    "checkpoint-incompatible",
    ERROR,
    "the checkpoint to begin with does not fit",
    f"{_SAME_MODEL} A damaged checkpoint looks the same.",
    f"{_PRETRAINED}, and compare model_metadata.json with that of the pretrained model.",
    _MINE,
)
_HYPERPARAMETERS = FaultKind(
    "hyperparameters",
    ERROR,
    "the hyperparameters cannot be used",
    "hyperparameters.json is missing, cannot be read, or has a value nobody knows.",
    f"Correct hyperparameters.json and upload the custom files. {_AGAIN}",
    _MINE,
    user=True,
)
_EXPLORATION = _HYPERPARAMETERS._replace(
    what="the exploration_type is not known",
    cause="exploration_type in hyperparameters.json is neither categorical nor e-greedy.",
)
_ACTION_SPACE = FaultKind(
    "action-space",
    ERROR,
    "the action space cannot be used",
    "model_metadata.json has an action space or a training algorithm nobody knows, or bounds that are wrong.",
    f"Correct model_metadata.json. {_AGAIN}",
    _MINE,
    user=True,
)
TRAINER_NEVER_CAME = FaultKind(
    "trainer-never-came",
    ERROR,
    "the trainer never came up",
    "The simulation waited 1200 s for the trainer, which mostly never started: a wrong bucket or profile, JSON that "
    "cannot be read, or no memory.",
    f"Read the beginning of the trainer's log. {_AGAIN}",
    (STOP, FILES),
)
_NO_ROLLOUTS = FaultKind(
    "no-rollouts",
    ERROR,
    "the trainer got no episodes",
    "The workers ended or could not deliver what they drove.",
    "Read the ends of the workers' logs, then restart from the last checkpoint.",
    (RESTART, STOP),
)
LOSS_NAN = FaultKind(
    "loss-nan",
    ERROR,
    "the loss is no number any more",
    "The policy update ran out of bounds: the learning rate is too high for it, or rewards are extreme.",
    "Start again from an earlier checkpoint with a lower learning rate, and look for extreme rewards.",
    (STOP, REWARD, FILES),
)
_SIGTERM = FaultKind(
    "stopped",
    INFO,
    "the trainer was told to stop and wrote a checkpoint",
    "This is how a training is stopped.",
    "Nothing needs to be done.",
    (),
)
_TRAINER_FAILED = FaultKind(
    "training-failed",
    ERROR,
    "the trainer failed",
    "Something went wrong while the policy was updated; a GPU without enough memory shows up here as well.",
    "Read the message. Where memory is the cause: a smaller batch_size, the shallow network, or fewer workers. "
    "Then restart from the last checkpoint.",
    (RESTART, STOP),
)
OUT_OF_GPU_MEMORY = FaultKind(
    "out-of-memory",
    ERROR,
    "the GPU has no memory left",
    "Trainer and simulations share the memory of the GPU.",
    "Train with fewer workers on the GPU, a smaller batch_size or the shallow network; restart from the last "
    "checkpoint.",
    (RESTART, FILES, STOP),
)
_WORKER_FAILED = FaultKind(
    "worker-failed",
    ERROR,
    "a simulation failed",
    "Its worker ended with an exception of its own.",
    "Read the message, then restart from the last checkpoint.",
    (RESTART, STOP),
)
_NO_NEW_CHECKPOINT = FaultKind(
    "checkpoint-never-came",
    ERROR,
    "a new checkpoint never came",
    "The trainer ended, or cannot write to the bucket.",
    "Read the end of the trainer's log, then restart from the last checkpoint.",
    (RESTART, STOP),
)
_STORAGE = FaultKind(
    "storage",
    ERROR,
    "the bucket cannot be reached",
    "S3 or the network did not answer, or refused, after several tries.",
    "Look at the credentials and the endpoint (DR_LOCAL_S3_PROFILE, DR_MINIO_URL), then restart from the last "
    "checkpoint.",
    (RESTART, STOP, FILES),
)
_PARAMETERS = FaultKind(
    "training-params",
    ERROR,
    "training_params.yaml is missing or cannot be read",
    "The script that starts the training writes it and failed before, or run.env has a value it cannot write.",
    f"Look at run.env and at the start of the training. {_AGAIN}",
    _MINE,
    user=True,
)
_SIMULATOR = FaultKind(
    "simulator",
    ERROR,
    "a part of the simulator failed",
    "A program beside the car's, such as the camera or the recording of videos, ended with an exception.",
    "Read the message, then restart from the last checkpoint.",
    (RESTART, STOP),
)
UNCLASSIFIED = FaultKind(
    "fault",
    ERROR,
    "a container cannot go on",
    "simapp has no kind of its own for this error.",
    "Read the message and the end of its log, then restart from the last checkpoint.",
    (RESTART, SAVE, STOP),
)

_ROWS: tuple[tuple[FaultKind, tuple[int, ...]], ...] = (
    (_REWARD_MISSING, (10, 11, 78)),
    (_REWARD_IMPORT, (9, 12)),
    (REWARD_ERROR, (41,)),
    (_METADATA, (36, 48, 71)),
    (_METADATA_DIFFERS, (13, 65)),
    (_CHECKPOINT, (6, 7, 8, 30, 32, 33, 60, 88)),
    (_CHECKPOINT_DIFFERS, (34, 61, 62)),
    (_HYPERPARAMETERS, (69, 70, 76)),
    (_EXPLORATION, (96,)),
    (_ACTION_SPACE, (92, 93, 94, 95, 97, 98, 99)),
    (TRAINER_NEVER_CAME, (20, 21, 77)),
    (_NO_ROLLOUTS, (24,)),
    (LOSS_NAN, (25,)),
    (_SIGTERM, (26,)),
    (_TRAINER_FAILED, (27, 42)),
    (_WORKER_FAILED, (14, 43, 47)),
    (_NO_NEW_CHECKPOINT, (35, 89)),
    (_STORAGE, (4, 5, 18, 19, 22, 23, 31, 38, 39, 51, 53, 59, 66, 67, 68, 74, 75, 79, 80, 81, 82, 83, 84, 85, 86)),
    (_STORAGE, (87, 90, 91)),
    (_PARAMETERS, (54, 72)),
    (_SIMULATOR, (2, 46, 55, 56, 57, 58, 64, 100)),
)
FAULTS: dict[int, FaultKind] = {number: kind for kind, numbers in _ROWS for number in numbers}
"""All other codes, 0 (unclassified) and 1 (an error while reporting an error) are UNCLASSIFIED."""


def fault_kind(number: int | None) -> FaultKind:
    """Return the meaning of a fault code; None is a fault without a printed code (so far)."""
    return FAULTS.get(number, UNCLASSIFIED) if number is not None else UNCLASSIFIED
