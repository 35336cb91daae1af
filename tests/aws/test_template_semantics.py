"""What the templates rely on: how properties are updated, and limits of AWS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dots_tui.aws import baking, packaged
from dots_tui.aws.recipe import recipe
from tests.aws.template_table import LIMITS, UPDATES
from tests.aws.templates import parsed, statements

NAMES = ("base.yaml", "training.yaml", "access.yaml", "builder.yaml")


def _resources() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(template, logical id, resource) of all templates."""
    for name in NAMES:
        for logical, node in parsed(name)["Resources"].items():
            yield name, logical, node


def _refers(node: Any, wanted: str) -> bool:
    """True if a part of a template uses a parameter, by Ref or inside a Sub."""
    if isinstance(node, dict):
        return node.get("Ref") == wanted or any(_refers(value, wanted) for value in node.values())
    if isinstance(node, list):
        return any(_refers(value, wanted) for value in node)
    return isinstance(node, str) and f"${{{wanted}}}" in node


def test_the_table_has_exactly_the_properties_that_are_used() -> None:
    used: dict[str, set[str]] = {}
    for _, _, node in _resources():
        used.setdefault(node["Type"], set()).update(node.get("Properties", {}))
    assert {kind: set(rows) for kind, rows in UPDATES.items()} == used


@pytest.mark.parametrize("kind", sorted(UPDATES))
def test_the_table_agrees_with_the_schemas_of_the_registry(kind: str) -> None:
    pytest.importorskip("cfnlint", reason="the schemas of the resource types come with cfn-lint")
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    always = {path.split("/")[2] for path in schema.get("createOnlyProperties") or ()}
    sometimes = {path.split("/")[2] for path in schema.get("conditionalCreateOnlyProperties") or ()}
    for name, update in UPDATES[kind].items():
        expected = "replacement" if name in always else "sometimes" if name in sometimes else "none"
        assert update == expected, name


@pytest.mark.parametrize("parameter", ["ExpiresAt", "DeleteAt", "TimeToLiveInMinutes"])
def test_more_time_replaces_nothing(parameter: str) -> None:
    for logical, node in parsed("training.yaml")["Resources"].items():
        for name, value in node.get("Properties", {}).items():
            if _refers(value, parameter):
                assert UPDATES[node["Type"]][name] == "none", (logical, name)


def test_another_address_replaces_rules_only_and_never_the_bucket_or_a_role() -> None:
    for logical, node in parsed("base.yaml")["Resources"].items():
        for name, value in node.get("Properties", {}).items():
            if _refers(value, "MyIPAddress"):
                assert UPDATES[node["Type"]][name] == "none", (logical, name)


def test_what_would_lose_models_is_retained_on_replacement() -> None:
    bucket = parsed("base.yaml")["Resources"]["Bucket"]
    assert bucket["UpdateReplacePolicy"] == "Retain"


# -- limits -------------------------------------------------------------------------------------------


def _limit(name: str) -> int:
    value, source = LIMITS[name]
    assert source
    return value


@pytest.mark.parametrize("name", NAMES)
def test_templates_are_within_the_quotas_of_cloudformation(name: str) -> None:
    document = parsed(name)
    assert len(packaged.template(name).encode()) <= _limit("template in a request, bytes")
    assert len(document.get("Parameters", {})) <= _limit("parameters of a template")
    assert len(document["Resources"]) <= _limit("resources of a template")
    assert len(document.get("Outputs", {})) <= _limit("outputs of a template")


@pytest.mark.parametrize("name", ["training.yaml", "builder.yaml"])
def test_user_data_fits_with_the_longest_values(name: str) -> None:
    [data] = [
        node["Properties"]["LaunchTemplateData"]["UserData"]
        for _, _, node in _resources()
        if node["Type"] == "AWS::EC2::LaunchTemplate" and node in parsed(name)["Resources"].values()
    ]
    body = data["Fn::Base64"]["Fn::Sub"]
    text = body[0] if isinstance(body, list) else body
    longest = re.sub(r"\$\{[^!}]+\}", "x" * 256, text)
    assert len(longest.encode()) <= _limit("user data before base64, bytes")


def test_policies_of_a_role_fit() -> None:
    for role, rights in statements().items():
        text = re.sub(r"\s", "", json.dumps(rights))
        assert len(text) <= _limit("inline policies of a role, characters"), role


def test_tags_fit() -> None:
    for _, logical, node in _resources():
        tags = node.get("Properties", {}).get("Tags", ())
        assert len(tags) <= _limit("tags of a resource") - 4, logical  # CloudFormation adds three, the stack's own more
        assert all(len(one["Key"]) <= _limit("tag key, characters") for one in tags)


def test_signal_timeouts_are_longer_than_what_they_wait_for_and_allowed() -> None:
    builder = parsed("builder.yaml")["Resources"]["Instance"]["CreationPolicy"]["ResourceSignal"]["Timeout"]
    minutes = int(builder.removeprefix("PT").removesuffix("M"))
    assert baking.USUAL_MINUTES < minutes < baking.MOST_MINUTES < baking.DELETE_AFTER_MINUTES
    assert minutes <= _limit("signal timeout, minutes")
    assert f"shutdown -h +{baking.MOST_MINUTES}" in packaged.template("builder.yaml")


def test_names_of_images_are_short_enough() -> None:
    name = f"dots-tui-drfc-{recipe().drfc_version}-20261128-180000"
    assert 3 <= len(name) <= _limit("image name, characters")
    assert re.fullmatch(r"[A-Za-z0-9()\[\] ./'@_-]+", name)
