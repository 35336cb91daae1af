"""Whether a value suits a key, and what to write in its place."""

from __future__ import annotations

import difflib
import functools
import json
import math
import re
from collections.abc import Iterable, Sequence

from dots_tui.custom_files.catalogue.model import (
    EXACTLY_TRUE,
    PYTHON_TRUE,
    SHELL_TRUE,
    SIMAPP_TRUE,
    UNLESS_FALSE,
    Key,
)
from dots_tui.custom_files.findings import shown
from dots_tui.custom_files.words import REFERENCE
from dots_tui.tracks.catalogue import TRACKS, suggest

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NEAR = 3
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def value_problem(key: Key, value: str) -> str | None:
    """Why ``value`` does not suit ``key``, as a sentence without the key's name; None when it does.

    A value with a reference in it cannot be judged before it is expanded and passes. A list or an object is given
    as JSON.
    """
    if not key.file.endswith(".json") and REFERENCE.search(value):
        return None
    if not value:
        return None if key.empty or key.kind == "text" else f"is empty; {_wanted(key)}"
    if key.kind in ("choice", "switch"):
        return _choice_problem(key, value)
    if key.kind == "number":
        return _number_problem(key, value)
    if key.kind == "track" and value not in TRACKS:
        return f"is {shown(value)}, which is no track{did_you_mean(suggest(value))}"
    if key.kind in ("list", "object"):
        return _json_problem(key, value)
    return None


def is_on(key: Key, value: str) -> bool:
    """Whether the strictest reader of the switch ``key`` takes ``value`` for true."""
    lower = value.lower()
    return {
        SIMAPP_TRUE: bool(value) and lower != "false",
        SHELL_TRUE: lower == "true",
        PYTHON_TRUE: lower in ("yes", "true", "t", "1"),
        EXACTLY_TRUE: value == "True",
        UNLESS_FALSE: value != "False",
    }[key.truth]


def why_not_read(key: Key, simapp: Sequence[int]) -> str:
    """Why this version of the simapp does not read ``key``, "since simapp 6.0" or "until simapp 5.3"; "" when it may.

    ``simapp`` is the version as numbers, (5, 3, 3); with none nothing is known.
    """
    since, until = _simapp(key.since), _simapp(key.until)
    if simapp and since and tuple(simapp) < since:
        return f"since {key.since}"
    if simapp and until and tuple(simapp[: len(until)]) > until:
        return f"until {key.until}"
    return ""


def _simapp(version: str) -> tuple[int, ...]:
    """The version "simapp 5.3" as (5, 3); empty for a version of anything else."""
    name, _, number = version.partition(" ")
    return tuple(map(int, number.split("."))) if name == "simapp" else ()


def did_you_mean(names: Iterable[str]) -> str:
    """ ", did you mean A, B or C?" or "" when there is nothing to suggest."""
    some = list(names)
    if not some:
        return ""
    listed = ", ".join(some[:-1]) + " or " + some[-1] if len(some) > 1 else some[0]
    return f"; did you mean {listed}?"


def close_names(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The names in ``known`` that ``name`` is probably a slip of, whatever the case of its letters."""
    by_upper = {one.upper(): one for one in known}
    return [by_upper[close] for close in difflib.get_close_matches(name.upper(), by_upper, count, 0.85)]


@functools.lru_cache(maxsize=4096)
def only_near(value: str, names: tuple[str, ...]) -> str | None:
    """The one of ``names`` that ``value`` must be a slip of; None when there is none, or several."""
    exact = [name for name in names if name.lower() == value.lower()]
    near = exact or close_names(value, names, _NEAR)
    return near[0] if len(near) == 1 else None


def only_near_track(value: str) -> str | None:
    """The one track that ``value`` must be a slip of. Another year is another track, however alike the names are."""
    near = only_near(value, tuple(TRACKS))
    digits = re.findall(r"\d+", value)
    return near if near is not None and re.findall(r"\d+", near) == digits else None


def _wanted(key: Key) -> str:
    if key.kind == "switch":
        return "write True or False"
    if key.kind == "choice":
        return "write one of " + ", ".join(key.choices[:8]) + (", ..." if len(key.choices) > 8 else "")
    if key.kind == "track":
        return "write the name of a track, such as reInvent2019_track"
    if key.kind == "list":
        return 'write a list, such as ["' + key.choices[0] + '"]' if key.choices else "write a list"
    if key.kind == "object":
        return "write an object, names and values in braces"
    return f"write a {'whole number' if key.integer else 'number'}{_range(key)}"


def _range(key: Key) -> str:
    if key.minimum is not None and key.maximum is not None:
        return f" from {key.minimum:g} to {key.maximum:g}"
    if key.minimum is not None:
        return f" of at least {key.minimum:g}"
    return f" of at most {key.maximum:g}" if key.maximum is not None else ""


def _choice_problem(key: Key, value: str) -> str | None:
    if key.open or value in key.choices:
        return None
    if key.any_case and value.lower() in {one.lower() for one in key.choices}:
        return None
    return f"is {shown(value)}; {_wanted(key)}{did_you_mean(close_names(value, key.choices))}"


def _number_problem(key: Key, value: str) -> str | None:
    if key.integer:
        if not _INTEGER.fullmatch(value):
            octal = value.lstrip("-").startswith("0") and value.lstrip("-").isdigit()
            why = " without leading zeros, which bash takes for octal" if octal else ""
            return f"is {shown(value)}; {_wanted(key)}{why}"
    elif not _FLOAT.fullmatch(value) or not math.isfinite(float(value)):
        return f"is {shown(value)}; {_wanted(key)}"
    # Compared as float: a number of thousands of digits is only too large, not a reason to fail.
    if (key.minimum is not None and float(value) < key.minimum) or (
        key.maximum is not None and float(value) > key.maximum
    ):
        return f"is {shown(value)}; {_wanted(key)}"
    return None


def _json_problem(key: Key, value: str) -> str | None:
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return f"is no JSON; {_wanted(key)}"
    if key.kind == "object":
        # The action space: a list of actions, or an object with ranges.
        return None if isinstance(read, (dict, list)) else f"is {shown(value)}; {_wanted(key)}"
    if not isinstance(read, list):
        return f"is {shown(value)}; {_wanted(key)}"
    wrong = next((one for one in read if key.choices and one not in key.choices), None)
    if wrong is None:
        return None
    close = did_you_mean(close_names(str(wrong), key.choices))
    return f"has {shown(str(wrong))}, which is none of {', '.join(key.choices)}{close}"
