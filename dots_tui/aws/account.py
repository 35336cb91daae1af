"""The AWS account in use: credentials, their expiry, regions and login command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws

KNOWN_REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "ca-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
)
"""GPU regions that need no opt-in; used when the account may not list its regions."""
_ENDS = ("aws_expiration", "aws_session_expiration", "x_security_token_expires")
"""Keys in ~/.aws under which login programs (aws-vault, aws-azure-login, saml2aws) store the expiry time."""


@dataclass(frozen=True)
class Credentials:
    """Facts about the credentials.

    `method` is boto3's name for their source. `ends` is their expiry time (aware; None if unknown or if they do not
    expire). `temporary` is true if they expire, `renewed` if boto3 refreshes them automatically.
    """

    method: str
    ends: datetime | None
    temporary: bool
    renewed: bool

    def minutes_left(self, now: datetime) -> int | None:
        """Return the whole minutes until the credentials expire; None if unknown."""
        return None if self.ends is None else int((self.ends - now).total_seconds() // 60)


def in_cloudshell(environment: Mapping[str, str] = os.environ) -> bool:
    """Return true in AWS CloudShell, which provides its own credentials and region."""
    return environment.get("AWS_EXECUTION_ENV", "") == "CloudShell"


def credentials(aws: Aws) -> Credentials:
    """Return facts about the credentials. Raises AwsProblem `no-credentials` if there are none."""
    found = aws.credentials()
    if found is None:
        from botocore.exceptions import NoCredentialsError

        with explained():
            raise NoCredentialsError
    with explained():
        frozen = found.get_frozen_credentials()  # renews an expired login or raises
    ends = getattr(found, "_expiry_time", None)  # boto3 has no public attribute for it
    renewed = ends is not None
    if ends is None and frozen.token:
        ends = _written_end(aws.profile_values())
    ends = ends.astimezone(timezone.utc) if ends is not None else None
    return Credentials(str(found.method), ends, bool(frozen.token) or renewed, renewed)


def _written_end(values: Mapping[str, Any]) -> datetime | None:
    for key in _ENDS:
        text = str(values.get(key, "")).replace("Z", "+00:00")
        try:
            ends = datetime.fromisoformat(text)
        except ValueError:
            continue
        return ends if ends.tzinfo else ends.replace(tzinfo=timezone.utc)
    return None


def login_command(aws: Aws) -> str:
    """Return the command that renews the login of this profile; "" if it does not use single sign-on."""
    try:
        values = aws.profile_values()
    except AwsProblem:
        return ""
    if not ({"sso_session", "sso_start_url"} & values.keys()):
        return ""
    profile = aws.profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return f"aws sso login --profile {profile}" if profile else "aws sso login"


def enabled_regions(aws: Aws) -> list[str]:
    """Return the enabled regions of the account, the region in use first, then by name. Raises AwsProblem."""
    with explained():
        rows = aws.client("ec2").describe_regions()["Regions"]  # without AllRegions, only enabled regions are returned
    names = sorted(row["RegionName"] for row in rows)
    return sorted(names, key=lambda name: name != aws.region)


def regions_or_known(aws: Aws) -> tuple[list[str], AwsProblem | None]:
    """Return the enabled regions, or the known ones and the problem that prevented the listing.

    If no region is in use, a known region answers the request, so that the user can choose one.
    """
    try:
        here = aws.region
    except AwsProblem as problem:
        if problem.code != "no-region":
            raise
        aws, here = aws.in_region(KNOWN_REGIONS[0]), ""
    try:
        return sorted(enabled_regions(aws), key=lambda name: name != here), None
    except AwsProblem as problem:
        if problem.code in ("access-denied", "throttled", "unknown-answer"):
            names = {here, *KNOWN_REGIONS} - {""}
            return sorted(names, key=lambda name: (name != here, name)), problem
        raise


def chosen_regions(setting: str, here: str) -> list[str]:
    """Return the regions to search: the region in use first, then those in `setting` (comma-separated names)."""
    names = [name.strip() for name in setting.split(",") if name.strip()]
    return list(dict.fromkeys([here, *names]))
