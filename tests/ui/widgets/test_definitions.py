"""From a name to the line that defines it, as Python looks names up."""

from __future__ import annotations

import pytest

from dots_tui.ui.widgets.definitions import definition_of, word_at

TEXT = """import math
from os import path as paths

LIMIT: float = 2.0
ünï, width = 1, 2

def clip(value, low=0.0,
         high=LIMIT):
    return max(low, min(high, value))

class Helper:
    size = 3

def reward_function(params):
    width = params["track_width"]
    for index, name in enumerate(params):
        try:
            width = clip(width)
        except KeyError as problem:
            print(problem, index, name)
    with open(paths) as stream:
        inner = lambda high: high + width
    return math.sqrt(width) + LIMIT
"""
CODE = TEXT.split("\n")


@pytest.mark.parametrize(
    ("name", "row", "place"),
    [
        ("clip", 17, (6, 4)),
        ("LIMIT", 22, (3, 0)),
        ("width", 22, (14, 4)),
        ("width", 4, (4, 5)),
        ("high", 8, (7, 9)),
        ("value", 8, (6, 9)),
        ("high", 21, (21, 23)),
        ("params", 14, (13, 20)),
        ("index", 19, (15, 8)),
        ("problem", 19, (18, 27)),
        ("stream", 20, (20, 24)),
        ("math", 22, (0, 7)),
        ("paths", 20, (1, 23)),
        ("Helper", 0, (10, 6)),
        ("size", 0, None),
        ("max", 8, None),
    ],
)
def test_the_scope_around_the_cursor_counts(name: str, row: int, place: tuple[int, int] | None) -> None:
    assert definition_of(name, CODE, row, "reward_function.py") == place


def test_code_with_a_syntax_error_is_searched_too() -> None:
    broken = ["limit = 2", "def clip(value):", "    return (value", "clip(limit"]
    assert definition_of("clip", broken, 3, "a.py") == (1, 4)
    assert definition_of("limit", broken, 3, "a.py") == (0, 0)
    assert definition_of("value", broken, 3, "a.py") is None


def test_the_line_of_a_key_in_an_env_file() -> None:
    lines = ["# A=1", "export A=2", "B=$A"]
    assert definition_of("A", lines, 2, "run.env") == (1, 7)


def test_the_name_under_or_right_before_the_cursor() -> None:
    assert [word_at("a = width+1", column) for column in (1, 3, 4, 9, 10)] == ["a", "", "width", "width", ""]
