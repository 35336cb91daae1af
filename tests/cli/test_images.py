"""The command `image` on the loopback AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dots_tui.aws import baking, images
from dots_tui.aws.session import Aws
from dots_tui.cli import images as commands
from dots_tui.cli import main
from dots_tui.demo.aws import LoopbackAws
from dots_tui.demo.builder import EmbeddedBuilder, is_builder
from tests.cloud import aws, base, cloud, server, shared

__all__ = ["aws", "base", "cloud", "server", "shared"]
POLL_S = 0.01


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOTS_TUI_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _builders(cloud: LoopbackAws) -> Iterator[None]:
    def built(instance_id: str, stack: str, parameters: dict[str, str]) -> None:
        if is_builder(parameters):
            EmbeddedBuilder(instance_id, stack, parameters, cloud.url, pause_s=0.0).build()

    cloud.on_instance = built
    yield
    cloud.on_instance = None


def _document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_an_image_is_baked_listed_copied_and_deleted(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.bake(yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    captured = capsys.readouterr()
    made = json.loads(captured.out)
    assert made["image"].startswith("ami-")
    assert "at most" in captured.err
    assert "USD a month" in captured.err

    assert main(["image", "list", "--json"]) == 0
    listed = _document(capsys)
    assert listed["images"][0]["id"] == made["image"]
    assert [one["kind"] for one in listed["images"]] == ["private", "community", "community"]
    assert listed["builders"] == []

    assert commands.copy(region="eu-central-1", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    copied = _document(capsys)
    assert copied["copy"].startswith("ami-")
    assert len(images.private_images(aws.in_region("eu-central-1"))) == 1

    assert commands.delete(image=made["name"], yes=True, as_json=True, aws=aws) == 0
    assert _document(capsys)["image"] == made["image"]
    assert images.private_images(aws) == []


def test_nothing_is_made_without_a_yes(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "bake", "--json"]) == 2
    assert _document(capsys)["image"] is None
    assert baking.builders(aws) == []
    assert images.private_images(aws) == []


def test_what_is_missing_is_wrong_use_or_a_problem_in_words(
    aws: Aws, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["image", "copy", "--yes"]) == 2
    assert main(["image", "delete", "--yes"]) == 2
    assert main(["image", "delete", "ami-0123456789abcdef0", "--yes"]) == 1
    assert "no private image ami-0123456789abcdef0" in capsys.readouterr().err
    assert main(["image", "bake", "--base", "nobody", "--yes"]) == 1
    assert "There is no base stack nobody" in capsys.readouterr().err


def test_which_base_stack_has_to_be_said_when_there_is_none(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "bake", "--yes"]) == 1
    assert "There is no base stack in us-east-1" in capsys.readouterr().err


def test_read_only_mode_lists_and_does_not_bake(
    aws: Aws, base: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOTS_TUI_READ_ONLY", "1")
    assert main(["image", "list"]) == 0
    assert "community" in capsys.readouterr().out
    assert main(["image", "bake", "--yes"]) == 1
    assert "read-only" in capsys.readouterr().err


def test_cleaning_without_leftovers_says_so(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "clean", "--json"]) == 0
    assert _document(capsys) == {"deleted": []}
