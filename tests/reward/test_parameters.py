"""The catalogue of ``params`` keys is the list of what a function is really given."""

from __future__ import annotations

import ast

import pytest

from dots_tui.custom_files.check import check_sources
from dots_tui.reward.parameters import PARAMETERS, passed_by
from dots_tui.reward.states import SimulatedWorld, car_at
from dots_tui.tracks.builtin import builtin_tracks

KINDS = {"bool": bool, "int": int, "float": float}


@pytest.mark.parametrize(("simapp", "major"), [((5, 3, 3), 5), ((6, 0, 5), 6), ((), None)])
def test_a_function_is_given_the_keys_of_the_catalogue(simapp: tuple[int, ...], major: int | None) -> None:
    world = SimulatedWorld(builtin_tracks()["kidney"], simapp)
    state = world.state(car_at(world.track, 3.0, 0.1, 5.0), 2.0, 10.0, 12, 15.0)
    params = world.params(state)
    assert set(params) == set(passed_by(major))
    for name, value in params.items():
        kind = PARAMETERS[name].kind
        assert type(value) is (list if kind.startswith("list") else KINDS[kind]), name


def test_only_the_clock_is_new_in_simapp_6() -> None:
    assert set(passed_by(6)) - set(passed_by(5)) == {"sim_time"}


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_the_check_knows_the_same_keys_as_new(name: str) -> None:
    source = f"def reward_function(params):\n    return float(bool(params['{name}']))\n"
    ast.parse(source)
    found = check_sources({"system.env": b"DR_SIMAPP_VERSION=5.3.3-gpu\n", "reward_function.py": source.encode()})
    codes = {finding.code for finding in found if finding.file == "reward_function.py"}
    assert ("reward-needs-simapp-6" in codes) == (PARAMETERS[name].since == 6)


def test_ranges_read_as_words() -> None:
    assert PARAMETERS["heading"].range_text == "-180 to 180"
    assert PARAMETERS["progress"].range_text == "up to 100"
    assert PARAMETERS["track_width"].range_text == "from 0"
    assert PARAMETERS["x"].range_text == ""
