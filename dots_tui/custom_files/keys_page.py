"""The page docs/keys.md, made from the catalogue of keys."""

from __future__ import annotations

from dots_tui.custom_files.catalogue import RETIRED, RUN, SYSTEM, Key, groups

_INTRODUCTION = """\
# The keys of run.env and system.env

What every key does, what it may be, and the value it usually has. This page is generated from the catalogue that
also drives the form and the checks of dots-tui.

A value is written as `KEY=value`: no spaces around the equals sign, no comment behind it. `$NAME` and `${NAME}` stand
for a key set further up. Either file may hold any key; where both do, run.env wins. With DR_TRAIN_MULTI_CONFIG=True
the keys marked *per worker* may have another value in worker-2.env, worker-3.env and so on.
"""

_LISTED = 12


def keys_page() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION]
    for file in (RUN, SYSTEM):
        parts.append(f"\n## {file}\n")
        for title, keys in groups(file).items():
            parts.append(f"\n### {title}\n")
            parts += [_section(key) for key in keys]
    parts.append(
        "\n## Names that do nothing, or not what they say\n\n| name | why | use |\n|---|---|---|\n"
        + "".join(f"| {name} | {retired.why} | {retired.instead or '-'} |\n" for name, retired in RETIRED.items())
    )
    return "".join(parts)


def key_summary(key: Key) -> str:
    """What ``key`` may be, in one line: "whole number, at least 1, in steps"."""
    if key.kind == "switch":
        words = ["True or False"]
    elif key.kind == "choice":
        listed = ", ".join(key.choices[:_LISTED])
        more = f" and {len(key.choices) - _LISTED} more" if len(key.choices) > _LISTED else ""
        words = [f"one of {listed}{more}" + (", or another" if key.open else "")]
    elif key.kind == "number":
        words = ["whole number" if key.integer else "number"]
    else:
        words = ["name of a track" if key.kind == "track" else "text"]
    if key.minimum is not None and key.maximum is not None:
        words.append(f"{key.minimum:g} to {key.maximum:g}")
    elif key.minimum is not None:
        words.append(f"at least {key.minimum:g}")
    if key.unit:
        words.append(f"in {key.unit}")
    return ", ".join(words)


def _section(key: Key) -> str:
    notes = [key_summary(key), f"usually `{key.default}`" if key.default else "usually not set"]
    notes += ["per worker"] if key.per_worker else []
    notes += ["optional"] if key.optional and key.default else []
    notes += ["see below"] if key.name in RETIRED else []
    return f"\n**{key.name}** · {' · '.join(notes)}\n\n{key.help}\n"
