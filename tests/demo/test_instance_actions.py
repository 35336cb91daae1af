"""The actions the Training pane offers, on the embedded instance: the very lines that are sent to a real one."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from dots_tui.demo.instance import EmbeddedInstance
from dots_tui.demo.instance_actions import answer
from dots_tui.demo.ssh_host import Writer
from dots_tui.monitor.actions import EVALUATE, SAVE, STOP
from tests.demo.test_docker_engine import Screen


@pytest.fixture
def instance(tmp_path: Path) -> EmbeddedInstance:
    return EmbeddedInstance("i-1", "run-1", {"BUCKET": "b"}, "http://127.0.0.1:1", tmp_path)


def ask(instance: EmbeddedInstance, command: str) -> tuple[int, str]:
    screen = Screen()
    status = answer(instance, command, cast("Writer", screen))
    return status, (screen.out + screen.errors).decode()


def test_saving_copies_the_model_to_the_upload_prefix(
    instance: EmbeddedInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "i-1" / "model").mkdir(parents=True)
    (tmp_path / "i-1" / "run.env").write_text("DR_UPLOAD_S3_PREFIX=kept/first\n")
    (tmp_path / "i-1" / "model" / "1_Step-9.ckpt").write_bytes(b"weights")
    uploaded: list[tuple[str, str]] = []

    class S3:
        def upload_file(self, path: str, bucket: str, key: str) -> None:
            uploaded.append((bucket, key))

    monkeypatch.setattr(instance, "_client", lambda service: S3())
    assert ask(instance, SAVE.command) == (0, "Model and checkpoints copied to s3://b/kept/first/\n")
    assert uploaded == [("b", "kept/first/model/1_Step-9.ckpt")]


def test_stopping_ends_the_training(instance: EmbeddedInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(instance, "end_training", lambda: ended.append(True))
    assert ask(instance, STOP.command) == (0, "Training stopped.\n")
    assert ended == [True]


def test_what_the_embedded_cloud_cannot_do_is_said(instance: EmbeddedInstance) -> None:
    status, said = ask(instance, EVALUATE.command)
    assert status == 127
    assert "dr-start-evaluation" in said
    assert "an instance on AWS can" in said


def test_other_commands_are_dockers(instance: EmbeddedInstance) -> None:
    assert ask(instance, "docker ps -a --no-trunc --format '{{json .}}'") == (0, "")
    assert ask(instance, "nvidia-smi") == (127, "sh: nvidia-smi: command not found\n")
