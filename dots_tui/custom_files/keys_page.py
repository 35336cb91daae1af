"""The page docs/keys.md, made from the catalogue of keys."""

from __future__ import annotations

from dots_tui.custom_files.catalogue import ACTION_KEYS, FILES, RETIRED, SCRIPT_KEYS, WORKER, WORKER_KEYS, Key, groups
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA

_INTRODUCTION = """\
# The keys of a run's files

What every key does, what it may be, the value it usually has, and what code really reads it. This page is generated
from the catalogue that also drives the form and the checks of dots-tui.

DRFC is deepracer-for-cloud, the scripts on the instance; the simapp is the image with the simulator and the trainer.
*since* and *until* name the first and the last version that has a key; a key without them is in every version that
dots-tui knows (DRFC 5 and 6, simapp 5 and 6).

In the env files a value is written as `KEY=value`: no spaces around the equals sign, no comment behind it. `$NAME` and
`${NAME}` stand for a key set further up. Either file may hold any key; where both do, run.env wins. Switches are
written True or False, because their readers agree on nothing else.
"""

_OF_FILE = {
    WORKER: "With DR_TRAIN_MULTI_CONFIG=True each worker from the second on has a file of its own. These keys may have "
    "another value in it; every other key in it is ignored. A key that is missing is the one of the worker before. "
    "Values are taken as they are: no quotes, no references, no blank lines.",
    HYPERPARAMETERS: "No key is required: where one is missing, the trainer takes its own value. It ignores names that "
    "it does not know. Numbers may be written as texts.",
    MODEL_METADATA: "What the model is: its actions, its network, its sensors.",
}
_LISTED = 12


def keys_page() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION]
    for file in FILES:
        parts.append(f"\n## {file}\n")
        parts += [f"\n{_OF_FILE[file]}\n"] if file in _OF_FILE else []
        if file == WORKER:
            parts.append("\n" + "".join(f"- {key.name}: {key_summary(key)}\n" for key in WORKER_KEYS.values()))
            continue
        for title, keys in groups(file).items():
            parts.append(f"\n### {title}\n")
            parts += [_section(key) for key in keys]
    return "".join([*parts, _actions(), _retired(), _script_keys()])


def key_summary(key: Key) -> str:
    """What ``key`` may be, in one line: "whole number, at least 1, in steps"."""
    words = [_kind(key)]
    if key.minimum is not None and key.maximum is not None and key.maximum < 1e6:
        words.append(f"{key.minimum:g} to {key.maximum:g}")
    elif key.minimum is not None:
        words.append(f"at least {key.minimum:g}")
    if key.sensible and key.sensible != (key.minimum, key.maximum):
        words.append(f"sensibly {key.sensible[0]:g} to {key.sensible[1]:g}")
    if key.suggested:
        words.append(f"best {_listed(key.suggested)}")
    if key.unit:
        words.append(f"in {key.unit}")
    return ", ".join(words)


def _kind(key: Key) -> str:
    if key.kind == "switch":
        return "True or False"
    if key.kind == "choice":
        return f"one of {_listed(key.choices)}" + (", or another" if key.open else "")
    if key.kind == "list":
        return f"list of {_listed(key.choices)}"
    if key.kind == "number":
        return "whole number" if key.integer else "number"
    return {"track": "name of a track", "object": "list or object"}.get(key.kind, "text")


def _listed(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - _LISTED} more" if len(values) > _LISTED else ""
    return ", ".join(values[:_LISTED]) + more


def _section(key: Key) -> str:
    notes = [key_summary(key)]
    if key.required:
        notes.append("must be there")
    else:
        notes.append(f"usually `{key.default}`" if key.default else "usually not set")
    notes += [f"`{key.fallback}` when it is missing"] if key.fallback else []
    notes += [f"{key.algorithm} only"] if key.algorithm else []
    notes += [f"since {key.since}"] if key.since else []
    notes += [f"until {key.until}"] if key.until else []
    notes += ["per worker"] if key.per_worker else []
    notes += ["optional"] if key.optional and key.default else []
    notes += [f"use {key.replaced_by} in its place"] if key.replaced_by else []
    read_by = f"\nRead by: {key.read_by}\n" if key.read_by else ""
    return f"\n**{key.name}** · {' · '.join(notes)}\n\n{key.help}\n{read_by}"


def _actions() -> str:
    rows = "".join(f"- {key.name}: {key_summary(key)}. {key.help}\n" for key in ACTION_KEYS.values())
    return f"\n### What an action has\n\n{rows}"


def _retired() -> str:
    rows = "".join(
        f"| {name} | {retired.why} | {retired.since or 'always'} | {retired.instead or '-'} |\n"
        for name, retired in RETIRED.items()
    )
    return (
        f"\n## Names that do nothing, or not what they say\n\n| name | why | since | use |\n|---|---|---|---|\n{rows}"
    )


def _script_keys() -> str:
    return (
        "\n## Names that no file should have\n\nDRFC's scripts set these themselves; a line in a file is overruled or "
        f"does harm.\n\n{', '.join(sorted(SCRIPT_KEYS))}\n"
    )
