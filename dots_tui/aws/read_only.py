"""The gate of read-only mode: every call that could change something in an account is refused before it is sent.

It sits in boto3's own events, below everything that makes calls, so that no way round it is left: what does not
say by its name that it only reads is refused.
"""

from __future__ import annotations

import os
from typing import Any

from dots_tui.aws.problems import AwsProblem

VARIABLE = "DOTS_TUI_READ_ONLY"
"""Environment variable that switches it on: any value but "" and 0. ``--read-only`` sets it."""
_READS = ("Describe", "Get", "List", "Head", "Lookup", "Filter", "Search", "Simulate", "Validate", "Estimate")
_LOGGING_IN = frozenset({"sts", "sso", "sso-oidc", "signin"})
"""Services that say who we are; a login that is renewed changes nothing in the account."""


def wanted() -> bool:
    """Whether it is on: ``--read-only``, or the setting."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def switch_on() -> None:
    """Change nothing from now on, whoever asks in this process."""
    os.environ[VARIABLE] = "1"


def refusal(what: str) -> AwsProblem:
    """The answer to ``what`` (a call or an action, in words) in read-only mode."""
    return AwsProblem(
        "read-only",
        f"dots-tui is in read-only mode: it does not {what}.",
        "Start it without --read-only, and without read_only = true in its settings.",
    )


def only_reads(service: str, operation: str) -> bool:
    """Whether a call changes nothing. ``operation`` as the service names it: DescribeStacks."""
    return service in _LOGGING_IN or operation.startswith(_READS)


def close_gate(session: Any) -> None:
    """Let the clients of a boto3 session read and nothing else; others get AwsProblem ``read-only``."""
    session.events.register("provide-client-params", _refuse)


def _refuse(model: Any, **_: Any) -> None:
    service = model.service_model.service_name
    if not only_reads(service, model.name):
        raise refusal(f"call {service}:{model.name}")
