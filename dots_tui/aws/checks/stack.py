"""Checks of the stacks: the base stack, the name of the new stack, and access to the instances."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dots_tui.aws import checkout
from dots_tui.aws.base_stack import BaseStack, check_name
from dots_tui.aws.checks.facts import GONE
from dots_tui.aws.checks.result import CheckRemedy, CheckResult, error, good, warning
from dots_tui.aws.problems import AwsProblem, explained

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts

LOOKED_AT = (22, 8080, 8100)
"""Ports: SSH, camera stream, viewer."""
_EVERYONE = "0.0.0.0/0"


def base(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check the base stack and all its exports."""
    name, found = facts.choices.base, facts.base
    if found is None:
        what = f"There is no base stack {name} in {facts.aws.region}."
        yield error("no-base", what, f"dots-tui base create {name} --ip A.B.C.D", CheckRemedy("base", "create one"))
    elif not found.complete:
        missing = f"; it does not export {', '.join(found.missing)}" if found.missing else ""
        what = f"The base stack {name} is {found.status}{missing}."
        yield error("base-not-complete", what, "Wait until it is complete, or make another one.")
    elif facts.choices.templates:
        yield _for_checkout(facts, found)
    elif not found.scheduler_role:
        yield warning(
            "no-schedule",
            f"{name} was created by DeepRacer on the Spot and has no role for a schedule: only the instance ends the "
            "run at its time to live, with a shutdown as second line of defense.",
            "A base stack of dots-tui has one.",
        )
    elif not found.builder_profile:
        yield warning(
            "base-outdated",
            f"{name} was created by an older dots-tui: a run can change the scripts that later runs execute as root.",
            f"dots-tui base update {name}",
        )
    else:
        yield good("base", f"base stack {name} exports everything needed")


def _for_checkout(facts: LaunchFacts, found: BaseStack) -> CheckResult:
    """Check that the base stack exports everything that a checkout's templates import."""
    folder = facts.choices.templates
    stack = next(one for one in facts.stacks if one.kind == "base" and one.name == found.name)
    text = checkout.training_template(folder, facts.choices.market)
    missing = checkout.missing_exports(text, found.name, dict(stack.exports))
    if not missing:
        return good("base", f"base stack {found.name} with all that the templates in {folder} need")
    return error(
        "export-missing",
        f"The templates in {folder} need {', '.join(missing)}, which {found.name} does not export.",
        f"Make one with these templates (dots-tui base create NAME --templates {folder}), or launch with those of "
        "dots-tui: --templates own.",
    )


def name(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the name is valid in CloudFormation and free."""
    wanted = facts.choices.name
    rename = CheckRemedy("name", "another name")
    try:
        check_name(wanted)
        with explained():
            row = facts.aws.client("cloudformation").describe_stacks(StackName=wanted)["Stacks"][0]
    except AwsProblem as problem:
        if problem.code == "bad-name":
            yield error(problem.code, problem.what, problem.advice, rename)
        elif problem.code == "no-such-stack":
            yield good("name", f"stack name {wanted} is free")
        else:
            raise
        return
    status = row["StackStatus"]
    if status in GONE and any(stack.name == wanted for stack in facts.stacks):
        what = f"{wanted} is left from a launch that failed."
        yield error("name-taken", what, f"dots-tui delete {wanted} frees the name.", rename)
    else:
        yield error("name-taken", f"There is already a stack {wanted} ({status}).", "Choose another name.", rename)


def access(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the viewer's address is admitted."""
    group = _security_group(facts)
    if not group:
        return
    try:
        with explained():
            rows = facts.aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    except AwsProblem as problem:
        if "InvalidGroup" not in problem.detail:
            raise
        yield warning("no-access", f"The security group {group} of the base stack does not exist.", "Make a new one.")
        return
    open_for = {port: _let_in(rows, port) for port in LOOKED_AT}
    everywhere = sorted({cidr for ranges in open_for.values() for cidr in ranges})
    address = facts.known.address
    if _EVERYONE in everywhere:
        yield warning("open-to-all", f"The whole internet may reach {group}.", "Let in your own address only.")
    elif not everywhere:
        yield warning("no-access", f"{group} lets nobody in: the run is seen through the bucket only.", _ADD)
    elif not address:
        yield good("access", f"access for {_named(everywhere)}")
    else:
        closed = [port for port, ranges in open_for.items() if not _covers(ranges, address)]
        ports = ", ".join(map(str, closed))
        if closed:
            what = f"No rule lets {address} reach port {ports}; open for {_named(everywhere)}."
            yield warning("address-not-let-in", what, _ADD)
        else:
            yield good("access", f"{address} may reach ports {', '.join(map(str, LOOKED_AT))}")


_ADD = "Add your address to the base stack."


def _named(ranges: list[str]) -> str:
    return ", ".join(one.removesuffix("/32") for one in ranges)


def _security_group(facts: LaunchFacts) -> str:
    found = next((one for one in facts.stacks if one.kind == "base" and one.name == facts.choices.base), None)
    return dict(found.exports).get(f"{found.name}-SecurityGroup", "") if found is not None else ""


def _let_in(groups: list[dict[str, Any]], port: int) -> list[str]:
    """Return the IPv4 ranges that may reach a TCP port."""
    ranges = []
    for group in groups:
        for rule in group.get("IpPermissions", ()):
            every = rule.get("IpProtocol") == "-1"
            first, last = rule.get("FromPort", 0), rule.get("ToPort", 65535)
            if every or (rule.get("IpProtocol") == "tcp" and first <= port <= last):
                ranges += [one["CidrIp"] for one in rule.get("IpRanges", ()) if one.get("CidrIp")]
    return ranges


def _covers(ranges: list[str], address: str) -> bool:
    try:
        wanted = ipaddress.ip_address(address)
        return any(wanted in ipaddress.ip_network(one, strict=False) for one in ranges)
    except ValueError:
        return False
