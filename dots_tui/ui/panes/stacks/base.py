"""What can be done with a base stack that is there, from the Stacks pane: addresses, an update, a mail address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Callable

from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.stacks import launch as stacks_launch
from dots_tui.ui.panes.stacks import operations
from dots_tui.ui.panes.stacks.operations import Operation
from dots_tui.ui.widgets.dialogs import Choose, Confirm, Prompt

if TYPE_CHECKING:
    from dots_tui.aws.base_changes import Access
    from dots_tui.aws.change_set import Preview
    from dots_tui.aws.events import StackEvent
    from dots_tui.ui.panes.stacks.pane import StacksPane

_WHICH = "The IPv4 address of the computer with the browser; https://checkip.amazonaws.com shows it there."
_MOVE, _ADD, _REMOVE, _UPDATE, _MAIL, _NEW = "move", "add", "remove", "update", "mail", "new"


def _wrong_address(text: str) -> str:
    from dots_tui.aws.base_stack import check_address
    from dots_tui.aws.problems import AwsProblem

    try:
        check_address(text)
    except AwsProblem as problem:
        return str(problem)
    return ""


def _wrong_mail(text: str) -> str:
    return "" if "@" in text else "It looks like racer@example.org."


def manage(pane: StacksPane, base: str) -> None:
    """Ask AWS who gets in, then what is to be done with the base stack."""
    pane.say(f"Asking AWS who may reach the instances of {base} …")

    def ask(_: Job) -> Access:
        from dots_tui.aws.base_changes import access

        return access(pane.workspace.aws(), base)

    def shown(found: Access) -> None:
        pane.say("")
        options = [
            (_MOVE, "My address has changed"),
            (_ADD, "Let one more address in"),
            *((f"{_REMOVE} {address}", f"Take {address} away") for address in found.more),
            (_MAIL, "Tell a mail address of stops"),
            (_UPDATE, "Bring it up to this version"),
            (_NEW, "Create another base stack"),
        ]
        dialog = Choose(base, options, body=reach_words(found, pane.workspace.settings.address))
        pane.app.push_screen(dialog, lambda choice: _do(pane, found, choice) if choice else None)

    in_background(pane, ask, shown, pane.blame, name="addresses")


def reach_words(found: Access, mine: str) -> str:
    """Who gets in, and whether the racer's own address, given last, is among them."""
    words = f"Lets in {', '.join(found.open) or 'nobody'}."
    if mine and mine not in found.open:
        words += f" Your address was {mine}: it does not get in."
    gone = [address for address in found.known if address and address not in found.open]
    return f"{words} The rule for {', '.join(gone)} is gone." if gone else words


def _do(pane: StacksPane, found: Access, choice: str) -> None:
    base, mine = found.base, pane.workspace.settings.address
    if choice == _NEW:
        stacks_launch.create_base(pane)
    elif choice == _UPDATE:
        _preview(pane, base, "")
    elif choice == _MAIL:
        body = "The mail address. AWS sends a mail with a link first; then it tells of stops and interruptions."
        prompt = Prompt("Tell a mail address", body, validate=_wrong_mail, yes="Subscribe")
        pane.app.push_screen(prompt, lambda mail: _mail(pane, base, mail) if mail else None)
    elif choice == _MOVE:
        body = f"{_WHICH} It takes the place of {found.own}, for trainings that run as well."
        prompt = Prompt("Your address", body, mine if mine != found.own else "", _wrong_address, yes="Look")
        pane.app.push_screen(prompt, lambda address: _preview(pane, base, address.strip()) if address else None)
    elif choice == _ADD:
        prompt = Prompt("One more address", _WHICH, validate=_wrong_address, yes="Let it in")
        pane.app.push_screen(
            prompt, lambda address: _access(pane, base, address.strip(), add=True) if address else None
        )
    else:
        address = choice.partition(" ")[2]
        question = Confirm(f"Take {address} away?", f"It can no longer reach the instances of {base}.", yes="Take away")
        pane.app.push_screen(question, lambda yes: _access(pane, base, address, add=False) if yes else None)


def _access(pane: StacksPane, base: str, address: str, *, add: bool) -> None:
    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws import base_changes

        change: Callable[..., Iterator[StackEvent]] = base_changes.add_address if add else base_changes.remove_address
        return change(pane.workspace.aws(), base, address, poll_s=operations.POLL_SECONDS, stopped=job.cancelled)

    what = f"Letting {address} in" if add else f"Taking {address} away"
    pane.operate(Operation(what, base, events))


def _preview(pane: StacksPane, base: str, address: str) -> None:
    pane.say(f"Asking AWS what an update of {base} would change …")

    def make(job: Job) -> Preview | None:
        from dots_tui.aws.base_changes import preview_update

        poll = operations.POLL_SECONDS
        return preview_update(pane.workspace.aws(), base, address, poll_s=poll, stopped=job.cancelled)

    def shown(found: Preview | None) -> None:
        pane.say("" if found else f"Nothing would change in {base}.")
        if found is None:
            return
        changes = "; ".join(change.words for change in found.changes) or "only its tags change"
        dialog = Confirm(f"Update {base}?", f"In the stack: {changes}.", yes="Update", no="Leave it")
        pane.app.push_screen(dialog, lambda yes: _update(pane, found, address) if yes else leave(pane, found))

    in_background(pane, make, shown, pane.blame, name="preview")


def _update(pane: StacksPane, found: Preview, address: str) -> None:
    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.change_set import execute

        return execute(pane.workspace.aws(), found, poll_s=operations.POLL_SECONDS, stopped=job.cancelled)

    def updated() -> None:
        if address:
            pane.workspace.settings_file.update(address=address)

    pane.operate(Operation(f"Updating {found.stack}", found.stack, events, lambda: len(found.changes), updated))


def leave(pane: StacksPane, found: Preview) -> None:
    """The change set nobody wants goes, beside the interface."""

    def discard(_: Job) -> None:
        from dots_tui.aws.change_set import discard

        discard(pane.workspace.aws(), found.id)

    in_background(pane, discard, lambda _: None, pane.blame, name="change set")


def _mail(pane: StacksPane, base: str, mail: str) -> None:
    def ask(_: Job) -> bool:
        from dots_tui.aws.base_changes import subscribe

        return subscribe(pane.workspace.aws(), base, mail)

    def told(new: bool) -> None:
        words = f"AWS has sent a mail to {mail}: nothing comes before the link in it was followed."
        pane.say(words if new else f"{mail} is told already.")

    in_background(pane, ask, told, pane.blame, name="subscription")
