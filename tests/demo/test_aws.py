"""The loopback AWS as a server: it starts and ends cleanly, and answers as it is told."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from dots_tui.demo.aws import AwsError, Fault, LoopbackAws

TOPIC = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


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


def _refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


# -- the server ---------------------------------------------------------------------------------------


def test_it_starts_and_ends_again_and_again_and_leaves_no_thread() -> None:
    code = """if True:
        import threading, urllib.request
        from moto.cloudformation.models import CloudFormationBackend
        from dots_tui.demo.aws import LoopbackAws
        before = CloudFormationBackend.create_stack
        cloud = LoopbackAws()
        for _ in range(3):
            cloud.start()
            assert CloudFormationBackend.create_stack is not before
            urllib.request.urlopen(cloud.url + "/moto-api/").close()
            cloud.stop()
            cloud.stop()
        assert CloudFormationBackend.create_stack is before
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                thread.join(10)  # one that has done its work may still be on its way out
        assert threading.active_count() == 1, threading.enumerate()
    """
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_only_one_can_be_started(cloud: LoopbackAws) -> None:
    with pytest.raises(RuntimeError, match="another"):
        LoopbackAws().start()
    with pytest.raises(RuntimeError, match="not started"):
        _ = LoopbackAws().url


def test_it_listens_on_loopback_only(cloud: LoopbackAws) -> None:
    assert cloud.url.startswith("http://127.0.0.1:")
    port = int(cloud.url.rpartition(":")[2])
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))


def test_a_port_in_use_can_be_tried_again_elsewhere() -> None:
    code = """if True:
        import socket
        from dots_tui.demo.aws import LoopbackAws
        taken = socket.create_server(("127.0.0.1", 0))
        try:
            LoopbackAws(port=taken.getsockname()[1]).start()
        except (OSError, SystemExit):
            pass
        else:
            raise SystemExit("started on a port that is taken")
        LoopbackAws().start().stop()
    """
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_calls_are_recorded(cloud: LoopbackAws, clients: dict[str, Any]) -> None:
    clients["sts"].get_caller_identity()
    clients["s3"].create_bucket(Bucket="racers")
    clients["s3"].put_object(Bucket="racers", Key="a/b", Body=b"x")
    clients["s3"].list_objects_v2(Bucket="racers")
    assert cloud.calls == [
        ("sts", "GetCallerIdentity"),
        ("s3", "CreateBucket"),
        ("s3", "PutObject"),
        ("s3", "ListObjectsV2"),
    ]


def test_a_reset_forgets_everything(cloud: LoopbackAws, cfn: Any, clients: dict[str, Any]) -> None:
    clients["s3"].create_bucket(Bucket="racers")
    cloud.step = 5.0
    _create(cfn, "slow", TOPIC)
    cloud.faults.append(Fault("sts", "*", "ExpiredToken"))
    cloud.hooks["sts", "GetCallerIdentity"] = lambda _: ""
    cloud.fail["Topic"] = "no"
    cloud.reset()
    assert (cloud.calls, cloud.faults, cloud.hooks, cloud.fail) == ([], [], {}, {})
    assert cfn.describe_stacks()["Stacks"] == []
    assert clients["s3"].list_buckets()["Buckets"] == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("stack-")]


def test_faults_are_used_up(cloud: LoopbackAws, clients: dict[str, Any]) -> None:
    cloud.faults.append(Fault("sts", "GetCallerIdentity", "ExpiredToken", "over", 403, times=2))
    for _ in range(2):
        assert _refusal(clients["sts"].get_caller_identity) == ("ExpiredToken", "over")
    assert clients["sts"].get_caller_identity()["Account"] == "123456789012"
    assert cloud.faults == []


@pytest.mark.parametrize(
    ("service", "call", "arguments"),
    [
        ("cloudformation", "describe_stacks", {}),
        ("ec2", "describe_regions", {}),
        ("sts", "get_caller_identity", {}),
        ("s3", "put_object", {"Bucket": "b", "Key": "k", "Body": b"x"}),
        ("ssm", "list_commands", {}),
        ("autoscaling", "describe_auto_scaling_groups", {}),
    ],
)
def test_faults_have_the_services_own_form(
    cloud: LoopbackAws, clients: dict[str, Any], service: str, call: str, arguments: dict[str, Any]
) -> None:
    cloud.faults.append(Fault("*", "*", "AccessDenied", "not <you> & me", 403))
    assert _refusal(getattr(clients[service], call), **arguments) == ("AccessDenied", "not <you> & me")


def test_an_answer_that_is_no_answer(cloud: LoopbackAws, clients: dict[str, Any]) -> None:
    cloud.faults.append(Fault("ec2", "DescribeRegions", "", status=500))
    with pytest.raises(ResponseParserError):
        clients["ec2"].describe_regions()


def test_hooks_answer_refuse_or_leave_it_to_moto(cloud: LoopbackAws, clients: dict[str, Any]) -> None:
    ssm, seen = clients["ssm"], []

    def refuse(request: dict[str, Any]) -> None:
        seen.append(request)
        raise AwsError("InvalidInstanceId", "no agent")

    arguments = {"InstanceIds": ["i-1"], "DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]}}
    cloud.hooks["ssm", "SendCommand"] = refuse
    assert _refusal(ssm.send_command, **arguments) == ("InvalidInstanceId", "no agent")
    assert seen == [arguments]

    def no_better_code(_request: dict[str, Any]) -> None:
        raise RuntimeError("there is no instance i-1")

    cloud.hooks["ssm", "SendCommand"] = no_better_code
    assert _refusal(ssm.send_command, **arguments) == ("ValidationException", "there is no instance i-1")
    cloud.hooks["ssm", "SendCommand"] = lambda _: {"Command": {"CommandId": "ours"}}
    assert ssm.send_command(**arguments)["Command"]["CommandId"] == "ours"
    cloud.hooks["ssm", "SendCommand"] = lambda _: None
    assert ssm.send_command(**arguments)["Command"]["CommandId"] != "ours"
