"""Prices of 12 types in 10 regions against the slowest single call, on a loopback AWS that takes its time.

Claim: under three times as long. ``python -m benchmarks.prices [SECONDS]``; the calls take SECONDS (default 0.5).
"""

from __future__ import annotations

import os
import random
import sys
import time

from dots_tui.aws import gpu_types, market
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import LoopbackAws

REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "ap-south-1",
    "sa-east-1",
)


def main() -> None:
    """Measure it cold (clients are made) and warm."""
    slowest = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
    cloud = LoopbackAws(step=0.0).start()
    os.environ.update(
        AWS_ENDPOINT_URL=cloud.url,
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",
        AWS_DEFAULT_REGION="us-east-1",
    )

    def wait(_: object) -> None:
        time.sleep(random.uniform(0.5, 1.0) * slowest)

    cloud.hooks["ec2", "DescribeSpotPriceHistory"] = cloud.hooks["pricing", "GetProducts"] = wait
    aws = Aws()
    for name in ("cold", "warm"):
        cloud.calls.clear()
        begin = time.perf_counter()
        found = market.look(aws, REGIONS, gpu_types.TYPES)
        taken = time.perf_counter() - begin
        print(
            f"{name}: {len(gpu_types.TYPES)} types in {len(REGIONS)} regions, {len(cloud.calls)} calls, "
            f"{len(found.rows)} rows: {taken / slowest:.2f} x the slowest call"
        )
    cloud.stop()


if __name__ == "__main__":
    main()
