"""Action spaces: what is written is what is read again, and nothing else in the file changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dots_tui.custom_files import json_edit
from dots_tui.custom_files.action_space import (
    Action,
    ActionSpace,
    ActionSpaceProblem,
    Continuous,
    Discrete,
    generate,
    numbers_of,
    one_sided,
    parse,
    to_continuous,
    to_discrete,
    validate,
)
from dots_tui.custom_files.action_space_text import write
from dots_tui.custom_files.findings import Severity
from dots_tui.custom_files.folder import MODEL_METADATA

ROWS = (
    b'{\n  "action_space": [\n    {"steering_angle": -30, "speed": 0.8},\n    {"steering_angle": 30, "speed": 1.0}\n'
    b'  ],\n  "sensor": ["FRONT_FACING_CAMERA"],\n  "version": "5"\n}\n'
)
SPREAD_OUT = (
    b'{\n\t"version": 5,\n\t"action_space": [\n\t\t{\n\t\t\t"speed": 1,\n\t\t\t"steering_angle": 0\n\t\t}\n\t]\n}'
)
INDEXED = (
    b'{\r\n  "action_space" : [ {\r\n    "steering_angle" : -30.0,\r\n    "speed" : 1.0,\r\n    "index" : 0\r\n  }, {'
    b'\r\n    "steering_angle" : 0.0,\r\n    "speed" : 2.5,\r\n    "index" : 1\r\n  } ],\r\n  "version" : "4"\r\n}'
)
RANGES = (
    b'\xef\xbb\xbf{"action_space": {"speed": {"high": 2, "low": 1}, "steering_angle": {"high": 30.0, "low": -30.0}},\n'
    b'"action_space_type":"Continuous" , "training_algorithm": "sac"}'
)
BARE = b"{}"
BROKEN_SPACE = b'{ "action_space": "none", "action_space_type": 3 }'
FILES = {
    "rows": ROWS,
    "spread": SPREAD_OUT,
    "indexed": INDEXED,
    "ranges": RANGES,
    "bare": BARE,
    "broken": BROKEN_SPACE,
    "minified": b'{"version":"5","action_space":[{"steering_angle":0,"speed":1},{"steering_angle":5,"speed":1}],"a":0}',
    "odd": b'{\n"action_space": [{"steering_angle": 1, "speed": 1, "note": "x"}, 7]\n}\n',
    "twice": b'{"action_space": 1, "b": {"action_space": 3}, "action_space": [{"speed": 2, "steering_angle": 3}]}',
}

numbers = st.one_of(
    st.integers(-40, 40).map(float), st.floats(-1e6, 1e6, allow_nan=False), st.sampled_from([0.1, 1e-9, 1e22])
)
actions = st.builds(Action, numbers, numbers)
spaces: st.SearchStrategy[ActionSpace] = st.one_of(
    st.lists(actions, min_size=1, max_size=6).map(lambda found: Discrete(tuple(found))),
    st.builds(Continuous, actions, actions),
)


@given(space=spaces, again=spaces, name=st.sampled_from(sorted(FILES)))
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read_again_and_the_rest_of_the_file_stays(
    space: ActionSpace, again: ActionSpace, name: str
) -> None:
    before = FILES[name]
    for wanted in (space, again):
        after = write(before, wanted)
        assert parse(after) == wanted
        assert write(after, wanted) == after
        assert _others(after) == _others(before)
        if _has_both(before):
            assert _around(after) == _around(before)
        before = after


KEYS = ("action_space", "action_space_type")


def _others(data: bytes) -> list[str]:
    """The other members of the file as they are spelt."""
    text = json_edit.to_text(data)
    there = json_edit.members(text, json_edit.top(text))
    return [text[one.key_start : one.end] for one in there if one.key not in KEYS]


def _has_both(data: bytes) -> bool:
    return all(f'"{key}"'.encode() in data for key in KEYS)


def _around(data: bytes) -> str:
    """The whole text with the two values put out of sight."""
    text = json_edit.to_text(data)
    for key in KEYS:
        text = json_edit.put(text, key, "0")
    return text


def test_a_changed_number_changes_only_its_bytes() -> None:
    space = Discrete((Action(-30, 0.8), Action(30, 1.5)))
    assert write(ROWS, space) == ROWS.replace(b"1.0", b"1.5")
    assert write(RANGES, Continuous(Action(-30, 0.5), Action(30, 2))) == RANGES.replace(b'"low": 1}', b'"low": 0.5}')
    assert write(INDEXED, Discrete((Action(-30, 1), Action(0, 3)))) == INDEXED.replace(b"2.5", b"3.0")


def test_new_actions_are_laid_out_as_the_others() -> None:
    added = write(SPREAD_OUT, Discrete((Action(0, 1), Action(5, 1.5)))).decode()
    item = '\n\t\t{\n\t\t\t"speed": 1,\n\t\t\t"steering_angle": 0\n\t\t}'
    assert item + "," + item.replace(": 1", ": 1.5").replace(": 0", ": 5") + "\n\t]" in added
    assert b'"index" : 2\r\n  } ],\r\n' in write(INDEXED, generate([-10, 0, 10], [1]))


def test_the_kind_is_written_when_it_changes_and_only_then() -> None:
    ranges = Continuous(Action(-30, 1), Action(30, 2))
    text = write(ROWS, ranges).decode()
    assert (
        '  "action_space": {\n    "steering_angle": {"low": -30, "high": 30},\n    "speed": {"low": 1, "high": 2}\n  },'
        '\n  "action_space_type": "continuous",\n  "sensor"' in text
    )
    assert write(text.encode(), Discrete((Action(0, 1),))).count(b'"action_space_type": "discrete"') == 1
    assert b"Continuous" in write(RANGES, ranges)


def test_every_sample_is_read_and_an_edit_keeps_its_other_lines(samples: Path) -> None:
    found = sorted(samples.rglob("model_metadata*.json"))
    assert found
    for path in found:
        data = path.read_bytes()
        space = parse(data)
        assert write(data, space) == data
        if isinstance(space, Discrete):
            edited = write(data, Discrete((*space.actions[:-1], Action(1.5, 0.25))))
            assert len(edited.splitlines()) == len(data.splitlines())
            changes = [(old, new) for old, new in zip(data.splitlines(), edited.splitlines()) if old != new]
            assert 1 <= len(changes) <= 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "object"),
        (b"{}", "no action_space"),
        (b'{"action_space": []}', "at least one action"),
        (b'{"action_space": [{"speed": 1}]}', "Action 0"),
        (b'{"action_space": [{"speed": true, "steering_angle": 1}]}', "Action 0"),
        (b'{"action_space": [{"speed": NaN, "steering_angle": 1}]}', "Action 0"),
        (b'{"action_space": [], "action_space_type": "continuous"}', "low and a high"),
        (b'{"action_space": {"speed": {"low": 1}}, "action_space_type": "continuous"}', "The low end"),
        (b'{"action_space": [], "action_space_type": "mixed"}', "discrete or continuous"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, says: str) -> None:
    with pytest.raises(ActionSpaceProblem, match=says):
        parse(data)


def test_only_an_object_can_be_written_to() -> None:
    with pytest.raises(ActionSpaceProblem, match="Mend it"):
        write(b"[]", Discrete((Action(0, 1),)))


def test_numbers_are_typed_as_lists_and_ranges() -> None:
    assert numbers_of("1, 1.5 2") == [1, 1.5, 2]
    assert numbers_of("-30..30/7") == [-30, -20, -10, 0, 10, 20, 30]
    assert numbers_of("0.5 .. 1 / 3, 4") == [0.5, 0.75, 1, 4]
    assert numbers_of("1..3/1") == [2]
    for wrong in ("", "fast", "1..x/3", "1..2/0", "1..2", "1..2/9999", "inf"):
        with pytest.raises(ActionSpaceProblem):
            numbers_of(wrong)


def test_the_generator_makes_each_pair_once_and_not_thousands() -> None:
    made = generate([30, -30, 30], [1, 2])
    assert made.actions == (Action(-30, 1), Action(-30, 2), Action(30, 1), Action(30, 2))
    with pytest.raises(ActionSpaceProblem, match="at least one"):
        generate([], [1])
    with pytest.raises(ActionSpaceProblem, match="900 actions"):
        generate(range(30), range(30))


def test_switching_the_kind_keeps_what_the_car_can_do() -> None:
    grid = generate([-20, 0, 20], [1, 2])
    assert to_continuous(grid) == Continuous(Action(-20, 1), Action(20, 2))
    assert to_continuous(Discrete((Action(5, 1),))) == Continuous(Action(-30, 0.1), Action(30, 1))
    assert to_continuous(Discrete((Action(5, 0.1),))).high.speed == 4
    assert to_continuous(to_discrete(Continuous(Action(-20, 1), Action(20, 2)))) == to_continuous(grid)


def test_the_findings_are_those_of_the_check_and_whether_it_is_one_sided(run_files: dict[str, bytes]) -> None:
    data = run_files[MODEL_METADATA]
    assert validate(data) == []
    wrong = write(data, Discrete((Action(-45, 1), Action(-45, 1), Action(0, 9))))
    codes = [(one.code, one.severity) for one in validate(wrong)]
    assert codes.count(("clipped-action", Severity.WARNING)) == 2
    assert ("action-twice", Severity.WARNING) in codes
    assert codes[-1] == ("one-sided-actions", "info")
    upside_down = write(data, Continuous(Action(-30, 2), Action(30, 1)))
    assert [one.severity for one in validate(upside_down)] == ["error"]
    assert validate(b"{}")


def test_one_sided_names_what_is_missing() -> None:
    assert one_sided(generate([-10, 0, 10], [1])) == ""
    assert one_sided(Discrete((Action(10, 1), Action(-10, 2)))) == "There is 10 at 1 m/s but not -10"
    assert "from -30 to 20" in one_sided(Continuous(Action(-30, 1), Action(20, 2)))


def test_an_action_is_clipped_as_the_simapp_does_it() -> None:
    assert Action(-45, 0).clipped == Action(-30, 0.1)
    assert json.loads(write(b"{}", Discrete((Action(-45, 9),))))["action_space"] == [
        {"steering_angle": -45, "speed": 9}
    ]
