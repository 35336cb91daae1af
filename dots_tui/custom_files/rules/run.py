"""Rules about how the settings of a run go together (one file's value against another's).

The facts behind them are DRFC's prepare-config.py and start.sh, DeepRacer on the Spot's validation.sh, and the
simapp's markov package.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from dots_tui.custom_files.facts import FileFacts, to_number
from dots_tui.custom_files.findings import Finding, Fix, Remedy, kind, set_value, shown, write_value
from dots_tui.custom_files.folder import HYPERPARAMETERS
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.custom_files.solver import WORKERS, offers_for
from dots_tui.custom_files.words import unquoted
from dots_tui.problems import ERROR, INFO, WARNING

_DISTANCE = "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST"
_LAP_TOLERANCE = 0.01
"""How far, in laps, the starts of an iteration may be from whole rounds."""
_FEW_PLACES = 3
"""So few starts leave gaps of a third of the lap, where no episode ever begins."""
_MANY_PLACES = 64
_PENALTIES = ("DR_EVAL_OFF_TRACK_PENALTY", "DR_COLLISION_PENALTY")
_USUAL_PENALTY_S = 5.0
_INSTANCE_VALUES = {
    "DR_AWS_APP_REGION": "DEEPRACER_REGION",
    "DR_LOCAL_S3_BUCKET": "DEEPRACER_S3_URI",
    "DR_UPLOAD_S3_BUCKET": "DEEPRACER_S3_URI",
}


def round_robin(facts: FileFacts) -> Iterator[Finding]:
    """Where episodes and evaluations start (simapp: rollout_agent_ctrl.py).

    After each training episode the start moves on by the distance, modulo one lap, and it carries on over
    iterations. So the distance alone decides which places there are in the long run, and the episodes of an iteration
    where its evaluation starts.
    """
    if facts.episodes is None or facts.workers is None or facts.sac or facts.workers > facts.episodes:
        return
    if not facts.complete or HYPERPARAMETERS not in facts.json:
        return  # a default may be wrong
    for file, values in facts.configurations():
        distance = to_number(values.get(_DISTANCE, "0.05"))
        moves = values.get("DR_TRAIN_CHANGE_START_POSITION", "True").lower() == "true"
        if distance is None or not 0 <= distance <= 1 or not moves:
            continue
        places = _places(distance)
        laps = facts.episodes / facts.workers * distance
        if places == 1:
            message = f"{_DISTANCE}={distance:g}: every episode starts at the same place; the start never moves."
            yield facts.in_file(file, _DISTANCE, WARNING, "round-robin", message, _round_robin_fix(facts))
        elif places is not None and places <= _FEW_PLACES:
            gap = f"{100 / places:.0f} % of the lap"
            message = f"{_DISTANCE}={distance:g}: episodes start at {places} places only, {gap} apart."
            yield facts.in_file(file, _DISTANCE, WARNING, "round-robin", message, _round_robin_fix(facts))
        elif round(laps) < 1 or abs(laps - round(laps)) > _LAP_TOLERANCE:
            yield facts.in_file(
                file, _DISTANCE, INFO, "round-robin", _moves_on(facts, distance), _round_robin_fix(facts)
            )


def _places(distance: float) -> int | None:
    """At how many places of the lap episodes ever start; None when they are many."""
    for places in range(1, _MANY_PLACES):
        if abs(distance * places - round(distance * places)) < 1e-9:
            return places
    return None


def _moves_on(facts: FileFacts, distance: float) -> str:
    episodes, workers = facts.episodes or 0, facts.workers or 1
    laps = episodes / workers * distance
    sums = f"({episodes} episodes / {workers} workers) x {distance:g} = {laps:.4g} laps"
    if laps < 1:
        needed = math.ceil(1 / laps - 1e-9)
        rest = f"the next iteration goes on where this one ended, and {needed} iterations cover the lap"
    else:
        rest = "the next iteration goes on where this one ended"
    return f"{sums}: {rest}. Each evaluation then starts at another place, so that two are hard to compare."


def _round_robin_fix(facts: FileFacts) -> Fix:
    """What the solver offers with the workers there are, in which every worker drives the same number of episodes."""
    offers = offers_for(facts, WORKERS, 1)
    if not offers:
        return Fix(f"Choose them so that (episodes / workers) x {_DISTANCE} is 1.")
    return Fix(f"{offers[0].text[:1].upper()}{offers[0].text[1:]}.", (Remedy.SOLVE,))


def too_many_workers(facts: FileFacts) -> Iterator[Finding]:
    """Workers without an episode to drive exit."""
    if facts.workers is None or facts.episodes is None or facts.sac:
        return
    if facts.workers > facts.episodes:
        yield facts.about(
            "DR_WORKERS",
            ERROR,
            "workers-over-episodes",
            f"{facts.workers} workers share {facts.episodes} episodes (num_episodes_between_training): "
            "the workers without one exit.",
            f"Set DR_WORKERS to at most {facts.episodes}, or raise num_episodes_between_training.",
        )


def sac_workers(facts: FileFacts) -> Iterator[Finding]:
    """The algorithm sac works with one worker."""
    if facts.sac and facts.workers is not None and facts.workers > 1:
        message = f"The algorithm sac works with one worker; of {facts.workers}, all but the first exit."
        yield facts.about("DR_WORKERS", ERROR, "sac-workers", message, set_value("Set DR_WORKERS=1.", "1"))


def evaluation_resets(facts: FileFacts) -> Iterator[Finding]:
    """One reset is one too few for the simapp's arithmetic; without any, no penalty is ever added."""
    resets = facts.number("DR_EVAL_MAX_RESETS", 0.0)
    if resets == 1:
        message = "DR_EVAL_MAX_RESETS=1 makes the evaluation fail; it must be 0, or 2 or more."
        yield facts.about("DR_EVAL_MAX_RESETS", ERROR, "eval-max-resets", message, "Set it to 0, or to 100.")
    elif resets == 0:
        for key in _PENALTIES:
            if facts.number(key, _USUAL_PENALTY_S) not in (None, _USUAL_PENALTY_S):
                number = facts.value("DR_EVAL_MAX_RESETS") or "not set"
                message = (
                    f"{key} has no effect: DR_EVAL_MAX_RESETS is {number}, so a trial of an evaluation ends at the "
                    "first off-track or crash."
                )
                yield facts.about(key, WARNING, "penalty-without-resets", message, "Set DR_EVAL_MAX_RESETS=100.")


def opengl(facts: FileFacts) -> Iterator[Finding]:
    """Drawing on the GPU needs four keys to agree (DeepRacer on the Spot's validation.sh)."""
    if facts.value("DR_HOST_X") != "True":
        return
    wanted = {"DR_DOCKER_STYLE": "compose", "DR_ROBOMAKER_CUDA_DEVICES": "0", "DR_SAGEMAKER_CUDA_DEVICES": "0"}
    for key, value in wanted.items():
        if facts.value(key) != value:
            message = f"DR_HOST_X=True draws on the GPU, which needs {key}={value}."
            yield facts.about(
                key, WARNING, "opengl", message, set_value(f"Set {key}={value}, or DR_HOST_X=False.", value)
            )
    if not facts.value("DR_DISPLAY"):
        message = "DR_HOST_X=True draws on the GPU, which needs DR_DISPLAY to be set."
        fix = set_value("Set DR_DISPLAY=:99, or DR_HOST_X=False.", ":99")
        yield facts.about("DR_DISPLAY", WARNING, "opengl", message, fix)


def telegraf(facts: FileFacts) -> Iterator[Finding]:
    """Without the port the simulations fail to start."""
    if facts.value("DR_TELEGRAF_HOST") and not facts.value("DR_TELEGRAF_PORT"):
        message = "DR_TELEGRAF_HOST is set and DR_TELEGRAF_PORT is not: the simulations fail to start."
        fix = set_value("Set DR_TELEGRAF_PORT=8092.", "8092")
        yield facts.about("DR_TELEGRAF_PORT", ERROR, "telegraf-port", message, fix)


def instance_values(facts: FileFacts) -> Iterator[Finding]:
    """On DeepRacer on the Spot region and bucket are the instance's; system.env replaces the one made for it."""
    cloud = facts.value("DR_CLOUD").lower()
    if cloud in ("azure", "local", "remote"):
        message = f"DR_CLOUD is {cloud}: the model is not saved in the base stack's bucket, and lost with the instance."
        yield facts.about("DR_CLOUD", WARNING, "cloud-not-aws", message, write_value("DR_CLOUD", "aws"))
    if cloud != "aws":
        return  # region and bucket mean something else then
    for key, name in _INSTANCE_VALUES.items():
        value = facts.value(key)
        entry = facts.effective[key][1] if key in facts.effective else None
        broken = entry is not None and (any(char in "<>()" for char in unquoted(entry.raw)) or spoilt(entry))
        if value and name not in value and not broken:
            yield facts.about(
                key,
                WARNING,
                "not-the-instances",
                f"{key} is fixed to {shown(value)}; on another base stack or in another region the run "
                "fails or saves elsewhere.",
                write_value(key, f"${name}"),
            )


def mount_folders(facts: FileFacts) -> Iterator[Finding]:
    """DRFC lower-cases these paths before it looks for them."""
    for key in ("DR_ROBOMAKER_MOUNT_SIMAPP_DIR", "DR_ROBOMAKER_MOUNT_SCRIPTS_DIR"):
        path = facts.value(key)
        if path != path.lower() and "$" not in path:
            message = "DRFC looks for this path in lower case, and does not find it."
            yield facts.about(key, WARNING, "upper-case-path", message, "Use a path in lower case.")


def drfc_elsewhere(facts: FileFacts) -> Iterator[Finding]:
    """Settings of DRFC that do not go with an instance of DeepRacer on the Spot."""
    name = facts.value("DR_EXPERIMENT_NAME")
    if name:
        message = f"DRFC reads run.env from experiments/{shown(name)} then, and not the one here."
        fix = "Delete this line."
        yield facts.about("DR_EXPERIMENT_NAME", ERROR, "experiment-name", message, fix)
    if facts.number("DR_RUN_ID", 0.0) not in (None, 0.0):
        message = "The pages in the browser are made for run 0, and show nothing of another one."
        yield facts.about("DR_RUN_ID", INFO, "run-id", message, write_value("DR_RUN_ID", "0"))


RULES = (
    round_robin,
    too_many_workers,
    sac_workers,
    evaluation_resets,
    opengl,
    telegraf,
    instance_values,
    mount_folders,
    drfc_elsewhere,
)
KINDS = (
    kind(
        "round-robin",
        "warning, info",
        "Where episodes and evaluations start. A warning where the start never moves, or only between a few places.",
        "Use values with (episodes / workers) x distance = 1; F offers some.",
    ),
    kind(
        "workers-over-episodes",
        "error",
        "There are more workers than episodes in an iteration; those without one exit.",
        "Lower DR_WORKERS, or raise num_episodes_between_training.",
    ),
    kind("sac-workers", "error", "The algorithm sac works with one worker.", "Set DR_WORKERS=1."),
    kind("eval-max-resets", "error", "DR_EVAL_MAX_RESETS=1 makes the evaluation fail.", "Set it to 0, or to 100."),
    kind(
        "penalty-without-resets",
        "warning",
        "A penalty has no effect, because an evaluation ends at the first off-track or crash.",
        "Set DR_EVAL_MAX_RESETS=100.",
    ),
    kind("opengl", "warning", "Drawing on the GPU needs a key to have another value.", "Write the value named."),
    kind("telegraf-port", "error", "DR_TELEGRAF_HOST without DR_TELEGRAF_PORT: simulations fail.", "Set the port."),
    kind("cloud-not-aws", "warning", "The model is not saved in the base stack's bucket.", "Write DR_CLOUD=aws."),
    kind(
        "not-the-instances",
        "warning",
        "Region or bucket are written out; on another base stack the run fails or saves elsewhere.",
        "Write the instance's variable; F does it.",
    ),
    kind("upper-case-path", "warning", "DRFC looks for this path in lower case.", "Use a path in lower case."),
    kind("experiment-name", "error", "DRFC reads another run.env then.", "Delete the line."),
    kind("run-id", "info", "The pages in the browser are made for run 0.", "Write DR_RUN_ID=0."),
)
