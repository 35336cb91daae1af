"""Whole lines are indented and commented out, and come back as they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dots_tui.ui.widgets.line_edits import has_comments, indent, outdent, toggle_comment

CODE = ["def f():", "    if x:", "", "        return 1"]


def test_a_comment_stands_at_the_column_of_the_least_indented_line() -> None:
    assert toggle_comment(CODE[1:]) == ["    # if x:", "", "    #     return 1"]
    assert toggle_comment(toggle_comment(CODE)) == CODE


def test_lines_of_which_some_are_comments_are_all_commented_out() -> None:
    assert toggle_comment(["# note", "a"]) == ["# # note", "# a"]


def test_a_comment_without_a_blank_comes_back() -> None:
    assert toggle_comment(["#DR_WORKERS=3"]) == ["DR_WORKERS=3"]


def test_out_goes_no_further_than_the_margin() -> None:
    assert outdent(["      a", "  b", "\tc", "d"]) == ["  a", "b", "c", "d"]


@given(st.lists(st.text(" ab#", max_size=8).map(str.rstrip), max_size=5))
def test_in_and_out_again_is_where_it_was(lines: list[str]) -> None:
    assert outdent(indent(lines)) == lines


@given(st.lists(st.text(" ab", max_size=8).map(str.rstrip), max_size=5))
def test_commented_twice_is_as_it_was(lines: list[str]) -> None:
    assert toggle_comment(toggle_comment(lines)) == lines


def test_only_files_with_comments_have_them() -> None:
    assert [has_comments(name) for name in ("reward_function.py", "worker-2.env", "a.json")] == [True, True, False]
