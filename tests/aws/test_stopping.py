"""A stop is over when the model is proven to be saved, and not before."""

from __future__ import annotations

from typing import Any

import pytest

from dots_tui.aws import stacks, training_stack
from dots_tui.aws.events import StackEvent
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.run_objects import RunPlace, move_place, place_of
from dots_tui.aws.saved_model import SeenCheckpoint, newest_checkpoint
from dots_tui.aws.session import Aws
from dots_tui.aws.stopping import doubt, stop
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from tests.cloud import RUN_ENV
from tests.spot_templates import SPOT, STANDARD, make_training

POLL_S = 0.01
PREFIX = "training/reInvent2019_track/run-1"


def _launch(aws: Aws, files: CustomFiles, market: str = "standard") -> str:
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1", market))
    for _ in training_stack.launch(aws, planned, files, poll_s=POLL_S):
        pass
    return dict(stacks.get_stack(aws, "base").outputs)["Bucket"]


def _save(aws: Aws, bucket: str, name: str, prefix: str = PREFIX, endings: tuple[str, ...] = ()) -> None:
    for ending in endings or ("data-00000-of-00001", "index", "meta"):
        aws.client("s3").put_object(Bucket=bucket, Key=f"{prefix}/model/{name}.{ending}", Body=b"x")


def _events(aws: Aws, name: str = "run-1") -> list[StackEvent]:
    return list(stop(aws, name, poll_s=POLL_S))


def _own(events: list[StackEvent]) -> list[str]:
    return [event.status for event in events if event.type.startswith("dots-tui::")]


def test_the_newest_whole_checkpoint_counts(aws: Aws, base: str, files: CustomFiles) -> None:
    bucket = _launch(aws, files)
    place = RunPlace(bucket, PREFIX)
    assert newest_checkpoint(aws, place) is None
    _save(aws, bucket, "9_Step-900.ckpt")
    _save(aws, bucket, "10_Step-1000.ckpt")
    _save(aws, bucket, "11_Step-1100.ckpt", endings=("data-00000-of-00001",))
    found = newest_checkpoint(aws, place)
    assert found is not None
    assert (found.name, found.number) == ("10_Step-1000.ckpt", 10)


@pytest.mark.parametrize("market", ["standard", "spot"])
def test_the_proof_is_told_before_the_stack_is_gone(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, market: str
) -> None:
    bucket = _launch(aws, files, market)
    _save(aws, bucket, "3_Step-300.ckpt")

    def instance(_request: dict[str, Any]) -> None:
        _save(aws, bucket, "4_Step-400.ckpt")
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = instance
    events = _events(aws)
    assert _own(events) == ["STOP_REQUESTED", "SAVED"]
    saved = next(event for event in events if event.status == "SAVED")
    assert saved.reason == f"checkpoint 4_Step-400.ckpt is whole in s3://{bucket}/{PREFIX}/model/"
    assert events[-1].status == "DELETE_COMPLETE"


def test_a_model_that_was_lost_is_no_success(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    bucket = _launch(aws, files)
    _save(aws, bucket, "3_Step-300.ckpt")

    def instance(_request: dict[str, Any]) -> None:
        aws.client("s3").delete_object(Bucket=bucket, Key=f"{PREFIX}/model/3_Step-300.ckpt.index")
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = instance
    with pytest.raises(AwsProblem) as caught:
        _events(aws)
    assert caught.value.code == "not-saved"
    assert "3_Step-300.ckpt is not whole" in caught.value.what


def test_a_run_without_a_checkpoint_has_nothing_to_save(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files)
    cloud.hooks["ssm", "SendCommand"] = lambda _: aws.client("cloudformation").delete_stack(StackName="run-1") and None
    assert _own(_events(aws)) == ["STOP_REQUESTED", "NOTHING_TO_SAVE"]


def test_a_spot_run_that_went_on_elsewhere_is_found_there(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    bucket = _launch(aws, files, "spot")
    _save(aws, bucket, "30_Step-3000.ckpt")

    def instance(_request: dict[str, Any]) -> None:
        moved = RUN_ENV.replace("/run-1", "/run-2").encode()
        aws.client("s3").put_object(Bucket=bucket, Key="custom_files/run.env", Body=moved)
        _save(aws, bucket, "2_Step-200.ckpt", "training/reInvent2019_track/run-2")
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = instance
    saved = next(event for event in _events(aws) if event.status == "SAVED")
    assert "2_Step-200.ckpt" in saved.reason
    assert "run-2/model" in saved.reason


# -- trainings that dots-tui did not launch -----------------------------------------------------------


@pytest.fixture(params=[STANDARD, SPOT], ids=["standard", "spot"])
def adopted(aws: Aws, request: pytest.FixtureRequest) -> str:
    """A training of DeepRacer on the Spot; the bucket's name is returned."""
    bucket = make_training(aws, "old-1", request.param)
    aws.client("s3").put_object(Bucket=bucket, Key="custom_files/run.env", Body=RUN_ENV.encode())
    return bucket


def test_its_own_script_saves_then_the_stack_goes(cloud: LoopbackAws, aws: Aws, adopted: str) -> None:
    sent: list[dict[str, Any]] = []
    _save(aws, adopted, "3_Step-300.ckpt")
    instance = stacks.get_stack(aws, "old-1").instance_id

    def script(request: dict[str, Any]) -> None:
        sent.append(request)
        _save(aws, adopted, "4_Step-400.ckpt")

    cloud.hooks["ssm", "SendCommand"] = script
    events = _events(aws, "old-1")
    assert sent[0]["InstanceIds"] == [instance]
    assert sent[0]["Parameters"]["commands"] == ["su - ubuntu bash -lc /home/ubuntu/bin/safe_termination.sh"]
    assert _own(events) == ["STOP_REQUESTED", "SAVED"]
    assert events[-1].status == "DELETE_COMPLETE"


def test_without_proof_its_stack_stays(cloud: LoopbackAws, aws: Aws, adopted: str) -> None:
    _save(aws, adopted, "3_Step-300.ckpt")

    def lose(_request: dict[str, Any]) -> None:
        aws.client("s3").delete_object(Bucket=adopted, Key=f"{PREFIX}/model/3_Step-300.ckpt.index")

    cloud.hooks["ssm", "SendCommand"] = lose
    with pytest.raises(AwsProblem) as caught:
        _events(aws, "old-1")
    assert caught.value.code == "not-saved"
    assert "still runs and costs money" in caught.value.advice
    assert stacks.get_stack(aws, "old-1").status == "CREATE_COMPLETE"


def test_where_nobody_knows_its_model_nothing_is_deleted(cloud: LoopbackAws, aws: Aws, adopted: str) -> None:
    aws.client("s3").delete_object(Bucket=adopted, Key="custom_files/run.env")
    with pytest.raises(AwsProblem) as caught:
        _events(aws, "old-1")
    assert caught.value.code == "not-saved"
    assert stacks.get_stack(aws, "old-1").status == "CREATE_COMPLETE"


def test_a_script_that_fails_leaves_the_stack(cloud: LoopbackAws, aws: Aws, adopted: str) -> None:
    failed = {"Status": "Failed", "StandardErrorContent": "safe_termination.sh: not found"}
    cloud.hooks["ssm", "GetCommandInvocation"] = lambda _: failed
    with pytest.raises(AwsProblem) as caught:
        _events(aws, "old-1")
    assert caught.value.code == "stop-failed"
    assert "not found" in caught.value.what
    assert stacks.get_stack(aws, "old-1").status == "CREATE_COMPLETE"


def test_what_dots_tui_did_not_make_is_adopted_as_it_is(aws: Aws, adopted: str) -> None:
    """Listed with its address, so that it can be watched; deleted like any other."""
    found = next(stack for stack in stacks.list_stacks(aws) if stack.name == "old-1")
    assert (found.kind, found.ours, found.base, found.ip) == ("training", False, "base", "127.0.0.1")
    assert found.market in ("standard", "spot")
    assert found.expires is not None
    assert list(stacks.delete(aws, "old-1", poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"


# -- the proof follows the run ------------------------------------------------------------------------

NEXT = "training/reInvent2019_track/run-2"


def _ends(cloud: LoopbackAws, aws: Aws, *saves: tuple[str, str]) -> None:
    """The instance saves these checkpoints (place, name) when it is asked to stop, and deletes its stack."""

    def instance(_request: dict[str, Any]) -> None:
        for prefix, name in saves:
            _save(aws, dict(stacks.get_stack(aws, "base").outputs)["Bucket"], name, prefix)
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = instance


@pytest.mark.parametrize("market", ["standard", "spot"])
def test_after_a_restart_the_new_place_counts(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, market: str
) -> None:
    bucket = _launch(aws, files, market)
    _save(aws, bucket, "14_Step-1400.ckpt")
    move_place(aws, "run-1", NEXT)
    assert place_of(aws, "run-1") == RunPlace(bucket, NEXT)
    _save(aws, bucket, "0_Step-0.ckpt", NEXT)
    _ends(cloud, aws, (NEXT, "2_Step-200.ckpt"))
    saved = next(event for event in _events(aws) if event.status == "SAVED")
    assert saved.reason == f"checkpoint 2_Step-200.ckpt is whole in s3://{bucket}/{NEXT}/model/"


@pytest.mark.parametrize("market", ["standard", "spot"])
def test_an_old_checkpoint_proves_nothing(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, market: str
) -> None:
    bucket = _launch(aws, files, market)
    _save(aws, bucket, "14_Step-1400.ckpt")
    _ends(cloud, aws)
    with pytest.raises(AwsProblem) as caught:
        _events(aws)
    assert caught.value.code == "not-saved"
    assert "14_Step-1400.ckpt" in caught.value.what
    assert "before the stop" in caught.value.what


def test_a_checkpoint_behind_the_log_proves_nothing(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files)
    _ends(cloud, aws, (PREFIX, "5_Step-500.ckpt"))
    with pytest.raises(AwsProblem) as caught:
        list(stop(aws, "run-1", poll_s=POLL_S, seen_of=lambda _: SeenCheckpoint(9)))
    assert "the log has told of checkpoint 9" in caught.value.what


def test_a_checkpoint_as_new_as_the_log_is_a_proof(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    bucket = _launch(aws, files)
    _save(aws, bucket, "9_Step-900.ckpt")
    _ends(cloud, aws, (PREFIX, "10_Step-1000.ckpt"))
    assert doubt(aws, "run-1", lambda _: SeenCheckpoint(10)) == ""  # one may be on its way
    assert _own(list(stop(aws, "run-1", poll_s=POLL_S, seen_of=lambda _: SeenCheckpoint(10, PREFIX)))) == [
        "STOP_REQUESTED",
        "SAVED",
    ]


def test_what_cannot_be_proved_is_said_before_the_stop(aws: Aws, base: str, files: CustomFiles) -> None:
    bucket = _launch(aws, files)
    assert doubt(aws, "run-1") == ""
    assert "there is none" in doubt(aws, "run-1", lambda _: SeenCheckpoint(7))
    _save(aws, bucket, "3_Step-300.ckpt")
    assert "the newest one" in doubt(aws, "run-1", lambda _: SeenCheckpoint(14))
    assert doubt(aws, "run-1", lambda _: SeenCheckpoint(3)) == ""


def test_a_later_launch_with_the_same_custom_files_moves_no_run(aws: Aws, base: str, files: CustomFiles) -> None:
    bucket = _launch(aws, files)
    moved = RUN_ENV.replace("/run-1", "/run-2").encode()
    aws.client("s3").put_object(Bucket=bucket, Key="custom_files/run.env", Body=moved)
    assert place_of(aws, "run-1") == RunPlace(bucket, PREFIX)


def test_where_the_log_says_it_writes_counts_too(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    """A training that was restarted by hand on its instance: nobody has recorded its new place."""
    bucket = _launch(aws, files)
    _save(aws, bucket, "14_Step-1400.ckpt")
    _save(aws, bucket, "2_Step-200.ckpt", NEXT)
    _ends(cloud, aws, (NEXT, "3_Step-300.ckpt"))
    events = list(stop(aws, "run-1", poll_s=POLL_S, seen_of=lambda _: SeenCheckpoint(2, NEXT)))
    saved = next(event for event in events if event.status == "SAVED")
    assert saved.reason == f"checkpoint 3_Step-300.ckpt is whole in s3://{bucket}/{NEXT}/model/"
