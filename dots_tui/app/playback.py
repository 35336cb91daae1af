"""Playback of a recorded run in its own time, processed like a live run: bytes -> parser -> state -> snapshot.

Going back plays from the start again: no log content is kept, and logs are read fast. Use one thread at a time.
"""

from __future__ import annotations

import heapq
from itertools import groupby
from typing import TYPE_CHECKING, Callable, NamedTuple

from dots_tui.spool.store import Spool, SpoolProblem
from dots_tui.training import timeline as t
from dots_tui.training.containers import TRAINER
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.app.recording import RecordedLog, Recording
    from dots_tui.training.snapshot import RunSnapshot

_FIRST_MS = 0.001
"""Start of simulated time in the spool, in which 0 marks lines without a time."""
_MOST_LINES = 1000
"""Maximum number of lines in a piece, even if many lines have no time of their own."""
_LOOKS = 64
"""Number of pieces between two checks of the stop condition."""


class _Piece(NamedTuple):
    """Lines of one log, printed in the same second."""

    at: float
    log: int
    lines: Sequence[bytes]
    restarted: bool
    """True if the lines begin the log of another container start."""


class Frame(NamedTuple):
    """The run at time `at`, and the log up to that time."""

    at: float
    run: RunSnapshot
    spool: Spool


class Playback:
    """The logs of `recording`, at any time of the run. `spool` receives the lines until the first step back.

    Raises NotRead.
    """

    def __init__(self, recording: Recording, spool: Spool, stopped: Callable[[], bool]) -> None:
        self._containers = recording.containers
        self._clocks = [_clock(role.role, segments) for _, role, segments in self._containers]
        self.timeline = t.Timeline([self._marks(number, stopped) for number in range(len(self._containers))])
        self._spool = spool
        self._begin()

    def _marks(self, number: int, stopped: Callable[[], bool]) -> t.LogMarks:
        clock = self._log_clock(number)
        for segment in self._containers[number][2]:
            for index, line in enumerate(segment.file.lines()):
                clock.line(line)
                if not index % 10_000 and stopped():
                    break
        return clock.gone_through()

    def _log_clock(self, number: int) -> t.LogClock:
        return t.LogClock(self._clocks[number], saves=self._containers[number][1].role == TRAINER)

    def _begin(self) -> None:
        """Reset to the time before the first line."""
        self._at = float("-inf")
        self._run = RunState(keeps_attempts=True)
        self._parsers = [Parser() for _ in self._containers]
        for _, container, _ in self._containers:
            self._run.container(container)
        pieces = [self._pieces(number) for number in range(len(self._containers))]
        self._waiting = heapq.merge(*pieces, key=lambda piece: piece.at)
        self._next = next(self._waiting, None)
        self._fed: list[float | None] = [None] * len(pieces)

    def go(self, to: float, stopped: Callable[[], bool]) -> Frame:
        """Return the run at `to`, or at the time reached when `stopped` became true.

        Raises NotRead and SpoolProblem.
        """
        if to < self._at:
            self._spool = Spool()
            self._begin()
        count = 0
        while self._next is not None and self._next.at <= to:
            self._take(self._next)
            self._at = self._next.at
            self._next = next(self._waiting, None)
            count += 1
            if not count % _LOOKS and stopped():
                break
        else:
            self._at = max(self._at, to)
        if self._next is None:
            self._close()
        return Frame(self._at, self._run.snapshot(self._now()), self._spool)

    def _now(self) -> float:
        """Return the clock for detecting silence: Docker's only, as when the whole log is read."""
        return self._at if t.DOCKER in self._clocks else 0.0

    def _take(self, piece: _Piece) -> None:
        name, parser = self._containers[piece.log][0], self._parsers[piece.log]
        at = float(int(piece.at)) if self._clocks[piece.log] == t.DOCKER else None
        if piece.restarted:
            self._rest(piece.log)
            self._run.restarted(name)
        self._fed[piece.log] = at
        for record in parser.batches(b"".join(piece.lines)):
            self._run.apply(name, record, at)
        texts = [line.rstrip(b"\r\n") for line in piece.lines]
        stamp = self._stamp(piece.at)
        stamps = [stamp] * len(texts)
        if self._clocks[piece.log] == t.DOCKER:
            found = [t.without_stamp(line) for line in texts]
            stamps, texts = [own or stamp for own, _ in found], [text for _, text in found]
        try:
            self._spool.append(name, texts, stamps)
        except SpoolProblem:
            if not len(self._spool):
                raise  # lanes and charts need no log; the spool counts missing lines

    def _rest(self, log: int) -> None:
        """Process the end of a log that lacks a final newline."""
        for record in self._parsers[log].rest():
            self._run.apply(self._containers[log][0], record, self._fed[log])

    def _close(self) -> None:
        for log in range(len(self._containers)):
            self._rest(log)

    def _stamp(self, at: float) -> bytes:
        if not self.timeline.known:
            return t.stamp(0.0)
        return t.stamp(at if self.timeline.real else at + _FIRST_MS)

    def _pieces(self, log: int) -> Iterator[_Piece]:
        clock, timeline = self._log_clock(log), self.timeline
        before = timeline.begin

        def when(line: bytes) -> float:
            nonlocal before
            passed = len(clock.marks)
            clock.line(line)
            if clock.clock != t.NOTHING:
                passed = len(clock.marks)
            before = max(before, timeline.of(log, clock.own, passed))
            return before

        for index, segment in enumerate(self._containers[log][2]):
            timed = ((when(line), number // _MOST_LINES, line) for number, line in enumerate(segment.file.lines()))
            first = True
            for _, group in groupby(timed, key=lambda one: (int(one[0]), one[1])):
                of_second = list(group)
                yield _Piece(of_second[0][0], log, [line for *_, line in of_second], restarted=first and index > 0)
                first = False


def _clock(role: str, segments: Sequence[RecordedLog]) -> str:
    """Return the source of time for all logs of a container."""
    origins = [one.origin for one in segments]
    if all(origin.stamped for origin in origins):
        return t.DOCKER
    if all(origin.began_at is not None for origin in origins):
        return t.WALL
    return t.NOTHING if role == TRAINER else t.SIMULATED
