"""CloudFormation's calls on the loopback AWS: validation of requests, and descriptions of stacks.

moto already answers these calls; this module makes the answers match AWS where dots-tui depends on it: checked
parameters, names, sizes and capabilities, statuses per resource, outputs only of complete stacks, events in pages.
"""

# ruff: noqa: SLF001 - moto has no public way to its stores
from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any, Callable

from moto.cloudformation import models as cfn_models
from moto.cloudformation import parsing as cfn_parsing
from moto.cloudformation import responses as cfn_responses
from moto.cloudformation.exceptions import ValidationError
from moto.core.responses import ActionResult
from moto.iam.models import iam_backends

from dots_tui.demo.aws_change_sets import ChangeSets
from dots_tui.demo.aws_lifecycle import StackLife
from dots_tui.demo.aws_patches import Patches

TEMPLATE_BYTES = 51_200
"""Size limit in bytes of a template in a CloudFormation request."""
_EVENTS_PER_PAGE = 100
_WITH_OUTPUTS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")

_request = threading.local()  # what create_stack of the API asked for and moto does not hand on


def apply(patches: Patches, life: StackLife) -> None:
    """Let `life` create and delete the stacks of moto's CloudFormation."""
    backend, stack, response = (
        cfn_models.CloudFormationBackend,
        cfn_models.Stack,
        cfn_responses.CloudFormationResponse,
    )
    patches.set(backend, "create_stack", _create_stack(life))
    patches.set(backend, "delete_stack", _delete_stack(life))
    patches.set(stack, "outputs", property(_outputs))
    patches.set(stack, "stack_resources", property(_made))
    patches.set(cfn_responses.StackResourceDTO, "__init__", _described(life, cfn_responses.StackResourceDTO.__init__))
    patches.set(response, "create_stack", _checked(response.create_stack))
    patches.set(response, "describe_stack_events", _events)
    ChangeSets(life, _check_parameters).apply(patches)


def _create_stack(life: StackLife) -> Callable[..., Any]:
    def create_stack(
        self: Any,
        name: str,
        template: str,
        parameters: dict[str, Any],
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
        **rest: Any,
    ) -> Any:
        if any(stack.name == name for stack in self.stacks.values()):
            raise cfn_models.AlreadyExistsException(f"Stack [{name}] already exists")
        _check_name(name)
        _check_role(self.account_id, role_arn)
        _check_parameters(cfn_models.Stack.parse_template(template), parameters)
        stack = cfn_models.Stack(
            stack_id=cfn_models.generate_stack_id(name, self.region_name, self.account_id),
            name=name,
            template=template,
            parameters=parameters,
            account_id=self.account_id,
            region_name=self.region_name,
            notification_arns=notification_arns,
            tags=tags,
            role_arn=role_arn,
            cross_stack_resources=self.exports,
            **rest,
        )
        # An empty dict of exports would count as no dict at all, and stay empty.
        stack.cross_stack_resources = stack.resource_map.cross_stack_resources = self.exports
        self.stacks[stack.stack_id] = stack
        life.create(self, stack, getattr(_request, "on_failure", "ROLLBACK"))
        return stack

    return create_stack


def _delete_stack(life: StackLife) -> Callable[..., Any]:
    def delete_stack(self: Any, name_or_stack_id: str) -> None:
        for stack in list(self.stacks.values()):
            if name_or_stack_id in (stack.name, stack.stack_id):
                if stack.enable_termination_protection:
                    raise ValidationError(
                        message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
                    )
                life.delete(self, stack)

    return delete_stack


def _outputs(stack: Any) -> list[dict[str, Any]] | None:
    """Return the outputs of a complete stack; a stack in creation has none."""
    if not stack.status.endswith(_WITH_OUTPUTS):
        return None
    known = stack.resource_map
    outputs = []
    for key, node in (stack.output_map._output_json_map or {}).items():
        output = stack.output_map[key]
        if output:
            export = (node.get("Export") or {}).get("Name")
            outputs.append(
                {
                    "OutputKey": key,
                    "OutputValue": output.value,
                    "Description": output.description,
                    "ExportName": cfn_parsing.clean_json(export, known) if export else None,
                }
            )
    return outputs or None


def _made(stack: Any) -> list[Any]:
    """Return the existing resources; moto would create missing ones on access."""
    known = stack.resource_map
    return [
        resource
        for logical, resource in list(known._parsed_resources.items())
        if logical in known._resource_json_map and resource is not None and not isinstance(resource, str)
    ]


def _described(life: StackLife, real: Callable[..., None]) -> Callable[..., None]:
    def init(self: Any, stack: Any, resource: Any) -> None:
        real(self, stack, resource)
        self.resource_status = life.journal.status(stack, self.logical_resource_id)
        self.timestamp = stack.events[-1].timestamp if stack.events else stack.creation_time

    return init


def _events(self: Any) -> ActionResult:
    """Return events newest first, 100 per page, as AWS does."""
    events = self.cloudformation_backend.describe_stack_events(self._get_param("StackName"))[::-1]
    start = int(self._get_param("NextToken") or 0)
    end = start + _EVENTS_PER_PAGE
    return ActionResult({"StackEvents": events[start:end], "NextToken": str(end) if len(events) > end else None})


def _checked(real: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`CreateStack` with the checks that need the whole request."""

    def create_stack(self: Any) -> Any:
        body = self._get_param("TemplateBody") or ""
        if len(body.encode("utf-8")) > TEMPLATE_BYTES:
            raise ValidationError(
                message=f"1 validation error detected: Value '{body[:40]}...' at 'templateBody' failed to satisfy "
                f"constraint: Member must have length less than or equal to {TEMPLATE_BYTES}"
            )
        if not body and self._get_param("TemplateURL"):
            body = self._get_stack_from_s3_url(self._get_param("TemplateURL"))
        if body:
            _check_capabilities(cfn_models.Stack.parse_template(body), self._get_param("Capabilities", []) or [])
        no_rollback = self._get_bool_param("DisableRollback", False)
        _request.on_failure = self._get_param("OnFailure") or ("DO_NOTHING" if no_rollback else "ROLLBACK")
        return real(self)

    return create_stack


def _check_capabilities(template: Mapping[str, Any], given: list[str]) -> None:
    makes_roles = any(node["Type"].startswith("AWS::IAM::") for node in (template.get("Resources") or {}).values())
    if makes_roles and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(given):
        error = ValidationError(message="Requires capabilities : [CAPABILITY_IAM]")
        error.code = "InsufficientCapabilitiesException"
        raise error


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", name):
        raise ValidationError(
            message=f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )


def _check_role(account_id: str, role_arn: str | None) -> None:
    if role_arn and all(role.arn != role_arn for role in iam_backends[account_id]["aws"].roles.values()):
        raise ValidationError(message=f"Role {role_arn} is invalid or cannot be assumed")


def _check_parameters(template: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    slots = template.get("Parameters") or {}
    unknown = [name for name in given if name not in slots]
    if unknown:
        raise ValidationError(message=f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, slot in slots.items() if name not in given and "Default" not in slot]
    if missing:
        raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")
    for name, slot in slots.items():
        _check_value(name, slot, str(given.get(name, slot.get("Default"))))


def _check_value(name: str, slot: Mapping[str, Any], value: str) -> None:
    if "AllowedValues" in slot and value not in [str(allowed) for allowed in slot["AllowedValues"]]:
        raise ValidationError(message=f"Parameter '{name}' must be one of AllowedValues")
    if "AllowedPattern" in slot and not re.fullmatch(slot["AllowedPattern"], value):
        raise ValidationError(message=f"Parameter '{name}' must match pattern {slot['AllowedPattern']}")
    if slot.get("Type") != "Number":
        return
    try:
        number = float(value)
    except ValueError:
        raise ValidationError(message=f"Template error: Parameter {name} must be a number") from None
    if number < slot.get("MinValue", number):
        raise ValidationError(message=f"Parameter '{name}' must be a number not less than {slot['MinValue']}")
    if number > slot.get("MaxValue", number):
        raise ValidationError(message=f"Parameter '{name}' must be a number not greater than {slot['MaxValue']}")
