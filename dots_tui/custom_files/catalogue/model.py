"""What is known of one key, and whether a value suits it."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from dots_tui.custom_files.findings import shown
from dots_tui.custom_files.words import REFERENCE
from dots_tui.tracks.catalogue import TRACKS, suggest

RUN, SYSTEM = "run.env", "system.env"
SWITCH_VALUES = ("True", "False")

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Key:
    """One key of an env file. Drives the form, the validation and the help."""

    name: str
    kind: str
    """"choice", "switch", "number", "text" or "track"."""
    help: str
    """One paragraph: what it does and what to mind."""
    file: str = ""
    """Where it belongs; both files may hold any key, and run.env wins."""
    group: str = ""
    default: str = ""
    """The usual value; "" when it is usually left empty or out."""
    choices: tuple[str, ...] = ()
    open: bool = False
    """A choice that also takes values not listed."""
    any_case: bool = False
    """A choice that is understood in upper and lower case."""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False
    empty: bool = False
    """Whether an empty value is fine."""
    optional: bool = False
    """Left out of the file unless it is needed."""
    per_worker: bool = False
    """Whether worker-N.env may give it another value for that worker."""


def choice(name: str, default: str, choices: Iterable[str], help: str, **more: object) -> Key:  # noqa: A002
    """A key with a set of values."""
    return _key(name, "choice", default, help, choices=tuple(choices), **more)


def switch(name: str, default: str, help: str, **more: object) -> Key:  # noqa: A002
    """A key that is exactly True or False."""
    return _key(name, "switch", default, help, choices=SWITCH_VALUES, **more)


def number(name: str, default: str, help: str, **more: object) -> Key:  # noqa: A002
    """A key with a decimal number."""
    return _key(name, "number", default, help, **more)


def whole(name: str, default: str, minimum: int, help: str, **more: object) -> Key:  # noqa: A002
    """A key with a whole number of at least ``minimum``."""
    return _key(name, "number", default, help, integer=True, minimum=minimum, **more)


def text(name: str, default: str, help: str, **more: object) -> Key:  # noqa: A002
    """A key with any text."""
    return _key(name, "text", default, help, **more)


def track(name: str, default: str, help: str, **more: object) -> Key:  # noqa: A002
    """A key with the name of a track."""
    return _key(name, "track", default, help, **more)


def _key(name: str, kind: str, default: str, help: str, **more: object) -> Key:  # noqa: A002
    return dataclasses.replace(Key(name, kind, help, default=default), **more)  # type: ignore[arg-type]


def group(file: str, title: str, *keys: Key) -> tuple[Key, ...]:
    """``keys`` as members of a group of ``file``."""
    return tuple(dataclasses.replace(key, file=file, group=title) for key in keys)


def value_problem(key: Key, value: str) -> str | None:
    """Why ``value`` does not suit ``key``, as a sentence without the key's name; None when it does.

    A value with a reference in it cannot be judged before it is expanded and passes.
    """
    if REFERENCE.search(value):
        return None
    if not value:
        return None if key.empty or key.kind == "text" else f"is empty; {_wanted(key)}"
    if key.kind in ("choice", "switch"):
        return _choice_problem(key, value)
    if key.kind == "number":
        return _number_problem(key, value)
    if key.kind == "track" and value not in TRACKS:
        return f"is {shown(value)}, which is no track{did_you_mean(suggest(value))}"
    return None


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


def _wanted(key: Key) -> str:
    if key.kind == "switch":
        return "write True or False"
    if key.kind == "choice":
        return "write one of " + ", ".join(key.choices[:8]) + (", ..." if len(key.choices) > 8 else "")
    if key.kind == "track":
        return "write the name of a track, such as reInvent2019_track"
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
