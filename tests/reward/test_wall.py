"""The wall round a rehearsal: what hostile functions cannot do where the kernel holds them."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from dots_tui.cli.rehearse import lines_of
from dots_tui.custom_files.action_space import Action, Discrete
from dots_tui.reward import child_process, seccomp, system_calls, wall
from dots_tui.reward.child_process import Limits
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.event_stream import EventStream, Misbehaved
from dots_tui.reward.logged import Rescored
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.results import Cell, Event, Sweep, encode
from dots_tui.reward.sandbox import profile
from dots_tui.reward.subject import Subject
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["kidney"]
ACTIONS = Discrete((Action(0.0, 1.0),))
HEAD = "def reward_function(params):\n"
LIMITS = Limits(seconds=40.0, call_seconds=0.5, memory_mb=512)
WITHOUT_WALL = child_process._START.replace(
    "from dots_tui.reward.child import main;",
    "from dots_tui.reward import child, wall; child.build = lambda: wall.Confinement('fenced only', 'test'); "
    "main = child.main;",
)
NO_WATCHDOG = "import faulthandler, signal\nfaulthandler.cancel_dump_traceback_later()\n"
UNFENCE = """
import sys
frame = sys._getframe()
while frame:
    owner = frame.f_locals.get('self')
    if type(owner).__name__ == 'Child':
        type(owner)._audit = lambda *_: None
        owner._guarded = False
    frame = frame.f_back
"""
"""Switches the fence off, as code that shares its process can."""


def rehearsed(source: str, limits: Limits = LIMITS) -> Report:
    report = Report(TRACK)
    for event in rehearse(Subject(source.encode(), TRACK, ACTIONS), limits):
        report = report.after(event)
    return report


@pytest.fixture(scope="module")
def walled() -> None:
    report = rehearsed(HEAD + "    return 1.0\n")
    assert report.confinement is not None
    if report.confinement.held != "walled":
        pytest.skip(f"no wall here: {report.confinement.missing}")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("aws_secret_access_key")
    (tmp_path / "secret").chmod(0o644)
    (tmp_path / "empty").mkdir()
    return tmp_path


def _seen(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(path), path.stat().st_mode, path.stat().st_mtime_ns) for path in folder.rglob("*"))


CHANGES = {
    "open": "open(PLACE + '/new', 'w').write('x')",
    "overwrite": "os.open(PLACE + '/secret', os.O_WRONLY | os.O_TRUNC)",
    "truncate": "libc.truncate((PLACE + '/secret').encode(), 0)",
    "chmod": "libc.chmod((PLACE + '/secret').encode(), 0)",
    "remove": "libc.unlink((PLACE + '/secret').encode())",
    "rmdir": "libc.rmdir((PLACE + '/empty').encode())",
    "mkdir": "libc.mkdir((PLACE + '/new').encode(), 0o700)",
    "fifo": "os.mkfifo(PLACE + '/fifo')",
    "rename": "libc.rename((PLACE + '/secret').encode(), (PLACE + '/new').encode())",
    "link": "libc.symlink(b'/etc/passwd', (PLACE + '/new').encode())",
    "times": "os.utime(PLACE + '/secret', (1, 1))",
    "database": "__import__('sqlite3').connect(PLACE + '/new.db').execute('create table a(b)')",
}


@pytest.mark.usefixtures("walled")
@pytest.mark.parametrize("what", CHANGES)
def test_no_file_is_changed_with_the_fence_down(what: str, victim: Path) -> None:
    before = _seen(victim)
    head = f"import ctypes, os\nlibc = ctypes.CDLL(None)\nPLACE = {str(victim)!r}\n"
    rehearsed(head + UNFENCE + f"try:\n    {CHANGES[what]}\nexcept Exception: pass\n" + HEAD + "    return 1.0\n")
    assert _seen(victim) == before


@pytest.mark.usefixtures("walled")
@pytest.mark.parametrize("way", ["open({place!r}).read()", "os.read(os.open({place!r}, 0), 99).decode()"])
def test_no_file_of_the_user_is_read(way: str, victim: Path) -> None:
    report = rehearsed(f"import os\n{UNFENCE}{HEAD}    raise ValueError({way.format(place=str(victim / 'secret'))})\n")
    assert [fault.kind for fault in report.faults] == ["not-allowed"]
    assert "aws_secret_access_key" not in str(report)


@pytest.mark.usefixtures("walled")
@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('127.0.0.1', PORT))",
        "os.fork() or os._exit(0)",
        "libc.fork() or os._exit(0)",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.kill(PROGRAM, 0)",
        "libc.setsid()",
        "os.setsid()",
    ],
)
def test_no_process_and_no_socket(attempt: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        names = f"PORT = {server.getsockname()[1]}\nPROGRAM = {os.getpid()}\n"
        source = (
            f"import ctypes, os, socket\nlibc = ctypes.CDLL(None, use_errno=True)\n{names}{UNFENCE}"
            f"result = 0\ntry:\n    result = {attempt}\nexcept OSError: result = -1\n"
            f"{HEAD}    if result == -1:\n        raise ValueError('refused')\n    return 1.0\n"
        )
        report = rehearsed(source)
        server.settimeout(0.01)
        with pytest.raises(OSError, match="timed out"):
            server.accept()
    assert "refused" in report.faults[0].message


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_process_of_another_session_does_not_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dots_tui.reward.child_process._START", WITHOUT_WALL)
    mark = f"orphan-{os.getpid()}"
    source = (
        "import ctypes, time\nlibc = ctypes.CDLL(None)\n"
        f"if libc.fork() == 0:\n    libc.setsid()\n    libc.prctl(15, {mark[:15]!r}.encode())\n    time.sleep(600)\n"
        "time.sleep(0.3)\n" + HEAD + "    return 1.0\n"
    )
    report = rehearsed(source)
    assert report.confinement is not None
    assert report.confinement.held == "fenced only"
    names = [path.read_text().strip() for path in Path("/proc").glob("[0-9]*/comm") if path.exists()]
    assert mark[:15] not in names


def test_a_rehearsal_works_where_the_kernel_has_no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    without_landlock = child_process._START.replace(
        "from dots_tui.reward.child import main;",
        "from dots_tui.reward import landlock; landlock.restrict = lambda *_: landlock.call(9999); "
        "from dots_tui.reward.child import main;",
    )
    monkeypatch.setattr("dots_tui.reward.child_process._START", without_landlock)
    source = "import os\n" + HEAD + "    print(1, file=open(os.devnull, 'w'))\n    return 1.0\n"
    report = rehearsed(source)
    assert report.faults == ()
    assert report.ended is not None
    assert report.ended.complete
    assert report.confinement is not None
    assert report.confinement.held == "fenced only"


def test_a_stopped_process_is_named_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dots_tui.reward.child_process._START", WITHOUT_WALL)
    report = rehearsed(f"import ctypes\n{HEAD}    getattr(ctypes.CDLL(None), 'raise')(19)\n")
    assert [fault.kind for fault in report.faults] == ["misbehaved"]
    assert "stops its own process" in report.faults[0].message


@pytest.mark.parametrize(
    "switch_off",
    [
        "import time\ntime.monotonic = time.process_time = lambda: 0.0\n",
        NO_WATCHDOG + "signal.setitimer(signal.ITIMER_REAL, 0)\n",
        NO_WATCHDOG + "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n",
    ],
)
def test_a_patched_clock_does_not_hide_a_loop(switch_off: str) -> None:
    report = rehearsed(switch_off + HEAD + "    while True: pass\n")
    assert [fault.kind for fault in report.faults] == ["endless-loop"]


@pytest.mark.parametrize(
    "line", [b"[" * 60_000, b'{"event": "nonsense"}', b"\xff\xfe", b"", b'{"event":"ended","complete":1}']
)
def test_what_the_function_writes_to_the_pipe_ends_the_rehearsal(line: bytes) -> None:
    source = (
        f"import os\nfor descriptor in range(3, 512):\n    try: os.write(descriptor, {line + chr(10).encode()!r})\n"
        f"    except OSError: pass\n{HEAD}    return 1.0\n"
    )
    report = rehearsed(source)
    assert [fault.kind for fault in report.faults] == ["misbehaved"]
    assert report.ended is not None
    assert not report.ended.complete


def test_a_circle_of_causes_ends() -> None:
    source = HEAD + "    a, b = ValueError('a'), ValueError('b')\n    a.__cause__, b.__cause__ = b, a\n    raise a\n"
    assert [fault.kind for fault in rehearsed(source).faults] == ["exception"]


def _answer(program: list[seccomp.Instruction], arch: int, number: int, arguments: tuple[int, ...]) -> int:
    """What a filter says to a call: an interpreter of the few instructions that are used."""
    fields = {0: number, 4: arch, **{16 + 8 * index: value for index, value in enumerate(arguments)}}
    at, held = 0, 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            held = fields.get(operand, 0)
            continue
        holds = {0x15: held == operand, 0x35: held >= operand, 0x45: bool(held & operand)}[code]
        at += if_true if holds else if_false


@pytest.mark.parametrize("machine", system_calls.MACHINES)
def test_the_filter_says_the_same_on_every_machine(machine: str) -> None:
    arch = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    column = system_calls.MACHINES.index(machine)
    refused, unknown, allow = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x7FFF0000
    program = seccomp.program(machine, 4321, writing=True)
    strict = seccomp.program(machine, 4321, writing=False)
    assert len(program) < 4096
    assert max(max(one[1:3]) for one in program) < 256

    def says(numbers: tuple[int, int], *arguments: int, code: list[seccomp.Instruction] = program) -> int:
        return _answer(code, arch, numbers[column], arguments)

    assert says((1, 64)) == allow  # write
    assert says((41, 198)) == refused  # socket
    assert says((425, 425)) == refused  # io_uring_setup
    assert says((435, 435)) == unknown  # clone3: the C library falls back to clone
    assert says((9999, 9999)) == unknown
    assert says((56, 220), 0x3D0F00) == allow  # clone, a thread
    assert says((56, 220), 0x1200011) == refused  # clone, a process
    assert says((62, 129), 4321, 6) == allow  # kill, itself
    assert says((62, 129), 1, 0) == says((62, 129), 4321, 19) == says((62, 129), -1, 9) == refused
    assert says((234, 131), 4321, 4321, 6) == allow  # tgkill
    assert says((234, 131), 1, 1, 6) == refused
    assert says((157, 167), 35) == refused  # prctl, to change the memory map
    assert says((302, 261), 0) == allow  # prlimit64
    assert says((302, 261), 1) == refused
    assert says((72, 25), 3, 8) == refused  # fcntl, F_SETOWN
    assert says((257, 56), 0, 0, os.O_WRONLY) == allow  # openat
    assert says((257, 56), 0, 0, os.O_WRONLY, code=strict) == refused
    assert says((257, 56), 0, 0, os.O_RDONLY, code=strict) == allow
    assert _answer(program, 0x40000003, 1, ()) == 0x80000000  # calls of another machine end the process


def test_the_home_is_never_among_the_readable_places(monkeypatch: pytest.MonkeyPatch) -> None:
    home = wall._home()
    assert home is not None
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{home}:{home.parent}:/")
    monkeypatch.setattr(sys, "path", [*sys.path, str(home), "/"])
    assert not {home, home.parent, Path("/")} & set(wall.readable()) - {Path.cwd()}


def test_a_kernel_without_landlock_is_fenced_and_says_so() -> None:
    code = (
        "from dots_tui.reward import landlock, wall\n"
        "def none(*_): raise OSError(38, 'Function not implemented')\n"
        "landlock.restrict = none\nprint(wall.build())\n"
        "try: open('/dev/null', 'w')\nexcept PermissionError: print('no writing')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "fenced" in done.stdout
    if seccomp.machine():
        assert "Landlock" in done.stdout
        assert done.stdout.endswith("no writing\n")


def test_the_profile_of_macos_quotes_and_forbids(tmp_path: Path) -> None:
    odd = tmp_path / 'a "quoted" folder'
    odd.mkdir()
    text = profile(str(odd))
    assert 'a \\"quoted\\" folder' in text
    for rule in ("(deny network*)", "(deny file-write*)", "(deny signal)", "(deny process-exec*)"):
        assert rule in text
    assert text.count("(") == text.count(")")


def test_the_report_says_how_the_function_was_held() -> None:
    report = Report(TRACK).after(wall.Confinement("fenced only", "the kernel has no Landlock"))
    assert "Fenced only (the kernel has no Landlock)" in "\n".join(lines_of(report))
    assert report.document()["confinement"] == {"held": "fenced only", "missing": "the kernel has no Landlock"}
    assert "Walled" in "\n".join(lines_of(Report(TRACK).after(wall.Confinement("walled"))))


IMPOSSIBLE = [
    {"event": "sweep", "minimum": 1.0, "maximum": None},
    {"event": "sweep", "cells": [{"index": 500}]},
    {"event": "driven", "end": "elsewhere"},
    {"event": "driven", "finished": False},
    {"event": "driven", "steps": -1},
    {"event": "rescored"},
]


@pytest.mark.parametrize("changes", IMPOSSIBLE, ids=lambda one: "-".join(map(str, one.values()))[:40])
def test_an_event_that_cannot_be_true_is_refused(changes: dict[str, Any]) -> None:
    cell = Cell(0, 0.0, 0, 0.0, 0.0, 1, 1.0, 1.0, 1.0, (((1.0, 1.0, 1.0),) * 4,) * 7)
    events: dict[str, Event] = {
        "sweep": Sweep(1, 2, 1.0, 1.0, 1.0, 0.1, None, None, (cell,), True, (1.0, 2.0, 3.0)),
        "driven": DriverEpisode("racing line", True, True, "lap", True, 12.0, 12.0, 180, 100.0, 80.0),
        "rescored": Rescored("log", 1, 3, 10.0, None, 1.0, 1.0, 0),
    }
    whole = events[changes["event"]]
    if changes["event"] != "rescored":  # no log was asked for
        assert EventStream().feed(encode(whole)) == [whole]
    document = {**json.loads(encode(whole)), **changes}
    if "cells" in changes:
        document["cells"] = [{**asdict(cell), **changes["cells"][0]}]
    with pytest.raises(Misbehaved):
        EventStream().feed(json.dumps(document).encode() + b"\n")
