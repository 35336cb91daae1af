"""The commands for base stacks: create, update, addresses, subscribe. Each returns its exit code."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from dots_tui.app.base_flow import BaseFlow, subscribed_words
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.aws import base_changes, checkout
from dots_tui.aws.base_stack import check_address
from dots_tui.aws.change_set import Preview
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.telling import (
    FAILED,
    FINE,
    POLL_S,
    WRONG_USE,
    done,
    failed,
    finish,
    not_agreed,
    result,
    say,
    tell,
    templates_of,
)


class _BaseCommand:
    """One command on a base stack: it runs a flow at the console and reports the result in `document`."""

    def __init__(self, aws: Aws | None, yes: bool, as_json: bool, poll_s: float, **document: Any) -> None:
        self.aws, self._as_json, self.document = aws or Aws(), as_json, document
        self.port = ConsolePort(yes=yes)
        self.flow = BaseFlow(self.port, lambda: self.aws, "", poll_s)

    def run(self, flow: Coroutine[Any, Any, object]) -> int | None:
        """Run a flow. Return the exit code if it was declined or failed, None if it is done."""
        try:
            agreed = run_blocking(flow)
        except NobodyToAsk:
            agreed = None
        except AwsProblem as problem:
            return failed(problem, self.document, self._as_json)
        return None if agreed else not_agreed(self.document, self._as_json)

    def done(self, sentence: str) -> int:
        """Report success."""
        return done(self.document, self._as_json, sentence)


def create(
    *,
    name: str,
    ip: str | None,
    templates: str | None = None,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Create the base stack `name` that allows access from the IPv4 address `ip`."""
    if not ip:
        say("Which address may look at the instances? Add --ip A.B.C.D (https://checkip.amazonaws.com shows yours).")
        return WRONG_USE
    command = _BaseCommand(aws, yes, as_json, poll_s, stack=name, status=None, outputs={})

    async def flow() -> bool:
        created = await command.flow.create(name, ip, templates_of(templates))
        if created:
            finish(command.aws, name, command.document)
        return created

    code = command.run(flow())
    if code is not None:
        return code
    return command.done(f"Base stack {name} is ready. Next: dots-tui launch --base {name} --name RUN --standard")


def update(
    *,
    name: str,
    ip: str | None = None,
    templates: str | None = None,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Update a base stack to this version's template, or to another address; show the changes first."""
    command = _BaseCommand(aws, yes, as_json, poll_s, stack=name, status=None, changes=[])

    def template() -> Mapping[str, str] | None:
        if not templates or templates == "own":
            return None
        return checkout.source(command.aws, checkout.read_template(templates, checkout.BASE), "")

    def planned(found: Preview) -> None:
        command.document["changes"] = [change.words for change in found.changes]

    async def flow() -> bool:
        return await command.flow.update(name, ip or "", template, planned) is not False

    code = command.run(flow())
    if code is not None:
        return code
    command.document["status"] = command.port.status
    return command.done(f"{name} is updated." if command.port.status else f"Nothing would change in {name}.")


def addresses(
    *, name: str, ip: str | None = None, my_ip: bool = False, as_json: bool = False, aws: Aws | None = None
) -> int:
    """List the addresses that may reach the instances; with an address, return 1 if it may not.

    `my_ip` looks up the address of this machine, at a page of AWS.
    """
    document: dict[str, Any] = {"base": name}
    try:
        address = check_address(ip) if ip else base_changes.public_address() if my_ip else ""
        found = base_changes.access(aws or Aws(), name)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    reaches = address in found.open if address else None
    document.update(own=found.own, more=list(found.more), open=list(found.open), address=address or None, may=reaches)
    if not as_json:
        for one in dict.fromkeys([*found.known, *found.open]):
            whose = "made with" if one == found.own else "added" if one in found.more else "by hand, not by a stack"
            print(f"{one:<16} {whose if one in found.open else f'{whose}, but its rule is gone'}")
    if reaches is False:
        result(f"{address} cannot reach {name}: its address is not among those that are let in.", as_json)
        say(f"dots-tui base update {name} --ip {address}, or base add-address {name} --ip {address} beside it.")
    elif reaches:
        result(f"{address} may reach the instances of {name}.", as_json)
    tell(document, as_json)
    return FAILED if reaches is False else FINE


def add_address(
    *,
    name: str,
    ip: str | None,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Allow one more address to reach the instances."""
    return _change_access(name, ip, True, _BaseCommand(aws, yes, as_json, poll_s, base=name, address=ip, status=None))


def remove_address(
    *,
    name: str,
    ip: str | None,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Remove the access of an address."""
    return _change_access(name, ip, False, _BaseCommand(aws, yes, as_json, poll_s, base=name, address=ip, status=None))


def _change_access(name: str, ip: str | None, add: bool, command: _BaseCommand) -> int:
    if not ip:
        say("Which address? Add --ip A.B.C.D (https://checkip.amazonaws.com shows yours).")
        return WRONG_USE
    code = command.run(command.flow.change_access(name, ip, add=add))
    if code is not None:
        return code
    command.document["status"] = command.port.status
    return command.done(f"{check_address(ip)} {'has access' if add else 'has no access any more'}.")


def subscribe(*, name: str, mail: str | None, yes: bool = False, as_json: bool = False, aws: Aws | None = None) -> int:
    """Subscribe a mail address to the base stack's messages (a stop, an interruption)."""
    if not mail:
        say("Which address? Add --mail racer@example.org.")
        return WRONG_USE
    command = _BaseCommand(aws, yes, as_json, POLL_S, base=name, mail=mail, subscribed=False)

    async def flow() -> bool:
        new = await command.flow.subscribe(name, mail)
        command.document["subscribed"] = bool(new)
        return new is not None

    code = command.run(flow())
    if code is not None:
        return code
    return command.done(subscribed_words(mail) if command.document["subscribed"] else f"{mail} is subscribed already.")
