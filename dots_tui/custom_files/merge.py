"""Two people changed an env file: a merge by key, on top of the other's text. Nothing is decided silently."""

from __future__ import annotations

from dataclasses import dataclass

from dots_tui.custom_files.env_edits import put_state, state
from dots_tui.custom_files.env_file import EnvFile


@dataclass(frozen=True)
class Conflict:
    """A key both changed, each to something else. Values are states as ``env_edits.state`` gives them."""

    key: str
    mine: str | None
    theirs: str | None


@dataclass(frozen=True)
class Merge:
    """What comes of a merge. A value: taking a side of a conflict gives a new Merge."""

    data: bytes
    """Their text with my values of the keys that only I changed; keys of conflicts have their value."""
    taken: tuple[str, ...]
    """Keys that got my value."""
    conflicts: tuple[Conflict, ...]
    """Keys to be asked about."""
    notes_left: bool
    """Whether I also changed what is no key's value (comments, blank lines, the order): that is not in it."""

    def take_mine(self, conflict: Conflict) -> Merge:
        """The merge with my value for the key of ``conflict``."""
        env = put_state(EnvFile.parse(self.data), conflict.key, conflict.mine)
        left = tuple(other for other in self.conflicts if other != conflict)
        return Merge(env.data, (*self.taken, conflict.key), left, self.notes_left)


def merge_env(base: bytes, mine: bytes, theirs: bytes) -> Merge:
    """The merge of ``mine`` and ``theirs``, which were both ``base`` once."""
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
    """A state of a key in words."""
    if value is None:
        return "(not in the file)"
    return "(commented out)" if value == "#" else value[1:] or "(empty)"
