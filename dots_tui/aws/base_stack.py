"""The base stack that every training stack needs: a bucket, access for one address, and roles."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Callable

from dots_tui.aws import network, packaged
from dots_tui.aws.events import Progress, StackEvent, follow
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import EXPORTS, TAG_KIND, TAG_RACER, Stack

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")
_NAME_LENGTH = 64
"""CloudFormation allows 128; the role and bucket names derived from it, and DeepRacer's import, allow less."""
_HOME = [ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")]


@dataclass(frozen=True)
class BaseStack:
    """The parts of a base stack that a training stack needs.

    `missing` lists the exports that do not exist; `stack_role` and `scheduler_role` are "" for a base stack of
    DeepRacer on the Spot.
    """

    name: str
    status: str
    bucket: str
    stack_role: str
    scheduler_role: str
    missing: tuple[str, ...]
    builder_profile: str = ""
    """Instance profile of an image builder; "" if the base stack is older or not from dots-tui."""

    @property
    def complete(self) -> bool:
        """True if training stacks can use it."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE") and not self.missing


def base_of(stack: Stack) -> BaseStack:
    """Return the exports of `stack`."""
    exports: Mapping[str, str] = dict(stack.exports)

    def export(name: str) -> str:
        return exports.get(f"{stack.name}-{name}", "")

    return BaseStack(
        name=stack.name,
        status=stack.status,
        bucket=export("Bucket"),
        stack_role=export("StackRole"),
        scheduler_role=export("SchedulerRole"),
        missing=tuple(name for name in EXPORTS if not export(name)),
        builder_profile=export("BuilderProfile"),
    )


def check_name(name: str) -> str:
    """Return `name` if it is a valid stack name. Raises AwsProblem `bad-name`."""
    if _NAME.fullmatch(name) and len(name) <= _NAME_LENGTH:
        return name
    raise AwsProblem(
        "bad-name",
        f'A stack cannot be called "{name}".',
        f"Use letters, digits and hyphens, a letter first, at most {_NAME_LENGTH} characters.",
    )


def check_address(address: str) -> str:
    """Return `address` if it is an IPv4 address that AWS can see as a source. Raises AwsProblem `bad-address`."""
    try:
        parsed = ipaddress.IPv4Address(address.strip())
    except ValueError:
        raise AwsProblem(
            "bad-address",
            f'"{address}" is not an IPv4 address.',
            "It looks like 203.0.113.7; https://checkip.amazonaws.com shows yours.",
        ) from None
    if parsed.is_unspecified or parsed.is_multicast or any(parsed in home for home in _HOME):
        raise AwsProblem(
            "bad-address",
            f"{parsed} is an address of your home or office network; AWS never sees it.",
            "https://checkip.amazonaws.com, opened on the computer with your browser, shows the one it sees.",
        )
    return str(parsed)


def create(
    aws: Aws,
    name: str,
    address: str,
    network_acl: str = "",
    rule_number: int = 100,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[StackEvent]:
    """Create a base stack that admits `address`, and yield its events until it is complete.

    If the default network ACL is closed, a rule with a free number is added to it, or to `network_acl`. Raises
    AwsProblem: `bad-name`, `bad-address`, `name-taken`, `acl-full`, `create-failed` (after the rollback) and others. If
    `stopped()` is true, the events end, but AWS continues to create the stack.
    """
    text = packaged.template("base.yaml")
    parameters = {"MyIPAddress": check_address(address)}
    closed = None if network_acl else network.closed_default(aws)
    if closed is not None and not closed.lets_in(parameters["MyIPAddress"]):
        network_acl, rule_number = closed.id, closed.free_number(rule_number)
    if network_acl:
        parameters.update(NetworkAclId=network_acl, RuleNumber=str(rule_number))
    progress = Progress(resource_count(bool(network_acl)))
    with explained():
        answer = aws.client("cloudformation").create_stack(
            StackName=check_name(name),
            TemplateBody=text,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
            Tags=tags({TAG_KIND: "base", TAG_RACER: aws.identity().user}),
        )
    for event in follow(aws, answer["StackId"], poll_s=poll_s, stopped=stopped):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "CREATE_COMPLETE":
        raise progress.problem(name, "create")


def resource_count(with_network_acl: bool = False) -> int:
    """Return the number of resources of a base stack, for a progress bar."""
    return len(packaged.resource_names(packaged.template("base.yaml"), {"OpensAcl": with_network_acl}))


def tags(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags in the format of the API, with only characters that AWS accepts; empty values are omitted."""
    clean = {key: tag_value(value) for key, value in values.items()}
    return [{"Key": key, "Value": value} for key, value in clean.items() if value]


def tag_value(value: str) -> str:
    """Return `value` with only the characters that AWS accepts in a tag."""
    return re.sub(r"[^\w .:/=+@-]", "-", value)[:256]
