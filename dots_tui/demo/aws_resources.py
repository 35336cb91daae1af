"""The resources of a stack on the loopback AWS: creation order, and creation by moto or as stand-ins."""

# ruff: noqa: SLF001 - moto has no public way to its stores
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from moto.cloudformation import parsing as cfn_parsing

from dots_tui.demo.aws_standins import StandIn, stand_in

_IMPORTS_GONE = ("ROLLBACK_COMPLETE", "DELETE_COMPLETE")


def creation_order(resources: dict[str, Any]) -> list[str]:
    """Return the logical ids, each after the ids it refers to."""
    done: list[str] = []

    def visit(logical: str, trail: tuple[str, ...]) -> None:
        if logical in done or logical in trail or logical not in resources:
            return
        for other in _references(resources[logical]):
            visit(other, (*trail, logical))
        done.append(logical)

    for logical in resources:
        visit(logical, ())
    return done


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for value in node:
            yield from _references(value)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "Ref":
            yield value
        elif key == "Fn::GetAtt":
            yield value[0] if isinstance(value, list) else value.partition(".")[0]
        elif key == "DependsOn":
            yield from [value] if isinstance(value, str) else value
        elif key == "Fn::Sub":
            text, extra = value if isinstance(value, list) else (value, {})
            yield from (name.partition(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text))
            yield from _references(extra)
        else:
            yield from _references(value)


def resources_of(stack: Any) -> dict[str, Any]:
    resources: dict[str, Any] = stack.resource_map._resource_json_map
    return resources


def physical_id(resource: Any) -> str:
    return str(getattr(resource, "physical_resource_id", None) or "")


def make(stack: Any, logical: str, node: dict[str, Any]) -> None:
    """Create one resource with moto, or a stand-in for it."""
    known = stack.resource_map
    standing = stand_in(stack, logical, node["Type"], node["Type"] in cfn_parsing.get_model_map())
    if standing is not None:
        # An invalid reference fails here, as on AWS.
        standing.apply(cfn_parsing.clean_json(node.get("Properties", {}), known))
        known._parsed_resources[logical] = standing
        return
    resource = known[logical]
    # The members of a group also have the tags of its stack.
    tagged = isinstance(resource, cfn_parsing.TaggedEC2Resource)
    ids = [physical_id(resource)] if tagged else instances_of(resource)
    if ids:
        tag_with_stack(stack, logical, ids)


def tag_with_stack(stack: Any, logical: str, ids: list[str]) -> None:
    """Give EC2 resources the tags of their stack, and those that CloudFormation adds."""
    own = {"stack-name": stack.name, "stack-id": stack.stack_id, "logical-id": logical}
    tags = {**stack.tags, **{f"aws:cloudformation:{key}": value for key, value in own.items()}}
    cfn_parsing.ec2_models.ec2_backends[stack.account_id][stack.region_name].create_tags(ids, tags)


def unmake(known: Any, logical: str, resource: Any) -> None:
    node = known._resource_json_map[logical]
    if node["Type"] == "AWS::S3::Bucket" and list(getattr(resource, "keys", ()) or ()):
        raise RuntimeError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
    if isinstance(resource, StandIn):
        resource.delete()
    else:
        known._delete_resource(resource, node)
    known._parsed_resources.pop(logical, None)


def instances_of(resource: Any) -> list[str]:
    """Return the instance ids of an instance or an Auto Scaling group."""
    kind = getattr(resource, "cf_resource_type", "")
    if kind == "AWS::EC2::Instance":
        return [resource.id]
    if kind == "AWS::AutoScaling::AutoScalingGroup":
        return [state.instance.id for state in resource.instance_states]
    return []


def importers(backend: Any, stack: Any, exports: Iterable[str]) -> list[tuple[str, str]]:
    """Return (export, name of an importing stack) for the exports of `stack`."""
    wanted = set(exports)
    return [
        (name, other.name)
        for other in backend.stacks.values()
        if other is not stack and not other.status.startswith(_IMPORTS_GONE)
        for name in sorted(_imports(other, other.template_dict.get("Resources", {})) & wanted)
    ]


def _imports(stack: Any, node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*(_imports(stack, value) for value in node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*(_imports(stack, value) for value in node.values()))
    if "Fn::ImportValue" in node:
        found.add(cfn_parsing.clean_json(node["Fn::ImportValue"], stack.resource_map))
    return found
