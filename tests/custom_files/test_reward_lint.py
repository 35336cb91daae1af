"""What the check says of reward functions: nothing of honest ones, and the place and way out of what is wrong."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.findings import Finding

HONEST = {
    "bands round the centre line": '''
def reward_function(params):
    """Three bands round the centre line."""
    distance = params["distance_from_center"]
    width = params["track_width"]
    for share, reward in ((0.1, 1.0), (0.25, 0.5), (0.5, 0.1)):
        if distance <= share * width:
            return reward
    return 1e-3
''',
    "heading of the track": """
import math

def reward_function(params):
    waypoints, heading = params['waypoints'], params['heading']
    before, after = (waypoints[i] for i in params['closest_waypoints'])
    direction = math.degrees(math.atan2(after[1] - before[1], after[0] - before[0]))
    difference = abs(direction - heading)
    if difference > 180:
        difference = 360 - difference
    return float(max(1e-3, 1.0 - difference / 30.0))
""",
    "progress for a step": """
def reward_function(params):
    steps, progress = params["steps"], params["progress"]
    reward = progress / steps
    if progress == 100:
        reward += 100.0
    return float(reward)
""",
    "speed over steering": """
def reward_function(p):
    if not p["all_wheels_on_track"]:
        return 1e-3
    turn = abs(p["steering_angle"])
    return p["speed"] / (1.0 + turn)
""",
    "slope looked at first": """
def reward_function(params):
    (x0, y0), (x1, y1) = [params["waypoints"][i] for i in params["closest_waypoints"]]
    dx = x1 - x0
    if dx == 0:
        return 0.5
    slope = (y1 - y0) / dx
    return 1.0 / (1.0 + abs(slope))
""",
    "a class that is set back": """
class Memory:
    speed = 0.0

def reward_function(params):
    if params["steps"] <= 2:
        Memory.speed = 0.0
    change = abs(params["speed"] - Memory.speed)
    Memory.speed = params["speed"]
    return max(0.01, 1.0 - change)
""",
    "objects asked for": """
import math

def reward_function(params):
    reward = 1.0
    if len(params["objects_distance"]) > 0:
        _, ahead = params["closest_objects"]
        x, y = params["objects_location"][ahead]
        gap = math.hypot(params["x"] - x, params["y"] - y)
        reward = min(1.0, gap)
    return reward
""",
    "objects in a loop": """
def reward_function(params):
    near = 0
    for (x, y), left in zip(params["objects_location"], params["objects_left_of_center"]):
        near += abs(params["x"] - x) + abs(params["y"] - y) < 1.0 and left == params["is_left_of_center"]
    return 1.0 / (1 + near)
""",
    "helpers with params": """
import math
import random
import numpy as np
from shapely.geometry import Point

TARGETS = {"straight": 3.0, "bend": 1.5}

def bend(params, ahead=3):
    waypoints = params["waypoints"]
    here = params["closest_waypoints"][1]
    a, b = waypoints[here], waypoints[(here + ahead) % len(waypoints)]
    return math.atan2(b[1] - a[1], b[0] - a[0])

def reward_function(params):
    turn = abs(math.degrees(bend(params)) - params["heading"])
    turn = min(turn, 360 - turn)
    target = TARGETS["bend"] if turn > 20 else TARGETS["straight"]
    miss = abs(params["speed"] - target) / target
    return float(np.clip(1.0 - miss, 1e-3, 1.0)) + 0.0 * random.random() * Point(0, 0).x
""",
    "a clock with a way out": """
def reward_function(params):
    clock = params.get("sim_time", 0.0)
    try:
        extra = params["my_own_key"]
    except KeyError:
        extra = 0.0
    return 1.0 + 0.0 * clock + extra
""",
    "radians all through": """
import math

def reward_function(params):
    waypoints = params["waypoints"]
    i, j = params["closest_waypoints"]
    track = math.atan2(waypoints[j][1] - waypoints[i][1], waypoints[j][0] - waypoints[i][0])
    error = track - math.radians(params["heading"])
    error = math.atan2(math.sin(error), math.cos(error))
    with_steering = error - math.radians(params["steering_angle"])
    if abs(with_steering) > math.pi / 6:
        return 0.1
    if params["steps"] % 100 == 0:
        print("step", params["steps"])
    return math.cos(error)
""",
    "every way returns": """
def reward_function(params):
    speed = params["speed"]
    try:
        bonus = 1.0 / params["steering_angle"]
    except ZeroDivisionError:
        bonus = 2.0
    if speed > 2:
        return bonus
    elif speed > 1:
        return 1.0
    else:
        while True:
            return 0.5
""",
}


def found_in(source: str, simapp: str = "6.0.4-gpu") -> list[Finding]:
    sources = {"system.env": f"DR_SIMAPP_VERSION={simapp}\n".encode(), "reward_function.py": source.encode()}
    return [one for one in check_sources(sources) if one.file == "reward_function.py" and "newline" not in one.code]


@pytest.mark.parametrize("name", list(HONEST))
@pytest.mark.parametrize("simapp", ["5.3.3-gpu", "6.0.4-gpu"])
def test_an_honest_function_is_left_alone(name: str, simapp: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(HONEST[name], name, "exec")
    assert found_in(HONEST[name], simapp) == []


def test_the_packaged_function_is_left_alone(tmp_path: Path) -> None:
    create_defaults(tmp_path / "custom-files")
    source = (tmp_path / "custom-files" / "reward_function.py").read_text(encoding="utf-8")
    assert found_in(source, "5.3.3-gpu") == found_in(source) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('return params["distance_from_centre"]', 'Write "distance_from_center".'),
        ('return params["steering"]', 'Write "steering_angle".'),
        ('return params["qqqq"]', "The Reward pane lists the keys there are."),
        ('return params["is_off_track"]', 'Write "is_offtrack".'),
        ('return params["track_witdh"]', 'Write "track_width".'),
        ('return params["coming_waypoints"]', "The Reward pane lists the keys there are."),
        ('return params["line_distance_from_center"]', "The Reward pane lists the keys there are."),
    ],
)
def test_a_misspelt_key_comes_with_the_right_one(line: str, said: str) -> None:
    (found,) = found_in(f"def reward_function(params):\n    x = 1\n    {line}\n")
    assert (found.code, found.line, found.advice) == ("reward-unknown-key", 3, said)


def test_a_misspelt_key_in_a_condition_is_found_too() -> None:
    (found,) = found_in("def reward_function(params):\n    return 1 if params['speeed'] > 1 else 2\n")
    assert found.code == "reward-unknown-key"


def test_keys_are_followed_into_functions_that_are_handed_params() -> None:
    source = (
        "def last(one, p):\n    return p['progres']\n\n"
        "def middle(q):\n    return last(1, q)\n\n"
        "def reward_function(params):\n    mine = params\n    return middle(mine)\n"
    )
    (found,) = found_in(source)
    assert (found.code, found.line) == ("reward-unknown-key", 2)


def test_another_dictionary_may_have_any_keys() -> None:
    source = "TABLE = {'fast': 1}\n\ndef reward_function(params):\n    return TABLE['fast'] + TABLE.get('slow', 0)\n"
    assert found_in(source) == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python does not read such an f-string itself")
@pytest.mark.parametrize(
    ("text", "new"),
    [
        ('f"{params["speed"]}"', True),
        ("f\"{params['speed']}\"", False),
        ("f'{chr(10).join([\"\\n\"])}'", True),
        ('f"""{params["speed"]}"""', False),
        ('f"{len(f\'{1}\')}" "a" f\'{"b"}\'', False),
    ],
)
def test_f_strings_of_python_3_12_are_found_for_simapp_5(text: str, new: bool) -> None:
    source = f"def reward_function(params):\n    name = {text}\n    return float(len(name))\n"
    codes = [one.code for one in found_in(source, "5.3.3")]
    assert codes == (["reward-python-version"] if new else [])
    assert found_in(source) == []


def test_the_python_of_the_simulation_is_named() -> None:
    source = "import math\n\ndef reward_function(params) -> int | float:\n    return math.lcm(2, 3)\n"
    said = [one.message for one in found_in(source, "5.3.3")]
    assert any("X | Y as a type is from Python 3.10, simapp 5 has Python 3.8" in one for one in said)
    assert any("math.lcm is from Python 3.9" in one for one in said)
    assert found_in(source) == []


def test_a_message_of_each_rule_has_a_way_out() -> None:
    source = (
        "import os\nkept = []\n\ndef reward_function(params):\n    print(1)\n    kept.append(1)\n"
        "    if params['x'] > 1 / params['heading']:\n        return 'x'\n"
    )
    found = {one.code: one for one in found_in(source)}
    assert set(found) == {
        "reward-import",
        "reward-prints",
        "reward-state",
        "reward-not-a-number",
        "reward-none",
    }
    assert all(one.fix for one in found.values())
    assert found["reward-import"].severity == "info"


def test_code_as_deep_as_python_takes_it_is_looked_into() -> None:
    chain = "".join(f"    elif params['x'] > {n}:\n        return {n}\n" for n in range(500))
    source = (
        f"def reward_function(params):\n    if params['x'] < 0:\n        return 0\n{chain}    else:\n        return 1\n"
    )
    assert found_in(source) == []
    deep = "-" * 80 + "1" + " * 1" * 80
    assert found_in(f"def reward_function(params):\n    a = b\n    b = a\n    return {deep} / a\n") == []
