"""Advice for the reasons that CloudFormation gives for a failed resource, found by text patterns."""

from __future__ import annotations

import re

from dots_tui.aws.gpu_types import quota_of

_QUOTA = (
    "Your account's quota for {} instances is too small: ask for more vCPUs (Service Quotas, EC2, {}), "
    "or stop another training."
)

CAPACITY = "InsufficientInstanceCapacity|UnfulfillableCapacity|do(es)? not have sufficient .* capacity|no Spot capacity"
DENIED = "not authorized to perform|AccessDenied|UnauthorizedOperation"
QUOTA_ON_DEMAND = "VcpuLimitExceeded|vCPU (capacity|limit)"
QUOTA_SPOT = "MaxSpotInstanceCountExceeded"

# Reasons in CloudFormation events come from other services; only these patterns are common.
REASONS = (
    (
        CAPACITY,
        "AWS has no such machine free now: try again later, another instance type, or another region.",
    ),
    (
        QUOTA_ON_DEMAND,
        _QUOTA.format("GPU", "'Running On-Demand G and VT instances'"),
    ),
    (
        QUOTA_SPOT,
        _QUOTA.format("spot", "'All G and VT Spot Instance Requests'"),
    ),
    ("Unsupported.*instance type|instance type .* not supported", "Choose another instance type or region."),
    (
        DENIED,
        "A permission is missing: ask who administers the account.",
    ),
    (
        "timed out|Failed to receive .* resource signal",
        "The instance did not report that it is ready. Its log is in the EC2 console (Get system log).",
    ),
    ("No default VPC", "Make a default VPC: aws ec2 create-default-vpc."),
    (
        "No export named",
        "The base stack does not export what this needs. Is it an old one? dots-tui base update NAME renews it.",
    ),
    (
        "NetworkAclEntryLimitExceeded|maximum number of network acl entries",
        "The network ACL is full: take an address away nobody comes from any more.",
    ),
    (
        "network acl entry identified by .* already exists",
        "Another rule has that number now: try again, and a free one is taken.",
    ),
    ("already exists", "Something of this name is there already: choose another name."),
    ("pending verification|PendingVerification|currently blocked", "AWS is looking at your account: it sends a mail."),
    ("bucket .* not empty", "Delete again, with the content of the bucket."),
    ("InvalidAMI|image id .* does not exist", "The image is gone: plan the launch again."),
)


def quota_advice(reason: str, instance_type: str, market: str) -> str:
    """Return advice if `reason` says that a quota is too small; "" for other reasons.

    The advice names the quota of the requested market and type, regardless of AWS's wording.
    """
    if not re.search(f"{QUOTA_ON_DEMAND}|{QUOTA_SPOT}", reason, re.IGNORECASE):
        return ""
    known = quota_of(instance_type, market)
    if known is None:
        return _QUOTA.format(instance_type, "the one of its family")
    code, title = known
    return _QUOTA.format("spot" if market == "spot" else "on-demand", f"'{title}', {code}")
