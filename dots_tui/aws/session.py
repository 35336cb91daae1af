"""The way to AWS: one account and region, clients made when first used, safe to share between threads.

boto3 takes half a second to import, so it is imported with the first client and not before. Profile,
region and endpoint are found as boto3 finds them (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ~/.aws).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from dots_tui.aws.problems import AwsProblem, explained

CONNECT_SECONDS = 5
READ_SECONDS = 20
_CALLS = 4  # one and three retries, on throttling and on errors that pass


@dataclass(frozen=True)
class Identity:
    """Who we are to AWS. ``user`` is the last part of the ARN: a user's name or a role session's."""

    account: str
    arn: str
    user: str
    region: str


class Aws:
    """AWS with one profile in one region. None: what boto3 finds."""

    def __init__(self, profile: str | None = None, region: str | None = None) -> None:
        self.profile = profile
        self._wanted_region = region
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """The region all calls go to. Raises AwsProblem ``no-region``."""
        with self._lock, explained():
            region: str | None = self._boto3_session().region_name
        if not region:
            raise AwsProblem(
                "no-region",
                "No AWS region is set.",
                "Set AWS_REGION, or the region of the profile: aws configure set region us-east-1.",
            )
        return region

    def client(self, service: str) -> Any:
        """The boto3 client of ``service``: made once, may be used by any thread. Raises AwsProblem."""
        with self._lock, explained():
            if service not in self._clients:
                # Making clients is not thread-safe in boto3, using them is.
                from botocore.config import Config

                config = Config(
                    retries={"mode": "standard", "total_max_attempts": _CALLS},
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=READ_SECONDS,
                )
                try:
                    self._clients[service] = self._boto3_session().client(service, config=config)
                except ValueError as error:  # not an exception of its own: "Invalid endpoint: ..."
                    raise AwsProblem(
                        "bad-input",
                        f"AWS cannot be asked: {error}.",
                        "Correct AWS_ENDPOINT_URL and AWS_REGION.",
                        str(error),
                    ) from error
            return self._clients[service]

    def identity(self) -> Identity:
        """Who we are: one call to STS. Raises AwsProblem."""
        with explained():
            answer = self.client("sts").get_caller_identity()
        arn = answer["Arn"]
        return Identity(answer["Account"], arn, arn.rpartition("/")[2].rpartition(":")[2], self.region)

    def _boto3_session(self) -> Any:
        if self._session is None:
            import boto3

            self._session = boto3.Session(profile_name=self.profile, region_name=self._wanted_region)
        return self._session


def profiles() -> list[str]:
    """Names of the profiles in ~/.aws, "default" first. Raises AwsProblem when a file there is broken."""
    with explained():
        import botocore.session

        names: list[str] = botocore.session.Session().available_profiles
    return sorted(names, key=lambda name: (name != "default", name))
