"""IAM permissions: the one that a refused call needs, and a policy statement that grants it.

In most services a permission has the name of its operation, but not in S3 (Service Authorization Reference).
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
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "CopyObject": "s3:GetObject",
    "DeleteObjects": "s3:DeleteObject",
    "GetObject": "s3:GetObject",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjectsV2": "s3:ListBucket",
    "PutObject": "s3:PutObject",
}
"""Maps each operation that dots-tui calls to its permission; a test checks that it is complete."""


class Refusal(NamedTuple):
    """A missing permission.

    `resource` is the ARN it is missing for, "" if AWS did not name it. `forbidden` is true if a policy explicitly
    denies it; another permission does not help then.
    """

    action: str
    resource: str
    forbidden: bool

    @property
    def advice(self) -> str:
        """Return the advice, with the statement to add to a policy."""
        if self.forbidden:
            return f"A policy of the account or organization forbids {self.action}. Its administrator can change that."
        return f"Ask your administrator for this permission, or use another profile. Policy statement: {self.statement}"

    @property
    def statement(self) -> str:
        """Return the IAM policy statement that grants the permission, as JSON on one line."""
        row = {"Effect": "Allow", "Action": self.action, "Resource": self.resource or "*"}
        return json.dumps(row)


def refusal(operation: str, message: str) -> Refusal:
    """Return the missing permission of a refused call of `operation`, as named in AWS's message if possible."""
    found = re.search(r"not authorized to perform:? ([\w-]+:\w+)", message)
    where = re.search(r"on resource: (arn:[^\s\"']+)", message)
    action = found.group(1) if found else ACTIONS.get(operation, operation)
    forbidden = "explicit deny" in message
    return Refusal(action, where.group(1).rstrip(".,") if where else "", forbidden)
