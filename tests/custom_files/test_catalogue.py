"""The catalogue of keys: complete, consistent, judging values, and printed as docs/keys.md."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from dots_tui.custom_files.catalogue import (
    ACTION_KEYS,
    FILES,
    HYPERPARAMETER_KEYS,
    KEYS,
    METADATA_KEYS,
    RETIRED,
    RUN,
    SCRIPT_KEYS,
    SYSTEM,
    WORKER,
    WORKER_KEYS,
    Key,
    groups,
    is_on,
    keys_of,
    value_problem,
    why_not_read,
)
from dots_tui.custom_files.catalogue.shells import SHELLS, SHELLS_5
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.keys_page import key_summary, keys_page

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
REFERENCE = SHARED / "domain" / "config.md"
SHIPPED = ["dots/run.env", "dots/system.env", "drfc/template-run.env", "drfc/template-system.env"]
needs_shared = pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference is not beside this checkout")


ALL = (*KEYS.values(), *HYPERPARAMETER_KEYS.values(), *METADATA_KEYS.values())
VERSION = re.compile(r"(?:DRFC|simapp) [0-9]+\.[0-9]+(?:\.[0-9]+)?|DRFC master \([A-Z][a-z]+ 20[0-9]{2}\)")


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_key_is_described(one: Key) -> None:
    assert one.file in FILES
    assert keys_of(one.file)[one.name] == one
    assert one.group
    assert one.kind in ("choice", "switch", "number", "text", "track", "list", "object")
    for words in (one.help, one.read_by):
        assert len(words) > 5
        assert words.endswith(".")
        assert "  " not in words
    assert bool(one.choices) == (one.kind in ("choice", "switch", "list"))
    assert key_summary(one)
    assert all(VERSION.fullmatch(version) for version in (one.since, one.until) if version)
    assert one.algorithm in ("", "sac", "clipped_ppo")
    for usual in (one.default, one.fallback, *one.suggested):
        assert not usual or value_problem(one, usual) is None
    assert one.fallback == "" or one.fallback != one.default


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_what_is_sensible_is_possible(one: Key) -> None:
    low, high = (-math.inf if one.minimum is None else one.minimum, math.inf if one.maximum is None else one.maximum)
    assert low < high
    if one.sensible:
        assert low <= one.sensible[0] < one.sensible[1] <= high
        assert all(one.sensible[0] <= float(value) <= one.sensible[1] for value in one.suggested)
        assert one.sensible[0] <= float(one.default) <= one.sensible[1]


def test_each_file_has_its_keys_in_groups_and_in_order() -> None:
    for file in (RUN, SYSTEM, "hyperparameters.json", "model_metadata.json"):
        assert [key.name for keys in groups(file).values() for key in keys] == list(keys_of(file))
    assert [*keys_of(RUN), *keys_of(SYSTEM)] == list(KEYS)


def test_the_files_of_workers_have_the_keys_of_workers() -> None:
    assert keys_of("worker-2.env") == keys_of("worker-30.env") == keys_of(WORKER) == WORKER_KEYS
    assert set(WORKER_KEYS) == {name for name, key in KEYS.items() if key.per_worker}
    assert keys_of("worker-0.env") == keys_of("reward_function.py") == {}


def test_a_key_of_a_json_file_is_never_a_key_of_another_file() -> None:
    names = [key.name for key in ALL]
    assert len(names) == len(set(names))


def test_retired_names_lead_to_names_that_are_read() -> None:
    for name, retired in RETIRED.items():
        for instead in re.findall(r"[A-Z][A-Z0-9_]{3,}", retired.instead):
            assert instead in KEYS
            assert instead not in RETIRED
        assert retired.fix.endswith(".")
        assert name not in SCRIPT_KEYS
        assert not retired.since or VERSION.fullmatch(retired.since)
        assert not retired.same_value or retired.instead in KEYS
        assert name not in KEYS or KEYS[name].replaced_by == retired.instead


@needs_shared
def test_no_key_of_the_reference_is_missing() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    tables = text[text.index("### run.env") : text.index("### worker-N.env")]
    names = set()
    for row in re.findall(r"^\| (.+?) \|", tables, flags=re.MULTILINE):
        names |= set(re.findall(r"\b(?:DR_[A-Z0-9_]+[A-Z0-9]|CUDA_VISIBLE_DEVICES|BASE_STACK_NAME)\b", row))
    names.discard("DR_OA_OBJECT_POSITIONS_")
    assert len(names) > 90
    assert names <= {*KEYS, *RETIRED}


@needs_shared
def test_no_key_of_the_json_files_is_missing() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    hyper = dict(_rows(text, "## 6. ", column=3))
    assert set(hyper) == set(HYPERPARAMETER_KEYS)
    for name, defaults in hyper.items():
        key = HYPERPARAMETER_KEYS[name]
        taken, documented = key.fallback or key.default, defaults.rpartition("/")[2].strip()
        assert taken == documented or float(taken) == float(documented)
    tops = {name.partition(".")[0] for name in METADATA_KEYS}
    assert {name for name, _ in _rows(text, "## 7. ", column=1)} == tops


def _rows(text: str, heading: str, column: int) -> list[tuple[str, str]]:
    """First and another cell of the rows of the table under ``heading``."""
    section = text[text.index(heading) :].split("\n## ", 1)[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("| ")]
    return [(row[0], row[column]) for row in cells if row[0] != "key"]


@needs_shared
def test_the_names_scripts_set_and_the_keys_of_workers_are_those_of_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("Set by the scripts, never in a file:")]
    names = set()
    for start, middles, end in re.findall(r"(DR_[A-Z0-9_]*)(?:\{([A-Z,]+)\})?([A-Z0-9_]*)", line):
        names |= {start + middle + end for middle in middles.split(",")}
    assert names == SCRIPT_KEYS
    assert not SCRIPT_KEYS & {*KEYS, *RETIRED}
    (line,) = [line for line in text.splitlines() if line.startswith("Allowed to differ:")]
    allowed = line[: line.index("Everything else")].replace("MAIN/SUB_ENABLE", "MAIN_ENABLE, DR_CAMERA_SUB_ENABLE")
    patterns = [name.replace("*", ".*") for name in re.findall(r"DR_[A-Z0-9_*]+", allowed)]
    assert set(WORKER_KEYS) == {name for name in KEYS if any(re.fullmatch(one, name) for one in patterns)}


@needs_shared
@pytest.mark.parametrize("sample", SHIPPED)
def test_every_key_of_the_shipped_files_is_known(sample: str) -> None:
    env = EnvFile.parse((SHARED / "samples" / "config" / sample).read_bytes())
    names = {entry.key for entry in env.entries}
    assert len(names) > 20
    assert names <= {*KEYS, *RETIRED}


@needs_shared
def test_what_a_worker_may_set_is_what_the_template_sets() -> None:
    env = EnvFile.parse((SHARED / "samples" / "config" / "drfc" / "template-worker.env").read_bytes())
    assert all(KEYS[entry.key].per_worker for entry in env.entries)
    assert not KEYS["DR_WORKERS"].per_worker
    assert not KEYS["DR_CAMERA_KVS_ENABLE"].per_worker


def test_there_is_a_list_of_car_bodies() -> None:
    assert len(SHELLS) == len(set(SHELLS)) == 110
    assert "f1_car_tron_10" in SHELLS
    assert "f1_kart" not in SHELLS_5


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("DR_WORLD_NAME", "Monaco", None),
        ("DR_WORLD_NAME", "monaco", "did you mean Monaco"),
        ("DR_WORLD_NAME", "", "is empty; write the name of a track"),
        ("DR_WORLD_NAME", "$TRACK", None),
        ("DR_RACE_TYPE", "TIME_TRIAL", None),
        ("DR_RACE_TYPE", "TIME_TRIALS", "did you mean TIME_TRIAL"),
        ("DR_CAR_COLOR", "red", "did you mean Red"),
        ("DR_CLOUD", "AWS", None),
        ("DR_CLOUD", "gcp", "write one of aws, azure, local, remote"),
        ("DR_DOCKER_STYLE", "", None),
        ("DR_CAR_BODY_SHELL_TYPE", "my_own_mesh", None),
        ("DR_TRAIN_MULTI_CONFIG", "True", None),
        ("DR_TRAIN_MULTI_CONFIG", "true", "write True or False; did you mean True?"),
        ("DR_TRAIN_MULTI_CONFIG", "1", "write True or False"),
        ("DR_TRAIN_MULTI_CONFIG", "", "is empty; write True or False"),
        ("DR_WORKERS", "3", None),
        ("DR_WORKERS", "0", "of at least 1"),
        ("DR_WORKERS", "2.0", "write a whole number of at least 1"),
        ("DR_WORKERS", "03", "without leading zeros"),
        ("DR_WORKERS", "9" * 400, None),
        ("DR_WEBVIEWER_PORT", "9" * 400, "from 1 to 65535"),
        ("DR_WEBVIEWER_PORT", "70000", "from 1 to 65535"),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", ".05", None),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "5e-2", None),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "1.5", "from 0 to 1"),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "0,05", "write a number from 0 to 1"),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "inf", "write a number"),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "1e999", "write a number"),
        ("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "٠", "write a number"),
        ("DR_CAR_NAME", "anything at all", None),
        ("batch_size", "64", None),
        ("batch_size", "64.0", "write a whole number from 1 to 1e+06"),
        ("lr", "3e-4", None),
        ("lr", "$LR", "write a number"),
        ("discount_factor", "1.5", "write a number from 0 to 1"),
        ("loss_type", "Huber", None),
        ("loss_type", "mse", "write one of huber, mean squared error"),
        ("neural_network", "deep_convolutional_network", "did you mean DEEP_CONVOLUTIONAL_NETWORK?"),
        ("sensor", '["FRONT_FACING_CAMERA", "LIDAR"]', None),
        ("sensor", '["FRONT_FACING_CAMERAS"]', "did you mean FRONT_FACING_CAMERA?"),
        ("sensor", "FRONT_FACING_CAMERA", 'is no JSON; write a list, such as ["FRONT_FACING_CAMERA"]'),
        ("sensor", '{"a": 1}', "write a list"),
        ("action_space", '[{"speed": 1, "steering_angle": 0}]', None),
        ("action_space", "3", "write an object"),
        ("lidar_config.clipping_dist", "13", "write a number from 0.15 to 12"),
    ],
)
def test_values_are_judged(name: str, value: str, part: str | None) -> None:
    problem = value_problem({key.name: key for key in ALL}[name], value)
    if part is None:
        assert problem is None
    else:
        assert problem is not None
        assert part in problem


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        ("DR_TRAIN_CHANGE_START_POSITION", ("True", "true", "No", "0", "off"), ("False", "FALSE", "")),
        ("DR_TRAIN_MULTI_CONFIG", ("True",), ("true", "1", "yes", "False")),
        ("DR_ROBOMAKER_MOUNT_LOGS", ("True", "tRUE"), ("1", "yes", "False", "")),
        ("DR_EVAL_SAVE_MP4", ("True", "yes", "T", "1"), ("on", "False", "")),
        ("DR_CONTINUE_ON_SPOT_INTERRUPTION", ("True", "false", "0", ""), ("False",)),
    ],
)
def test_a_switch_is_on_as_its_strictest_reader_sees_it(name: str, on: tuple[str, ...], off: tuple[str, ...]) -> None:
    assert [value for value in (*on, *off) if is_on(KEYS[name], value)] == list(on)


def test_every_switch_has_readers_that_know_true_from_false() -> None:
    for key in KEYS.values():
        assert bool(key.truth) == (key.kind == "switch")
        if key.truth:
            assert is_on(key, "True")
            assert not is_on(key, "False")


def test_a_version_of_the_simapp_reads_what_it_has() -> None:
    engine, arguments, track = KEYS["DR_GAZEBO_RENDER_ENGINE"], KEYS["DR_GAZEBO_ARGS"], KEYS["DR_WORLD_NAME"]
    assert why_not_read(engine, (5, 3, 3)) == "since simapp 6.0"
    assert why_not_read(arguments, (6, 0, 5)) == "until simapp 5.3"
    assert why_not_read(arguments, (5, 1)) == "since simapp 5.2"
    for key, version in ((engine, (6, 0, 0)), (arguments, (5, 3, 3)), (track, (4, 0)), (engine, ())):
        assert why_not_read(key, version) == ""


def test_the_page_of_keys_is_up_to_date() -> None:
    assert (ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == keys_page()


def test_the_page_has_every_key() -> None:
    page = keys_page()
    for key in ALL:
        assert page.count(f"\n**{key.name}** · ") == 1
        assert key.help in page
        assert key.read_by in page
    for name in WORKER_KEYS:
        assert f"\n- {name}: " in page
    assert all(name in page for name in {*RETIRED, *SCRIPT_KEYS, *ACTION_KEYS})
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")][:5] == list(FILES)
