"""Searching finds what was meant, and replacing changes that and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.ui.widgets.text_search import Hit, Query, SearchProblem, find_hits, step_from

LINES = ["speed = params['speed']", "Speed = 2", "", "a.b a+b"]


def found(query: Query) -> list[Hit]:
    return find_hits(LINES, query.pattern())


def test_a_text_is_no_pattern() -> None:
    assert found(Query("a+b")) == [Hit(3, 4, 7)]
    assert found(Query("a.b")) == [Hit(3, 0, 3)]
    assert found(Query("a.b", regex=True)) == [Hit(3, 0, 3), Hit(3, 4, 7)]


def test_small_letters_find_either_case_unless_that_is_unwanted() -> None:
    assert len(found(Query("speed"))) == 3
    assert found(Query("Speed")) == [Hit(1, 0, 5)]
    assert len(found(Query("speed", exact=True))) == 2


def test_what_matches_nothing_visible_is_no_hit() -> None:
    assert found(Query("x*", regex=True)) == []
    assert Query("^", regex=True).replaced(LINES, "# ") == (LINES, 0)


def test_what_is_no_pattern_is_said() -> None:
    with pytest.raises(SearchProblem, match="not a regular expression"):
        Query("(", regex=True).pattern()
    with pytest.raises(SearchProblem, match="not a replacement"):
        Query("a", regex=True).replaced(LINES, r"\9")


def test_groups_stand_in_the_replacement_of_a_pattern_only() -> None:
    assert Query(r"params\['(\w+)'\]", regex=True).replaced(LINES, r"p.\1")[0][0] == "speed = p.speed"
    assert Query("a+b").replaced(LINES, r"\1")[0][3] == r"a.b \1"


def test_one_hit_alone_is_replaced() -> None:
    lines, count = Query("speed").replaced(LINES, "v", only=Hit(0, 16, 21))
    assert (lines[0], lines[1:], count) == ("speed = params['v']", LINES[1:], 1)


def test_going_on_goes_round() -> None:
    hits = found(Query("speed"))
    assert [step_from(hits, (0, 0), step) for step in (0, 1, -1)] == [0, 1, 2]
    assert [step_from(hits, (1, 0), step) for step in (0, 1, -1)] == [2, 0, 1]


@given(st.lists(st.text("ab.", max_size=6), min_size=1, max_size=5), st.text("ab.", min_size=1, max_size=2))
def test_replacing_all_is_what_replace_of_a_string_does(lines: list[str], wanted: str) -> None:
    new, count = Query(wanted, exact=True).replaced(lines, "X")
    assert new == [line.replace(wanted, "X") for line in lines]
    assert count == sum(line.count(wanted) for line in lines) == len(find_hits(lines, re.compile(re.escape(wanted))))
