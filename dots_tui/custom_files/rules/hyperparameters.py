"""Rules about hyperparameters.json (simapp: markov/sagemaker_graph_manager.py).

The simapp checks next to nothing here: what is fatal is a type it cannot convert and the exploration of PPO. What
is far outside the sensible range costs the money of a run and is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dots_tui.custom_files.catalogue import close_names, did_you_mean
from dots_tui.custom_files.facts import Facts, to_number
from dots_tui.custom_files.findings import ERROR, INFO, WARNING, Finding, shown
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA


@dataclass(frozen=True)
class _Number:
    """A numeric hyperparameter: whether it is whole, what is possible, and what is sensible."""

    whole: bool
    least: float
    most: float
    sensible: tuple[float, float]


_NUMBERS = {
    "batch_size": _Number(True, 1, 1e6, (32, 512)),
    "beta_entropy": _Number(False, 0, 1, (0, 1)),
    "discount_factor": _Number(False, 0, 1, (0.5, 1)),
    "e_greedy_value": _Number(False, 0, 1, (0, 1)),
    "epsilon_steps": _Number(True, 1, 1e12, (1, 1e12)),
    "lr": _Number(False, 1e-12, 1, (1e-8, 1e-3)),
    "num_episodes_between_training": _Number(True, 1, 1e6, (1, 100)),
    "num_epochs": _Number(True, 1, 1e6, (3, 10)),
    "stack_size": _Number(True, 1, 1e6, (1, 1e6)),
    "sac_alpha": _Number(False, 0, 1, (0, 1)),
    "term_cond_avg_score": _Number(False, -1e12, 1e12, (-1e12, 1e12)),
    "term_cond_max_episodes": _Number(True, 1, 1e12, (1, 1e12)),
}
_WORDS = ("exploration_type", "loss_type")
_PPO_ONLY = ("beta_entropy", "num_epochs")
EXPLORATIONS = ("categorical", "e-greedy")
LOSSES = ("huber", "mean squared error")
KNOWN = (*_NUMBERS, *_WORDS)
"""Every hyperparameter the simapp reads."""


def _values(facts: Facts) -> Mapping[str, Any]:
    return (facts.json[HYPERPARAMETERS].values if HYPERPARAMETERS in facts.json else None) or {}


def broken_json(facts: Facts) -> Iterator[Finding]:
    """Both JSON files must be readable at all."""
    for name, file in facts.json.items():
        if file.values is None:
            message = f"{name} {file.problem}. The training cannot start with it."
            fix = "Correct the line named, or take the default file and change it."
            yield Finding(name, file.problem_line, None, ERROR, "broken-json", message, fix)
        for key in file.twice:
            if name == MODEL_METADATA and key not in ("action_space", "sensor", "neural_network", "version"):
                continue
            message = f"{shown(key)} is there twice; only the last one counts."
            yield facts.in_json(name, key, WARNING, "duplicate-key", message, "Delete one of the two.")


def numbers(facts: Facts) -> Iterator[Finding]:
    """Numbers that are none, impossible, or far from what anybody trains with."""
    for key, number in _NUMBERS.items():
        if key not in _values(facts) or (facts.sac and key in _PPO_ONLY):
            continue
        value = _as_number(_values(facts)[key], number.whole)
        kind = "a whole number" if number.whole else "a number"
        if value is None:
            message = f"{key} must be {kind}; the training fails when it reads the file."
            yield facts.in_json(HYPERPARAMETERS, key, ERROR, "not-a-number", message, f"Write {kind} without quotes.")
        elif not number.least <= value <= number.most:
            message = f"{key} is {value:g}, which no training can work with."
            yield facts.in_json(HYPERPARAMETERS, key, ERROR, "out-of-range", message, _sensible(key, number))
        elif not number.sensible[0] <= value <= number.sensible[1]:
            message = f"{key} is {value:g}, far from what trainings are run with."
            yield facts.in_json(HYPERPARAMETERS, key, WARNING, "unusual-value", message, _sensible(key, number))


def _sensible(key: str, number: _Number) -> str:
    low, high = number.sensible
    return f"Use {key} from {low:g} to {high:g}." if high < 1e6 else f"Use {key} of at least {low:g}."


def _as_number(value: object, whole: bool) -> float | None:
    """``value`` as the simapp converts it, int() or float(); None when that fails."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        # float() after int(): both refuse what the simapp's own conversion refuses.
        return to_number(str(float(int(value)) if whole else float(value)))
    except (ValueError, OverflowError):
        return None


def words(facts: Facts) -> Iterator[Finding]:
    """exploration_type and loss_type."""
    values = _values(facts)
    exploration = values.get("exploration_type", "categorical")
    if not facts.sac and (not isinstance(exploration, str) or exploration.lower() not in EXPLORATIONS):
        message = f"exploration_type is {shown(str(exploration))}; with it the training ends at once."
        fix = 'Write "categorical".'
        yield facts.in_json(HYPERPARAMETERS, "exploration_type", ERROR, "unknown-choice", message, fix)
    loss = values.get("loss_type", "huber")
    if not isinstance(loss, str):
        message = "loss_type must be a text; the training fails when it reads the file."
        yield facts.in_json(HYPERPARAMETERS, "loss_type", ERROR, "unknown-choice", message, 'Write "huber".')
    elif loss.lower() not in LOSSES:
        message = f"loss_type is {shown(loss)}; anything but huber silently means mean squared error."
        fix = 'Write "huber" or "mean squared error".'
        yield facts.in_json(HYPERPARAMETERS, "loss_type", WARNING, "unknown-choice", message, fix)


def sac_episodes(facts: Facts) -> Iterator[Finding]:
    """For sac the number means something else."""
    key = "num_episodes_between_training"
    if facts.sac and facts.episodes is not None and facts.episodes != 1:
        message = f"With the algorithm sac, {key} counts steps between updates of the target network, not episodes."
        yield facts.in_json(HYPERPARAMETERS, key, WARNING, "sac-episodes", message, f'Write "{key}": 1.')


def unknown_names(facts: Facts) -> Iterator[Finding]:
    """The simapp ignores names it does not know, and takes its own default for the one that was meant."""
    for key in _values(facts):
        if key not in KNOWN:
            close = close_names(key, KNOWN)
            message = f"Nothing reads {shown(key)}{did_you_mean(close)}" + ("" if close else ".")
            severity = WARNING if close else INFO
            fix = f'Write "{close[0]}".' if close else None
            yield facts.in_json(HYPERPARAMETERS, key, severity, "unknown-key", message, fix)


RULES = (broken_json, numbers, words, sac_episodes, unknown_names)
