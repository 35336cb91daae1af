"""The patterns of all meaningful lines, and the record of each.

No pattern is anchored: simapp 6 puts the names of its launch processes in front of every line, and
a reward function that prints without a newline can add more. A `LinePattern` is searched by its marker, a
plain byte string; the expression is tried only where the marker occurs.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Callable, NamedTuple

from dots_tui.training import records as r
from dots_tui.training.last_words import FAILURE_MARKERS, failure_line, process_died

if TYPE_CHECKING:
    from re import Match, Pattern

_LAUNCHED = re.compile(r"^(?:\[[\w.-]+\] )+")
"""The names of launch processes in front of a line of simapp 6."""

_NUMBER = rb"[-+.\deinfa]+"
_CHECKPOINT = rb"(\d{1,12})_Step-(\d{1,18})\.ckpt"
# Bounded, so that garbage cannot make the search quadratic.
_FOLDER = rb"[^\s'\"]{0,500}?"


class LinePattern(NamedTuple):
    """One kind of line; `sure` if the marker alone identifies a record."""

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
    return r.SimulationFault(said("message"), said("function"), said("exceptionType"), user)


def _multi_config(match: Match[bytes]) -> r.Record:
    listed = json.JSONDecoder().raw_decode(_text(match[1]))[0]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ValueError("no list of configurations")
    return r.MultiConfig(tuple((str(one.get("config_file", "")), str(one.get("world_name", ""))) for one in listed))


def _hyperparameter(match: Match[bytes]) -> r.Record:
    name, value = match.groups()
    if value.startswith(b'"'):
        return r.HyperParameter(_text(name), _text(value[1:-1]))
    return r.HyperParameter(_text(name), int(value) if value.isdigit() else float(value))


def _launch_ended(match: Match[bytes]) -> r.Record:
    return r.JobEnded(f"the launch process ended with code {_text(match[1])}", well=int(match[1]) == 0)


def _notice(kind: str, said: bytes) -> LinePattern:
    """Return a kind of line that is kept verbatim."""

    def make(match: Match[bytes]) -> r.Record:
        start = match.string.rfind(b"\n", 0, match.start()) + 1
        if match.string.find(b'_exception"', start, match.end()) >= 0:
            raise ValueError("it is the message of a fault")
        return r.Notice(kind, _LAUNCHED.sub("", _text(match[0])).strip())

    around = rb"[^\n]{0,200}"
    return _line(said, around + re.escape(said) + around, make, sure=False)


def _out_of_memory(match: Match[bytes]) -> r.Record:
    return r.OutOfMemory(_LAUNCHED.sub("", _text(match[0])).strip())


def _line(marker: bytes, pattern: bytes, make: Callable[[Match[bytes]], r.Record], *, sure: bool = True) -> LinePattern:
    return LinePattern(marker, re.compile(pattern), make, sure)


_EPISODE = (
    rb"\b(Training|Testing)> Name=[^,\n]*, Worker=\d+, Episode=(\d+), Total reward=(" + _NUMBER + rb"),"
    rb"(?: Exploration=[^,\n]*,)? Steps=(\d+), Training iteration=(\d+)"
)
_HYPERPARAMETERS = (
    b"batch_size",
    b"beta_entropy",
    b"discount_factor",
    b"e_greedy_value",
    b"epsilon_steps",
    b"exploration_type",
    b"loss_type",
    b"lr",
    b"stack_size",
    b"term_cond_avg_score",
    b"term_cond_max_episodes",
    b"sac_alpha",
)
_DIED = rb"(?:\[(?P<name>[\w./-]+)\]:? )?process has died \[pid \d+, exit code (?P<code>-?\d{1,9})"
_SELECTION = rb"\[BestModelSelection\] "

LINES: tuple[LinePattern, ...] = (
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
        b"Successfully uploaded metrics to",
        rb"Successfully uploaded metrics to\s+s3 bucket \S+ with s3 key (\S{1,500}?)"
        rb"/metrics/TrainingMetrics(?:_(\d{1,4}))?\.json",
        lambda m: r.MetricsUploaded(_text(m[1]), int(m[2] or 0)),
        sure=False,
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
    _line(
        b"'NUMBER_OF_TRIALS': ",
        rb"'(NUMBER_OF_TRIALS)': \[?'?(\d+)",
        lambda m: r.Setting(_text(m[1]), int(m[2])),
        sure=False,
    ),
    _line(
        b"'WORLD_NAME': ",
        rb"'WORLD_NAME': \[?'([\w-]+)'",
        lambda m: r.World(_text(m[1])),
        sure=False,
    ),
    _line(b'"multi_config": ', rb'"multi_config": (\[.*)', _multi_config, sure=False),
    _line(
        b"JOB_TYPE",
        rb"(?<![A-Z_])JOB_TYPE'?: '?(TRAINING|EVALUATION)\b",
        lambda m: r.JobType(m[1] == b"EVALUATION"),
        sure=False,
    ),
    _line(
        b"ros2 launch process exited", rb"ros2 launch process exited with code (-?\d{1,9})", _launch_ended, sure=False
    ),
    *(
        _line(
            b'"' + name + b'": ', rb'"(' + name + rb')": ("[^"\n]{0,100}"|[-+\w.]{1,40})', _hyperparameter, sure=False
        )
        for name in _HYPERPARAMETERS
    ),
    _notice(r.REWARD_ERROR, b"Reward function error"),
    _notice(r.REWARD_ERROR, b"Reward function exception"),
    _notice(r.NO_CAR_MODEL, b"requires the 'racecar_xacro_file' arg"),
    _notice(r.NO_TRAINER, b"Sagemaker is not running"),
    _notice(r.S3_GIVEN_UP, b"Re-try count: 5/5: An error occurred"),
    _notice(r.STEPS_CAPPED, b"Capping iteration steps at: "),
)
LAST_WORDS: tuple[LinePattern, ...] = (
    _line(b"process has died", _DIED, process_died, sure=False),
    _line(
        b" exited with code ",
        rb"(?P<name>[\w.-]*algo-\d+-\w+) exited with code (?P<code>-?\d{1,9})",
        process_died,
        sure=False,
    ),
    *(_line(marker, re.escape(marker), failure_line, sure=False) for marker in FAILURE_MARKERS),
    *(
        _line(marker, re.escape(marker), lambda _: r.ToldToEnd(), sure=False)
        for marker in (b"user interrupted with ctrl-c", b"] killing on exit", b"sending signal 'SIG", b"escalating to ")
    ),
    *(
        _line(marker, re.escape(marker), lambda _: r.TrainerLaunched(), sure=False)
        for marker in (b"Creating training-job with name", b"Trying to launch image: ", b"Sagemaker to start up")
    ),
)

_SET = b'": '
GROUPS = (
    (_SET, tuple(line for line in LINES if _SET in line.marker)),
    (b"", tuple(line for line in LINES if _SET not in line.marker)),
)
"""All lines in groups, each with a text that every marker of the group contains."""
LAST_GROUPS = ((b"", LAST_WORDS),)
"""Lines that count only as last words: they are skipped before a row in the same chunk of a log."""
