"""Permissions of IAM: which one a refused call needs, and the policy statement that gives it.

An operation's permission has its name in most services, but not in S3 (Service Authorization Reference).
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

_OF_SERVICE = {
    "autoscaling": ("DescribeAutoScalingGroups",),
    "cloudformation": (
        *("CreateChangeSet", "CreateStack", "DeleteChangeSet", "DeleteStack", "DescribeChangeSet"),
        *("DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "ExecuteChangeSet"),
        *("GetTemplateSummary", "ListStackResources"),
    ),
    "ec2": (
        *("CopyImage", "CreateTags", "DeleteSnapshot", "DeregisterImage", "DescribeAddresses", "DescribeImages"),
        *("DescribeInstanceTypeOfferings", "DescribeInstances", "DescribeNetworkAcls", "DescribeRegions"),
        *("DescribeSecurityGroups", "DescribeSpotPriceHistory", "DescribeSubnets", "DescribeTags"),
        *("DescribeVolumes", "DescribeVpcs"),
    ),
    "ec2-instance-connect": ("SendSSHPublicKey",),
    "events": ("DescribeRule",),
    "pricing": ("GetProducts",),
    "scheduler": ("GetSchedule",),
    "servicequotas": ("GetAWSDefaultServiceQuota", "GetServiceQuota"),
    "sns": ("ListSubscriptionsByTopic", "Subscribe"),
    "ssm": ("GetCommandInvocation", "GetParameter", "SendCommand"),
    "sts": ("GetCallerIdentity",),
}
ACTIONS: dict[str, str] = {
    **{operation: f"{service}:{operation}" for service, operations in _OF_SERVICE.items() for operation in operations},
    "CopyObject": "s3:GetObject",
    "DeleteObjects": "s3:DeleteObject",
    "GetObject": "s3:GetObject",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjectsV2": "s3:ListBucket",
    "PutObject": "s3:PutObject",
}
"""Operation of every call dots-tui makes -> the permission for it; a test keeps it complete."""


class Refusal(NamedTuple):
    """A permission that is missing. `resource` is the ARN it is missing for, "" if AWS did not say; `forbidden` tells
    whether a policy forbids it explicitly, which no further permission changes."""

    action: str
    resource: str
    forbidden: bool

    @property
    def advice(self) -> str:
        """What to do, with the statement to add to a policy."""
        if self.forbidden:
            return f"A policy of the account or organization forbids {self.action}. Its administrator can change that."
        return f"Ask your administrator for this permission, or use another profile. Policy statement: {self.statement}"

    @property
    def statement(self) -> str:
        """The statement of an IAM policy that gives the permission, as JSON in one line."""
        row = {"Effect": "Allow", "Action": self.action, "Resource": self.resource or "*"}
        return json.dumps(row)


def refusal(operation: str, message: str) -> Refusal:
    """The permission that the refused call of `operation` lacks, by AWS's `message` if that names it."""
    found = re.search(r"not authorized to perform:? ([\w-]+:\w+)", message)
    where = re.search(r"on resource: (arn:[^\s\"']+)", message)
    action = found.group(1) if found else ACTIONS.get(operation, operation)
    forbidden = "explicit deny" in message
    return Refusal(action, where.group(1).rstrip(".,") if where else "", forbidden)
