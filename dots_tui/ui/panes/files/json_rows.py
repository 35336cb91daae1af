"""The rows of the form of hyperparameters.json and model_metadata.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dots_tui.custom_files import json_settings
from dots_tui.custom_files.catalogue import ACTION_KEYS, keys_of
from dots_tui.custom_files.catalogue.metadata import CAMERAS, LIDARS
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import MODEL_METADATA
from dots_tui.custom_files.json_settings import LIDAR, NO_LIDAR, SENSOR
from dots_tui.ui.panes.files.rows import OTHER, marks_of, row_of
from dots_tui.ui.widgets.form_rows import FormRow

ACTION_SPACE = "action_space"


def json_rows(name: str, data: bytes, findings: Sequence[Finding]) -> list[FormRow]:
    """Return a row per key of the valid file `name`: catalogue keys first, then its other keys.

    The list of sensors has two rows, camera and lidar; the action space has one that opens its
    editor.
    """
    known = keys_of(name)
    marks = marks_of(name, findings)
    rows = []
    for key in known.values():
        row = row_of(key, json_settings.value_of(data, key.name), _mark(key.name, marks))
        if key.name == SENSOR:
            rows += list(_sensors(row, data))
        elif key.name == ACTION_SPACE:
            rows.append(replace(row, kind="opens", value=_actions(data)))
        else:
            rows.append(row)
    holders = {key.partition(".")[0] for key in known}
    for key_name in json_settings.names(data):
        if key_name not in holders:
            written = json_settings.literal(data, key_name) or ""
            value = json_settings.shown(written)
            kind = "text" if written.startswith('"') and not value.startswith('"') else "json"
            rows.append(FormRow(key_name, OTHER, kind, value=value, mark=marks.get(key_name, "")))
    return rows


def row_name(name: str, key: str) -> str:
    """Return the name of the row of the file `name` for a finding about `key`."""
    known = keys_of(name)
    if name == MODEL_METADATA and key not in known:
        if key in ACTION_KEYS:
            return ACTION_SPACE
        return next((one for one in known if key in one.split(".")), key)
    return key


def _mark(name: str, marks: dict[str, str]) -> str:
    if name in marks:
        return marks[name]
    if name == ACTION_SPACE:
        return next((marks[key] for key in ACTION_KEYS if key in marks), "")
    return marks.get(name.rpartition(".")[2], "")


def _sensors(row: FormRow, data: bytes) -> Iterator[FormRow]:
    yield replace(row, kind="choice", choices=CAMERAS, default="observation", label="sensor (camera)")
    lidar = json_settings.value_of(data, LIDAR)
    # A finding about the list marks its first row.
    yield replace(
        row,
        name=LIDAR,
        label="sensor (lidar)",
        kind="choice",
        choices=(NO_LIDAR, *LIDARS),
        value=lidar,
        default=NO_LIDAR,
        mark="",
    )


def _actions(data: bytes) -> str | None:
    """Return the action space in a few words."""
    from dots_tui.custom_files.action_space import ActionSpaceProblem, Discrete, parse

    try:
        space = parse(data)
    except ActionSpaceProblem:
        return json_settings.value_of(data, ACTION_SPACE)
    if isinstance(space, Discrete):
        speeds = [action.speed for action in space.actions]  # an action space has at least one action
        return f"{len(speeds)} actions, {min(speeds):g} to {max(speeds):g} m/s"
    low, high = space.low, space.high
    return f"{low.steering:g} to {high.steering:g} degrees, {low.speed:g} to {high.speed:g} m/s"
