"""Themes from TOML files: the packaged ones and the user's own in the config folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from dots_tui.bounded_files import Damaged, parse_toml, read_regular
from dots_tui.config.packaged_data import data_folder
from dots_tui.problems import Problem

_COLOURS = (
    "primary", "secondary", "warning", "error", "success", "accent",
    "foreground", "background", "surface", "panel", "boost",
)  # fmt: skip


class ThemeProblem(Problem):
    """An unusable theme file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__("theme", f"{path}: {reason}")


def read_theme(path: Path) -> Theme:
    """Return the theme in a TOML file: `name`, `dark`, `[colors]` and optional `[variables]`.

    Raise ThemeProblem with the reason in words.
    """
    try:
        table = parse_toml(read_regular(path))
    except (OSError, Damaged) as error:
        raise ThemeProblem(path, f"cannot be read: {error}") from error
    colours = table.get("colors")
    if not isinstance(colours, dict) or "primary" not in colours:
        raise ThemeProblem(path, "has no [colors] table with at least a primary colour")
    for name, value in colours.items():
        if name not in _COLOURS:
            raise ThemeProblem(path, f"[colors] has the unknown name {name}; known are {', '.join(_COLOURS)}")
        _check_colour(path, name, value)
    variables = table.get("variables", {})
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise ThemeProblem(path, "[variables] must hold texts only")
    return Theme(
        name=str(table.get("name", path.stem)),
        dark=bool(table.get("dark", True)),
        ansi=bool(table.get("ansi", False)),
        variables=dict(variables),
        **colours,
    )


def _check_colour(path: Path, name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise ThemeProblem(path, f"the colour {name} must be a text such as '#3a86ff'")
    try:
        Color.parse(value)
    except ColorParseError as error:
        raise ThemeProblem(path, f"the colour {name} = '{value}' is not a colour") from error


def load_themes(user_folder: Path) -> tuple[list[Theme], list[ThemeProblem]]:
    """Return all themes, packaged ones first, then `user_folder/*.toml`, and the problems found.

    A user's theme replaces a packaged theme of the same name.
    """
    themes: dict[str, Theme] = {}
    problems: list[ThemeProblem] = []
    for folder in (data_folder("themes"), user_folder):
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            try:
                theme = read_theme(path)
            except ThemeProblem as problem:
                problems.append(problem)
            else:
                themes[theme.name] = theme
    return list(themes.values()), problems
