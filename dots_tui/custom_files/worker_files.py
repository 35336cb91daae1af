"""The files of further workers (worker-2.env and so on): which are missing, and what to begin one with.

Their reader (DRFC scripts/training/prepare-config.py) takes values literally and gives up at a line without exactly
one equals sign, so a file begins with plain KEY=value lines only: no blank lines, no quotes, no references.
"""

from __future__ import annotations

from typing import NamedTuple

from dots_tui.custom_files.catalogue import KEYS, WORKER_KEYS
from dots_tui.custom_files.facts import FileFacts, is_per_worker
from dots_tui.custom_files.folder import worker_number

MOST_WORKERS = 64
"""More than any instance runs: a larger number is a slip of the finger, and no reason to fill a folder."""


def missing_workers(facts: FileFacts) -> list[int]:
    """The workers that need a file of their own and have none; empty when there is one configuration for all."""
    if not facts.multi_config or facts.workers is None or facts.workers > MOST_WORKERS:
        return []
    there = {worker_number(name) for name in facts.names}
    return [number for number in range(2, facts.workers + 1) if number not in there]


def why_none_missing(facts: FileFacts) -> str:
    """Why no worker's file is missing, in words; "" when one is."""
    if missing_workers(facts):
        return ""
    if not facts.multi_config:
        return "all workers share run.env unless DR_TRAIN_MULTI_CONFIG=True"
    if facts.workers is None or facts.workers < 2:
        return "there is only one worker: raise DR_WORKERS first"
    if facts.workers > MOST_WORKERS:
        return f"DR_WORKERS={facts.workers} is more than any instance runs"
    return "every worker has its file"


def new_worker_file(facts: FileFacts, number: int) -> bytes:
    """What the file of worker ``number`` begins with: the settings of the first worker, to be changed.

    A value the reader would take for something else is left out; the worker then has that of the worker before it.
    """
    lines = [f"# Worker {number}. A key that is not in here is as in the file of the worker before."]
    values = {key: facts.value(key) for key in KEYS if key in facts.effective and is_per_worker(key)}
    lines += [f"{key}={value}" for key, value in values.items() if _is_literal(value)]
    return ("\n".join(lines) + "\n").encode()


class Inherited(NamedTuple):
    """What a worker has without a line in its own file."""

    value: str
    source: str
    """The file that gives it."""


def inherited(facts: FileFacts, number: int) -> dict[str, Inherited]:
    """By key, what worker ``number`` takes over from the worker before it (prepare-config.py keeps its environment)."""
    found = {
        key: Inherited(facts.value(key), facts.effective[key][0])
        for key in WORKER_KEYS
        if key in facts.effective and key in facts.values
    }
    for name in facts.env:
        other = worker_number(name)
        if other is not None and 2 <= other < number:
            own = (entry for entry in facts.env[name].entries if not entry.commented and is_per_worker(entry.key))
            found.update({entry.key: Inherited(entry.value, name) for entry in own})
    return found


def _is_literal(value: str) -> bool:
    """Whether the reader takes ``value`` as it is."""
    return (
        value == value.strip() and value.isprintable() and value.isascii() and not any(c in value for c in "=$#'\"\\`")
    )
