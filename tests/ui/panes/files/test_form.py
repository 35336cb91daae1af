"""Every file of a run but the reward function is a form: its rows, and what a changed row makes of the file."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.findings import Finding, Severity
from dots_tui.ui.panes.files.form import broken, changed_row, content, give, has_form, row_for, without
from dots_tui.ui.panes.files.rows import IGNORED, OTHER
from dots_tui.ui.widgets.form_rows import FormRow

META = b"""{
    "action_space_type": "continuous",
    "action_space": {"steering_angle": {"low": -20, "high": 20}, "speed": {"low": 1, "high": 2}},
    "x": {"y": [1]}
}"""


def rows(name: str, data: bytes, *findings: Finding, **others: bytes) -> dict[str, FormRow]:
    found = content(name, data, findings, {**default_files(), **others, name: data}).rows
    assert len({row.name for row in found}) == len(found)
    return {row.name: row for row in found}


def finding(file: str, key: str) -> Finding:
    return Finding(file, 1, key, Severity.WARNING, "code", "message", None)


def test_which_files_have_a_form() -> None:
    names = [name for name in (*default_files(), "worker-2.env") if has_form(name)]
    assert sorted(names) == ["hyperparameters.json", "model_metadata.json", "run.env", "system.env", "worker-2.env"]


def test_env_rows_have_their_comments_and_what_is_switched_off() -> None:
    data = b"# Whose\n\n# Fast\nDR_CAR_NAME=a # mine\n#DR_CAR_COLOR=Red\n#MY_OLD=1\nMY_OWN=2\n#DR_WORKERS=4\n"
    found = rows("run.env", data)
    assert (found["DR_CAR_NAME"].above, found["DR_CAR_NAME"].behind) == (("Fast",), "mine")
    assert (found["DR_CAR_COLOR"].value, found["DR_CAR_COLOR"].commented) == ("Red", True)
    assert (found["MY_OLD"].group, found["MY_OLD"].commented) == (OTHER, True)
    assert (found["MY_OWN"].group, found["MY_OWN"].commented) == (OTHER, False)
    assert found["DR_WORKERS"].kind == "number"  # a key of system.env that stands here
    assert found["DR_RUN_ID"].value is None
    assert content("run.env", data, (), {}).free == ("Whose",)


def test_a_workers_form_has_what_a_worker_can_have_and_what_it_takes_over() -> None:
    data = b"DR_CAR_COLOR=Red\nDR_CAR_NAME=Mine\nMY_OWN=1\n"
    found = rows("worker-3.env", data, **{"worker-2.env": b"DR_WORLD_NAME=Oval_track\n"})
    assert {name for name, row in found.items() if row.group == IGNORED} == {"DR_CAR_NAME", "MY_OWN"}
    assert "DR_RUN_ID" not in found
    assert found["DR_CAR_COLOR"].value == "Red"
    world = found["DR_WORLD_NAME"]
    assert (world.value, world.shown, world.origin) == (None, "Oval_track", "worker-2.env")
    assert found["DR_RACE_TYPE"].origin == "run.env"


def test_hyperparameters_are_rows_with_what_the_code_takes_without_them() -> None:
    found = rows("hyperparameters.json", b'{"batch_size": "32", "mine": [1, 2], "name": "x"}')
    assert (found["batch_size"].value, found["batch_size"].kind) == ("32", "number")
    assert (found["lr"].value, found["lr"].kind) == (None, "number")
    assert found["discount_factor"].default == "0.999"
    assert (found["mine"].kind, found["mine"].shown, found["mine"].group) == ("json", "[1, 2]", OTHER)
    assert found["name"].kind == "text"


def test_metadata_rows_are_one_for_the_camera_one_for_the_lidar_and_one_for_all_actions() -> None:
    found = rows("model_metadata.json", META, finding("model_metadata.json", "speed"))
    assert (found["action_space"].kind, found["action_space"].mark) == ("opens", "warning")
    assert found["action_space"].shown == "-20 to 20 degrees, 1 to 2 m/s"
    assert "FRONT_FACING_CAMERA" in found["sensor"].choices
    assert found["sensor.lidar"].choices[0] == "none"
    assert found["lidar_config.num_sectors"].shown == "8"
    assert found["x"].shown == '{"y": [1]}'
    assert rows("model_metadata.json", b'{"action_space": []}')["action_space"].shown == "[]"
    assert rows("model_metadata.json", b'{"action_space": 3}')["action_space"].shown == "3"


@pytest.mark.parametrize(
    ("name", "key", "row"),
    [
        ("model_metadata.json", "speed", "action_space"),
        ("model_metadata.json", "num_sectors", "lidar_config.num_sectors"),
        ("model_metadata.json", "lidar_config", "lidar_config.num_sectors"),
        ("model_metadata.json", "sensor", "sensor"),
        ("hyperparameters.json", "lr", "lr"),
        ("run.env", "DR_CAR_NAME", "DR_CAR_NAME"),
    ],
)
def test_findings_lead_to_rows(name: str, key: str, row: str) -> None:
    assert row_for(name, key) == row
    assert row in rows(name, default_files()[name])


def test_broken_json_has_no_form_and_says_where() -> None:
    assert broken("hyperparameters.json", b'{"a": 1,\n}').startswith("line 1 is not valid JSON")
    assert broken("hyperparameters.json", b"[]")
    assert broken("hyperparameters.json", b"{}") == broken("run.env", b"{") == ""


def test_a_row_is_changed_and_removed_in_every_kind_of_file() -> None:
    assert give("hyperparameters.json", b'{"lr": 1}', "lr", "0.1") == b'{"lr": 0.1}'
    assert without("hyperparameters.json", b'{"lr": 1}', "lr") == b"{}"
    assert give("run.env", b"A=1 # x", "A", "2") == b"A=2 # x"
    assert without("run.env", b"A=1\nB=2", "A") == b"B=2"


@pytest.mark.parametrize(
    ("name", "before", "after", "row"),
    [
        ("run.env", b"A=1\nB=2\n", b"A=1\nB=3\n", "B"),
        ("run.env", b"A=1\nB=2\n", b"A=1\n#B=2\n", "B"),
        ("run.env", b"A=1\n", b"A=1\nC=1\n", "C"),
        ("run.env", b"A=1\nC=1\n", b"A=1\n", "C"),
        ("run.env", b"A=1\n", b"# note\nA=1\n", "A"),
        ("run.env", b"A=1\n", b"A=1\n\n# note\n", ""),
        ("hyperparameters.json", b'{"lr": 1}', b'{"lr": 2}', "lr"),
    ],
)
def test_the_changed_row_is_found(name: str, before: bytes, after: bytes, row: str) -> None:
    old, new = (list(rows(name, data).values()) for data in (before, after))
    assert changed_row(old, new) == row
