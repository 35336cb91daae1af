"""The catalogue of keys: one table that drives the form, the validation and the help.

``docs/keys.md`` is generated from it (:mod:`dots_tui.custom_files.keys_page`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dots_tui.custom_files.catalogue import run_env, run_env_more, system_env
from dots_tui.custom_files.catalogue.model import RUN, SYSTEM, Key, close_names, did_you_mean, value_problem
from dots_tui.custom_files.catalogue.retired import RETIRED, SCRIPT_KEYS, Retired

__all__ = [
    "KEYS",
    "RETIRED",
    "RUN",
    "SCRIPT_KEYS",
    "SYSTEM",
    "Key",
    "Retired",
    "close_names",
    "did_you_mean",
    "groups",
    "value_problem",
]

KEYS: Mapping[str, Key] = MappingProxyType(
    {key.name: key for key in (*run_env.KEYS, *run_env_more.KEYS, *system_env.KEYS)}
)
"""Every key by name, grouped, in the order of the form."""


def groups(file: str) -> dict[str, tuple[Key, ...]]:
    """The keys that belong in ``file`` by group title, in the order of the form."""
    found: dict[str, tuple[Key, ...]] = {}
    for key in KEYS.values():
        if key.file == file:
            found[key.group] = (*found.get(key.group, ()), key)
    return found
