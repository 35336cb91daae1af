"""Updates of a stack through change sets: preview, refusal of dangerous changes, and execution.

A parameter that an update omits falls back to its default; a stop of DeepRacer on the Spot replaces an instance of
another type for that reason. Every update here therefore passes all parameters and uses a change set.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from dots_tui.aws.events import Progress, StackEvent, follow, newest_event, wait
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws

_NO_CHANGES = ("didn't contain changes", "no updates are to be performed", "no changes")
_PRECIOUS = {
    "AWS::EC2::Instance": "end the running instance, and with it the training",
    "AWS::AutoScaling::AutoScalingGroup": "end the running instance, and with it the training",
    "AWS::S3::Bucket": "make the bucket anew, without the models in it",
}
_DONE = ("CREATE_COMPLETE", "FAILED")
_PATIENCE_S = 120.0
_GOOD = ("UPDATE_COMPLETE",)


@dataclass(frozen=True)
class StackChange:
    """One resource that an update would change.

    `action` is Add, Modify or Remove; `replaced` is "yes", "maybe" or "no"; `properties` are the changed properties.
    """

    action: str
    resource: str
    type: str
    replaced: str
    properties: tuple[str, ...]

    @property
    def words(self) -> str:
        """The change as a sentence."""
        doing = {"Add": "is added", "Remove": "is removed", "Modify": "changes"}.get(self.action, self.action)
        what = f" ({', '.join(self.properties)})" if self.properties else ""
        again = {"yes": " and is made anew", "maybe": " and may be made anew"}.get(self.replaced, "")
        return f"{self.resource} {doing}{what}{again}"


@dataclass(frozen=True)
class Preview:
    """A change set that is ready to execute. `changes` may be empty if only tags change."""

    id: str
    stack_id: str
    stack: str
    changes: tuple[StackChange, ...]

    @property
    def endangered(self) -> tuple[StackChange, ...]:
        """The changes that would, or might, destroy a running instance or a bucket."""
        return tuple(
            change
            for change in self.changes
            if change.type in _PRECIOUS and (change.replaced != "no" or change.action == "Remove")
        )


def preview(
    aws: Aws,
    stack: str,
    parameters: Mapping[str, str],
    tags: Mapping[str, str] | None = None,
    template: Mapping[str, str] | None = None,
    poll_s: float = 1.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Preview | None:
    """Return the changes an update of `stack` (name or id) would make; None if there are none.

    `parameters` are those that change; all others keep their values. `tags` is the complete new set of tags, None keeps
    them. `template` is TemplateBody or TemplateURL, None keeps the current one. The stack does not change yet; call
    `discard` or `execute`. Raises AwsProblem: `busy` while another operation on the stack is in progress.
    """
    client = aws.client("cloudformation")
    with explained():
        row = client.describe_stacks(StackName=stack)["Stacks"][0]
    name = f"dots-tui-{int(time.time() * 1000)}"
    source = dict(template) if template else {"UsePreviousTemplate": True}
    known = _known_parameters(aws, source)
    wanted: dict[str, Any] = {
        "StackName": row["StackId"],
        "ChangeSetName": name,
        "ChangeSetType": "UPDATE",
        "Parameters": every_parameter(row, parameters, known),
        "Capabilities": ["CAPABILITY_IAM"],
        **source,
    }
    if tags is not None:
        wanted["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    if row.get("RoleARN"):
        wanted["RoleARN"] = row["RoleARN"]
    with explained():
        change_set = client.create_change_set(**wanted)["Id"]
    described = _described(aws, change_set, row["StackName"], poll_s, stopped)
    if described["Status"] == "FAILED":
        reason = str(described.get("StatusReason") or "no reason was given").rstrip(".")
        discard(aws, change_set)
        if any(words in reason.lower() for words in _NO_CHANGES):
            return None
        raise AwsProblem("update-refused", f"{row['StackName']} cannot be changed so: {reason}.", "", reason)
    changes = tuple(_change(one["ResourceChange"]) for one in described["Changes"] if one.get("ResourceChange"))
    return Preview(change_set, row["StackId"], row["StackName"], changes)


def _known_parameters(aws: Aws, source: Mapping[str, Any]) -> set[str] | None:
    """Return the parameters of another template; None if the stack keeps its own."""
    if "UsePreviousTemplate" in source:
        return None
    with explained():
        summary = aws.client("cloudformation").get_template_summary(**source)
    return {one["ParameterKey"] for one in summary.get("Parameters", ())}


def every_parameter(
    row: Mapping[str, Any], changed: Mapping[str, str], known: set[str] | None = None
) -> list[dict[str, Any]]:
    """Return all parameters for an update of a stack: changed ones with their value, others with their previous value.

    `known` are the parameters of the new template, None for the same template; other parameters are omitted.
    """
    before = [one["ParameterKey"] for one in row.get("Parameters", ())]
    kept = [key for key in before if key not in changed and (known is None or key in known)]
    return [
        *({"ParameterKey": key, "UsePreviousValue": True} for key in kept),
        *({"ParameterKey": key, "ParameterValue": value} for key, value in changed.items()),
    ]


def _described(aws: Aws, change_set: str, stack: str, poll_s: float, stopped: Callable[[], bool]) -> dict[str, Any]:
    """Return the change set with all its changes when it is ready."""
    client = aws.client("cloudformation")
    end = time.monotonic() + _PATIENCE_S
    while True:
        with explained():
            answer: dict[str, Any] = client.describe_change_set(ChangeSetName=change_set)
        if answer["Status"] in _DONE:
            break
        if stopped() or time.monotonic() > end:
            discard(aws, change_set)
            raise AwsProblem("no-preview", f"AWS did not say what would change in {stack}.", "Try again in a minute.")
        wait(poll_s, stopped)
    changes = list(answer.get("Changes", ()))
    token = answer.get("NextToken")
    while token:
        with explained():
            page = client.describe_change_set(ChangeSetName=change_set, NextToken=token)
        changes += page.get("Changes", ())
        token = page.get("NextToken")
    return {**answer, "Changes": changes}


def _change(row: Mapping[str, Any]) -> StackChange:
    targets = (detail.get("Target", {}) for detail in row.get("Details", ()))
    names = {target.get("Name") or target.get("Attribute") or "" for target in targets}
    replaced = {"True": "yes", "Conditional": "maybe"}.get(str(row.get("Replacement", "")), "no")
    return StackChange(
        row.get("Action", ""),
        row.get("LogicalResourceId", ""),
        row.get("ResourceType", ""),
        replaced,
        tuple(sorted(filter(None, names))),
    )


def discard(aws: Aws, change_set: str) -> None:
    """Discard a change set. Raises AwsProblem."""
    with explained():
        aws.client("cloudformation").delete_change_set(ChangeSetName=change_set)


def refuse_if_endangered(aws: Aws, found: Preview) -> None:
    """Discard the change set and raise AwsProblem `would-replace` if it would destroy an instance or a bucket."""
    if not found.endangered:
        return
    discard(aws, found.id)
    why = "; ".join(change.words for change in found.endangered)
    raise AwsProblem(
        "would-replace",
        f"This would {_PRECIOUS[found.endangered[0].type]} ({found.stack}): {why}.",
        "Nothing was changed. Make another stack instead, or stop this one first.",
    )


def execute(
    aws: Aws, found: Preview, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Execute the previewed update and yield its events. Raises AwsProblem `update-failed` if it was rolled back."""
    after = newest_event(aws, found.stack_id)
    with explained():
        aws.client("cloudformation").execute_change_set(ChangeSetName=found.id)
    progress = Progress(len(found.changes))
    for event in follow(aws, found.stack_id, poll_s=poll_s, stopped=stopped, after=after):
        progress.apply(event)
        yield event
    if not stopped() and progress.status not in _GOOD:
        raise progress.problem(found.stack, "update")
