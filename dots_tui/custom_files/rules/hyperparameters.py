"""Rules about hyperparameters.json (simapp: markov/sagemaker_graph_manager.py).

The simapp checks next to nothing here: what is fatal is a type it cannot convert and the exploration of PPO. What
is far outside the sensible range costs the money of a run and is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dots_tui.custom_files.catalogue import (
    ACTION_KEYS,
    HYPERPARAMETER_KEYS,
    METADATA_KEYS,
    Key,
    close_names,
    did_you_mean,
    only_near,
)
from dots_tui.custom_files.facts import FileFacts, to_number
from dots_tui.custom_files.findings import Advice, Finding, Fix, automatic, found, kind, shown
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA
from dots_tui.problems import ERROR, INFO, WARNING, Severity

_SAC, _PPO = "sac", "clipped_ppo"
_FAR = 3.0
"""Times the end of the sensible range, which is what the AWS console allowed."""


def _values(facts: FileFacts) -> Mapping[str, Any]:
    return (facts.json[HYPERPARAMETERS].values if HYPERPARAMETERS in facts.json else None) or {}


def broken_json(facts: FileFacts) -> Iterator[Finding]:
    """Both JSON files must be readable at all."""
    for name, file in facts.json.items():
        if file.values is None:
            message = f"{name} {file.problem}. The training cannot start with it."
            advice = "Correct the line named, or take the default file and change it."
            fix = Fix(advice)
            if file.slip is not None:
                fix = automatic(file.slip.advice) if file.slip.repairable else Fix(file.slip.advice)
            yield found(name, file.problem_line, None, ERROR, "broken-json", message, fix)
        for key, line in file.halves:
            message = f"{shown(key)} has half of a character (\\ud800 to \\udfff) in its name or value."
            yield found(name, line, key, ERROR, "half-character", message, "Type it again, or delete it.")
        for key in file.twice:
            # Of what is inside an action the line cannot be told.
            if name == MODEL_METADATA and key not in METADATA_KEYS:
                continue
            message = f"{shown(key)} is there twice; only the last one counts."
            yield facts.in_json(name, key, WARNING, "duplicate-key", message, "Delete one of the two.")


def numbers(facts: FileFacts) -> Iterator[Finding]:
    """Numbers that are none, impossible, or far from what anybody trains with."""
    for key in HYPERPARAMETER_KEYS.values():
        if key.kind != "number" or key.name not in _values(facts) or _is_unread(facts, key):
            continue
        value = _as_number(_values(facts)[key.name], key.integer)
        kind = "a whole number" if key.integer else "a number"
        if value is None:
            message, fix = f"{key.name} must be {kind}; the training fails when it reads the file.", f"Write {kind}"
            yield _finding(facts, key, ERROR, "not-a-number", message, f"{fix} without quotes.")
        elif not _within((key.minimum, key.maximum), value):
            message = f"{key.name} is {value:g}, which no training can work with."
            yield _finding(facts, key, ERROR, "out-of-range", message, _sensible(key))
        elif _is_far_off(key, value):
            message = f"{key.name} is {value:g}, far from what trainings are run with."
            yield _finding(facts, key, WARNING, "unusual-value", message, _sensible(key))


def _is_unread(facts: FileFacts, key: Key) -> bool:
    """Whether the algorithm of the run does not look at ``key``."""
    return bool(key.algorithm) and key.algorithm != (_SAC if facts.sac else _PPO)


def _within(bounds: tuple[float | None, float | None], value: float) -> bool:
    low, high = bounds
    return (low is None or low <= value) and (high is None or value <= high)


def _is_far_off(key: Key, value: float) -> bool:
    """Whether a value is far outside of the sensible range. A little outside is a choice of the racer's.

    Only the ends that nothing else bounds have room: from 0.5 down a discount factor sees no farther than two steps.
    """
    if not key.sensible:
        return False
    low, high = key.sensible
    return value < (low / _FAR if key.integer else low) or value > (high if high == key.maximum else high * _FAR)


def _sensible(key: Key) -> str:
    low, high = key.sensible or (key.minimum, key.maximum)
    if key.suggested:
        return f"Use {', '.join(key.suggested[:-1])} or {key.suggested[-1]}."
    if low is None or high is None or high >= 1e6:
        return f"Use {key.name} of at least {low:g}." if low is not None else "Use the usual value."
    return f"Use {key.name} from {low:g} to {high:g}."


def _finding(facts: FileFacts, key: Key, severity: Severity, code: str, message: str, fix: Advice) -> Finding:
    return facts.in_json(HYPERPARAMETERS, key.name, severity, code, message, fix)


def _as_number(value: object, whole: bool) -> float | None:
    """``value`` as the simapp converts it, int() or float(); None when that fails."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        # float() after int(): both refuse what the simapp's own conversion refuses.
        return to_number(str(float(int(value)) if whole else float(value)))
    except (ValueError, OverflowError):
        return None


def words(facts: FileFacts) -> Iterator[Finding]:
    """exploration_type and loss_type. The trainer puts both into lower case, so that they must be texts."""
    for key in HYPERPARAMETER_KEYS.values():
        if key.kind != "choice" or key.name not in _values(facts):
            continue
        value, usual = _values(facts)[key.name], f'Write "{key.default}".'
        if not isinstance(value, str):
            message = f"{key.name} must be a text; the training fails when it reads the file."
            yield _finding(facts, key, ERROR, "unknown-choice", message, usual)
            continue
        near = only_near(value, key.choices)
        slip = automatic(f'Write "{near}".', near) if near is not None else None
        if value.lower() in key.choices or _is_unread(facts, key):
            continue
        elif key.name == "exploration_type":
            if value.lower().strip() in key.choices:
                continue
            message = f"exploration_type is {shown(value)}; with it the training ends at once."
            yield _finding(facts, key, ERROR, "unknown-choice", message, slip or usual)
        else:
            message = f"{key.name} is {shown(value)}; anything but huber silently means mean squared error."
            fix = "Write " + " or ".join(f'"{one}"' for one in key.choices) + "."
            yield _finding(facts, key, WARNING, "unknown-choice", message, slip or fix)


def sac_episodes(facts: FileFacts) -> Iterator[Finding]:
    """For sac the number means something else."""
    key = "num_episodes_between_training"
    if facts.sac and facts.episodes is not None and facts.episodes != 1:
        message = f"With the algorithm sac, {key} counts steps between updates of the target network, not episodes."
        yield facts.in_json(HYPERPARAMETERS, key, WARNING, "sac-episodes", message, f'Write "{key}": 1.')


def unknown_names(facts: FileFacts) -> Iterator[Finding]:
    """The simapp ignores names it does not know, and takes its own default for the one that was meant."""
    for key in _values(facts):
        if key in HYPERPARAMETER_KEYS:
            continue
        if key in METADATA_KEYS or key in ("lidar_config", *ACTION_KEYS):
            yield misplaced(facts, HYPERPARAMETERS, key, MODEL_METADATA)
        elif meant := meant_by(key):
            yield facts.in_json(HYPERPARAMETERS, key, WARNING, "unknown-key", *_instead(facts, key, meant))
        else:
            near = only_near(key, tuple(HYPERPARAMETER_KEYS))
            close = close_names(key, HYPERPARAMETER_KEYS)
            message = f"Nothing reads {shown(key)}{did_you_mean(close)}" + ("" if close else ".")
            severity = WARNING if close else INFO
            fix: Advice = f'Write "{close[0]}".' if close else None
            if near is not None:
                fix = automatic(f'Write "{near}".', near)
            yield facts.in_json(HYPERPARAMETERS, key, severity, "unknown-key", message, fix)


def _instead(facts: FileFacts, key: str, meant: str) -> tuple[str, Fix]:
    """Message and fix about a name from textbooks or the AWS console."""
    usual = HYPERPARAMETER_KEYS[meant].fallback or HYPERPARAMETER_KEYS[meant].default
    if meant in _values(facts):
        return f"Nothing reads {shown(key)}; {meant} is set already.", Fix("Delete this line.")
    message = f"Nothing reads {shown(key)}; the simapp reads {meant}, and takes its default ({usual}) without it."
    return message, automatic(f'Write "{meant}".', meant)


def meant_by(key: str) -> str:
    """The hyperparameter that goes by the name ``key`` elsewhere; "" when none does."""
    return _OTHER_NAMES.get(re.sub(r"[^a-z0-9]", "", key.lower()), "")


def misplaced(facts: FileFacts, file: str, key: str, home: str) -> Finding:
    """A key of the other JSON file."""
    message = f"{shown(key)} belongs in {home}; nothing reads it here."
    there = facts.json[home].values if home in facts.json else None
    fix = Fix(f"Set it in {home}, and delete it here.")
    known = key in HYPERPARAMETER_KEYS or key in METADATA_KEYS
    if there is not None and key not in there and known:
        fix = automatic(f"Move it to {home}.", home)
    elif there is not None and key in there:
        fix = Fix(f"Delete it here; {home} sets it.")
    return facts.in_json(file, key, WARNING, "misplaced-key", message, fix)


_OTHER_NAMES = {
    **dict.fromkeys(("learningrate", "learnrate", "stepsize"), "lr"),
    **dict.fromkeys(("gamma", "discount", "discountrate", "discountfactor"), "discount_factor"),
    **dict.fromkeys(
        ("entropy", "beta", "entropybeta", "entropycoef", "entropycoeff", "entropycoefficient", "entcoef"),
        "beta_entropy",
    ),
    **dict.fromkeys(("epochs", "epoch", "nepochs", "numberofepochs", "numofepochs", "numepoch"), "num_epochs"),
    **dict.fromkeys(
        ("batch", "minibatchsize", "minibatch", "gradientdescentbatchsize", "batchsize"),
        "batch_size",
    ),
    **dict.fromkeys(
        (
            "episodes",
            "numepisodes",
            "nepisodes",
            "episodesbetweentraining",
            "numepisodesbetweentrainings",
            "numberofepisodes",
            "numberofepisodesbetweentraining",
            "episodespertraining",
            "episodesperiteration",
        ),
        "num_episodes_between_training",
    ),
    **dict.fromkeys(("loss", "lossfunction"), "loss_type"),
    **dict.fromkeys(("exploration", "explorationstrategy"), "exploration_type"),
}
"""Names of textbooks, libraries and the AWS console by their letters; the simapp ignores each."""

RULES = (broken_json, numbers, words, sac_episodes, unknown_names)
KINDS = (
    kind("half-character", "error", "A name or value contains half of a character.", "Type it again."),
    kind("broken-json", "error", "The file is no JSON; the training cannot start with it.", "Correct the line named."),
    kind(
        "out-of-range",
        "error",
        "A hyperparameter is outside what a training can work with.",
        "Use a value in the range.",
    ),
    kind("unusual-value", "warning", "A hyperparameter is far from what trainings are run with.", "Use a usual value."),
    kind(
        "sac-episodes",
        "warning",
        "With the algorithm sac, num_episodes_between_training counts steps.",
        "Write 1.",
    ),
    kind(
        "misplaced-key",
        "warning",
        "A key of hyperparameters.json stands in model_metadata.json, or the other way round.",
        "Move it to the file that is read; F does it.",
    ),
)
