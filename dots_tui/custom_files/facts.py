"""What the rules look at: the files parsed once, and the handful of facts most rules start from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.encodings import wide_encoding
from dots_tui.custom_files.env_file import EnvEntry, EnvFile
from dots_tui.custom_files.expand import Expansion, expansion, references
from dots_tui.custom_files.findings import Advice, Finding, found
from dots_tui.custom_files.folder import (
    HYPERPARAMETERS,
    LARGEST,
    MODEL_METADATA,
    RUN_ENV,
    SYSTEM_ENV,
    house_order,
    is_env_file,
    is_run_file,
    parse_env,
    worker_number,
)
from dots_tui.custom_files.json_file import JsonFile
from dots_tui.problems import Severity

SOURCED = (SYSTEM_ENV, RUN_ENV)
"""The env files shells read, in the order they are read; the last one wins."""


MOST_LINES = 2000
LONGEST_LINE = 2000
"""An env file with more or longer lines got there by mistake, and looking into it would take seconds."""


@dataclass(frozen=True)
class FileFacts:
    """The files of a run, saved or not, as the rules see them."""

    sources: Mapping[str, bytes]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Files that are there and could not be read, with the reason."""
    beside: frozenset[str] = frozenset()
    """Names of other files in the folder, as far as they are known."""
    drafts_of_workers: frozenset[str] = frozenset()
    """Worker files to be looked into although this run does not use them."""

    @cached_property
    def names(self) -> list[str]:
        """The run's files that are there, in house order."""
        return sorted(filter(is_run_file, self.sources), key=house_order)

    @cached_property
    def texts(self) -> Mapping[str, bytes]:
        """Those of them that are text; the others are a finding and not looked into."""
        return {name: self.sources[name] for name in self.names if not unfit(name, self.sources[name])}

    @cached_property
    def env(self) -> Mapping[str, EnvFile]:
        """Every env file that is there."""
        return {name: parse_env(name, data) for name, data in self.texts.items() if is_env_file(name)}

    @cached_property
    def sourced(self) -> Mapping[str, EnvFile]:
        """system.env and run.env, as far as they are there, in the order they are read."""
        return {name: self.env[name] for name in SOURCED if name in self.env}

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What every key means once both files are sourced."""
        return self.expansion.values

    @cached_property
    def expansion(self) -> Expansion:
        """The values, and what grew too long to be worked out."""
        return expansion(self.sourced.values())

    @cached_property
    def effective(self) -> Mapping[str, tuple[str, EnvEntry]]:
        """File and entry that decide about each key."""
        return {
            entry.key: (name, entry)
            for name, env in self.sourced.items()
            for entry in env.entries
            if not entry.commented
        }

    @cached_property
    def complete(self) -> bool:
        """Whether run.env and system.env are both there and can be read: else a default may be wrong."""
        return len(self.sourced) == len(SOURCED)

    @cached_property
    def referred_to(self) -> frozenset[str]:
        """The names that some value of a sourced file refers to."""
        return frozenset(
            name
            for env in self.sourced.values()
            for entry in env.entries
            if not entry.commented
            for name in references(entry)
        )

    @cached_property
    def json(self) -> Mapping[str, JsonFile]:
        """The JSON files that are there."""
        return {
            name: JsonFile.parse(self.texts[name]) for name in (HYPERPARAMETERS, MODEL_METADATA) if name in self.texts
        }

    def value(self, key: str) -> str:
        """What ``key`` means, or "" when it is not set."""
        return self.values.get(key, "")

    def number(self, key: str, default: float | None = None) -> float | None:
        """``key`` as a number; ``default`` when it is not set, None when it is set to something else."""
        return to_number(self.values[key]) if key in self.values else default

    def is_true(self, key: str, default: bool = False) -> bool:
        """Whether the switch ``key`` is on."""
        return self.values[key].lower() == "true" if key in self.values else default

    @cached_property
    def workers(self) -> int | None:
        """DR_WORKERS, or None when it is no whole number of at least 1."""
        workers = self.number("DR_WORKERS", 1.0)
        return int(workers) if workers is not None and workers >= 1 and workers == int(workers) else None

    @cached_property
    def episodes(self) -> int | None:
        """num_episodes_between_training (the simapp takes 20 when it is missing), or None when it is unusable."""
        values = self.json[HYPERPARAMETERS].values if HYPERPARAMETERS in self.json else None
        if values is None:
            return None
        try:
            episodes = int(values.get("num_episodes_between_training", 20))
        except (TypeError, ValueError, OverflowError):
            return None
        return episodes if episodes >= 1 else None

    @cached_property
    def metadata(self) -> Mapping[str, object]:
        """model_metadata.json, empty when it cannot be read."""
        return (self.json[MODEL_METADATA].values if MODEL_METADATA in self.json else None) or {}

    @cached_property
    def sac(self) -> bool:
        """Whether the model learns with the algorithm sac."""
        return str(self.metadata.get("training_algorithm", "")).lower() == "sac"

    @cached_property
    def simapp(self) -> tuple[int, ...]:
        """The version of the simapp as numbers, (6, 0, 5); empty when it is not known."""
        match = re.match(r"(\d{1,6}(?:\.\d{1,6})*)(?![\d.])", self.value("DR_SIMAPP_VERSION"))
        return tuple(int(part) for part in match.group(1).split(".")) if match else ()

    @cached_property
    def multi_config(self) -> bool:
        """Whether each worker has a file of its own. DRFC asks for exactly "True"."""
        return self.value("DR_TRAIN_MULTI_CONFIG") == "True"

    @cached_property
    def worker_files(self) -> Mapping[int, str]:
        """The worker files that count for this run, by worker."""
        most = self.workers if self.multi_config and self.workers is not None else 0
        numbered = {worker_number(name): name for name in self.env}
        return {
            number: name
            for number, name in numbered.items()
            if number and (2 <= number <= most or name in self.drafts_of_workers)
        }

    def configurations(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """The settings of each worker with the file that gives them: run.env, then the worker files in use.

        A key a worker's file does not set is the one of the worker before it (prepare-config.py keeps its
        environment), and its values are literal.
        """
        values = dict(self.values)
        yield RUN_ENV, values
        for name in self.worker_files.values():
            own = {e.key: e.value for e in self.env[name].entries if not e.commented and is_per_worker(e.key)}
            values = {**values, **own}
            yield name, values

    def about(self, key: str, severity: Severity, code: str, message: str, fix: Advice = None) -> Finding:
        """A finding about the value in effect of ``key``; about the file it belongs in when it is not set."""
        if key in self.effective:
            file, entry = self.effective[key]
            return found(file, entry.line, key, severity, code, message, fix)
        known = KEYS.get(key)
        return found(known.file if known else RUN_ENV, 0, key, severity, code, message, fix)

    def in_file(self, file: str, key: str, severity: Severity, code: str, message: str, fix: Advice = None) -> Finding:
        """A finding about ``key`` as ``file`` sets it; as :meth:`about` when it is set elsewhere."""
        entry = self.env[file].entry(key) if file in self.env and worker_number(file) is not None else None
        if entry is None:
            return self.about(key, severity, code, message, fix)
        return found(file, entry.line, key, severity, code, message, fix)

    def in_json(self, file: str, key: str, severity: Severity, code: str, message: str, fix: Advice = None) -> Finding:
        """A finding about ``key`` of the JSON file ``file``."""
        return found(file, self.json[file].line(key), key, severity, code, message, fix)


def unfit(name: str, data: bytes) -> str:
    """Why ``data`` cannot be the content of the run's file ``name``, or "" when it can."""
    if wide_encoding(data) is not None:
        return "is UTF-16 text, which no reader of it takes"
    if b"\0" in data:
        return "is a binary file, not text of a run"
    if len(data) > LARGEST:
        return "is larger than 1 MiB, not text of a run"
    if is_env_file(name):
        lines = re.split(rb"\r\n|[\r\n]", data)
        if len(lines) - 1 > MOST_LINES:
            return f"has more than {MOST_LINES} lines, which the settings of a run never have"
        if len(max(lines, key=len)) > LONGEST_LINE:
            return f"has a line of more than {LONGEST_LINE} bytes, which no setting of a run has"
    return ""


def is_per_worker(key: str) -> bool:
    """Whether a worker's own file may set ``key`` (prepare-config.py's list)."""
    return key in KEYS and KEYS[key].per_worker


def to_number(text: str) -> float | None:
    """``text`` as a finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
