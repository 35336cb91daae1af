"""The commands for models, printed and as JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.models import cleanup_plan
from dots_tui.cli import main
from tests import bucket_models
from tests.cloud import aws, base, cloud, files, server, shared

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.aws.session import Aws
    from dots_tui.custom_files.folder import CustomFiles

__all__ = ["aws", "base", "cloud", "files", "server", "shared"]


@pytest.fixture
def bucket(aws: Aws, base: str) -> str:
    return bucket_models.bucket_of(aws, base)


def test_list(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-2", parent="t/run-1", lap_s=9.25))
    assert main(["models"]) == 0
    heading, first, second, total = capsys.readouterr().out.splitlines()
    assert heading.split()[:2] == ["MODEL", "TRACK"]
    assert first.startswith("run-1 ")
    assert second.startswith("└ run-2")
    assert "9.25 s" in second
    assert total.startswith("2 models")


def test_list_as_json(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-2", checkpoints=(3, 4), parent="t/run-1", best=9))
    assert main(["models", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    [model] = document["models"]
    assert (model["prefix"], model["bucket"]) == ("t/run-2", bucket)
    assert model["parent"] == {"prefix": "t/run-1", "checkpoint": "last", "segment": False}
    assert model["missing"] == ["9_Step-3600.ckpt"]
    assert [one["number"] for one in model["checkpoints"]] == [3, 4]


def test_no_models_says_what_makes_one(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert f"There are no models in {bucket}" in capsys.readouterr().out


def test_one_model(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2), best=1))
    assert main(["models", "run-1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"s3://{bucket}/t/run-1/"
    assert [line.split()[-1] for line in lines if line.startswith(("1 ", "2 "))] == ["best", "last"]


def test_name_is_compared_whole(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    for prefix in ("t/run-10", "u/run-11"):
        bucket_models.put(bucket, bucket_models.model(prefix))
    assert main(["models", "run-1"]) == 1
    assert "There is no model run-1" in capsys.readouterr().err
    assert main(["models", "run-10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["prefix"] == "t/run-10"


def test_ambiguous_name(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    for prefix in ("t/run-1", "u/run-1"):
        bucket_models.put(bucket, bucket_models.model(prefix))
    assert main(["models", "run-1"]) == 1
    assert "2 models are called run-1" in capsys.readouterr().err
    assert main(["models", "u/run-1"]) == 0


def test_continue_writes_the_env_files(
    bucket: str, files: CustomFiles, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_models.put(bucket, bucket_models.model("training/reInvent2019_track/run-1", checkpoints=(1, 2), best=1))
    monkeypatch.chdir(files.root)
    assert main(["continue", "run-1", "--checkpoint", "best", "--as", "fast-1", "--yes", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["model"] == "training/reInvent2019_track/fast-1"
    assert (document["parent"], document["checkpoint"]) == ("training/reInvent2019_track/run-1", "1_Step-400.ckpt")
    values = files.values()
    assert values["DR_LOCAL_S3_MODEL_PREFIX"] == document["model"]
    assert values["DR_LOCAL_S3_PRETRAINED_CHECKPOINT"] == "best"


def test_continue_refuses_and_leaves_the_files(
    bucket: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2), best=9))
    before = {name: files.read(name) for name in files.names()}
    assert main(["continue", "run-1", str(files.root), "--checkpoint", "best", "--yes"]) == 1
    assert "is not complete in the bucket" in capsys.readouterr().err
    assert main(["continue", "run-2", str(files.root), "--yes"]) == 1
    assert main(["continue", "run-1", str(files.root / "none"), "--yes"]) == 2
    assert {name: files.read(name) for name in files.names()} == before


def test_download_and_upload(
    bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2)))
    assert main(["download", "run-1", str(tmp_path), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"folder": str(tmp_path / "run-1"), "model": f"s3://{bucket}/t/run-1/"}
    assert "verified" in captured.err
    assert main(["download", "run-1", str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    assert main(["upload", "run-1", "--as", "t/copy-1", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"model": f"s3://{bucket}/t/copy-1/"}
    assert main(["upload", str(tmp_path), "--yes"]) == 1
    assert "is no model" in capsys.readouterr().err


def test_prune(bucket: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2, 3)))
    assert main(["prune", "run-1", "--yes"]) == 1
    assert "may still be training" in capsys.readouterr().err
    monkeypatch.setattr(cleanup_plan, "QUIET", timedelta(0))
    assert main(["prune", "run-1"]) == 2
    assert "no terminal to ask" in capsys.readouterr().err
    assert main(["prune", "run-1", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"model": f"s3://{bucket}/t/run-1/", "deleted": 6}
    assert main(["prune", "run-1", "--whole-model", "--yes"]) == 0
    assert main(["prune", "run-1", "--yes"]) == 1
    assert "There is no model run-1" in capsys.readouterr().err


def test_read_only_mode_refuses_prune(
    bucket: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    monkeypatch.setenv("DOTS_TUI_READ_ONLY", "1")
    assert main(["prune", "run-1", "--yes"]) == 1
    assert "read-only" in capsys.readouterr().err
