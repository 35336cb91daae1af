"""Our templates as parsed documents, for the tests that look into them."""

from __future__ import annotations

from typing import Any

import yaml

from dots_tui.aws import packaged


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, in their long form."""


def _short_tag(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    key = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {key: value.split(".", 1) if tag == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {key: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_tag)


def parsed(name: str) -> dict[str, Any]:
    """One template."""
    document: dict[str, Any] = yaml.load(packaged.template(name), Loader=_Loader)
    return document


def statements(name: str = "base.yaml") -> dict[str, list[dict[str, Any]]]:
    """Role -> the statements of its policies."""
    found = {}
    for logical, node in parsed(name)["Resources"].items():
        if node["Type"] == "AWS::IAM::Role":
            policies = node["Properties"]["Policies"]
            found[logical] = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    return found
