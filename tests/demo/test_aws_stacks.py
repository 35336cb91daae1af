"""Stacks and instances on the loopback AWS: they behave like AWS's where dots-tui depends on it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from dots_tui.demo.aws import LoopbackAws

TOPIC = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
INSTANCE: dict[str, Any] = {
    "Parameters": {"Size": {"Type": "String", "Default": "g4dn.2xlarge"}},
    "Resources": {
        "Machine": {
            "Type": "AWS::EC2::Instance",
            "Properties": {"ImageId": "ami-0d075dots00000002", "InstanceType": {"Ref": "Size"}},
        }
    },
}


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackAws]:
    started = LoopbackAws(step=0.0, public_ip="127.0.0.1").start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def clients(server: LoopbackAws) -> dict[str, Any]:
    return {name: _client(server, name) for name in ("cloudformation", "ec2", "sts", "s3", "ssm", "autoscaling")}


@pytest.fixture
def cloud(server: LoopbackAws) -> LoopbackAws:
    server.reset()
    server.step = 0.0
    return server


@pytest.fixture
def cfn(cloud: LoopbackAws, clients: dict[str, Any]) -> Any:
    return clients["cloudformation"]


def _client(server: LoopbackAws, service: str, region: str = "us-east-1") -> Any:
    return boto3.client(
        service,
        endpoint_url=server.url,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def _create(cfn: Any, name: str, template: dict[str, Any], **rest: Any) -> str:
    stack_id: str = cfn.create_stack(StackName=name, TemplateBody=json.dumps(template), **rest)["StackId"]
    return stack_id


def _until(cfn: Any, name: str, *statuses: str) -> dict[str, Any]:
    while True:
        stack: dict[str, Any] = cfn.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] in statuses:
            return stack
        time.sleep(0.005)


def _statuses(cfn: Any, stack: str) -> list[str]:
    rows = cfn.describe_stack_events(StackName=stack)["StackEvents"][::-1]
    return [f"{row['LogicalResourceId']} {row['ResourceStatus']}" for row in rows]


def _refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


# -- stacks -------------------------------------------------------------------------------------------


def test_a_stack_is_made_one_resource_after_the_other(cloud: LoopbackAws, cfn: Any) -> None:
    template = {
        "Resources": {
            "Last": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::Sub": "${First.TopicName}"}}},
            "First": {"Type": "AWS::SNS::Topic"},
        },
        "Outputs": {"Arn": {"Value": {"Ref": "First"}}},
    }
    cloud.step = 0.02
    _create(cfn, "two", template)
    begun = cfn.describe_stacks(StackName="two")["Stacks"][0]
    assert begun["StackStatus"] == "CREATE_IN_PROGRESS"
    assert "Outputs" not in begun
    assert _until(cfn, "two", "CREATE_COMPLETE")["Outputs"][0]["OutputKey"] == "Arn"
    assert _statuses(cfn, "two") == [
        "two CREATE_IN_PROGRESS",
        *["First CREATE_IN_PROGRESS"] * 2,
        "First CREATE_COMPLETE",
        *["Last CREATE_IN_PROGRESS"] * 2,
        "Last CREATE_COMPLETE",
        "two CREATE_COMPLETE",
    ]


def test_accepted_deletion_is_not_followed_by_the_end_of_the_creation(cloud: LoopbackAws, cfn: Any) -> None:
    # Accepted after the last moment at which the creation looks for it.
    cloud.on_instance = lambda _id, name, _parameters: cfn.delete_stack(StackName=name)
    stack = _create(cfn, "brief", INSTANCE)
    _until(cfn, stack, "DELETE_COMPLETE")
    own = [status for status in _statuses(cfn, stack) if status.startswith("brief ")]
    assert own == ["brief CREATE_IN_PROGRESS", "brief DELETE_IN_PROGRESS", "brief DELETE_COMPLETE"]


@pytest.mark.parametrize(
    ("on_failure", "status"),
    [("ROLLBACK", "ROLLBACK_COMPLETE"), ("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")],
)
def test_a_resource_that_fails(cloud: LoopbackAws, cfn: Any, on_failure: str, status: str) -> None:
    template = {"Resources": {"A": {"Type": "AWS::SNS::Topic"}, "B": {"Type": "AWS::SNS::Topic", "DependsOn": "A"}}}
    cloud.fail["B"] = "The moon is full"
    stack = _create(cfn, "bad", template, OnFailure=on_failure)
    _until(cfn, stack, status)
    rows = cfn.describe_stack_events(StackName=stack)["StackEvents"]
    [failed] = [row for row in rows if row["ResourceStatus"] == "CREATE_FAILED" and row["LogicalResourceId"] == "B"]
    assert failed["ResourceStatusReason"] == "The moon is full"
    assert ("A DELETE_COMPLETE" in _statuses(cfn, stack)) == (on_failure != "DO_NOTHING")


def test_types_moto_does_not_know_are_placeholders(cfn: Any) -> None:
    template = {
        "Resources": {"S": {"Type": "AWS::RUM::AppMonitor", "Properties": {}}},
        "Outputs": {"Name": {"Value": {"Ref": "S"}}},
    }
    _create(cfn, "schedules", template)
    assert _until(cfn, "schedules", "CREATE_COMPLETE")["Outputs"][0]["OutputValue"].startswith("schedules-S-")
    [resource] = cfn.describe_stack_resources(StackName="schedules")["StackResources"]
    assert (resource["ResourceType"], resource["ResourceStatus"]) == ("AWS::RUM::AppMonitor", "CREATE_COMPLETE")


def test_a_deleted_stack_is_known_by_its_id_only(cfn: Any) -> None:
    stack = _create(cfn, "short", TOPIC)
    _until(cfn, stack, "CREATE_COMPLETE")
    cfn.delete_stack(StackName="short")
    assert _until(cfn, stack, "DELETE_COMPLETE")["StackName"] == "short"
    assert "does not exist" in _refusal(cfn.describe_stacks, StackName="short")[1]
    _create(cfn, "short", TOPIC)


def test_a_bucket_with_something_in_it_stays(cfn: Any, clients: dict[str, Any]) -> None:
    _create(cfn, "racers", {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})
    _until(cfn, "racers", "CREATE_COMPLETE")
    [bucket] = clients["s3"].list_buckets()["Buckets"]
    clients["s3"].put_object(Bucket=bucket["Name"], Key="model", Body=b"x")
    cfn.delete_stack(StackName="racers")
    _until(cfn, "racers", "DELETE_FAILED")
    clients["s3"].delete_object(Bucket=bucket["Name"], Key="model")
    stack = cfn.describe_stacks(StackName="racers")["Stacks"][0]["StackId"]
    cfn.delete_stack(StackName="racers")
    _until(cfn, stack, "DELETE_COMPLETE")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"StackName": "1bad"}, "ValidationError", "regular expression"),
        ({"TemplateBody": "x" * 51_201}, "ValidationError", "51200"),
        ({"Parameters": [{"ParameterKey": "Nope", "ParameterValue": "1"}]}, "ValidationError", "do not exist"),
        ({"RoleARN": "arn:aws:iam::123456789012:role/nobody"}, "ValidationError", "cannot be assumed"),
    ],
)
def test_what_aws_would_refuse(cfn: Any, arguments: dict[str, Any], code: str, words: str) -> None:
    given = {"StackName": "good", "TemplateBody": json.dumps(TOPIC), **arguments}
    found, message = _refusal(cfn.create_stack, **given)
    assert found == code
    assert words in message


@pytest.mark.parametrize(
    ("slot", "value", "words"),
    [
        ({"Type": "Number", "MaxValue": 9}, "10", "not greater than 9"),
        ({"Type": "Number", "MinValue": 1}, "0", "not less than 1"),
        ({"Type": "Number"}, "many", "must be a number"),
        ({"Type": "String", "AllowedValues": ["a", "b"]}, "c", "AllowedValues"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "A1", "must match pattern"),
    ],
)
def test_parameters_are_checked(cfn: Any, slot: dict[str, Any], value: str, words: str) -> None:
    template = {"Parameters": {"P": slot}, **TOPIC}
    parameters = [{"ParameterKey": "P", "ParameterValue": value}]
    _, message = _refusal(cfn.create_stack, StackName="s", TemplateBody=json.dumps(template), Parameters=parameters)
    assert words in message


def test_missing_parameters_and_names_taken(cfn: Any) -> None:
    template = json.dumps({"Parameters": {"P": {"Type": "String"}}, **TOPIC})
    assert "must have values" in _refusal(cfn.create_stack, StackName="s", TemplateBody=template)[1]
    _create(cfn, "s", TOPIC)
    assert _refusal(cfn.create_stack, StackName="s", TemplateBody=json.dumps(TOPIC))[0] == "AlreadyExistsException"


def test_roles_need_a_capability(cfn: Any) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
    template = {"Resources": {"Role": role}}
    code, _ = _refusal(cfn.create_stack, StackName="roles", TemplateBody=json.dumps(template))
    assert code == "InsufficientCapabilitiesException"
    _create(cfn, "roles", template, Capabilities=["CAPABILITY_IAM"])
    _until(cfn, "roles", "CREATE_COMPLETE")


# -- instances ----------------------------------------------------------------------------------------


def test_instances_are_told_of_when_they_come_and_go(cloud: LoopbackAws, cfn: Any, clients: dict[str, Any]) -> None:
    came: list[tuple[str, str, dict[str, str]]] = []
    gone: list[str] = []
    cloud.on_instance = lambda *told: came.append(told)
    cloud.on_instance_gone = gone.append
    stack = _create(cfn, "one", INSTANCE)
    _until(cfn, stack, "CREATE_COMPLETE")
    [(instance_id, name, parameters)] = came
    assert (name, parameters) == ("one", {"Size": "g4dn.2xlarge"})
    [reservation] = clients["ec2"].describe_instances(InstanceIds=[instance_id])["Reservations"]
    assert reservation["Instances"][0]["PublicIpAddress"] == "127.0.0.1"
    assert gone == []
    cfn.delete_stack(StackName="one")
    _until(cfn, stack, "DELETE_COMPLETE")
    assert gone == [instance_id]


def test_an_instance_that_is_not_wanted_fails_its_stack(cloud: LoopbackAws, cfn: Any, clients: dict[str, Any]) -> None:
    gone: list[str] = []

    def full(*_told: object) -> None:
        raise RuntimeError("You have requested more vCPU capacity than your current vCPU limit of 8 allows")

    cloud.on_instance = full
    cloud.on_instance_gone = gone.append
    _create(cfn, "one", INSTANCE)
    _until(cfn, "one", "ROLLBACK_COMPLETE")
    assert gone == []
    rows = cfn.describe_stack_events(StackName="one")["StackEvents"]
    assert any("vCPU limit" in row.get("ResourceStatusReason", "") for row in rows)
    states = [
        one["State"]["Name"] for r in clients["ec2"].describe_instances()["Reservations"] for one in r["Instances"]
    ]
    assert states == ["terminated"]


def test_instances_of_a_stack_given_up_half_way_are_gone(cloud: LoopbackAws, cfn: Any) -> None:
    gone: list[str] = []
    machine = INSTANCE["Resources"]["Machine"]
    template = {**INSTANCE, "Resources": {"Machine": machine, "T": {"Type": "AWS::SNS::Topic", "DependsOn": "Machine"}}}
    came = threading.Event()
    cloud.on_instance = lambda *_: came.set()
    cloud.on_instance_gone = gone.append
    cloud.step = 1.0
    stack = _create(cfn, "one", template)
    assert came.wait(10)
    cloud.step = 0.0
    cfn.delete_stack(StackName="one")
    _until(cfn, stack, "DELETE_COMPLETE")
    assert len(gone) == 1
    assert not any("T CREATE_COMPLETE" in status for status in _statuses(cfn, stack))


def test_stopping_takes_the_instances_with_it() -> None:
    code = """if True:
        import json, sys, threading
        import boto3
        from dots_tui.demo.aws import LoopbackAws
        cloud, came, gone = LoopbackAws(step=0.0), threading.Event(), []
        cloud.on_instance = lambda *_: came.set()
        cloud.on_instance_gone = gone.append
        cloud.start()
        keys = dict(aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1")
        cfn = boto3.client("cloudformation", endpoint_url=cloud.url, **keys)
        cfn.create_stack(StackName="one", TemplateBody=sys.argv[1])
        assert came.wait(20)
        cloud.stop()
        assert len(gone) == 1, gone
    """
    command = [sys.executable, "-W", "ignore", "-c", code, json.dumps(INSTANCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_communitys_images_are_there(clients: dict[str, Any], cloud: LoopbackAws) -> None:
    images = clients["ec2"].describe_images(Owners=["975050138619"])["Images"]
    assert [image["ImageId"] for image in sorted(images, key=lambda one: one["CreationDate"])] == [
        "ami-0d075dots00000001",
        "ami-0d075dots00000002",
    ]
    assert all(image["Public"] for image in images)


def test_zones_are_the_regions_own(cloud: LoopbackAws) -> None:
    template = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Zone": {"Value": {"Fn::Select": ["0", {"Fn::GetAZs": ""}]}}},
    }
    cfn = _client(cloud, "cloudformation", "eu-west-1")
    _create(cfn, "zones", template)
    assert _until(cfn, "zones", "CREATE_COMPLETE")["Outputs"][0]["OutputValue"] == "eu-west-1a"


def test_neither_docker_nor_cfn_lint_is_imported() -> None:
    code = """if True:
        import json, sys
        for name in ("cfnlint", "docker"):
            sys.modules[name] = None
        import boto3
        from dots_tui.demo.aws import LoopbackAws
        cloud = LoopbackAws(step=0.0).start()
        keys = dict(aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1")
        cfn = boto3.client("cloudformation", endpoint_url=cloud.url, **keys)
        stack = cfn.create_stack(StackName="one", TemplateBody=sys.argv[1])["StackId"]
        while "PROGRESS" in cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]:
            pass
        assert cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        cloud.stop()
    """
    command = [sys.executable, "-W", "ignore", "-c", code, json.dumps(INSTANCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_deleting_twice_deletes_once(cloud: LoopbackAws, cfn: Any) -> None:
    cloud.step = 0.05
    stack = _create(cfn, "short", TOPIC)
    for _ in range(3):
        cfn.delete_stack(StackName=stack)
    _until(cfn, stack, "DELETE_COMPLETE")
    assert _statuses(cfn, stack).count("short DELETE_IN_PROGRESS") == 1
