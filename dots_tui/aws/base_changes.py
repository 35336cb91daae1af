"""Changes to a base stack: addresses, template version and notification mail address.

Only AWS is called. `public_address` is the only function that reads AWS's address page.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from dots_tui.aws import change_set, network, packaged
from dots_tui.aws.access_stacks import access_stacks, drop, no_such_address
from dots_tui.aws.base_stack import base_of, check_address, check_name, tags
from dots_tui.aws.change_set import Preview
from dots_tui.aws.events import Progress, StackEvent, follow
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, get_stack
from dots_tui.aws.tag_names import TAG_BASE, TAG_KIND, TAG_RACER

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
CHECK_IP = "https://checkip.amazonaws.com"
_CHECK_SECONDS = 5.0


@dataclass(frozen=True)
class Access:
    """The addresses that can reach the instances of a base stack.

    `own` is the address given at creation, `more` those of access stacks, and `open` every single address that the
    security group admits, regardless of its source.
    """

    base: str
    own: str
    more: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """All addresses that stacks admit."""
        return (self.own, *self.more)


def base_row(aws: Aws, name: str) -> tuple[Stack, dict[str, str]]:
    """Return a base stack and its parameters. Raises AwsProblem `not-base`."""
    stack = get_stack(aws, name)
    if stack.kind != "base":
        raise AwsProblem("not-base", f"{name} is no base stack.", "dots-tui stacks lists the base stacks.")
    with explained():
        row = aws.client("cloudformation").describe_stacks(StackName=stack.id)["Stacks"][0]
    return stack, {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}


def access(aws: Aws, name: str) -> Access:
    """Return the addresses that can reach the instances of base stack `name`. Raises AwsProblem."""
    stack, parameters = base_row(aws, name)
    more = tuple(one.address for one in access_stacks(aws, name) if not one.status.startswith("DELETE"))
    group = dict(stack.outputs).get("SecurityGroup", "")
    return Access(name, parameters.get("MyIPAddress", ""), more, _open(aws, group) if group else ())


def _open(aws: Aws, group: str) -> tuple[str, ...]:
    """Return the single addresses that a security group admits, on port 22 or on all ports."""
    with explained():
        [row] = aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    found = []
    for rule in row["IpPermissions"]:
        if rule["IpProtocol"] == "-1" or rule.get("FromPort", 0) <= 22 <= rule.get("ToPort", -1):
            found += [one["CidrIp"] for one in rule["IpRanges"]]
    return tuple(dict.fromkeys(cidr[:-3] for cidr in found if cidr.endswith("/32")))


def public_address(read: Callable[[str], bytes] | None = None) -> str:
    """Return this machine's public IPv4 address, as AWS's own page reports it. In CloudShell it is not the racer's.

    `read` fetches a URL. Raises AwsProblem `no-address`.
    """
    try:
        text = (read or _read)(CHECK_IP).decode("ascii", errors="replace").strip()
        return check_address(text)
    except (OSError, urllib.error.URLError, AwsProblem) as error:
        raise AwsProblem(
            "no-address", f"Your address could not be looked up: {error}.", f"Open {CHECK_IP} in your browser."
        ) from error


def _read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=_CHECK_SECONDS) as answer:  # noqa: S310 - the one fixed page
        content: bytes = answer.read(64)
    return content


# -- addresses ----------------------------------------------------------------------------------------


def add_address(
    aws: Aws, name: str, address: str, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Admit one more address, with an access stack next to the base stack.

    Raises AwsProblem: `bad-address`, `has-access`, `acl-full`, `create-failed` and others.
    """
    address = check_address(address)
    found = access(aws, name)
    if address in (*found.known, *found.open):
        raise AwsProblem("has-access", f"{address} has access to {name} already.", "")
    parameters = {"ResourcesStackName": name, "MyIPAddress": address, **acl_parameters(aws, name, address)}
    stack_name = check_name(f"{name}-access-{address.replace('.', '-')}")
    progress = Progress(access_resource_count(bool(parameters.get("NetworkAclId"))))
    with explained():
        answer = aws.client("cloudformation").create_stack(
            StackName=stack_name,
            TemplateBody=packaged.template("access.yaml"),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Tags=tags({TAG_KIND: "access", TAG_BASE: name, TAG_RACER: aws.identity().user}),
            OnFailure="DELETE",
        )
    for event in follow(aws, answer["StackId"], poll_s=poll_s, stopped=stopped):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "CREATE_COMPLETE":
        raise progress.problem(stack_name, "create")


def access_resource_count(with_network_acl: bool) -> int:
    """Return the number of resources of an access stack, for a progress bar."""
    return len(packaged.resource_names(packaged.template("access.yaml"), {"OpensAcl": with_network_acl}))


def acl_parameters(aws: Aws, base: str, address: str) -> dict[str, str]:
    """Return the parameters that open a closed network ACL for `address`, with a free rule number.

    The result is empty if the ACL already admits everyone or this address. Raises AwsProblem `acl-full`.
    """
    _, parameters = base_row(aws, base)
    named = parameters.get("NetworkAclId", "")
    found = network.acl(aws, named) if named else network.closed_default(aws)
    if found is None or found.open or found.lets_in(address):
        return {}
    return {"NetworkAclId": found.id, "RuleNumber": str(found.free_number())}


def remove_address(
    aws: Aws, name: str, address: str, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Remove the access of an address. Raises AwsProblem: `own-address`, `no-such-address`."""
    address = check_address(address)
    _, parameters = base_row(aws, name)
    stack = next((one for one in access_stacks(aws, name) if one.address == address), None)
    if stack is not None:
        yield from drop(aws, stack, poll_s, stopped)
        return
    if parameters.get("MyIPAddress") == address:
        raise AwsProblem(
            "own-address",
            f"{address} is the address {name} was made with.",
            f"Give it another one: dots-tui base update {name} --ip A.B.C.D.",
        )
    raise no_such_address(name, address)


# -- the base stack itself ----------------------------------------------------------------------------


def preview_update(
    aws: Aws,
    name: str,
    address: str = "",
    template: Mapping[str, str] | None = None,
    poll_s: float = 1.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Preview | None:
    """Return the preview of an update of the base stack; None if nothing changes. Makes no changes.

    A base stack of dots-tui gets the template of this version; one of DeepRacer on the Spot keeps its own template
    unless `template` is given. `address` replaces the base stack's own address. Raises AwsProblem: `would-replace` if
    the update would replace the bucket, `bad-address`, `has-access` if an access stack already admits the address.
    """
    stack, _ = base_row(aws, name)
    parameters = {"MyIPAddress": check_address(address)} if address else {}
    if address and any(one.address == parameters["MyIPAddress"] for one in access_stacks(aws, name)):
        raise AwsProblem(
            "has-access",
            f"{address} has access to {name} already, by a stack of its own.",
            f"Take that away first: dots-tui base remove-address {name} --ip {address}.",
        )
    if template is None and stack.ours:
        template = {"TemplateBody": packaged.template("base.yaml")}
    found = change_set.preview(aws, stack.id, parameters, None, template, poll_s, stopped)
    if found is not None:
        change_set.refuse_if_endangered(aws, found)
    return found


def subscribe(aws: Aws, name: str, mail: str) -> bool:
    """Subscribe `mail` to the base stack's messages; False if it is already subscribed. Raises AwsProblem `bad-mail`.

    AWS first sends a mail with a confirmation link and delivers no messages until the link is opened.
    """
    if not _MAIL.fullmatch(mail):
        raise AwsProblem("bad-mail", f'"{mail}" is no mail address.', "It looks like racer@example.org.")
    stack, _ = base_row(aws, name)
    topic = dict(stack.exports).get(f"{name}-InterruptionNotification", "")
    if not topic:
        missing = ", ".join(base_of(stack).missing)
        raise AwsProblem("base-not-complete", f"{name} exports no topic for messages ({missing}).", "")
    client = aws.client("sns")
    known: list[dict[str, Any]] = []
    with explained():
        for page in client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
            known += page["Subscriptions"]
        if any(one["Protocol"] == "email" and one["Endpoint"] == mail for one in known):
            return False
        client.subscribe(TopicArn=topic, Protocol="email", Endpoint=mail)
    return True
