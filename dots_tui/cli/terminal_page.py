"""A test page for a terminal: colors and signs to look at, then the clipboard and the mouse to try."""

from __future__ import annotations

import base64
import os
import re
import select
import shutil
import sys
import termios
import textwrap
import time
import tty
from dataclasses import dataclass

COPIED = "dots-tui can copy"
PATIENCE_S = 20.0
"""Time to paste or click."""
_QUIET_S = 0.2
"""After input stops for this long, a key press is complete."""
_ENDING_S = 2.0
"""Maximum time for the rest of a paste or click."""
_WIDTH = 64
_SIGNS = "●○▸█░⣿⠁✓─╭╯°"


@dataclass(frozen=True)
class InputTest:
    """Something to do in the terminal.

    `switch_on` and `switch_off` are sent before and after it. `begin` and `end` match the input that it sends,
    `wanted` what must be in this input.
    """

    prompt: str
    switch_on: str
    switch_off: str
    begin: re.Pattern[bytes]
    end: re.Pattern[bytes]
    wanted: re.Pattern[bytes]
    works: str
    fails: str
    """Lines of at most 76 columns."""

    def passed(self, heard: bytes) -> bool | None:
        """Return True if the input is the wanted one, False if it is missing or another one, None after a key."""
        if self.wanted.search(heard):
            return True
        return None if heard and not self.begin.search(heard) else False


CLIPBOARD = InputTest(
    f"Clipboard: paste here, or press Enter to skip. The text is: {COPIED}",
    f"\x1b]52;c;{base64.b64encode(COPIED.encode()).decode()}\x07\x1b[?2004h",
    "\x1b[?2004l",
    re.compile(rb"\x1b\[200~|[^\x1b][\s\S]{2}"),  # a terminal without bracketed paste sends the bare text
    re.compile(rb"\x1b\[201~|" + COPIED.encode()),
    re.compile(re.escape(COPIED.encode())),
    "The clipboard works.",
    "The copied text did not arrive: this terminal may not accept it (OSC 52).\n"
    "The app also keeps copied text in a file and names it.",
)
MOUSE = InputTest(
    "Mouse: click anywhere here, or press Enter to skip.",
    "\x1b[?1000h\x1b[?1006h",
    "\x1b[?1006l\x1b[?1000l",
    re.compile(rb"\x1b\[<"),
    re.compile(rb"\x1b\[<\d+;\d+;\d+m"),  # the button is released
    re.compile(rb"\x1b\[<\d+;\d+;\d+M"),
    "The mouse works.",
    "No click arrived: this terminal may not report the mouse.\nEvery command has a key.",
)
_IN_TMUX = {CLIPBOARD: "set -g set-clipboard on", MOUSE: "set -g mouse on"}


def page(columns: int, encoding: str) -> str:
    """Return the colors and signs to look at, for a terminal of this width and encoding."""
    width = max(16, min(_WIDTH, columns - 4))
    sixteen = "".join(f"\x1b[{code}m" + " " * (width // 16) for code in (*range(40, 48), *range(100, 108)))
    grays = "".join(f"\x1b[48;5;{232 + number * 24 // width}m " for number in range(width))
    shades = [number * 255 // (width - 1) for number in range(width)]
    ramp = "".join(f"\x1b[48;2;{shade};64;{255 - shade}m " for shade in shades)
    rows = [
        "16 colors: 16 different fields",
        f"  {sixteen}\x1b[0m",
        "256 colors: 24 grays, from black to white",
        f"  {grays}\x1b[0m",
        "16 million colors: from blue to red without steps",
        f"  {ramp}\x1b[0m",
    ]
    if "utf" in encoding.lower():
        rows += ["Signs: each one fits between its bars", "  │" + "".join(f"{sign}│" for sign in _SIGNS)]
    else:
        rows.append(f"Signs: the output's encoding is {encoding}, so the app draws in ASCII.")
    return "\n".join(rows)


def show_page() -> bool:
    """Show the page and run the tests. Return False if a test failed. Needs a terminal and raw output."""
    print(page(shutil.get_terminal_size().columns, sys.stdout.encoding))
    results = [_result(test) for test in (CLIPBOARD, MOUSE)]
    return False not in results


def _result(test: InputTest) -> bool | None:
    """Run a test and print its result. Return None if it was skipped."""
    print(f"\n{test.prompt}", flush=True)
    passed = test.passed(_heard(test))
    if passed is None:
        print("  Skipped.")
    elif passed:
        print(f"  {test.works}")
    else:
        print(textwrap.indent(test.fails, "  "))
        if os.environ.get("TMUX"):
            print(f"  In ~/.tmux.conf: {_IN_TMUX[test]}")
    return passed


def _heard(test: InputTest) -> bytes:
    """Return what the terminal sends for a test; b"" if nothing arrives in time."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        print(test.switch_on, end="", flush=True)
        return _input(descriptor, test)
    finally:
        print(test.switch_off, end="", flush=True)
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)  # the shell must not get the rest of a paste


def _input(descriptor: int, test: InputTest) -> bytes:
    heard, end = b"", time.monotonic() + PATIENCE_S
    while (left := end - time.monotonic()) > 0 and select.select([descriptor], [], [], left)[0]:
        more = os.read(descriptor, 4096)
        if not more:
            break
        heard += more
        if test.end.search(heard):
            break
        end = time.monotonic() + (_ENDING_S if test.begin.search(heard) else _QUIET_S)
    return heard
