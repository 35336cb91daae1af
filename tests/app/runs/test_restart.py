"""After a restart the run has another place in the bucket."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dots_tui.app.runs.actions import RESTART, SAVE, InstanceAction, activated
from dots_tui.app.runs.restart import PLACE, perform
from dots_tui.demo.shell_line import read_line
from dots_tui.remote.connection import Output
from dots_tui.remote.guard import unguarded


def _perform(action: InstanceAction, *outputs: Output) -> tuple[list[InstanceAction], list[str], Output]:
    asked: list[InstanceAction] = []
    moved: list[str] = []
    rest = list(outputs)

    def run(one: InstanceAction) -> Output:
        asked.append(one)
        return rest.pop(0)

    return asked, moved, perform(run, action, moved.append)


def test_a_restart_moves_the_run() -> None:
    asked, moved, output = _perform(RESTART, Output(0, "started"), Output(0, "some line\ntraining/run-2\n"))
    assert asked == [RESTART, PLACE]
    assert moved == ["training/run-2"]
    assert "training/run-2/ from now on" in output.text


@pytest.mark.parametrize("told", [Output(1, "no"), Output(0, ""), Output(0, "a prefix; rm -rf"), Output(0, "/x")])
def test_a_place_that_is_none_is_said_and_not_taken(told: Output) -> None:
    _, moved, output = _perform(RESTART, Output(0, "started"), told)
    assert moved == []
    assert "could not be read" in output.text


def test_what_did_not_restart_moves_nothing() -> None:
    assert _perform(RESTART, Output(1, "failed"))[:2] == ([RESTART], [])
    assert _perform(SAVE, Output(0, "saved"))[:2] == ([SAVE], [])


def test_the_embedded_instance_understands_it() -> None:
    assert read_line(PLACE.command).words[-1] == activated(PLACE.shown)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_instance_is_asked_for_the_value_drfc_has(tmp_path: Path) -> None:
    drfc = tmp_path / "deepracer-for-cloud" / "bin"
    drfc.mkdir(parents=True)
    (drfc / "activate.sh").write_text(
        "dr-stop-training() { :; }\nexport DR_LOCAL_S3_MODEL_PREFIX=training/oval/run-2/\n", encoding="utf-8"
    )
    line = unguarded(PLACE.command)
    assert line is not None
    told = subprocess.run(
        ["sh", "-c", line], env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (0, "training/oval/run-2\n")
