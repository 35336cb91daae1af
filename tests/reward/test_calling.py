"""Faults in words: what simapp makes of them is said, and what only this machine lacks as well."""

from __future__ import annotations

import pytest

from dots_tui.reward.calling import NOT_HERE, REWARD_LIMIT, Broken, Prints, RewardFunction, fault_of
from dots_tui.reward.fence import NotAllowed, refuse
from dots_tui.reward.results import FunctionFault
from dots_tui.reward.reward_module import FILE
from dots_tui.reward.states import CarState, SimulatedWorld, car_at
from dots_tui.tracks.builtin import builtin_tracks

WORLD = SimulatedWorld(builtin_tracks()["oval"])


def state(steps: int = 2) -> CarState:
    return WORLD.state(car_at(WORLD.track, 1.0, 0.0, 0.0), 1.0, 0.0, steps, 5.0)


def loaded(source: str, told: list[FunctionFault], simapp: tuple[int, ...] = ()) -> RewardFunction:
    function = RewardFunction(source.encode(), WORLD, simapp, told.append)
    function.load()
    return function


def test_rewards_are_numbers_of_any_kind() -> None:
    told: list[FunctionFault] = []
    for value, reward in (("1", 1.0), ("True", 1.0), ("0.5", 0.5), ("-1e5", -REWARD_LIMIT)):
        assert loaded(f"def reward_function(params): return {value}", told)(state()) == reward
    assert told == []


@pytest.mark.parametrize("simapp", [(), (6, 0, 4), (5, 3, 3)])
def test_the_limit_of_simapp_6_is_named(simapp: tuple[int, ...]) -> None:
    told: list[FunctionFault] = []
    assert loaded("def reward_function(params): return 1e6", told, simapp)(state()) is None
    assert ("would end" in told[0].message) == (simapp[:1] == (5,))


def test_a_fault_is_told_once_for_each_kind_and_line() -> None:
    told: list[FunctionFault] = []
    function = loaded(
        "def reward_function(params):\n    if params['steps'] > 5:\n        raise ValueError('x')\n    return None\n",
        told,
    )
    for steps in (2, 3, 6, 7):
        assert function(state(steps)) is None
    assert [(fault.kind, fault.line) for fault in told] == [("not-a-number", 4), ("exception", 3)]


def test_loading_again_forgets_what_the_module_remembers() -> None:
    told: list[FunctionFault] = []
    function = loaded("n = []\ndef reward_function(params):\n    n.append(1)\n    return len(n)\n", told)
    assert [function(state()), function(state())] == [1.0, 2.0]
    function.load()
    assert function(state()) == 1.0


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            ModuleNotFoundError("No module named 'numpy'", name="numpy"),
            NOT_HERE,
            "Not rehearsed, because the function imports numpy",
        ),
        (ModuleNotFoundError("No module named 'nope'", name="nope"), "missing-import", "No module named 'nope'"),
        (KeyError("speeed"), "exception", "there is no key 'speeed'"),
        (MemoryError(), "memory", "more memory"),
        (SystemExit(1), "sys-exit", "sys.exit"),
        (NotAllowed("The function uses the network"), "not-allowed", "network"),
        (AssertionError(), "exception", "AssertionError. The training ends"),
    ],
)
def test_exceptions_have_kinds_and_words(error: BaseException, kind: str, words: str) -> None:
    fault = fault_of(error, {"x": 1.0})
    assert fault.kind == kind
    assert words in fault.message
    assert fault.params == {"x": 1.0}


def test_a_refusal_is_seen_through_what_wraps_it() -> None:
    wrapped = OSError("urlopen error")
    wrapped.__cause__ = NotAllowed("The function uses the network")
    assert fault_of(wrapped, None).kind == "not-allowed"


def test_a_file_that_cannot_be_loaded_says_why() -> None:
    for source, kind in (("def f(:", "syntax-error"), ("x = 1", "no-reward-function"), ("1 / 0", "exception")):
        with pytest.raises(Broken) as broken:
            loaded(source, [])
        assert broken.value.fault.kind == kind


def test_too_much_print_is_noticed_in_one_call_only() -> None:
    noticed: list[bool] = []
    prints = Prints(lambda: noticed.append(True))
    for _ in range(30):
        prints.renew()
        prints.write("x" * 100_000)
    assert noticed == []
    for _ in range(11):
        prints.write("x" * 100_000)
    assert noticed


@pytest.mark.parametrize(
    ("event", "arguments", "refused"),
    [
        ("socket.connect", (), True),
        ("subprocess.Popen", (), True),
        ("os.remove", (), True),
        ("open", (FILE, "w", 0o1101), True),
        ("open", (FILE, "r", 0), False),
        ("open", ("/dev/null", "w", 1), False),
        ("import", ("math",), False),
        ("exec", (), False),
    ],
)
def test_network_programs_and_files_are_out_of_reach(event: str, arguments: tuple[object, ...], refused: bool) -> None:
    if not refused:
        refuse(event, arguments)
        return
    with pytest.raises(NotAllowed, match="which a rehearsal does not allow"):
        refuse(event, arguments)


def test_an_exception_that_has_no_text_of_its_own_is_still_a_fault() -> None:
    told: list[FunctionFault] = []
    source = (
        "class E(Exception):\n    def __str__(self):\n        raise E()\n\n"
        "def reward_function(params):\n    raise E()\n"
    )
    function = loaded(source, told)
    assert function(state()) is None
    assert [(fault.kind, fault.line) for fault in told] == [("exception", 6)]
    assert "E. The training ends then." in told[0].message
