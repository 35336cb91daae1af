"""A key that is new in an env file stands where a racer would look for it, and nothing else moves."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.env_edits import put
from dots_tui.custom_files.env_file import EnvFile


def given(text: str, key: str, value: str) -> str:
    return put(EnvFile.parse(text.encode()), key, value).data.decode()


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        # behind the nearest key of its group that the form shows above it
        ("DR_WORLD_NAME=a # x\n\nMY=b\n", "DR_RACE_TYPE", "DR_WORLD_NAME=a # x\nDR_RACE_TYPE=1\n\nMY=b\n"),
        # behind the first one there, when there is none above
        ("# race\nDR_RACE_TYPE=a\nMY=0\n", "DR_WORLD_NAME", "# race\nDR_RACE_TYPE=a\nDR_WORLD_NAME=1\nMY=0\n"),
        # at the end, when its group is not there or it has none
        ("DR_RUN_ID=0\n", "DR_CAR_NAME", "DR_RUN_ID=0\nDR_CAR_NAME=1\n"),
        ("DR_RUN_ID=0", "MY_OWN", "DR_RUN_ID=0\nMY_OWN=1\n"),
        ("", "DR_CAR_NAME", "DR_CAR_NAME=1\n"),
        # beside the line that is switched off
        ("#DR_CAR_NAME=old\nDR_RUN_ID=0\n", "DR_CAR_NAME", "#DR_CAR_NAME=old\nDR_CAR_NAME=1\nDR_RUN_ID=0\n"),
        # comments at the end stay what they are
        ("DR_RUN_ID=0\n\n# The end\n", "MY_OWN", "DR_RUN_ID=0\nMY_OWN=1\n\n# The end\n"),
        # line ends stay as they are; a missing one is added
        ("DR_WORLD_NAME=a\r\nDR_RUN_ID=0\r\n", "DR_RACE_TYPE", "DR_WORLD_NAME=a\r\nDR_RACE_TYPE=1\r\nDR_RUN_ID=0\r\n"),
        ("DR_RUN_ID=0\nDR_WORLD_NAME=a", "DR_RACE_TYPE", "DR_RUN_ID=0\nDR_WORLD_NAME=a\nDR_RACE_TYPE=1\n"),
        # never into a line that goes on
        ("DR_WORLD_NAME=a\\\nb\nDR_RUN_ID=0\n", "DR_RACE_TYPE", "DR_WORLD_NAME=a\\\nb\nDR_RUN_ID=0\nDR_RACE_TYPE=1\n"),
        ('DR_WORLD_NAME="a\nb"\n', "DR_RACE_TYPE", 'DR_WORLD_NAME="a\nb"\nDR_RACE_TYPE=1\n'),
    ],
)  # fmt: skip
def test_a_new_key_goes_where_it_belongs(before: str, key: str, after: str) -> None:
    assert given(before, key, "1") == after


def test_a_reference_stays_below_what_it_refers_to() -> None:
    before = "DR_CAR_COLOR=Red\nDR_RUN_ID=0\nDR_CAR_NAME=Quick\n"
    assert given(before, "DR_RACER_NAME", "${DR_CAR_NAME}") == before.replace(
        "Quick\n", "Quick\nDR_RACER_NAME=${DR_CAR_NAME}\n"
    )
    other = "DR_DISPLAY_NAME=x\nMY_NAME=me\n"
    assert given(other, "DR_RACER_NAME", "$MY_NAME") == other + "DR_RACER_NAME=$MY_NAME\n"


def test_a_key_in_effect_only_changes_its_value() -> None:
    assert given("DR_CAR_NAME=a # mine\nDR_RUN_ID=0", "DR_CAR_NAME", "b") == "DR_CAR_NAME=b # mine\nDR_RUN_ID=0"


@pytest.mark.parametrize(("key", "value"), [("DR_CAR_NAME", "a\nb"), ("1X", "a"), ("DR_CAR_NAME", "\udcff\ud800")])
def test_what_no_env_file_can_hold_is_refused(key: str, value: str) -> None:
    for text in ("DR_CAR_BODY_SHELL_TYPE=a\n", ""):
        with pytest.raises(ValueError, match=r"value|name"):
            given(text, key, value)
