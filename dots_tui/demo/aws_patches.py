"""Corrections to moto that our templates need. Works with moto 5.1.15 to 5.2.x.

Each correction is one function that describes moto's behavior. They apply while a loopback AWS runs and are undone when
it stops, so that nothing else in the process is affected.
"""

from __future__ import annotations

from typing import Any, Callable

import yaml
from moto.cloudformation import models as cfn_models
from moto.cloudformation import parsing as cfn_parsing
from moto.cloudformation import responses as cfn_responses
from moto.cloudformation import utils as cfn_utils
from moto.ec2.models import elastic_network_interfaces as interfaces
from moto.ec2.models import instances as ec2_instances

_ABSENT = object()


class Patches:
    """Replacements of attributes in other modules and classes, restored by `undo`."""

    def __init__(self) -> None:
        self._old: list[tuple[Any, str, Any]] = []

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Replace `owner.name`; an attribute that a class only inherits is shadowed until `undo`."""
        self._old.append((owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Restore everything, in reverse order."""
        while self._old:
            owner, name, old = self._old.pop()
            if old is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, old)


def apply(patches: Patches, public_ip: str) -> None:
    """Apply all corrections. Every instance gets the public address `public_ip`."""
    for module in (cfn_utils, cfn_models, cfn_responses):
        patches.set(module, "yaml_tag_constructor", _yaml_tag)
    patches.set(cfn_parsing, "clean_json", _zones_of_this_region(cfn_parsing.clean_json))
    patches.set(cfn_parsing.OutputMap, "exports", property(_exports))
    real = ec2_instances.Instance.create_from_cloudformation_json.__func__
    patches.set(ec2_instances.Instance, "create_from_cloudformation_json", classmethod(_from_launch_template(real)))
    patches.set(ec2_instances.Instance, "__init__", _with_market(ec2_instances.Instance.__init__))
    patches.set(interfaces, "random_public_ip", lambda: public_ip)


def _yaml_tag(loader: Any, tag: str, node: Any) -> dict[str, Any]:
    """Return a short tag (`!Sub`) in its long form. moto does not look below a mapping or into a sequence."""
    key = tag[1:] if tag in ("!Ref", "!Condition") else "Fn::" + tag[1:]
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if tag == "!GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {key: value}


def _zones_of_this_region(real: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return `Fn::GetAZs` of the stack's region. moto returns us-east-1's zones for an empty region."""

    def clean_json(node: Any, resources: Any) -> Any:
        if isinstance(node, dict) and "Fn::GetAZs" in node:
            return [f"{resources['AWS::Region']}{letter}" for letter in "abcd"]
        return real(node, resources)

    return clean_json


def _exports(outputs: Any) -> list[Any]:
    """The exports of a stack whose output conditions hold. moto exports them all and fails where one does not."""
    resources = outputs._resource_map  # noqa: SLF001
    found = []
    for output in (outputs._output_json_map or {}).values():  # noqa: SLF001
        condition = output.get("Condition")
        if not output.get("Export") or (condition and not resources.lazy_condition_map[condition]):
            continue
        name = cfn_parsing.clean_json(output["Export"]["Name"], resources)
        value = cfn_parsing.clean_json(output["Value"], resources)
        found.append(cfn_parsing.Export(resources.stack_id, name, value))
    return found


def _from_launch_template(real: Callable[..., Any]) -> Callable[..., Any]:
    """An instance that takes image, type, profile and groups from its launch template. moto ignores it."""

    def create(cls: Any, name: str, template: Any, account_id: str, region_name: str, **rest: Any) -> Any:
        properties = template["Properties"]
        backend = cfn_parsing.ec2_models.ec2_backends[account_id][region_name]
        if properties.get("LaunchTemplate"):
            data = backend._get_template_from_args(properties["LaunchTemplate"]).data  # noqa: SLF001
            for key in ("ImageId", "InstanceType", "KeyName", "UserData"):
                if data.get(key):
                    properties.setdefault(key, data[key])
            profile = (data.get("IamInstanceProfile") or {}).get("Name")
            if profile:
                properties.setdefault("IamInstanceProfile", profile)
            properties.setdefault("SecurityGroupIds", data.get("SecurityGroupIds") or [])
        properties.setdefault("SecurityGroups", properties.get("SecurityGroupIds") or [])
        # With a subnet moto's instance gets no public address, though that of a default subnet says it does.
        subnet = backend.get_subnet(properties.pop("SubnetId")) if properties.get("SubnetId") else None
        instance = real(cls, name, template, account_id, region_name, **rest)
        if subnet is not None:
            instance._placement.zone = subnet.availability_zone  # noqa: SLF001
        return instance

    return create


def _with_market(real: Callable[..., None]) -> Callable[..., None]:
    """Mark an instance as spot when its launch template asks for one. moto marks only those of a spot request."""

    def init(self: Any, ec2_backend: Any, *args: Any, **kwargs: Any) -> None:
        real(self, ec2_backend, *args, **kwargs)
        if kwargs.get("launch_template"):
            data = ec2_backend._get_template_from_args(kwargs["launch_template"]).data  # noqa: SLF001
            if (data.get("InstanceMarketOptions") or {}).get("MarketType") == "spot":
                self.lifecycle = "spot"

    return init
