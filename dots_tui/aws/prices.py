"""Maximum cost of a training, from list prices.

Prices are on-demand list prices of Linux instances in us-east-1, in USD per hour, from 2025; they are not updated. They
serve as a warning before a launch and not for billing: the account may pay other prices.
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
"""Disk size in GB of an instance of the community image."""
_DISK_USD_PER_GB_HOUR = 0.08 / 730  # gp3
_ADDRESS_USD_PER_HOUR = 0.005  # a public IPv4 address


@dataclass(frozen=True)
class Cost:
    """Maximum cost `usd`, from `usd_per_hour` and `hours`; `basis` names the source."""

    usd: float
    usd_per_hour: float
    hours: float
    basis: str


def most(instance_type: str, region: str, minutes: int, disk_gb: int = DISK_GB) -> Cost | None:
    """Return the maximum cost of `minutes` of an on-demand instance with disk and address; None if no price is known.

    Storage in the bucket is not included (0.023 USD per GB and month).
    """
    price = ON_DEMAND_USD_PER_HOUR.get(instance_type)
    if price is None or region != REGION:
        return None
    usd = per_hour(price, disk_gb)
    hours = minutes / 60
    basis = f"on-demand list price of {AS_OF}, {region}, with disk and address, without what stays in the bucket"
    return Cost(round(usd * hours, 2), round(usd, 4), hours, basis)


def per_hour(price: float, disk_gb: int = DISK_GB) -> float:
    """Return the hourly cost of an instance at `price` with its disk and address."""
    return price + disk_gb * _DISK_USD_PER_GB_HOUR + _ADDRESS_USD_PER_HOUR


def of_live(price: float, minutes: int, basis: str, disk_gb: int = DISK_GB) -> Cost:
    """Return the cost of `minutes` at a current price."""
    usd = per_hour(price, disk_gb)
    return Cost(round(usd * minutes / 60, 2), round(usd, 4), minutes / 60, f"{basis}, with disk and address")


def minutes_for(budget: float, usd_per_hour: float, grace: int) -> int:
    """Return the time to live in minutes that a budget pays for, including the `grace` time; 0 if none."""
    return max(0, int(budget / usd_per_hour * 60) - grace)
