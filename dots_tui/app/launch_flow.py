"""The flow of a launch: choices, plan, creation, alternatives after a failure, cleanup after an interruption."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowNote, Operation, Port, Selection
from dots_tui.aws.gpu_types import suggested
from dots_tui.aws.launch_plan import LaunchChoices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from dots_tui.app.workspace import Workspace
    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.launch_notes import LaunchNote
    from dots_tui.aws.launch_plan import LaunchPlan
    from dots_tui.aws.leftovers import LaunchRefused
    from dots_tui.aws.next_try import NextTry
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack
    from dots_tui.custom_files.folder import CustomFiles
    from dots_tui.reward.outcome import RehearsalOutcome

LEAVE = "leave"


@dataclass(frozen=True)
class LaunchEnd:
    """The end of a launch: `problem` is None if the training runs.

    After a failure, `tries` are the alternatives and `again` the chosen one; None if none was chosen.
    """

    problem: AwsProblem | None = None
    tries: Sequence[NextTry] = ()
    again: LaunchChoices | None = None


# -- choices and plan ---------------------------------------------------------------------------------


def suggest_name(model: str, taken: Collection[str]) -> str:
    """Return a free stack name from a model prefix: letters, digits and hyphens, a letter first."""
    base = re.sub(r"[^A-Za-z0-9]+", "-", model.rstrip("/").rpartition("/")[2]).strip("-") or "training"
    if not base[0].isalpha():
        base = f"run-{base}"
    base = base[:56].rstrip("-")
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def instance_type(workspace: Workspace) -> str:
    """Return the type of the last launch; before the first one, a type that carries the workers of the files."""
    files = workspace.files
    return workspace.settings.instance_type or suggested(files.value("DR_WORKERS") if files is not None else "")


def preset(workspace: Workspace, bases: Sequence[str], taken: Collection[str], minutes: int) -> LaunchChoices:
    """Return the suggested choices: those of the last launch, with a free name. `bases` has at least one name."""
    settings, kind = workspace.settings, instance_type(workspace)
    base = settings.base_stack if settings.base_stack in bases else bases[0]
    name = suggest_name(workspace.model_name(), taken)
    return LaunchChoices(base, name, settings.market, kind, minutes)


def remember(workspace: Workspace, choices: LaunchChoices) -> None:
    """Save the choices as suggestions for the next launch."""
    settings = workspace.settings_file
    settings.update(base_stack=choices.base, instance_type=choices.instance_type, market=choices.market)
    if choices.ttl_minutes:  # a launch without end is always a new decision
        settings.update(ttl_minutes=choices.ttl_minutes)


def plan_launch(
    workspace: Workspace,
    choices: LaunchChoices,
    *,
    folder: Path | None,
    tell: Callable[[CheckResult], object],
    cancelled: Callable[[], bool],
) -> LaunchPlan:
    """Return the plan of a launch of the open files. Blocks. Raises AwsProblem.

    The templates of a checkout that contains `folder` or the files are used; with None, those of dots-tui: the base
    stack must export what its templates need. `tell` receives each result from any thread.
    """
    from dots_tui.aws.checkout import find_checkout
    from dots_tui.aws.checks.facts import Known
    from dots_tui.aws.training_plan import plan

    files, budget, store = workspace.files, workspace.settings.budget, workspace.track_store()
    assert files is not None
    checkout = find_checkout(folder, files.root) if folder is not None else None

    def rehearse(sources: Mapping[str, bytes]) -> RehearsalOutcome:
        return workspace.rehearsals.outcome(sources, store, cancelled)

    known = Known(workspace.settings.address, rehearse, float(budget) if budget else None)
    return plan(workspace.aws(), files, replace(choices, templates=str(checkout or "")), known, tell)


def save_script(target: Path, text: str) -> str:
    """Save commands as a shell script. Return a sentence about the file, or about why it cannot be written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!/bin/sh\nset -e\n{text}", encoding="utf-8")
    except OSError as error:
        return f"They cannot be saved as a file too: {error}"
    return f"They are also in {target}."


# -- the launch ---------------------------------------------------------------------------------------


async def launch(
    port: Port,
    aws_of: Callable[[], Aws],
    plan: LaunchPlan,
    files: CustomFiles,
    *,
    failed: Callable[[AwsProblem], object],
    poll_s: float = 3.0,
) -> LaunchEnd:
    """Launch a planned and confirmed training. After a failure, call `failed` and offer cleanup and alternatives."""
    from dots_tui.aws import training_stack
    from dots_tui.aws.problems import AwsProblem

    name = plan.choices.name

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        return training_stack.launch(aws_of(), plan, files, poll_s=poll_s, stopped=stopped)

    try:
        await port.follow(Operation(f"Launching {name}", name, events, lambda: plan.resource_count))
    except AwsProblem as problem:
        failed(problem)
        tries = await next_tries(port, aws_of, problem, plan.choices)
        return LaunchEnd(problem, tries, await after_failure(port, aws_of, problem, name, tries))
    return LaunchEnd()


_DOING = {"create": "Launching", "update": "Updating", "delete": "Deleting"}


async def pick_up(port: Port, aws_of: Callable[[], Aws], stack: Stack, *, poll_s: float = 3.0) -> None:
    """Follow the operation in progress on `stack`, which began before this program. Raises AwsProblem."""
    from dots_tui.aws.resuming import doing, resume

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        return resume(aws_of(), stack, poll_s=poll_s, stopped=stopped)

    await port.follow(Operation(f"{_DOING[doing(stack)]} {stack.name}", stack.name, events))


async def next_tries(
    port: Port, aws_of: Callable[[], Aws], problem: AwsProblem, choices: LaunchChoices
) -> list[NextTry]:
    """Return alternative launches after `problem`, best first."""
    from dots_tui.aws import next_try
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.stacks import list_stacks

    try:
        taken = {stack.name for stack in await port.work(lambda: list_stacks(aws_of()))}
    except AwsProblem:
        taken = set()  # the problem of the launch may also prevent the list
    return next_try.next_tries(problem, choices, taken)


async def after_failure(
    port: Port, aws_of: Callable[[], Aws], problem: AwsProblem, name: str, tries: Sequence[NextTry]
) -> LaunchChoices | None:
    """Offer cleanup and alternatives after the failed launch of `name`. Return the launch to plan next."""
    from dots_tui.aws.leftovers import LaunchRefused

    if isinstance(problem, LaunchRefused) and problem.left:
        await _offer_to_clean(port, aws_of, problem)
    if not tries:
        return None
    options = [(str(number), f"Plan it {one.words}") for number, one in enumerate(tries)]
    commands = {str(number): one.command for number, one in enumerate(tries)}
    body = f"{problem.what} {problem.advice}".strip()
    title = f"{name} was not launched"
    chosen = await port.ask(Selection(title, [*options, (LEAVE, "Leave it")], body, commands))
    return None if chosen is None or chosen == LEAVE else tries[int(chosen)].choices


async def _offer_to_clean(port: Port, aws_of: Callable[[], Aws], refused: LaunchRefused) -> None:
    from dots_tui.aws import leftovers
    from dots_tui.aws.problems import AwsProblem

    body = f"{len(refused.left)} custom files were uploaded to {refused.bucket} before AWS refused the stack."
    title = "Take the uploaded files away again?"
    if not await port.ask(Confirmation(title, body, yes="Take away", no="Leave them", offer=True)):
        return
    try:
        count = await port.work(lambda: leftovers.clean(aws_of(), refused))
    except AwsProblem as problem:
        port.tell(FlowNote(str(problem), "Not cleaned up"))
        return
    port.tell(FlowNote(f"{count} files are gone from {refused.bucket}.", "Cleaned up"))


# -- a launch that was cut short ------------------------------------------------------------------


def cut_short(aws: Aws, regions: Sequence[str], name: str = "") -> LaunchNote | None:
    """Return the note of a launch (of `name`) that was interrupted before its stack existed.

    Lists the stacks of the regions now. Blocks. Raises AwsProblem.
    """
    from dots_tui.aws import launch_notes
    from dots_tui.aws.everywhere import stacks_of

    if not any(launch_notes.read()):
        return None
    stacks, dark = stacks_of(aws, regions)
    looked = [region for region in regions if region not in dark]
    found = launch_notes.cut_short(aws.identity().account, stacks, looked)
    return next((note for note in found if not name or note.stack == name), None)


def cut_short_in(aws: Aws, regions: str) -> LaunchNote | None:
    """Return the note of an interrupted launch in the chosen regions, given as in the settings. Blocks."""
    from dots_tui.aws.account import chosen_regions

    return cut_short(aws, chosen_regions(regions, aws.region))


async def clean_up(port: Port, aws_of: Callable[[], Aws], note: LaunchNote, *, offer: bool = False) -> int | None:
    """Offer to delete the objects of an interrupted launch. Return their number, None if declined.

    The objects are checked again after confirmation: by then the stack may exist, or a training may read these files.
    """
    from dots_tui.aws import launch_notes

    body = launch_notes.words(note)
    title = f"Take away what the launch of {note.stack} left?"
    if not await port.ask(Confirmation(title, body, yes="Take away", no="Leave it", offer=offer)):
        return None
    count = await port.work(lambda: _clean(aws_of(), note))
    if count is None:
        port.tell(
            FlowNote(f"The launch of {note.stack} is not cut short any more. Nothing was deleted.", "Nothing to do")
        )
        return 0
    port.tell(FlowNote(f"{count} files are gone from {note.bucket}.", "Cleaned up"))
    return count


def _clean(aws: Aws, note: LaunchNote) -> int | None:
    from dots_tui.aws import launch_notes
    from dots_tui.aws.stacks import list_stacks

    stacks = list_stacks(aws.in_region(note.region))
    if note not in launch_notes.cut_short(note.account, stacks, [note.region]):
        return None
    return launch_notes.clean(aws, note, stacks)
