"""Creation of a base stack, and changes to an existing one: addresses, update, mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowResult, Operation, Port, Selection, TextEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.aws.base_changes import Access
    from dots_tui.aws.change_set import Preview
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.session import Aws

_WHICH = "The IPv4 address of the computer with the browser; https://checkip.amazonaws.com shows it there."
_MOVE, _ADD, _REMOVE, _UPDATE, _MAIL, NEW = "move", "add", "remove", "update", "mail", "new"


def address_problem(text: str) -> str:
    """Return the problem of an address, "" if there is none."""
    from dots_tui.aws.base_stack import check_address
    from dots_tui.aws.problems import AwsProblem

    try:
        check_address(text)
    except AwsProblem as problem:
        return str(problem)
    return ""


def _mail_problem(text: str) -> str:
    return "" if "@" in text else "It looks like racer@example.org."


def access_words(found: Access, mine: str) -> str:
    """Return the admitted addresses, and whether the racer's own address `mine` is among them."""
    words = f"Lets in {', '.join(found.open) or 'nobody'}."
    if mine and mine not in found.open:
        words += f" Your address was {mine}: it does not get in."
    gone = [address for address in found.known if address and address not in found.open]
    return f"{words} The rule for {', '.join(gone)} is gone." if gone else words


class BaseFlow:
    """The changes of an account's base stacks. `address` is the racer's last known address; "" if unknown."""

    def __init__(self, port: Port, aws_of: Callable[[], Aws], address: str, poll_s: float = 3.0) -> None:
        self._port, self._aws_of, self.address, self._poll_s = port, aws_of, address, poll_s

    async def create(self, name: str, address: str) -> None:
        """Create a base stack. Raises AwsProblem."""

        def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
            from dots_tui.aws.base_stack import create

            return create(self._aws_of(), name, address, poll_s=self._poll_s, stopped=stopped)

        def count() -> int:
            from dots_tui.aws.base_stack import resource_count

            return resource_count()

        await self._port.follow(Operation(f"Creating the base stack {name}", name, events, count))

    async def manage(self, base: str) -> str:
        """Show the admitted addresses, ask for an action on the base stack, and execute it. Return the choice.

        Updates `address` if the racer has moved. Raises AwsProblem.
        """
        from dots_tui.aws import base_changes

        self._port.tell(FlowResult(f"Asking AWS who may reach the instances of {base} …"))
        found = await self._port.work(lambda: base_changes.access(self._aws_of(), base))
        self._port.tell(FlowResult(""))
        options = [
            (_MOVE, "My address has changed"),
            (_ADD, "Let one more address in"),
            *((f"{_REMOVE} {address}", f"Take {address} away") for address in found.more),
            (_MAIL, "Tell a mail address of stops"),
            (_UPDATE, "Bring it up to this version"),
            (NEW, "Create another base stack"),
        ]
        choice = await self._port.ask(Selection(base, options, access_words(found, self.address)))
        if choice is None or choice == NEW:
            return choice or ""
        await self._do(found, choice)
        return choice

    async def _do(self, found: Access, choice: str) -> None:
        base, mine = found.base, self.address
        if choice == _UPDATE:
            await self._update(base, "")
        elif choice == _MAIL:
            body = "The mail address. AWS sends a mail with a link first; then it tells of stops and interruptions."
            mail = await self._port.ask(TextEntry("Tell a mail address", body, "", _mail_problem, yes="Subscribe"))
            if mail:
                await self._subscribe(base, mail)
        elif choice == _MOVE:
            body = f"{_WHICH} It takes the place of {found.own}, for trainings that run as well."
            value = mine if mine != found.own else ""
            address = await self._port.ask(TextEntry("Your address", body, value, address_problem, yes="Look"))
            if address:
                await self._update(base, address.strip())
        elif choice == _ADD:
            address = await self._port.ask(TextEntry("One more address", _WHICH, "", address_problem, yes="Let it in"))
            if address:
                await self._change_access(base, address.strip(), add=True)
        else:
            address = choice.partition(" ")[2]
            body = f"It can no longer reach the instances of {base}."
            if await self._port.ask(Confirmation(f"Take {address} away?", body, yes="Take away")):
                await self._change_access(base, address, add=False)

    async def _change_access(self, base: str, address: str, *, add: bool) -> None:
        def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
            from dots_tui.aws import base_changes

            change = base_changes.add_address if add else base_changes.remove_address
            return change(self._aws_of(), base, address, poll_s=self._poll_s, stopped=stopped)

        what = f"Letting {address} in" if add else f"Taking {address} away"
        await self._port.follow(Operation(what, base, events))

    async def _update(self, base: str, address: str) -> None:
        from dots_tui.aws import base_changes, change_set

        self._port.tell(FlowResult(f"Asking AWS what an update of {base} would change …"))
        poll = min(self._poll_s, 1.0)
        found = await self._port.work(lambda: base_changes.preview_update(self._aws_of(), base, address, poll_s=poll))
        self._port.tell(FlowResult("" if found else f"Nothing would change in {base}."))
        if found is None:
            return
        changes = "; ".join(change.words for change in found.changes) or "only its tags change"
        question = Confirmation(f"Update {base}?", f"In the stack: {changes}.", yes="Update", no="Leave it")
        if not await self._port.ask(question):
            await self._port.work(lambda: change_set.discard(self._aws_of(), found.id))
            return
        await self._port.follow(self._update_of(found))
        self.address = address or self.address

    def _update_of(self, found: Preview) -> Operation:
        def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
            from dots_tui.aws.change_set import execute

            return execute(self._aws_of(), found, poll_s=self._poll_s, stopped=stopped)

        return Operation(f"Updating {found.stack}", found.stack, events, lambda: len(found.changes))

    async def _subscribe(self, base: str, mail: str) -> None:
        from dots_tui.aws import base_changes

        new = await self._port.work(lambda: base_changes.subscribe(self._aws_of(), base, mail))
        words = f"AWS has sent a mail to {mail}: nothing comes before the link in it was followed."
        self._port.tell(FlowResult(words if new else f"{mail} is told already."))
