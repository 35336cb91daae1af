"""What is known of one key of a run's files."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, RUN_ENV, SYSTEM_ENV

RUN, SYSTEM = RUN_ENV, SYSTEM_ENV
WORKER = "worker-N.env"
"""Stands for the files of all workers from the second on."""
FILES = (RUN, SYSTEM, WORKER, HYPERPARAMETERS, MODEL_METADATA)
"""Every file with keys, as :func:`~dots_tui.custom_files.catalogue.keys_of` takes them."""
SWITCH_VALUES = ("True", "False")

SIMAPP_TRUE, SHELL_TRUE, PYTHON_TRUE = "any text but false", "true in any case", "yes, true, t or 1 in any case"
EXACTLY_TRUE, UNLESS_FALSE = "exactly True", "any text but exactly False"


@dataclass(frozen=True)
class Key:
    """One key of an env file or a JSON file. Drives the form, the validation, the help and docs/keys.md."""

    name: str
    """As in the file; members of an object after a dot: "lidar_config.num_sectors"."""
    kind: str
    """"choice", "switch", "number", "text" or "track"; in JSON also "list" (of ``choices``) and "object"."""
    help: str
    """One paragraph: what it does and what to mind."""
    file: str = ""
    """Where it belongs; both env files may hold any key of theirs, and run.env wins."""
    group: str = ""
    default: str = ""
    """The usual value, in a list or an object as JSON; "" when it is usually left empty or out."""
    fallback: str = ""
    """What the code takes when the key is missing, where that is not ``default``."""
    choices: tuple[str, ...] = ()
    open: bool = False
    """A choice that also takes values not listed."""
    truth: str = ""
    """Of a switch: what its strictest reader takes for true, SIMAPP_TRUE or another of the constants above."""
    any_case: bool = False
    """A choice that is understood in upper and lower case."""
    suggested: tuple[str, ...] = ()
    """Values worth choosing from, of a number that takes others too."""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    """What is possible; outside it is an error."""
    sensible: tuple[float, float] | None = None
    """What trainings are run with, inside of what is possible; outside it is a warning."""
    integer: bool = False
    empty: bool = False
    """Whether an empty value is fine."""
    optional: bool = False
    """Left out of the file unless it is needed."""
    required: bool = False
    """A JSON file without it cannot be used. (Env files: rules/keys.py.)"""
    per_worker: bool = False
    """Whether worker-N.env may give it another value for that worker."""
    algorithm: str = ""
    """"clipped_ppo" or "sac" when only that training algorithm reads it."""
    since: str = ""
    until: str = ""
    """The first and the last version that has it: "simapp 6.0", "DRFC 5.3"; "" when it has no such end."""
    replaced_by: str = ""
    """The key to use in its place, for a key that does nothing, or not what it says (from the retired names)."""
    read_by: str = ""
    """What code really reads it and how, in a sentence or two."""


def choice(name: str, default: str, choices: Iterable[str], help: str, **more: object) -> Key:  # noqa: A002
    """A key with a set of values."""
    return _key(name, "choice", default, help, choices=tuple(choices), **more)


def switch(name: str, default: str, help: str, **more: object) -> Key:  # noqa: A002
    """A key that is to be exactly True or False, whatever its readers (``truth``, usually the simapp) make of more."""
    return _key(name, "switch", default, help, choices=SWITCH_VALUES, **{"truth": SIMAPP_TRUE, **more})


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


def group(file: str, title: str, *keys: Key, read_by: str = "") -> tuple[Key, ...]:
    """``keys`` as members of a group of ``file``; ``read_by`` is for those that do not say their own."""
    return tuple(dataclasses.replace(key, file=file, group=title, read_by=key.read_by or read_by) for key in keys)
