"""The demo's trainer as the embedded cloud starts it: a process that must end when it should."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def write_files(folder: Path, reward: str = "def reward_function(params):\n    return params['speed']\n") -> Path:
    """A folder of custom files."""
    folder.mkdir()
    (folder / "run.env").write_text("DR_WORLD_NAME=reInvent2019_wide\n")
    (folder / "system.env").write_text("DR_WORKERS=2\n")
    (folder / "model_metadata.json").write_text(
        json.dumps({"action_space": [{"steering_angle": angle, "speed": 1.0} for angle in (-20, 0, 20)]})
    )
    (folder / "hyperparameters.json").write_text(json.dumps({"num_episodes_between_training": 4}))
    (folder / "reward_function.py").write_text(reward)
    return folder


def start(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """The trainer as the embedded cloud starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "dots_tui.demo.trainer", str(folder), "--no-model", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def read_until(process: subprocess.Popen[bytes], wanted: bytes) -> None:
    """Read its log up to a line."""
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return
    raise AssertionError(f"it ended before it printed {wanted!r}")


def finish(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What it prints on standard output and error until it ends by itself (its standard input stays open)."""
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = process.stdout.read(), process.stderr.read()
    process.wait(20)
    close(process)
    return out, err


def close(process: subprocess.Popen[bytes]) -> None:
    """Close what is open of a process that has ended."""
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


FOREVER = """
def reward_function(params):
    while True:
        try:
            pass
        except BaseException:
            pass
"""


@pytest.mark.parametrize("how", ["SIGTERM", "stdin"])
@pytest.mark.parametrize("reward", ["def reward_function(params):\n    return 1.0\n", FOREVER])
def test_it_ends_with_its_parent_and_with_the_reward_function(tmp_path: Path, how: str, reward: str) -> None:
    process = start(write_files(tmp_path / "files", reward), "--speed", "100")
    read_until(process, b"SIM_TRACE_LOG")
    left = descendants(process.pid)
    assert left or sys.platform != "linux"  # the keepers and the functions
    end(process, how)
    while any(alive(one) for one in left):
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """The processes below one; none where there is no /proc."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end(process: subprocess.Popen[bytes], how: str) -> None:
    """Stop it the way its parent would, or as when its parent is gone."""
    if how == "SIGTERM":
        process.send_signal(signal.SIGTERM)
    else:
        assert process.stdin is not None
        process.stdin.close()
    assert process.wait(20) == 0
    close(process)


def test_it_ends_when_nobody_reads(tmp_path: Path) -> None:
    process = start(write_files(tmp_path / "files"), "--speed", "0")
    assert process.stdout is not None
    process.stdout.read(100)
    process.stdout.close()
    assert process.wait(20) == 0
    close(process)


def test_a_fault_is_its_exit_status(tmp_path: Path) -> None:
    process = start(write_files(tmp_path / "files", "def reward_function(params):\n    return 1 / 0\n"), "--speed", "0")
    out, _ = finish(process)
    assert process.returncode == 1
    assert b"FAULT_CODE: 41" in out


def test_code_that_writes_past_python_does_not_get_into_the_log(tmp_path: Path) -> None:
    reward = "import os\ndef reward_function(params):\n    os.write(1, b'raw')\n    return 1.0\n"
    process = start(write_files(tmp_path / "files", reward), "--speed", "0", "--iterations", "1")
    out, err = finish(process)
    assert process.returncode == 0
    assert all(b"\t" in line for line in out.splitlines())
    assert b"raw" not in out + err


def test_a_hang_stops_the_log_and_not_the_containers(tmp_path: Path) -> None:
    process = start(write_files(tmp_path / "files", FOREVER), "--speed", "0")
    read_until(process, b"The function does not end")
    read_until(process, b"\0clock 30")
    assert process.poll() is None
    end(process, "stdin")


@pytest.mark.parametrize("ends", ["os._exit(3)", "ctypes.string_at(0)"])
def test_the_end_of_the_process_is_in_the_log_as_the_launch_prints_it(tmp_path: Path, ends: str) -> None:
    reward = f"import ctypes, os\ndef reward_function(params):\n    {ends}\n"
    process = start(write_files(tmp_path / "files", reward), "--speed", "0")
    out, _ = finish(process)
    assert process.returncode == 1
    code = rb"3" if "exit" in ends else rb"-11"
    assert re.search(rb"\[agent-9\]: process has died \[pid \d+, exit code " + code + rb"\]$", out, re.MULTILINE)
    assert b"FAULT_CODE" not in out


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    process = start(tmp_path / "nowhere")
    out, err = finish(process)
    assert process.returncode == 2
    assert b"does not exist" in err
    assert out == b""


def test_hyperparameters_that_cannot_be_read_are_the_trainers_fault(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files")
    (folder / "hyperparameters.json").write_text("{")
    process = start(folder, "--speed", "0")
    out, _ = finish(process)
    assert process.returncode == 1
    assert re.search(rb"^\w{10}-algo-1-\w{5}\tERROR: FAULT_CODE: 70$", out, re.MULTILINE)


def test_it_keeps_the_pace_it_is_told(tmp_path: Path) -> None:
    """A slow pace: in the time the reader waits for the first lines, no episode is driven."""
    process = start(write_files(tmp_path / "files"), "--speed", "0.01")
    assert process.stdout is not None
    first = os.read(process.stdout.fileno(), 65536)
    process.terminate()
    rest = process.stdout.read()
    assert process.wait(20) == 0
    assert b"Starting as worker 0" in first + rest
    assert b"Restoring" not in first + rest
    close(process)
