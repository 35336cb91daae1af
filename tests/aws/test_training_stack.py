"""Launching and stopping a training, with everything that can go wrong on the way."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from dots_tui.aws import packaged, stacks, training_stack
from dots_tui.aws.events import OWN_TYPE, StackEvent
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, Fault, LoopbackAws

POLL_S = 0.01
NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=timezone.utc)


def _launch(aws: Aws, files: CustomFiles, name: str = "run-1", ttl: int = 60) -> list[StackEvent]:
    planned = training_stack.plan(aws, files, LaunchChoices("base", name, ttl_minutes=ttl))
    return list(training_stack.launch(aws, planned, files, poll_s=POLL_S, now=lambda: NOW))


def _row(aws: Aws, name: str = "run-1") -> dict[str, Any]:
    row: dict[str, Any] = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return row


def test_a_launch_uploads_then_makes_the_stack(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    events = _launch(aws, files)
    uploads = [event.resource for event in events if event.type == OWN_TYPE + "Upload"]
    assert uploads == [f"custom_files/{name}" for name in files.names()]
    assert events[len(uploads)].of_stack
    assert (events[-1].of_stack, events[-1].status) == (True, "CREATE_COMPLETE")
    progress = stacks.Progress(3)
    for event in events:
        progress.apply(event)
    assert (progress.done, progress.cause) == (3, None)


def test_the_time_to_live_is_computed_here_and_written_where_it_is_read(
    aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files, ttl=90)
    row = _row(aws)
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in row["Parameters"]}
    assert (parameters["ExpiresAt"], parameters["DeleteAt"]) == ("2030-01-01T13:30:00Z", "2030-01-01T13:45:00")
    assert {tag["Key"]: tag["Value"] for tag in row["Tags"]} == {
        "dots-tui:kind": "training",
        "dots-tui:base": "base",
        "dots-tui:run": "training/reInvent2019_track/run-1",
        "dots-tui:expires": "2030-01-01T13:30:00Z",
        "dots-tui:racer": "moto",
    }
    stack = stacks.get_stack(aws, "run-1")
    assert stack.expires == datetime(2030, 1, 1, 13, 30, tzinfo=timezone.utc)
    instance = aws.client("ec2").describe_instances(InstanceIds=[stack.instance_id])["Reservations"][0]["Instances"][0]
    assert {"Key": "dots-tui:until", "Value": "2030-01-01T13:30:00Z"} in instance["Tags"]


def test_the_stack_is_made_with_the_role_of_the_base_stack(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    assert _row(aws)["RoleARN"] == dict(stacks.get_stack(aws, base).outputs)["StackRole"]


def test_every_launch_uploads_the_scripts_so_that_a_changed_one_is_replaced(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files)
    client, bucket = aws.client("s3"), dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    prefix = packaged.instance_prefix()
    rows = client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["Contents"]
    assert {row["Key"].rpartition("/")[2] for row in rows} == set(packaged.instance_files())
    for _ in stacks.delete(aws, "run-1", poll_s=POLL_S):
        pass
    for name, content in packaged.instance_files().items():
        client.put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=b"x" * len(content))
    _launch(aws, files)
    for name, content in packaged.instance_files().items():
        assert client.get_object(Bucket=bucket, Key=f"{prefix}/{name}")["Body"].read() == content


def test_a_blocked_plan_is_not_launched(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.calls.clear()
    with pytest.raises(AwsProblem) as caught:
        _launch(aws, files, ttl=0)
    assert caught.value.code == "blocked"
    assert "time to live" in caught.value.what
    assert not {("s3", "PutObject"), ("cloudformation", "CreateStack")} & set(cloud.calls)


def test_files_changed_since_the_plan_are_not_launched(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
    files.write("reward_function.py", b"def reward_function(params):\n    return 0.0\n")
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    assert caught.value.code == "changed"
    assert ("s3", "PutObject") not in cloud.calls


def test_a_launch_without_capacity_is_rolled_back_and_explained(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.fail["Instance"] = "We currently do not have sufficient g4dn.2xlarge capacity in the zone you requested."
    with pytest.raises(AwsProblem) as caught:
        _launch(aws, files)
    problem = caught.value
    assert problem.code == "create-failed"
    assert "sufficient g4dn.2xlarge capacity" in problem.what
    assert "another instance type" in problem.advice
    assert "costs nothing" in problem.advice
    assert stacks.get_stack(aws, "run-1").status == "ROLLBACK_COMPLETE"


def test_an_upload_that_is_refused_makes_nothing(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
    cloud.calls.clear()
    cloud.faults.append(Fault("s3", "PutObject", "AccessDenied", "Access Denied", 403))
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    assert caught.value.code == "access-denied"
    assert ("cloudformation", "CreateStack") not in cloud.calls


def test_a_launch_cancelled_while_uploading_makes_nothing(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
    cloud.calls.clear()
    events = list(training_stack.launch(aws, planned, files, poll_s=POLL_S, stopped=lambda: True))
    assert [event.status for event in events] == ["UPLOADED"]
    assert ("cloudformation", "CreateStack") not in cloud.calls


# -- stopping -----------------------------------------------------------------------------------------


def _instance_that_stops(cloud: LoopbackAws, aws: Aws) -> list[dict[str, Any]]:
    """What the stop script does to the stack. Returns the commands that were sent."""
    sent: list[dict[str, Any]] = []

    def send(request: dict[str, Any]) -> None:
        sent.append(request)
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = send
    return sent


def test_a_training_is_stopped_by_its_own_instance(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    instance = stacks.get_stack(aws, "run-1").instance_id
    sent = _instance_that_stops(cloud, aws)
    events = list(training_stack.stop(aws, "run-1", poll_s=POLL_S))
    assert sent[0]["InstanceIds"] == [instance]
    assert "dots-tui-stop.service" in sent[0]["Parameters"]["commands"][0]
    assert (events[0].type, events[0].status) == ("dots-tui::Stop", "STOP_REQUESTED")
    assert (events[-1].of_stack, events[-1].status) == (True, "DELETE_COMPLETE")
    assert not any(event.status.startswith("CREATE") for event in events)


def test_a_stack_that_is_being_deleted_is_only_followed(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files)
    cloud.step = 0.05
    aws.client("cloudformation").delete_stack(StackName="run-1")
    cloud.calls.clear()
    events = list(training_stack.stop(aws, "run-1", poll_s=POLL_S))
    assert events[-1].status == "DELETE_COMPLETE"
    assert ("ssm", "SendCommand") not in cloud.calls


def test_an_instance_that_takes_no_commands(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError("InvalidInstanceId", "not in a valid state")

    _launch(aws, files)
    cloud.hooks["ssm", "SendCommand"] = refuse
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(aws, "run-1", poll_s=POLL_S))
    assert caught.value.code == "stop-failed"
    assert "agent" in caught.value.advice
    assert "dots-tui delete run-1" in caught.value.advice
    assert stacks.get_stack(aws, "run-1").status == "CREATE_COMPLETE"


def test_a_stop_command_that_fails(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    cloud.hooks["ssm", "GetCommandInvocation"] = lambda _: {
        "Status": "Failed",
        "StandardErrorContent": "Unit dots-tui-stop.service not found.\n",
    }
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(aws, "run-1", poll_s=POLL_S))
    assert caught.value.code == "stop-failed"
    assert "Unit dots-tui-stop.service not found" in caught.value.what


def test_an_instance_that_never_finishes_saving(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(aws, "run-1", poll_s=POLL_S, saving_s=0.05))
    assert caught.value.code == "stop-timeout"
    assert "dots-tui delete run-1" in caught.value.advice


def test_a_stack_without_an_instance_cannot_save_anything(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.fail["Instance"] = "no"
    with pytest.raises(AwsProblem):
        _launch(aws, files)
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(aws, "run-1", poll_s=POLL_S))
    assert caught.value.code == "no-instance"


def test_a_base_stack_is_nothing_to_stop(aws: Aws, base: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(aws, base, poll_s=POLL_S))
    assert caught.value.code == "not-training"


def test_waiting_for_a_stop_can_be_left(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    events: list[StackEvent] = []
    for event in training_stack.stop(aws, "run-1", poll_s=POLL_S, stopped=lambda: bool(events)):
        events.append(event)  # noqa: PERF402 - looked at between two events
    assert [event.status for event in events] == ["STOP_REQUESTED"]
