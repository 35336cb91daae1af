"""A file as a form: the files that have one, its rows, and the effect of a change in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.custom_files import env_edits, json_settings
from dots_tui.custom_files.comments import comments
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, is_env_file, parse_env, worker_number
from dots_tui.custom_files.json_file import JsonFile
from dots_tui.custom_files.worker_files import Inherited, inherited
from dots_tui.ui.panes.files.json_rows import json_rows, row_name
from dots_tui.ui.panes.files.rows import rows_of
from dots_tui.ui.widgets.form_rows import FormRow

if TYPE_CHECKING:
    from dots_tui.custom_files.documents import Document

JSON_FILES = (HYPERPARAMETERS, MODEL_METADATA)


class Content(NamedTuple):
    """The content of a form."""

    rows: list[FormRow]
    free: tuple[str, ...] = ()
    """Comments that belong to no row."""


def has_form(name: str) -> bool:
    """Return True if the file `name` can be shown as a form when its content is valid."""
    return is_env_file(name) or name in JSON_FILES


def broken(name: str, data: bytes) -> str:
    """Return why the content `data` has no form right now; "" if it has one."""
    if name not in JSON_FILES:
        return ""
    file = JsonFile.parse(data)
    if file.values is not None:
        return ""
    return f"line {file.problem_line} {file.problem}" if file.problem_line else file.problem


def no_form(document: Document | None) -> str:
    """Return why `document` has no form right now; "" if it has one."""
    if document is None:
        return "no file is open"
    return broken(document.name, document.data) if has_form(document.name) else "only env and JSON files have a form"


def content(name: str, data: bytes, findings: Sequence[Finding], sources: Mapping[str, bytes]) -> Content:
    """Return the form of the file `name` with the valid content `data`."""
    if name in JSON_FILES:
        return Content(json_rows(name, data, findings))
    env = parse_env(name, data)
    return Content(rows_of(name, env, findings, taken_over(name, sources)), comments(env).free)


def taken_over(name: str, sources: Mapping[str, bytes]) -> dict[str, Inherited]:
    """Return the inherited values of the worker of the file `name`; empty for any other file."""
    number = worker_number(name)
    return {} if number is None else inherited(FileFacts(sources), number)


def give(name: str, data: bytes, key: str, value: str) -> bytes:
    """Return `data` with `key` set to `value`. Raise ValueError if the file cannot hold it."""
    if name in JSON_FILES:
        return json_settings.put(name, data, key, value)
    return env_edits.put(parse_env(name, data), key, value).data


def without(name: str, data: bytes, key: str) -> bytes:
    """Return `data` without `key`; unchanged if it is not there."""
    if name in JSON_FILES:
        return json_settings.remove(data, key)
    return env_edits.remove(parse_env(name, data), key).data


def row_for(name: str, key: str) -> str:
    """Return the name of the row for a finding about `key`."""
    return row_name(name, key) if name in JSON_FILES else key


def changed_row(before: Sequence[FormRow], after: Sequence[FormRow]) -> str:
    """Return the first row that differs between two states of a form; "" if there is none."""
    old, new = ({row.name: _said(row) for row in rows} for rows in (before, after))
    return next((name for name in {**new, **old} if old.get(name) != new.get(name)), "")


def _said(row: FormRow) -> tuple[object, ...]:
    return row.value, row.commented, row.above, row.behind
