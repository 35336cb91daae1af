"""A complete run without a finding, and small changes to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Callable, Union

import pytest

from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.env_file import EnvFile

Change = Union[str, bytes, None, Mapping[str, Any]]
"""A text is appended, bytes replace the file, None removes it, a mapping sets keys (None removes a JSON key)."""


def changed(sources: Mapping[str, bytes], changes: Mapping[str, Change]) -> dict[str, bytes]:
    """``sources`` with ``changes`` made; only the changed files are made anew."""
    result = dict(sources)
    for name, change in changes.items():
        old = result.pop(name, b"")
        if isinstance(change, bytes):
            result[name] = change
        elif isinstance(change, str):
            result[name] = old + change.encode()
        elif change is not None:
            result[name] = _json(old, change) if name.endswith(".json") else _env(old, change)
    return result


def _env(old: bytes, values: Mapping[str, str]) -> bytes:
    env = EnvFile.parse(old)
    for key, value in values.items():
        env = env.set(key, value)
    return env.data


def _json(old: bytes, values: Mapping[str, Any]) -> bytes:
    content = {**json.loads(old), **values}
    return json.dumps({key: value for key, value in content.items() if value is not None}, indent=1).encode()


@pytest.fixture(scope="session")
def run_files() -> dict[str, bytes]:
    """The default files of a run, which have no finding."""
    return {name: data for name, data in default_files().items() if name != "README.md"}


@pytest.fixture
def change_run(run_files: dict[str, bytes]) -> Callable[[Mapping[str, Change]], dict[str, bytes]]:
    """The default files with changes made."""
    return lambda changes: changed(run_files, changes)
