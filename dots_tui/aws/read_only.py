"""Read-only mode: every call that could change an account is refused before it is sent.

It hooks into boto3's own events, below all callers, so that no call can bypass it. An operation is refused unless its
name shows that it only reads.
"""

from __future__ import annotations

import os
from typing import Any

from dots_tui.aws.problems import AwsProblem

VARIABLE = "DOTS_TUI_READ_ONLY"
"""Environment variable that enables the mode: any value except "" and 0. `--read-only` sets it."""
_READS = ("Describe", "Get", "List", "Head", "Lookup", "Filter", "Search", "Simulate", "Validate", "Estimate")
_LOGGING_IN = frozenset({"sts", "sso", "sso-oidc", "signin"})
"""Login services; renewing a login changes nothing in the account."""


def wanted() -> bool:
    """Return true if the mode is on, by `--read-only` or the setting."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def switch_on() -> None:
    """Enable read-only mode for the whole process."""
    os.environ[VARIABLE] = "1"


def refusal(what: str) -> AwsProblem:
    """Return the problem for `what` (a call or an action, in words) in read-only mode."""
    return AwsProblem(
        "read-only",
        f"dots-tui is in read-only mode: it does not {what}.",
        "Start it without --read-only, and without read_only = true in its settings.",
    )


def only_reads(service: str, operation: str) -> bool:
    """Return true if a call changes nothing. `operation` is the service's name, such as DescribeStacks."""
    return service in _LOGGING_IN or operation.startswith(_READS)


def close_gate(session: Any) -> None:
    """Restrict the clients of a boto3 session to reading; other calls raise AwsProblem `read-only`."""
    session.events.register("provide-client-params", _refuse)


def _refuse(model: Any, **_: Any) -> None:
    service = model.service_model.service_name
    if not only_reads(service, model.name):
        raise refusal(f"call {service}:{model.name}")
