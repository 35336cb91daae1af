"""`dots-tui doctor --terminal` in a terminal of its own."""

from __future__ import annotations

import array
import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dots_tui import cli
from dots_tui.cli.terminal_page import COPIED

PASTE, CLICK = b"\x1b[200~%s\x1b[201~", b"\x1b[<0;12;5M\x1b[<0;12;5m"
PASTED, SKIP = PASTE % COPIED.encode(), b"\n"


class Terminal:
    """A pseudo-terminal with the command in it."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.screen = b""
        self._inside, self._outside = pty.openpty()[::-1]
        names = {"TERM": "xterm-256color", "HOME": str(home), "XDG_CONFIG_HOME": str(home), "TMUX": "", **environment}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dots_tui", "doctor", "--terminal"],
            stdin=self._inside,
            stdout=self._inside,
            stderr=self._inside,
            env={**os.environ, **names},
            start_new_session=True,
        )

    def shows(self, text: bytes) -> None:
        """Read until the screen contains a text."""
        end = time.monotonic() + 60
        while text not in self.screen:
            assert time.monotonic() < end, self.screen
            if select.select([self._outside], [], [], 0.5)[0]:
                self.screen += os.read(self._outside, 65536)

    def answers(self, clipboard: bytes, mouse: bytes) -> int:
        """Do what the page asks for. Return the exit code."""
        for switched, keys in ((b"\x1b[?2004h", clipboard), (b"\x1b[?1006h", mouse)):
            self.shows(switched)
            os.write(self._outside, keys)
        self.shows(b"\x1b[?1000l")
        code = self._process.wait(60)
        while select.select([self._outside], [], [], 0)[0]:
            self.screen += os.read(self._outside, 65536)
        return code

    def unread(self) -> int:
        """Return the number of bytes that a shell would get now. Lines need no end."""
        mode = termios.tcgetattr(self._inside)
        assert mode[3] & termios.ICANON
        assert mode[3] & termios.ECHO
        mode[3] &= ~termios.ICANON
        termios.tcsetattr(self._inside, termios.TCSANOW, mode)
        count = array.array("i", [0])
        fcntl.ioctl(self._inside, termios.FIONREAD, count)
        return count[0]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._inside)
        os.close(self._outside)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


def test_colors_clipboard_and_mouse_reach_the_terminal(terminal: Terminal) -> None:
    assert terminal.answers(PASTED, CLICK) == 0
    for sequence in (b"\x1b[47m", b"\x1b[48;5;255m", b"\x1b[48;2;255;64;0m", b"\x1b]52;c;", "│●│".encode()):
        assert sequence in terminal.screen
    assert b"The clipboard works." in terminal.screen
    assert b"The mouse works." in terminal.screen


def test_both_tests_can_be_skipped(terminal: Terminal) -> None:
    assert terminal.answers(SKIP, b"\x1b[A") == 0
    assert terminal.screen.count(b"Skipped.") == 2


def test_a_terminal_without_bracketed_paste_passes(terminal: Terminal) -> None:
    assert terminal.answers(COPIED.encode(), CLICK) == 0


def test_a_paste_of_another_text_fails_and_does_not_reach_the_shell(terminal: Terminal) -> None:
    assert terminal.answers(PASTE % b"rm -rf folder\nls\n", CLICK) == 1
    assert b"did not arrive" in terminal.screen
    assert b"rm -rf" not in terminal.screen
    assert terminal.unread() == 0


def test_tmux_is_named_with_its_setting_when_the_clipboard_fails(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, TMUX="/tmp/tmux,1,0")
    try:
        assert terminal.answers(PASTE % b"other", SKIP) == 1
        assert b"set -g set-clipboard on" in terminal.screen
    finally:
        terminal.close()


def test_an_ascii_terminal_gets_no_signs(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, PYTHONIOENCODING="ascii")
    try:
        assert terminal.answers(SKIP, SKIP) == 0
        assert b"the app draws in ASCII" in terminal.screen
    finally:
        terminal.close()


def test_the_page_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--terminal"]) == 2
    assert "needs a terminal" in capsys.readouterr().err
