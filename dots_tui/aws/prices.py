"""What a training can cost at most, from list prices.

Prices are on-demand list prices of Linux instances in us-east-1, in USD an hour, as they were in 2025; nothing
looks them up. They are here to warn before a launch, not to bill: what the account pays may differ.
"""

from __future__ import annotations

from dataclasses import dataclass

REGION = "us-east-1"
AS_OF = "2025"
ON_DEMAND_USD_PER_HOUR = {
    "t3.large": 0.0832,
    "g4dn.xlarge": 0.526,
    "g4dn.2xlarge": 0.752,
    "g4dn.4xlarge": 1.204,
    "g4dn.8xlarge": 2.176,
    "g4dn.12xlarge": 3.912,
    "g4dn.16xlarge": 4.352,
    "g5.xlarge": 1.006,
    "g5.2xlarge": 1.212,
    "g5.4xlarge": 1.624,
    "g5.8xlarge": 2.448,
    "g5.12xlarge": 5.672,
    "g5.16xlarge": 4.096,
    "g6.xlarge": 0.8048,
    "g6.2xlarge": 0.9776,
    "g6.4xlarge": 1.3232,
    "g6.8xlarge": 2.0144,
    "g6.16xlarge": 3.3968,
    "g6e.xlarge": 1.861,
    "g6e.2xlarge": 2.24208,
    "g6e.4xlarge": 3.00424,
    "g6e.8xlarge": 4.52856,
}
DISK_GB = 40
"""The disk of an instance of the community's image."""
_DISK_USD_PER_GB_HOUR = 0.08 / 730  # gp3
_ADDRESS_USD_PER_HOUR = 0.005  # a public IPv4 address


@dataclass(frozen=True)
class Cost:
    """``usd`` at most, of ``usd_per_hour`` for ``hours``; ``basis`` says what that rests on."""

    usd: float
    usd_per_hour: float
    hours: float
    basis: str


def most(instance_type: str, region: str, minutes: int, disk_gb: int = DISK_GB) -> Cost | None:
    """What ``minutes`` of an on-demand instance with its disk and address cost; None when no price is known.

    What stays in the bucket is not in it (0.023 USD a GB and month).
    """
    price = ON_DEMAND_USD_PER_HOUR.get(instance_type)
    if price is None or region != REGION:
        return None
    usd = per_hour(price, disk_gb)
    hours = minutes / 60
    basis = f"on-demand list price of {AS_OF}, {region}, with disk and address, without what stays in the bucket"
    return Cost(round(usd * hours, 2), round(usd, 4), hours, basis)


def per_hour(price: float, disk_gb: int = DISK_GB) -> float:
    """What an instance at ``price`` costs an hour with its disk and address."""
    return price + disk_gb * _DISK_USD_PER_GB_HOUR + _ADDRESS_USD_PER_HOUR


def of_live(price: float, minutes: int, basis: str, disk_gb: int = DISK_GB) -> Cost:
    """What ``minutes`` cost at a price that was asked for."""
    usd = per_hour(price, disk_gb)
    return Cost(round(usd * minutes / 60, 2), round(usd, 4), minutes / 60, f"{basis}, with disk and address")


def minutes_for(budget: float, usd_per_hour: float, grace: int) -> int:
    """The time to live that a budget pays for, the ``grace`` until the last line of defence included; 0 when none."""
    return max(0, int(budget / usd_per_hour * 60) - grace)
