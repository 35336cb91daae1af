"""The commands for an existing base stack: update, addresses, subscribe. Each returns its exit code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dots_tui.aws import base_changes, change_set, checkout
from dots_tui.aws.base_stack import check_address
from dots_tui.aws.events import Progress, StackEvent
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.cli.telling import (
    FAILED,
    FINE,
    POLL_S,
    WRONG_USE,
    agreed,
    done,
    failed,
    not_agreed,
    result,
    say,
    tell,
    watch,
)


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
    aws = aws or Aws()
    document: dict[str, Any] = {"stack": name, "status": None, "changes": []}
    try:
        template = None
        if templates and templates != "own":
            template = checkout.source(aws, checkout.read_template(templates, checkout.BASE), "")
        found = base_changes.preview_update(aws, name, ip or "", template, poll_s=min(poll_s, 1.0))
        if found is None:
            return done(document, as_json, f"Nothing would change in {name}.")
        document["changes"] = [change.words for change in found.changes]
        say(f"An update of {name} would do this:")
        for words in document["changes"] or ["only its tags change"]:
            say(f"  {words}")
        if not agreed(yes, "Update it?"):
            change_set.discard(aws, found.id)
            return not_agreed(document, as_json)
        events = change_set.execute(aws, found, poll_s=poll_s)
        document["status"] = watch(events, Progress(len(found.changes))).status
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    return done(document, as_json, f"{name} is updated.")


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
    return _change_access(name, ip, True, yes, as_json, aws or Aws(), poll_s)


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
    return _change_access(name, ip, False, yes, as_json, aws or Aws(), poll_s)


def _change_access(name: str, ip: str | None, add: bool, yes: bool, as_json: bool, aws: Aws, poll_s: float) -> int:
    document: dict[str, Any] = {"base": name, "address": ip, "status": None}
    if not ip:
        say("Which address? Add --ip A.B.C.D (https://checkip.amazonaws.com shows yours).")
        return WRONG_USE
    try:
        address = check_address(ip)
        doing = "may reach ports 22, 8080 and 8100 of" if add else "can no longer reach"
        say(f"{address} {doing} the instances of {name}.")
        if not agreed(yes, "Let it in?" if add else "Take it away?"):
            return not_agreed(document, as_json)
        change = base_changes.add_address if add else base_changes.remove_address
        events: Iterator[StackEvent] = change(aws, name, address, poll_s=poll_s)
        document["status"] = watch(events, Progress(0)).status
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    return done(document, as_json, f"{address} {'has access' if add else 'has no access any more'}.")


def subscribe(*, name: str, mail: str | None, yes: bool = False, as_json: bool = False, aws: Aws | None = None) -> int:
    """Subscribe a mail address to the base stack's messages (a stop, an interruption)."""
    document: dict[str, Any] = {"base": name, "mail": mail, "subscribed": False}
    if not mail:
        say("Which address? Add --mail racer@example.org.")
        return WRONG_USE
    try:
        say(f"{mail} will be told when trainings of {name} stop or are interrupted.")
        if not agreed(yes, "Subscribe it?"):
            return not_agreed(document, as_json)
        document["subscribed"] = base_changes.subscribe(aws or Aws(), name, mail)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    if not document["subscribed"]:
        return done(document, as_json, f"{mail} is subscribed already.")
    return done(document, as_json, f"AWS has sent a mail to {mail}: nothing comes before the link in it was followed.")
