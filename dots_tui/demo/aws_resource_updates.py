"""Updates of single resources on the loopback AWS, for kinds that moto cannot update."""

# ruff: noqa: SLF001 - moto has no public way to its stores
from __future__ import annotations

import contextlib
from typing import Any

from moto.cloudformation import parsing as cfn_parsing
from moto.ec2.exceptions import InvalidPermissionNotFoundError
from moto.ec2.models import ec2_backends

from dots_tui.demo.aws_resources import instances_of, resources_of
from dots_tui.demo.aws_standins import StandIn


def apply_update(stack: Any, logical: str, old: Any) -> None:
    """Update one resource of `stack` to its new properties; `old` is the previous map of resources."""
    known, node = stack.resource_map, resources_of(stack)[logical]
    resource = known._parsed_resources[logical]
    properties = cfn_parsing.clean_json(node.get("Properties", {}), known)
    ec2 = ec2_backends[stack.account_id][stack.region_name]
    if isinstance(resource, StandIn):
        resource.apply(properties)
    elif node["Type"] == "AWS::EC2::Instance":
        tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}
        ec2.create_tags(instances_of(resource), {**stack.tags, **tags})
    elif node["Type"] == "AWS::AutoScaling::AutoScalingGroup":
        resource.tags = [
            {"ResourceId": resource.name, "ResourceType": "auto-scaling-group", **tag} for tag in properties["Tags"]
        ]
    elif node["Type"] == "AWS::EC2::SecurityGroup":
        before = cfn_parsing.clean_json(old._resource_json_map[logical].get("Properties", {}), old)
        rules = [one.get("SecurityGroupIngress", ()) for one in (before, properties)]
        _change_rules(ec2, resource, *rules)
    else:
        updated = cfn_parsing.parse_and_update_resource(logical, node, known, stack.account_id, stack.region_name)
        if updated is not None:
            known._parsed_resources[logical] = updated


def _change_rules(ec2: Any, group: Any, before: Any, after: Any) -> None:
    """Change only the stack's own rules; rules from other stacks or made by hand stay."""
    for change, rules in ((ec2.revoke_security_group_ingress, before), (ec2.authorize_security_group_ingress, after)):
        for rule in rules:
            with contextlib.suppress(InvalidPermissionNotFoundError):  # removed by hand
                change(
                    group_name_or_id=group.id,
                    ip_protocol=rule["IpProtocol"],
                    from_port=rule["FromPort"],
                    to_port=rule["ToPort"],
                    ip_ranges=[{"CidrIp": rule["CidrIp"]}] if "CidrIp" in rule else [],
                )
