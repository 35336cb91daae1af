"""Where a key of params is being typed, and which ones may be meant."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.params_completion import Begun, begun, hint, keys_for
from dots_tui.custom_files.reward_parameters import PARAMETERS

LINES = ["def reward_function(params):", "", "def far(one, two):", "", "def q_only(q: dict, limit=2):", ""]


@pytest.mark.parametrize(
    ("before", "row", "found"),
    [
        ('    x = params["', 1, Begun("", '"', "]")),
        ("    return params['sp", 1, Begun("sp", "'", "]")),
        ('    if params.get("di', 1, Begun("di", '"', "")),
        ('f(params[ "st', 1, Begun("st", '"', "]")),
        ('    one["x', 3, Begun("x", '"', "]")),
        ('    q["hea', 5, Begun("hea", '"', "]")),
        ('    q["hea', 1, None),
        ('    two["x', 3, None),
        ('    table["x', 1, None),
        ('    self.params["x', 1, None),
        ('    params["x"]', 1, None),
        ('    params["x y', 1, None),
        ("    params[", 1, None),
        ("", 0, None),
    ],
)
def test_a_key_is_begun_or_not(before: str, row: int, found: Begun | None) -> None:
    assert begun(before, LINES, row) == found


def test_keys_that_begin_so_come_first() -> None:
    assert [row.name for row in keys_for("st")] == ["steps", "steering_angle", "distance_from_center"][:2] + [
        row.name for row in PARAMETERS.values() if "st" in row.name and not row.name.startswith("st")
    ]
    assert [row.name for row in keys_for("")] == list(PARAMETERS)
    assert [row.name for row in keys_for("SPEED")] == ["speed", "objects_speed"]
    assert keys_for("nothing_so") == []


def test_a_hint_has_unit_and_range() -> None:
    assert hint(PARAMETERS["heading"]) == "float, degrees, -180 to 180"
    assert hint(PARAMETERS["all_wheels_on_track"]) == "bool"
    assert hint(PARAMETERS["sim_time"]) == "float, s, from 0, simapp 6"
