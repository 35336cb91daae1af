"""Rules about how the settings of a run go together (one file's value against another's).

The facts behind them are DRFC's prepare-config.py and start.sh, DeepRacer on the Spot's validation.sh, and the
simapp's markov package.
"""

from __future__ import annotations

from collections.abc import Iterator

from dots_tui.custom_files.catalogue.shells import SHELLS_6
from dots_tui.custom_files.facts import Facts, to_number
from dots_tui.custom_files.findings import ERROR, WARNING, Finding, shown
from dots_tui.custom_files.folder import HYPERPARAMETERS
from dots_tui.tracks.catalogue import TRACKS, suggest

_DISTANCE = "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST"
_LAP_TOLERANCE = 0.01
"""How far, in laps, the starts of an iteration may be from whole rounds."""
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
            _round_robin_fix(facts.episodes, facts.workers, distance),
        )


def _round_robin_fix(episodes: int, workers: int, distance: float) -> str:
    fitting = f"Set {_DISTANCE}={round(workers / episodes, 4):g}"
    wanted = workers / distance if distance else 0
    if 1 <= wanted <= 100 and abs(wanted - round(wanted)) < 1e-6:
        return f"{fitting}, or num_episodes_between_training to {round(wanted)} in {HYPERPARAMETERS}."
    return f"{fitting}."


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
    """One reset is one too few for the simapp's arithmetic."""
    if facts.number("DR_EVAL_MAX_RESETS") == 1:
        message = "DR_EVAL_MAX_RESETS=1 makes the evaluation fail; it must be 0, or 2 or more."
        yield facts.about("DR_EVAL_MAX_RESETS", ERROR, "eval-max-resets", message, "Set it to 0, or to 100.")


def model_prefix(facts: Facts) -> Iterator[Finding]:
    """Where the model is saved must be a clean place, and not the place it starts from."""
    prefix = facts.value("DR_LOCAL_S3_MODEL_PREFIX")
    if prefix != prefix.strip("/"):
        message = "The prefix has a slash at the start or the end, which makes an unnamed folder in the bucket."
        fix = f"Use {shown(prefix.strip('/')) or 'a name'}."
        yield facts.about("DR_LOCAL_S3_MODEL_PREFIX", ERROR, "model-prefix-slash", message, fix)
    if not facts.is_true("DR_LOCAL_S3_PRETRAINED"):
        return
    key = "DR_LOCAL_S3_PRETRAINED_PREFIX"
    parent = facts.value(key).strip("/")
    if not parent:
        message = "DR_LOCAL_S3_PRETRAINED is True, but no place of a model to start from is given."
        yield facts.about(key, ERROR, "pretrained-missing", message, "Set it to the prefix of a trained model.")
    elif parent == prefix.strip("/"):
        message = (
            "The model to start from is where the new one is saved, and that place is wiped when the training starts: "
            "the model would be lost."
        )
        fix = "Give the new model another DR_LOCAL_S3_MODEL_PREFIX."
        yield facts.about(key, ERROR, "pretrained-is-model", message, fix)


def simapp_has_it(facts: Facts) -> Iterator[Finding]:
    """Track and car body must be in the simapp version that is used."""
    if not facts.simapp or facts.simapp[0] not in (5, 6):
        return
    major = facts.simapp[0]
    for file, values in facts.configurations():
        track = TRACKS.get(values.get("DR_WORLD_NAME", ""))
        if track is not None and not (track.simapp6 if major == 6 else track.simapp5):
            message = f"simapp {major} does not have the track {track.name}."
            others = [name for name in suggest(track.name) if name != track.name]
            fix = f"Use another track, such as {others[0]}." if others else "Use another track."
            yield facts.in_file(file, "DR_WORLD_NAME", ERROR, "track-not-in-simapp", message, fix)
        shell = values.get("DR_CAR_BODY_SHELL_TYPE", "")
        if major == 5 and shell in SHELLS_6:
            message = f"simapp 5 does not have the car body {shell}."
            key = "DR_CAR_BODY_SHELL_TYPE"
            yield facts.in_file(file, key, WARNING, "shell-not-in-simapp", message, "Use deepracer.")


def race_type(facts: Facts) -> Iterator[Finding]:
    """Some race types are for evaluations only."""
    for file, values in facts.configurations():
        kind = values.get("DR_RACE_TYPE", "")
        if kind in ("HEAD_TO_MODEL", "F1"):
            message = f"{kind} is for evaluations, not for a training."
            fix = "Use TIME_TRIAL, OBJECT_AVOIDANCE or HEAD_TO_BOT."
            yield facts.in_file(file, "DR_RACE_TYPE", WARNING, "evaluation-race-type", message, fix)


def lane_change_times(facts: Facts) -> Iterator[Finding]:
    """The shorter time must be the shorter one."""
    for file, values in facts.configurations():
        if values.get("DR_RACE_TYPE") != "HEAD_TO_BOT":
            continue
        lower = to_number(values.get("DR_H2B_LOWER_LANE_CHANGE_TIME", "3.0"))
        upper = to_number(values.get("DR_H2B_UPPER_LANE_CHANGE_TIME", "5.0"))
        if lower is not None and upper is not None and lower > upper:
            key = "DR_H2B_LOWER_LANE_CHANGE_TIME"
            message = f"The shortest time between lane changes ({lower:g} s) is longer than the longest ({upper:g} s)."
            yield facts.in_file(file, key, ERROR, "lane-change-times", message, "Swap the two times.")


def object_positions(facts: Facts) -> Iterator[Finding]:
    """part,lane;part,lane with a part of the lap and a lane of 1 or -1."""
    key = "DR_OA_OBJECT_POSITIONS"
    for file, values in facts.configurations():
        for position in filter(None, values.get(key, "").strip('"').split(";")):
            part, _, lane = position.partition(",")
            where = to_number(part)
            if where is None or not 0 <= where <= 1 or to_number(lane) not in (1, -1):
                message = (
                    f"{shown(position)} is no position: it needs a part of the lap from 0 to 1, a comma, and 1 or -1."
                )
                fix = 'Write positions like "0.23,-1;0.46,1".'
                yield facts.in_file(file, key, ERROR, "object-positions", message, fix)
                break


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
    for key, name in _INSTANCE_VALUES.items():
        value = facts.value(key)
        if value and name not in value and not value.startswith("<"):
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


RULES = (
    round_robin,
    too_many_workers,
    sac_workers,
    evaluation_resets,
    model_prefix,
    simapp_has_it,
    race_type,
    lane_change_times,
    object_positions,
    opengl,
    telegraf,
    instance_values,
    mount_folders,
)
