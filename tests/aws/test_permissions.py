"""StackRole and InstanceRole have what is needed, and no more than has a reason."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from dots_tui.aws import packaged
from tests.aws.permission_table import (
    BUILDER_CALLS,
    BUILDER_REFUSED,
    INSTANCE_CALLS,
    INSTANCE_REFUSED,
    NOT_GIVEN,
)
from tests.aws.templates import parsed, statements

_STAND_INS = {
    "${Bucket.Arn}": "arn:bucket",
    "InterruptionNotification": "arn:topic",
}


def _actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else list(action)


def _resources(statement: dict[str, Any]) -> list[str]:
    """The resources of a statement, with the intrinsic functions of the template resolved to short names."""
    found = statement["Resource"]
    return [_resource(one) for one in (found if isinstance(found, list) else [found])]


def _resource(node: Any) -> str:
    if isinstance(node, str):
        return node
    if "Fn::GetAtt" in node:
        return "arn:bucket" if node["Fn::GetAtt"][0] == "Bucket" else f"arn:{node['Fn::GetAtt'][0]}"
    if "Ref" in node:
        return _STAND_INS.get(node["Ref"], f"arn:{node['Ref']}")
    text = str(node["Fn::Sub"])
    if ":stack/" in text:
        return "arn:stack"
    if ":log-group:" in text:
        return "arn:logs"
    for kind in ("image", "snapshot", "instance"):
        if f":{kind}/" in text:
            return f"arn:{kind}"
    return text.replace("${Bucket.Arn}", "arn:bucket")


def _matches(patterns: list[str], wanted: str) -> bool:
    return any(fnmatchcase(wanted, pattern) for pattern in patterns)


def _allowed(role: str, action: str, resource: str) -> bool:
    """True if the policies of a role allow an action, as IAM decides: an explicit deny wins, no word is a no."""
    effects = {
        one["Effect"]
        for one in statements()[role]
        if _matches(_actions(one), action) and _matches(_resources(one), resource)
    }
    return effects == {"Allow"}


def _handlers(kind: str) -> set[str]:
    """What a resource type's handlers for create, read, update and delete need, by its schema."""
    pytest.importorskip("cfnlint", reason="the schemas of the resource types come with cfn-lint")
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema.get("handlers")
    if handlers is None:
        pytest.skip("the schemas in this version of cfn-lint (the newest for Python 3.9) leave out the handlers")
    verbs = ("create", "read", "update", "delete")
    return {action for verb in verbs for action in handlers.get(verb, {}).get("permissions", ())}


def _made_with_stack_role() -> set[str]:
    """The resource types of the stacks that CloudFormation makes with StackRole."""
    return {node["Type"] for name in ("training.yaml", "builder.yaml") for node in parsed(name)["Resources"].values()}


def test_stack_role_has_what_the_handlers_of_our_resources_need() -> None:
    given = [action for one in statements()["StackRole"] for action in _actions(one)]
    for kind in _made_with_stack_role():
        needed = _handlers(kind)
        missing = {action for action in needed if not _matches(given, action)} - NOT_GIVEN.keys()
        assert needed, kind
        assert not missing, (kind, missing)


def test_every_exception_is_one_of_a_handler_and_is_really_left_out() -> None:
    needed = set().union(*map(_handlers, _made_with_stack_role()))
    given = [action for one in statements()["StackRole"] for action in _actions(one)]
    for action, reason in NOT_GIVEN.items():
        assert action in needed, action
        assert not _matches(given, action), action
        assert len(reason) > 10, action


def test_a_permission_that_no_property_needs_is_not_given_for_properties_we_use() -> None:
    properties = {
        name
        for template in ("training.yaml", "builder.yaml")
        for node in parsed(template)["Resources"].values()
        for name in node.get("Properties", {})
    }
    for reason in NOT_GIVEN.values():
        named = set(re.findall(r"\b[A-Z][a-z]+[A-Z]?\w*\b", reason.partition("only with")[2]))
        assert not named & properties, reason


@pytest.mark.parametrize(("who", "how", "action", "resource"), INSTANCE_CALLS)
def test_instance_role_allows_what_runs_on_an_instance(who: str, how: str, action: str, resource: str) -> None:
    assert _allowed("InstanceRole", action, resource), (who, how)


@pytest.mark.parametrize(("action", "resource"), INSTANCE_REFUSED)
def test_instance_role_refuses_what_a_reward_function_must_not_do(action: str, resource: str) -> None:
    assert not _allowed("InstanceRole", action, resource)


@pytest.mark.parametrize(("who", "how", "action", "resource"), BUILDER_CALLS)
def test_builder_role_allows_what_a_builder_calls(who: str, how: str, action: str, resource: str) -> None:
    assert _allowed("BuilderRole", action, resource), (who, how)


@pytest.mark.parametrize(("action", "resource"), BUILDER_REFUSED)
def test_builder_role_refuses_everything_else(action: str, resource: str) -> None:
    assert not _allowed("BuilderRole", action, resource)


def test_every_call_of_the_scripts_is_in_the_table() -> None:
    known = {how.removeprefix("aws ") for _, how, _, _ in (*INSTANCE_CALLS, *BUILDER_CALLS)}
    used = set()
    call = re.compile(r"(?<![\w/-])aws (s3|s3api|sns|[a-z0-9-]+) ([a-z0-9-]+)")
    texts = [content.decode() for name, content in packaged.instance_files().items() if name.endswith(".sh")]
    for text in [*texts, packaged.template("training.yaml"), packaged.template("builder.yaml")]:
        used |= {" ".join(found) for found in call.findall(text)}
    assert used
    assert used <= known


def test_the_bucket_keeps_old_versions_for_a_short_time() -> None:
    bucket = parsed("base.yaml")["Resources"]["Bucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [rule] = [one for one in bucket["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in one]
    assert 1 <= rule["NoncurrentVersionExpiration"]["NoncurrentDays"] <= 30
