"""Edits of an env file beyond giving a key a value: its raw text, whether it is in effect, whether it is there."""

from __future__ import annotations

from dots_tui.custom_files.env_file import EnvFile


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
    return EnvFile.parse(("\ufeff" * env.bom + text).encode("utf-8", "surrogateescape"))
