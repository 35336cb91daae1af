"""Programs as a user starts them: what they print, what they leave behind, and a real terminal around them."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = (sys.executable, "-m", "dots_tui")
PROC = Path("/proc")
LISTENING = "0A"
"""The state of a listening socket in /proc/net/tcp."""
PROMPT = "ready> "
ENDED = re.compile(r"(?m)^ended=(\d+)$")
CLEAN = {
    "alternate_on": "0",
    "cursor_flag": "1",
    "insert_flag": "0",
    "keypad_cursor_flag": "0",
    "keypad_flag": "0",
    "mouse_any_flag": "0",
    "mouse_sgr_flag": "0",
    "wrap_flag": "1",
}
"""What tmux tells of a terminal in which nothing runs."""


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Wait for something that happens in another process. ``what`` says what, when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"in {seconds:g} s it did not come to this: {what}"
        time.sleep(0.01)


class Traces:
    """What programs started with ``environment`` have on this machine: processes, listening ports, files.

    They are told apart from all others by their folder for temporary files, which their children inherit.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.seen: set[int] = set()
        """Every port that was listened on when ``ports`` was asked."""
        self.environment = {**os.environ, "TMPDIR": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        for name in ("NO_COLOR", "COLUMNS", "LINES", "TMUX", "PYTHONUNBUFFERED", "PYTHONIOENCODING"):
            self.environment.pop(name, None)

    def processes(self) -> dict[int, str]:
        """The processes that run, with their command lines."""
        mark = f"TMPDIR={self.folder}".encode()
        found = {}
        for entry in PROC.iterdir():
            with contextlib.suppress(OSError):  # it has ended meanwhile, or is another user's
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def running(self, module: str) -> int:
        """The process that runs ``python -m module``; 0 when there is none."""
        return next((pid for pid, line in self.processes().items() if f"-m {module} " in line + " "), 0)

    def ports(self) -> set[int]:
        """The ports they listen on. None of them may be open to another machine."""
        mine = set()
        for pid in self.processes():
            with contextlib.suppress(OSError):
                mine |= {str(link.readlink()) for link in (PROC / str(pid) / "fd").iterdir()}
        found = set()
        for row in (PROC / "net" / "tcp").read_text().splitlines()[1:]:
            columns = row.split()
            address, _, port = columns[1].partition(":")
            if columns[3] == LISTENING and f"socket:[{columns[9]}]" in mine:
                assert address == "0100007F", f"port {int(port, 16)} is open to other machines"
                found.add(int(port, 16))
        self.seen |= found
        return found

    def left(self) -> list[str]:
        """What there is of them, in words."""
        left = [f"process {pid}: {line}" for pid, line in self.processes().items()]
        left += [f"port {port} answers" for port in sorted(self.seen) if _answers(port)]
        # Not rglob: it fails when a folder is removed while it looks.
        for folder, folders, files in os.walk(self.folder):
            left += [f"file {Path(folder, name)}" for name in sorted(folders + files)]
        return left

    def assert_nothing_left(self, seconds: float = 20.0) -> None:
        """Everything is gone, soon at least: who was killed is cleared up after by another process."""
        deadline = time.monotonic() + seconds
        while left := self.left():
            assert time.monotonic() < deadline, left
            time.sleep(0.05)

    def signal(self, number: int) -> None:
        """Send a signal to the program in front."""
        pid = self.running("dots_tui")
        assert pid, "it does not run"
        os.kill(pid, number)

    def kill(self) -> None:
        """End what a failed test has left running."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Program:
    """The program without a terminal: no input, and its output in a pipe that is read all the time."""

    def __init__(self, traces: Traces, *arguments: str) -> None:
        self.traces = traces
        self.lines: list[str] = []
        """What was printed on standard output so far."""
        self._errors = traces.folder.with_name(f"{traces.folder.name}-stderr")
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*PROGRAM, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=traces.environment,
                text=True,
            )
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as out:
            for line in out:
                self.lines.append(line.rstrip("\n"))

    @property
    def errors(self) -> str:
        """What was printed on standard error so far."""
        return self._errors.read_text(encoding="utf-8")

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._process.poll() is not None

    def printed(self, part: str) -> bool:
        """Whether a line with ``part`` in it was printed; it must still run, or have printed it."""
        if any(part in line for line in self.lines):
            return True
        assert not self.ended or part in "".join(self.lines), (self.lines, self.errors)
        return False

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """Wait for its end. Returns the exit status, negative for a signal."""
        status = self._process.wait(seconds)
        self._reader.join(10)
        return status


class Terminal:
    """A shell in a real terminal: a pane of a tmux server of its own. ``traces`` are those of what ``run`` runs."""

    def __init__(self, traces: Traces, columns: int, rows: int) -> None:
        self.traces = traces
        # A path of a socket may have about 100 characters, and pytest's folders are deep.
        self._folder = tempfile.mkdtemp(prefix="dots-tmux-")
        self._environment = {**traces.environment, "TMUX_TMPDIR": self._folder, "PS1": PROMPT, "SHELL": "/bin/sh"}
        for name in ("TMPDIR", "ENV"):
            self._environment.pop(name, None)
        self._modes = ""
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), "/bin/sh")

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", "dots-tui-test", "-u", *words]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=20, check=False
        ).stdout

    def _stty(self) -> str:
        """How the terminal treats what is typed."""
        with open(self._asked("pane_tty"), "rb", buffering=0) as tty:  # noqa: PTH123 - a device
            return repr(termios.tcgetattr(tty))

    def _asked(self, what: str) -> str:
        """A fact tmux knows about the terminal."""
        return self._tmux("display-message", "-p", f"#{{{what}}}").strip()

    def run(self, *arguments: str, environment: str = "", redirected: str = "") -> None:
        """Run the program with ``arguments``; ``environment`` is NAME=VALUE ..., ``redirected`` as ``2>FILE``."""
        self.wait_for(PROMPT.strip())
        self._modes = self._stty()
        program = shlex.join([*PROGRAM, *arguments])
        mark = f"TMPDIR={shlex.quote(str(self.traces.folder))}"
        self.type(f"clear; env {environment} {mark} {program} {redirected}; printf '\\nended=%d\\n' $?")
        self.press("Enter")

    def wait_for_end(self, seconds: float = 30.0) -> int:
        """Wait until the program is over. Returns its exit status; the terminal must be as it was before."""
        found = self.wait_for(ENDED.pattern, seconds)
        self.wait_for(ENDED.pattern + rf"\n{PROMPT.strip()}\s*\Z", 5)
        facts = {name: self._asked(name) for name in CLEAN}
        assert facts == CLEAN
        assert self._stty() == self._modes
        return int(found[1])

    def screen(self) -> str:
        """What the terminal shows."""
        return self._tmux("capture-pane", "-p")

    def codes(self) -> str:
        """The same with the codes for colours and styles."""
        return self._tmux("capture-pane", "-p", "-e")

    def press(self, *keys: str) -> None:
        """Press keys, named as tmux names them."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", "--", text)

    def wait_for(self, pattern: str, seconds: float = 30.0) -> re.Match[str]:
        """Wait until the screen shows ``pattern``, a regular expression."""
        deadline = time.monotonic() + seconds
        while True:
            screen = self.screen()
            found = re.search(pattern, screen)
            if found:
                return found
            over = ENDED.search(screen)
            assert not over, f"it ended before {pattern!r} was shown:\n{screen}"
            assert time.monotonic() < deadline, f"{pattern!r} did not come in {seconds:g} s:\n{screen}"
            time.sleep(0.05)

    def close(self) -> None:
        """Close the terminal, whatever runs in it."""
        self._tmux("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture
def make_traces(tmp_path: Path) -> Iterator[Callable[[], Traces]]:
    """Makes ``Traces``; what is left of them is ended after the test."""
    if not (PROC / "self" / "environ").exists():
        pytest.skip("what is left is looked up in /proc, which this system has not")
    made: list[Traces] = []

    def make() -> Traces:
        made.append(Traces(tmp_path / f"t{len(made)}"))
        return made[-1]

    yield make
    for traces in made:
        traces.kill()


@pytest.fixture
def start(make_traces: Callable[[], Traces]) -> Callable[..., Program]:
    """Starts the program with arguments, without a terminal."""
    return lambda *arguments: Program(make_traces(), *arguments)


@pytest.fixture
def open_terminal(make_traces: Callable[[], Traces]) -> Iterator[Callable[[int, int], Terminal]]:
    """Opens a terminal of so many columns and rows."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    opened: list[Terminal] = []

    def open_one(columns: int, rows: int) -> Terminal:
        opened.append(Terminal(make_traces(), columns, rows))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.close()


@pytest.fixture
def until() -> Callable[..., None]:
    """``until(condition, what, seconds)``: see ``wait_until``."""
    return wait_until
