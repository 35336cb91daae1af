"""Prices: live ones of every region at once, a dated list where that is refused, and what is missing is said."""

from __future__ import annotations

import threading

import pytest

from dots_tui.aws import gpu_types, market, prices
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import Fault, LoopbackAws

REGIONS = ("us-east-1", "us-east-2", "eu-west-1")


def test_every_type_has_its_prices_zone_by_zone(aws: Aws) -> None:
    found = market.look(aws, REGIONS)
    assert found.gaps == []
    assert {row.region for row in found.rows} == set(REGIONS)
    assert {row.type for row in found.rows} == set(gpu_types.TYPES)
    for row in found.rows:
        assert row.zone.startswith(row.region)
        assert row.on_demand is not None
        assert not row.listed
        assert row.band
        if row.spot is not None:
            assert 0 < row.spot < row.on_demand
            assert row.per_worker("spot") == row.spot / row.workers


def test_the_cheapest_is_the_best_zone_of_a_type_by_worker_and_hour(aws: Aws) -> None:
    found = market.look(aws, REGIONS)
    best = found.cheapest("spot", 5)
    values = [row.per_worker("spot") or 0 for row in best]
    assert values == sorted(values)
    assert len({(row.region, row.type) for row in best}) == 5
    assert values[0] == min(row.per_worker("spot") or 9 for row in found.rows if row.spot)
    one = found.row("us-east-1", best[0].type, "spot")
    assert one is not None
    assert one.spot == min(
        row.spot for row in found.rows if (row.region, row.type) == (one.region, one.type) and row.spot
    )


def test_all_calls_are_under_way_at_the_same_time(cloud: LoopbackAws, aws: Aws) -> None:
    regions = [
        *REGIONS,
        "us-west-2",
        "eu-central-1",
        "us-west-1",
        "ca-central-1",
        "eu-west-2",
        "ap-south-1",
        "sa-east-1",
    ]
    calls = len(regions) + len(gpu_types.TYPES)
    together = threading.Barrier(calls)

    def wait(_: object) -> None:
        together.wait(60)  # nobody is answered before everybody has asked

    cloud.hooks["ec2", "DescribeSpotPriceHistory"] = wait
    cloud.hooks["pricing", "GetProducts"] = wait
    cloud.calls.clear()
    cloud.most_at_once = 0
    found = market.look(aws, regions)
    assert not together.broken
    assert cloud.most_at_once >= calls
    assert len(cloud.calls) == calls + 1  # the advisor's
    assert {row.region for row in found.rows} == set(regions)


def test_without_the_price_list_a_dated_one_stands_in_and_is_said_to(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("pricing", "GetProducts", "AccessDeniedException", "no", 400, times=99))
    found = market.look(aws, REGIONS)
    here = found.row("us-east-1", "g4dn.2xlarge", "standard")
    assert here is not None
    assert here.listed
    assert here.on_demand == prices.ON_DEMAND_USD_PER_HOUR["g4dn.2xlarge"]
    assert found.row("eu-west-1", "g4dn.2xlarge", "standard") is None
    assert any("price list was not to be had" in gap for gap in found.gaps)
    assert any(prices.AS_OF in gap for gap in found.gaps)


def test_a_region_that_is_refused_is_named_and_the_others_are_there(cloud: LoopbackAws, aws: Aws) -> None:
    asked: list[str] = []

    def refuse_one(_: object) -> None:
        from dots_tui.demo.aws import AwsError

        asked.append("x")
        if len(asked) == 1:
            raise AwsError("UnauthorizedOperation", "not authorized to perform: ec2:DescribeSpotPriceHistory", 403)

    cloud.hooks["ec2", "DescribeSpotPriceHistory"] = refuse_one
    found = market.look(aws, REGIONS)
    assert len({row.region for row in found.rows if row.spot}) == 2
    assert sum("You are not allowed to" in gap for gap in found.gaps) == 1


def test_without_the_advisor_bands_are_missing_and_that_is_said(cloud: LoopbackAws, aws: Aws) -> None:
    kept = cloud._gate.public.pop("/spot-bid-advisor/spot-advisor-data.json")
    try:
        found = market.look(aws, REGIONS)
    finally:
        cloud._gate.public["/spot-bid-advisor/spot-advisor-data.json"] = kept
    assert all(row.band == "" for row in found.rows)
    assert found.gaps == ["the interruption rate of spot instances is unknown"]


def test_an_advisor_of_another_form_is_no_crash(cloud: LoopbackAws, aws: Aws) -> None:
    path = "/spot-bid-advisor/spot-advisor-data.json"
    kept = cloud._gate.public[path]
    cloud._gate.public[path] = lambda: '{"ranges": 3}'
    try:
        with pytest.raises(AwsProblem):
            market.advisor(aws)
        assert market.look(aws, REGIONS).rows
    finally:
        cloud._gate.public[path] = kept


def test_when_no_region_answers_it_is_a_problem(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("ec2", "DescribeSpotPriceHistory", "ExpiredToken", "expired", 400, times=99))
    with pytest.raises(AwsProblem) as caught:
        market.look(aws, REGIONS)
    assert caught.value.code == "expired"


@pytest.mark.parametrize(
    ("kind", "vcpus", "workers"),
    [
        ("g4dn.xlarge", 4, 1),
        ("g4dn.2xlarge", 8, 2),
        ("g4dn.4xlarge", 16, 5),
        ("g4dn.8xlarge", 32, 10),
        ("g5.12xlarge", 48, 16),
    ],
)
def test_workers_that_a_type_carries(kind: str, vcpus: int, workers: int) -> None:
    assert gpu_types.vcpus(kind) == vcpus
    assert gpu_types.workers(kind) == workers


def test_quotas_by_family_and_market() -> None:
    assert gpu_types.quota_of("g6e.2xlarge", "spot") == ("L-3819A6DF", "All G and VT Spot Instance Requests")
    assert gpu_types.quota_of("g4dn.2xlarge", "standard") == ("L-DB2E81BA", "Running On-Demand G and VT instances")
    assert gpu_types.quota_of("m5.large", "standard") is None
    assert gpu_types.vcpus("g5.metal") is None
