"""A recorded run, read from the logs of its containers.

Every log is read twice: first its beginning, to identify the container, then all of it. Logs of one worker are read one
after the other, so that a run over several containers (a spot replacement, a restart) is one run.
"""

from __future__ import annotations

import calendar
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.app.recorded_files import LogFile, is_beginning_of, log_files
from dots_tui.custom_files.findings import Finding
from dots_tui.training.containers import EVALUATION, OTHER, ROBOMAKER, TRAINER, Container
from dots_tui.training.log_origin import Look, Origin, workers
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState
from dots_tui.training.summary import about, document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.training.snapshot import RunSnapshot

_SECOND = len("2026-01-01T00:00:00")
_LOG_HELP = "Give the logs of the simulation (robomaker) and trainer (algo) containers."


class RecordedRun(NamedTuple):
    """A run read from its logs: its final state, the logs of each container, and the findings."""

    run: RunSnapshot
    files: dict[str, list[str]]
    findings: list[Finding]


def summary(logs: Sequence[str]) -> dict[str, Any]:
    """Return the summary document of `logs`. Raises NotRead."""
    return document(*recorded_run(logs))


@dataclass(frozen=True)
class Recording:
    """The logs of a run, identified and sorted, but not fully read."""

    containers: list[tuple[str, Container, list[RecordedLog]]]
    """Name, container and logs (oldest first) of each worker, evaluation job and trainer."""
    findings: list[Finding]
    """The findings about the files so far."""


def recording(logs: Sequence[str]) -> Recording:
    """Identify `logs` by their beginnings. Raises NotRead."""
    findings: list[Finding] = []
    recorded = [one for file in log_files(logs) if (one := _looked_at(file, findings)) is not None]
    return Recording(list(_containers(_without_copies(recorded, findings))), findings)


def recorded_run(logs: Sequence[str]) -> RecordedRun:
    """Return the run of `logs`. Raises NotRead."""
    return read_run(recording(logs))


def read_run(found: Recording) -> RecordedRun:
    """Read the run of identified logs. Raises NotRead."""
    findings = list(found.findings)
    run = RunState(keeps_attempts=True)
    files: dict[str, list[str]] = {}
    now = 0.0
    for name, container, segments in found.containers:
        run.container(container)
        files[name] = [one.file.name for one in segments]
        for index, one in enumerate(segments):
            if index:
                run.restarted(name)
            now = max(now, _read(run, name, one, findings))
    return RecordedRun(run.snapshot(now), files, findings)


@dataclass(frozen=True)
class RecordedLog:
    """A log and its container."""

    file: LogFile
    origin: Origin


def _looked_at(file: LogFile, findings: list[Finding]) -> RecordedLog | None:
    """Return the log and its container; if it is not a log, add a finding and return None."""
    look = Look(file.base)
    first = b""
    for chunk in file.chunks():
        first = first or chunk
        look.feed(chunk)
        if look.clear:
            break
    else:
        look.close()
    if look.origin.role != OTHER:
        return RecordedLog(file, look.origin)
    findings.append(about(file.name, *_no_log(first)))
    return None


def _no_log(first: bytes) -> tuple[str, str, str]:
    """Return code, message and advice for a file with this beginning that is not a log."""
    start = first[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return "empty", "This file is empty.", _LOG_HELP
    if start.startswith(b"episode,steps,"):
        return "not-a-log", "This is a simulation trace (CSV) from the bucket, not a log.", _LOG_HELP
    if start.startswith(b"{") and b'"metrics"' in start:
        return "not-a-log", "This is a metrics file (JSON) from the bucket, not a log.", _LOG_HELP
    return "not-a-log", "No line of a DeepRacer training was found in this file.", _LOG_HELP


def _without_copies(recorded: Sequence[RecordedLog], findings: list[Finding]) -> list[RecordedLog]:
    """Return each log once, without rl_coach's copy of the trainer's log and without earlier states of a file."""
    trainers = [one for one in recorded if one.origin.role == TRAINER and not one.origin.copy]
    kept: list[RecordedLog] = []
    for one in recorded:
        if one.origin.role == TRAINER and one.origin.copy and trainers:
            text = "This log repeats the trainer's, which was given as well; it is left out."
            findings.append(about(one.file.name, "copy", text, minor=True))
            continue
        same = next((k for k in kept if _continues(k, one)), None)
        if same is not None:
            text = f"{same.file.name} has all of this log; it is left out."
            findings.append(about(one.file.name, "copy", text, minor=True))
            continue
        for older in [k for k in kept if _continues(one, k)]:
            kept.remove(older)
            text = f"{one.file.name} has all of this log; it is left out."
            findings.append(about(older.file.name, "copy", text, minor=True))
        kept.append(one)
    return kept


def _continues(later: RecordedLog, earlier: RecordedLog) -> bool:
    """Return true if `later` is a later capture of `earlier`. Names that distinguish workers are trusted."""
    workers_by_name = {later.origin.worker_by_name, earlier.origin.worker_by_name} - {None}
    return len(workers_by_name) < 2 and is_beginning_of(earlier.file, later.file)


def _containers(recorded: Sequence[RecordedLog]) -> Iterator[tuple[str, Container, list[RecordedLog]]]:
    """Yield name, container and logs (oldest first) of each worker, evaluation job and trainer.

    Evaluation jobs alone form a run; next to a training they are not part of its numbers.
    """
    training = [one for one in recorded if one.origin.role == ROBOMAKER]
    evaluations = [one for one in recorded if one.origin.role == EVALUATION]
    simulations = training or evaluations
    by_worker: dict[int, list[RecordedLog]] = {}
    for index, one in zip(workers(one.origin for one in simulations), simulations):
        by_worker.setdefault(index, []).append(one)
    trainers = [one for one in recorded if one.origin.role == TRAINER]
    groups: list[tuple[str, int | None, list[RecordedLog]]] = [
        *((ROBOMAKER, worker, by_worker[worker]) for worker in sorted(by_worker)),
        *((EVALUATION, None, [one]) for one in evaluations if training),
        *((TRAINER, None, group) for group in (trainers,) if group),
    ]
    for role, worker, group in groups:
        group = _in_order(group)
        name = group[0].file.name
        yield name, Container(name, name, role, None, "", "", worker=worker), group


def _in_order(group: Sequence[RecordedLog]) -> list[RecordedLog]:
    """Sort by the time of the rows, else by the first checkpoint, else in the given order."""
    times = [one.origin.began_at for one in group]
    numbers = [one.origin.checkpoint for one in group]
    if None not in times:
        return sorted(group, key=lambda one: one.origin.began_at or 0.0)
    if None not in numbers:
        return sorted(group, key=lambda one: one.origin.checkpoint or 0)
    return list(group)


def _read(run: RunState, name: str, one: RecordedLog, findings: list[Finding]) -> float:
    """Pass the log to the run; return the time of its last line (0 if unknown)."""
    parser = Parser()
    at: float | None = None
    for at, chunk in _timed(one):
        for record in parser.batches(chunk):
            run.apply(name, record, at)
    for record in parser.rest():
        run.apply(name, record, at)
    if parser.failures:
        some = "1 line looks" if parser.failures == 1 else f"{parser.failures} lines look"
        text = f"{some} like a record but cannot be read, for example because it was cut short."
        findings.append(about(one.file.name, "unreadable-lines", text, minor=True))
    return at or 0.0


def _timed(one: RecordedLog) -> Iterator[tuple[float | None, bytes]]:
    """Yield the log in pieces, each with its second of printing (None if Docker's timestamps are missing)."""
    if not one.origin.stamped:
        for chunk in one.file.chunks():
            yield None, chunk
        return
    at: float | None = None
    for second, lines in groupby(one.file.lines(), key=lambda line: line[:_SECOND]):
        with suppress(ValueError):  # a line without a timestamp belongs to the line before
            at = float(calendar.timegm(time.strptime(second.decode("ascii"), "%Y-%m-%dT%H:%M:%S")))
        yield at, b"".join(lines)
