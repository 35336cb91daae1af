"""A program under a pty with a plain modern terminal at the other end; what it prints is kept with its time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

_ANSWERS = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\]11;\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:1111/1111/1111\x1b\\"),
)
"""What a terminal answers when it is asked; a program that waits for an answer would stall without."""
_NOT_FOR_PYTE = re.compile(
    rb"\x1b\[[<>=?][0-9;:]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\"
)

Grid = "tuple[str, ...]"


class Terminal:
    """Runs ``command`` in ``columns`` x ``rows``. ``output`` holds (seconds since the start, bytes)."""

    def __init__(self, command: list[str], columns: int = 120, rows: int = 40, cwd: str | None = None) -> None:
        self.size = (columns, rows)
        self.output: list[tuple[float, bytes]] = []
        environment = dict(os.environ, TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
        for name in ("LINES", "COLUMNS", "TMUX", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "NO_COLOR"):
            environment.pop(name, None)
        self._started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.chdir(cwd or ".")
                os.execvpe(command[0], command, environment)
            os._exit(127)

    def until_quiet(self, silence: float, limit: float) -> None:
        """Read until nothing has come for ``silence`` seconds after the first output, or for ``limit`` seconds."""
        last = deadline = time.perf_counter() + limit
        while time.perf_counter() < min(deadline, last + silence):
            if not select.select([self._master], [], [], 0.02)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 18)
            except OSError:
                return
            last = time.perf_counter()
            self.output.append((last - self._started, data))
            for pattern, answer in _ANSWERS:
                for _ in pattern.finditer(data):
                    os.write(self._master, answer)

    def press(self, keys: bytes) -> None:
        """Send *keys* as the terminal does."""
        os.write(self._master, keys)

    def end(self) -> None:
        """Kill the program and everything in its group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)

    def frames(self) -> list[tuple[float, tuple[str, ...]]]:
        """What stood on the screen after each piece of output."""
        screen = pyte.Screen(*self.size)
        stream = pyte.ByteStream(screen)
        frames = []
        for moment, data in self.output:
            stream.feed(_NOT_FOR_PYTE.sub(b"", data))
            frames.append((moment, tuple(screen.display)))
        return frames


def painted(frames: list[tuple[float, tuple[str, ...]]]) -> float:
    """Seconds until the first visible character."""
    return next((moment for moment, lines in frames if any(line.strip() for line in lines)), float("nan"))


def complete(frames: list[tuple[float, tuple[str, ...]]]) -> float:
    """Seconds until 95 % of the characters of the last frame stood where they stay."""
    last = frames[-1][1]
    wanted = [(row, column) for row, line in enumerate(last) for column, char in enumerate(line) if char != " "]
    for moment, lines in frames:
        right = sum(lines[row][column] == last[row][column] for row, column in wanted)
        if right >= 0.95 * len(wanted):
            return moment
    return float("nan")
