"""What is shown is what runs: real bash runs each action with a stand-in for DeepRacer for Cloud."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs.actions import ACTIONS, SAVE, InstanceAction
from dots_tui.remote.guard import unguarded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")

ACTIVATE = """\
for name in dr-stop-training dr-upload-model dr-increment-training dr-start-training dr-start-evaluation; do
  eval "function $name { echo $name \\"\\$@\\" config \\$1; }"
done
[ -t 0 ]
"""


def run(action: InstanceAction, home: Path) -> tuple[int, str]:
    environment = {**os.environ, "HOME": str(home)}
    # the guard ends a command whose standard input ends, so it stays open
    with subprocess.Popen(
        ["sh", "-c", action.command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as shell:
        assert shell.stdout is not None
        printed = shell.stdout.read()
        return shell.wait(30), printed


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_each_action_runs_with_the_settings_and_says_what_happened(action: InstanceAction, tmp_path: Path) -> None:
    (tmp_path / "deepracer-for-cloud" / "bin").mkdir(parents=True)
    (tmp_path / "deepracer-for-cloud" / "bin" / "activate.sh").write_text(ACTIVATE)
    status, printed = run(action, tmp_path)
    assert status == 0
    words = [part.strip().split() for part in action.shown.replace("&&", ";").split(";")]
    assert [line.split()[: len(said)] for line, said in zip(printed.splitlines(), words)] == words
    assert len(printed.splitlines()) == len(words)


def test_without_deepracer_for_cloud_it_fails_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "deepracer-for-cloud" / "bin").mkdir(parents=True)
    (tmp_path / "deepracer-for-cloud" / "bin" / "activate.sh").write_text("true\n")
    status, printed = run(SAVE, tmp_path)
    assert status == 1
    assert printed == "deepracer-for-cloud cannot be activated\n"


def test_what_is_sent_ends_with_the_connection_and_in_time() -> None:
    for action in ACTIONS:
        line = unguarded(action.command)
        assert line is not None
        assert line.startswith(f"timeout {action.timeout_s:.0f} bash -lc ")
        assert action.shown in line
    assert {action.id for action in ACTIONS if action.danger} == {"stop", "restart"}
