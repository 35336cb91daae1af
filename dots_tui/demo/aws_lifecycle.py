"""What happens to a stack of the loopback AWS over time: moto itself makes and deletes stacks in one instant.

Stacks are created and deleted in the background, one resource and its events after the other. A resource
that fails makes the stack roll back. Resource types moto does not know are stood in for by placeholders.
"""

# ruff: noqa: SLF001, BLE001 - moto has no public way to its stores; its exceptions become reasons in events
from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Callable

from moto.cloudformation import models as cfn_models
from moto.cloudformation import parsing as cfn_parsing

_EXPORTS_GONE = ("ROLLBACK_COMPLETE", "DELETE_COMPLETE")


class _Cancelled(Exception):
    """The loopback AWS stops, or the stack is being deleted while it is still created."""


class _Failed(Exception):
    """A resource could not be made; its CREATE_FAILED event is written."""


class Placeholder:
    """A resource of a type moto does not know: it exists, has a name, and that is all."""

    def __init__(self, logical: str, kind: str, physical: str) -> None:
        self.logical_resource_id = logical
        self.cf_resource_type = kind
        self.physical_resource_id = physical

    def is_created(self) -> bool:
        return True

    def delete(self, *_where: str) -> None:
        """Nothing is there to delete."""

    def get_cfn_attribute(self, name: str) -> str:
        return f"{self.physical_resource_id}/{name}"


class StackLife:
    """Creates and deletes stacks. ``step`` is the time one resource takes, in seconds.

    ``fail`` maps a logical id to the reason with which its creation fails. ``on_instance`` and
    ``on_instance_gone`` are called in the stack's thread; an exception of ``on_instance`` fails the resource.
    """

    def __init__(self, step: float) -> None:
        self.step = step
        self.fail: dict[str, str] = {}
        self.on_instance: Callable[[str, str, dict[str, str]], None] | None = None
        self.on_instance_gone: Callable[[str], None] | None = None
        self._lock = threading.RLock()  # moto's stores are not made for two stacks at a time
        self._status: dict[tuple[str, str], str] = {}
        self._running: dict[str, threading.Thread] = {}
        self._unwanted: set[str] = set()
        self._told: set[str] = set()
        self._closed = threading.Event()

    def close(self) -> None:
        """End all background work and forget every stack. The object can be used again."""
        self._closed.set()
        for thread in list(self._running.values()):
            thread.join()
        self._running.clear()
        self._unwanted.clear()
        self._status.clear()
        for instance_id in list(self._told):
            self._tell_gone(instance_id)
        self._closed.clear()

    def status(self, stack: Any, logical: str) -> str:
        """The last status of a resource."""
        return self._status.get((stack.stack_id, logical), str(stack.status))

    # -- creation ---------------------------------------------------------------------------------

    def create(self, backend: Any, stack: Any, on_failure: str) -> None:
        """Start creating ``stack``. ``on_failure``: ROLLBACK, DELETE or DO_NOTHING."""
        stack.status = "CREATE_IN_PROGRESS"
        self._stack_event(stack, "CREATE_IN_PROGRESS", "User Initiated")
        self._run(stack, lambda: self._create(backend, stack, on_failure))

    def _create(self, backend: Any, stack: Any, on_failure: str) -> None:
        failed = []
        for logical in creation_order(_resources(stack)):
            try:
                self._create_one(stack, logical)
            except _Failed:
                failed.append(logical)
                break
        reason = f"The following resource(s) failed to create: [{', '.join(failed)}]. " if failed else ""
        if not failed:
            try:
                self._complete(backend, stack)
                return
            except Exception as error:  # an output that cannot be resolved fails the stack with its reason
                reason = str(getattr(error, "message", "") or error)
        if on_failure == "DO_NOTHING":
            self._stack_event(stack, "CREATE_FAILED", reason)
            return
        gone = on_failure == "DELETE"
        reason += "" if gone else "Rollback requested by user."
        self._stack_event(stack, "DELETE_IN_PROGRESS" if gone else "ROLLBACK_IN_PROGRESS", reason)
        left = self._drop(stack)
        if gone and not left:
            self._forget(backend, stack)
        else:
            self._stack_event(stack, "ROLLBACK_FAILED" if left else "ROLLBACK_COMPLETE")

    def _complete(self, backend: Any, stack: Any) -> None:
        with self._lock:
            stack.output_map = stack._create_output_map()
            backend._validate_export_uniqueness(stack)
            for export in stack.exports:
                backend.exports[export.name] = export
        self._stack_event(stack, "CREATE_COMPLETE")

    def _create_one(self, stack: Any, logical: str) -> None:
        known = stack.resource_map
        node = _resources(stack)[logical]
        condition = node.get("Condition")
        if condition and not known.lazy_condition_map[condition]:
            return
        self._event(stack, logical, "CREATE_IN_PROGRESS")
        self._pause(stack)
        try:
            if logical in self.fail:
                raise RuntimeError(self.fail[logical])
            with self._lock:
                _make(stack, logical, node)
            self._event(stack, logical, "CREATE_IN_PROGRESS", "Resource creation Initiated")
            self._tell_created(stack, logical)
        except Exception as error:  # whatever stops a resource is the reason in its event, as on AWS
            self._event(stack, logical, "CREATE_FAILED", str(getattr(error, "message", "") or error))
            raise _Failed from error
        if (node.get("CreationPolicy") or {}).get("ResourceSignal"):
            self._pause(stack)
            signal = f"Received SUCCESS signal with UniqueId {_physical(known._parsed_resources[logical])}"
            self._event(stack, logical, "CREATE_IN_PROGRESS", signal)
        self._event(stack, logical, "CREATE_COMPLETE")

    def _tell_created(self, stack: Any, logical: str) -> None:
        for instance_id in _instances(stack.resource_map._parsed_resources[logical]):
            if self.on_instance is not None:
                parameters = {key: str(value) for key, value in stack.stack_parameters.items()}
                self.on_instance(instance_id, stack.name, parameters)
            self._told.add(instance_id)

    def _tell_gone(self, instance_id: str) -> None:
        if instance_id in self._told:
            self._told.discard(instance_id)
            if self.on_instance_gone is not None:
                self.on_instance_gone(instance_id)

    # -- deletion ---------------------------------------------------------------------------------

    def delete(self, backend: Any, stack: Any) -> None:
        """Start deleting ``stack``; one that is still being created is given up first."""
        if stack.status == "DELETE_IN_PROGRESS":
            return
        creating = self._running.get(stack.stack_id)
        self._unwanted.add(stack.stack_id)
        self._run(stack, lambda: self._delete(backend, stack, creating))

    def _delete(self, backend: Any, stack: Any, creating: threading.Thread | None) -> None:
        if creating is not None:
            creating.join()
        self._unwanted.discard(stack.stack_id)
        before = stack.status
        with self._lock:
            mine = {name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id}
            users = _importers(backend, stack, mine)
        self._stack_event(stack, "DELETE_IN_PROGRESS", "User Initiated")
        self._pause(stack)
        if users:  # AWS goes back to the status the stack had: there is no DELETE_FAILED to wait for
            name, by = users[0]
            self._stack_event(stack, before, f"Export {name} cannot be deleted as it is in use by {by}")
            return
        left = self._drop(stack)
        if left:
            self._stack_event(
                stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(left)}]. "
            )
            return
        for name in mine:
            backend.exports.pop(name, None)
        self._forget(backend, stack)

    def _drop(self, stack: Any) -> list[str]:
        """Delete the resources there are, dependants first. Returns the logical ids of those that stay."""
        left = []
        known = stack.resource_map
        for logical in reversed(creation_order(_resources(stack))):
            resource = known._parsed_resources.get(logical)
            if resource is None or isinstance(resource, str):
                continue
            instances = _instances(resource)
            self._event(stack, logical, "DELETE_IN_PROGRESS")
            self._pause(stack)
            try:
                with self._lock:
                    _unmake(known, logical, resource)
            except Exception as error:  # as in _create_one: the reason belongs in the event
                left.append(logical)
                self._event(stack, logical, "DELETE_FAILED", str(getattr(error, "message", "") or error))
                continue
            for instance_id in instances:
                self._tell_gone(instance_id)
            self._event(stack, logical, "DELETE_COMPLETE", physical=_physical(resource))
        return left

    def _forget(self, backend: Any, stack: Any) -> None:
        with self._lock:
            backend.deleted_stacks[stack.stack_id] = stack
            backend.stacks.pop(stack.stack_id, None)
        self._stack_event(stack, "DELETE_COMPLETE")

    # -- the bookkeeping --------------------------------------------------------------------------

    def _run(self, stack: Any, work: Callable[[], None]) -> None:
        def body() -> None:
            try:
                work()
            except _Cancelled:
                pass
            finally:
                if self._running.get(stack.stack_id) is threading.current_thread():
                    del self._running[stack.stack_id]

        thread = threading.Thread(target=body, name=f"stack-{stack.name}", daemon=True)
        self._running[stack.stack_id] = thread
        thread.start()

    def _pause(self, stack: Any) -> None:
        if self._closed.wait(self.step) or stack.stack_id in self._unwanted:
            raise _Cancelled

    def _event(self, stack: Any, logical: str, status: str, reason: str | None = None, physical: str = "") -> None:
        self._status[stack.stack_id, logical] = status
        event = cfn_models.Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical,
            physical_resource_id=physical or _physical(stack.resource_map._parsed_resources.get(logical)),
            resource_type=_resources(stack)[logical]["Type"],
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
        stack.events.append(event)

    def _stack_event(self, stack: Any, status: str, reason: str | None = None) -> None:
        stack.stack_status_reason = reason
        stack._add_stack_event(status, resource_status_reason=reason)
        stack.status = status


def creation_order(resources: dict[str, Any]) -> list[str]:
    """The logical ids, each after those it refers to."""
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


def _resources(stack: Any) -> dict[str, Any]:
    resources: dict[str, Any] = stack.resource_map._resource_json_map
    return resources


def _physical(resource: Any) -> str:
    return str(getattr(resource, "physical_resource_id", None) or "")


def _make(stack: Any, logical: str, node: dict[str, Any]) -> None:
    """Make one resource with moto, or a placeholder for it."""
    known = stack.resource_map
    if node["Type"] not in cfn_parsing.get_model_map():
        cfn_parsing.clean_json(node.get("Properties", {}), known)  # a bad reference fails here, as on AWS
        name = f"{stack.name}-{logical}-{uuid.uuid4().hex[:12].upper()}"
        known._parsed_resources[logical] = Placeholder(logical, node["Type"], name)
        return
    resource = known[logical]
    if isinstance(resource, cfn_parsing.TaggedEC2Resource):
        own = {"stack-name": stack.name, "stack-id": stack.stack_id, "logical-id": logical}
        tags = {**stack.tags, **{f"aws:cloudformation:{key}": value for key, value in own.items()}}
        cfn_parsing.ec2_models.ec2_backends[stack.account_id][stack.region_name].create_tags(
            [_physical(resource)], tags
        )


def _unmake(known: Any, logical: str, resource: Any) -> None:
    node = known._resource_json_map[logical]
    if node["Type"] == "AWS::S3::Bucket" and list(getattr(resource, "keys", ()) or ()):
        raise RuntimeError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
    known._delete_resource(resource, node)
    known._parsed_resources.pop(logical, None)


def _instances(resource: Any) -> list[str]:
    """The ids of the instances behind an instance or an Auto Scaling group."""
    kind = getattr(resource, "cf_resource_type", "")
    if kind == "AWS::EC2::Instance":
        return [resource.id]
    if kind == "AWS::AutoScaling::AutoScalingGroup":
        return [state.instance.id for state in resource.instance_states]
    return []


def _importers(backend: Any, stack: Any, exports: Iterable[str]) -> list[tuple[str, str]]:
    """(export, name of a stack that imports it), for the exports of ``stack``."""
    wanted = set(exports)
    return [
        (name, other.name)
        for other in backend.stacks.values()
        if other is not stack and not other.status.startswith(_EXPORTS_GONE)
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
