"""The HTTP entry point of the loopback AWS: it records calls, answers hooks and faults, and forwards the rest.

It is a WSGI application in front of moto's. Errors use the wire format of the requested service, so that boto3 raises
the same exceptions as with the real one.
"""

from __future__ import annotations

import io
import json
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Optional, Union
from xml.sax.saxutils import escape

Hook = Callable[[dict[str, Any]], Optional[Union[dict[str, Any], str]]]
"""Receives the request's parameters; returns a dict (sent as JSON), a str (sent as XML), or None: moto answers."""

MarketHook = Callable[[dict[str, Any], str], Optional[Union[dict[str, Any], str]]]
"""The same, with the region of the request as second argument."""

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
_KEY = re.compile(r"Credential=([^/]+)/")
_JSON = "application/x-amz-json-1.1"


class AwsError(Exception):
    """An AWS error to answer with; raised in a hook or anywhere in the loopback AWS."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass
class Fault:
    """An injected error: `service` and `action` as in `LoopbackAws.calls`, "*" for any.

    It is used up after `times` answers. An empty `code` with `status` 500 answers an HTML page, like a gateway with an
    internal error; an empty code with status 200 only delays the call.
    """

    service: str
    action: str
    code: str
    message: str = "injected"
    status: int = 400
    times: int = 1
    delay_s: float = 0.0


class Gate:
    """The WSGI application. `calls` contains (service, action) of every request, oldest first."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner
        self._counting = threading.Lock()
        self._now = 0
        self.most_at_once = 0
        """The maximum number of parallel requests."""
        self.calls: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.hooks: dict[tuple[str, str], Hook] = {}
        self.refuses: Callable[[str], AwsError | None] = lambda _: None
        """Called first, with the access key of a request: returns the error to answer with, or None."""
        self.market: dict[tuple[str, str], MarketHook] = {}
        """Calls that moto lacks, answered if no hook does: (service, action) -> function of parameters and region."""
        self.public: dict[str, Callable[[], str]] = {}
        """Public documents that need no signature: path -> content."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        service, action, request = _call(environ)
        self.calls.append((service, action))
        with self._counted():
            return self._answered(service, action, request, environ, start_response)

    def _answered(
        self,
        service: str,
        action: str,
        request: dict[str, Any],
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        refusal = self.refuses(_access_key(environ))
        if refusal is not None:
            return _refuse(service, environ, refusal, start_response)
        fault = self._fault(service, action)
        if fault is not None:
            time.sleep(fault.delay_s)
            if fault.code or fault.status >= 500:
                error = AwsError(fault.code, fault.message, fault.status)
                return _refuse(service, environ, error, start_response)
        document = self.public.get(environ.get("PATH_INFO", "")) if not service else None
        if document is not None:
            return _answer(environ, document(), start_response)
        hook, market = self.hooks.get((service, action)), self.market.get((service, action))
        if hook is not None or market is not None:
            try:
                answer = hook(request) if hook is not None else None
                if answer is None and market is not None:
                    answer = market(request, _region(environ))
            except AwsError as error:
                return _refuse(service, environ, error, start_response)
            except RuntimeError as error:  # raised by a hook that has no specific error code
                refusal = AwsError("ValidationException", str(error))
                return _refuse(service, environ, refusal, start_response)
            if answer is not None:
                return _answer(environ, answer, start_response)
        return self._inner(environ, start_response)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count the requests that are answered at the same time."""
        with self._counting:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._counting:
                self._now -= 1

    def _fault(self, service: str, action: str) -> Fault | None:
        for fault in self.faults:
            if fault.service in ("*", service) and fault.action in ("*", action):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None


def _call(environ: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Return (service, action, parameters) of a request. Only form and JSON parameters are read."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = scope.group(2) if scope else ""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        body = _body(environ)
        return service, target.rpartition(".")[2], json.loads(body) if body else {}
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form = dict(urllib.parse.parse_qsl(_body(environ).decode("utf-8"), keep_blank_values=True))
        return service, form.get("Action", ""), dict(form)
    if service == "s3":
        return service, _s3_action(environ), {}
    return service, environ["REQUEST_METHOD"], {}


def _region(environ: dict[str, Any]) -> str:
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return scope.group(1) if scope else ""


def _access_key(environ: dict[str, Any]) -> str:
    """Return the access key of a request; "" if it is not signed."""
    found = _KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
    return found.group(1) if found else ""


def _body(environ: dict[str, Any]) -> bytes:
    """Return the request's body and restore it for later readers."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _s3_action(environ: dict[str, Any]) -> str:
    """Return the name of the S3 action if dots-tui uses it; else the HTTP method."""
    method = str(environ["REQUEST_METHOD"])
    query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    if "/" in environ.get("PATH_INFO", "").strip("/"):
        return {"PUT": "PutObject", "GET": "GetObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}.get(
            method, method
        )
    if method == "GET" and "versions" in query:
        return "ListObjectVersions"
    if method == "GET" and "list-type" in query:
        return "ListObjectsV2"
    if method == "POST" and "delete" in query:
        return "DeleteObjects"
    return {"PUT": "CreateBucket", "HEAD": "HeadBucket", "DELETE": "DeleteBucket"}.get(method, method)


def _refuse(
    service: str, environ: dict[str, Any], error: AwsError, start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer `error` in the wire format of `service`."""
    _body(environ)  # an unread body would be parsed as the next request of the connection
    request_id = str(uuid.uuid4())
    code, message = escape(error.code), escape(error.message)
    fields = f"<Code>{code}</Code><Message>{message}</Message>"
    content_type = "text/xml"
    if not error.code:
        text, content_type = f"<!doctype html>\n<title>{error.status}</title>\n<p>Bad gateway", "text/html"
    elif environ.get("HTTP_X_AMZ_TARGET"):
        text, content_type = json.dumps({"__type": error.code, "message": error.message}), _JSON
    elif service == "ec2":
        text = f"<Response><Errors><Error>{fields}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    elif service == "s3":
        text = f"<Error>{fields}<RequestId>{request_id}</RequestId></Error>"
    else:
        fields = f"<Error><Type>Sender</Type>{fields}</Error><RequestId>{request_id}</RequestId>"
        text = f"<ErrorResponse>{fields}</ErrorResponse>"
    return _send(start_response, f"{error.status} Error", content_type, text)


def _answer(
    environ: dict[str, Any], answer: dict[str, Any] | str, start_response: Callable[..., Any]
) -> Iterable[bytes]:
    _body(environ)
    if isinstance(answer, str):
        return _send(start_response, "200 OK", "text/xml", answer)
    return _send(start_response, "200 OK", _JSON, json.dumps(answer))


def _send(start_response: Callable[..., Any], status: str, content_type: str, text: str) -> Iterable[bytes]:
    body = text.encode("utf-8")
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
