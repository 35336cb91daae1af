"""The commands for stacks: base create, plan, launch, stacks, stop, delete. Each returns its exit code.

0 is fine, 1 a failure or something in the way, 2 wrong use. Results go to standard output (one JSON document
with ``as_json``), everything else to standard error. What costs or destroys asks first, and refuses to run
without a terminal unless ``yes``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dots_tui.aws import base_stack, training_stack
from dots_tui.aws import stacks as aws_stacks
from dots_tui.aws.events import OWN_TYPE, Progress, StackEvent
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles, FolderProblem, find_folder
from dots_tui.headless.stack_views import plan_document, plan_lines, stack_document, stack_table

FINE, FAILED, WRONG_USE = 0, 1, 2
_POLL_S = 3.0
_WRONG_USE_CODES = frozenset({"bad-name", "bad-address", "bad-input", "not-training"})


def base_create(
    *,
    name: str,
    ip: str | None,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = _POLL_S,
) -> int:
    """Create the base stack ``name`` that lets the IPv4 address ``ip`` in."""
    if not ip:
        _say("Which address may look at the instances? Add --ip A.B.C.D (https://checkip.amazonaws.com shows yours).")
        return WRONG_USE
    aws = aws or Aws()
    document: dict[str, Any] = {"stack": name, "status": None, "outputs": {}}
    try:
        address = base_stack.check_address(ip)
        base_stack.check_name(name)
        _say(
            f"Base stack {name} in {aws.region}, account {aws.identity().account}: a bucket, roles, and ports 22, 8080 "
            f"and 8100 open for {address} only. It costs nothing but what is stored in the bucket."
        )
        if not _agreed(yes, "Create it?"):
            return _not_agreed(document, as_json)
        _watch(base_stack.create(aws, name, address, poll_s=poll_s), Progress(base_stack.resource_count()))
        _finish(aws, name, document)
    except AwsProblem as problem:
        return _failed(problem, document, as_json)
    return _done(
        document, as_json, f"Base stack {name} is ready. Next: dots-tui launch --base {name} --name RUN --standard"
    )


def plan(
    *,
    folder: Path | None,
    base: str,
    name: str,
    market: str,
    instance_type: str,
    ttl: int,
    endless: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
) -> int:
    """Say what a launch would do and what is in the way, and change nothing."""
    choices = LaunchChoices(base, name, market, instance_type, ttl, endless)
    document: dict[str, Any] = {"stack": choices.name}
    try:
        planned = training_stack.plan(aws or Aws(), _files(folder), choices)
    except FolderProblem as problem:
        return _folder_failed(problem)
    except AwsProblem as problem:
        return _failed(problem, document, as_json)
    _say("\n".join(plan_lines(planned)))
    document["plan"] = plan_document(planned)
    _print(document, as_json)
    return FAILED if planned.blocked else FINE


def launch(
    *,
    folder: Path | None,
    base: str,
    name: str,
    market: str,
    instance_type: str,
    ttl: int,
    endless: bool = False,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = _POLL_S,
) -> int:
    """Launch a training with the custom files in ``folder`` (None: ./custom-files, then .); ``ttl`` in minutes."""
    aws = aws or Aws()
    choices = LaunchChoices(base, name, market, instance_type, ttl, endless)
    document: dict[str, Any] = {"stack": choices.name, "status": None, "outputs": {}, "uploaded": [], "plan": None}
    try:
        files = _files(folder)
        planned = training_stack.plan(aws, files, choices)
        document["plan"] = plan_document(planned)
        _say("\n".join(plan_lines(planned)))
        if planned.blocked:
            _print(document, as_json)
            return FAILED
        if not _agreed(yes, "Launch it?"):
            return _not_agreed(document, as_json)
        for event in _shown(
            training_stack.launch(aws, planned, files, poll_s=poll_s), Progress(planned.resource_count)
        ):
            if event.type == OWN_TYPE + "Upload":
                document["uploaded"].append(event.resource)
        stack = _finish(aws, choices.name, document)
    except FolderProblem as problem:
        return _folder_failed(problem)
    except AwsProblem as problem:
        return _failed(problem, document, as_json)
    except KeyboardInterrupt:
        _say(f"The launch goes on without us. To end it: dots-tui delete {choices.name}")
        raise
    return _done(document, as_json, f"{choices.name} is running at {stack.ip or 'an address that is not known yet'}.")


def stacks(*, as_json: bool = False, aws: Aws | None = None) -> int:
    """List the base and training stacks."""
    try:
        found = aws_stacks.list_stacks(aws or Aws())
    except AwsProblem as problem:
        return _failed(problem, {"stacks": []}, as_json)
    if as_json:
        _print({"stacks": [stack_document(stack) for stack in found]}, as_json)
    elif not found:
        print("No stacks. Begin with a base stack: dots-tui base create NAME --ip A.B.C.D")
    else:
        print(stack_table(found))
    return FINE


def stop(
    *, name: str, yes: bool = False, as_json: bool = False, aws: Aws | None = None, poll_s: float = _POLL_S
) -> int:
    """Stop a training: its instance saves model and logs and deletes the stack."""
    document: dict[str, Any] = {"stack": name, "status": None}
    _say(f"The instance of {name} will save the model and its logs and delete the stack; that takes a few minutes.")
    if not _agreed(yes, "Stop the training?"):
        return _not_agreed(document, as_json)
    return _remove(training_stack.stop(aws or Aws(), name, poll_s=poll_s), document, as_json)


def delete(
    *,
    name: str,
    yes: bool = False,
    as_json: bool = False,
    empty_bucket: bool = False,
    aws: Aws | None = None,
    poll_s: float = _POLL_S,
) -> int:
    """Delete a stack at once, saving nothing. ``empty_bucket``: a base stack with all that is in its bucket."""
    document: dict[str, Any] = {"stack": name, "status": None}
    lost = " and EVERYTHING in its bucket: models, logs, custom files" if empty_bucket else ""
    _say(f"This deletes the stack {name}{lost}. Nothing is saved first.")
    if not _agreed(yes, f"Type {name} to delete it:", wanted=name):
        return _not_agreed(document, as_json)
    return _remove(aws_stacks.delete(aws or Aws(), name, empty_bucket, poll_s=poll_s), document, as_json)


def _remove(events: Iterator[StackEvent], document: dict[str, Any], as_json: bool) -> int:
    """Follow a deletion to its end."""
    try:
        document["status"] = _watch(events, Progress(0)).status
    except AwsProblem as problem:
        return _failed(problem, document, as_json)
    except KeyboardInterrupt:
        _say("What was asked for goes on without us; dots-tui stacks shows how far it is.")
        raise
    return _done(document, as_json, f"{document['stack']} is gone.")


# -- asking and telling -------------------------------------------------------------------------------


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _agreed(yes: bool, question: str, wanted: str = "") -> bool | None:
    """Whether the user agrees; None when there is nobody to ask. ``wanted``: what has to be typed, else y or yes."""
    if yes:
        return True
    if not sys.stdin.isatty():
        return None
    print(f"{question} " if wanted else f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    return answer == wanted if wanted else answer.lower() in ("y", "yes")


def _not_agreed(document: Mapping[str, Any], as_json: bool) -> int:
    """Tell that nothing was done; wrong use when there was nobody to ask."""
    _print(document, as_json)
    if sys.stdin.isatty():
        _say("Nothing was done.")
        return FAILED
    _say("There is no terminal to ask on, so nothing was done. Add --yes to do it without asking.")
    return WRONG_USE


def _failed(problem: AwsProblem, document: dict[str, Any], as_json: bool) -> int:
    _say(problem.what)
    if problem.advice:
        _say(problem.advice)
    if problem.code == "bucket-not-empty":
        _say("Add --empty-bucket to delete the content with it.")
    if problem.detail and problem.detail not in problem.what:
        _say(f"AWS said: {problem.detail}")
    told = {"code": problem.code, "what": problem.what, "advice": problem.advice, "detail": problem.detail}
    _print({**document, "problem": told}, as_json)
    return WRONG_USE if problem.code in _WRONG_USE_CODES else FAILED


def _folder_failed(problem: FolderProblem) -> int:
    _say(str(problem))
    return WRONG_USE


def _done(document: Mapping[str, Any], as_json: bool, sentence: str) -> int:
    _say(sentence)
    _print(document, as_json)
    return FINE


def _print(document: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(document, indent=2))


def _shown(events: Iterator[StackEvent], progress: Progress) -> Iterator[StackEvent]:
    """The same events, each told on standard error."""
    for event in events:
        progress.apply(event)
        count = f"{progress.done:>2}/{progress.total} " if progress.total else ""
        reason = f"  {event.reason}" if event.reason else ""
        _say(f"{count}{event.status:<20} {event.resource}{reason}")
        yield event


def _watch(events: Iterator[StackEvent], progress: Progress) -> Progress:
    for _ in _shown(events, progress):
        pass
    return progress


def _files(folder: Path | None) -> CustomFiles:
    return CustomFiles.open(folder if folder is not None else find_folder(Path.cwd()))


def _finish(aws: Aws, name: str, document: dict[str, Any]) -> Stack:
    stack = aws_stacks.get_stack(aws, name)
    document.update(status=stack.status, outputs=dict(stack.outputs))
    return stack
