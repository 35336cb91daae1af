"""Rehearsals in real child processes: every fault gets its name and line, nothing is left, the caller goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from dots_tui.custom_files.action_space import Action, Discrete
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.reward import child_process
from dots_tui.reward.child_process import Limits, RehearsalCancelled
from dots_tui.reward.drivers import CENTRE, DRIVERS, RACING
from dots_tui.reward.parameters import passed_by
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.results import FunctionFault, RehearsalEnd, Sweep
from dots_tui.reward.subject import Subject
from dots_tui.reward.wall import Confinement
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["kidney"]
ACTIONS = Discrete(tuple(Action(float(angle), speed) for angle in (-30, -15, 0, 15, 30) for speed in (0.8, 1.6)))
QUICK = Limits(seconds=40.0, call_seconds=0.5, memory_mb=512, policies=0)
PATIENT = Limits(seconds=60.0, call_seconds=30.0, memory_mb=256, policies=0)
HEAD = "def reward_function(params):\n"


def subject(source: str, **changes: Any) -> Subject:
    return Subject(source.encode(), TRACK, ACTIONS, **changes)


def rehearsed(source: str, limits: Limits = QUICK, **changes: Any) -> Report:
    report = Report(TRACK)
    for event in rehearse(subject(source, **changes), limits):
        report = report.after(event)
    return report


def test_a_sound_function_is_swept_and_driven() -> None:
    report = rehearsed(HEAD + "    return float(params['speed'])\n")
    assert report.faults == ()
    assert report.sweep is not None
    assert report.sweep.complete
    assert report.sweep.states >= 10_000
    assert (report.sweep.minimum, report.sweep.maximum) == (0.8, 1.6)
    assert [one.name for one in report.drivers] == [driver.name for driver in DRIVERS]
    assert report.ended is not None
    assert report.ended.complete
    racing = report.drivers[0]
    assert racing.finished
    assert racing.lap_time_s == pytest.approx(racing.steps / 15.0, abs=1e-3)
    assert 0.8 <= racing.per_step <= 1.6


def test_the_first_numbers_come_before_the_rest() -> None:
    events = list(rehearse(subject(HEAD + "    return 1.0\n")))
    assert any(isinstance(event, Confinement) for event in events)
    first = next(event for event in events if isinstance(event, Sweep))
    assert not first.complete
    assert not first.along_drives
    assert isinstance(events[-1], RehearsalEnd)


FAULTS = {
    "exception": (HEAD + "    x = 1\n    return params['nope']\n", 3),
    "not-a-number": (HEAD + "    if params['x'] > -99:\n        return 'much'\n    return 1.0\n", 3),
    "not-finite": (HEAD + "    params.clear()\n    return float('nan')\n", 3),
    "out-of-range": (HEAD + "    return -2e5\n", 2),
    "endless-loop": (HEAD + "    while True:\n        pass\n", 3),
    "memory": ("kept = []\n" + HEAD + "    while True:\n        kept.append(bytearray(1 << 22))\n", 4),
    "missing-import": (HEAD + "    import no_such_module_anywhere\n    return 1.0\n", 2),
    "endless-output": (HEAD + "    while True:\n        print('again ' * 1000)\n", 3),
    "sys-exit": ("import sys\n" + HEAD + "    sys.exit(3)\n", 3),
    "syntax-error": (HEAD + "    return (1.0\n", 2),
    "no-reward-function": ("def reward(params):\n    return 1.0\n", None),
    "crash": ("import ctypes\n" + HEAD + "    return ctypes.string_at(0)\n", 3),
    "not-allowed": ("import socket\n" + HEAD + "    return socket.create_connection(('127.0.0.1', 9))\n", 3),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_is_found_named_and_located(kind: str) -> None:
    source, line = FAULTS[kind]
    report = rehearsed(source, PATIENT if kind == "memory" else QUICK)
    fault = report.faults[0]
    assert (fault.kind, fault.message != "") == (kind, True)
    if kind != "syntax-error" or sys.version_info >= (3, 10):  # 3.9 names the line after
        assert fault.line in ((2, 3) if kind == "endless-loop" else (line,))
    if kind not in ("syntax-error", "no-reward-function", "crash"):
        assert fault.params is not None
        assert set(fault.params) == set(passed_by(None))
    assert isinstance(report.ended, RehearsalEnd)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (HEAD + "    return None\n", "not-a-number"),
        (HEAD + "    return [1.0]\n", "not-a-number"),
        (HEAD + "    return float('-inf')\n", "not-finite"),
        (HEAD + "    return sum(iter(int, 1))\n", "endless-loop"),
        (HEAD + "    while True:\n        try:\n            while True: pass\n        except: pass\n", "endless-loop"),
        ("import time\n" + HEAD + "    time.sleep(999)\n", "endless-loop"),
        ("while True: pass\n", "endless-loop"),
        ("import os\n" + HEAD + "    os._exit(0)\n", "sys-exit"),
        ("raise SystemExit\n", "sys-exit"),
        ("import no_such_module_anywhere\n", "missing-import"),
        ("1 / 0\n", "exception"),
        (HEAD + "    return reward_function(params)\n", "exception"),
        ("import os\n" + HEAD + "    os.system('true')\n", "not-allowed"),
        ("import subprocess\n" + HEAD + "    subprocess.run(['true'])\n", "not-allowed"),
        ("\x00", "syntax-error"),
        ("", "no-reward-function"),
        ("reward_function = 3\n", "no-reward-function"),
    ],
)
def test_other_ways_to_the_same_faults(source: str, kind: str) -> None:
    assert [fault.kind for fault in rehearsed(source).faults][:1] == [kind]


def test_a_function_that_fails_all_along_an_episode_is_not_tried_any_more() -> None:
    report = rehearsed(HEAD + "    return params['nope']\n")
    assert [fault.line for fault in report.faults] == [2]
    assert report.sweep is None
    assert report.drivers == ()
    assert report.ended is not None
    assert not report.ended.complete


def test_what_simapp_takes_is_no_fault() -> None:
    for value in ("True", "7", "__import__('decimal').Decimal('1.5')"):
        assert rehearsed(HEAD + f"    return {value}\n").faults == (), value


def test_memory_that_is_kept_is_told_although_the_function_goes_on() -> None:
    source = (
        "kept = []\n" + HEAD + "    try:\n        while True:\n            kept.append(bytearray(1 << 12))\n"
        "    except MemoryError:\n        pass\n    return 1.0\n"
    )
    assert [fault.kind for fault in rehearsed(source, PATIENT).faults] == ["memory"]


def test_a_function_that_switches_off_the_clocks_ends_with_the_time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "_GRACE_SECONDS", 0.2)
    source = (
        "import faulthandler, signal\n" + HEAD + "    signal.setitimer(signal.ITIMER_REAL, 0)\n"
        "    faulthandler.cancel_dump_traceback_later()\n    while True:\n        pass\n"
    )
    report = rehearsed(source, Limits(seconds=0.8))
    assert [fault.kind for fault in report.faults] == ["too-slow"]
    assert report.ended is not None
    assert not report.ended.complete


def test_different_faults_are_told_once_each_with_what_caused_them() -> None:
    source = (
        HEAD + "    if params['is_offtrack']:\n        return 1 / 0\n"
        "    if abs(params['heading']) > 150:\n        return params['nope']\n    return 1.0\n"
    )
    report = rehearsed(source)
    found = {fault.line: fault for fault in report.faults}
    assert {line: fault.kind for line, fault in found.items()} == {3: "exception", 5: "exception"}
    first, second = found[3].params, found[5].params
    assert first is not None
    assert first["is_offtrack"] is True
    assert second is not None
    assert abs(second["heading"]) > 150
    assert report.sweep is not None
    assert report.sweep.minimum == 1.0
    assert any(one.unpaid for one in report.drivers)


def test_the_clock_of_simapp_6_is_a_fault_before() -> None:
    source = HEAD + "    return params['sim_time']\n"
    assert rehearsed(source, simapp=(6, 0, 4)).faults == ()
    (fault,) = rehearsed(source, simapp=(5, 3, 3)).faults
    assert (fault.kind, fault.line) == ("exception", 2)
    assert "sim_time" in fault.message


def test_each_driver_meets_a_module_without_a_past() -> None:
    source = "count = 0\n" + HEAD + "    global count\n    count += 1\n    return count\n"
    for one in rehearsed(source).drivers:
        assert one.total_reward == one.steps * (one.steps + 1) / 2


def test_a_slow_function_gets_fewer_states_and_drivers_and_that_is_said() -> None:
    report = rehearsed("import time\n" + HEAD + "    time.sleep(0.05)\n    return 1.0\n", Limits(seconds=4.0))
    assert report.faults == ()
    assert report.sweep is not None
    assert 0 < report.sweep.states < 10_000
    assert not report.sweep.complete
    assert {RACING, CENTRE} <= {one.name for one in report.drivers}
    assert len(report.drivers) < len(DRIVERS)
    (note,) = report.notes
    assert note.kind == "slow"
    assert "did not drive" in note.message
    assert report.ended is not None
    assert report.ended.complete


def group_is_empty(group: int) -> bool:
    """Whether no process of a group is left, but for those that have ended and wait to be fetched by init."""
    for _ in range(100):
        left = [
            stat
            for path in Path("/proc").glob("[0-9]*/stat")
            if (stat := _stat(path)) and int(stat[2]) == group and stat[0] != "Z"
        ]
        if not left:
            return True
        time.sleep(0.05)
    return False


def _stat(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process groups rehearsals were started in."""
    groups: list[int] = []
    real = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> Any:
        process = real(*arguments, **options)
        groups.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", popen)
    return groups


FORKS = "import ctypes, time\nlibc = ctypes.CDLL(None)\nif libc.fork() == 0:\n    time.sleep(600)\n"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    "source",
    [
        FORKS + HEAD + "    return 1.0\n",
        FORKS + HEAD + "    while True: pass\n",
        FORKS + "import os\n" + HEAD + "    os._exit(1)\n",
    ],
    ids=["sound", "endless", "gone"],
)
def test_nothing_of_the_process_group_is_left(source: str, started: list[int]) -> None:
    rehearsed(source, Limits(seconds=6.0, call_seconds=0.4))
    (group,) = started
    assert group_is_empty(group)


def test_a_rehearsal_can_be_given_up(started: list[int]) -> None:
    enough = threading.Event()
    events = rehearse(
        subject("import time\n" + HEAD + "    time.sleep(0.01)\n    return 1.0\n"), cancelled=enough.is_set
    )
    assert any(isinstance(event, Sweep) for event in iter(lambda: next(events), None))
    enough.set()
    with pytest.raises(RehearsalCancelled):
        list(events)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_who_stops_listening_leaves_no_process(started: list[int]) -> None:
    events = rehearse(subject(HEAD + "    return 1.0\n"))
    assert any(isinstance(event, Sweep) for event in iter(lambda: next(events), None))
    events.close()
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_program_ends_the_child_and_its_folder(sign: signal.Signals, tmp_path: Path) -> None:
    create_defaults(tmp_path / "custom-files")
    slow = "import time\n" + HEAD + "    time.sleep(0.02)\n    return 1.0\n"
    (tmp_path / "custom-files" / "reward_function.py").write_text(slow)
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "dots_tui", "rehearse", str(tmp_path / "custom-files"), "--track", "kidney"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
        while not (found := children.read_text().split()):
            time.sleep(0.02)
        time.sleep(1.0)  # until the child watches over itself
        program.send_signal(sign)
        _, said = program.communicate(timeout=20)
    assert b"Traceback" not in said
    assert group_is_empty(int(found[0]))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_function_sees_nothing_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-rewards")
    monkeypatch.chdir(tmp_path)
    source = (
        "import os, sys\n"
        + HEAD
        + "    assert 'AWS_SECRET_ACCESS_KEY' not in os.environ\n"
        + f"    assert os.getcwd() != {str(tmp_path)!r}\n"
        + "    assert sys.stdin.read() == ''\n    print('seen by nobody')\n    return 1.0\n"
    )
    assert rehearsed(source).faults == ()


def test_the_child_loads_little() -> None:
    code = "import dots_tui.reward.child, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    unwanted = {"textual", "boto3", "paramiko", "socket", "subprocess", "dots_tui.custom_files", "dots_tui.demo"}
    assert not loaded & unwanted


def test_a_child_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "_START", "import dots_tui; raise RuntimeError('Error in dots_tui')")
    report = rehearsed(HEAD + "    return 1.0\n")
    assert [fault.kind for fault in report.faults] == ["not-rehearsed"]
    assert isinstance(report.faults[0], FunctionFault)
