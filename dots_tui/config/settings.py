"""The user's settings: a small TOML file in the config folder.

The folders come from platformdirs. `DOTS_TUI_HOME` puts all of them below one folder; the tests and
the demo use it to leave a user's own settings alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from dots_tui.bounded_files import Damaged, parse_toml, read_regular, text_of, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.tracks.sources import TrackStore

_NAME = "dots-tui"
_LARGEST = 10**9
"""Largest valid number in the settings."""
TRACKS_VARIABLE = "DOTS_TUI_TRACKS"
"""Environment variable with the folder of `--tracks`; it overrides the setting."""


@dataclass(frozen=True)
class Folders:
    """The user's folders: settings and themes, persistent state, and cache."""

    config: Path
    state: Path
    cache: Path

    @classmethod
    def of_user(cls) -> Folders:
        """Return the folders of this user, or those below `DOTS_TUI_HOME` if it is set."""
        home = os.environ.get("DOTS_TUI_HOME")
        if home:
            base = Path(home).expanduser()
            return cls(base / "config", base / "state", base / "cache")
        return cls(
            platformdirs.user_config_path(_NAME),
            platformdirs.user_state_path(_NAME),
            platformdirs.user_cache_path(_NAME),
        )


@dataclass(frozen=True)
class Settings:
    """The settings a user can keep. Every field is a plain string, number or boolean, as in TOML."""

    theme: str = "night-race"
    """Name of the theme, as in the palette."""
    folder: str = ""
    """The last opened custom-files folder; empty: none yet."""
    profile: str = ""
    """AWS profile; empty: the default of boto3."""
    region: str = ""
    """AWS region; empty: the default of boto3."""
    regions: str = ""
    """Additional regions to show, separated by commas."""
    read_only: bool = False
    """True to refuse every change in the account, as with `--read-only`."""
    budget: str = ""
    """Maximum cost of a launch, in USD; empty: no budget."""
    address: str = ""
    """The last IPv4 address given to the base stack."""
    base_stack: str = ""
    """The last base stack used."""
    instance_type: str = ""
    """GPU instance type of the last launch; empty: one that carries the workers of the files is suggested."""
    market: str = "standard"
    """Market of the next launch: standard or spot."""
    ttl_minutes: int = 60
    """Time to live of the next launch, in minutes."""
    ssh_port: int = 22
    """Port of the instance's SSH server."""
    tracks_dir: str = ""
    """Folder with the user's own route files, `<world>.npy`; empty: none."""


@dataclass
class SettingsFile:
    """The settings on disk. `problem` describes an error in words; an `unreadable` file is never overwritten."""

    path: Path
    settings: Settings = field(default_factory=Settings)
    problem: str = ""
    unreadable: bool = False

    @classmethod
    def load(cls, folders: Folders) -> SettingsFile:
        """Read `settings.toml` of the config folder; a missing file means the defaults."""
        loaded = cls(folders.config / "settings.toml")
        try:
            table = parse_toml(read_regular(loaded.path))
        except FileNotFoundError:
            return loaded
        except (OSError, Damaged) as error:
            loaded.problem = f"{loaded.path} cannot be read ({error}): the defaults are used and nothing is saved"
            loaded.unreadable = True
            return loaded
        loaded.settings = Settings(**_known(table))
        wanted = loaded.settings.tracks_dir
        if wanted and not Path(wanted).expanduser().is_dir():
            loaded.problem = f"tracks_dir in {loaded.path}: there is no folder {wanted}, so no route is read from it"
        return loaded

    def update(self, **changes: Any) -> None:
        """Change settings and save them. Report a file that cannot be written in `problem`."""
        if all(getattr(self.settings, name) == value for name, value in changes.items()):
            return
        self.settings = replace(self.settings, **changes)
        if self.unreadable:
            return
        try:
            write_whole(self.path, _with_changes(self._now(), self.settings, changes).encode("utf-8"))
        except (OSError, Damaged) as error:
            self.problem = f"settings could not be saved: {error}"

    def _now(self) -> str:
        """Return the text on disk, which may have been edited since. Raise OSError and Damaged."""
        try:
            data = read_regular(self.path)
        except FileNotFoundError:
            return ""
        parse_toml(data)
        return text_of(data)


def tracks_of(folders: Folders, settings: Settings) -> TrackStore:
    """Return the user's track geometry: from `--tracks` or else `tracks_dir`, then from the cache."""
    from dots_tui.tracks.sources import store

    own = os.environ.get(TRACKS_VARIABLE) or settings.tracks_dir
    return store(folders.cache / "tracks", Path(own).expanduser() if own else None)


def _known(table: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of `table` that are settings and have the right type."""
    kinds = {entry.name: type(entry.default) for entry in fields(Settings)}
    return {
        name: value
        for name, value in table.items()
        if type(value) is kinds.get(name) and not (type(value) is int and abs(value) > _LARGEST)
    }


def _with_changes(text: str, settings: Settings, changes: Mapping[str, Any]) -> str:
    """Return the text of the settings file with `changes`, and with its comments, order and unknown entries.
    Raise Damaged.

    A new file has all settings, so that a user sees the options.
    """
    import tomlkit  # imported only when something is saved: the start does not wait for it
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        for entry in fields(settings):
            if entry.name in changes or not text.strip():
                document[entry.name] = getattr(settings, entry.name)
        return tomlkit.dumps(document)
    except (TOMLKitError, RecursionError, ValueError) as error:
        raise Damaged(f"the file cannot be changed ({error})") from error
