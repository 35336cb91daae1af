"""Rules about secrets in the files: they go to the bucket with the folder, and DRFC prints what is exported.

What is found is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Callable

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, found, kind
from dots_tui.problems import WARNING

_ACCESS_KEY = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}(?![A-Za-z0-9])")
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@\"'$<]{0,80}:(?P<secret>[^\s/:@\"'$<]{1,200})@")
_WORD = "(?:SECRET|PASSWORD|PASSWD|TOKEN|PRIVATE_?KEY|API_?KEY)[A-Za-z0-9_]{0,40}"
# Every repetition has an end, so that no line takes long.
_IN_ENV = re.compile(
    rf"[ \t#]*(?:export[ \t]+)?(?P<key>[A-Za-z0-9_]{{0,40}}?{_WORD})[ \t]*=[ \t]*['\"]?(?P<secret>[^\s'\"#$<]+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    rf"(?P<key>{_WORD})[\"']?[ \t]{{0,8}}[:=][ \t]{{0,8}}(?P<quote>[\"'])(?P<secret>[^\s\"'$<]{{1,400}})(?P=quote)",
    re.IGNORECASE,
)
_SHORTEST = 8
_STAND_IN = re.compile(r"x+|\*+|\.+|your.*|change.?me.*|placeholder.*|not-defined|to-be-defined", re.IGNORECASE)


def secrets(facts: FileFacts) -> Iterator[Finding]:
    """Keys, tokens and passwords written out."""
    for name, data in facts.texts.items():
        text = data.decode("utf-8", "replace")
        named = _IN_ENV.match if name in facts.env else _QUOTED.search
        for number, line in enumerate(text.split("\n"), 1):
            secret = _secret(line, named)
            if secret is None:
                continue
            what, key = secret[0], secret[1] if name in facts.env else None
            message = (
                f"{what} is written here. The file is copied to the bucket, and what env files set may be printed "
                "into logs."
            )
            fix = "Take it out, and make it invalid where it is from: it may have been seen. The instance has its own."
            yield found(name, number, key, WARNING, "secret", message, fix)


def _secret(line: str, named: Callable[[str], re.Match[str] | None]) -> tuple[str, str | None] | None:
    """What kind of secret is in ``line`` and under which key; None when there is none."""
    if _ACCESS_KEY.search(line):
        return "An AWS access key", None
    if _PRIVATE_KEY.search(line):
        return "A private key", None
    match = _URL.search(line)
    if match is not None and not _STAND_IN.fullmatch(match["secret"]):
        return "A password in an address", None
    match = named(line)
    if match is None or len(match["secret"]) < _SHORTEST or _STAND_IN.fullmatch(match["secret"]):
        return None
    return "What looks like a password or a token", match["key"]


RULES = (secrets,)
KINDS = (
    kind(
        "secret",
        "warning",
        "A key, a token or a password is written out; the file is copied to the bucket.",
        "Take it out, and make it invalid where it is from.",
    ),
)
