"""Merge two changed versions of an env file by key, into their text. Conflicts are left to the user."""

from __future__ import annotations

from dataclasses import dataclass

from dots_tui.custom_files.env_edits import put_state, state
from dots_tui.custom_files.env_file import EnvFile


@dataclass(frozen=True)
class Conflict:
    """A key that both versions change differently. Values are states as returned by `env_edits.state`."""

    key: str
    mine: str | None
    theirs: str | None


@dataclass(frozen=True)
class Merge:
    """The result of a merge, immutable: taking a side of a conflict returns a new Merge."""

    data: bytes
    """Their text with my values for the keys that only I changed; keys in conflict have their value."""
    taken: tuple[str, ...]
    """Keys with my value."""
    conflicts: tuple[Conflict, ...]
    """Keys that the user must decide."""
    notes_left: bool
    """True if I also changed comments, blank lines or the order: those changes are not in the result."""

    def take_mine(self, conflict: Conflict) -> Merge:
        """Return the merge with my value for the key of `conflict`."""
        env = put_state(EnvFile.parse(self.data), conflict.key, conflict.mine)
        left = tuple(other for other in self.conflicts if other != conflict)
        return Merge(env.data, (*self.taken, conflict.key), left, self.notes_left)


def merge_env(base: bytes, mine: bytes, theirs: bytes) -> Merge:
    """Return the merge of `mine` and `theirs`, which both started as `base`."""
    old, my, their = EnvFile.parse(base), EnvFile.parse(mine), EnvFile.parse(theirs)
    keys = dict.fromkeys(entry.key for env in (my, old) for entry in env.entries)
    taken: list[str] = []
    conflicts: list[Conflict] = []
    merged, mine_by_key = their, old
    for key in keys:
        before, wanted, other = state(old, key), state(my, key), state(their, key)
        if wanted == before:
            continue
        mine_by_key = put_state(mine_by_key, key, wanted)
        if other == wanted:
            continue
        if other == before:
            merged = put_state(merged, key, wanted)
            taken.append(key)
        else:
            conflicts.append(Conflict(key, wanted, other))
    return Merge(merged.data, tuple(taken), tuple(conflicts), mine_by_key.data != mine)


def spoken(value: str | None) -> str:
    """Return the state of a key in words."""
    if value is None:
        return "(not in the file)"
    return "(commented out)" if value == "#" else value[1:] or "(empty)"
