"""Findings about reward functions do not depend on where the code is: function, method, nested function or lambda."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.findings import Finding

PLACES = {
    "function": "def pay(p):\n    return {}\n\ndef reward_function(params):\n    return pay(params)\n",
    "method": (
        "class Judge:\n    def pay(self, p):\n        return {}\n\njudge = Judge()\n\n"
        "def reward_function(params):\n    return judge.pay(params)\n"
    ),
    "method of a method": (
        "class Judge:\n    def pay(self, p):\n        return {}\n\n"
        "    def judge(self, p):\n        return self.pay(p)\n\n"
        "def reward_function(params):\n    return Judge().judge(params)\n"
    ),
    "nested function": ("def reward_function(params):\n    def pay(p):\n        return {}\n\n    return pay(params)\n"),
    "nested function that sees params": (
        "def reward_function(p):\n    def pay():\n        return {}\n\n    return pay()\n"
    ),
    "named lambda": "pay = lambda p: {}\n\ndef reward_function(params):\n    return pay(params)\n",
    "lambda in the function": "def reward_function(params):\n    pay = lambda p: {}\n    return pay(params)\n",
    "lambda itself": "reward_function = lambda p: {}\n",
}
WRONG = {
    "reward-unknown-key": "p['progres']",
    "reward-division": "1.0 / p['distance_from_center']",
    "reward-first-step": "1.0 if p['steps'] == 1 else 0.5",
    "reward-progress-percent": "1.0 if p['progress'] == 1 else 0.5",
    "reward-no-objects": "p['objects_distance'][0]",
}
RIGHT = (
    "p['progress']",
    "1.0 / p['speed']",
    "1.0 if p['steps'] <= 2 else 0.5",
    "1.0 if p['progress'] == 100 else 0.5",
    "p['objects_distance'][0] if p['objects_distance'] else 1.0",
)
MEMORY = """
import time

total = 0.0
last = 0.0
episodes = 0
started = 0.0


def begun(step, done):
    global total, last, episodes, started
    gained = done - last
    if {test}:
        episodes += 1
        total = float(0)
        started = time.time()
    last = done
    return gained


def reward_function(params):
    global total
    gained = begun(params["steps"], params["progress"])
    total += gained
    return float(gained)
"""


def found_in(source: str) -> list[Finding]:
    sources = {"run.env": b"DR_RACE_TYPE=TIME_TRIAL\n", "reward_function.py": source.encode()}
    return [one for one in check_sources(sources) if one.file == "reward_function.py" and one.severity != "info"]


@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize("code", list(WRONG))
def test_what_is_wrong_in_a_function_is_wrong_everywhere(place: str, code: str) -> None:
    source = PLACES[place].format(WRONG[code])
    (found,) = found_in(source)
    line = next(number for number, text in enumerate(source.splitlines(), 1) if WRONG[code] in text)
    assert (found.code, found.line) == (code, line)


@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize("right", RIGHT)
def test_what_is_right_in_a_function_is_right_everywhere(place: str, right: str) -> None:
    assert found_in(PLACES[place].format(right)) == []


@pytest.mark.parametrize("test", ["step <= 2", "done < last", "gained < 0"])
def test_a_helper_that_is_handed_values_sets_back_what_is_kept(test: str) -> None:
    assert found_in(MEMORY.format(test=test)) == []


def test_a_helper_that_never_sets_anything_back_is_told_its_condition() -> None:
    (found,) = found_in(MEMORY.format(test="step == 0"))
    assert (found.code, found.severity, found.line) == ("reward-first-step", "error", 13)


def test_an_argument_that_is_not_always_the_same_value_is_not_judged() -> None:
    source = (
        "def first(count):\n    return count == 1\n\n"
        "def reward_function(params):\n    laps = params['progress'] // 100 + 1\n"
        "    return 1.0 if first(params['steps']) or first(laps) else 0.5\n"
    )
    assert found_in(source) == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("dist_center", "distance_from_center"),
        ("wheels_on_track", "all_wheels_on_track"),
        ("reversed", "is_reversed"),
        ("closest_waypoint", "closest_waypoints"),
        ("track_status", ""),
        ("car_x", ""),
    ],
)
def test_the_key_that_is_meant_is_named_only_where_it_is_plain(key: str, meant: str) -> None:
    (found,) = found_in(f"def reward_function(params):\n    return float(params['{key}'])\n")
    assert found.advice == (f'Write "{meant}".' if meant else "The Reward pane lists the keys there are.")
