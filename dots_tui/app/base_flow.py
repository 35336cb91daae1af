"""Creation of a base stack, and changes to an existing one: addresses, update, mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowResult, NobodyToAsk, Operation, Port, Selection, TextEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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

    async def create(self, name: str, address: str, folder: str = "", *, agreed: bool = False) -> bool:
        """Create a base stack, with the template of the checkout `folder` if there is one.

        Without `agreed`, ask first. Return False if declined. Raises AwsProblem.
        """
        from dots_tui.aws import base_stack

        address = base_stack.check_address(address)
        base_stack.check_name(name)
        if not agreed and not await self._port.ask(
            await self._port.work(lambda: self._creation(name, address, folder))
        ):
            return False

        def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
            from dots_tui.aws import checkout

            if folder:
                return checkout.create_base(self._aws_of(), name, address, folder, self._poll_s, stopped)
            return base_stack.create(self._aws_of(), name, address, poll_s=self._poll_s, stopped=stopped)

        await self._port.follow(
            Operation(f"Creating the base stack {name}", name, events, lambda: _resource_count(folder))
        )
        return True

    def _creation(self, name: str, address: str, folder: str) -> Confirmation:
        from dots_tui.aws import checkout

        aws = self._aws_of()
        made = f"a bucket, roles, and ports 22, 8080 and 8100 open for {address} only"
        if folder:
            made = f"what {checkout.BASE} there makes, with every port open for {address} only"
        body = (
            f"Base stack {name} in {aws.region}, account {aws.identity().account}: {made}. It costs nothing but what "
            "is stored in the bucket."
        )
        return Confirmation("Create it?", body, yes="Create")

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
            (_MAIL, "Subscribe an email address"),
            (_UPDATE, "Update it to this version"),
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
            body = "The email address. AWS first sends a mail with a link; then it reports stops and interruptions."
            mail = await self._port.ask(
                TextEntry("Subscribe an email address", body, "", _mail_problem, yes="Subscribe")
            )
            if mail and await self.subscribe(base, mail, agreed=True):
                self._port.tell(FlowResult(subscribed_words(mail)))
            elif mail:
                self._port.tell(FlowResult(f"{mail} is subscribed already."))
        elif choice == _MOVE:
            body = f"{_WHICH} It replaces {found.own}, for running trainings too."
            value = mine if mine != found.own else ""
            address = await self._port.ask(TextEntry("Your address", body, value, address_problem, yes="Look"))
            if address:
                await self._update(base, address.strip())
        elif choice == _ADD:
            address = await self._port.ask(TextEntry("One more address", _WHICH, "", address_problem, yes="Let it in"))
            if address:
                await self.change_access(base, address.strip(), add=True, agreed=True)
        else:
            await self.change_access(base, choice.partition(" ")[2], add=False)

    async def _update(self, base: str, address: str) -> None:
        if await self.update(base, address) is None:
            self._port.tell(FlowResult(f"Nothing would change in {base}."))

    async def change_access(self, base: str, address: str, *, add: bool, agreed: bool = False) -> bool:
        """Let an address in, or take its access away. Without `agreed`, ask first. Return False if declined.

        Raises AwsProblem.
        """
        from dots_tui.aws import base_changes
        from dots_tui.aws.base_stack import check_address

        address = check_address(address)
        doing = "may reach ports 22, 8080 and 8100 of" if add else "can no longer reach"
        title = f"Let {address} in?" if add else f"Take {address} away?"
        body = f"{address} {doing} the instances of {base}."
        if not agreed and not await self._port.ask(Confirmation(title, body, yes="Let it in" if add else "Take away")):
            return False
        change = base_changes.add_address if add else base_changes.remove_address

        def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
            return change(self._aws_of(), base, address, poll_s=self._poll_s, stopped=stopped)

        what = f"Letting {address} in" if add else f"Taking {address} away"
        await self._port.follow(Operation(what, base, events))
        return True

    async def update(
        self,
        base: str,
        address: str = "",
        template: Callable[[], Mapping[str, str] | None] = lambda: None,
        planned: Callable[[Preview], object] = lambda _: None,
    ) -> bool | None:
        """Show the changes of an update, or of a move to `address`, and execute them after confirmation.

        `template` returns the template to use, None for the one of dots-tui. `planned` gets the changes before the
        question. Return False if declined, None if nothing would change. Raises AwsProblem.
        """
        from dots_tui.aws import base_changes, change_set

        self._port.tell(FlowResult(f"Asking AWS what an update of {base} would change …"))
        poll = min(self._poll_s, 1.0)
        found = await self._port.work(
            lambda: base_changes.preview_update(self._aws_of(), base, address, template(), poll_s=poll)
        )
        self._port.tell(FlowResult(""))
        if found is None:
            return None
        planned(found)
        changes = "\n".join(f"  {change.words}" for change in found.changes) or "  only its tags change"
        question = Confirmation(f"Update {base}?", f"In the stack:\n{changes}", yes="Update", no="Leave it")
        try:
            agreed = await self._port.ask(question)
        except NobodyToAsk:
            await self._port.work(lambda: change_set.discard(self._aws_of(), found.id))
            raise
        if not agreed:
            await self._port.work(lambda: change_set.discard(self._aws_of(), found.id))
            return False
        await self._port.follow(self._update_of(found))
        self.address = address or self.address
        return True

    def _update_of(self, found: Preview) -> Operation:
        def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
            from dots_tui.aws.change_set import execute

            return execute(self._aws_of(), found, poll_s=self._poll_s, stopped=stopped)

        return Operation(f"Updating {found.stack}", found.stack, events, lambda: len(found.changes))

    async def subscribe(self, base: str, mail: str, *, agreed: bool = False) -> bool | None:
        """Subscribe an email address to the messages of a base stack. Without `agreed`, ask first.

        Return False if it is subscribed already, None if declined. Raises AwsProblem.
        """
        from dots_tui.aws import base_changes

        body = f"{mail} will be told when trainings of {base} stop or are interrupted."
        if not agreed and not await self._port.ask(Confirmation("Subscribe it?", body, yes="Subscribe")):
            return None
        return await self._port.work(lambda: base_changes.subscribe(self._aws_of(), base, mail))


def subscribed_words(mail: str) -> str:
    """Return the result of a new subscription."""
    return f"AWS has sent a mail to {mail}: no messages come before its link is followed."


def _resource_count(folder: str) -> int:
    from dots_tui.aws import base_stack, checkout

    if not folder:
        return base_stack.resource_count()
    return len(checkout.resources(checkout.read_template(folder, checkout.BASE)))
