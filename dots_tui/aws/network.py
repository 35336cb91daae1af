"""The network ACL of the instances: the addresses it admits and its free rule numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws

MOST_RULES = 20
"""Default limit of rules per direction of a network ACL; AWS can raise it for an account."""
LAST_NUMBER = 32766
_EVERYBODY, _EVERYTHING = "0.0.0.0/0", "-1"


@dataclass(frozen=True)
class AclRule:
    """One incoming rule: its number, its address range, and true if it allows them."""

    number: int
    cidr: str
    allows: bool
    protocol: str


@dataclass(frozen=True)
class NetworkAcl:
    """A network ACL with its incoming rules in order, without the final rule `*`."""

    id: str
    rules: tuple[AclRule, ...]

    @property
    def open(self) -> bool:
        """True if it admits everyone, like a default ACL; then only the security group decides."""
        first = next((rule for rule in self.rules if rule.cidr == _EVERYBODY and rule.protocol == _EVERYTHING), None)
        return first is not None and first.allows

    def lets_in(self, address: str) -> bool:
        """Return true if a dedicated rule admits this address."""
        return any(rule.allows and rule.cidr == f"{address}/32" for rule in self.rules)

    def free_number(self, start: int = 100) -> int:
        """Return the first free rule number from `start` on. Raises AwsProblem `acl-full`."""
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
    """Return the default network ACL of the default VPC, in which trainings run; None without a default VPC."""
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
    """Return one network ACL. Raises AwsProblem."""
    with explained():
        rows = aws.client("ec2").describe_network_acls(NetworkAclIds=[acl_id])["NetworkAcls"]
    return _acl(rows[0])


def closed_default(aws: Aws) -> NetworkAcl | None:
    """Return the default ACL if it is closed, so that an address needs its own rule; else None."""
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
