"""The templates: valid CloudFormation, small, few rights, three lines of defence against cost."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from dots_tui.aws import packaged
from dots_tui.aws.base_stack import resource_count
from dots_tui.aws.stacks import EXPORTS
from tests.aws.templates import parsed, statements

NAMES = ("base.yaml", "training.yaml", "access.yaml", "builder.yaml")
INLINE_LIMIT = 51_200
_IMAGE_ID = {"W2506": "a parameter of an image's type blocks updates once the image is gone"}
LINT_EXCEPTIONS = {"training.yaml": _IMAGE_ID, "builder.yaml": _IMAGE_ID}


def _actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else list(action)


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_has_nothing_to_say(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("cfnlint") is None:
        pytest.skip("cfn-lint is not installed")
    from cfnlint.api import lint_file

    path = tmp_path / name
    path.write_text(packaged.template(name), encoding="utf-8")
    said = [match for match in lint_file(path) if match.rule.id not in LINT_EXCEPTIONS.get(name, {})]
    assert [str(match) for match in said] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_fits_into_the_request_with_room_to_grow(name: str) -> None:
    assert len(packaged.template(name).encode()) < INLINE_LIMIT / 2


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        ("base.yaml", {"OpensAcl": False}),
        ("base.yaml", {"OpensAcl": True}),
        ("builder.yaml", {}),
        ("training.yaml", {"Standard": True, "HasSchedule": True}),
        ("training.yaml", {"Spot": True}),
        ("training.yaml", {"Spot": True, "EndsGroup": True, "HasSchedule": True}),
    ],
)
def test_our_reading_of_the_resources_is_a_parsers(name: str, conditions: dict[str, bool]) -> None:
    resources = parsed(name)["Resources"]
    expected = [
        logical
        for logical, node in resources.items()
        if "Condition" not in node or conditions.get(node["Condition"], False)
    ]
    assert packaged.resource_names(packaged.template(name), conditions) == expected
    assert expected


def test_base_stacks_have_the_parameters_and_exports_of_deepracer_on_the_spot() -> None:
    base = parsed("base.yaml")
    assert {"MyIPAddress", "RuleNumber", "NetworkAclId"} == set(base["Parameters"])
    exports = {node["Export"]["Name"]["Fn::Sub"] for node in base["Outputs"].values()}
    assert {f"${{AWS::StackName}}-{name}" for name in (*EXPORTS, "Region", "StackRole", "SchedulerRole")} <= exports
    assert len(base["Resources"]) == resource_count(with_network_acl=True)


def test_training_stacks_have_the_parameters_of_deepracer_on_the_spot() -> None:
    parameters = parsed("training.yaml")["Parameters"]
    assert {
        "InstanceType",
        "ResourcesStackName",
        "DeepRacerImportName",
        "TimeToLiveInMinutes",
        "AmiId",
        "BUCKET",
        "CUSTOMFILELOCATION",
    } <= parameters.keys()


def test_no_lambda_and_no_custom_resource() -> None:
    for name in NAMES:
        kinds = {node["Type"] for node in parsed(name)["Resources"].values()}
        assert not any("Lambda" in kind or "Custom" in kind for kind in kinds)


def test_only_the_ports_that_are_used_from_one_address() -> None:
    rules = parsed("base.yaml")["Resources"]["SecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert [(rule["FromPort"], rule["ToPort"]) for rule in rules] == [(22, 22), (8080, 8080), (8100, 8100)]
    assert {rule["CidrIp"]["Fn::Sub"] for rule in rules} == {"${MyIPAddress}/32"}


def test_no_role_may_do_everything() -> None:
    for role, rights in statements().items():
        for statement in rights:
            for action in _actions(statement):
                assert action != "*", role
                assert not action.endswith(":*"), (role, action)


def test_deleting_and_passing_is_limited_to_what_is_ours() -> None:
    for role, rights in statements().items():
        for statement in rights:
            for action in _actions(statement):
                if action in ("cloudformation:DeleteStack", "ec2:TerminateInstances", "iam:PassRole"):
                    assert "Condition" in statement, (role, action)
                if action == "iam:PassRole":
                    assert statement["Resource"] != "*", role


def test_an_instance_touches_no_other_bucket() -> None:
    for statement in statements()["InstanceRole"]:
        if any(action.startswith("s3:") for action in _actions(statement)):
            assert "Bucket" in str(statement["Resource"])


def test_the_tags_the_rights_ask_for_are_the_tags_that_are_set() -> None:
    resources = parsed("training.yaml")["Resources"]
    owner = {"Key": "dots-tui:owner", "Value": {"Ref": "ResourcesStackName"}}
    assert owner in resources["Instance"]["Properties"]["Tags"]
    assert owner in resources["LaunchTemplate"]["Properties"]["TagSpecifications"][0]["Tags"]
    assert {**owner, "PropagateAtLaunch": True} in resources["Group"]["Properties"]["Tags"]
    unmake = next(one for one in statements()["StackRole"] if one.get("Sid") == "Unmake")
    assert unmake["Condition"] == {"StringEquals": {"aws:ResourceTag/dots-tui:owner": {"Ref": "AWS::StackName"}}}


def test_an_instance_is_safe_and_ends_with_its_shutdown() -> None:
    data = parsed("training.yaml")["Resources"]["LaunchTemplate"]["Properties"]["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["MetadataOptions"]["InstanceMetadataTags"] == "enabled"
    assert data["InstanceInitiatedShutdownBehavior"] == "terminate"
    assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    assert data["BlockDeviceMappings"][0]["Ebs"]["DeleteOnTermination"] is True


def test_everything_that_can_be_tagged_says_whose_it_is() -> None:
    resources = parsed("training.yaml")["Resources"]
    data = resources["LaunchTemplate"]["Properties"]
    tagged = {
        "launch template": data["TagSpecifications"][0]["Tags"],
        "volume": data["LaunchTemplateData"]["TagSpecifications"][0]["Tags"],
        "instance": resources["Instance"]["Properties"]["Tags"],
        "group": resources["Group"]["Properties"]["Tags"],
    }
    for what, tags in tagged.items():
        keys = {tag["Key"] for tag in tags}
        assert {"dots-tui:run", "dots-tui:racer"} <= keys, what
        # What cannot change without another instance carries no time that changes.
        assert ("dots-tui:expires" in keys) == (what in ("instance", "group")), what
    assert all(tag["PropagateAtLaunch"] for tag in tagged["group"])


def test_the_bucket_is_encrypted_closed_and_kept_from_plain_connections() -> None:
    resources = parsed("base.yaml")["Resources"]
    bucket = resources["Bucket"]["Properties"]
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    [refusal] = resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (refusal["Effect"], refusal["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_each_role_trusts_one_service_and_only_documented_condition_keys() -> None:
    services = {}
    for logical, node in parsed("base.yaml")["Resources"].items():
        if node["Type"] == "AWS::IAM::Role":
            [trust] = node["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            services[logical] = trust["Principal"]
            of_this_account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
            # Only the scheduler documents that it sends this key; PassRole keeps the other roles in their account.
            assert trust.get("Condition") == (of_this_account if logical == "SchedulerRole" else None)
    assert services == {
        "InstanceRole": {"Service": "ec2.amazonaws.com"},
        "BuilderRole": {"Service": "ec2.amazonaws.com"},
        "SchedulerRole": {"Service": "scheduler.amazonaws.com"},
        "StackRole": {"Service": "cloudformation.amazonaws.com"},
    }


def test_only_making_and_looking_is_allowed_on_everything() -> None:
    for role, rights in statements().items():
        for statement in rights:
            if statement["Resource"] == "*" and "Condition" not in statement:
                assert (role, statement.get("Sid")) in {
                    ("StackRole", "Look"),
                    ("StackRole", "Make"),
                    ("BuilderRole", "LookAtImages"),
                }
                verbs = [action.partition(":")[2] for action in _actions(statement)]
                assert not any(verb.startswith(("Delete", "Terminate", "Pass", "Attach")) for verb in verbs)


def test_a_group_does_not_replace_its_instance_for_ever() -> None:
    action = parsed("training.yaml")["Resources"]["EndGroup"]
    assert action["Condition"] == "EndsGroup"
    assert action["Properties"]["StartTime"] == {"Fn::Sub": "${DeleteAt}Z"}
    assert (action["Properties"]["MaxSize"], action["Properties"]["DesiredCapacity"]) == (0, 0)


def test_a_schedule_deletes_the_stack_if_nothing_else_did() -> None:
    schedule = parsed("training.yaml")["Resources"]["DeleteStack"]["Properties"]
    assert schedule["ScheduleExpression"] == {"Fn::Sub": "at(${DeleteAt})"}
    assert schedule["Target"]["Arn"]["Fn::Sub"].endswith(":aws-sdk:cloudformation:deleteStack")


def test_the_time_to_live_is_not_in_what_would_replace_the_instance() -> None:
    template = str(parsed("training.yaml")["Resources"]["LaunchTemplate"])
    for name in ("ExpiresAt", "DeleteAt", "TimeToLiveInMinutes"):
        assert name not in template


def test_the_instances_files_have_a_place_of_their_own_for_each_content(monkeypatch: pytest.MonkeyPatch) -> None:
    files = packaged.instance_files()
    assert {"install.sh", "prepare.sh", "train.sh", "logs.sh", "lifetime.sh", "stop.sh", "common.sh"} <= files.keys()
    before = packaged.instance_prefix.__wrapped__()
    monkeypatch.setattr(packaged, "instance_files", lambda: {**files, "stop.sh": b"#!/bin/bash\n"})
    after = packaged.instance_prefix.__wrapped__()
    assert before.startswith("dots-tui/instance/")
    assert before != after
