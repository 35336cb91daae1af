"""Rules about single keys: does anything read the name, does the value suit it, is one missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.catalogue import (
    HYPERPARAMETER_KEYS,
    KEYS,
    METADATA_KEYS,
    RETIRED,
    SCRIPT_KEYS,
    Key,
    Retired,
    close_names,
    did_you_mean,
    only_near,
    only_near_track,
    value_problem,
)
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, Fix, Remedy, automatic, found, kind, set_value, shown
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, RUN_ENV, SYSTEM_ENV
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.custom_files.rules.switches import switch_problem
from dots_tui.custom_files.words import unquoted
from dots_tui.problems import ERROR, INFO, WARNING
from dots_tui.tracks.catalogue import suggest

_CODES = {
    "track": "unknown-track",
    "choice": "unknown-choice",
    "number": "not-a-number",
}
_NEEDED = {
    RUN_ENV: (
        "DR_WORLD_NAME",
        "DR_LOCAL_S3_MODEL_PREFIX",
        "DR_LOCAL_S3_CUSTOM_FILES_PREFIX",
        "DR_LOCAL_S3_MODEL_METADATA_KEY",
        "DR_LOCAL_S3_HYPERPARAMETERS_KEY",
        "DR_LOCAL_S3_REWARD_KEY",
    ),
    SYSTEM_ENV: (
        "DR_CLOUD",
        "DR_AWS_APP_REGION",
        "DR_LOCAL_S3_BUCKET",
        "DR_SIMAPP_SOURCE",
        "DR_SIMAPP_VERSION",
    ),
}
"""Without these a training does not start, or saves nowhere."""
_ALL_KNOWN = ("DR_CAR_BODY_SHELL_TYPE", "DR_EVAL_OPP_CAR_BODY_SHELL_TYPE")
"""Choices that take any value, but whose every value is known: one close to a known one is a slip."""


_RACES = {"tt": "TIME_TRIAL", "oa": "OBJECT_AVOIDANCE"}
_AGAINST_CARS = re.compile(r"h2[hb]|head(to|2)?head(racing)?|headtobots?(racing)?")
_BOTS = Fix(
    "DRFC calls a race against other cars HEAD_TO_BOT in a training; DR_H2B_NUMBER_OF_BOT_CARS says how many bot cars "
    "there are."
)


def unsuitable_values(facts: FileFacts) -> Iterator[Finding]:
    """Every value against the catalogue, references expanded."""
    for name, (file, entry) in facts.effective.items():
        # A value that a shell does not take as it stands is a finding already; so is every one of a retired key.
        broken = entry.problem or any(char in "()<>;&|`" for char in unquoted(entry.raw)) or spoilt(entry)
        if name in KEYS and name not in RETIRED and not broken:
            yield from value_findings(KEYS[name], facts.values[name], file, entry.line)


def value_findings(key: Key, value: str, file: str, line: int) -> Iterator[Finding]:
    """What is wrong with ``value`` for ``key``, written on ``line`` of ``file``."""
    problem = value_problem(key, value)
    if problem is not None and key.kind == "switch":
        severity, message = switch_problem(key.name, value)
        yield found(file, line, key.name, severity, "not-a-switch", message, _value_fix(key, value))
    elif problem is not None:
        fix = _value_fix(key, value)
        yield found(file, line, key.name, ERROR, _CODES[key.kind], f"{key.name} {problem}.".replace("?.", "?"), fix)
    elif key.open and value and value not in key.choices and "$" not in value:
        if key.name == "DR_SIMAPP_VERSION":
            return  # findings of its own
        close = close_names(value, key.choices)
        severity = WARNING if close and key.name in _ALL_KNOWN else INFO
        message = f"{key.name} is {shown(value)}, which dots-tui does not know{did_you_mean(close)}.".replace("?.", "?")
        yield found(file, line, key.name, severity, "unlisted-value", message, "Check the spelling.")


def _value_fix(key: Key, value: str) -> Fix | None:
    """What to write in the place of ``value``: the one it must be a slip of, else the usual one."""
    usual = Fix(f"The usual value is {key.default}.") if key.default else None
    if key.kind == "track":
        near = only_near_track(value)
        if near is not None:
            return automatic(f"Write {key.name}={near}", near, Remedy.CHOOSE)
        close = suggest(value)
        return Fix(f"Write {key.name}={close[0]}" if len(close) == 1 else "Choose a track.", (Remedy.CHOOSE,))
    if key.kind == "switch":
        near = _SWITCHES.get(value.lower())
    elif key.kind == "number":
        octal = re.fullmatch(r"0+[0-9]+", value) is not None
        bare = value.lstrip("0") or "0"
        near = bare if octal and value_problem(key, bare) is None else None
    else:
        near = only_near(value, key.choices)
    if key.name == "DR_RACE_TYPE" and near is None:
        bare = re.sub(r"[^a-z0-9]", "", value.lower())
        near, usual = _RACES.get(bare), _BOTS if _AGAINST_CARS.fullmatch(bare) else usual
    return automatic(f"Write {key.name}={near}", near) if near is not None else usual


def retired_keys(facts: FileFacts) -> Iterator[Finding]:
    """Names that are not read, or no longer."""
    for name, (file, entry) in facts.effective.items():
        retired = RETIRED.get(name)
        if retired is not None:
            severity = INFO if retired.harmless == facts.values[name] else retired.severity
            yield found(
                file, entry.line, name, severity, "deprecated-key", f"{name}: {retired.why}.", retired_fix(retired)
            )


def retired_fix(retired: Retired) -> Fix:
    """What to do about the line; one that something still reads is left to the racer."""
    return Fix(retired.fix) if retired.still_read else automatic(retired.fix)


def unknown_keys(facts: FileFacts) -> Iterator[Finding]:
    """A name nothing is known to read: a slip when it is close to a known one, else maybe the racer's own."""
    for name, (file, entry) in facts.effective.items():
        if name in KEYS or name in RETIRED:
            continue
        if name in SCRIPT_KEYS:
            message = f"DRFC sets {name} itself; a line in a file is overruled or does harm."
            yield found(file, entry.line, name, WARNING, "script-key", message, automatic("Delete this line."))
            continue
        if name in facts.referred_to:
            continue  # a variable of the racer's own, which another line uses
        home = _home_in_json(name)
        close = close_names(name, KEYS)
        if home:
            message = f"{name} belongs in {home}; nothing reads it here."
            yield found(file, entry.line, name, WARNING, "wrong-file", message, f"Set it in {home}.")
        elif close:
            message = f"Nothing reads {name}{did_you_mean(close)}"
            near = only_near(name, tuple(KEYS))
            fix = automatic(f"Write {near}=", near) if near is not None else Fix(f"Write {close[0]}=")
            yield found(file, entry.line, name, WARNING, "unknown-key", message, fix)
        elif name.startswith("DR_"):
            message = f"{name} is not known to dots-tui; as far as it knows, nothing reads it."
            yield found(file, entry.line, name, INFO, "unknown-key", message, None)


def _home_in_json(name: str) -> str:
    """The JSON file the key ``name`` belongs in, or ""."""
    if name in HYPERPARAMETER_KEYS:
        return HYPERPARAMETERS
    return MODEL_METADATA if name in METADATA_KEYS and name != "version" else ""


def missing_keys(facts: FileFacts) -> Iterator[Finding]:
    """Keys a training does not start without, missing or empty. A missing file is a finding of its own."""
    for file, names in _NEEDED.items():
        if file not in facts.env:
            continue
        for name in names:
            if name not in facts.values:
                yield facts.about(
                    name,
                    ERROR,
                    "missing-key",
                    f"{name} is not set, and a training does not start without it.",
                    set_value(f"Add {name}={KEYS[name].default} to {file}.", KEYS[name].default),
                )
            elif not facts.values[name] and KEYS[name].kind == "text":
                fix = set_value(f"The usual value is {KEYS[name].default}.", KEYS[name].default)
                message = f"{name} is empty, and a training does not start without it."
                yield facts.about(name, ERROR, "missing-key", message, fix)


_SWITCHES = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "on"), "True"),
    **dict.fromkeys(("false", "f", "no", "n", "0", "off"), "False"),
}
RULES = (unsuitable_values, retired_keys, unknown_keys, missing_keys)
KINDS = (
    kind("not-a-switch", "error, info", "The value of a switch is neither True nor False.", "Write True or False."),
    kind(
        "not-a-number", "error", "The value is no number, or outside what is possible.", "Write a number in the range."
    ),
    kind("unknown-choice", "error, warning", "The value is none of those that the key can have.", "Write one of them."),
    kind("unknown-track", "error", "There is no track of this name.", "Choose a track; F opens the list."),
    kind("unlisted-value", "warning, info", "dots-tui does not know the value.", "Check the spelling."),
    kind(
        "deprecated-key", "warning, info", "The name is not read, or no longer.", "Use the key that the finding names."
    ),
    kind(
        "unknown-key", "warning, info", "Nothing is known to read the name.", "Check the spelling, or delete the line."
    ),
    kind("script-key", "warning", "DRFC sets this variable itself.", "Delete the line."),
    kind("wrong-file", "warning, info", "What reads the key looks for it in another file.", "Move it there."),
    kind("missing-key", "error", "A key that a training does not start without is missing.", "Add it."),
)
