"""Access to one AWS account and region; clients are created on first use and can be shared between threads.

boto3 takes half a second to import, so it is imported with the first client. Profile and endpoint are found as in boto3
(AWS_PROFILE, AWS_ENDPOINT_URL, ~/.aws), the region as in the AWS CLI: AWS_REGION, then AWS_DEFAULT_REGION, then the
profile. boto3 itself does not read AWS_REGION.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from dots_tui.aws import read_only as gate
from dots_tui.aws.problems import AwsProblem, explained

REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Environment variables that name the region, in the order of the AWS CLI."""
CONNECT_SECONDS = 5
READ_SECONDS = 20
_CONNECTIONS = 32  # the checks of a launch run in parallel
_SET_REGION = "Set AWS_REGION, or the region of the profile: aws configure set region us-east-1."
_CALLS = 4  # one call and three retries, on throttling and temporary errors


@dataclass(frozen=True)
class Identity:
    """The AWS identity in use. `user` is the last part of the ARN: a user name or a role session name."""

    account: str
    arn: str
    user: str
    region: str


@dataclass
class _Shared:
    """The state that all regions of one account share."""

    lock: Any = field(default_factory=threading.Lock)
    session: Any = None
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)


class Aws:
    """AWS with one profile in one region; None means boto3's default.

    `read_only` refuses every call that changes something; None follows `--read-only`.
    """

    def __init__(self, profile: str | None = None, region: str | None = None, read_only: bool | None = None) -> None:
        self.profile = profile
        self.read_only = gate.wanted() if read_only is None else read_only
        self._wanted_region = region
        self._shared = _Shared()

    def in_region(self, region: str) -> Aws:
        """Return access to the same account in another region; "" is this one. Session and clients are shared."""
        if not region or region == (self._wanted_region or self._found_region()):
            return self
        other = Aws(self.profile, region, self.read_only)
        other._shared = self._shared
        return other

    @property
    def region(self) -> str:
        """The region of all calls. Raises AwsProblem `no-region`, or `no-credentials` if those are missing too."""
        region = self._wanted_region or self._found_region()
        if not region:
            raise self._nothing_set()
        return region

    def _found_region(self) -> str | None:
        """Return the region of the environment or the profile."""
        with self._shared.lock, explained():
            region: str | None = region_of_environment() or self._boto3_session().region_name
        return region

    def _nothing_set(self) -> AwsProblem:
        """Return the problem for a missing region; it mentions the credentials if they are missing too."""
        if self.credentials() is not None:
            return AwsProblem("no-region", "No AWS region is set.", _SET_REGION)
        return AwsProblem(
            "no-credentials",
            "Neither AWS credentials nor an AWS region are set.",
            "Run `aws configure`: it asks for both. In AWS CloudShell both are set already.",
        )

    def client(self, service: str, *, anonymous: bool = False) -> Any:
        """Return the boto3 client of `service`, created once per region, usable by any thread. Raises AwsProblem.

        An `anonymous` client does not sign requests and reads public data.
        """
        region = self.region
        key = (f"{service} anonymous" if anonymous else service, self._wanted_region or "")
        with self._shared.lock, explained():
            clients = self._shared.clients
            if key not in clients:
                # Creating clients is not thread-safe in boto3; using them is.
                clients[key] = self._new_client(service, region, anonymous)
                # The tens of thousands of objects of a service model live as long as the program. A full garbage
                # collection that visits them all would freeze the interface for a fifth of a second.
                gc.freeze()
            return clients[key]

    def _new_client(self, service: str, region: str, anonymous: bool) -> Any:
        from botocore import UNSIGNED
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "total_max_attempts": _CALLS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=_CONNECTIONS,
            **({"signature_version": UNSIGNED} if anonymous else {}),
        )
        try:
            return self._boto3_session().client(service, region_name=region, config=config)
        except ValueError as error:  # boto3 has no specific exception: "Invalid endpoint: ..."
            raise AwsProblem(
                "bad-input",
                f"AWS cannot be asked: {error}.",
                "Correct AWS_ENDPOINT_URL and AWS_REGION.",
                str(error),
            ) from error

    def identity(self) -> Identity:
        """Return the AWS identity, with one call to STS. Raises AwsProblem."""
        with explained():
            answer = self.client("sts").get_caller_identity()
        arn = answer["Arn"]
        return Identity(answer["Account"], arn, arn.rpartition("/")[2].rpartition(":")[2], self.region)

    def credentials(self) -> Any:
        """Return boto3's credentials, None if it finds none. May call a login service. Raises AwsProblem."""
        with self._shared.lock, explained():
            return self._boto3_session().get_credentials()

    def profile_values(self) -> dict[str, Any]:
        """Return the values of the current profile in ~/.aws. Raises AwsProblem."""
        with self._shared.lock, explained():
            values: dict[str, Any] = self._boto3_session()._session.get_scoped_config()  # noqa: SLF001 - no other way
        return values

    def on_events(self, register: Callable[[Any], None]) -> None:
        """Let `register` add handlers to the events of boto3. Existing clients are not affected."""
        with self._shared.lock, explained():
            register(self._boto3_session().events)

    def _boto3_session(self) -> Any:
        if self._shared.session is None:
            import boto3

            self._shared.session = boto3.Session(profile_name=self.profile, region_name=self._wanted_region)
            if self.read_only:
                gate.close_gate(self._shared.session)
        return self._shared.session


def region_of_environment(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the region that the environment names; None if it names none."""
    return next((environment[name] for name in REGION_VARIABLES if environment.get(name)), None)


def profiles() -> list[str]:
    """Return the names of the profiles in ~/.aws, "default" first. Raises AwsProblem if a file is invalid."""
    with explained():
        import botocore.session

        names: list[str] = botocore.session.Session().available_profiles
    return sorted(names, key=lambda name: (name != "default", name))
