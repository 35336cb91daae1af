"""The catalogue of keys: one table that drives the form, the validation and the help.

``docs/keys.md`` is generated from it (:mod:`dots_tui.custom_files.keys_page`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from dots_tui.custom_files.catalogue import (
    hyperparameters,
    metadata,
    run_env,
    run_evaluation,
    run_more,
    run_objects,
    run_storage,
    system_env,
    system_more,
)
from dots_tui.custom_files.catalogue.model import FILES, RUN, SYSTEM, WORKER, Key
from dots_tui.custom_files.catalogue.retired import RETIRED, SCRIPT_KEYS, Retired
from dots_tui.custom_files.catalogue.values import (
    close_names,
    did_you_mean,
    is_on,
    only_near,
    only_near_track,
    value_problem,
    why_not_read,
)
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, worker_number

__all__ = [
    "ACTION_KEYS",
    "FILES",
    "HYPERPARAMETER_KEYS",
    "KEYS",
    "METADATA_KEYS",
    "RETIRED",
    "RUN",
    "SCRIPT_KEYS",
    "SYSTEM",
    "WORKER",
    "WORKER_KEYS",
    "Key",
    "Retired",
    "close_names",
    "did_you_mean",
    "groups",
    "is_on",
    "keys_of",
    "only_near",
    "only_near_track",
    "value_problem",
    "why_not_read",
]


def _table(keys: Iterable[Key]) -> Mapping[str, Key]:
    return MappingProxyType({key.name: key for key in keys})


_ENV_KEYS = (
    *run_env.KEYS,
    *run_evaluation.KEYS,
    *run_storage.KEYS,
    *run_objects.KEYS,
    *run_more.KEYS,
    *system_env.KEYS,
    *system_more.KEYS,
)

KEYS = _table(
    dataclasses.replace(key, replaced_by=RETIRED[key.name].instead) if key.name in RETIRED else key for key in _ENV_KEYS
)
"""Every key of run.env and system.env by name, grouped, in the order of the form."""

WORKER_KEYS = _table(key for key in KEYS.values() if key.per_worker)
"""Those that worker-N.env may set for its worker (prepare-config.py's list)."""

HYPERPARAMETER_KEYS = _table(hyperparameters.KEYS)
"""Every key of hyperparameters.json that the simapp reads."""

METADATA_KEYS = _table(metadata.KEYS)
"""Every key of model_metadata.json; members of an object have dotted names ("lidar_config.num_sectors")."""

ACTION_KEYS = metadata.MEMBERS
"""What an action of the action space has: "steering_angle" and "speed", with what the simapp clips them to."""


def keys_of(file: str) -> Mapping[str, Key]:
    """The keys that belong in ``file`` (worker-2.env as worker-N.env) by name; none for any other file."""
    if file == WORKER or worker_number(file) is not None:
        return WORKER_KEYS
    if file in (RUN, SYSTEM):
        return _table(key for key in KEYS.values() if key.file == file)
    return {HYPERPARAMETERS: HYPERPARAMETER_KEYS, MODEL_METADATA: METADATA_KEYS}.get(file, MappingProxyType({}))


def groups(file: str) -> dict[str, tuple[Key, ...]]:
    """The keys that belong in ``file`` by group title, in the order of the form."""
    found: dict[str, tuple[Key, ...]] = {}
    for key in keys_of(file).values():
        found[key.group] = (*found.get(key.group, ()), key)
    return found
