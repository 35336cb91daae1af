"""How each meaningful line looks, and the record it becomes.

Nothing is anchored: simapp 6 puts the names of its launch processes in front of every line, and what a
reward function prints without a newline may stand there as well. A ``Line`` is looked for by its marker,
a plain byte string; only where that stands is the expression tried.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Callable, NamedTuple

from dots_tui.training import records as r

if TYPE_CHECKING:
    from re import Match, Pattern

STEP_MARKER = b"SIM_TRACE_LOG:"

# 16 columns up to simapp 3.0.3, 17 up to 5.3.2, 18 in 5.3.3, 19 since 6.0.0. The action (column 8) has
# spaces in it when the action space is continuous, but never a comma.
STEP = re.compile(
    STEP_MARKER
    + rb"(\d+),(\d+),([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),[^,\n]*,([^,\n]+),(True|False),(True|False),"
    + rb"([^,\n]+),(\d+),([^,\n]+),([^,\n]+),(\w+)(?:,[^,\n]*,[^,\n]*,([\d.]+))?"
)

_LAUNCHED = re.compile(r"^(?:\[[\w.-]+\] )+")
"""The names of launch processes in front of a line of simapp 6."""

_NUMBER = rb"[-+.\deinfa]+"
_CHECKPOINT = rb"(\d{1,12})_Step-(\d{1,18})\.ckpt"
# Bounded, so that no garbage makes the search quadratic.
_FOLDER = rb"[^\s'\"]{0,500}?"

_STATUSES = {
    name.encode(): name
    for name in (
        r.PREPARE,
        "in_progress",
        "off_track",
        "crashed",
        "immobilized",
        "reversed",
        r.LAP_COMPLETE,
        "pause",
        "time_up",
        "park",
    )
}


def step(match: Match[bytes]) -> r.Step:
    """The record of a SIM_TRACE_LOG row. Raises ValueError when a column is no number."""
    (
        episode,
        number,
        x,
        y,
        heading,
        steering,
        speed,
        reward,
        done,
        on_track,
        progress,
        waypoint,
        length,
        time,
        status,
        wall,
    ) = match.groups()
    return r.Step(
        int(episode),
        int(number),
        float(x),
        float(y),
        float(heading),
        float(steering),
        float(speed),
        float(reward),
        done == b"True",
        on_track == b"True",
        float(progress),
        int(waypoint),
        float(length),
        float(time),
        _STATUSES.get(status) or status.decode("ascii", "replace"),
        float(wall) if wall is not None else None,
    )


class Line(NamedTuple):
    """One kind of line. *sure* when the marker alone says that it is meant as a record."""

    marker: bytes
    pattern: Pattern[bytes]
    make: Callable[[Match[bytes]], r.Record]
    sure: bool = True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _episode(match: Match[bytes]) -> r.Record:
    phase, episode, reward, steps, iteration = match.groups()
    phase = r.TRAINING if phase == b"Training" else r.EVALUATION
    return r.EpisodeEnd(phase, int(episode), float(reward), int(steps), int(iteration))


def _policy(match: Match[bytes]) -> r.Record:
    loss, kl, entropy, epoch, rate = match.groups()
    return r.PolicyEpoch(float(loss), float(kl), float(entropy), int(epoch), float(rate))


def _evaluation_phase(match: Match[bytes]) -> r.Record:
    what, reward = match.groups()
    return r.EvaluationPhase(what == b"Starting", float(reward) if reward is not None else None)


def _scores(match: Match[bytes]) -> r.Record:
    metric, scores = match.groups()
    return r.EvaluationScores(_text(metric), tuple(float(score) for score in scores.split(b",") if score.strip()))


def _mean(match: Match[bytes]) -> r.Record:
    metric, mean = match.groups()
    return r.EvaluationMean(_text(metric), None if mean == b"None" else float(mean))


def _fault(match: Match[bytes]) -> r.Record:
    document, _ = json.JSONDecoder().raw_decode(_text(match.group(1)))
    if not isinstance(document, dict):
        raise ValueError("the fault is no JSON object")  # noqa: TRY004 - every unreadable line is a ValueError

    def said(key: str) -> str:
        return str(document.get(key, ""))

    user = said("eventType") == "user_error" or said("errorCode") == "400"
    return r.Fault(said("message"), said("function"), said("exceptionType"), user)


def _out_of_memory(match: Match[bytes]) -> r.Record:
    return r.OutOfMemory(_LAUNCHED.sub("", _text(match[0])).strip())


def _line(marker: bytes, pattern: bytes, make: Callable[[Match[bytes]], r.Record], *, sure: bool = True) -> Line:
    return Line(marker, re.compile(pattern), make, sure)


_EPISODE = (
    rb"\b(Training|Testing)> Name=[^,\n]*, Worker=\d+, Episode=(\d+), Total reward=(" + _NUMBER + rb"),"
    rb"(?: Exploration=[^,\n]*,)? Steps=(\d+), Training iteration=(\d+)"
)
_SELECTION = rb"\[BestModelSelection\] "

LINES: tuple[Line, ...] = (
    _line(b"Training> Name=", _EPISODE, _episode),
    _line(b"Testing> Name=", _EPISODE, _episode),
    _line(
        b"Policy training> ",
        rb"Policy training> Surrogate loss=([^\s,]+), KL divergence=([^\s,]+), Entropy=([^\s,]+), "
        rb"training epoch=(\d+), learning_rate=([^\s,]+)",
        _policy,
    ),
    _line(
        b"Checkpoint> Saving in path",
        rb"Checkpoint> Saving in path=\['" + _FOLDER + _CHECKPOINT + rb"'\]",
        lambda m: r.CheckpointSaved(int(m[1]), int(m[2])),
    ),
    _line(
        b"Restoring from path",
        rb"Checkpoint(?:>| -) Restoring from path(?:=|: )(" + _FOLDER + rb")" + _CHECKPOINT,
        lambda m: r.CheckpointRestored(int(m[2]), int(m[3]), b"pretrained" in m[1]),
    ),
    _line(
        b" files for checkpoint ",
        rb"Uploaded \d+ files for checkpoint (\d+)",
        lambda m: r.CheckpointUploaded(int(m[1])),
        sure=False,
    ),
    _line(
        b"Best checkpoint number: ",
        rb"Best checkpoint number: (-?\d+), Last checkpoint number: (-?\d+)",
        lambda m: r.BestCheckpoint(int(m[1]), int(m[2])),
    ),
    _line(
        b" evaluation phase",
        rb"\b\w+: (Starting|Finished) evaluation phase"
        rb"(?:\. Success rate = " + _NUMBER + rb", Avg Total Reward = (" + _NUMBER + rb"))?",
        _evaluation_phase,
        sure=False,
    ),
    _line(
        b"Number of evaluations: ",
        _SELECTION + rb"Number of evaluations: \d+ Evaluation episode (\w+): \[([^\]\n]*)\]",
        _scores,
        sure=False,
    ),
    _line(
        b"[BestModelSelection] Evaluation episode ",
        _SELECTION + rb"Evaluation episode (\w+) mean: (\S+)",
        _mean,
    ),
    _line(
        b"Updating the best checkpoint to ",
        _SELECTION + rb'Updating the best checkpoint to "([^"\n]*)" from "([^"\n]*)"',
        lambda m: r.BestUpdated(_text(m[1]), _text(m[2])),
        sure=False,
    ),
    _line(
        b"Additional evaluation. New",
        rb"Additional evaluation\. New Checkpoint: (-?\d+), Last Checkpoint: (-?\d+)",
        lambda m: r.ExtraEvaluation(int(m[1]), int(m[2])),
    ),
    _line(
        b"Starting as worker ",
        rb"Starting as worker (\d+), using world (\S+) and configuration (\S+?)\.?(?=\s|$)",
        lambda m: r.WorkerStarted(int(m[1]), _text(m[2]), _text(m[3])),
    ),
    _line(
        b"Waiting for SageMaker Redis",
        rb"Waiting for SageMaker Redis server IP: Time elapsed: (\d+) seconds",
        lambda m: r.WaitingForTrainer(int(m[1])),
        sure=False,
    ),
    _line(b"DoorMan: installing", rb"DoorMan: installing", lambda _: r.TrainerReady(), sure=False),
    _line(
        b"xcess worker",
        rb"(Exiting excess worker|Excess worker allocated)",
        lambda m: r.ExcessWorker(m[1].startswith(b"Exiting")),
        sure=False,
    ),
    _line(
        b"Received termination signal from trainer",
        rb"Received termination signal from trainer",
        lambda _: r.JobEnded("the trainer ended the run"),
    ),
    _line(
        b"Evaluation job complete",
        rb"Evaluation job complete",
        lambda _: r.JobEnded("the evaluation is complete"),
    ),
    _line(b'"simapp_exception"', rb'\{"simapp_exception"\s*:\s*(\{.*)', _fault),
    _line(b'"log_and_exit_exception"', rb'\{"log_and_exit_exception"\s*:\s*(\{.*)', _fault),
    _line(b"FAULT_CODE: ", rb"FAULT_CODE: (\d+)", lambda m: r.FaultCode(int(m[1]))),
    _line(b"ran out of memory", rb"[^\n]{0,200}ran out of memory[^\n]{0,200}", _out_of_memory),
    _line(b"OOM when allocating", rb"[^\n]{0,200}OOM when allocating[^\n]{0,200}", _out_of_memory),
    _line(
        b"Sensor list [",
        rb"Sensor list \[([^\]\n]*)\], network (\w+), simapp_version \S+, training_algorithm (\w+), "
        rb"action_space_type (\w+)",
        lambda m: r.ModelInfo(_text(m[1]).replace("'", ""), _text(m[2]), _text(m[3]), _text(m[4])),
        sure=False,
    ),
    _line(
        b'"num_episodes_between_training": ',
        rb'"(num_episodes_between_training)": (\d+)',
        lambda m: r.Setting(_text(m[1]), int(m[2])),
        sure=False,
    ),
    _line(b'"num_epochs": ', rb'"(num_epochs)": (\d+)', lambda m: r.Setting(_text(m[1]), int(m[2])), sure=False),
    _line(
        b"'MIN_EVAL_TRIALS': ",
        rb"'(MIN_EVAL_TRIALS)': '?(\d+)",
        lambda m: r.Setting(_text(m[1]), int(m[2])),
        sure=False,
    ),
)
