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
from dots_tui.ui.panes.files.messages import KeyNamed
from dots_tui.ui.widgets.dialogs import Dialog
from dots_tui.ui.widgets.own_list import Own, OwnList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from dots_tui.ui.widgets.form_rows import FormRow
    from dots_tui.ui.widgets.pick_list import PickList

_UPPER = re.compile(r"[A-Z_][A-Z0-9_]*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class AddKey(Dialog[None]):
    """A dialog to pick a key that the `rows` of `file` lack, or to type a name (see `Names`).

    The answer is a message to `asker`.
    """

    DEFAULT_CSS = """
    AddKey #box { width: 110; }
    """

    def __init__(self, asker: Widget, file: str, rows: Mapping[str, FormRow]) -> None:
        super().__init__(f"Add a key to {file}", yes="")
        self._asker = asker
        keys = offered(file, rows)
        longest = max((len(key.name) for key in keys), default=0)
        options = [(key.name, f"{key.name:{longest}}  {key.help}") for key in keys]
        self._list = OwnList(options, Names(file, rows).judge, own="a name of your own")

    def parts(self) -> Iterable[Widget]:
        yield self._list

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self._asker.post_message(KeyNamed(event.value))
        self.dismiss()

    def confirm(self) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.dismiss()


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
            return Own(f"A name has only {letters}, digits and _, and does not begin with a digit.", taken=False)
        hint = self._env_hint(text) if is_env_file(self._file) else _slip(text, keys_of(self._file))
        return Own(hint, label="a name of your own" if text not in KEYS else "")

    def _env_hint(self, text: str) -> str:
        if text in RETIRED:
            instead = RETIRED[text].instead
            return f"{text}: {RETIRED[text].why}." + (f" Use {instead}." if instead else "")
        if text in SCRIPT_KEYS:
            return f"DRFC sets {text} itself; a line in a file is ignored or does harm."
        if worker_number(self._file) is not None:
            return f"A worker cannot have its own {text}: the line in its file is ignored. Set it in run.env."
        if text in KEYS:
            return f"{text} usually belongs in {KEYS[text].file}."
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


def first_value(file: str, name: str, row: FormRow | None) -> str | None:
    """Return the initial value of a new key: the inherited value of a worker, or the usual one.

    None if the key has no default value, so that the user must give one.
    """
    if name == SENSOR and not is_env_file(file):
        return CAMERAS[0]
    known = keys_of(file).get(name)
    usual = known or KEYS.get(name)
    value = usual.default if usual is not None else ""
    if row is not None and worker_number(file) is not None and known is not None:
        value = row.default
    return None if known is not None and value_problem(known, value) else value
