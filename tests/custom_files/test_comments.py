"""A racer's comments are found with the keys they are about."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.comments import KeyNote, comments
from dots_tui.custom_files.env_file import EnvFile


def notes(text: str) -> dict[str, KeyNote]:
    return dict(comments(EnvFile.parse(text.encode())).of_keys)


def test_the_lines_right_above_and_the_one_behind_belong_to_the_key() -> None:
    text = "# The track of the week.\n#  Ends on Sunday.\nDR_WORLD_NAME=Oval_track   # or reinvent\nDR_RUN_ID=0\n"
    assert notes(text) == {"DR_WORLD_NAME": KeyNote(("The track of the week.", "Ends on Sunday."), "or reinvent")}
    assert notes(text)["DR_WORLD_NAME"].lines == ("The track of the week.", "Ends on Sunday.", "or reinvent")


@pytest.mark.parametrize("between", ["\n", "DR_RUN_ID=0\n", "#DR_RUN_ID=1\n", "echo hello\n"])
def test_a_blank_line_or_another_key_ends_what_belongs_to_a_key(between: str) -> None:
    assert "DR_CAR_NAME" not in notes(f"# About something else\n{between}DR_CAR_NAME=Quick\n")


def test_a_key_that_is_switched_off_is_no_comment_and_has_comments_of_its_own() -> None:
    text = "# Slower than real time\n#DR_TRAIN_RTF=0.5 # of 1.0\nDR_RUN_ID=0\n"
    assert notes(text) == {"DR_TRAIN_RTF": KeyNote(("Slower than real time",), "of 1.0")}


def test_another_value_kept_in_a_comment_does_not_part_a_key_from_its_comment() -> None:
    text = "# Track\n#DR_WORLD_NAME=Oval_track # last week\nDR_WORLD_NAME=reInvent2019_track\n"
    assert notes(text) == {"DR_WORLD_NAME": KeyNote(("Track",), "")}


def test_the_line_in_effect_decides_when_a_key_is_there_twice() -> None:
    text = "# old\nDR_RUN_ID=0\n# new\nDR_RUN_ID=1\n# off\n#DR_RUN_ID=2\n"
    assert notes(text) == {"DR_RUN_ID": KeyNote(("new",), "")}


def test_frames_and_rules_around_words_are_left_out() -> None:
    text = "#########\n### Car ###\n#--------\n\tDR_CAR_NAME=x\n"
    assert notes(text) == {"DR_CAR_NAME": KeyNote(("Car",), "")}


def test_comments_without_a_key_are_kept_apart() -> None:
    found = comments(EnvFile.parse(b"# My first run.\n\n# Car\nDR_CAR_NAME=x\n\n#\n# The end"))
    assert found.free == ("My first run.", "The end")
    assert list(found.of_keys) == ["DR_CAR_NAME"]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf# a\r\nDR_X=1 # b\r\n", b"\xff\xfe #\n", b"# a\rDR_X=1 # b"])
def test_any_bytes_have_comments_or_none(data: bytes) -> None:
    found = comments(EnvFile.parse(data)).of_keys
    assert found == ({"DR_X": KeyNote(("a",), "b")} if b"DR_X" in data else {})
