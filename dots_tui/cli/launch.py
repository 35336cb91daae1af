"""The commands `plan` and `launch`. Each returns its exit code.

0 is success, 1 a failure or a blocker, 2 wrong use. Results go to standard output (one JSON document with `as_json`),
everything else to standard error. A launch asks first, and does nothing without a terminal unless `yes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dots_tui.app import launch_flow
from dots_tui.app.port import run_blocking
from dots_tui.aws import training_plan
from dots_tui.aws.checks.facts import Known
from dots_tui.aws.events import OWN_TYPE, StackEvent
from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
from dots_tui.aws.leftovers import LaunchRefused
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.cli.budgets import time_to_live
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.rehearsed import rehearsed
from dots_tui.cli.stack_views import plan_document, plan_lines
from dots_tui.cli.telling import (
    FAILED,
    FINE,
    POLL_S,
    agreed,
    done,
    failed,
    files,
    finish,
    folder_failed,
    not_agreed,
    problem_code,
    problem_document,
    result,
    say,
    say_problem,
    tell,
    templates_of,
)
from dots_tui.custom_files.folder import CustomFiles, FolderProblem


@dataclass(frozen=True)
class LaunchRequest:
    """The options of a launch. `folder` None means ./custom-files, then the current folder.

    `choices` lack the time to live and the templates: `ttl` is in minutes, None means the time that `budget` (USD)
    pays for, or an hour; `templates` is the folder of a checkout, None means the current checkout if there is one.
    """

    folder: Path | None
    choices: LaunchChoices
    ttl: int | None = None
    budget: float | None = None
    templates: str | None = None

    def complete(self, aws: Aws) -> LaunchChoices:
        """Return the complete choices. Raise AwsProblem."""
        minutes = time_to_live(aws, self.choices.instance_type, self.ttl, self.budget)
        return replace(self.choices, ttl_minutes=minutes, templates=templates_of(self.templates))


def plan(request: LaunchRequest, *, as_json: bool = False, aws: Aws | None = None) -> int:
    """Print the actions and blockers of a launch, and change nothing."""
    aws, document = aws or Aws(), {"stack": request.choices.name}
    try:
        planned = _plan(aws, files(request.folder), request.complete(aws), request.budget)
    except FolderProblem as problem:
        return folder_failed(problem)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    result("\n".join(plan_lines(planned)), as_json)
    tell({**document, "plan": plan_document(planned)}, as_json)
    return FAILED if planned.blocked else FINE


def _plan(aws: Aws, custom_files: CustomFiles, choices: LaunchChoices, budget: float | None) -> LaunchPlan:
    say("The reward function is rehearsed …")
    return training_plan.plan(aws, custom_files, choices, Known(rehearse=rehearsed, budget=budget))


def launch(
    request: LaunchRequest,
    *,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Plan a training, ask, and launch it. After a failure, print its reason and the alternatives."""
    aws = aws or Aws()
    name = request.choices.name
    document: dict[str, Any] = {"stack": name, "status": None, "outputs": {}, "uploaded": [], "plan": None}
    try:
        choices, custom_files = request.complete(aws), files(request.folder)
        planned = _plan(aws, custom_files, choices, request.budget)
    except FolderProblem as problem:
        return folder_failed(problem)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    document["plan"] = plan_document(planned)
    say("\n".join(plan_lines(planned)))
    if planned.blocked:
        tell(document, as_json)
        return FAILED
    if not agreed(yes, "Launch it?"):
        return not_agreed(document, as_json)
    return _launch(aws, planned, custom_files, document, yes=yes, as_json=as_json, poll_s=poll_s)


def _launch(
    aws: Aws,
    planned: LaunchPlan,
    custom_files: CustomFiles,
    document: dict[str, Any],
    *,
    yes: bool,
    as_json: bool,
    poll_s: float,
) -> int:
    name = planned.choices.name

    def seen(event: StackEvent) -> None:
        if event.type == OWN_TYPE + "Upload":
            document["uploaded"].append(event.resource)

    port = ConsolePort(yes=yes, seen=seen)
    try:
        end = run_blocking(
            launch_flow.launch(port, lambda: aws, planned, custom_files, failed=say_problem, poll_s=poll_s)
        )
        if end.problem is None:
            stack = finish(aws, name, document)
            return done(document, as_json, f"{name} is running at {stack.ip or 'an address that is not known yet'}.")
    except AwsProblem as problem:  # the training runs, but its stack cannot be read
        return failed(problem, document, as_json)
    except KeyboardInterrupt:
        say(f"The launch goes on without us. To end it: dots-tui delete {name}")
        raise
    document["next_tries"] = [{"words": one.words, "command": one.command} for one in end.tries]
    document["left"] = list(end.problem.left) if isinstance(end.problem, LaunchRefused) else []
    tell({**document, "problem": problem_document(end.problem)}, as_json)
    return problem_code(end.problem)
