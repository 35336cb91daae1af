"""The settings of the JSON files are changed one at a time, and every other byte stays."""

from __future__ import annotations

import json

import pytest

from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA
from dots_tui.custom_files.json_settings import LIDAR, NO_LIDAR, SENSOR, names, put, remove, value_of

HYPER = b'{\n    "batch_size": 64,\n    "lr":   3e-4,\n    "num_epochs": "10",\n    "loss_type": "huber"\n}'
META = b'{"action_space": [{"steering_angle": 0, "speed": 1}],\n "sensor": ["FRONT_FACING_CAMERA"],\n "version": "5"}\n'


def given(name: str, value: str, data: bytes = HYPER, file: str = HYPERPARAMETERS) -> bytes:
    after = put(file, data, name, value)
    json.loads(after)
    return after


def test_values_are_shown_as_they_are_written() -> None:
    shown = {name: value_of(HYPER, name) for name in names(HYPER)}
    assert shown == {"batch_size": "64", "lr": "3e-4", "num_epochs": "10", "loss_type": "huber"}
    assert value_of(HYPER, "stack_size") is None
    assert value_of(META, "action_space") == '[{"steering_angle": 0, "speed": 1}]'


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("batch_size", "128", b'"batch_size": 64', b'"batch_size": 128'),
        ("lr", ".001", b"3e-4", b"0.001"),
        ("lr", "1e-5", b"3e-4", b"1e-5"),
        ("num_epochs", "5", b'"10"', b'"5"'),
        ("num_epochs", "+05", b'"10"', b'"5"'),
        ("loss_type", "mean squared error", b'"huber"', b'"mean squared error"'),
    ],
)
def test_only_the_value_changes_and_keeps_its_kind(name: str, value: str, old: bytes, new: bytes) -> None:
    assert given(name, value) == HYPER.replace(old, new)


def test_a_text_that_is_no_number_becomes_one() -> None:
    assert given("num_epochs", "5", HYPER.replace(b'"10"', b'"10.5"')) == HYPER.replace(b'"10"', b"5")
    assert given("num_epochs", "5", HYPER.replace(b'"10"', b"null")) == HYPER.replace(b'"10"', b"5")


def test_the_same_value_is_no_change_whatever_its_spelling() -> None:
    assert given("num_epochs", "10") == HYPER
    assert given(SENSOR, "FRONT_FACING_CAMERA", META, MODEL_METADATA) == META


def test_a_new_key_goes_behind_one_of_its_group() -> None:
    assert given("beta_entropy", "0.02") == HYPER.replace(b'"huber"', b'"huber",\n    "beta_entropy": 0.02')
    assert given("discount_factor", "0.9") == HYPER.replace(b"3e-4", b'3e-4,\n    "discount_factor": 0.9')
    assert given("exploration_type", "e-greedy").endswith(b'"huber",\n    "exploration_type": "e-greedy"\n}')
    assert given("mine", "a b", b"{}") == b'{"mine": "a b"}'
    assert given("mine", "[1]", b"{ }\n") == b'{"mine": [1]}\n'


def test_what_is_no_json_is_refused_where_json_is_wanted() -> None:
    with pytest.raises(ValueError, match="no JSON"):
        given("mine", "[1", b'{"mine": [1]}')
    with pytest.raises(ValueError, match="many"):
        given("batch_size", "many")


def test_any_text_survives() -> None:
    data = '\ufeff{\r\n"name": "J\u00fcrgen",\r\n"odd": "a\\nb"}'.encode()
    assert value_of(data, "name") == "J\u00fcrgen"
    assert given("name", 'say "hi"', data) == data.replace("J\u00fcrgen".encode(), b'say \\"hi\\"')
    assert value_of(data, "odd") == '"a\\nb"'
    assert given("odd", '"a\\tb"', data) == data.replace(b"\\n", b"\\t")


def test_the_last_of_two_counts() -> None:
    data = b'{"lr": 1, "lr": 2}'
    assert value_of(data, "lr") == "2"
    assert given("lr", "3", data) == b'{"lr": 1, "lr": 3}'
    assert remove(data, "lr") == b"{}"


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("batch_size", HYPER.replace(b'"batch_size": 64,\n    ', b"")),
        ("lr", HYPER.replace(b'"lr":   3e-4,\n    ', b"")),
        ("loss_type", HYPER.replace(b',\n    "loss_type": "huber"', b"")),
        ("stack_size", HYPER),
    ],
)
def test_a_key_is_removed_with_its_comma(name: str, after: bytes) -> None:
    assert remove(HYPER, name) == after


def test_one_camera_and_one_lidar_or_none() -> None:
    assert value_of(META, SENSOR) == "FRONT_FACING_CAMERA"
    assert value_of(META, LIDAR) == NO_LIDAR
    both = given(LIDAR, "SECTOR_LIDAR", META, MODEL_METADATA)
    assert both == META.replace(b'CAMERA"]', b'CAMERA", "SECTOR_LIDAR"]')
    assert value_of(both, LIDAR) == "SECTOR_LIDAR"
    assert value_of(both, SENSOR) == "FRONT_FACING_CAMERA"
    assert given(SENSOR, "STEREO_CAMERAS", both, MODEL_METADATA) == both.replace(
        b"FRONT_FACING_CAMERA", b"STEREO_CAMERAS"
    )
    assert given(LIDAR, NO_LIDAR, both, MODEL_METADATA) == META
    assert remove(both, LIDAR) == META


def test_wrong_sensors_are_mended_by_choosing() -> None:
    two = META.replace(b'["FRONT_FACING_CAMERA"]', b'["observation", "LIDAR", "LEFT_CAMERA", "TELESCOPE"]')
    assert value_of(two, SENSOR) == "observation, LEFT_CAMERA, TELESCOPE"
    assert json.loads(given(SENSOR, "LEFT_CAMERA", two, MODEL_METADATA))["sensor"] == ["LEFT_CAMERA", "LIDAR"]
    text = META.replace(b'["FRONT_FACING_CAMERA"]', b'"observation"')
    assert value_of(text, SENSOR) == "observation"
    assert value_of(text, LIDAR) is None
    assert given(SENSOR, "LEFT_CAMERA", text, MODEL_METADATA) == text.replace(b'"observation"', b'["LEFT_CAMERA"]')
    with pytest.raises(ValueError, match="camera first"):
        given(LIDAR, "LIDAR", text, MODEL_METADATA)
    assert (
        given(SENSOR, "LEFT_CAMERA", b'{"version": 5}', MODEL_METADATA) == b'{"version": 5, "sensor": ["LEFT_CAMERA"]}'
    )


def test_members_of_an_object_have_rows_of_their_own() -> None:
    first = given("lidar_config.num_sectors", "16", META, MODEL_METADATA)
    assert first == META.replace(b'"5"}', b'"5", "lidar_config": {"num_sectors": 16}}')
    both = given("lidar_config.clipping_dist", "4", first, MODEL_METADATA)
    assert json.loads(both)["lidar_config"] == {"num_sectors": 16, "clipping_dist": 4}
    assert value_of(both, "lidar_config.num_sectors") == "16"
    assert remove(both, "lidar_config.clipping_dist") == first
    assert remove(first, "lidar_config.num_sectors") == META
    with pytest.raises(ValueError, match="as text"):
        given("lidar_config.num_sectors", "8", b'{"lidar_config": 1}', MODEL_METADATA)
