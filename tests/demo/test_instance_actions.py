"""The actions the Training pane offers, on the embedded instance: the very lines that are sent to a real one."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from dots_tui.app.runs import actions, restart
from dots_tui.app.runs.actions import EVALUATE, RESTART, SAVE, STOP, InstanceAction
from dots_tui.app.runs.restart import PLACE
from dots_tui.custom_files.model_names import following_names
from dots_tui.demo.checkpoints import load_checkpoint
from dots_tui.demo.instance import EmbeddedInstance
from dots_tui.demo.instance_actions import answer
from dots_tui.demo.model_uploads import ModelUploads
from dots_tui.demo.ssh_host import Writer
from dots_tui.remote.gauges import COMMAND
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState
from tests.demo.test_docker_engine import Screen
from tests.demo.test_trainer_process import write_files
from tests.system.conftest import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def test_it_says_where_the_model_goes(instance: EmbeddedInstance, tmp_path: Path) -> None:
    (tmp_path / "i-1").mkdir()
    (tmp_path / "i-1" / "run.env").write_text("DR_LOCAL_S3_MODEL_PREFIX=training/run-2/\n")
    assert ask(instance, PLACE.command) == (0, "training/run-2\n")


ALL_ACTIONS = {
    one.id: one for module in (actions, restart) for one in vars(module).values() if isinstance(one, InstanceAction)
}


@pytest.mark.parametrize("name", sorted(ALL_ACTIONS))
def test_every_line_that_is_sent_is_understood(
    instance: EmbeddedInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "i-1").mkdir()
    (tmp_path / "i-1" / "run.env").write_text("DR_LOCAL_S3_MODEL_PREFIX=training/run-2\n")
    done: list[str] = []

    def note(method: str) -> str:
        done.append(method)
        return "models/run-3"

    for method in ("save_model", "restart", "evaluate", "end_training"):
        monkeypatch.setattr(instance, method, partial(note, method))
    status, said = ask(instance, ALL_ACTIONS[name].command)
    assert (status, "sh:" in said) == (0, False)
    expected = {"save": "save_model", "restart": "restart", "evaluate": "evaluate", "stop": "end_training"}
    assert done == ([expected[name]] if name in expected else [])
    assert name in expected or said == "training/run-2\n"


def test_new_files_of_the_model_are_copied_once(tmp_path: Path) -> None:
    uploaded: list[str] = []

    class S3:
        def upload_file(self, path: str, bucket: str, key: str) -> None:
            uploaded.append(key)

    uploads = ModelUploads(tmp_path, "b", S3)
    (tmp_path / "1_Step-9.ckpt").write_bytes(b"weights")
    uploads.new("run-1")
    uploads.new("run-1")
    assert uploaded == ["run-1/model/1_Step-9.ckpt"]
    (tmp_path / "2_Step-18.ckpt").write_bytes(b"weights")
    uploads.new("run-1")
    assert uploaded[1:] == ["run-1/model/2_Step-18.ckpt"]
    uploads.all("kept")
    assert uploaded[2:] == ["kept/model/1_Step-9.ckpt", "kept/model/2_Step-18.ckpt"]


def test_stopping_ends_the_training(instance: EmbeddedInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(instance, "end_training", lambda: ended.append(True))
    assert ask(instance, STOP.command) == (0, "Training stopped.\n")
    assert ended == [True]


@pytest.fixture
def trained(instance: EmbeddedInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedInstance]:
    """An instance on which a training has saved checkpoints. Nothing goes to a bucket."""
    folder = write_files(tmp_path / "i-1")
    with (folder / "run.env").open("a") as env:
        env.write("DR_LOCAL_S3_MODEL_PREFIX=models/first-9\nDR_EVAL_NUMBER_OF_TRIALS=2\n")
    arguments = [str(folder), "--seed", "4", "--speed", "0", "--iterations", "2"]
    subprocess.run([sys.executable, "-m", "dots_tui.demo.trainer", *arguments], check=True, capture_output=True)
    monkeypatch.setattr(instance, "_client", lambda service: Bucket())
    yield instance
    instance.power_off()


class Bucket:
    """Takes everything."""

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        assert Path(path).is_file()

    def put_object(self, **_: object) -> None:
        """An object."""


def log_of(instance: EmbeddedInstance, part: str) -> str:
    return "".join(one.text() for one in instance.engine.containers() if part in one.name)


def test_a_restart_replaces_the_containers_and_goes_on_with_what_was_learned(
    trained: EmbeddedInstance, tmp_path: Path
) -> None:
    last = load_checkpoint(tmp_path / "i-1" / "model", "last")
    old = trained.engine.create("deepracer-0-robomaker-1")
    status, said = ask(trained, RESTART.command)
    assert (status, said.splitlines()[-1]) == (0, "Training of models/first-10 started from the last checkpoint.")
    wait_until(lambda: "Checkpoint> Saving" in log_of(trained, "-algo-"), "the trainer saves its first checkpoint")
    assert f"pretrained_checkpoint_sagemaker/agent/{last.name}" in log_of(trained, "-algo-")
    first = load_checkpoint(tmp_path / "i-1" / "model", "last")
    assert first.policy == last.policy
    assert trained.engine.find(old.id) is None
    assert "@prefix\nmodels/first-10\n" in ask(trained, COMMAND)[1]


def test_an_evaluation_drives_a_copy_of_the_model_beside_the_training(trained: EmbeddedInstance) -> None:
    status, said = ask(trained, EVALUATE.command)
    assert (status, said) == (0, "Evaluation of models/first-9-E started.\n")
    wait_until(lambda: "Evaluation job complete" in log_of(trained, "deepracer-eval-0-robomaker-1"), "it ends", 60)
    run = RunState(0)
    parser = Parser()
    for record in parser.feed(log_of(trained, "deepracer-eval-").encode()) + parser.close():
        run.apply("deepracer-eval-0-robomaker-1", record, 0.0)
    [evaluation] = run.snapshot(0.0).evaluations
    assert evaluation.episodes_seen == 2


def test_an_evaluation_without_a_checkpoint_fails_as_a_real_one_does(trained: EmbeddedInstance, tmp_path: Path) -> None:
    for path in (tmp_path / "i-1" / "model").glob("*"):
        path.unlink()
    assert ask(trained, EVALUATE.command)[0] == 0
    wait_until(lambda: "FAULT_CODE: 61" in log_of(trained, "deepracer-eval-"), "the fault is in its log")


def test_without_custom_files_it_is_said(instance: EmbeddedInstance) -> None:
    status, said = ask(instance, RESTART.command)
    assert status == 1
    assert "i-1" in said


@pytest.mark.parametrize(
    ("prefix", "following"), [("a", "a-1"), ("a-1", "a-2"), ("models/run9", "models/run10"), ("b-3-x", "b-3-x-1")]
)
def test_the_next_models_prefix(prefix: str, following: str) -> None:
    assert next(following_names(prefix)) == following


def test_other_commands_are_dockers(instance: EmbeddedInstance) -> None:
    assert ask(instance, "docker ps -a --no-trunc --format '{{json .}}'") == (0, "")
    assert ask(instance, "nvidia-smi") == (127, "sh: nvidia-smi: command not found\n")
