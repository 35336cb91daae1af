"""The check of the subnet: it must be in a zone that offers the type, in the VPC of the security group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dots_tui.aws.checks.result import CheckResult, error, good, warning
from dots_tui.aws.problems import AwsProblem, explained

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts


def subnet(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check the chosen subnet, or those of the default VPC."""
    if not facts.zones:
        return  # the check of the instance type reports it
    if facts.choices.subnet:
        yield _of_choice(facts)
        return
    if not facts.default_subnets:
        what = f"{facts.aws.region} has no default VPC with subnets, where an instance goes if nothing else is said."
        yield error("no-subnet", what, "aws ec2 create-default-vpc makes one. Or name a subnet: --subnet SUBNET.")
        return
    fitting = facts.fitting_subnets
    if not fitting:
        zones = ", ".join(sorted(facts.zones))
        what = f"The default VPC has no subnet in a zone with {facts.choices.instance_type} ({zones})."
        create = f"aws ec2 create-default-subnet --availability-zone {min(facts.zones)}"
        fix = f"{create} makes one. Or name a subnet: --subnet SUBNET."
        yield error("no-subnet", what, fix)
        return
    named = facts.subnet
    where = f"subnet {named.id} in {named.zone}" if named is not None else f"{len(fitting)} subnets of the default VPC"
    yield good("subnet", f"{where} for {facts.choices.instance_type}")


def _of_choice(facts: LaunchFacts) -> CheckResult:
    kind = facts.choices.instance_type
    if facts.choices.templates:
        return error("subnet-templates", "A checkout's templates take no subnet.", "Leave out --subnet.")
    found = facts.subnet
    if found is None:
        what = f"There is no subnet {facts.choices.subnet} in {facts.aws.region}."
        return error("no-subnet", what, "aws ec2 describe-subnets lists those there are.")
    if found.zone not in facts.zones:
        what = f"{found.id} is in {found.zone}, which has no {kind}. Zones with it: {', '.join(sorted(facts.zones))}."
        return error("subnet-zone", what, "Name a subnet in one of these zones.")
    vpc = _vpc_of_group(facts)
    if vpc and vpc != found.vpc:
        what = f"{found.id} is in {found.vpc}, the base stack's security group in {vpc}."
        return error("subnet-vpc", what, f"Name a subnet of {vpc}.")
    if not found.public:
        what = f"Instances in {found.id} get no public address: without a NAT gateway this one cannot reach AWS."
        return warning("subnet-private", what, "Name a subnet with public addresses.")
    return good("subnet", f"subnet {found.id} in {found.zone} for {kind}")


def _vpc_of_group(facts: LaunchFacts) -> str:
    """Return the VPC of the base stack's security group; "" if it has none or cannot be read."""
    found = next((one for one in facts.stacks if one.kind == "base" and one.name == facts.choices.base), None)
    group = dict(found.exports).get(f"{found.name}-SecurityGroup", "") if found is not None else ""
    if not group:
        return ""
    try:
        with explained():
            rows = facts.aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    except AwsProblem:
        return ""  # the check of access reports it
    return str(rows[0].get("VpcId") or "") if rows else ""
