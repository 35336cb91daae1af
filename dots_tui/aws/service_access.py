"""Reachability of AWS services from this machine: their endpoints, and this machine's clock error."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dots_tui.aws.parallel import in_parallel

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

SERVICES = ("sts", "cloudformation", "ec2", "s3", "ssm", "ec2-instance-connect", "service-quotas")
SECONDS = 10.0
"""Maximum time in seconds to wait for a connection."""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint: its connection time in seconds, or the reason for the failure ("" if none)."""

    service: str
    host: str
    seconds: float
    problem: str = ""


def endpoints(aws: Aws) -> list[Endpoint]:
    """Connect to the endpoints of all required services in parallel. Raises AwsProblem without a region."""
    urls = {service: str(aws.client(service).meta.endpoint_url) for service in SERVICES}
    found = [result for _, result in in_parallel(urls, lambda service: _reach(service, urls[service]))]
    return sorted((one for one in found if isinstance(one, Endpoint)), key=lambda one: SERVICES.index(one.service))


def _reach(service: str, url: str) -> Endpoint:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    began = time.monotonic()
    try:
        with socket.create_connection((host, port), SECONDS):
            return Endpoint(service, host, time.monotonic() - began)
    except OSError as error:
        return Endpoint(service, host, time.monotonic() - began, error.strerror or str(error) or type(error).__name__)


def clock_ahead(aws: Aws) -> float | None:
    """Return the seconds by which this machine's clock is ahead of AWS's; None if AWS returns no time.

    Every AWS reply has the time in its Date header, even the refusal of an unsigned request. Raises OSError,
    AwsProblem.
    """
    parts = urlsplit(str(aws.client("sts").meta.endpoint_url))
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    began = datetime.now(timezone.utc)
    try:
        connection.request("GET", "/")
        date = connection.getresponse().headers.get("Date")
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP: {error}") from error
    finally:
        connection.close()
    middle = began + (datetime.now(timezone.utc) - began) / 2
    try:
        return (middle - parsedate_to_datetime(date)).total_seconds() if date else None
    except (ValueError, TypeError):
        return None
