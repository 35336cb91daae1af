"""The command lines, the guard round them as a real shell reads it, and what Docker's answers mean."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from dots_tui.remote.connection import Output
from dots_tui.remote.docker import LIST, follow_command, list_containers
from dots_tui.remote.guard import guarded, unguarded
from dots_tui.remote.problems import RemoteProblem


def test_a_log_is_followed_with_times_and_joined_streams() -> None:
    assert unguarded(follow_command("deepracer-0-robomaker-1")) == (
        "docker logs --follow --timestamps deepracer-0-robomaker-1 2>&1"
    )
    assert unguarded(follow_command("c1", "2026-03-01T00:00:59.000000007Z")) == (
        "docker logs --follow --timestamps --since 2026-03-01T00:00:59.000000007Z c1 2>&1"
    )


def test_a_name_cannot_become_a_command() -> None:
    assert "'x; reboot'" in follow_command("x; reboot")


def test_only_a_guarded_line_is_unguarded() -> None:
    assert unguarded(guarded("ls -l")) == "ls -l"
    assert unguarded("ls -l") is None


@pytest.mark.parametrize("status", [0, 3])
def test_the_guard_hands_on_the_output_and_the_status(status: int) -> None:
    line = guarded(f"sh -c 'echo out; echo err >&2; exit {status}' 2>&1")
    with subprocess.Popen(["sh", "-c", line], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        assert shell.stdout.read() == b"out\nerr\n"
        assert shell.wait(20) == status


def test_the_guard_ends_a_silent_command_when_its_input_ends() -> None:
    waiting = f"{sys.executable} -c 'import time; print(1, flush=True); time.sleep(100)'"
    with subprocess.Popen(["sh", "-c", guarded(waiting)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        assert shell.stdin is not None
        assert shell.stdout.readline() == b"1\n"
        shell.stdin.close()
        assert shell.wait(20) == 128 + signal.SIGTERM
        assert shell.stdout.read() == b""


def answer(status: int, text: str) -> list[dict[str, str]]:
    commands: list[str] = []

    def run(command: str, timeout: float) -> Output:
        commands.append(command)
        return Output(status, text)

    rows = list_containers(run)
    assert commands == [LIST]
    return rows


def test_containers_are_rows_with_dockers_field_names() -> None:
    row = {"ID": "f00", "Names": "deepracer-0-robomaker-1", "State": "running"}
    assert answer(0, "WARNING: something about a config file\n" + json.dumps(row) + "\n") == [row]
    assert answer(0, "") == []


def test_a_row_that_is_cut_is_said() -> None:
    with pytest.raises(RemoteProblem, match="no JSON"):
        answer(0, '{"ID": "f00"')


@pytest.mark.parametrize(
    ("status", "said", "meaning"),
    [
        (1, "permission denied while trying to connect to the Docker daemon socket at unix:///x.sock", "usermod -aG"),
        (127, "bash: line 1: docker: command not found", "not installed"),
        (1, "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?", "does not run"),
        (125, "unknown flag: --no-trunc", "unknown flag"),
        (1, "", "exit status 1"),
    ],
)
def test_what_is_wrong_with_docker_is_said_in_plain_words(status: int, said: str, meaning: str) -> None:
    with pytest.raises(RemoteProblem, match=meaning):
        answer(status, said)
