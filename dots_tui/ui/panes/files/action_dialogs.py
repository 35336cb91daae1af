"""The dialogs of the action space editor: the numbers for the generator, and the values of one row."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Optional

from textual.widget import Widget
from textual.widgets import Input, Static

from dots_tui.custom_files.action_space import (
    ActionSpace,
    ActionSpaceProblem,
    Continuous,
    Discrete,
    generate,
    numbers_of,
    parse,
)
from dots_tui.custom_files.folder import MODEL_METADATA, CustomFiles, FolderProblem
from dots_tui.ui.widgets.dialogs import Dialog, Prompt

FORMS = "a list (0.8, 1.2, 2) or LOW..HIGH/COUNT (-30..30/7)"


class Generate(Dialog[Optional[Discrete]]):
    """A dialog that combines every angle with every speed. Returns None if cancelled."""

    def __init__(self, space: ActionSpace | None) -> None:
        super().__init__("Generate actions", f"Each line is {FORMS}.", yes="Replace all")
        self._start = ("-30..30/5", "1, 2")
        if isinstance(space, Discrete):
            angles, speeds = ({one.steering for one in space.actions}, {one.speed for one in space.actions})
            self._start = (_listed(angles), _listed(speeds))
        elif space is not None:
            low, high = space.low, space.high
            self._start = (f"{low.steering:g}..{high.steering:g}/5", f"{low.speed:g}..{high.speed:g}/2")

    def parts(self) -> Iterable[Widget]:
        yield Static("Steering angles, degrees, left is positive")
        yield Input(self._start[0], compact=True, id="angles")
        yield Static("Speeds, m/s")
        yield Input(self._start[1], compact=True, id="speeds")
        yield Static("", id="count", markup=False)
        yield Static("", id="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one("#angles").focus()
        self._made()

    def on_input_changed(self) -> None:
        self._made()

    def on_input_submitted(self) -> None:
        self.confirm()

    def _made(self) -> Discrete | None:
        """Return the actions for the typed values; show their number, or the error."""
        made, wrong = None, ""
        try:
            angles, speeds = (numbers_of(self.query_one(name, Input).value) for name in ("#angles", "#speeds"))
            made = generate(angles, speeds)
        except ActionSpaceProblem as problem:
            wrong = str(problem)
        self.query_one("#count", Static).update(f"{len(made.actions)} actions" if made else "")
        self.query_one("#hint", Static).update(wrong)
        return made

    def confirm(self) -> None:
        made = self._made()
        if made is not None:
            self.dismiss(made)

    def cancel(self) -> None:
        self.dismiss(None)


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in sorted(values))


def ask_for_values(title: str, values: list[float], space: ActionSpace) -> Prompt:
    """Return a dialog for the values of one row."""
    if isinstance(space, Continuous):
        return Prompt(title, "A number", f"{values[0]:g}", partial(_wrong_numbers, 1))
    label = "Steering angle in degrees (left is positive) and speed in m/s"
    return Prompt(title, label, " ".join(f"{value:g}" for value in values), partial(_wrong_numbers, 2))


def _wrong_numbers(count: int, text: str) -> str:
    """Return the problem of a text that should be `count` numbers, "" if there is none."""
    try:
        found = numbers_of(text)
    except ActionSpaceProblem as problem:
        return str(problem)
    return "" if len(found) == count else f"Write {'one number' if count == 1 else f'{count} numbers'}."


def ask_for_file() -> Prompt:
    """Return a dialog for the file to import from."""
    return Prompt("Import actions", f"Path of another {MODEL_METADATA}, or the folder it is in", "", yes="Import")


def space_from(path: str) -> ActionSpace:
    """Return the action space of the file at `path` (or in that folder). Raise ActionSpaceProblem or
    FolderProblem.
    """
    place = Path(path.strip()).expanduser()
    if not path.strip():
        raise FolderProblem("No path was given.")
    if place.is_dir():
        place /= MODEL_METADATA
    return parse(CustomFiles(place.parent).read(place.name))
