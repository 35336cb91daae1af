"""Current hourly prices of GPU types, spot and on demand, by zone, in several regions in parallel.

Spot prices come from EC2 (DescribeSpotPriceHistory), on-demand prices from the Pricing API. If the Pricing API is not
available, the dated list of `dots_tui.aws.prices` replaces it, and `gaps` says so. Spot interruption rates come from
the public spot advisor document, which needs no account.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable

from dots_tui.aws import gpu_types, prices
from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack

PRICING_REGION = "us-east-1"
"""The Pricing API has endpoints in a few regions only; each covers all regions."""
ADVISOR_BUCKET, ADVISOR_KEY = "spot-bid-advisor", "spot-advisor-data.json"
_LINUX = "Linux/UNIX"
_FILTERS = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}


@dataclass(frozen=True)
class Price:
    """One type in one zone.

    Prices are in USD per hour, None if unknown. `listed` is true if the on-demand price is from the dated list. `band`
    is the monthly spot interruption rate ("<5%"), "" if unknown.
    """

    region: str
    zone: str
    type: str
    workers: int
    spot: float | None
    on_demand: float | None
    listed: bool
    band: str

    def of(self, market: str) -> float | None:
        """Return the price of the type in a market."""
        return self.spot if market == "spot" else self.on_demand

    def per_worker(self, market: str) -> float | None:
        """Return the price of one worker in USD per hour."""
        price = self.of(market)
        return None if price is None else price / self.workers


@dataclass
class Market:
    """All prices found. `gaps` describes missing sources and their replacements."""

    rows: list[Price] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    asked: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def cheapest(self, market: str, count: int) -> list[Price]:
        """Return the types with the lowest price per worker and hour: one row per type and region, its best zone."""
        best: dict[tuple[str, str], Price] = {}
        for row in sorted((one for one in self.rows if one.of(market)), key=lambda one: one.per_worker(market) or 0):
            best.setdefault((row.region, row.type), row)
        return list(best.values())[:count]

    def row(self, region: str, instance_type: str, market: str) -> Price | None:
        """Return the best zone of a type in a region."""
        fitting = [one for one in self.rows if (one.region, one.type) == (region, instance_type) and one.of(market)]
        return min(fitting, key=lambda one: one.of(market) or 0, default=None)


def look(aws: Aws, regions: Sequence[str], types: Sequence[str] = gpu_types.TYPES) -> Market:
    """Return prices of `types` in `regions`. Calls run in parallel: one per region, one per type, one for the advisor.

    Raises AwsProblem only if no price could be found.
    """
    calls: list[tuple[str, Callable[[], Any]]] = [
        *((f"spot {region}", lambda region=region: spot_prices(aws.in_region(region), types)) for region in regions),
        *((f"on-demand {kind}", lambda kind=kind: on_demand(aws, kind)) for kind in types),
        ("advisor", lambda: advisor(aws)),
    ]
    found: dict[str, Any] = {}
    problems: dict[str, AwsProblem] = {}
    for (name, _), result in in_parallel(calls, lambda call: call[1]()):
        if isinstance(result, AwsProblem):
            problems[name] = result
        else:
            found[name] = result
    if not any(name.startswith("spot") for name in found) and problems:
        raise next(problem for name, problem in problems.items() if name.startswith("spot"))
    spot = {region: found.get(f"spot {region}", {}) for region in regions}
    listed = {kind: found[f"on-demand {kind}"] for kind in types if f"on-demand {kind}" in found}
    market = Market(gaps=_gaps(problems))
    bands: dict[str, dict[str, str]] = found.get("advisor", {})
    for region in regions:
        for kind in types:
            market.rows += _rows(region, kind, spot[region], listed.get(kind, {}), bands.get(region, {}))
    if any(row.listed for row in market.rows):
        market.gaps.append(f"on-demand prices marked ~ are of a list of {prices.AS_OF}")
    return market


def _rows(
    region: str, kind: str, spot: dict[tuple[str, str], float], live: dict[str, float], bands: dict[str, str]
) -> Iterable[Price]:
    listed = prices.ON_DEMAND_USD_PER_HOUR.get(kind) if region == prices.REGION else None
    on_demand_usd = live.get(region, listed)
    zones = sorted(zone for zone, one in spot if one == kind)
    for zone in zones or ([""] if on_demand_usd is not None else []):
        yield Price(
            region=region,
            zone=zone or region,
            type=kind,
            workers=gpu_types.workers(kind),
            spot=spot.get((zone, kind)),
            on_demand=on_demand_usd,
            listed=region not in live and on_demand_usd is not None,
            band=bands.get(kind, ""),
        )


def _gaps(problems: dict[str, AwsProblem]) -> list[str]:
    gaps = [f"{name.partition(' ')[2]}: {one.what}" for name, one in problems.items() if name.startswith("spot ")]
    if any(name.startswith("on-demand") for name in problems):
        problem = next(one for name, one in problems.items() if name.startswith("on-demand"))
        gaps.append(f"the price list was not to be had: {problem.what}")
    if "advisor" in problems:
        gaps.append("the interruption rate of spot instances is unknown")
    return gaps


def spot_prices(aws: Aws, types: Sequence[str]) -> dict[tuple[str, str], float]:
    """Map (zone, type) to the current USD per hour in the region of `aws`. Raises AwsProblem."""
    found: dict[tuple[str, str], tuple[Any, float]] = {}
    with explained():
        pages = aws.client("ec2").get_paginator("describe_spot_price_history")
        for page in pages.paginate(
            InstanceTypes=list(types), ProductDescriptions=[_LINUX], StartTime=datetime.now(timezone.utc)
        ):
            for row in page["SpotPriceHistory"]:
                key = (row["AvailabilityZone"], row["InstanceType"])
                if key not in found or found[key][0] < row["Timestamp"]:
                    found[key] = (row["Timestamp"], float(row["SpotPrice"]))
    return {key: price for key, (_, price) in found.items()}


def on_demand(aws: Aws, instance_type: str, region: str = "") -> dict[str, float]:
    """Map each region to the on-demand USD per hour of a type, Linux. Raises AwsProblem."""
    wanted = {**_FILTERS, "instanceType": instance_type, **({"regionCode": region} if region else {})}
    filters = [{"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in wanted.items()]
    found: dict[str, float] = {}
    with explained():
        pages = aws.in_region(PRICING_REGION).client("pricing").get_paginator("get_products")
        for page in pages.paginate(ServiceCode="AmazonEC2", Filters=filters):
            for text in page["PriceList"]:
                product = json.loads(text)
                price = _usd(product)
                if price:
                    found[product["product"]["attributes"].get("regionCode", "")] = price
    return found


def most(aws: Aws, instance_type: str, minutes: int, disk_gb: int = prices.DISK_GB) -> prices.Cost | None:
    """Return the maximum cost of `minutes` of a type: a spot instance never costs more than one on demand.

    The price comes from AWS, or else from the dated list; None if no price is known.
    """
    region = aws.region
    try:
        live = on_demand(aws, instance_type, region).get(region)
    except AwsProblem:
        live = None  # use the list
    if live is not None:
        return prices.of_live(live, minutes, f"on-demand price of {region}, asked for now", disk_gb)
    return prices.most(instance_type, region, minutes, disk_gb)


def usd_per_hour(aws: Aws, stack: Stack) -> float | None:
    """Return the current hourly cost of a training with disk and address, at its spot or on-demand price.

    None if no price is known.
    """
    there = aws.in_region(stack.region)
    cost = most(there, stack.instance_type, 60)
    if stack.market != "spot":
        return cost.usd_per_hour if cost is not None else None
    try:
        spot = [price for (_, kind), price in spot_prices(there, [stack.instance_type]).items() if price]
    except AwsProblem:
        spot = []
    if not spot:
        return cost.usd_per_hour if cost is not None else None
    return prices.per_hour(max(spot))  # its zone is not looked up


def _usd(product: dict[str, Any]) -> float | None:
    """Return the hourly price in a row of the Pricing API, which is behind two generated keys."""
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            if dimension.get("unit") == "Hrs":
                return float(dimension["pricePerUnit"].get("USD", 0)) or None
    return None


def advisor(aws: Aws) -> dict[str, dict[str, str]]:
    """Map region and type to the monthly spot interruption rate ("<5%"). Raises AwsProblem."""
    with explained():
        client = aws.in_region(PRICING_REGION).client("s3", anonymous=True)
        text = client.get_object(Bucket=ADVISOR_BUCKET, Key=ADVISOR_KEY)["Body"].read()
    try:
        document = json.loads(text)
        labels = {one["index"]: str(one["label"]) for one in document["ranges"]}
        return {
            region: {kind: labels.get(values["r"], "") for kind, values in systems.get("Linux", {}).items()}
            for region, systems in document["spot_advisor"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AwsProblem(
            "unknown-answer", "The spot advisor's data has another form now.", "", f"{type(error).__name__}: {error}"
        ) from error
