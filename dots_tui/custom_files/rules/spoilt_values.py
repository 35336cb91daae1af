"""Values that are no values yet: placeholders, and a second setting glued to the first.

What else could be said about such a value misses the point, so that the other rules pass it over (:func:`spoilt`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from dots_tui.custom_files.catalogue import KEYS, RETIRED, SCRIPT_KEYS
from dots_tui.custom_files.env_file import EnvEntry, EnvLine, read_line
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, automatic, found, kind, shown
from dots_tui.custom_files.words import unquoted
from dots_tui.problems import ERROR, WARNING

DISPLAY_KEYS = frozenset(
    {
        "DR_CAR_NAME",
        "DR_DISPLAY_NAME",
        "DR_RACER_NAME",
        "DR_EVAL_OPP_CAR_NAME",
        "DR_EVAL_OPP_DISPLAY_NAME",
        "DR_EVAL_OPP_RACER_NAME",
    }
)
"""Names that are only shown; they may be any word."""
_THING = "name|bucket|model|prefix|value|path|region|profile|key|id|team|car|racer|track|account|user|username|stack"
_PLACEHOLDERS = re.compile(
    rf"""
      <[^<>]+>                                                       # <your name>
    | \{{\{{[^{{}}]+\}}\}} | (?<![$\w])\{{[A-Za-z][A-Za-z _-]+\}}    # {{{{ name }}}}, {{name}}
    | \[[A-Za-z]+[ _][A-Za-z _]+\]                                   # [MODEL NAME]
    | (?<![A-Za-z_])__[A-Za-z][A-Za-z_]+__(?![A-Za-z_])              # __NAME__
    | (?<![A-Za-z])(?:change|replace|edit|update)[ _-]?(?:me|this)(?![A-Za-z])
    | (?<![A-Za-z])fill[ _-]?(?:(?:me|this|it)[ _-]?)?in(?![A-Za-z])
    | (?<![A-Za-z])(?:insert|enter|put|add|type|write)[ _-](?:[A-Za-z]+[ _-])*here(?![A-Za-z])
    | (?<![A-Za-z])(?:insert|enter)[ _-](?:your|the|a)[ _-]
    | (?<![A-Za-z])(?:{_THING})[ _-](?:goes[ _-])?here(?![A-Za-z])
    | (?<![A-Za-z])your[ _-]?(?:(?:own|s3|aws|model|car|deepracer)[ _-]?)*(?:{_THING})(?![A-Za-z])
    | (?<![A-Za-z])to[ _-]?be[ _-]?(?:defined|replaced|filled|set|done|determined|decided|changed)(?![A-Za-z])
    | (?<![A-Za-z])(?:not[ _-]defined|placeholder|TODO|TBD|FIXME)(?![A-Za-z])
    | (?<![A-Za-z])[A-Za-z]+_REPLACE(?![A-Za-z])
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ONLY_X = re.compile(r"[xX]{3,}|\?{3,}|\.{3,}")
_NAME_BEFORE_EQUALS = re.compile(r"(?<![$\w{?&-])([A-Za-z0-9_]+)=")
_OF_DRFC = re.compile(r"DR_[A-Z0-9_]+\Z")
_KNOWN = frozenset({*KEYS, *RETIRED, *SCRIPT_KEYS, "BASE_STACK_NAME"})
_ONLY_WITH = {
    "DR_LOCAL_S3_PRETRAINED_": "DR_LOCAL_S3_PRETRAINED",
    "DR_TELEGRAF_PORT": "DR_TELEGRAF_HOST",
    "DR_CLOUD_WATCH_LOG_": "DR_CLOUD_WATCH_ENABLE",
}
"""Keys by their beginning that count only when another one is on."""
_OF_RACES = {"DR_OA_": "OBJECT_AVOIDANCE", "DR_H2B_": "HEAD_TO_BOT", "DR_EVAL_OPP_": "HEAD_TO_MODEL"}
_OFTEN_OPEN = ("DR_DROA_", "DR_REMOTE_MINIO_URL", "DR_KINESIS_", "DR_UPLOAD_S3_ROLE", "DR_LOGS_")
"""Keys that templates leave open and a training does not need."""


class Glued(NamedTuple):
    """A second setting in a value."""

    first: str
    """The value in front of it."""
    key: str
    setting: str
    """The second setting, to the end of the value."""


def placeholder_in(key: str, value: str) -> str:
    """The part of ``value`` that waits for the racer's own, or ""."""
    match = _PLACEHOLDERS.search(value)
    if match is not None:
        return match.group()
    if key in DISPLAY_KEYS:
        return ""
    return next((part for part in value.split("/") if _ONLY_X.fullmatch(part)), "")


@functools.lru_cache(maxsize=4096)
def glued_in(raw: str) -> Glued | None:
    """The second setting in the raw value ``raw``, outside quotes; None when there is none."""
    if "=" not in raw or "=" not in unquoted(raw):
        return None
    for match in _NAME_BEFORE_EQUALS.finditer(raw):
        name = match.group(1)
        own = _OF_DRFC.search(name)
        key = max((known for known in _KNOWN if name.endswith(known)), key=len, default=own.group() if own else "")
        if key:
            at = match.end(1) - len(key)
            return Glued(raw[:at].rstrip(" \t;,"), key, raw[at:])
    return None


def spoilt(entry: EnvEntry) -> bool:
    """Whether the value is a finding of this module, about which nothing else is to be said."""
    return bool(placeholder_in(entry.key, entry.raw)) or glued_in(entry.raw) is not None


def placeholders(facts: FileFacts) -> Iterator[Finding]:
    """A value of a template that was to be replaced."""
    stopped: set[str] = set()  # files of which bash has read the last line it reads
    for name, line, entry in _entries(facts):
        open_part = placeholder_in(entry.key, entry.raw)
        stops = name in facts.sourced and any(char in "()<>" for char in unquoted(entry.raw))
        if not open_part or not (stops or _counts(facts, entry.key)):
            continue
        message = f"{entry.key} still has the placeholder {shown(open_part)} in it."
        if stops and name not in stopped:
            stopped.add(name)
            message += " bash stops reading here, and all keys below are lost."
        yield found(name, line.number, entry.key, ERROR, "placeholder", message, "Write your own value in its place.")


def _counts(facts: FileFacts, key: str) -> bool:
    """Whether something reads ``key`` in this run, directly or by a reference."""
    if key not in KEYS:
        return key in facts.referred_to
    if key.startswith(_OFTEN_OPEN):
        return False
    switch = next((switch for start, switch in _ONLY_WITH.items() if key.startswith(start) and key != switch), "")
    if switch:
        return facts.value(switch).lower() not in ("", "false")
    race = next((race for start, race in _OF_RACES.items() if key.startswith(start)), "")
    return not race or race in {values.get("DR_RACE_TYPE", "") for _, values in facts.configurations()}


def glued_keys(facts: FileFacts) -> Iterator[Finding]:
    """Two settings in one line: a line end is missing between them."""
    for name, line, entry in _entries(facts):
        second = glued_in(entry.raw)
        if second is None or placeholder_in(entry.key, entry.raw):
            continue
        message = f"{second.key}=... is a second setting in this line: the line end before it is missing."
        both = entry.problem == "several-words" and name in facts.sourced
        if both:
            message += " bash and DRFC take both; the menu and the scripts on the instance do not."
        fix = automatic(f"Put {second.key}= on a line of its own.", second.setting)
        yield found(name, line.number, entry.key, WARNING if both else ERROR, "glued-keys", message, fix)


def _entries(facts: FileFacts) -> Iterator[tuple[str, EnvLine, EnvEntry]]:
    """The settings of all env files in use, as shells read their lines."""
    for name in (*facts.sourced, *facts.worker_files.values()):
        for line in facts.env[name].lines:
            entry = (read_line(line.text, line.number, line.start) if facts.env[name].literal else line).entry
            if entry is not None and not entry.commented:
                yield name, line, entry


RULES = (placeholders, glued_keys)
KINDS = (
    kind(
        "placeholder",
        "error",
        "The value is, or has in it, what a template put there to be replaced (`CHANGE_ME`, `<your_name>`).",
        "Write your own value.",
    ),
    kind(
        "glued-keys",
        "error, warning",
        "Two settings stand in one line, because a line end is missing between them.",
        "Put the second on a line of its own; F does it where its key is set nowhere else.",
    ),
)
