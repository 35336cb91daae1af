"""The check as a whole: on a folder, on the shipped files, and on anything at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.check import check, check_sources, read_all
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.findings import SEVERITIES
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.custom_files.spare_files import check_folder

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "config"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not beside this checkout")

NAMES = ["run.env", "system.env", "worker-2.env", "hyperparameters.json", "model_metadata.json", "reward_function.py"]
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_hyper_keys = st.sampled_from(["lr", "num_epochs", "num_episodes_between_training", "exploration_type", "loss_type"])
_meta_keys = st.sampled_from(
    ["action_space", "action_space_type", "training_algorithm", "sensor", "neural_network", "version", "lidar_config"]
)
_space = st.dictionaries(st.sampled_from(["steering_angle", "speed", "high", "low"]), _json, max_size=3)
_words = st.sampled_from(
    ["True", "False", "1", "0", "999999999", "-1", "nan", "1e999", "9" * 5000, "", "a", "$DR_X", '"', "0.5,1;"]
)


def write(folder: Path, sources: Mapping[str, bytes]) -> CustomFiles:
    for name, data in sources.items():
        (folder / name).write_bytes(data)
    return CustomFiles.open(folder)


def test_a_folder_is_checked_like_its_sources(
    tmp_path: Path, change_run: Callable[[Mapping[str, Any]], dict[str, bytes]]
) -> None:
    sources = change_run({"run.env": "DR_X = 1\n", "reward_function.py": None})
    findings = check(write(tmp_path, sources))
    assert findings == check_sources(sources)
    assert [finding.code for finding in findings] == ["spaces-around-equals", "unknown-key", "missing-file"]


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path, run_files: dict[str, bytes]) -> None:
    files = write(tmp_path, run_files)
    (tmp_path / "reward_function.py").unlink()
    (tmp_path / "reward_function.py").mkdir()
    (finding,) = check(files)
    assert (finding.file, finding.line, finding.severity, finding.code) == (
        "reward_function.py",
        0,
        "error",
        "unreadable-file",
    )
    assert "is a folder, not a file" in finding.message


def test_names_that_are_no_runs_are_passed_over(run_files: dict[str, bytes]) -> None:
    assert check_sources({**run_files, "notes.txt": b"\0", "other.env": b"x = y"}) == []


def test_nothing_at_all_is_five_missing_files() -> None:
    assert [finding.code for finding in check_sources({})] == ["missing-file"] * 5


@given(st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=100), max_size=6))
@example({"reward_function.py": b"# coding: hex\n"})
@example({"reward_function.py": b"# coding: no_such\n"})
@example({"model_metadata.json": b'{"version": 1e999, "action_space": [{"speed": NaN, "steering_angle": Infinity}]}'})
@example({"hyperparameters.json": b'{"num_episodes_between_training": 1e999, "lr": ' + b"9" * 5000 + b"}"})
@example({"hyperparameters.json": b'{"num_episodes_between_training": [1], "exploration_type": {}}'})
def test_any_bytes_can_be_checked(sources: dict[str, bytes]) -> None:
    for finding in check_sources(sources):
        assert finding.severity in SEVERITIES
        assert finding.message.isprintable()
        json.dumps(finding.message)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(KEYS)), _words, max_size=8), st.dictionaries(_hyper_keys, _json))
def test_any_values_can_be_checked(values: dict[str, str], hyperparameters: dict[str, Any]) -> None:
    text = "".join(f"{key}={value}\n" for key, value in values.items()).encode()
    sources = {"run.env": text, "worker-2.env": text, "system.env": b"DR_TRAIN_MULTI_CONFIG=True\nDR_WORKERS=2\n"}
    sources["hyperparameters.json"] = json.dumps(hyperparameters).encode()
    for finding in check_sources(sources):
        assert finding.message.isprintable()


@settings(max_examples=60)
@given(st.dictionaries(_meta_keys, _json | _space | st.lists(_space, max_size=3), max_size=7))
def test_any_metadata_can_be_checked(metadata: dict[str, Any]) -> None:
    for finding in check_sources({"model_metadata.json": json.dumps(metadata).encode()}):
        assert finding.message.isprintable()


EXPECTED: dict[str, list[tuple[str, int, str, str]]] = {
    "dots": [
        ("run.env", 16, "info", "deprecated-key"),
        ("run.env", 62, "info", "no-final-newline"),
        ("system.env", 5, "info", "deprecated-key"),
        ("system.env", 10, "info", "deprecated-key"),
        ("reward_function.py", 0, "error", "missing-file"),
    ],
    "dots/multitrack-example": [
        ("run.env", 16, "info", "deprecated-key"),
        ("run.env", 63, "info", "deprecated-key"),
        ("system.env", 5, "info", "deprecated-key"),
        ("system.env", 10, "info", "deprecated-key"),
        ("worker-2.env", 1, "info", "ignored-in-worker-file"),
        ("reward_function.py", 0, "error", "missing-file"),
    ],
    "dots/sac-example": [
        ("run.env", 16, "info", "deprecated-key"),
        ("run.env", 62, "info", "no-final-newline"),
        ("system.env", 5, "info", "deprecated-key"),
        ("system.env", 10, "info", "deprecated-key"),
        ("reward_function.py", 0, "error", "missing-file"),
    ],
    "drfc": [
        ("template-run.env", 0, "info", "template-file"),
        ("template-run.env", 14, "info", "deprecated-key"),
        ("template-run.env", 62, "info", "no-final-newline"),
        ("template-system.env", 0, "info", "template-file"),
        *(("template-system.env", line, "error", "placeholder") for line in (1, 2, 4, 6, 14, 23)),
        ("reward_function.py", 0, "error", "missing-file"),
    ],
    "racer": [
        ("run.env", 2, "warning", "inline-comment"),
        ("run.env", 3, "info", "commented-duplicate"),
        ("run.env", 4, "warning", "inline-comment"),
        ("run.env", 14, "info", "deprecated-key"),
        ("run.env", 30, "warning", "inline-comment"),
        ("run.env", 31, "warning", "inline-comment"),
        ("system.env", 0, "error", "missing-key"),
        ("system.env", 0, "error", "missing-key"),
        ("system.env", 5, "info", "deprecated-key"),
        ("system.env", 10, "info", "deprecated-key"),
        ("system.env", 11, "warning", "deprecated-key"),
        ("system.env", 12, "warning", "deprecated-key"),
        ("system.env", 14, "warning", "deprecated-key"),
        ("system.env", 15, "warning", "inline-comment"),
        ("hyperparameters.json", 0, "error", "missing-file"),
        ("model_metadata.json", 0, "error", "missing-file"),
        ("reward_function.py", 0, "error", "missing-file"),
    ],
}
"""All that is wrong with each sample folder: read line by line against the readers, not taken from the output."""


@needs_samples
@pytest.mark.parametrize("folder", EXPECTED)
def test_what_is_wrong_with_files_of_the_world_is_said_and_nothing_else(folder: str) -> None:
    files = CustomFiles.open(SAMPLES / folder, templates=True)
    findings = check_folder(files, *read_all(files))
    assert [(one.file, one.line, one.severity, one.code) for one in findings] == EXPECTED[folder]


@needs_samples
def test_keys_the_racer_lacks_are_named() -> None:
    missing = {one.key for one in check(CustomFiles.open(SAMPLES / "racer")) if one.code == "missing-key"}
    assert missing == {"DR_SIMAPP_SOURCE", "DR_SIMAPP_VERSION"}


FORMS = SAMPLES.parent / "env-forms.json"
AGREED = {"no-final-newline"}
"""Findings about a form all readers agree on; a program that appends a key would not."""
TOLERATED = {
    "commented duplicate (#KEY=)",
    "$VAR unbraced, defined above",
    "${VAR} braced, defined above",
    "$VAR-suffix unbraced",
    "${VAR:-default}",
    "semicolon double-quoted",
    "semicolon single-quoted",
}
"""Forms readers disagree about that a run cannot do without, or whose keys no such reader looks at."""


def forms() -> list[Any]:
    if not FORMS.is_file():
        return []
    return [pytest.param(form, id=form["case"]) for form in json.loads(FORMS.read_text(encoding="utf-8"))["cases"]]


@needs_samples
@pytest.mark.parametrize("form", forms())
def test_a_form_has_a_finding_when_readers_disagree(run_files: dict[str, bytes], form: dict[str, Any]) -> None:
    text = form["text"].encode()
    data = text if form["text"].startswith("\ufeff") else run_files["run.env"] + text
    own = [f for f in check_sources({**run_files, "run.env": data}) if f.code not in ("unknown-key", "missing-key")]
    readings = {form["source"], form["drfc"], form["dotenv"], form["menu"], (form["awk"] or "").rstrip("\n")}
    agree = len(readings) == 1 and not (form["drfc_extra"] or form["source_err"] or form["drfc_err"])
    if agree or form["case"] in TOLERATED:
        assert {finding.code for finding in own} <= AGREED
    else:
        assert own
    if all(finding.severity != "error" and finding.code != "tilde" for finding in own):
        assert expand([EnvFile.parse(data)]).get("DR_X") == form["source"]
