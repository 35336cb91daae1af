"""The network ACL in front of the instances: whether it lets anybody in, and which rule numbers are free in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws

MOST_RULES = 20
"""Rules a direction of a network ACL may have, unless AWS has raised that for the account."""
LAST_NUMBER = 32766
_EVERYBODY, _EVERYTHING = "0.0.0.0/0", "-1"


@dataclass(frozen=True)
class AclRule:
    """One incoming rule: its number, the addresses it is for, whether it allows them."""

    number: int
    cidr: str
    allows: bool
    protocol: str


@dataclass(frozen=True)
class NetworkAcl:
    """A network ACL with its incoming rules in order; the closing rule ``*`` is not among them."""

    id: str
    rules: tuple[AclRule, ...]

    @property
    def open(self) -> bool:
        """Whether it lets everybody in, as a default ACL does: then the security group alone decides."""
        first = next((rule for rule in self.rules if rule.cidr == _EVERYBODY and rule.protocol == _EVERYTHING), None)
        return first is not None and first.allows

    def lets_in(self, address: str) -> bool:
        """Whether a rule of its own lets this one address in."""
        return any(rule.allows and rule.cidr == f"{address}/32" for rule in self.rules)

    def free_number(self, start: int = 100) -> int:
        """The first number from ``start`` on that no rule has. Raises AwsProblem ``acl-full``."""
        taken = {rule.number for rule in self.rules}
        free = next((number for number in range(start, LAST_NUMBER + 1) if number not in taken), None)
        if free is None or len(taken) >= MOST_RULES:
            raise AwsProblem(
                "acl-full",
                f"The network ACL {self.id} has no room for another rule: it has {len(taken)}.",
                "Take away an address nobody comes from any more, or delete base stacks that are not used.",
            )
        return free


def default_acl(aws: Aws) -> NetworkAcl | None:
    """The default network ACL of the default VPC, in which trainings run; None without a default VPC."""
    client = aws.client("ec2")
    with explained():
        vpcs = client.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        if not vpcs:
            return None
        filters = [
            {"Name": "vpc-id", "Values": [vpcs[0]["VpcId"]]},
            {"Name": "default", "Values": ["true"]},
        ]
        rows = client.describe_network_acls(Filters=filters)["NetworkAcls"]
    return _acl(rows[0]) if rows else None


def acl(aws: Aws, acl_id: str) -> NetworkAcl:
    """One network ACL. Raises AwsProblem."""
    with explained():
        rows = aws.client("ec2").describe_network_acls(NetworkAclIds=[acl_id])["NetworkAcls"]
    return _acl(rows[0])


def closed_default(aws: Aws) -> NetworkAcl | None:
    """The default ACL where it has been closed, so that an address needs a rule of its own; else None."""
    found = default_acl(aws)
    return None if found is None or found.open else found


def _acl(row: dict[str, Any]) -> NetworkAcl:
    rules = sorted(
        (
            AclRule(
                int(entry["RuleNumber"]),
                entry.get("CidrBlock", ""),
                entry["RuleAction"] == "allow",
                str(entry["Protocol"]),
            )
            for entry in row["Entries"]
            if not entry["Egress"] and int(entry["RuleNumber"]) <= LAST_NUMBER
        ),
        key=lambda rule: rule.number,
    )
    return NetworkAcl(row["NetworkAclId"], tuple(rules))
