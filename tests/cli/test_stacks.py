"""The commands for stacks, as a script or a user at a terminal meets them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dots_tui.aws.launch_plan import LaunchChoices
from dots_tui.aws.session import Aws
from dots_tui.cli import base as base_command
from dots_tui.cli import launch, main, stack_list, stacks
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.training.record_text import record_text
from dots_tui.training.run_record import RunRecord

POLL_S = 0.01
RUN_ENV = """\
DR_RUN_ID=0
DR_WORLD_NAME=reInvent2019_track
DR_RACE_TYPE=TIME_TRIAL
DR_CAR_NAME=Tester
DR_LOCAL_S3_MODEL_PREFIX=training/run-1
DR_LOCAL_S3_PRETRAINED=False
DR_LOCAL_S3_CUSTOM_FILES_PREFIX=custom_files
DR_LOCAL_S3_MODEL_METADATA_KEY=$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/model_metadata.json
DR_LOCAL_S3_HYPERPARAMETERS_KEY=$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/hyperparameters.json
DR_LOCAL_S3_REWARD_KEY=$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/reward_function.py
DR_LOCAL_S3_METRICS_PREFIX=$DR_LOCAL_S3_MODEL_PREFIX/metrics
DR_UPLOAD_S3_PREFIX=upload/run-1
"""
SYSTEM_ENV = """\
DR_CLOUD=aws
DR_AWS_APP_REGION=$DEEPRACER_REGION
DR_UPLOAD_S3_PROFILE=default
DR_UPLOAD_S3_BUCKET=$DEEPRACER_S3_URI
DR_LOCAL_S3_BUCKET=$DEEPRACER_S3_URI
DR_LOCAL_S3_PROFILE=default
DR_SIMAPP_SOURCE=awsdeepracercommunity/deepracer-simapp
DR_SIMAPP_VERSION=5.3.3-gpu
DR_WORKERS=1
DR_DOCKER_STYLE=swarm
"""
OTHERS = {
    "hyperparameters.json": '{"batch_size": 64, "num_episodes_between_training": 20}\n',
    "model_metadata.json": '{"action_space": [{"steering_angle": 0, "speed": 1.0}, {"steering_angle": 9, "speed": 1}],'
    ' "sensor": ["FRONT_FACING_CAMERA"], "version": "5"}\n',
    "reward_function.py": "def reward_function(params):\n    return 1.0\n",
}


class Terminal(io.StringIO):
    """A standard input somebody types on."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackAws]:
    started = LoopbackAws(step=0.0).start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def shared(server: LoopbackAws) -> Aws:
    return Aws()


@pytest.fixture
def cloud(server: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> LoopbackAws:
    server.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return server


@pytest.fixture
def aws(cloud: LoopbackAws, shared: Aws) -> Aws:
    return shared


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"run.env": RUN_ENV, "system.env": SYSTEM_ENV, **OTHERS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def base(aws: Aws, capsys: pytest.CaptureFixture[str]) -> str:
    assert base_command.create(name="base", ip="203.0.113.7", yes=True, aws=aws, poll_s=POLL_S) == 0
    capsys.readouterr()
    return "base"


def _launch(aws: Aws, folder: Path | None, *, as_json: bool = False, yes: bool = True, **changed: Any) -> int:
    ttl, budget, templates = changed.pop("ttl", 60), changed.pop("budget", None), changed.pop("templates", None)
    choices = LaunchChoices(**{"base": "base", "name": "run-1", **changed})
    request = launch.LaunchRequest(folder, choices, ttl, budget, templates)
    return launch.launch(request, yes=yes, as_json=as_json, aws=aws, poll_s=POLL_S)


def _types(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer + "\n"))


# -- base create --------------------------------------------------------------------------------------


def test_a_base_stack_is_created_and_told_as_json(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert base_command.create(name="base", ip="203.0.113.7", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["stack"], document["status"]) == ("base", "CREATE_COMPLETE")
    assert document["outputs"]["Bucket"].startswith("base-bucket-")
    assert "203.0.113.7 only" in captured.err
    assert "10/10 CREATE_COMPLETE" in captured.err


def test_an_address_is_needed_and_has_to_be_one(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert base_command.create(name="base", ip=None, yes=True, aws=aws) == 2
    assert "--ip" in capsys.readouterr().err
    assert base_command.create(name="base", ip="somewhere", yes=True, aws=aws) == 2
    assert "not an IPv4 address" in capsys.readouterr().err


def test_without_a_terminal_and_without_yes_nothing_is_created(
    cloud: LoopbackAws, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert base_command.create(name="base", ip="203.0.113.7", aws=aws) == 2
    assert "--yes" in capsys.readouterr().err
    assert ("cloudformation", "CreateStack") not in cloud.calls


def test_at_a_terminal_it_asks(
    cloud: LoopbackAws, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _types(monkeypatch, "")
    assert base_command.create(name="base", ip="203.0.113.7", aws=aws, poll_s=POLL_S) == 1
    assert "Nothing was done" in capsys.readouterr().err
    assert ("cloudformation", "CreateStack") not in cloud.calls
    _types(monkeypatch, "y")
    assert base_command.create(name="base", ip="203.0.113.7", aws=aws, poll_s=POLL_S) == 0


def test_a_failure_is_told_with_its_cause(cloud: LoopbackAws, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.fail["SecurityGroup"] = "No default VPC for this user"
    assert base_command.create(name="base", ip="203.0.113.7", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 1
    captured = capsys.readouterr()
    problem = json.loads(captured.out)["problem"]
    assert problem["code"] == "create-failed"
    assert "No default VPC" in problem["what"]
    assert "create-default-vpc" in captured.err


# -- plan and launch ----------------------------------------------------------------------------------


def test_a_plan_is_told_and_nothing_done(
    cloud: LoopbackAws, aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.calls.clear()
    request = launch.LaunchRequest(folder, LaunchChoices(base, "run-1", instance_type="g5.2xlarge"), 60)
    code = launch.plan(request, as_json=True, aws=aws)
    captured = capsys.readouterr()
    document = json.loads(captured.out)["plan"]
    assert code == 0
    assert document["max_cost_usd"] > 1.212
    assert document["instance_type"] == "g5.2xlarge"
    assert "costs at most" in captured.err
    assert not {("s3", "PutObject"), ("cloudformation", "CreateStack")} & set(cloud.calls)


def test_a_launch_is_told_as_json(aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _launch(aws, folder, as_json=True) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["stack"], document["status"]) == ("run-1", "CREATE_COMPLETE")
    assert document["outputs"]["InstanceIP"] == "127.0.0.1"
    assert document["uploaded"] == [f"custom_files/{name}" for name in CustomFiles.open(folder).names()]
    assert document["plan"]["ttl_minutes"] == 60
    assert document["plan"]["max_cost_usd"] == pytest.approx(0.95)
    assert "3/3 CREATE_COMPLETE" in captured.err


def test_the_folder_is_found_from_here(
    aws: Aws, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.chdir(folder)
    assert _launch(aws, None) == 0


def test_a_folder_that_is_none(aws: Aws, base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _launch(aws, tmp_path / "nowhere") == 2
    assert "nowhere" in capsys.readouterr().err


def test_what_is_in_the_way_is_told_and_nothing_launched(
    cloud: LoopbackAws, aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.calls.clear()
    assert _launch(aws, folder, ttl=0, as_json=True) == 1
    captured = capsys.readouterr()
    assert "error: Without a time to live" in captured.err
    document = json.loads(captured.out)
    assert document["status"] is None
    assert document["uploaded"] == []
    assert document["plan"]["obstacles"][0]["code"] == "no-ttl"
    assert not {("s3", "PutObject"), ("cloudformation", "CreateStack")} & set(cloud.calls)


def test_a_launch_asks_at_a_terminal_and_refuses_without(
    cloud: LoopbackAws, aws: Aws, base: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.calls.clear()
    assert _launch(aws, folder, yes=False) == 2
    _types(monkeypatch, "no")
    assert _launch(aws, folder, yes=False) == 1
    assert not {("s3", "PutObject"), ("cloudformation", "CreateStack")} & set(cloud.calls)
    _types(monkeypatch, "yes")
    assert _launch(aws, folder, yes=False) == 0


def test_leaving_a_launch_says_that_it_goes_on(
    aws: Aws, base: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_arguments: object, **_rest: object) -> Iterator[Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr("dots_tui.aws.training_stack.launch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _launch(aws, folder)
    assert "dots-tui delete run-1" in capsys.readouterr().err


def test_a_reward_function_that_fails_is_refused_by_plan_and_launch(
    cloud: LoopbackAws, aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "reward_function.py").write_text("def reward_function(params):\n    return 1.0 / (params['steps'] * 0)\n")
    cloud.calls.clear()
    choices = ["--base", base, "--name", "run-1", "--standard"]
    assert main(["plan", str(folder), *choices]) == 1
    assert "line 2" in capsys.readouterr().out
    assert main(["launch", str(folder), *choices, "--yes", "--json"]) == 1
    captured = capsys.readouterr()
    assert "--even-so" in captured.err
    assert json.loads(captured.out)["plan"]["obstacles"][0]["code"] == "rehearsal-fault"
    assert ("cloudformation", "CreateStack") not in cloud.calls
    assert main(["launch", str(folder), *choices, "--yes", "--even-so"]) == 0


# -- stacks -------------------------------------------------------------------------------------------


def test_no_stacks(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert stack_list.list_stacks(aws=aws) == 0
    assert "dots-tui base create" in capsys.readouterr().out
    assert stack_list.list_stacks(as_json=True, aws=aws) == 0
    assert json.loads(capsys.readouterr().out) == {
        "stacks": [],
        "regions": {"us-east-1": {"stacks": 0, "problem": None}},
        "cut_short": [],
    }


def test_stacks_as_a_table_and_as_json(aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _launch(aws, folder) == 0
    capsys.readouterr()
    assert stack_list.list_stacks(aws=aws) == 0
    heading, training, other = capsys.readouterr().out.splitlines()
    assert heading.split() == ["NAME", "KIND", "STATUS", "MARKET", "TYPE", "ADDRESS", "ENDS", "PHASE"]
    assert training.split()[:6] == ["run-1", "training", "CREATE_COMPLETE", "standard", "g4dn.2xlarge", "127.0.0.1"]
    assert other.split() == ["base", "base", "CREATE_COMPLETE"]
    assert stack_list.list_stacks(as_json=True, aws=aws) == 0
    found = json.loads(capsys.readouterr().out)["stacks"]
    assert {"name", "status", "market", "instance_type", "instance_id", "ip", "created", "expires"} <= found[0].keys()
    assert found[0]["expires"].endswith("Z")
    assert found[1]["instance_id"] is None


def test_a_refusal_of_aws_is_told(cloud: LoopbackAws, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    message = "User: x is not authorized to perform: cloudformation:DescribeStacks"
    cloud.faults.append(Fault("cloudformation", "DescribeStacks", "AccessDenied", message, 403))
    assert stack_list.list_stacks(as_json=True, aws=aws) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["problem"]["code"] == "access-denied"
    assert "You are not allowed to: cloudformation:DescribeStacks." in captured.err
    assert "AWS said:" in captured.err


# -- stop and delete ----------------------------------------------------------------------------------


def test_a_training_is_stopped(
    cloud: LoopbackAws, aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _launch(aws, folder) == 0
    capsys.readouterr()

    def stop_script(_request: dict[str, Any]) -> None:
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = stop_script
    assert stacks.stop(name="run-1", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"stack": "run-1", "status": "DELETE_COMPLETE"}
    assert "STOP_REQUESTED" in captured.err


class Eye:
    """A run whose log mentions checkpoint 9."""

    def __init__(self, state: str) -> None:
        self.read, self.closed = True, False
        record = RunRecord("run-1")
        record.loaded(9, 900, None)
        transport = SimpleNamespace(state=state, message="no route.")
        self.monitor = SimpleNamespace(
            snapshot=lambda: SimpleNamespace(transport=transport), record_text=lambda: record_text(record, 0.0)
        )

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("state", ["connected", "not reached"])
def test_a_stop_asks_the_live_log_for_its_proof(
    cloud: LoopbackAws,
    aws: Aws,
    base: str,
    folder: Path,
    state: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _launch(aws, folder) == 0
    eye = Eye(state)
    monkeypatch.setattr("dots_tui.app.runs.live_record.RunEye", lambda *_: eye)
    _types(monkeypatch, "n")
    capsys.readouterr()
    assert stacks.stop(name="run-1", aws=aws, poll_s=POLL_S) == 1
    said = capsys.readouterr().err
    assert ("checkpoint 9" in said) == (state == "connected")
    assert ("cannot be read (no route)" in said) == (state != "connected")
    assert eye.closed


def test_stopping_what_is_not_there(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert stacks.stop(name="nobody", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["problem"]["code"] == "no-such-stack"


def test_deleting_asks_for_the_name(
    cloud: LoopbackAws, aws: Aws, base: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stacks.delete(name=base, aws=aws) == 2
    assert "--yes" in capsys.readouterr().err
    _types(monkeypatch, "y")
    assert stacks.delete(name=base, aws=aws) == 1
    assert ("cloudformation", "DeleteStack") not in cloud.calls
    _types(monkeypatch, base)
    assert stacks.delete(name=base, aws=aws, poll_s=POLL_S) == 0
    assert "base is gone" in capsys.readouterr().out


def test_a_bucket_with_models_needs_more_than_yes(
    aws: Aws, base: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _launch(aws, folder) == 0
    assert stacks.delete(name="run-1", yes=True, aws=aws, poll_s=POLL_S) == 0
    capsys.readouterr()
    assert stacks.delete(name=base, yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["problem"]["code"] == "bucket-not-empty"
    assert "--empty-bucket" in captured.err
    assert stacks.delete(name=base, yes=True, empty_bucket=True, aws=aws, poll_s=POLL_S) == 0
    assert "EVERYTHING" in capsys.readouterr().err
