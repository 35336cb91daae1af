"""A model prefix that is used again: whatever becomes of the launch, the old model is not lost."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from dots_tui.aws import as_cli, stacks, training_stack
from dots_tui.aws.bucket import list_below
from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, LoopbackAws

POLL_S = 0.01
MODEL = "training/reInvent2019_track/run-1"
OLD = {"model/1_Step-9.ckpt.index": b"weights", "logs/a.log": b"a line"}
NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=timezone.utc)
ASIDE = f"{MODEL}-before-20300101T120000Z"


@pytest.fixture
def planned(aws: Aws, base: str, files: CustomFiles) -> LaunchPlan:
    """A launch over a model that is there."""
    for name, content in OLD.items():
        aws.client("s3").put_object(Bucket=_bucket(aws), Key=f"{MODEL}/{name}", Body=content)
    return training_stack.plan(aws, files, LaunchChoices(base, "run-1", "spot", reuse=True))


def _bucket(aws: Aws) -> str:
    return dict(stacks.get_stack(aws, "base").outputs)["Bucket"]


def _there(aws: Aws, prefix: str) -> dict[str, bytes]:
    found = {}
    for one in list_below(aws, _bucket(aws), prefix):
        found[one.name] = aws.client("s3").get_object(Bucket=_bucket(aws), Key=one.key)["Body"].read()
    return found


def _launch(aws: Aws, planned: LaunchPlan, files: CustomFiles) -> None:
    for _ in training_stack.launch(aws, planned, files, poll_s=POLL_S, now=lambda: NOW):
        pass


def test_the_old_model_is_moved_aside_whole(aws: Aws, planned: LaunchPlan, files: CustomFiles) -> None:
    _launch(aws, planned, files)
    assert _there(aws, MODEL) == {}
    assert _there(aws, ASIDE) == OLD


def test_a_stack_that_is_refused_leaves_it_where_it_was(
    cloud: LoopbackAws, aws: Aws, planned: LaunchPlan, files: CustomFiles
) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError("AccessDenied", "not authorized to perform: cloudformation:CreateStack", 403)

    cloud.hooks["cloudformation", "CreateStack"] = refuse
    with pytest.raises(AwsProblem):
        _launch(aws, planned, files)
    assert _there(aws, MODEL) == OLD
    assert _there(aws, ASIDE) == {}


def test_a_launch_that_is_rolled_back_brings_it_back(
    cloud: LoopbackAws, aws: Aws, planned: LaunchPlan, files: CustomFiles
) -> None:
    cloud.fail["Group"] = "UnfulfillableCapacity"
    with pytest.raises(AwsProblem) as caught:
        _launch(aws, planned, files)
    assert caught.value.code == "create-failed"
    assert f"The old model is in {MODEL}/ again." in caught.value.advice
    assert _there(aws, MODEL) == OLD
    assert _there(aws, ASIDE) == {}


def test_what_a_failed_launch_trained_stays_and_the_old_model_is_named(
    cloud: LoopbackAws, aws: Aws, planned: LaunchPlan, files: CustomFiles
) -> None:
    cloud.step = 0.05
    cloud.fail["Group"] = "UnfulfillableCapacity"
    events = training_stack.launch(aws, planned, files, poll_s=POLL_S, now=lambda: NOW)
    assert any(event.status == "MOVED" for event in events)
    aws.client("s3").put_object(Bucket=_bucket(aws), Key=f"{MODEL}/model/0.ckpt", Body=b"new")
    with pytest.raises(AwsProblem) as caught:
        list(events)
    assert f"The old model is in {ASIDE}/." in caught.value.advice
    assert _there(aws, MODEL) == {"model/0.ckpt": b"new"}
    assert _there(aws, ASIDE) == OLD


def test_a_move_that_breaks_off_has_deleted_nothing(
    cloud: LoopbackAws, aws: Aws, planned: LaunchPlan, files: CustomFiles
) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        if ("cloudformation", "CreateStack") in cloud.calls:  # a copy is a PutObject by its method and path
            raise AwsError("AccessDenied", "Access Denied", 403)

    cloud.calls.clear()
    cloud.hooks["s3", "PutObject"] = refuse
    with pytest.raises(AwsProblem):
        _launch(aws, planned, files)
    assert _there(aws, MODEL) == OLD


def test_the_commands_of_the_cli_move_it_as_well(planned: LaunchPlan, files: CustomFiles) -> None:
    said = as_cli.commands(planned, files.root, NOW)
    assert "s3 rm" not in said
    assert f"s3 mv --recursive s3://{planned.base and planned.base.bucket}/{MODEL}/" in said
    assert f"/{ASIDE}/" in said
