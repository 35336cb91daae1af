"""The rules of the check: small functions from the facts to findings, in one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Callable

from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.rules import (
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
    run,
    secrets,
    storage,
    versions,
    workers,
)

Rule = Callable[[Facts], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    *files.RULES,
    *lines.RULES,
    *duplicates.RULES,
    *expansions.RULES,
    *keys.RULES,
    *run.RULES,
    *storage.RULES,
    *race.RULES,
    *versions.RULES,
    *workers.RULES,
    *hyperparameters.RULES,
    *metadata.RULES,
    *reward.RULES,
    *reward_params.RULES,
    *reward_angles.RULES,
    *reward_habits.RULES,
    *secrets.RULES,
)
"""Every rule. A new one is written in the module of its subject and listed in that module's RULES."""
