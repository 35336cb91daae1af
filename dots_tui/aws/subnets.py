"""Subnets of a region, and the zones that offer an instance type."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.aws.problems import AwsProblem, explained

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws


@dataclass(frozen=True)
class Subnet:
    """A subnet. `public` is true if its instances get a public address."""

    id: str
    zone: str
    vpc: str
    public: bool


def pick(fitting: list[Subnet], name: str) -> Subnet | None:
    """Return one of the subnets, determined by the stack name; a retry under another name may get another."""
    return fitting[zlib.crc32(name.encode()) % len(fitting)] if fitting else None


def subnet_of(aws: Aws, subnet_id: str) -> Subnet | None:
    """Return a subnet of the region; None if it does not exist. Raises AwsProblem."""
    try:
        with explained():
            rows = aws.client("ec2").describe_subnets(SubnetIds=[subnet_id])["Subnets"]
    except AwsProblem as problem:
        if problem.code == "no-subnet":
            return None
        raise
    return _subnet(rows[0]) if rows else None


def zones_with(aws: Aws, instance_type: str) -> frozenset[str]:
    """Return the zones of the region that offer an instance type. Raises AwsProblem."""
    with explained():
        rows = aws.client("ec2").describe_instance_type_offerings(
            LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": [instance_type]}]
        )["InstanceTypeOfferings"]
    return frozenset(row["Location"] for row in rows)


def default_subnets(aws: Aws) -> list[Subnet]:
    """Return the default subnets of the default VPC, by zone. Raises AwsProblem."""
    with explained():
        filters = [{"Name": "default-for-az", "Values": ["true"]}, {"Name": "state", "Values": ["available"]}]
        rows = aws.client("ec2").describe_subnets(Filters=filters)["Subnets"]
    return sorted(map(_subnet, rows), key=lambda one: one.zone)


def _subnet(row: dict[str, Any]) -> Subnet:
    return Subnet(row["SubnetId"], row["AvailabilityZone"], row["VpcId"], bool(row.get("MapPublicIpOnLaunch")))
