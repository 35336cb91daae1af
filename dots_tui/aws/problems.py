"""Problems of AWS in plain words: the cause, and the next action.

Only `explain` turns exceptions of boto3 into sentences. The original message is kept in `AwsProblem.detail`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dots_tui.aws.failure_reasons import DENIED, REASONS
from dots_tui.aws.permissions import refusal
from dots_tui.aws.problem_words import BY_CLASS, BY_CODE
from dots_tui.problems import Problem


class AwsProblem(Problem):
    """An AWS call that failed or could not be made."""


@contextmanager
def explained() -> Iterator[None]:
    """Convert exceptions of boto3 in this block to AwsProblem; other exceptions pass."""
    try:
        yield
    except AwsProblem:
        raise
    except Exception as error:  # boto3's exceptions cannot be named here without importing boto3
        if not _from_boto3(error):
            raise
        raise explain(error) from error


def explain(error: BaseException) -> AwsProblem:
    """Return the problem for an exception of boto3 (or any other, with code `unexpected`)."""
    if isinstance(error, AwsProblem):
        return error
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return _client_error(error, response["Error"])
    for kind in type(error).__mro__:
        if kind.__name__ in BY_CLASS:
            words = BY_CLASS[kind.__name__]
            return AwsProblem(words.code, words.what.format(error=error), words.advice, str(error))
    return AwsProblem(
        "unexpected",
        f"Something unexpected happened: {type(error).__name__}: {error}.",
        "Please report it.",
        str(error),
    )


def advice_for(reason: str) -> str:
    """Return advice for the reason of a failed resource ("" if unknown)."""
    if re.search(DENIED, reason, re.IGNORECASE):
        missing = refusal("", reason)
        if missing.action:
            return f"A permission is missing. {missing.advice}"
    for pattern, advice in REASONS:
        if re.search(pattern, reason, re.IGNORECASE):
            return advice
    return ""


def _from_boto3(error: BaseException) -> bool:
    return any(kind.__module__.partition(".")[0] in ("botocore", "boto3", "s3transfer") for kind in type(error).__mro__)


def _client_error(error: BaseException, answer: dict[str, Any]) -> AwsProblem:
    """Return the problem for a service error: by code, and by message if a code has several meanings."""
    code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
    action = str(getattr(error, "operation_name", ""))
    for rule in BY_CODE:
        if re.fullmatch(rule.codes, code) and re.search(rule.message, message, re.IGNORECASE):
            words = rule.words
            missing = refusal(action, message)
            what = words.what.format(action=missing.action, message=message.rstrip("."), code=code)
            advice = missing.advice if words.code == "access-denied" and missing.action else words.advice
            return AwsProblem(words.code, what, advice, str(error))
    return AwsProblem(f"aws-{code or 'error'}", f"AWS refused {action}: {message or code}", "", str(error))
