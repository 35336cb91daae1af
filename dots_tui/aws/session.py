"""The way to AWS: one account and region, clients made when first used, safe to share between threads.

boto3 takes half a second to import, so it is imported with the first client and not before. Profile and endpoint are
found as boto3 finds them (AWS_PROFILE, AWS_ENDPOINT_URL, ~/.aws), the region as the AWS CLI finds it: AWS_REGION, then
AWS_DEFAULT_REGION, then the profile. boto3 alone does not read AWS_REGION.
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
_CONNECTIONS = 32  # the checks of a launch ask at the same time
_SET_REGION = "Set AWS_REGION, or the region of the profile: aws configure set region us-east-1."
_CALLS = 4  # one and three retries, on throttling and on errors that pass


@dataclass(frozen=True)
class Identity:
    """Who we are to AWS. ``user`` is the last part of the ARN: a user's name or a role session's."""

    account: str
    arn: str
    user: str
    region: str


@dataclass
class _Shared:
    """What one account's ways to its regions have in common."""

    lock: Any = field(default_factory=threading.Lock)
    session: Any = None
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)


class Aws:
    """AWS with one profile in one region. None: what boto3 finds. ``read_only`` refuses every call that changes
    something; None: as ``--read-only`` says."""

    def __init__(self, profile: str | None = None, region: str | None = None, read_only: bool | None = None) -> None:
        self.profile = profile
        self.read_only = gate.wanted() if read_only is None else read_only
        self._wanted_region = region
        self._shared = _Shared()

    def in_region(self, region: str) -> Aws:
        """The same account in another region; "" is this one. Session and clients are shared."""
        if not region or region == (self._wanted_region or self._found_region()):
            return self
        other = Aws(self.profile, region, self.read_only)
        other._shared = self._shared
        return other

    @property
    def region(self) -> str:
        """The region of all calls. Raises AwsProblem ``no-region``, ``no-credentials`` when those are missing too."""
        region = self._wanted_region or self._found_region()
        if not region:
            raise self._nothing_set()
        return region

    def _found_region(self) -> str | None:
        """The region of the environment or the profile."""
        with self._shared.lock, explained():
            region: str | None = region_of_environment() or self._boto3_session().region_name
        return region

    def _nothing_set(self) -> AwsProblem:
        """What to say when there is no region: with the credentials, when they are missing as well."""
        if self.credentials() is not None:
            return AwsProblem("no-region", "No AWS region is set.", _SET_REGION)
        return AwsProblem(
            "no-credentials",
            "Neither AWS credentials nor an AWS region are set.",
            "Run `aws configure`: it asks for both. In AWS CloudShell both are set already.",
        )

    def client(self, service: str, *, anonymous: bool = False) -> Any:
        """The boto3 client of ``service``: made once a region, may be used by any thread. Raises AwsProblem.

        An ``anonymous`` one signs nothing: for what is public.
        """
        region = self.region
        key = (f"{service} anonymous" if anonymous else service, self._wanted_region or "")
        with self._shared.lock, explained():
            clients = self._shared.clients
            if key not in clients:
                # Making clients is not thread-safe in boto3, using them is.
                clients[key] = self._new_client(service, region, anonymous)
                # The tens of thousands of objects of a service's model live as long as the program. A full collection
                # that walks them all holds the interface for a fifth of a second.
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
        except ValueError as error:  # not an exception of its own: "Invalid endpoint: ..."
            raise AwsProblem(
                "bad-input",
                f"AWS cannot be asked: {error}.",
                "Correct AWS_ENDPOINT_URL and AWS_REGION.",
                str(error),
            ) from error

    def identity(self) -> Identity:
        """Who we are: one call to STS. Raises AwsProblem."""
        with explained():
            answer = self.client("sts").get_caller_identity()
        arn = answer["Arn"]
        return Identity(answer["Account"], arn, arn.rpartition("/")[2].rpartition(":")[2], self.region)

    def credentials(self) -> Any:
        """boto3's credentials, None when it finds none. May ask a login service. Raises AwsProblem."""
        with self._shared.lock, explained():
            return self._boto3_session().get_credentials()

    def profile_values(self) -> dict[str, Any]:
        """What ~/.aws says about the profile in use. Raises AwsProblem."""
        with self._shared.lock, explained():
            values: dict[str, Any] = self._boto3_session()._session.get_scoped_config()  # noqa: SLF001 - no other way
        return values

    def on_events(self, register: Callable[[Any], None]) -> None:
        """Let `register` add handlers to the events of boto3. Clients that are made already are not affected."""
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
    """The region the environment names; None when it names none."""
    return next((environment[name] for name in REGION_VARIABLES if environment.get(name)), None)


def profiles() -> list[str]:
    """Names of the profiles in ~/.aws, "default" first. Raises AwsProblem when a file there is broken."""
    with explained():
        import botocore.session

        names: list[str] = botocore.session.Session().available_profiles
    return sorted(names, key=lambda name: (name != "default", name))
