"""The catalogue of keys: complete, consistent, judging values, and printed as docs/keys.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dots_tui.custom_files.catalogue import KEYS, RETIRED, RUN, SCRIPT_KEYS, SYSTEM, groups, value_problem
from dots_tui.custom_files.catalogue.shells import SHELLS, SHELLS_5
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.keys_page import key_summary, keys_page

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
REFERENCE = SHARED / "domain" / "config.md"
SHIPPED = ["dots/run.env", "dots/system.env", "drfc/template-run.env", "drfc/template-system.env"]
needs_shared = pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference is not beside this checkout")


@pytest.mark.parametrize("name", KEYS)
def test_every_key_is_described(name: str) -> None:
    one = KEYS[name]
    assert one.name == name
    assert one.file in (RUN, SYSTEM)
    assert one.group
    assert one.kind in ("choice", "switch", "number", "text", "track")
    assert len(one.help) > 20
    assert one.help.endswith(".")
    assert "  " not in one.help
    assert bool(one.choices) == (one.kind in ("choice", "switch"))
    assert key_summary(one)
    if one.default:
        assert value_problem(one, one.default) is None
    if one.minimum is not None and one.maximum is not None:
        assert one.minimum < one.maximum


def test_groups_hold_every_key_once_in_order() -> None:
    listed = [key.name for file in (RUN, SYSTEM) for keys in groups(file).values() for key in keys]
    assert listed == list(KEYS)


def test_retired_names_lead_to_names_that_are_read() -> None:
    for name, retired in RETIRED.items():
        for instead in re.findall(r"[A-Z][A-Z0-9_]{3,}", retired.instead):
            assert instead in KEYS
            assert instead not in RETIRED
        assert retired.fix.endswith(".")
        assert name not in SCRIPT_KEYS


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
    ],
)
def test_values_are_judged(name: str, value: str, part: str | None) -> None:
    problem = value_problem(KEYS[name], value)
    if part is None:
        assert problem is None
    else:
        assert problem is not None
        assert part in problem


def test_the_page_of_keys_is_up_to_date() -> None:
    assert (ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == keys_page()


def test_the_page_has_every_key() -> None:
    page = keys_page()
    for name in KEYS:
        assert page.count(f"\n**{name}** · ") == 1
