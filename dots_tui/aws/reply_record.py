"""A record of AWS replies without secrets, which can be replayed instead of calling AWS."""

from __future__ import annotations

import json
import os
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from dots_tui import __version__
from dots_tui.aws.redaction import ACCOUNT, REMOVED, Redactor

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

VERSION = 1
_PARAMETERS = "dots-tui-parameters"
_FINE = 200


class ReplyRecorder:
    """A recorder of every later reply to `aws`. Create it before the first client of `aws`."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self._replies: list[tuple[str, str, Any, int, Any]] = []
        aws.on_events(self._register)

    def _register(self, events: Any) -> None:
        events.register("provide-client-params", self._asked)
        events.register("after-call", self._answered)

    def _asked(self, params: Any, context: Any, **_: Any) -> None:
        context[_PARAMETERS] = dict(params)

    def _answered(self, http_response: Any, parsed: Any, model: Any, context: Any, **_: Any) -> None:
        asked = context.get(_PARAMETERS, {}) if isinstance(context, dict) else {}
        entry = (model.service_model.service_name, model.name, asked, int(http_response.status_code), dict(parsed))
        with self._lock:
            self._replies.append(entry)

    def document(self) -> dict[str, Any]:
        """Return the redacted record. Raises RuntimeError if it still contains a known secret."""
        redactor = Redactor(self._secrets())
        with self._lock:
            replies = list(self._replies)
        document = {
            "version": VERSION,
            "program": f"dots-tui {__version__}",
            "region": self._aws.region,
            "replies": [
                {
                    "service": service,
                    "operation": operation,
                    "parameters": redactor.value(asked),
                    "status": status,
                    "reply": redactor.value({key: one for key, one in reply.items() if key != "ResponseMetadata"}),
                }
                for service, operation, asked, status, reply in replies
            ],
        }
        left = redactor.leaks(json.dumps(document))
        if left:
            raise RuntimeError(f"the record would hold secrets ({', '.join(sorted(set(left)))}); it is not written")
        return document

    def write(self, path: Path) -> int:
        """Write the record, readable by its owner only. Return the number of replies. Raises OSError, RuntimeError."""
        document = self.document()
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
            file.write("\n")
        return len(document["replies"])

    def _secrets(self) -> dict[str, str]:
        """Return the known secrets: credentials, account and identity."""
        held = self._aws.credentials()
        frozen = held.get_frozen_credentials() if held is not None else None
        values = (frozen.access_key, frozen.secret_key, frozen.token) if frozen is not None else ()
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
        secrets = dict.fromkeys([*filter(None, values), *filter(None, map(os.environ.get, names))], REMOVED)
        for _, operation, _, _, reply in self._replies:
            if operation == "GetCallerIdentity" and reply.get("Account"):
                secrets[str(reply["Account"])] = ACCOUNT
                secrets[str(reply.get("UserId", ""))] = REMOVED
        return secrets


class ReplayedReplies:
    """A replay that answers the calls of `aws` from a record, each kind of call in its own order.

    The last reply of a kind is repeated. A call that is not in the record raises KeyError.
    """

    def __init__(self, aws: Aws, document: Mapping[str, Any]) -> None:
        if document.get("version") != VERSION:
            raise ValueError("this is no record of replies, or one of another version")
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], deque[Mapping[str, Any]]] = defaultdict(deque)
        for reply in document["replies"]:
            self._waiting[reply["service"], reply["operation"]].append(reply)
        aws.on_events(lambda events: events.register("before-call", self._answer))

    def _answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        key = (model.service_model.service_name, model.name)
        with self._lock:
            waiting = self._waiting[key]
            if not waiting:
                raise KeyError(f"{key[0]}:{key[1]} is not in the record")
            reply = waiting.popleft() if len(waiting) > 1 else waiting[0]
        parsed = dict(_timed(reply["reply"]))
        parsed["ResponseMetadata"] = {"HTTPStatusCode": reply["status"], "RequestId": "replayed", "HTTPHeaders": {}}
        return SimpleNamespace(status_code=reply["status"], headers={}), parsed


def _timed(value: Any) -> Any:
    """Return the value with its times converted back."""
    if isinstance(value, dict):
        if set(value) == {"$time"}:
            return datetime.fromisoformat(value["$time"])
        return {key: _timed(one) for key, one in value.items()}
    return [_timed(one) for one in value] if isinstance(value, list) else value
