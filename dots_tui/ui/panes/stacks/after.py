"""After a launch that failed, and after a restart in the middle of one: what can be done next from the Stacks pane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Callable

from dots_tui.app.milestones import Milestone
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.stacks import operations, view
from dots_tui.ui.panes.stacks.operations import Operation
from dots_tui.ui.widgets.dialogs import Choose, Confirm

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.launch_notes import LaunchNote
    from dots_tui.aws.leftovers import LaunchRefused
    from dots_tui.aws.next_try import NextTry
    from dots_tui.aws.stacks import Stack
    from dots_tui.aws.training_plan import LaunchChoices
    from dots_tui.ui.panes.stacks.pane import StacksPane

_LEAVE = "leave"
_DOING = {"create": "Launching", "update": "Updating", "delete": "Deleting"}


def failed_launch(
    pane: StacksPane, error: Exception, choices: LaunchChoices, again: Callable[[LaunchChoices], None]
) -> None:
    """Tell why a launch failed, offer to clean up, and what to try instead; ``again`` plans such a launch."""
    from dots_tui.aws.leftovers import LaunchRefused
    from dots_tui.aws.next_try import next_tries
    from dots_tui.aws.problems import AwsProblem

    pane.blame(error)
    if not isinstance(error, AwsProblem):
        return
    tries = next_tries(error, choices, {stack.name for stack in pane.stacks})
    left = error if isinstance(error, LaunchRefused) and error.left else None

    def offer() -> None:
        if tries:
            _offer(pane, error, choices.name, tries, again)

    if left is not None:
        _offer_to_clean(pane, left, offer)
    else:
        offer()


def _offer(
    pane: StacksPane,
    error: Exception,
    name: str,
    tries: Sequence[NextTry],
    again: Callable[[LaunchChoices], None],
) -> None:
    options = [(str(number), f"Plan it {one.words}") for number, one in enumerate(tries)]
    what, advice = view.problem_words(error)
    dialog = Choose(f"{name} was not launched", [*options, (_LEAVE, "Leave it")], body=f"{what} {advice}")

    def answered(choice: str | None) -> None:
        if choice is not None and choice != _LEAVE:
            again(tries[int(choice)].choices)

    pane.app.push_screen(dialog, answered)


def _offer_to_clean(pane: StacksPane, left: LaunchRefused, then: Callable[[], None]) -> None:
    def answered(yes: bool | None) -> None:
        if yes:
            in_background(pane, clean, told, pane.blame, name="cleaning")
        then()

    def clean(_: Job) -> int:
        from dots_tui.aws.leftovers import clean

        return clean(pane.workspace.aws(), left)

    def told(count: int) -> None:
        pane.notify(f"{count} files are gone from {left.bucket}.", title="Cleaned up")

    body = f"{len(left.left)} custom files were uploaded to {left.bucket} before AWS refused the stack."
    dialog = Confirm("Take the uploaded files away again?", body, yes="Take away", no="Leave them")
    pane.app.push_screen(dialog, answered)


def name_cut_short(pane: StacksPane) -> None:
    """Say that a launch was cut short before there was a stack, and offer to take away what it left; one at a time."""
    stacks, settings = list(pane.stacks), pane.workspace.settings

    def look(_: Job) -> tuple[LaunchNote, str] | None:
        from dots_tui.aws import launch_notes
        from dots_tui.aws.account import chosen_regions

        aws = pane.workspace.aws()
        regions = chosen_regions(settings.regions, aws.region)
        found = launch_notes.cut_short(aws.identity().account, stacks, regions)
        return (found[0], launch_notes.words(found[0])) if found else None

    def told(found: tuple[LaunchNote, str] | None) -> None:
        if found is None or pane.busy:
            return
        note, words = found
        title = f"Take away what the launch of {note.stack} left?"
        pane.app.push_screen(
            Confirm(title, words, yes="Take away", no="Leave it"), lambda yes: clean(note) if yes else None
        )

    def clean(note: LaunchNote) -> None:
        def take_away(_: Job) -> int:
            from dots_tui.aws import launch_notes

            return launch_notes.clean(pane.workspace.aws(), note, stacks)

        def gone(count: int) -> None:
            pane.notify(f"{count} files are gone from {note.bucket}.", title="Cleaned up")

        in_background(pane, take_away, gone, pane.blame, name="cleaning")

    in_background(pane, look, told, pane.blame, name="launch notes")


def pick_up(pane: StacksPane, stacks: Sequence[Stack]) -> None:
    """Follow what is under way with a stack since before the app was started: the newest of them."""
    from dots_tui.aws.resuming import doing

    stack = next((one for one in stacks if doing(one)), None)
    if stack is None or pane.busy:
        return
    what, name = doing(stack), stack.name

    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.resuming import resume

        return resume(pane.workspace.aws(), stack, poll_s=operations.POLL_SECONDS, stopped=job.cancelled)

    def done() -> None:
        if stack.kind == "training" and what == "create":
            pane.workspace.milestones.add(Milestone.LAUNCHED)
            pane.workspace.watched = name
            pane.say(f"{name} is up: 4 watches it.")
        elif stack.kind == "training" and what == "delete":
            pane.workspace.ended(name)

    pane.operate(Operation(f"{_DOING[what]} {name}", name, events, done=done))
