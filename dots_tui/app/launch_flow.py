"""Launch of a planned training, alternatives after a failure, and cleanup after an interrupted launch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowNote, Operation, Port, Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.launch_notes import LaunchNote
    from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
    from dots_tui.aws.leftovers import LaunchRefused
    from dots_tui.aws.next_try import NextTry
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.session import Aws
    from dots_tui.custom_files.folder import CustomFiles

LEAVE = "leave"


async def launch(
    port: Port, aws_of: Callable[[], Aws], plan: LaunchPlan, files: CustomFiles, *, poll_s: float = 3.0
) -> None:
    """Launch a planned and confirmed training. Raises AwsProblem."""
    name = plan.choices.name

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        from dots_tui.aws import training_stack

        return training_stack.launch(aws_of(), plan, files, poll_s=poll_s, stopped=stopped)

    await port.follow(Operation(f"Launching {name}", name, events, lambda: plan.resource_count))


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
