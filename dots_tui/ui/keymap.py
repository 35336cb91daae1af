"""The user's own keys: `keymap.toml` in the config folder.

Each entry gives a command other keys, by the id that `docs/commands.md` lists:

    [stacks]
    stop = "ctrl+s"             # one key, or several: "S,ctrl+s"
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.bounded_files import Damaged, parse_toml, read_regular
from dots_tui.ui.commands import key_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dots_tui.ui.commands import Command

FILE = "keymap.toml"


@dataclass(frozen=True)
class Keymap:
    """Keys by command id, and the problems in the rest of the file."""

    keys: Mapping[str, str]
    problems: tuple[str, ...] = ()


def read_keymap(path: Path) -> Keymap:
    """Read the file at `path`. A missing file is an empty keymap; unusable entries become problems."""
    try:
        table = parse_toml(read_regular(path))
    except FileNotFoundError:
        return Keymap({})
    except (OSError, Damaged) as error:
        return Keymap({}, (f"{path} cannot be read ({error}). The default keys are used.",))
    keys: dict[str, str] = {}
    problems = []
    for name, value in _entries(table):
        if isinstance(value, str) and value.strip():
            keys[name] = ",".join(key.strip() for key in value.split(",") if key.strip())
        else:
            problems.append(f'{path}: {name} needs a key in quotes, such as "ctrl+s".')
    return Keymap(keys, tuple(problems))


def checked(keymap: Keymap, everywhere: Sequence[Command], panes: Mapping[str, Sequence[Command]]) -> Keymap:
    """Return the entries of `keymap` that name a command and do not conflict, with the problems of the others.

    `everywhere` are the commands of the app, `panes` those of each pane by its title. Two panes can
    use the same key.
    """
    accepted: dict[str, str] = {}
    problems = list(keymap.problems)
    scopes = {command.id: (*everywhere, *commands) for commands in panes.values() for command in commands}
    every = [command for commands in panes.values() for command in commands]
    scopes.update({command.id: (*everywhere, *every) for command in everywhere})
    for name, keys in keymap.keys.items():
        if name not in scopes:
            problems.append(f"{FILE}: there is no command {name}. docs/commands.md lists all commands.")
            continue
        other = _conflict(name, keys, scopes[name], {**keymap.keys, **accepted})
        if other is None:
            accepted[name] = keys
        else:
            key, command = other
            problems.append(f"{FILE}: {key_name(key)} for {name} is the key of {command.id}. {name} keeps its own key.")
    return Keymap(accepted, tuple(problems))


def _conflict(name: str, keys: str, scope: Sequence[Command], chosen: Mapping[str, str]) -> tuple[str, Command] | None:
    """Return the first of `keys` that another command of `scope` uses, and that command."""
    wanted = keys.split(",")
    for command in scope:
        taken = chosen.get(command.id, command.keys).split(",")
        both = [key for key in wanted if key in taken]
        if command.id != name and both:
            return both[0], command
    return None


def _entries(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _entries(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
