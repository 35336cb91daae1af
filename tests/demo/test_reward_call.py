"""A worker's reward function in its child process: what simapp would log, and what the child cannot do."""

from __future__ import annotations

import ast
import os
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.demo.reward_call import Paid, RewardCrash, RewardFault, RewardHang, WorkerReward
from dots_tui.reward import call_session
from dots_tui.reward.child_process import Limits
from dots_tui.reward.states import SimulatedWorld, car_at
from dots_tui.tracks.builtin import builtin_tracks

if TYPE_CHECKING:
    from pathlib import Path

TRACK = builtin_tracks()["kidney"]
WORLD = SimulatedWorld(TRACK)
HEAD = "def reward_function(params):\n"


def params(count: int) -> list[dict[str, Any]]:
    """What a function is given in the first steps of an episode."""
    states = [
        WORLD.state(car_at(TRACK, 0.1 * step, 0.0, 0.0), 1.0, 0.0, step, 1.0 * step) for step in range(2, 2 + count)
    ]
    return [{**WORLD.params(state), "objects_location": [(1.0, 2.0)]} for state in states]


@pytest.fixture(autouse=True)
def short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_session, "_LIMITS", Limits(seconds=600.0, call_seconds=0.3))


def paid(folder: Path, source: str, count: int = 3) -> tuple[str, list[Paid]]:
    """The output while the file is loaded, and what the first steps are paid."""
    path = folder / "reward_function.py"
    path.write_text(source)
    with closing(WorkerReward(path, TRACK, "seed")) as reward:
        reward.start()
        printed = reward.load()
        return printed, list(reward.pay(params(count)))


def test_every_call_has_its_reward_and_its_output(tmp_path: Path) -> None:
    source = f"print('loaded')\n{HEAD}    print('step', params['steps'])\n    return params['progress'] / 3\n"
    printed, found = paid(tmp_path, source, 100)
    assert printed.endswith("loaded\n")
    assert found == [Paid(step / 3, f"step {step}\n") for step in range(2, 102)]


def test_the_function_is_given_the_very_values(tmp_path: Path) -> None:
    _, found = paid(tmp_path, f"{HEAD}    print(params)\n    params['waypoints'].clear()\n    return 1\n")
    assert [ast.literal_eval(one.printed) for one in found] == params(3)


def test_what_the_module_remembers_stays_for_the_worker(tmp_path: Path) -> None:
    source = f"calls = []\n{HEAD}    calls.append(1)\n    return len(calls)\n"
    assert [one.reward for one in paid(tmp_path, source, 5)[1]] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_clock_is_that_of_the_simulation(tmp_path: Path) -> None:
    source = f"import time\nfirst = time.time()\n{HEAD}    return round(time.time() - first, 1)\n"
    assert [one.reward for one in paid(tmp_path, source, 31)[1]][::15] == [5.1, 6.1, 7.1]


def test_a_slow_function_and_one_that_prints_a_lot_are_paid_in_parts(tmp_path: Path) -> None:
    source = f"import ctypes\n{HEAD}    ctypes.CDLL(None).usleep(60000)\n    print('x' * 99999)\n    return 1\n"
    found = paid(tmp_path, source, 5)[1]
    assert [one.reward for one in found] == [1.0] * 5
    assert {len(one.printed) for one in found} == {16_000}


REFUSED = {
    "socket": ("import socket", "socket.create_connection(('127.0.0.1', PORT))", "network"),
    "fork": ("import os", "os.fork()", "programs"),
    "program": ("import subprocess", "subprocess.run(['true'])", "programs"),
    "signal": ("import os", f"os.kill({os.getpid()}, {int(signal.SIGUSR1)})", "programs"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("when", ["load", "call"])
def test_what_the_child_may_not_do_is_a_fault_that_says_who_refused_it(tmp_path: Path, what: str, when: str) -> None:
    imports, deed, words = REFUSED[what]
    with socket.create_server(("127.0.0.1", 0)) as server:
        deed = deed.replace("PORT", str(server.getsockname()[1]))
        body = f"{deed}\n{HEAD}    return 1.0\n" if when == "load" else f"{HEAD}    {deed}\n    return 1.0\n"
        with pytest.raises(RewardFault, match=f"{words}.*the embedded cloud does not allow this") as caught:
            paid(tmp_path, f"{imports}\n{body}")
        server.settimeout(0.01)
        with pytest.raises(OSError, match="timed out"):
            server.accept()
    assert caught.value.code == (12 if when == "load" else 41)


def test_a_file_that_is_written_stays_in_memory(tmp_path: Path) -> None:
    place = str(tmp_path / "log.txt")
    source = f"{HEAD}    open({place!r}, 'a').write('x')\n    return len(open({place!r}).read())\n"
    assert [one.reward for one in paid(tmp_path, source)[1]] == [1.0, 2.0, 3.0]
    assert [path.name for path in tmp_path.iterdir()] == ["reward_function.py"]


@pytest.mark.parametrize("body", ["while True:\n        pass", "while True:\n        print('x' * 9999)"])
@pytest.mark.parametrize("when", ["load", "call"])
def test_a_function_that_does_not_end_is_ended(tmp_path: Path, body: str, when: str) -> None:
    source = HEAD + f"    {body}\n" + ("reward_function({})\n" if when == "load" else "")
    with pytest.raises(RewardHang, match="end"):
        paid(tmp_path, source)


@pytest.mark.parametrize(
    ("deed", "code"), [("os._exit(0)", 0), ("os._exit(7)", 7), ("os.abort()", -6), ("ctypes.string_at(0)", -11)]
)
def test_the_end_of_the_process_has_its_exit_code(tmp_path: Path, deed: str, code: int) -> None:
    with pytest.raises(RewardCrash) as caught:
        paid(tmp_path, f"import ctypes, os\n{HEAD}    {deed}\n")
    assert caught.value.code == code


ANSWERS = [
    b'{"event": "answer", "rewards": [1.0, 1.0, 1.0, 1.0], "printed": ["", "", "", ""]}',
    b'{"event": "answer", "rewards": [1e9], "printed": [""]}',
    b'{"event": "answer", "rewards": [], "printed": []}',
    b'{"event": "answer", "rewards": [NaN], "printed": [""]}',
    b'{"event": "answer", "rewards": ["1"], "printed": [""]}',
    b"[" * 60_000,
]


@pytest.mark.parametrize("line", ANSWERS)
def test_answers_of_its_own_end_the_function(tmp_path: Path, line: bytes) -> None:
    source = (
        f"import os\n{HEAD}    for descriptor in range(3, 512):\n        try: os.write(descriptor, {line!r} + b'\\n')\n"
        "        except OSError: pass\n    return 1.0\n"
    )
    with pytest.raises(RewardCrash, match="The embedded cloud: The function"):
        paid(tmp_path, source)


def test_a_module_of_the_simulation_that_is_not_here_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dots_tui.demo.reward_call._ELSEWHERE", ("no_such_module",))
    with pytest.raises(RewardFault, match="an instance has this module"):
        paid(tmp_path, f"import no_such_module.part\n{HEAD}    return 1.0\n")


def test_a_file_that_is_none_is_a_fault_and_no_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name, code in (("missing", 78), ("fifo", 12)):
        with pytest.raises(RewardFault) as caught:
            WorkerReward(tmp_path / name, TRACK, "seed").start()
        assert caught.value.code == code
