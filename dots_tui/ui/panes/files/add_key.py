"""The dialog that adds a key to the displayed file: one of the catalogue, or one of the racer's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dots_tui.custom_files.catalogue import (
    KEYS,
    RETIRED,
    SCRIPT_KEYS,
    Key,
    close_names,
    did_you_mean,
    keys_of,
    value_problem,
)
from dots_tui.custom_files.catalogue.metadata import CAMERAS
from dots_tui.custom_files.folder import is_env_file, worker_number
from dots_tui.custom_files.json_settings import SENSOR
from dots_tui.ui.widgets.dialogs import Dialog
from dots_tui.ui.widgets.early_keys import EarlyKeys
from dots_tui.ui.widgets.own_list import Own, OwnList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from dots_tui.ui.panes.base import Pane
    from dots_tui.ui.panes.files.view import FileView
    from dots_tui.ui.widgets.form_rows import FormRow
    from dots_tui.ui.widgets.pick_list import PickList

_UPPER = re.compile(r"[A-Z_][A-Z0-9_]*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class AddKey(Dialog["str | None"], EarlyKeys["str | None"]):
    """A dialog to pick one of `keys` (name, help), or type a name, which `judge` comments on."""

    DEFAULT_CSS = """
    AddKey #box { width: 110; }
    """

    def __init__(self, title: str, keys: Sequence[tuple[str, str]], names: Names) -> None:
        super().__init__(title, yes="")
        longest = max((len(name) for name, _ in keys), default=0)
        self._list = OwnList(
            [(name, f"{name:{longest}}  {text}") for name, text in keys], names.judge, own="a name of your own"
        )

    def parts(self) -> Iterable[Widget]:
        yield self._list

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.dismiss(event.value)

    def confirm(self) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.dismiss(None)


class Names:
    """The judgment of a typed name for a key of the file `name`."""

    def __init__(self, name: str, rows: Mapping[str, FormRow]) -> None:
        self._file, self._rows = name, rows
        self._listed = [f"{key.name} {key.help}".lower() for key in offered(name, rows)]

    def judge(self, text: str) -> Own:
        """Return whether `text` can be added, with a hint; a search text for the list is not a name."""
        if text in self._rows and there(self._rows[text]):
            return Own("", label="is in the file: go there")
        pattern = _UPPER if is_env_file(self._file) else _WORD
        if not pattern.fullmatch(text):
            if any(text.lower() in one for one in self._listed):
                return Own(taken=False)
            letters = "upper-case letters" if is_env_file(self._file) else "letters"
            return Own(f"A name has {letters}, digits and _ in it, and does not begin with a digit.", taken=False)
        hint = self._env_hint(text) if is_env_file(self._file) else _slip(text, keys_of(self._file))
        return Own(hint, label="a name of your own" if text not in KEYS else "")

    def _env_hint(self, text: str) -> str:
        if text in RETIRED:
            instead = RETIRED[text].instead
            return f"{text}: {RETIRED[text].why}." + (f" Use {instead}." if instead else "")
        if text in SCRIPT_KEYS:
            return f"DRFC sets {text} itself; a line in a file is overruled or does harm."
        if worker_number(self._file) is not None:
            return f"A worker cannot have {text} for itself: its file's line is ignored. Set it in run.env."
        if text in KEYS:
            return f"{text} usually stands in {KEYS[text].file}."
        return _slip(text, KEYS)


def _slip(text: str, known: Iterable[str]) -> str:
    if any(one != text and one.startswith(text) for one in known):
        return ""  # probably incomplete
    close = did_you_mean(close_names(text, known))
    return f"Nothing that dots-tui knows of reads {text}{close or '.'}"


def there(row: FormRow) -> bool:
    """Return True if the file contains the key of `row`, perhaps commented out."""
    return row.value is not None or row.commented


def offered(name: str, rows: Mapping[str, FormRow]) -> list[Key]:
    """Return the catalogue keys missing from the file `name`, without keys that have no effect."""
    keys = (key for key in keys_of(name).values() if key.kind != "object" and key.name not in RETIRED)
    return [key for key in keys if not there(rows[key.name])]


def add_key(pane: Pane, view: FileView) -> None:
    """Ask for a key and add it in its place with its default value; move the cursor there."""
    document = view.document
    if document is None:
        return
    rows = {row.name: row for row in view.form.lines.rows}
    keys = [(key.name, key.help) for key in offered(document.name, rows)]

    def chosen(name: str | None) -> None:
        if name is not None and view.document is document:
            value = _first_value(document.name, name, rows.get(name))
            known = keys_of(document.name).get(name)
            view.focus_body()
            if known is not None and value_problem(known, value):
                view.ask(name)  # there is no default value
            else:
                view.add(name, value)

    names = Names(document.name, rows)
    pane.app.push_screen(AddKey(f"Add a key to {document.name}", keys, names), chosen)


def _first_value(file: str, name: str, row: FormRow | None) -> str:
    """Return the initial value of a new key: the inherited value of a worker, or the usual value."""
    if name == SENSOR and not is_env_file(file):
        return CAMERAS[0]
    known = keys_of(file).get(name) or KEYS.get(name)
    if row is not None and worker_number(file) is not None and name in keys_of(file):
        return row.default
    return known.default if known is not None else ""
