"""The last words of a program in its log: tracebacks, dead processes, refusals of daemons.

A traceback spans lines, and the chunks of a log can cut it, so a reader keeps the open traceback.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dots_tui.training import records as r

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

BEGIN = b"Traceback (most recent call last)"
_LONGEST = 32 * 1024
"""Bytes of a traceback; a longer one is dropped."""
_MOST_WORDS = 400
_PREFIX = re.compile(
    rb"^(?:\d{4}-\d\d-\d\dT[\d:.]+Z? +)?(?:[\w.-]+ +\| ?)?(?:\[[\w./-]+\] )*(?:\x1b\[[\d;]*m)*", re.ASCII
)
"""The prefixes of a line: Docker's time, the container of compose, the launch processes of simapp 6."""
_FRAME = re.compile(rb'File "([^"\n]{1,400})", line \d+')
_EXCEPTION = re.compile(rb"[A-Za-z_][\w.]*(?::\s.*|:?)$", re.DOTALL)
_REQUIRED = re.compile(rb"REQUIRED process \[([\w./-]+)\] has died!")
_OF_REWARD = re.compile(rb"reward_function\w*\.py$")
_ORDERLY = (b"KeyboardInterrupt", b"SystemExit", b"GeneratorExit", b"ROSInterruptException")
"""Exceptions that end a program on request."""


class TracebackReader:
    """A reader of tracebacks in one log, fed with chunks of whole lines."""

    def __init__(self) -> None:
        self._open = b""

    @property
    def waiting(self) -> bool:
        """True if a traceback has begun and its exception has not arrived yet."""
        return bool(self._open)

    def forget(self) -> None:
        """Drop the open traceback: the log continues with something else."""
        self._open = b""

    def read(self, text: bytes) -> Iterator[tuple[int, r.Record]]:
        """Yield each complete traceback with the place in `text` where it ends."""
        before = len(self._open)
        text, self._open = self._open + text, b""
        place = text.find(BEGIN)
        while place >= 0:
            start = text.rfind(b"\n", 0, place) + 1
            end, record = self._one(text, place)
            if end < 0:
                self._open = text[start:] if len(text) - start <= _LONGEST else b""
                return
            if record is not None:
                yield max(0, end - before - 1), record
            place = text.find(BEGIN, end)

    def _one(self, text: bytes, place: int) -> tuple[int, r.Record | None]:
        """Return the traceback that begins at `place` and its end; -1 while its exception has not arrived."""
        thread = b"Exception in thread" in text[max(0, place - 300) : place].rstrip().rpartition(b"\n")[2]
        at = text.find(b"\n", place) + 1
        first = b""
        while 0 < at < len(text):
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            line = _PREFIX.sub(b"", text[at:end], count=1)
            frame = _FRAME.search(line)
            if frame is not None:
                first = first or frame[1]
            elif line.strip() and not line[:1].isspace():
                return end, _traceback(line, first, text[end : end + 1000], thread=thread)
            at = end + 1
        return -1, None


def _traceback(line: bytes, first_frame: bytes, after: bytes, *, thread: bool) -> r.Record | None:
    """Return the record of an exception; None if it was caught or is a normal end of the program."""
    if not _EXCEPTION.match(line) or not first_frame or _OF_REWARD.search(first_frame):
        return None
    name = line.partition(b":")[0]
    if name.endswith(_ORDERLY):
        return None
    if not line.partition(b":")[2].strip():
        more = [_PREFIX.sub(b"", one, count=1).strip() for one in after.split(b"\n") if one.strip()]
        line = b" ".join([line, *more[:2]])
    return r.Traceback(_short(line), thread)


def process_died(match: Match[bytes]) -> r.Record:
    """Return the record of a line in which a launch reports a dead process."""
    found = match.groupdict()
    name, code = found.get("name"), found.get("code")
    if not name and (required := _REQUIRED.findall(match.string, max(0, match.start() - 300), match.start())):
        name = required[-1]
    before = [
        words
        for one in match.string[max(0, match.start() - 2000) : match.start()].split(b"\n")[:-1]
        if (words := _PREFIX.sub(b"", one, count=1).strip()) and words.strip(b"=") and b"has died" not in words
    ]
    return r.ProcessDied(
        name.decode("utf-8", "replace") if name else "",
        int(code) if code is not None else None,
        tuple(_short(words) for words in before[-3:]),
    )


def failure_line(match: Match[bytes]) -> r.Record:
    """Return the record of a line that a program prints only when it cannot continue."""
    start = match.string.rfind(b"\n", 0, match.start()) + 1
    end = match.string.find(b"\n", match.start())
    line = match.string[start : end if end >= 0 else len(match.string)]
    if b'_exception"' in line or b"Re-try count: " in line or BEGIN in line or b"racecar_xacro_file" in line:
        raise ValueError("it is part of something else")
    return r.FailureLine(_short(_PREFIX.sub(b"", line, count=1)))


def _short(words: bytes) -> str:
    text = words.decode("utf-8", "replace").strip()
    return text if len(text) <= _MOST_WORDS else text[: _MOST_WORDS - 1] + "…"


FAILURE_MARKERS: tuple[bytes, ...] = (
    b"An error occurred (",
    b"Unable to locate credentials",
    b"Could not connect to the endpoint",
    b"The config profile (",
    b"Error response from daemon",
    b"Cannot create container for service",
    b"Cannot start service",
    b"nknown runtime specified",
    b"nvalid runtime name",
    b"select device driver",
    b"nvidia-container-cli",
    b"Cannot connect to the Docker daemon",
    b"pull access denied",
    b"manifest unknown",
    b"toomanyrequests",
    b"port is already allocated",
    b"not a swarm manager",
    b"no suitable node",
    b"exec format error",
    b"Illegal instruction",
    b"core dumped",
    b"Segmentation fault",
    b"Bus error",
    b"Out of memory: Kill",
    b"out of memory: Kill",
    b" Killed ",
    b"std::bad_alloc",
    b"terminate called after throwing",
    b"library was compiled to use",
    b"Cannot allocate memory",
    b"No space left on device",
    b"Read-only file system",
    b"Too many open files",
    b"cannot launch node of type",
    b"Resource not found: ",
    b"' not found, searching: ",
    b"is neither a launch file",
    b"RLException: ",
    b"[racecar] does not exist",
    b"racecar' does not exist",
    b"[racecar] not found",
    b"Skipping registering GPU devices",
    b"Expecting checkpoint >= ",
    b"CUDA_ERROR_",
    b"CUDNN_STATUS_",
    b"CUBLAS_STATUS_",
    b"driver version is insufficient",
    b"no kernel image is available",
    b"no CUDA-capable device",
    b"driver/library version mismatch",
    b"fallen off the bus",
    b"Unable to open table file",
    b"not found in checkpoint",
    b"requires shapes of both tensors",
    b"Checkpoint not found",
    b"error while loading shared libraries",
    b"Unable to start server",
    b"create the rendering window",
    b"emporary failure in name resolution",
    b"Could not resolve host",
    b"Failed to create track data",
    b"Unable to find file[",
    b"Could not open file[",
)
"""Texts that only a failing program prints. They count only if nothing is driven or trained afterwards."""
