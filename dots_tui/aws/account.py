"""Whose account it is, how long the credentials last, which regions it has, and how to log in again."""

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
"""Regions with GPU instances that need no opting in, for who may not ask which there are."""
_ENDS = ("aws_expiration", "aws_session_expiration", "x_security_token_expires")
"""Where programs that log in write into ~/.aws until when it is good (aws-vault, aws-azure-login, saml2aws)."""


@dataclass(frozen=True)
class Credentials:
    """What is known about the credentials: ``method`` as boto3 names where they come from, ``ends`` until when they
    are good (aware; None: not known, or for good), ``temporary`` whether they end, ``renewed`` whether boto3 gets
    new ones by itself."""

    method: str
    ends: datetime | None
    temporary: bool
    renewed: bool

    def minutes_left(self, now: datetime) -> int | None:
        """Whole minutes they are good for; None when that is not known."""
        return None if self.ends is None else int((self.ends - now).total_seconds() // 60)


def in_cloudshell(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this is AWS CloudShell, which brings its own credentials and region."""
    return environment.get("AWS_EXECUTION_ENV", "") == "CloudShell"


def credentials(aws: Aws) -> Credentials:
    """What is known about the credentials. Raises AwsProblem ``no-credentials`` when there are none."""
    found = aws.credentials()
    if found is None:
        from botocore.exceptions import NoCredentialsError

        with explained():
            raise NoCredentialsError
    with explained():
        frozen = found.get_frozen_credentials()  # an expired login is renewed, or told, here
    ends = getattr(found, "_expiry_time", None)  # boto3 has no public name for it
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
    """The command that logs this profile in again; "" when it does not log in by single sign-on."""
    try:
        values = aws.profile_values()
    except AwsProblem:
        return ""
    if not ({"sso_session", "sso_start_url"} & values.keys()):
        return ""
    profile = aws.profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return f"aws sso login --profile {profile}" if profile else "aws sso login"


def enabled_regions(aws: Aws) -> list[str]:
    """The regions this account may use, the one in use first, then by name. Raises AwsProblem."""
    with explained():
        rows = aws.client("ec2").describe_regions()["Regions"]  # without AllRegions: the enabled ones
    names = sorted(row["RegionName"] for row in rows)
    return sorted(names, key=lambda name: name != aws.region)


def regions_or_known(aws: Aws) -> tuple[list[str], AwsProblem | None]:
    """The enabled regions, or well-known ones and why the others cannot be had.

    Without a region in use AWS is asked in a well-known one, so that a region can be chosen at all.
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
    """The regions a racer looks at: those of the ``setting`` (names with commas), the one in use always and first."""
    names = [name.strip() for name in setting.split(",") if name.strip()]
    return list(dict.fromkeys([here, *names]))
