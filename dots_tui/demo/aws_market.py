"""Market data that moto lacks: quotas, prices, and the public spot advisor.

moto answers every spot price with 0.00001 in 2006, and has no price list or quotas. These values are computed from a
few numbers, similar to those of 2025 and different for each zone.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timezone
from typing import Any

from dots_tui.demo.aws_http import AwsError, Gate

_ON_DEMAND = {
    "g4dn.xlarge": 0.526,
    "g4dn.2xlarge": 0.752,
    "g4dn.4xlarge": 1.204,
    "g4dn.8xlarge": 2.176,
    "g4dn.12xlarge": 3.912,
    "g5.2xlarge": 1.212,
    "g5.4xlarge": 1.624,
    "g5.8xlarge": 2.448,
    "g6.2xlarge": 0.978,
    "g6.4xlarge": 1.323,
    "g6.8xlarge": 2.014,
    "g6e.2xlarge": 2.242,
}
_DEARER = {"us-east-1": 1.0, "us-east-2": 1.0, "us-west-2": 1.0, "eu-west-1": 1.11, "eu-central-1": 1.25}
_BANDS = ("<5%", "5-10%", "10-15%", "15-20%", ">20%")
_ROOMY = 64.0


class Quotas(dict[str, float]):
    """The account's quotas: code to vCPUs."""

    def __init__(self) -> None:
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Reset to the quotas of a new account with some capacity."""
        self.clear()
        self.update({"L-DB2E81BA": _ROOMY, "L-3819A6DF": _ROOMY})


def open_market(gate: Gate, quotas: Quotas) -> None:
    """Answer the calls for quotas and prices."""

    def quota(request: dict[str, Any], _: str) -> dict[str, Any]:
        code = request.get("QuotaCode", "")
        if code not in quotas:
            raise AwsError("NoSuchResourceException", f"There is no quota {code}.")
        return {"Quota": {"ServiceCode": "ec2", "QuotaCode": code, "Value": quotas[code]}}

    gate.market.update(
        {
            ("servicequotas", "GetServiceQuota"): quota,
            ("servicequotas", "GetAWSDefaultServiceQuota"): lambda request, _: {
                "Quota": {"QuotaCode": request.get("QuotaCode", ""), "Value": 0.0}
            },
            ("ec2", "DescribeSpotPriceHistory"): _spot_prices,
            ("pricing", "GetProducts"): lambda request, _: _products(request),
        }
    )
    gate.public["/spot-bid-advisor/spot-advisor-data.json"] = _advisor


def _dice(*words: str) -> float:
    """Return a number from 0 to 1 that is determined by the words."""
    return (zlib.crc32("/".join(words).encode()) % 1000) / 1000


def _spot_prices(request: dict[str, Any], region: str) -> str:
    wanted = [value for key, value in request.items() if key.startswith("InstanceType.")]
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:00:00.000Z")
    rows = [
        f"<item><instanceType>{kind}</instanceType><productDescription>Linux/UNIX</productDescription>"
        f"<spotPrice>{_ON_DEMAND[kind] * (0.3 + 0.45 * _dice(kind, zone)):.6f}</spotPrice><timestamp>{now}</timestamp>"
        f"<availabilityZone>{zone}</availabilityZone></item>"
        for kind in wanted
        for zone in (f"{region}{letter}" for letter in "abc")
        if kind in _ON_DEMAND and _dice("has", kind, zone) > 0.15
    ]
    body = "".join(rows)
    return (
        "<DescribeSpotPriceHistoryResponse>"
        f"<spotPriceHistorySet>{body}</spotPriceHistorySet></DescribeSpotPriceHistoryResponse>"
    )


def _products(request: dict[str, Any]) -> dict[str, Any]:
    wanted = {one["Field"]: one["Value"] for one in request.get("Filters", ())}
    kind = wanted.get("instanceType", "")
    listed = []
    for region, factor in _DEARER.items():
        if kind in _ON_DEMAND and wanted.get("regionCode", region) == region:
            price = {"unit": "Hrs", "pricePerUnit": {"USD": f"{_ON_DEMAND[kind] * factor:.10f}"}}
            listed.append(
                json.dumps(
                    {
                        "product": {"attributes": {"instanceType": kind, "regionCode": region}},
                        "terms": {"OnDemand": {"a": {"priceDimensions": {"b": price}}}},
                    }
                )
            )
    return {"FormatVersion": "aws_v1", "PriceList": listed}


def _advisor() -> str:
    regions = {
        region: {"Linux": {kind: {"s": 60, "r": int(_dice("r", region, kind) * 5)} for kind in _ON_DEMAND}}
        for region in _DEARER
    }
    ranges = [{"index": index, "label": label, "dots": index} for index, label in enumerate(_BANDS)]
    return json.dumps({"spot_advisor": regions, "ranges": ranges})
