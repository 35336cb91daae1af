"""The lens: what each program that reads an env file makes of a key, side by side, and what else happens on the way.

Nothing is executed: :mod:`dots_tui.custom_files.readers` models the readers. system.env and run.env are read one
after the other in one shell, as DRFC does; a worker's file is read on its own. Variables that only the training
instance knows stay visible as they are written; ``~`` is the home folder of a user named u.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable

from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import INSTANCE_NAMES
from dots_tui.custom_files.facts import SOURCED, unfit
from dots_tui.custom_files.findings import shown
from dots_tui.custom_files.folder import house_order, is_env_file, worker_number
from dots_tui.custom_files.readers import awk, bash_source, drfc, menu, python_dotenv, worker
from dots_tui.custom_files.readers.shell import Shell
from dots_tui.custom_files.readers.trace import (
    ABORTS,
    COMPUTES,
    ERROR,
    LISTS,
    PRINTS,
    READS,
    RUNS,
    SETS,
    UNKNOWN,
    WRITES,
    Event,
    Trace,
)

READERS = ("source", "drfc", "worker", "awk", "menu", "dotenv")
"""The readers, as the fields of a Reading and the commands' output name them."""
ENVIRONMENT: Mapping[str, str] = {**{name: f"${name}" for name in sorted(INSTANCE_NAMES)}, "HOME": "/home/u"}
"""What the readers find set before the files are read."""

_UPPER_CASE = re.compile(r"[A-Z_][A-Z0-9_]*")
_MOST_NAMES = 12
_NOT_UTF8 = "UnicodeDecodeError: the file is not UTF-8 text"


@dataclass(frozen=True)
class KeyReading:
    """What the readers make of one key of one file. None: not set, as far as that reader is concerned."""

    source: str | None
    """bash ``source``, every variable exported (DeepRacer on the Spot's launch scripts)."""
    drfc: str | None
    """DRFC's ``dr-update-env``."""
    worker: str | None
    """prepare-config.py, the reader of worker-N.env; "<absent>" or the error with which it gives up."""
    awk: str | None
    """The scripts on the instance; a line for each line found, "" when there is none."""
    menu: str | None
    """DeepRacer on the Spot's menu."""
    dotenv: str | None
    """python-dotenv."""
    agree: bool
    """Whether the readers of this file see one value and nothing else happens. run.env and system.env have five
    readers, all but ``worker``; a worker's file has one, and should mean what it would mean in run.env."""
    effects: tuple[str, ...]
    """What else the file's readers do on the lines of this key: "source: runs a command (car)"."""


def lens(sources: Mapping[str, bytes], keys: Sequence[str] | None = None) -> Mapping[str, Mapping[str, KeyReading]]:
    """By file and key, what each reader makes of the env files among ``sources``.

    ``keys``: the keys to look at in every file; without it, those that the file sets or seems to set. Files that are
    binary or far too large are left out.
    """
    texts = _texts(sources)
    sourcing = _shell_traces(texts, bash_source.read, all_exported=True)
    loading = _shell_traces(texts, drfc.read, all_exported=False)
    return {name: _file(name, text, (sourcing[name], loading[name]), keys) for name, text in texts.items()}


def sourced(sources: Mapping[str, bytes]) -> dict[str, Trace]:
    """By env file, what bash's ``source`` makes of it: the column ``source`` of the lens alone."""
    return _shell_traces(_texts(sources), bash_source.read, all_exported=True)


def _texts(sources: Mapping[str, bytes]) -> dict[str, str]:
    """The env files that can be looked into, in house order, as text."""
    names = sorted((name for name in sources if is_env_file(name) and not unfit(name, sources[name])), key=house_order)
    return {name: sources[name].decode("utf-8", "surrogateescape") for name in names}


def _shell_traces(
    texts: Mapping[str, str], read: Callable[[str, Shell], Trace], all_exported: bool
) -> dict[str, Trace]:
    """What a shell makes of each file: system.env and run.env one after the other, a worker's file in its own shell."""
    shared = Shell(dict(ENVIRONMENT), all_exported)
    traces = {name: read(texts[name], shared) for name in SOURCED if name in texts}
    for name, text in texts.items():
        if name not in SOURCED:
            traces[name] = read(text, Shell(dict(ENVIRONMENT), all_exported))
    return traces


def _file(name: str, text: str, shells: tuple[Trace, Trace], keys: Sequence[str] | None) -> dict[str, KeyReading]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    broken = Trace(every=_NOT_UTF8) if any("\udc80" <= char <= "\udcff" for char in text) else None
    env = EnvFile.parse(text.encode("utf-8", "surrogateescape"))
    wanted = list(dict.fromkeys(keys)) if keys is not None else _keys(env, shells)
    traces = {
        "source": shells[0],
        "drfc": shells[1],
        "worker": broken or worker.read(plain),
        "awk": awk.read(text, wanted),
        "menu": Trace() if broken else menu.read(plain),
        "dotenv": Trace() if broken else python_dotenv.read(plain, ENVIRONMENT),
    }
    effects = _Effects(name, env, traces)
    return {key: _reading(name, key, traces, effects) for key in wanted}


def _keys(env: EnvFile, shells: Iterable[Trace]) -> list[str]:
    """The keys the file sets or seems to set, in its order, then what a shell sets by accident that looks like one."""
    written = [entry.key for entry in env.entries if not entry.commented]
    set_anyway = [name for trace in shells for name in trace.values if _UPPER_CASE.fullmatch(name)]
    return list(dict.fromkeys(written + set_anyway))


def _reading(name: str, key: str, traces: Mapping[str, Trace], effects: _Effects) -> KeyReading:
    values = {reader: trace.value(key) for reader, trace in traces.items()}
    told = effects.of(key)
    seen = {
        _comparable(value, traces[reader])
        for reader, value in values.items()
        if reader != "worker" or worker_number(name) is not None
    }
    return KeyReading(**values, agree=len(seen) == 1 and not told, effects=told)


def _comparable(value: str | None, trace: Trace) -> str | None:
    """``value`` without what is only the reader's way of saying it."""
    if value == trace.absent:
        return None
    # awk ends every line it prints; a reader that is read in one piece knows no such end.
    return value[:-1] if value is not None and trace.absent == "" else value


class _Effects:
    """What the readers of one file did besides setting values, by line."""

    def __init__(self, name: str, env: EnvFile, traces: Mapping[str, Trace]) -> None:
        self._own: dict[int, str] = {}
        self._lines: dict[str, set[int]] = {}
        for entry in env.entries:
            if not entry.commented:
                self._belongs(entry.key, entry.line, env)
        relevant = ("worker",) if worker_number(name) is not None else ("source", "drfc")
        self._traces = {reader: traces[reader] for reader in relevant}
        self._events: dict[str, dict[int, list[Event]]] = {}
        for reader, trace in self._traces.items():
            by_line = self._events.setdefault(reader, {})
            for event in trace.events:
                by_line.setdefault(event.line, []).append(event)
                if event.kind == SETS:
                    self._lines.setdefault(event.detail, set()).add(event.line)

    def _belongs(self, key: str, line: int, env: EnvFile) -> None:
        """``line``, and those that bash joins to it, are about ``key``."""
        while True:
            self._own.setdefault(line, key)
            self._lines.setdefault(key, set()).add(line)
            if line >= len(env.lines) or not env.lines[line - 1].text.endswith("\\"):
                return
            line += 1

    def of(self, key: str) -> tuple[str, ...]:
        """The effects on the lines of ``key``, and what kept a reader from getting there."""
        lines = sorted(self._lines.get(key, ()))
        found: list[str] = []
        for reader, trace in self._traces.items():
            events = [event for line in lines for event in self._events[reader].get(line, ())]
            found += [f"{reader}: {_said(event)}" for event in events if event.kind != SETS]
            own = {key} | {self._own[line] for line in lines if line in self._own}
            others = dict.fromkeys(event.detail for event in events if event.kind == SETS and event.detail not in own)
            found += [f"{reader}: sets other variables ({_listed(list(others))})"] if others else []
            if lines:
                found += [f"{reader}: {words}" for words in _ended_above(trace, lines)]
            found += [f"{reader}: error ({trace.every})"] if trace.every is not None else []
        return tuple(dict.fromkeys(found))


def _said(event: Event) -> str:
    return _WORDS[event.kind].format(shown(event.detail))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(map(shown, names[:_MOST_NAMES])) + more


def _ended_above(trace: Trace, lines: Sequence[int]) -> Iterator[str]:
    """Why a reader did not get to the last of ``lines``."""
    # The end of the reading is the last thing that happened.
    last = trace.events[-1] if trace.events else None
    if last is not None and last.kind in _ENDED and last.line not in lines and last.line < lines[-1]:
        yield _ENDED[last.kind].format(last.line)


_WORDS = {
    RUNS: "runs a command ({})",
    PRINTS: "prints all exported variables",
    ABORTS: "aborts the file ({})",
    UNKNOWN: "not worked out from here on ({})",
    ERROR: "error ({})",
    WRITES: "writes a file ({})",
    READS: "reads a file ({})",
    COMPUTES: "puts something of its own in the place of {}",
    LISTS: "makes a list of it, which no program sees",
}
_ENDED = {
    ABORTS: "aborts the file on line {}, above this key",
    UNKNOWN: "not worked out from line {} on, above this key",
}
