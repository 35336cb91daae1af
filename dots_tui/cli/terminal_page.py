"""A test page for a terminal: colors, signs, clipboard and mouse, with the expected result of each."""

from __future__ import annotations

import base64
import os
import re
import select
import sys
import termios
import time
import tty

COPIED = "dots-tui can copy"
MOUSE_SECONDS = 10.0
_CLICK = re.compile(rb"\x1b\[<\d+;(\d+);(\d+)M")
_MOUSE_ON, _MOUSE_OFF = "\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"


def page() -> str:
    """Return the page without the part about the mouse."""
    ramp = "".join(f"\x1b[48;2;{value};64;{255 - value}m " for value in range(0, 256, 4)) + "\x1b[0m"
    cube = "".join(f"\x1b[48;5;{number}m " for number in range(16, 80)) + "\x1b[0m"
    sixteen = "".join(f"\x1b[{code}m  " for code in (*range(40, 48), *range(100, 108))) + "\x1b[0m"
    code = base64.b64encode(COPIED.encode()).decode()
    return "\n".join(
        (
            "16 colors: sixteen different fields",
            f"  {sixteen}",
            "256 colors: steps from dark to light",
            f"  {cube}",
            "16 million colors: one smooth ramp from blue to red, without steps",
            f"  {ramp}",
            "Signs: every one is in a frame of its own width",
            "  │●│○│▸│█│░│⣿│⠁│✓│─│╭│╯│°│",
            f"Clipboard: paste now; it must be: {COPIED}",
            f"\x1b]52;c;{code}\x07",
        )
    )


def show_page() -> bool:
    """Print the page and wait for a click. Return True if the mouse was detected, or the user continued."""
    print(page())
    print(f"Mouse: click anywhere here within {MOUSE_SECONDS:.0f} s, or press a key to go on.", flush=True)
    answer = _mouse()
    print(answer)
    return not answer.startswith("No click")


def _mouse() -> str:
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        print(_MOUSE_ON, end="", flush=True)
        return _heard(descriptor)
    finally:
        print(_MOUSE_OFF, end="", flush=True)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _heard(descriptor: int) -> str:
    end, heard = time.monotonic() + MOUSE_SECONDS, b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0]:
            break
        heard += os.read(descriptor, 100)
        click = _CLICK.search(heard)
        if click:
            return f"The mouse works: column {int(click[1])}, row {int(click[2])}."
        if not heard.startswith(b"\x1b"):
            return "The mouse was not tried."
    return "No click arrived: the terminal does not report the mouse, or tmux needs `set -g mouse on`."
