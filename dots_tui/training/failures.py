"""Diagnoses from the last words of a container: tracebacks, dead processes and refusals.

Last words count only while nothing is driven or trained afterwards. Prints of a reward function can
contain any wording, and mean nothing as long as the run continues.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dots_tui.problems import ERROR
from dots_tui.training import failure_kinds as k
from dots_tui.training import records as r
from dots_tui.training.diagnosis import Diagnosis, name_of
from dots_tui.training.failure_table import TOLD_TO_END, kind_of, kind_of_exit
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.fault_codes import FaultKind
    from dots_tui.training.signs import Said

_LONGEST = 240
_REPEATED = {k.NO_CAR.code: 10, "waits": 30}
"""Lines that are harmless a few times: the number of repetitions, without driving in between, that is a problem."""
_WAITS = re.compile(r"Expecting checkpoint >= |Checkpoint not found\. Waiting|downloading checkpoint")


def last_words(said: Sequence[Said], worker: int | None) -> Diagnosis | None:
    """Return the meaning of the last words of one container; None if they are inconclusive."""
    tracebacks = [one for one in said if isinstance(one.record, r.Traceback)]
    deaths = [one for one in said if isinstance(one.record, r.ProcessDied) and one.record.code not in TOLD_TO_END]
    ended = [one for one in tracebacks if not _text(one).thread] or tracebacks if deaths else tracebacks
    if deaths or any(not _text(one).thread for one in tracebacks):
        return _ended(said, ended, deaths, worker)
    lines = [one for one in said if isinstance(one.record, r.FailureLine)]
    for one in lines:
        kind = _of_line(one, lines)
        if kind is not None:
            return _told(kind, one, worker, _words(one))
    return None


def _text(one: Said) -> r.Traceback:
    assert isinstance(one.record, r.Traceback)
    return one.record


def _words(one: Said) -> str:
    return one.record.text if isinstance(one.record, (r.Traceback, r.FailureLine)) else ""


def _of_line(one: Said, lines: Sequence[Said]) -> FaultKind | None:
    text = _words(one)
    if _WAITS.search(text):
        waits = sum(_WAITS.search(_words(other)) is not None for other in lines)
        return k.WAITS_FOR_CHECKPOINT if waits >= _REPEATED["waits"] else None
    kind = kind_of(text)
    if kind is not None and kind.code in _REPEATED:
        times = sum(kind_of(_words(other)) is kind for other in lines)
        return kind if times >= _REPEATED[kind.code] else None
    return kind if kind is None or kind.severity == ERROR else None


def _ended(said: Sequence[Said], tracebacks: Sequence[Said], deaths: Sequence[Said], worker: int | None) -> Diagnosis:
    """Return the diagnosis of an ended program: by the first known words, else by the end of the process."""
    lines = [one for one in said if isinstance(one.record, r.FailureLine)]
    candidates = [(one, _words(one)) for one in (*tracebacks, *lines)]
    for death in deaths:
        assert isinstance(death.record, r.ProcessDied)
        candidates += [(death, words) for words in death.record.before]
    for one, words in candidates:
        kind = kind_of(words)
        if kind is not None and kind.severity == ERROR:
            return _told(kind, one, worker, words, _death(deaths))
    if deaths:
        codes = [one.record.code for one in deaths if isinstance(one.record, r.ProcessDied) and one.record.code]
        kind = kind_of_exit(codes[0] if codes else None)
        words = _words(tracebacks[-1]) if tracebacks else _before(deaths[0])
        if kind is k.DIED and tracebacks:
            kind = k.UNCAUGHT
        return _told(kind, deaths[0], worker, words, _death(deaths))
    return _told(k.UNCAUGHT, tracebacks[-1], worker, _words(tracebacks[-1]))


def _before(death: Said) -> str:
    assert isinstance(death.record, r.ProcessDied)
    return death.record.before[-1] if death.record.before else ""


def _death(deaths: Sequence[Said]) -> str:
    """Return the dead process and its end, in words."""
    records = [one.record for one in deaths if isinstance(one.record, r.ProcessDied)]
    if not records:
        return ""
    name = next((one.process for one in records if one.process), "")
    code = next((one.code for one in records if one.code is not None), None)
    return f"process {name or 'of the launch'} has died{f' (exit code {code})' if code is not None else ''}"


def _told(kind: FaultKind, one: Said, worker: int | None, words: str, death: str = "") -> Diagnosis:
    who = name_of(worker, one.name) if isinstance(one.source, Worker) else "the trainer"
    short = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    how = ": ".join(part for part in (death, short) if part)
    return Diagnosis(
        code=kind.code,
        severity=kind.severity,
        word="FAILED" if kind.severity == ERROR else "WARNING",
        title=f"{kind.what} in {who}{f': {how}' if how else ''}",
        cause=kind.cause,
        advice=kind.advice,
        container=one.name,
        worker=worker,
        evidence=how or kind.what,
        at=one.at,
        actions=kind.actions,
    )
