"""Listing stacks, and deleting them without losing anything by mistake."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dots_tui.aws import stacks, training_stack
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws

POLL_S = 0.01
TOPIC = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


def _other(aws: Aws, name: str) -> None:
    aws.client("cloudformation").create_stack(StackName=name, TemplateBody=TOPIC)
    for _ in stacks.follow(aws, name, poll_s=POLL_S):
        pass


def _launch(aws: Aws, files: CustomFiles, name: str = "run-1") -> None:
    plan = training_stack.plan(aws, files, LaunchChoices("base", name))
    for _ in training_stack.launch(aws, plan, files, poll_s=POLL_S):
        pass


def test_an_empty_account(aws: Aws) -> None:
    assert stacks.list_stacks(aws) == []


def test_ours_are_listed_and_others_left_out(aws: Aws, base: str, files: CustomFiles) -> None:
    _other(aws, "somebody-elses")
    _launch(aws, files)
    training, found = stacks.list_stacks(aws)
    assert (found.name, found.kind, found.market, found.instance_id, found.expires) == ("base", "base", "", "", None)
    assert (training.name, training.kind, training.status) == ("run-1", "training", "CREATE_COMPLETE")
    assert (training.market, training.instance_type, training.base) == ("standard", "g4dn.2xlarge", "base")
    assert training.instance_id.startswith("i-")
    assert training.ip == "127.0.0.1"
    assert training.run == "training/reInvent2019_track/run-1"
    assert training.expires is not None
    lifetime = training.expires - training.created
    assert timedelta(minutes=59) < lifetime <= timedelta(minutes=60)


def test_all_pages_are_read(aws: Aws, base: str) -> None:
    client = aws.client("cloudformation")
    for number in range(55):
        client.create_stack(StackName=f"other-{number}", TemplateBody=TOPIC)
    assert [stack.name for stack in stacks.list_stacks(aws)] == ["base"]


def test_a_training_of_deepracer_on_the_spot_is_known_by_its_parameters(aws: Aws) -> None:
    names = ("ResourcesStackName", "DeepRacerImportName", "AmiId", "BUCKET", "CUSTOMFILELOCATION", "InstanceType")
    template = {
        "Parameters": {
            **{name: {"Type": "String"} for name in names},
            "TimeToLiveInMinutes": {"Type": "Number", "Default": 60},
        },
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"InstanceIP": {"Value": "198.51.100.1"}},
    }
    parameters = [{"ParameterKey": name, "ParameterValue": f"x-{name}"} for name in names]
    aws.client("cloudformation").create_stack(
        StackName="spot-run", TemplateBody=json.dumps(template), Parameters=parameters
    )
    assert list(stacks.follow(aws, "spot-run", poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    [stack] = stacks.list_stacks(aws)
    assert (stack.kind, stack.ours, stack.market, stack.base) == ("training", False, "standard", "x-ResourcesStackName")
    assert stack.expires == stack.created + timedelta(minutes=60)
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(aws, "spot-run", poll_s=POLL_S))
    assert caught.value.code == "no-instance"
    assert "dots-tui delete spot-run" in caught.value.advice


def test_a_training_is_deleted_and_its_name_is_free_again(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    gone: list[str] = []
    _launch(aws, files)
    cloud.on_instance_gone = gone.append
    instance = stacks.get_stack(aws, "run-1").instance_id
    events = list(stacks.delete(aws, "run-1", poll_s=POLL_S))
    assert events[-1].status == "DELETE_COMPLETE"
    assert gone == [instance]
    assert [stack.name for stack in stacks.list_stacks(aws)] == ["base"]
    with pytest.raises(AwsProblem) as caught:
        stacks.get_stack(aws, "run-1")
    assert caught.value.code == "no-such-stack"


def test_a_stack_can_be_deleted_while_it_is_made(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    plan = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
    cloud.step = 0.05
    launching = training_stack.launch(aws, plan, files, poll_s=POLL_S)
    assert any(event.resource == "Instance" for event in launching)
    assert list(stacks.delete(aws, "run-1", poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"
    assert aws.client("ec2").describe_instances(
        Filters=[{"Name": "instance-state-name", "Values": ["running", "pending"]}]
    )["Reservations"] == []  # fmt: skip


def test_a_base_stack_that_is_used_is_kept(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    with pytest.raises(AwsProblem) as caught:
        list(stacks.delete(aws, base, empty_bucket=True, poll_s=POLL_S))
    assert caught.value.code == "in-use"
    assert "run-1" in caught.value.what
    assert ("cloudformation", "DeleteStack") not in cloud.calls
    assert ("s3", "DeleteObjects") not in cloud.calls


def test_a_base_stack_others_import_from_is_kept_by_aws(aws: Aws, base: str) -> None:
    importer = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "base-Region"}}}
        }
    }
    aws.client("cloudformation").create_stack(StackName="importer", TemplateBody=json.dumps(importer))
    assert list(stacks.follow(aws, "importer", poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    with pytest.raises(AwsProblem) as caught:
        list(stacks.delete(aws, base, poll_s=POLL_S))
    assert caught.value.code == "in-use"
    assert "importer" in caught.value.what


def test_models_are_not_lost_with_a_base_stack_by_mistake(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    bucket = dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key="model/1.ckpt", Body=b"x")
    with pytest.raises(stacks.NotEmpty) as caught:
        list(stacks.delete(aws, base, poll_s=POLL_S))
    assert caught.value.bucket == bucket
    assert ("cloudformation", "DeleteStack") not in cloud.calls
    events = list(stacks.delete(aws, base, empty_bucket=True, poll_s=POLL_S))
    assert (events[0].type, events[0].status, events[0].reason) == ("dots-tui::Bucket", "EMPTIED", "1 objects deleted")
    assert events[-1].status == "DELETE_COMPLETE"


def test_an_empty_base_stack_and_a_failed_one_are_deleted(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    assert list(stacks.delete(aws, base, poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"
    cloud.fail["SecurityGroup"] = "No default VPC for this user"
    from dots_tui.aws import base_stack

    with pytest.raises(AwsProblem) as problem:
        list(base_stack.create(aws, "base", "203.0.113.7", poll_s=POLL_S))
    assert "default VPC" in problem.value.advice
    assert list(stacks.delete(aws, "base", poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"


def test_what_could_not_be_deleted_is_named(aws: Aws, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key="model/1.ckpt", Body=b"x")
    monkeypatch.setattr("dots_tui.aws.bucket.is_empty", lambda *_: True)  # something was uploaded in between
    with pytest.raises(AwsProblem) as caught:
        list(stacks.delete(aws, base, poll_s=POLL_S))
    assert caught.value.code == "delete-failed"
    assert "Bucket" in caught.value.what
    assert "content of the bucket" in caught.value.advice


def test_a_protected_stack(aws: Aws, cloud: LoopbackAws) -> None:
    aws.client("cloudformation").create_stack(
        StackName="kept",
        TemplateBody=TOPIC,
        EnableTerminationProtection=True,
        Tags=[{"Key": "dots-tui:kind", "Value": "training"}],
    )
    with pytest.raises(AwsProblem) as caught:
        list(stacks.delete(aws, "kept", poll_s=POLL_S))
    assert caught.value.code == "protected"


def test_other_stacks_are_left_alone(aws: Aws, cloud: LoopbackAws) -> None:
    _other(aws, "somebody-elses")
    with pytest.raises(AwsProblem) as caught:
        list(stacks.delete(aws, "somebody-elses", poll_s=POLL_S))
    assert caught.value.code == "other-stack"
    assert ("cloudformation", "DeleteStack") not in cloud.calls


def test_deleting_can_be_left(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    cloud.step = 0.02
    events: list[stacks.StackEvent] = []
    for event in stacks.delete(aws, base, poll_s=POLL_S, stopped=lambda: bool(events)):
        events.append(event)  # noqa: PERF402 - looked at between two events
    assert events
    assert events[-1].status != "DELETE_COMPLETE" or not events[-1].of_stack
