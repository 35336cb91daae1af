"""Stack updates on the loopback AWS: preview of changes, and execution by resource.

moto updates a stack instantly, without events, and its change sets contain only the names of resources.
"""

# ruff: noqa: SLF001 - moto has no public way to its stores; its exceptions become reasons in events
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation import models as cfn_models
from moto.cloudformation import parsing as cfn_parsing

from dots_tui.demo.aws_lifecycle import StackLife
from dots_tui.demo.aws_resource_updates import apply_update
from dots_tui.demo.aws_resources import creation_order, make, physical_id, resources_of, unmake

_KEPT = {
    "AWS::EC2::Instance": {"Tags", "SecurityGroupIds", "IamInstanceProfile", "InstanceInitiatedShutdownBehavior"},
}
"""Properties that can change without replacing the resource, for kinds where most cannot."""
_REPLACING = {
    "AWS::EC2::LaunchTemplate": {"LaunchTemplateName", "TagSpecifications"},
    "AWS::EC2::SecurityGroup": {"GroupName", "GroupDescription", "VpcId"},
    "AWS::EC2::NetworkAclEntry": {"NetworkAclId", "RuleNumber", "Egress"},
    "AWS::EC2::SecurityGroupIngress": {"CidrIp", "GroupId", "GroupName", "IpProtocol", "FromPort", "ToPort"},
    "AWS::Lambda::Permission": {"SourceArn", "FunctionName", "Action", "Principal"},
    "AWS::SNS::Subscription": {"Endpoint", "Protocol", "TopicArn"},
    "AWS::S3::Bucket": {"BucketName"},
}


@dataclass(frozen=True)
class Change:
    """One resource that would change. `replacement` is True, False or Conditional, as CloudFormation writes it."""

    action: str
    logical: str
    kind: str
    physical: str = ""
    replacement: str = ""
    properties: tuple[str, ...] = ()
    dynamic: bool = False
    """True if it changes only because another resource does."""


@dataclass
class Wanted:
    """The requested state of a stack after an update."""

    template: str
    parameters: dict[str, str]
    tags: dict[str, str] | None
    changes: list[Change] = field(default_factory=list)


def differences(stack: Any, wanted: Wanted) -> list[Change]:
    """Return the changes an update would make to the resources, in the order of the new template."""
    template = cfn_models.Stack.parse_template(wanted.template)
    known = _map(stack, template, wanted)
    live = stack.resource_map
    changes: dict[str, Change] = {}
    for logical in creation_order(template["Resources"]):
        node = template["Resources"][logical]
        if node.get("Condition") and not known.lazy_condition_map[node["Condition"]]:
            continue
        resource = live._parsed_resources.get(logical)
        if resource is None:
            changes[logical] = Change("Add", logical, node["Type"])
            continue
        changed = _changed(live, known, resources_of(stack).get(logical, {}), node)
        following = _following(node, changes)
        if wanted.tags is not None and wanted.tags != stack.tags and node["Type"] == "AWS::EC2::Instance":
            changed.add("Tags")
        if changed or following:
            replacement = _replacement(node["Type"], changed, following)
            names = tuple(sorted(changed | following))
            changes[logical] = Change(
                "Modify", logical, node["Type"], physical_id(resource), replacement, names, not changed
            )
    gone = [
        Change("Remove", logical, node["Type"], physical_id(live._parsed_resources[logical]))
        for logical, node in resources_of(stack).items()
        if live._parsed_resources.get(logical) is not None and not _wanted(logical, template, known)
    ]
    return [*changes.values(), *gone]


def _wanted(logical: str, template: dict[str, Any], known: Any) -> bool:
    node = template["Resources"].get(logical)
    return node is not None and (not node.get("Condition") or bool(known.lazy_condition_map[node["Condition"]]))


def _map(stack: Any, template: dict[str, Any], wanted: Wanted) -> Any:
    """Return a map of resources with the new parameters that can refer to the live resources."""
    known = cfn_parsing.ResourceMap(
        stack.stack_id,
        stack.name,
        wanted.parameters,
        stack.tags,
        account_id=stack.account_id,
        region_name=stack.region_name,
        template=template,
        cross_stack_resources=stack.cross_stack_resources,
    )
    known.load()
    live = stack.resource_map._parsed_resources
    for logical in template["Resources"]:
        if live.get(logical) is not None:
            known._parsed_resources[logical] = live[logical]
    return known


def _changed(live: Any, known: Any, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    old, new = before.get("Properties", {}), after.get("Properties", {})
    return {
        name
        for name in {*old, *new}
        if cfn_parsing.clean_json(old.get(name), live) != cfn_parsing.clean_json(new.get(name), known)
    }


def _following(node: dict[str, Any], changes: dict[str, Change]) -> set[str]:
    """Return properties that refer to values known only after another resource has changed."""
    names = set()
    for name, value in node.get("Properties", {}).items():
        for logical, attribute in _attributes(value):
            change = changes.get(logical)
            if change is not None and (attribute in ("LatestVersionNumber", "cron_expression") or not change.physical):
                names.add(name)
    return names


def _attributes(node: Any) -> list[tuple[str, str]]:
    if isinstance(node, list):
        return [found for value in node for found in _attributes(value)]
    if not isinstance(node, dict):
        return []
    found = [pair for value in node.values() for pair in _attributes(value)]
    if "Fn::GetAtt" in node:
        logical, _, attribute = ".".join(node["Fn::GetAtt"]).partition(".")
        found.append((logical, attribute))
    return found


def _replacement(kind: str, changed: set[str], following: set[str]) -> str:
    every = changed | following
    replacing = every - _KEPT[kind] if kind in _KEPT else every & _REPLACING.get(kind, set())
    if not replacing:
        return "False"
    return "True" if replacing & changed else "Conditional"


class Updates:
    """Executes updates in the background, as `StackLife` executes creations."""

    def __init__(self, life: StackLife) -> None:
        self._life = life

    def begin(self, backend: Any, stack: Any, wanted: Wanted) -> None:
        """Start updating `stack` to the state `wanted`."""
        self._life.journal.stack(stack, "UPDATE_IN_PROGRESS", "User Initiated")
        self._life._run(stack, lambda: self._update(backend, stack, wanted))

    def _update(self, backend: Any, stack: Any, wanted: Wanted) -> None:
        journal, before = self._life.journal, _state(stack)
        try:
            with self._life.lock:
                _take_over(stack, wanted)
            old = _map(stack, cfn_models.Stack.parse_template(before.template), before)
            for change in wanted.changes:
                if change.action != "Remove":
                    self._change_one(stack, change, old)
            journal.stack(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            for change in wanted.changes:
                if change.action == "Remove":
                    self._remove_one(stack, change.logical, before)
            with self._life.lock:
                stack.output_map = stack._create_output_map()
                for export in stack.exports:
                    backend.exports[export.name] = export
        except RuntimeError as error:
            journal.stack(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(error))
            with self._life.lock:
                _take_over(stack, before)
            journal.stack(stack, "UPDATE_ROLLBACK_COMPLETE")
            return
        journal.stack(stack, "UPDATE_COMPLETE")
        self._tell_updated(stack)

    def _tell_updated(self, stack: Any) -> None:
        if self._life.on_update is not None:
            parameters = {key: str(value) for key, value in stack.stack_parameters.items()}
            self._life.on_update(stack.name, parameters)

    def _change_one(self, stack: Any, change: Change, old: Any) -> None:
        journal, doing = self._life.journal, "CREATE" if change.action == "Add" else "UPDATE"
        journal.resource(stack, change.logical, f"{doing}_IN_PROGRESS")
        self._life._pause(stack)
        try:
            if change.logical in self._life.fail:
                raise RuntimeError(self._life.fail[change.logical])
            with self._life.lock:
                if change.action == "Add":
                    make(stack, change.logical, resources_of(stack)[change.logical])
                else:
                    apply_update(stack, change.logical, old)
        except Exception as error:  # whatever stops a resource is the reason in its event, as on AWS
            reason = str(getattr(error, "message", "") or error)
            journal.resource(stack, change.logical, f"{doing}_FAILED", reason)
            raise RuntimeError(f"The following resource(s) failed to update: [{change.logical}].") from error
        journal.resource(stack, change.logical, f"{doing}_COMPLETE")

    def _remove_one(self, stack: Any, logical: str, before: Wanted) -> None:
        node = cfn_models.Stack.parse_template(before.template)["Resources"][logical]
        known = stack.resource_map
        known._resource_json_map.setdefault(logical, node)
        self._life.journal.resource(stack, logical, "DELETE_IN_PROGRESS")
        self._life._pause(stack)
        with self._life.lock:
            unmake(known, logical, known._parsed_resources[logical])
        self._life.journal.resource(stack, logical, "DELETE_COMPLETE")


def _state(stack: Any) -> Wanted:
    return Wanted(stack.template, {key: str(value) for key, value in stack.stack_parameters.items()}, dict(stack.tags))


def _take_over(stack: Any, wanted: Wanted) -> None:
    """Give the stack the new template and parameters; its resources do not change."""
    template = cfn_models.Stack.parse_template(wanted.template)
    known = _map(stack, template, wanted)
    for logical, resource in stack.resource_map._parsed_resources.items():
        if logical in resources_of(stack):
            known._parsed_resources[logical] = resource
    stack.template, stack.template_dict, stack.parameters = wanted.template, template, wanted.parameters
    stack.resource_map = known
    if wanted.tags is not None:
        stack.tags = wanted.tags
