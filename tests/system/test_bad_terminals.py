"""Terminals that can do little, none at all, readers that leave: a clear message, or it works. Never a traceback."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dots_tui.custom_files.defaults import create_defaults

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Terminal, Traces

    Open = Callable[[int, int], Terminal]
    Shell = Callable[[str], subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.system

PROGRAM = f"{sys.executable} -m dots_tui"
FULL = Path("/dev/full")
GREYS = {0, 7, 8, 15, 16, 231, *range(232, 256)}
"""The colours of 256 that have no hue."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Custom files with a finding or two."""
    files = create_defaults(tmp_path / "custom-files")
    files.write("run.env", files.read("run.env") + b"DR_WORKERS = 3\nDR_WORLD_NMAE=oval\n")
    return files.root


@pytest.fixture
def shell(make_traces: Callable[[], Traces]) -> Shell:
    """Runs a command line; ``PROGRAM`` in it is the program. Its input is empty and its output is captured."""
    environment = make_traces().environment

    def run(line: str) -> subprocess.CompletedProcess[str]:
        command = ["/bin/sh", "-c", line.replace("PROGRAM", PROGRAM)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=60, check=False
        )
        assert not re.search(r"Traceback|Exception|\w+Error\b", done.stderr), done.stderr
        return done

    return run


# -- no terminal ----------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["PROGRAM", "PROGRAM .", "PROGRAM <&-", "PROGRAM >&-"])
def test_the_app_says_that_it_needs_a_terminal(shell: Shell, line: str) -> None:
    done = shell(line)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("dots-tui needs a terminal.")
    assert "--help" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_closed_streams_change_nothing_else(shell: Shell, folder: Path) -> None:
    assert shell(f"PROGRAM check {folder} >&-").returncode == 1
    assert shell(f"PROGRAM check {folder} >&- 2>&- <&-").returncode == 1
    done = shell(f"PROGRAM check {folder}/nowhere 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["check FOLDER", "check FOLDER --json", "--help", "--version"])
def test_a_reader_that_leaves(shell: Shell, folder: Path, arguments: str, unbuffered: str) -> None:
    words = arguments.replace("FOLDER", str(folder))
    assert shell(f"PYTHONUNBUFFERED={unbuffered} PROGRAM {words} | :").stdout == ""


def test_a_reader_that_takes_one_line(shell: Shell, folder: Path) -> None:
    done = shell(f"PROGRAM check {folder} | head -n 1")
    assert re.fullmatch(r"run\.env:\d+: .*\n", done.stdout)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_a_full_disk(shell: Shell, folder: Path) -> None:
    done = shell(f"PROGRAM check {folder} >{FULL}")
    assert done.returncode == 1
    assert re.search(r"(?m)^dots-tui: .*No space left on device$", done.stderr)


def test_an_encoding_without_the_signs(shell: Shell, folder: Path) -> None:
    done = shell(f"PYTHONIOENCODING=ascii PROGRAM check {folder}")
    assert done.returncode == 1
    assert done.stdout.isascii()


def test_the_demo_ends_when_its_reader_leaves(make_traces: Callable[[], Traces]) -> None:
    traces = make_traces()
    demo = subprocess.Popen(
        [sys.executable, "-m", "dots_tui", "--demo"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=traces.environment,
    )
    assert demo.stdout is not None
    assert demo.stderr is not None
    with demo.stdout, demo.stderr:
        assert b"[1/6]" in demo.stdout.readline()
        demo.stdout.close()
        assert demo.stderr.read() == b""
        assert demo.wait(30) == 1
    traces.assert_nothing_left(5)


# -- terminals that can do little -----------------------------------------------------------------

POOR = {
    "small": "",
    "no colour": "NO_COLOR=1",
    "no signs": "PYTHONIOENCODING=ascii",
    "an old one": "TERM=vt100",
    "an unnamed one": "-u TERM",
}


@pytest.mark.parametrize("kind", POOR)
def test_the_app_works_in_40_by_10(open_terminal: Open, folder: Path, kind: str) -> None:
    terminal = open_terminal(40, 10)
    terminal.run(str(folder), environment=POOR[kind])
    terminal.wait_for("DR_WORLD_NAME")
    if kind == "no signs":
        assert terminal.screen().isascii()
    if kind == "no colour":
        assert set(map(int, re.findall(r"\x1b\[[34]8;5;(\d+)m", terminal.codes()))) <= GREYS
    for number, name in ((3, "Stacks"), (4, "Training"), (5, "Models"), (1, "Files"), (2, "Reward")):
        terminal.press(str(number))
        terminal.wait_for(rf"\A.*{number} {name}")
    terminal.press("C-q")
    assert terminal.wait_for_end() == 0


def test_a_dumb_terminal_is_told_so(open_terminal: Open, folder: Path) -> None:
    terminal = open_terminal(80, 24)
    terminal.run(str(folder), environment="TERM=dumb")
    assert terminal.wait_for_end() == 2
    assert "dots-tui needs a terminal that can show more" in terminal.screen()


def test_the_app_is_not_drawn_into_a_file(open_terminal: Open, folder: Path, tmp_path: Path) -> None:
    """Standard error is where it is drawn."""
    terminal = open_terminal(80, 24)
    terminal.run(str(folder), redirected=f"2>{tmp_path / 'errors'}")
    assert terminal.wait_for_end() == 2
    assert "needs a terminal" in (tmp_path / "errors").read_text()


def test_in_a_dumb_terminal_the_demo_is_printed(open_terminal: Open) -> None:
    terminal = open_terminal(80, 24)
    terminal.run("--demo", environment="TERM=dumb")
    terminal.wait_for(r"\[2/6\]")
    terminal.press("C-c")
    assert terminal.wait_for_end() == 130
    assert "Traceback" not in terminal.screen()
    terminal.traces.assert_nothing_left(5)
