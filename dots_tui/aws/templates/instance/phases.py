#!/usr/bin/env python3
"""Add a phase to the record of a run: one JSON object, kept on the instance and copied to the bucket by its caller.

The format is described in docs/architecture.md. Runs on the instance with the system's Python.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

VERSION = 1
NAMES = (
    "files",
    "machine",
    "x",
    "pull",
    "start",
    "simulations",
    "trainer",
    "training",
    "stopping",
    "saved",
    "deleted",
    "failed",
)
MOST_PHASES = 200
MESSAGE_CHARACTERS = 500
WORDS_CHARACTERS = 4000
WORDS_LINES = 40
TAIL_BYTES = 64 * 1024

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SECRETS = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b|(?i:(?<=secret_access_key)|(?<=session_token)|(?<=password))[\"']?\s*[=:]\s*\S+"
)


def cleaned(text: str, characters: int) -> str:
    """Return the text without terminal escapes, control characters and credentials, cut to its last characters."""
    text = _SECRETS.sub("[removed]", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _UNPRINTABLE.sub("", text).strip()
    return text if len(text) <= characters else "…" + text[1 - characters :]


def last_words(path: Path) -> str:
    """Return the last lines of a file, or "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = cleaned(text, TAIL_BYTES).splitlines()[-WORDS_LINES:]
    return cleaned("\n".join(lines), WORDS_CHARACTERS)


def read(path: Path) -> dict[str, Any]:
    """Return the record in a file; an empty one if the file is missing or is no record of this format."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or record.get("version") != VERSION or not isinstance(record.get("phases"), list):
        return {"version": VERSION, "phases": []}
    return {**record, "phases": [one for one in record["phases"] if isinstance(one, dict)]}


def added(record: dict[str, Any], phase: dict[str, str]) -> dict[str, Any]:
    """Return the record with one more phase. A repeated phase keeps the time at which it began."""
    phases = list(record["phases"])
    if phases and phases[-1].get("name") == phase["name"] != "failed":
        phase = {**phase, "at": phases.pop().get("at", phase["at"])}
    return {**record, "phases": [*phases, phase][-MOST_PHASES:]}


def same_stack(here: dict[str, Any], there: dict[str, Any]) -> bool:
    """Return whether two records are of one stack."""
    return bool(here.get("stack_id")) and here.get("stack_id") == there.get("stack_id")


def merged(here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """Return this instance's record behind the phases that an earlier instance of its stack left in the bucket."""
    phases = [*there["phases"], *(one for one in here["phases"] if one not in there["phases"])]
    return {**here, "phases": phases[-MOST_PHASES:]}


def write(path: Path, record: dict[str, Any]) -> None:
    """Replace the file at once, so that a reader never sees half a record. Root and the owner of the folder may."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    temporary.chmod(0o644)
    temporary.replace(path)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder: a timer and a script may add a phase at the same moment."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("name", choices=[*NAMES, "merge"])
    parser.add_argument("message", help="what a racer reads; for merge, the file with the record of the bucket")
    parser.add_argument("--reason", default="", help="of a failure: a short code")
    parser.add_argument("--words", type=Path, help="of a failure: the file whose end says more")
    parser.add_argument("--next", default="", help="where in the bucket the next instance goes on")
    options = parser.parse_args(arguments)
    with locked(options.file.parent):
        record = read(options.file)
        for key, variable in (("stack", "STACK_NAME"), ("stack_id", "STACK_ID"), ("instance", "INSTANCE_ID")):
            record[key] = os.environ.get(variable, "")
        if options.name == "merge":
            there = read(Path(options.message))
            if not same_stack(record, there):
                return 1
            record = merged(record, there)
        else:
            now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            phase = {"name": options.name, "at": now, "message": cleaned(options.message, MESSAGE_CHARACTERS)}
            if options.name == "failed":
                phase["reason"] = options.reason or "unknown"
                phase["last_words"] = last_words(options.words) if options.words else ""
            record = added(record, phase)
        if options.next:
            record["next"] = options.next
        write(options.file, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
