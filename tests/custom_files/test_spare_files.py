"""Templates in the place of files, and JSON files that lie ready: checked as what they stand for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest

from dots_tui.custom_files.check import check, read_all
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import CustomFiles, FolderProblem
from dots_tui.custom_files.spare_files import check_folder

Changer = Callable[[Mapping[str, Any]], "dict[str, bytes]"]

TEMPLATES = {"run.env": "template-run.env", "system.env": "template-system.env"}
RANGES = {"steering_angle": {"high": 30, "low": -30}, "speed": {"high": 2, "low": 1}}
SAC = {
    "training_algorithm": "sac",
    "action_space_type": "continuous",
    "action_space": RANGES,
    "sensor": ["FRONT_FACING_CAMERA"],
    "version": "5",
}


def checked(folder: Path, sources: Mapping[str, bytes]) -> list[Finding]:
    for name, data in sources.items():
        (folder / name).write_bytes(data)
    files = CustomFiles.open(folder, templates=True)
    return check_folder(files, *read_all(files))


def table(findings: list[Finding]) -> list[tuple[str, int, str, str]]:
    return [(finding.file, finding.line, finding.severity, finding.code) for finding in findings]


def as_templates(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    return {TEMPLATES.get(name, name): data for name, data in sources.items()}


def test_a_folder_without_any_is_checked_as_ever(tmp_path: Path, run_files: dict[str, bytes]) -> None:
    assert checked(tmp_path, {**run_files, "notes.txt": b"x", "model_metadata.txt": b"x"}) == []


def test_templates_are_read_as_the_files_they_become(tmp_path: Path, run_files: dict[str, bytes]) -> None:
    findings = checked(tmp_path, as_templates(run_files))
    assert table(findings) == [
        ("template-run.env", 0, "info", "template-file"),
        ("template-system.env", 0, "info", "template-file"),
    ]
    assert "There is no run.env" in findings[0].message


def test_what_is_wrong_with_a_template_is_said_under_its_name(tmp_path: Path, change_run: Changer) -> None:
    sources = change_run({"run.env": b"DR_CAR_NAME=a\n", "system.env": "DR_CAR_NAME=b\nMY_OWN=<TO_FILL>\n"})
    findings = [finding for finding in checked(tmp_path, as_templates(sources)) if finding.code != "template-file"]
    assert {finding.file for finding in findings} == set(TEMPLATES.values())
    said = " ".join(f"{finding.message} {finding.advice}" for finding in findings)
    assert "template-run.env sets DR_CAR_NAME" in said
    assert said.replace("template-", "").count("run.env") == said.count("template-run.env")
    assert ("template-system.env", "placeholder") in {(finding.file, finding.code) for finding in findings}


def test_the_workers_template_is_looked_into_although_no_run_uses_it(
    tmp_path: Path, run_files: dict[str, bytes]
) -> None:
    sources = {**as_templates(run_files), "template-worker.env": b"DR_WORLD_NAME=Monako\n\n"}
    findings = [one for one in table(checked(tmp_path, sources)) if one[0] == "template-worker.env"]
    assert findings == [
        ("template-worker.env", 1, "error", "unknown-track"),
        ("template-worker.env", 2, "error", "worker-line"),
    ]


@pytest.mark.parametrize("there", ["run.env", "system.env"])
def test_beside_a_real_file_a_template_stands_for_nothing(
    tmp_path: Path, run_files: dict[str, bytes], there: str
) -> None:
    sources = {name: data for name, data in run_files.items() if name == there or name not in TEMPLATES}
    findings = checked(tmp_path, {**sources, "template-run.env": b"A=(\n", "template-system.env": b"A=(\n"})
    assert ("missing-file", ({*TEMPLATES} - {there}).pop()) in {(one.code, one.file) for one in findings}
    assert not {one.file for one in findings} & set(TEMPLATES.values())


def test_a_launch_never_takes_a_template_for_the_file(tmp_path: Path, run_files: dict[str, bytes]) -> None:
    checked(tmp_path, as_templates(run_files))
    missing = [finding.file for finding in check(CustomFiles.open(tmp_path)) if finding.code == "missing-file"]
    assert missing == ["run.env", "system.env"]


def test_a_folder_of_templates_alone_is_one_to_check_only(tmp_path: Path) -> None:
    (tmp_path / "template-run.env").write_bytes(b"DR_WORLD_NAME=Monaco\n")
    CustomFiles.open(tmp_path, templates=True)
    with pytest.raises(FolderProblem, match="no custom files"):
        CustomFiles.open(tmp_path)


def test_what_lies_ready_is_checked_and_warned_of(tmp_path: Path, run_files: dict[str, bytes]) -> None:
    sources = {
        **run_files,
        "model_metadata_cont.json": json.dumps({**SAC, "training_algorithm": "clipped_ppo"}).encode(),
        "model_metadata-old.json": json.dumps({**SAC, "action_space": []}).encode(),
        "hyperparameters_2.json": b'{"lr": }',
    }
    assert {(one.file, one.severity, one.code) for one in checked(tmp_path, sources)} == {
        ("hyperparameters_2.json", "warning", "broken-json"),
        ("model_metadata-old.json", "warning", "action-space"),
    }


def test_hyperparameters_are_judged_with_the_metadata_that_go_with_them(
    tmp_path: Path, run_files: dict[str, bytes]
) -> None:
    sac = b'{"exploration_type": "additive_noise", "num_episodes_between_training": 1}'
    assert checked(tmp_path, {**run_files, "hyperparameters_sac.json": sac}) == []
    assert checked(tmp_path, {"model_metadata_sac.json": json.dumps(SAC).encode()}) == []
    ppo = json.dumps({**SAC, "training_algorithm": "clipped_ppo"}).encode()
    assert table(checked(tmp_path, {"model_metadata_sac.json": ppo})) == [
        ("hyperparameters_sac.json", 1, "warning", "unknown-choice")
    ]


def test_a_spare_file_that_cannot_be_read_is_a_warning(tmp_path: Path, run_files: dict[str, bytes]) -> None:
    (tmp_path / "model_metadata_sac.json").mkdir()
    assert table(checked(tmp_path, run_files)) == [("model_metadata_sac.json", 0, "warning", "unreadable-file")]
