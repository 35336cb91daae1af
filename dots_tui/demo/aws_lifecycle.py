"""Stack lifecycles on the loopback AWS, which take time; moto creates and deletes stacks instantly.

Stacks are created and deleted in the background, one resource and its events after another. A failed resource rolls the
stack back. Placeholders replace resource types that moto does not know.
"""

# ruff: noqa: SLF001, BLE001 - moto has no public way to its stores; its exceptions become reasons in events
from __future__ import annotations

import threading
from typing import Any, Callable

from moto.cloudformation import models as cfn_models

from dots_tui.demo.aws_resources import creation_order, importers, instances_of, make, physical_id, resources_of, unmake


class _Cancelled(Exception):
    """The loopback AWS stops, or the stack is deleted during creation."""


class _Failed(Exception):
    """A resource could not be created; its CREATE_FAILED event is written."""


class Journal:
    """A writer of stack events that knows the last status of every resource."""

    def __init__(self) -> None:
        self._status: dict[tuple[str, str], str] = {}

    def status(self, stack: Any, logical: str) -> str:
        """Return the last status of a resource."""
        return self._status.get((stack.stack_id, logical), str(stack.status))

    def clear(self) -> None:
        """Clear all resources."""
        self._status.clear()

    def resource(self, stack: Any, logical: str, status: str, reason: str | None = None, physical: str = "") -> None:
        """Write an event of a resource."""
        self._status[stack.stack_id, logical] = status
        event = cfn_models.Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical,
            physical_resource_id=physical or physical_id(stack.resource_map._parsed_resources.get(logical)),
            resource_type=resources_of(stack)[logical]["Type"],
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
        stack.events.append(event)

    def stack(self, stack: Any, status: str, reason: str | None = None) -> None:
        """Write an event of the stack itself, which then has this status."""
        stack.stack_status_reason = reason
        stack._add_stack_event(status, resource_status_reason=reason)
        stack.status = status


class StackLife:
    """Creates and deletes stacks. `step` is the time one resource takes, in seconds.

    `fail` maps a logical id to the reason with which its creation fails. `on_instance` and
    `on_instance_gone` are called in the stack's thread; an exception of `on_instance` fails the resource.
    """

    def __init__(self, step: float) -> None:
        self.step = step
        self.fail: dict[str, str] = {}
        self.on_instance: Callable[[str, str, dict[str, str]], None] | None = None
        self.on_instance_gone: Callable[[str], None] | None = None
        self.on_update: Callable[[str, dict[str, str]], None] | None = None
        self.on_bucket: Callable[[str], None] | None = None
        """Called with the name of each bucket that a stack has created."""
        self.on_signal: Callable[[str, Callable[[], bool]], bool] | None = None
        """Waits until an instance reports or its second argument is true, and returns true if it is ready."""
        self.lock = threading.RLock()
        """Held while moto's stores change: they do not support two stacks at a time."""
        self.journal = Journal()
        self._running: dict[str, threading.Thread] = {}
        self._unwanted: set[str] = set()  # ids of stacks whose creation must stop
        self._deleting: set[str] = set()
        self._told: set[str] = set()
        self._closed = False
        self._wake = threading.Condition()

    def close(self) -> None:
        """Stop all background work and clear every stack. The object can be used again."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        for thread in list(self._running.values()):
            thread.join()
        self._running.clear()
        self._unwanted.clear()
        self.journal.clear()
        for instance_id in list(self._told):
            self._tell_gone(instance_id)
        self._closed = False

    # -- creation ---------------------------------------------------------------------------------

    def create(self, backend: Any, stack: Any, on_failure: str) -> None:
        """Start creating `stack`. `on_failure`: ROLLBACK, DELETE or DO_NOTHING."""
        stack.status = "CREATE_IN_PROGRESS"
        self.journal.stack(stack, "CREATE_IN_PROGRESS", "User Initiated")
        self._run(stack, lambda: self._create(backend, stack, on_failure))

    def _create(self, backend: Any, stack: Any, on_failure: str) -> None:
        failed = []
        for logical in creation_order(resources_of(stack)):
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
            except _Cancelled:
                raise
            except Exception as error:  # an output that cannot be resolved fails the stack
                reason = str(getattr(error, "message", "") or error)
        if on_failure == "DO_NOTHING":
            self._settle(stack, "CREATE_FAILED", reason)
            return
        gone = on_failure == "DELETE"
        reason += "" if gone else "Rollback requested by user."
        self.journal.stack(stack, "DELETE_IN_PROGRESS" if gone else "ROLLBACK_IN_PROGRESS", reason)
        left = self._drop(stack)
        if gone and not left:
            self._forget(backend, stack)
        else:
            self._settle(stack, "ROLLBACK_FAILED" if left else "ROLLBACK_COMPLETE")

    def _complete(self, backend: Any, stack: Any) -> None:
        with self.lock:
            stack.output_map = stack._create_output_map()
            backend._validate_export_uniqueness(stack)
            for export in stack.exports:
                backend.exports[export.name] = export
        self._settle(stack, "CREATE_COMPLETE")

    def _settle(self, stack: Any, status: str, reason: str | None = None) -> None:
        """Write the final status of a creation, unless a deletion was accepted meanwhile: that comes next."""
        with self._wake:
            if stack.stack_id in self._unwanted:
                raise _Cancelled
            self.journal.stack(stack, status, reason)

    def _create_one(self, stack: Any, logical: str) -> None:
        known = stack.resource_map
        node = resources_of(stack)[logical]
        condition = node.get("Condition")
        if condition and not known.lazy_condition_map[condition]:
            return
        self.journal.resource(stack, logical, "CREATE_IN_PROGRESS")
        self._pause(stack)
        try:
            if logical in self.fail:
                raise RuntimeError(self.fail[logical])
            with self.lock:
                make(stack, logical, node)
            self.journal.resource(stack, logical, "CREATE_IN_PROGRESS", "Resource creation Initiated")
            self._tell_created(stack, logical)
        except Exception as error:  # the event carries any error as reason, as on AWS
            self.journal.resource(stack, logical, "CREATE_FAILED", str(getattr(error, "message", "") or error))
            raise _Failed from error
        if (node.get("CreationPolicy") or {}).get("ResourceSignal"):
            self._pause(stack)
            self._await_signals(stack, logical)
        self.journal.resource(stack, logical, "CREATE_COMPLETE")

    def _await_signals(self, stack: Any, logical: str) -> None:
        """Wait until the instances of a resource have reported that they are ready. Raises _Failed if one fails."""

        def unwanted() -> bool:
            return self._closed or stack.stack_id in self._unwanted

        for instance_id in instances_of(stack.resource_map._parsed_resources[logical]):
            ready = self.on_signal is None or self.on_signal(instance_id, unwanted)
            if unwanted():
                raise _Cancelled
            # SignalResource takes a status and an id, and no reason.
            signal = f"Received {'SUCCESS' if ready else 'FAILURE'} signal with UniqueId {instance_id}"
            self.journal.resource(stack, logical, "CREATE_IN_PROGRESS", signal)
            if not ready:
                self.journal.resource(stack, logical, "CREATE_FAILED", signal)
                raise _Failed

    def _tell_created(self, stack: Any, logical: str) -> None:
        if self.on_bucket is not None and resources_of(stack)[logical]["Type"] == "AWS::S3::Bucket":
            self.on_bucket(physical_id(stack.resource_map._parsed_resources[logical]))
        for instance_id in instances_of(stack.resource_map._parsed_resources[logical]):
            if self.on_instance is not None:
                parameters = {key: str(value) for key, value in stack.stack_parameters.items()}
                self.on_instance(instance_id, stack.name, parameters)
            self._told.add(instance_id)

    def _tell_gone(self, instance_id: str) -> None:
        if instance_id in self._told:
            self._told.discard(instance_id)
            if self.on_instance_gone is not None:
                self.on_instance_gone(instance_id)

    def member_replaced(self, stack: Any, logical: str, instance_id: str) -> None:
        """Record that a group has replaced `instance_id`."""
        self._tell_gone(instance_id)
        self._tell_created(stack, logical)

    # -- deletion ---------------------------------------------------------------------------------

    def delete(self, backend: Any, stack: Any) -> None:
        """Start deleting `stack`; cancel its creation first if it is in progress."""
        with self.lock:
            if stack.stack_id in self._deleting:
                return
            self._deleting.add(stack.stack_id)
            creating = self._running.get(stack.stack_id)
        with self._wake:
            self._unwanted.add(stack.stack_id)
            self._wake.notify_all()

        def work() -> None:
            try:
                if creating is not None:
                    creating.join()
                self._unwanted.discard(stack.stack_id)
                self._delete(backend, stack)
            finally:
                self._deleting.discard(stack.stack_id)

        self._run(stack, work)

    def _delete(self, backend: Any, stack: Any) -> None:
        before = stack.status
        with self.lock:
            mine = {name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id}
            users = importers(backend, stack, mine)
        self.journal.stack(stack, "DELETE_IN_PROGRESS", "User Initiated")
        self._pause(stack)
        if users:  # AWS goes back to the status the stack had: there is no DELETE_FAILED to wait for
            name, by = users[0]
            self.journal.stack(stack, before, f"Export {name} cannot be deleted as it is in use by {by}")
            return
        left = self._drop(stack)
        if left:
            self.journal.stack(
                stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(left)}]. "
            )
            return
        for name in mine:
            backend.exports.pop(name, None)
        self._forget(backend, stack)

    def _drop(self, stack: Any) -> list[str]:
        """Delete the existing resources, dependents first. Return the logical ids of those that remain."""
        left = []
        known = stack.resource_map
        for logical in reversed(creation_order(resources_of(stack))):
            resource = known._parsed_resources.get(logical)
            if resource is None or isinstance(resource, str):
                continue
            instances = instances_of(resource)
            self.journal.resource(stack, logical, "DELETE_IN_PROGRESS")
            self._pause(stack)
            try:
                with self.lock:
                    unmake(known, logical, resource)
            except Exception as error:  # as in _create_one: the reason belongs in the event
                left.append(logical)
                self.journal.resource(stack, logical, "DELETE_FAILED", str(getattr(error, "message", "") or error))
                continue
            for instance_id in instances:
                self._tell_gone(instance_id)
            self.journal.resource(stack, logical, "DELETE_COMPLETE", physical=physical_id(resource))
        return left

    def _forget(self, backend: Any, stack: Any) -> None:
        with self.lock:
            backend.deleted_stacks[stack.stack_id] = stack
            backend.stacks.pop(stack.stack_id, None)
        self.journal.stack(stack, "DELETE_COMPLETE")

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
        def ended() -> bool:
            return self._closed or stack.stack_id in self._unwanted

        with self._wake:
            if self._wake.wait_for(ended, self.step):
                raise _Cancelled
