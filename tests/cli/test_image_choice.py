"""`--image` and `--subnet` of plan and launch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dots_tui.cli import main
from dots_tui.custom_files.folder import CustomFiles
from tests.cloud import aws, base, cloud, files, server, shared

__all__ = ["aws", "base", "cloud", "files", "server", "shared"]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOTS_TUI_HOME", str(tmp_path / "home"))


def _plan(files: CustomFiles, *more: str) -> int:
    return main(["plan", str(files.root), "--base", "base", "--name", "run-1", "--standard", "--json", *more])


def test_from_scratch_is_planned_with_a_larger_disk(
    base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _plan(files, "--image", "scratch") == 0
    planned = json.loads(capsys.readouterr().out)["plan"]
    assert planned["image_kind"] == "scratch"
    assert planned["parameters"]["Setup"] == "scratch"


def test_what_is_no_image_is_wrong_use(base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]) -> None:
    assert _plan(files, "--image", "newest") == 2
    assert "is not an image" in capsys.readouterr().err


def test_a_subnet_that_is_not_there_is_in_the_way(
    base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _plan(files, "--subnet", "subnet-0123456789abcdef0") == 1
    told = json.loads(capsys.readouterr().out)["plan"]["checks"]
    assert [one["code"] for one in told if one["severity"] == "error"] == ["no-subnet"]
