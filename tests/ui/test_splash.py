"""The first frame needs nothing but a terminal."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from dots_tui.ui import splash
from dots_tui.ui.commands import command_keys


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 10), (200, 50), (5, 2)])
def test_the_frame_fits_its_terminal(columns: int, rows: int) -> None:
    first = splash.frame(columns, rows).split("\x1b[2m")[1].split("\x1b[")[0]
    assert len(first) <= columns


def test_nothing_is_painted_into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert splash.show() is False
    assert out.getvalue() == ""


def test_it_is_painted_before_anything_heavy_is_imported() -> None:
    code = "import sys, dots_tui.cli, dots_tui.ui.splash; print(sorted(m for m in sys.modules if m in %r))"
    heavy = {"textual", "rich", "boto3", "paramiko", "argparse", "dotenv", "pygments", "typing_extensions", "asyncio"}
    done = subprocess.run([sys.executable, "-c", code % heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_keys_are_shown_as_they_stand_on_the_keyboard() -> None:
    from dots_tui.ui.shell import DotsApp

    assert {command_keys(command) for command in DotsApp.ACTIONS} >= {"1", ":", "?", "q"}
