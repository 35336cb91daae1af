"""The doctor's checks of this machine: Python, terminal, SSH, free space. They need no network."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dots_tui.app.doctor.line import Line, good

OLDEST_PYTHON = (3, 9)
SMALLEST = (80, 24)
"""Columns and rows of the smallest supported terminal."""
LITTLE_MB, TOO_LITTLE_MB = 500, 50
_PACKAGES = ("textual", "boto3", "paramiko", "python-dotenv", "pygments")
_MIB = 1 << 20


@dataclass(frozen=True)
class TerminalFacts:
    """Facts about the terminal. `size` is columns and rows, `encoding` is that of the output."""

    interactive: bool
    size: tuple[int, int]
    encoding: str
    environment: Mapping[str, str]


def terminal_facts() -> TerminalFacts:
    """Return the facts about the terminal of this process."""
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    size = shutil.get_terminal_size()
    return TerminalFacts(interactive, (size.columns, size.lines), sys.stdout.encoding or "", os.environ)


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Iterator[Line]:
    """Check the version of Python and of the main packages."""
    told = ".".join(map(str, version))
    missing = [name for name in _PACKAGES if _version(name) is None]
    if version < OLDEST_PYTHON:
        yield Line("python", "error", "old-python", f"Python {told} is too old.", "Install Python 3.9 or newer.")
    elif missing:
        what = f"Python {told}, but these packages are missing: {', '.join(missing)}."
        yield Line("python", "error", "missing-packages", what, "Install dots-tui again: pip install --user dots-tui.")
    else:
        packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES[:3])
        yield good("python", f"Python {told}, {packages}")


def terminal(facts: TerminalFacts) -> Iterator[Line]:
    """Check size, colors, Unicode and clipboard of the terminal, as far as the environment describes them."""
    kind = facts.environment.get("TERM", "")
    if not facts.interactive:
        yield Line(
            "terminal",
            "warning",
            "no-terminal",
            "Input or output is not a terminal: the app cannot be shown here.",
            "Run dots-tui doctor in the terminal in which you use dots-tui.",
        )
        return
    if kind in ("", "dumb"):
        yield Line(
            "terminal",
            "error",
            "dumb-terminal",
            f"TERM is {kind or 'not set'}: the terminal cannot move the cursor.",
            "Use another terminal, or set TERM to what it is, for example xterm-256color.",
        )
        return
    columns, rows = facts.size
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        what = f"The terminal has {columns} x {rows} cells; the app is made for {SMALLEST[0]} x {SMALLEST[1]} and more."
        yield Line("terminal", "warning", "small-terminal", what, "Make the window larger or its font smaller.")
    else:
        yield good("terminal", f"{kind}, {columns} x {rows} cells")
    yield _colors(facts.environment)
    yield _unicode(facts.encoding)
    yield _clipboard(facts.environment)


def _colors(environment: Mapping[str, str]) -> Line:
    if environment.get("NO_COLOR"):
        return Line("colors", "warning", "no-color", "NO_COLOR is set: the app uses no colors.", "Unset it for colors.")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return good("colors", "16 million colors (COLORTERM)")
    if "256color" in environment.get("TERM", "") or "direct" in environment.get("TERM", ""):
        return good("colors", "256 colors (TERM)")
    what = f"TERM={environment.get('TERM', '')} promises 16 colors."
    return Line("colors", "warning", "few-colors", what, "If it has more: export TERM=xterm-256color.")


def _unicode(encoding: str) -> Line:
    if "utf" in encoding.lower():
        return good("unicode", f"output is {encoding}; dots-tui doctor --terminal shows the signs")
    what = f"The output's encoding is {encoding or 'unknown'}: charts and frames are drawn in ASCII."
    return Line("unicode", "warning", "no-unicode", what, "Set a UTF-8 locale: export LANG=C.UTF-8.")


def _clipboard(environment: Mapping[str, str]) -> Line:
    if environment.get("TMUX"):
        fix = "In ~/.tmux.conf: set -g set-clipboard on. dots-tui doctor --terminal tries it."
        return Line("clipboard", "warning", "tmux-clipboard", "tmux passes a copied text on only when told to.", fix)
    if environment.get("STY"):
        fix = "Copied text is kept in a file as well, which the app names."
        return Line("clipboard", "warning", "screen-clipboard", "GNU screen does not pass a copied text on.", fix)
    return good("clipboard", "copying uses OSC 52; dots-tui doctor --terminal tries it")


def ssh(home: Path, find: Mapping[str, str | None] | None = None) -> Iterator[Line]:
    """Check that keys can be created and SSH settings read. `find` maps optional programs to paths; None searches."""
    from dots_tui.remote.keys import one_time_key

    one_time_key()
    config = home / ".ssh" / "config"
    try:
        config.open("rb").close()
        said = f"{config} is used"
    except FileNotFoundError:
        said = "no ~/.ssh/config is needed"
    except OSError as error:
        what = f"{config} cannot be read: {error.strerror}."
        yield Line("ssh", "warning", "ssh-config", what, "The settings in it are not used until you may read it.")
        said = "keys can be made"
    programs = find if find is not None else {name: shutil.which(name) for name in ("aws", "session-manager-plugin")}
    missing = [name for name, where in programs.items() if where is None]
    tunnel = (
        "Session Manager can be used" if not missing else f"no tunnel by Session Manager without {', '.join(missing)}"
    )
    yield good("ssh", f"one-time keys work, {said}; {tunnel}")


def free_space(folders: Mapping[str, Path]) -> Iterator[Line]:
    """Check that the folders (purpose -> path) are writable and have free space."""
    tight, problems = [], []
    least = None
    for what, folder in folders.items():
        there = _existing(folder)
        free = shutil.disk_usage(there).free // _MIB
        least = free if least is None else min(least, free)
        if not os.access(there, os.W_OK):
            fix = f"Let your user write there, or set another place: DOTS_TUI_HOME ({what})."
            problems.append(Line("space", "error", "not-writable", f"{folder} ({what}) cannot be written to.", fix))
        elif free < TOO_LITTLE_MB:
            fix = "Remove files you do not need."
            problems.append(Line("space", "error", "no-space", f"{folder} ({what}) has {free} MB left.", fix))
        elif free < LITTLE_MB:
            tight.append(f"{folder} ({what}) has {free} MB left")
    yield from problems
    if tight:
        fix = "The log of a long run needs some hundred MB. Remove files you do not need."
        yield Line("space", "warning", "little-space", f"{'; '.join(tight)}.", fix)
    if not problems and not tight:
        yield good("space", f"at least {least} MB free where settings, logs and temporary files go")


def folders_of(config: Path, state: Path) -> dict[str, Path]:
    """Return the folders that dots-tui writes to, by purpose."""
    return {"settings": config, "state": state, "temporary files": Path(tempfile.gettempdir())}


def _existing(folder: Path) -> Path:
    """Return the folder, or its nearest existing parent."""
    return next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
