"""Edits of an env file beyond giving a key a value: where a new one goes, its raw text, whether it is in effect."""

from __future__ import annotations

from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.env_file import EnvEntry, EnvFile
from dots_tui.custom_files.words import REFERENCE


def put(env: EnvFile, key: str, value: str) -> EnvFile:
    """``env`` with ``key`` set to ``value``, as :meth:`EnvFile.set` does; a new line gets the place where it belongs.

    That is behind a commented-out line of the key, else behind a key of its group (the nearest one that comes before
    it in the form, or the first one there), else behind the last key of the file, so that a comment at the end does
    not become one about the new key. Raises ValueError as :meth:`EnvFile.set` does.
    """
    anchor = _anchor(env, key, value) if env.entry(key) is None else None
    if anchor is None:
        return env.set(key, value)
    env.set(key, value)  # raises where the value is none
    line = env.lines[anchor.line - 1]
    return env.replace_lines({line.number: (line.text, f"{key}={env.written(value)}")})


def _anchor(env: EnvFile, key: str, value: str) -> EnvEntry | None:
    """The entry behind which a new line of ``key`` belongs; None for the end."""
    if not env.entries:
        return None
    there = {entry.key: entry for entry in env.entries if entry.commented}
    there.update({entry.key: entry for entry in env.entries if not entry.commented})
    if key in there:
        found = there[key]
    elif key in KEYS:
        group = [name for name, one in KEYS.items() if (one.file, one.group) == (KEYS[key].file, KEYS[key].group)]
        before = [there[name] for name in group[: group.index(key)] if name in there]
        behind = [there[name] for name in group[group.index(key) :] if name in there]
        found = before[-1] if before else behind[0] if behind else env.entries[-1]
    else:
        found = env.entries[-1]
    names = (match["plain"] or match["braced"] for match in REFERENCE.finditer(value))
    used = [there[name].line for name in names if name in there]
    # A shell joins a line that ends in a backslash, or with an open quote, to the next; and a reference must stand
    # below what it refers to.
    if (
        found.line == len(env.lines)
        or env.lines[found.line - 1].text.endswith("\\")
        or found.problem
        or any(line > found.line for line in used)
    ):
        return None
    return found


def put_raw(env: EnvFile, key: str, raw: str) -> EnvFile:
    """``env`` with ``key`` in effect and ``raw``, quotes included, as its value.

    A commented-out line of the key comes into effect; a key that is not there at all is appended.
    """
    if env.entry(key) is None:
        known = any(entry.key == key for entry in env.entries)
        env = env.uncomment(key) if known else env.set(key, "")
    entry = env.entry(key)
    assert entry is not None  # it is in effect since the lines above
    return _with_text(env, env.text[: entry.start] + raw + env.text[entry.end :])


def remove(env: EnvFile, key: str) -> EnvFile:
    """``env`` without any line that sets ``key``, commented out or not; all other lines stay as they are."""
    kept = []
    at = 0
    for line in env.lines:
        if line.entry is None or line.entry.key != key:
            continue
        kept.append(env.text[at : line.start])
        following = env.lines[line.number].start if line.number < len(env.lines) else len(env.text)
        at = following
    return _with_text(env, "".join([*kept, env.text[at:]])) if kept else env


def state(env: EnvFile, key: str) -> str | None:
    """The raw value of ``key`` in effect with a "=" before it, "#" when it is only commented out, None without it."""
    entry = env.entry(key)
    if entry is not None:
        return f"={entry.raw}"
    return "#" if any(entry.key == key for entry in env.entries) else None


def put_state(env: EnvFile, key: str, wanted: str | None) -> EnvFile:
    """``env`` with ``key`` in the state ``wanted``, as :func:`state` gives it."""
    if state(env, key) == wanted:
        return env
    if wanted is None:
        return remove(env, key)
    if wanted == "#":
        while env.entry(key) is not None:  # an earlier line of the key would come into effect
            env = env.comment(key)
        return env
    return put_raw(env, key, wanted[1:])


def _with_text(env: EnvFile, text: str) -> EnvFile:
    return EnvFile.parse(("\ufeff" * env.bom + text).encode("utf-8", "surrogateescape"), env.literal)
