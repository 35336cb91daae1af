"""Rules about how the settings of a run go together (one file's value against another's).

The facts behind them are DRFC's prepare-config.py and start.sh, DeepRacer on the Spot's validation.sh, and the
simapp's markov package.
"""

from __future__ import annotations

from collections.abc import Iterator

from dots_tui.custom_files.facts import Facts, to_number
from dots_tui.custom_files.findings import ERROR, INFO, WARNING, Finding, shown
from dots_tui.custom_files.solver import WORKERS, offers_for
from dots_tui.custom_files.words import unquoted

_DISTANCE = "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST"
_LAP_TOLERANCE = 0.01
"""How far, in laps, the starts of an iteration may be from whole rounds."""
_PENALTIES = ("DR_EVAL_OFF_TRACK_PENALTY", "DR_COLLISION_PENALTY")
_USUAL_PENALTY_S = 5.0
_INSTANCE_VALUES = {
    "DR_AWS_APP_REGION": "DEEPRACER_REGION",
    "DR_LOCAL_S3_BUCKET": "DEEPRACER_S3_URI",
    "DR_UPLOAD_S3_BUCKET": "DEEPRACER_S3_URI",
}


def round_robin(facts: Facts) -> Iterator[Finding]:
    """The starts of one iteration should go round the track a whole number of times."""
    if facts.episodes is None or facts.workers is None or facts.sac or facts.workers > facts.episodes:
        return
    for file, values in facts.configurations():
        distance = to_number(values.get(_DISTANCE, "0.05"))
        moves = values.get("DR_TRAIN_CHANGE_START_POSITION", "True").lower() == "true"
        if distance is None or not 0 <= distance <= 1 or not moves:
            continue
        laps = facts.episodes / facts.workers * distance
        if round(laps) >= 1 and abs(laps - round(laps)) <= _LAP_TOLERANCE:
            continue
        yield facts.in_file(
            file,
            _DISTANCE,
            WARNING,
            "round-robin",
            f"({facts.episodes} episodes / {facts.workers} workers) x {distance:g} = {laps:.4g} laps: the starts do "
            "not cover the track evenly; that needs a whole number of laps, best 1.",
            _round_robin_fix(facts),
        )


def _round_robin_fix(facts: Facts) -> str:
    """What the solver offers with the workers there are, in which every worker drives the same number of episodes."""
    found = offers_for(facts, WORKERS, 1)
    if not found:
        return f"Choose them so that (episodes / workers) x {_DISTANCE} is 1."
    return f"{found[0].text[:1].upper()}{found[0].text[1:]}."


def too_many_workers(facts: Facts) -> Iterator[Finding]:
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


def sac_workers(facts: Facts) -> Iterator[Finding]:
    """The algorithm sac works with one worker."""
    if facts.sac and facts.workers is not None and facts.workers > 1:
        message = f"The algorithm sac works with one worker; of {facts.workers}, all but the first exit."
        yield facts.about("DR_WORKERS", ERROR, "sac-workers", message, "Set DR_WORKERS=1.")


def evaluation_resets(facts: Facts) -> Iterator[Finding]:
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


def opengl(facts: Facts) -> Iterator[Finding]:
    """Drawing on the GPU needs four keys to agree (DeepRacer on the Spot's validation.sh)."""
    if facts.value("DR_HOST_X") != "True":
        return
    wanted = {"DR_DOCKER_STYLE": "compose", "DR_ROBOMAKER_CUDA_DEVICES": "0", "DR_SAGEMAKER_CUDA_DEVICES": "0"}
    for key, value in wanted.items():
        if facts.value(key) != value:
            message = f"DR_HOST_X=True draws on the GPU, which needs {key}={value}."
            yield facts.about(key, WARNING, "opengl", message, f"Set {key}={value}, or DR_HOST_X=False.")
    if not facts.value("DR_DISPLAY"):
        message = "DR_HOST_X=True draws on the GPU, which needs DR_DISPLAY to be set."
        yield facts.about("DR_DISPLAY", WARNING, "opengl", message, "Set DR_DISPLAY=:99, or DR_HOST_X=False.")


def telegraf(facts: Facts) -> Iterator[Finding]:
    """Without the port the simulations fail to start."""
    if facts.value("DR_TELEGRAF_HOST") and not facts.value("DR_TELEGRAF_PORT"):
        message = "DR_TELEGRAF_HOST is set and DR_TELEGRAF_PORT is not: the simulations fail to start."
        fix = "Set DR_TELEGRAF_PORT=8092."
        yield facts.about("DR_TELEGRAF_PORT", ERROR, "telegraf-port", message, fix)


def instance_values(facts: Facts) -> Iterator[Finding]:
    """On DeepRacer on the Spot region and bucket are the instance's; system.env replaces the one made for it."""
    cloud = facts.value("DR_CLOUD").lower()
    if cloud in ("azure", "local", "remote"):
        message = f"DR_CLOUD is {cloud}: the model is not saved in the base stack's bucket, and lost with the instance."
        yield facts.about("DR_CLOUD", WARNING, "cloud-not-aws", message, "Write DR_CLOUD=aws")
    if cloud != "aws":
        return  # region and bucket mean something else then
    for key, name in _INSTANCE_VALUES.items():
        value = facts.value(key)
        entry = facts.effective[key][1] if key in facts.effective else None
        broken = entry is not None and any(char in "<>()" for char in unquoted(entry.raw))
        if value and name not in value and not broken:
            yield facts.about(
                key,
                WARNING,
                "not-the-instances",
                f"{key} is fixed to {shown(value)}; on another base stack or in another region the run "
                "fails or saves elsewhere.",
                f"Write {key}=${name}",
            )


def mount_folders(facts: Facts) -> Iterator[Finding]:
    """DRFC lower-cases these paths before it looks for them."""
    for key in ("DR_ROBOMAKER_MOUNT_SIMAPP_DIR", "DR_ROBOMAKER_MOUNT_SCRIPTS_DIR"):
        path = facts.value(key)
        if path != path.lower() and "$" not in path:
            message = "DRFC looks for this path in lower case, and does not find it."
            yield facts.about(key, WARNING, "upper-case-path", message, "Use a path in lower case.")


def drfc_elsewhere(facts: Facts) -> Iterator[Finding]:
    """Settings of DRFC that do not go with an instance of DeepRacer on the Spot."""
    name = facts.value("DR_EXPERIMENT_NAME")
    if name:
        message = f"DRFC reads run.env from experiments/{shown(name)} then, and not the one here."
        fix = "Delete this line."
        yield facts.about("DR_EXPERIMENT_NAME", ERROR, "experiment-name", message, fix)
    if facts.number("DR_RUN_ID", 0.0) not in (None, 0.0):
        message = "The pages in the browser are made for run 0, and show nothing of another one."
        yield facts.about("DR_RUN_ID", INFO, "run-id", message, "Write DR_RUN_ID=0")


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
