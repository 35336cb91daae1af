"""Removal of secrets and personal data from AWS replies.

There are two steps: known secrets are replaced wherever they occur, and text that looks like a key, an account, an
address or a person is replaced regardless of its source. Values of fields with secret names are removed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

ACCOUNT, REMOVED = "111122223333", "[removed]"
"""The account that AWS's documentation uses in examples, and the replacement for other secrets."""
_SECRET_FIELDS = re.compile(
    r"secret|token|password|passwd|credential|access_?key|public_?key|private_?key|key_?material|user_?data|signature"
    r"|fingerprint|authorization|cookie|(^|_|:)mail|racer$",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"-----BEGIN [^-]+-----.*?(-----END [^-]+-----|\Z)", re.DOTALL)
_SSH_KEY = re.compile(r"\b(ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+)\s+AAAA\S+")
_KEY_ID = re.compile(r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|AROA|ASCA|ASIA)[A-Z0-9]{8,}\b")
_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])\d{4}-?\d{4}-?\d{4}(?![0-9A-Za-z])")
_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV4_NAME = re.compile(r"\b(ec2|ip)-(?:\d{1,3}-){3}\d{1,3}\b")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])")
_MAC = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![\w:])")
_PRINCIPAL = re.compile(r"(:(?:user|assumed-role|federated-user)/)[^\s\"',]+")
_SIGNED = re.compile(r"(X-Amz-[\w-]+=)[^&\s\"]+", re.IGNORECASE)
_LONG = re.compile(r"(?<![A-Za-z0-9+/=_-])(?=[A-Za-z0-9+/=_-]*\d)(?=[A-Za-z0-9+/=_-]*[A-Za-z])[A-Za-z0-9+/=_-]{40,}")
"""A secret access key has 40 characters; session tokens and other opaque values have more."""
_SAFE_ADDRESSES = ("0.0.0.0", "127.0.0.1", "169.254.169.254", "255.255.255.255")  # noqa: S104 - they tell nothing
_SHORTEST = 4
"""Minimum length of a secret; a shorter text would match inside ordinary words."""


class Redactor:
    """A redactor of values. `secrets` are known secrets; equal addresses stay equal."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """`secrets` maps each secret to its replacement."""
        known = {secret: put for secret, put in secrets.items() if len(secret) >= _SHORTEST}
        self._secrets = dict(sorted(known.items(), key=lambda pair: -len(pair[0])))  # longest first
        self._addresses: dict[str, str] = {}

    def value(self, value: Any, field: str = "") -> Any:
        """Return `value` (from boto3) redacted, in JSON types; times become {"$time": ISO 8601}."""
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, (list, tuple, set)):
            return [self.value(one, field) for one in value]
        if value is None or isinstance(value, bool):
            return value
        if _SECRET_FIELDS.search(field):
            return REMOVED
        if isinstance(value, datetime):
            return {"$time": value.astimezone(timezone.utc).isoformat()}
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int):
            return value if len(str(abs(value))) != len(ACCOUNT) else 0
        return value if isinstance(value, float) else REMOVED  # bytes, and streams that can be read only once

    def _mapping(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        """Redact a mapping; in a tag or parameter, its key is the field name of its value."""
        named = next((value[key] for key in ("Key", "ParameterKey", "OutputKey", "Name") if key in value), "")
        told: dict[str, Any] = {}
        for key, one in value.items():
            field = str(named) if key in ("Value", "ParameterValue", "OutputValue", "Values") else str(key)
            told[self.text(str(key))] = self.value(one, field)
        return told

    def text(self, text: str) -> str:
        """Return a redacted text."""
        for secret, put in self._secrets.items():
            text = text.replace(secret, put)
        text = _BLOCK.sub(REMOVED, text)
        text = _SSH_KEY.sub(REMOVED, text)
        text = _SIGNED.sub(rf"\1{REMOVED}", text)
        text = _PRINCIPAL.sub(r"\1racer", text)
        text = _KEY_ID.sub(REMOVED, text)
        text = _MAIL.sub("racer@example.com", text)
        text = _MAC.sub("02:00:00:00:00:01", text)
        text = _ACCOUNT.sub(ACCOUNT, text)
        text = _IPV4.sub(self._address, text)
        text = _IPV4_NAME.sub(r"\1-192-0-2-1", text)
        text = _IPV6.sub(_sixth, text)
        return _LONG.sub(REMOVED, text)

    def _address(self, match: re.Match[str]) -> str:
        found = match[0]
        if found in _SAFE_ADDRESSES:
            return found
        number = len(self._addresses) % 250 + 1
        return self._addresses.setdefault(found, f"192.0.2.{number}")

    def leaks(self, text: str) -> list[str]:
        """Return the replacement of each known secret that is still in `text`; empty if it is clean."""
        return [put for secret, put in self._secrets.items() if secret in text and secret not in put]


def _sixth(match: re.Match[str]) -> str:
    """Redact an IPv6 address; times (12:30:05) and `::` look similar but reveal nothing."""
    text = match[0]
    if re.fullmatch(r"\d{1,2}:\d{2}:\d{2}", text) or text in ("::", ":::"):
        return text
    return "2001:db8::1"
