"""CloudFormation's update calls on the loopback AWS: change sets and direct updates."""

# ruff: noqa: SLF001 - moto has no public way to a request's parameters
from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from moto.cloudformation import models as cfn_models
from moto.cloudformation import responses as cfn_responses
from moto.cloudformation.exceptions import ValidationError
from moto.core.responses import ActionResult, EmptyResult

from dots_tui.demo.aws_lifecycle import StackLife
from dots_tui.demo.aws_patches import Patches
from dots_tui.demo.aws_updates import Change, Updates, Wanted, differences

_NOTHING = "The submitted information didn't contain changes. Submit different information to create a change set."
_NO_CHANGE = "No updates are to be performed."


@dataclass
class _ChangeSet:
    id: str
    name: str
    stack: Any
    wanted: Wanted

    @property
    def empty(self) -> bool:
        tags = self.wanted.tags
        return not self.wanted.changes and (tags is None or tags == self.stack.tags)


class ChangeSets:
    """The existing change sets and their API."""

    def __init__(self, life: StackLife, check: Callable[[Mapping[str, Any], Mapping[str, Any]], None]) -> None:
        self._updates = Updates(life)
        self._check = check
        self._sets: dict[str, _ChangeSet] = {}

    def apply(self, patches: Patches) -> None:
        """Answer CloudFormation's update calls."""
        response = cfn_responses.CloudFormationResponse
        real = {name: getattr(response, name) for name in ("create_change_set", "describe_change_set")}
        patches.set(response, "create_change_set", self._create(real["create_change_set"]))
        patches.set(response, "describe_change_set", self._describe(real["describe_change_set"]))
        real_row = cfn_responses.ChangeDTO  # moto's class for a row of a change set; it keeps three fields
        patches.set(cfn_responses, "ChangeDTO", lambda row: row if isinstance(row, dict) else real_row(row))
        for name, answer in (
            ("execute_change_set", self._execute),
            ("delete_change_set", self._delete),
            ("update_stack", self._update),
        ):
            patches.set(response, name, _method(answer))

    def _create(self, real: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def create_change_set(api: Any) -> Any:
            if api._get_param("ChangeSetType", "UPDATE") != "UPDATE":
                return real(api)
            stack, wanted = self._wanted(api)
            name = api._get_param("ChangeSetName")
            found = _ChangeSet(f"arn:aws:cloudformation:{stack.region_name}:{name}/{uuid.uuid4()}", name, stack, wanted)
            self._sets[found.id] = found
            return ActionResult({"Id": found.id, "StackId": stack.stack_id})

        return create_change_set

    def _describe(self, real: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def describe_change_set(api: Any) -> Any:
            found = self._find(api)
            if found is None:
                return real(api)
            return ActionResult(
                {
                    "ChangeSetId": found.id,
                    "ChangeSetName": found.name,
                    "StackId": found.stack.stack_id,
                    "StackName": found.stack.name,
                    "Status": "FAILED" if found.empty else "CREATE_COMPLETE",
                    "StatusReason": _NOTHING if found.empty else None,
                    "Parameters": {},
                    "Tags": {},
                    "ExecutionStatus": "UNAVAILABLE" if found.empty else "AVAILABLE",
                    "Changes": [{"Type": "Resource", "ResourceChange": _row(one)} for one in found.wanted.changes],
                }
            )

        return describe_change_set

    def _execute(self, api: Any) -> Any:
        found = self._find(api)
        if found is None or found.empty:
            raise ValidationError(message=f"ChangeSet [{api._get_param('ChangeSetName')}] cannot be executed")
        _check_status(found.stack)
        del self._sets[found.id]
        self._updates.begin(api.cloudformation_backend, found.stack, found.wanted)
        return EmptyResult()

    def _delete(self, api: Any) -> Any:
        found = self._find(api)
        if found is not None:
            del self._sets[found.id]
        return EmptyResult()

    def _update(self, api: Any) -> Any:
        stack, wanted = self._wanted(api)
        if not wanted.changes and (wanted.tags is None or wanted.tags == stack.tags):
            raise ValidationError(message=_NO_CHANGE)
        self._updates.begin(api.cloudformation_backend, stack, wanted)
        return ActionResult({"StackId": stack.stack_id})

    def _find(self, api: Any) -> _ChangeSet | None:
        wanted = api._get_param("ChangeSetName")
        named = [one for one in self._sets.values() if wanted in (one.id, one.name)]
        return named[-1] if named else None

    def _wanted(self, api: Any) -> tuple[Any, Wanted]:
        """Return the stack of a request and its requested state."""
        stack = api.cloudformation_backend.get_stack(api._get_param("StackName"))
        _check_status(stack)
        template = api._get_param("TemplateBody")
        if api._get_bool_param("UsePreviousTemplate", False):
            template = stack.template
        elif api._get_param("TemplateURL"):
            template = api._get_stack_from_s3_url(api._get_param("TemplateURL"))
        before = {key: str(value) for key, value in stack.stack_parameters.items()}
        parameters = {}
        for row in api._get_param("Parameters", []):
            key, previous = row["ParameterKey"], str(row.get("UsePreviousValue", False)).lower() == "true"
            if previous and key not in before:
                raise ValidationError(message=f"Invalid input for parameter key {key}. Cannot use a previous value")
            parameters[key] = before[key] if previous else row["ParameterValue"]
        self._check(cfn_models.Stack.parse_template(template), parameters)
        tags = {row["Key"]: row["Value"] for row in api._get_param("Tags", [])} or None
        wanted = Wanted(template, parameters, tags)
        wanted.changes = differences(stack, wanted)
        return stack, wanted


def _method(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function usable as a method of moto's class; a bound method would not receive the request."""

    def call(api: Any) -> Any:
        return answer(api)

    return call


def _row(change: Change) -> dict[str, Any]:
    scope = [name if name == "Tags" else "Properties" for name in change.properties]
    row: dict[str, Any] = {
        "Action": change.action,
        "LogicalResourceId": change.logical,
        "PhysicalResourceId": change.physical or None,
        "ResourceType": change.kind,
        "Scope": sorted(set(scope)),
        "Details": [
            {
                "Target": {"Attribute": "Tags" if name == "Tags" else "Properties", "Name": name},
                "Evaluation": "Dynamic" if change.dynamic else "Static",
                "ChangeSource": "ResourceAttribute" if change.dynamic else "ParameterReference",
            }
            for name in change.properties
        ],
    }
    if change.action == "Modify":
        row["Replacement"] = change.replacement
    return row


def _check_status(stack: Any) -> None:
    status = str(stack.status)
    if status.endswith("IN_PROGRESS") or status.startswith(("ROLLBACK", "DELETE", "CREATE_FAILED")):
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {status} state and can not be updated.")
