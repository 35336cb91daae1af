"""The rules of the check: small functions from the facts to findings, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Callable

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, FindingKind
from dots_tui.custom_files.rules import (
    characters,
    duplicates,
    expansions,
    files,
    hyperparameters,
    keys,
    lines,
    metadata,
    race,
    reward,
    reward_angles,
    reward_habits,
    reward_params,
    reward_state,
    run,
    secrets,
    spoilt_values,
    storage,
    versions,
    workers,
)

_MODULES = (
    files,
    spoilt_values,
    characters,
    lines,
    duplicates,
    expansions,
    keys,
    run,
    storage,
    race,
    versions,
    workers,
    hyperparameters,
    metadata,
    reward,
    reward_params,
    reward_angles,
    reward_habits,
    reward_state,
    secrets,
)
Rule = Callable[[FileFacts], Iterable[Finding]]

RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
"""Every rule. A new one is written in the module of its subject and listed in that module's RULES."""
DECLARED: Mapping[str, FindingKind] = {one.code: one for module in _MODULES for one in module.KINDS}
"""Every kind of finding that a rule may report, by code."""
