"""The instance behind a stack: found early, given keys and commands."""

from __future__ import annotations

from typing import Any

import pytest

from dots_tui.aws import packaged
from dots_tui.aws.events import follow
from dots_tui.aws.instances import (
    Instance,
    describe,
    find_instance,
    run_command,
    send_ssh_key,
)
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import get_stack
from dots_tui.demo.aws import AwsError, LoopbackAws

POLL_S = 0.01
ID = "i-0123456789abcdef0"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ0oYdDvXb8c4jTQm1bTzJ6xq3mKQ0rWn9lq7lq3dXk dots-tui"


def _launch(aws: Aws, market: str, name: str = "run-1") -> str:
    base = dict(get_stack(aws, "base").outputs)
    parameters = {
        "ResourcesStackName": "base",
        "DeepRacerImportName": name,
        "Market": market,
        "AmiId": "ami-0d075dots00000002",
        "ExpiresAt": "2030-01-01T00:00:00Z",
        "DeleteAt": "2030-01-01T00:15:00",
        "SchedulerRoleArn": base["SchedulerRole"],
        "BUCKET": base["Bucket"],
        "CUSTOMFILELOCATION": "custom_files",
        "InstanceFiles": packaged.instance_prefix(),
    }
    answer = aws.client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=packaged.template("training.yaml"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    return str(answer["StackId"])


def test_the_instance_is_found_while_its_stack_is_still_made(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    found: list[Instance | None] = []

    def made(_id: str, name: str, _parameters: dict[str, str]) -> None:
        found.append(find_instance(aws, name))

    cloud.on_instance = made
    assert list(follow(aws, _launch(aws, "standard"), poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    instance = find_instance(aws, "run-1")
    assert instance is not None
    assert (instance.ip, instance.state, instance.type) == ("127.0.0.1", "running", "g4dn.2xlarge")
    assert found == [instance]


def test_the_instance_of_a_spot_stack_is_the_groups(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    told: list[str] = []
    cloud.on_instance = lambda instance_id, _name, _parameters: told.append(instance_id)
    assert list(follow(aws, _launch(aws, "spot"), poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    instance = find_instance(aws, "run-1")
    assert instance is not None
    assert told == [instance.id]
    assert get_stack(aws, "run-1").market == "spot"
    assert get_stack(aws, "run-1").instance_id == instance.id


def test_a_stack_without_an_instance(aws: Aws, base: str) -> None:
    assert find_instance(aws, base) is None
    with pytest.raises(AwsProblem) as caught:
        find_instance(aws, "nobody")
    assert caught.value.code == "no-such-stack"


def test_instances_that_are_gone_are_left_out(aws: Aws) -> None:
    assert describe(aws, ["i-0123456789abcdef0", ""]) == {}


def test_a_key_is_sent_to_the_instance(cloud: LoopbackAws, aws: Aws) -> None:
    sent: list[dict[str, Any]] = []

    def take(request: dict[str, Any]) -> dict[str, Any]:
        sent.append(request)
        return {"RequestId": "r", "Success": True}

    cloud.hooks["ec2-instance-connect", "SendSSHPublicKey"] = take
    send_ssh_key(aws, Instance(ID, "", "us-east-1a", "running", "g4dn.2xlarge"), "ubuntu", KEY)
    assert sent == [
        {"InstanceId": ID, "InstanceOSUser": "ubuntu", "SSHPublicKey": KEY, "AvailabilityZone": "us-east-1a"}
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("EC2InstanceNotFoundException", "no-instance"), ("EC2InstanceStateInvalidException", "instance-state")],
)
def test_a_key_that_is_not_taken(cloud: LoopbackAws, aws: Aws, code: str, expected: str) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError(code, "no")

    cloud.hooks["ec2-instance-connect", "SendSSHPublicKey"] = refuse
    with pytest.raises(AwsProblem) as caught:
        send_ssh_key(aws, Instance(ID, "", "", "running", ""), "ubuntu", KEY)
    assert caught.value.code == expected


def _commands(cloud: LoopbackAws, *answers: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Answer GetCommandInvocation with ``answers`` in turn; None is "not known yet". Returns what was sent."""
    sent: list[dict[str, Any]] = []
    left = list(answers)

    def send(request: dict[str, Any]) -> dict[str, Any]:
        sent.append(request)
        return {"Command": {"CommandId": "c0000000-0000-4000-8000-000000000001"}}

    def invocation(_request: dict[str, Any]) -> dict[str, Any]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer is None:
            raise AwsError("InvocationDoesNotExist", "")
        return answer

    cloud.hooks["ssm", "SendCommand"] = send
    cloud.hooks["ssm", "GetCommandInvocation"] = invocation
    return sent


def test_a_command_is_run_and_its_output_read(cloud: LoopbackAws, aws: Aws) -> None:
    done = {"Status": "Success", "StandardOutputContent": "ssh-ed25519 AAAA\n"}
    sent = _commands(cloud, None, {"Status": "InProgress"}, done)
    output = run_command(aws, ID, ["cat /etc/ssh/ssh_host_ed25519_key.pub"], poll_s=POLL_S)
    assert (output.status, output.output, output.error) == ("Success", "ssh-ed25519 AAAA\n", "")
    assert sent[0]["Parameters"] == {"commands": ["cat /etc/ssh/ssh_host_ed25519_key.pub"]}


def test_a_command_nobody_answers(cloud: LoopbackAws, aws: Aws) -> None:
    _commands(cloud, {"Status": "Pending"})
    with pytest.raises(AwsProblem) as caught:
        run_command(aws, ID, ["true"], timeout_s=0.05, poll_s=POLL_S)
    assert caught.value.code == "command-timeout"


def test_an_instance_without_an_agent(cloud: LoopbackAws, aws: Aws) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError("InvalidInstanceId", "Instances [[i-0123456789abcdef0]] not in a valid state for account 1")

    cloud.hooks["ssm", "SendCommand"] = refuse
    with pytest.raises(AwsProblem) as caught:
        run_command(aws, ID, ["true"], poll_s=POLL_S)
    assert caught.value.code == "no-agent"
