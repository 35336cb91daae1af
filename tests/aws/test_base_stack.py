"""Base stacks: made as asked, refused in words, recognised when DeepRacer on the Spot made them."""

from __future__ import annotations

import json

import pytest

from dots_tui.aws import base_stack, stacks
from dots_tui.aws.base_stack import base_of, check_address, check_name
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import LoopbackAws

POLL_S = 0.01


def test_a_base_stack_exports_what_trainings_need(aws: Aws, base: str) -> None:
    stack = stacks.get_stack(aws, base)
    found = base_of(stack)
    assert (stack.kind, stack.ours, found.complete, found.missing) == ("base", True, True, ())
    assert found.bucket.startswith("base-bucket-")
    assert found.stack_role.startswith("arn:aws:iam::")
    assert found.scheduler_role.startswith("arn:aws:iam::")
    assert {"base-Region", "base-InterruptionNotification"} <= dict(stack.exports).keys()


def test_only_three_ports_are_open_for_one_address(aws: Aws, base: str) -> None:
    group = dict(stacks.get_stack(aws, base).outputs)["SecurityGroup"]
    rules = aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert sorted(rule["FromPort"] for rule in rules) == [22, 8080, 8100]
    assert {ip["CidrIp"] for rule in rules for ip in rule["IpRanges"]} == {"203.0.113.7/32"}


def test_progress_reaches_its_total(aws: Aws, cloud: LoopbackAws) -> None:
    progress = stacks.Progress(base_stack.resource_count())
    for event in base_stack.create(aws, "base", "203.0.113.7", poll_s=POLL_S):
        progress.apply(event)
    assert progress.done == progress.total == 10


def test_a_network_acl_is_opened_where_one_is_named(aws: Aws, cloud: LoopbackAws) -> None:
    acl = aws.client("ec2").describe_network_acls()["NetworkAcls"][0]["NetworkAclId"]
    events = list(base_stack.create(aws, "base", "203.0.113.7", network_acl=acl, rule_number=77, poll_s=POLL_S))
    assert any(event.resource == "NetworkAclEntry" and event.status == "CREATE_COMPLETE" for event in events)
    assert len({event.resource for event in events if not event.of_stack}) == base_stack.resource_count(True)
    assert dict(stacks.get_stack(aws, "base").exports)["base-NetworkAclId"] == acl


def test_a_name_that_is_taken(aws: Aws, base: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        list(base_stack.create(aws, base, "203.0.113.7", poll_s=POLL_S))
    assert caught.value.code == "name-taken"


def test_a_failure_names_its_cause_and_is_rolled_back(aws: Aws, cloud: LoopbackAws) -> None:
    cloud.fail["InstanceRole"] = "API: iam:CreateRole User is not authorized to perform: iam:CreateRole"
    with pytest.raises(AwsProblem) as caught:
        list(base_stack.create(aws, "base", "203.0.113.7", poll_s=POLL_S))
    problem = caught.value
    assert problem.code == "create-failed"
    assert "InstanceRole" in problem.what
    assert "iam:CreateRole" in problem.what
    assert "permission is missing" in problem.advice
    stack = stacks.get_stack(aws, "base")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert not base_of(stack).complete


@pytest.mark.parametrize("name", ["", "1base", "my_base", "my base", "-base", "b" * 65, "bäse"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        check_name(name)
    assert caught.value.code == "bad-name"


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "not an IPv4"),
        ("203.0.113", "not an IPv4"),
        ("203.0.113.256", "not an IPv4"),
        ("203.0.113.7/32", "not an IPv4"),
        ("::1", "not an IPv4"),
        ("192.168.1.20", "never sees it"),
        ("10.1.2.3", "never sees it"),
        ("0.0.0.0", "never sees it"),
    ],
)
def test_addresses_that_would_let_nobody_in(address: str, word: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        check_address(address)
    assert caught.value.code == "bad-address"
    assert word in caught.value.what
    assert "checkip" in caught.value.advice


def test_addresses_that_are_good() -> None:
    assert check_address(" 203.0.113.7 ") == "203.0.113.7"
    assert check_address("127.0.0.1") == "127.0.0.1"


def test_a_base_stack_of_deepracer_on_the_spot_is_known_by_its_exports(aws: Aws, cloud: LoopbackAws) -> None:
    names = ("Bucket", "SecurityGroup", "InstanceProfile", "InterruptionNotification", "TerminationLambdaArn")
    template = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {
            name: {
                "Value": {"Fn::Sub": "${Bucket}-" + name},
                "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-" + name}},
            }
            for name in names
        },
    }
    created = aws.client("cloudformation").create_stack(StackName="spot-base", TemplateBody=json.dumps(template))
    list(stacks.follow(aws, created["StackId"], poll_s=POLL_S))
    [stack] = stacks.list_stacks(aws)
    found = base_of(stack)
    assert (stack.name, stack.kind, stack.ours) == ("spot-base", "base", False)
    assert found.complete
    assert (found.stack_role, found.scheduler_role) == ("", "")
