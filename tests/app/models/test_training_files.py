"""What the small files beside a model say."""

from __future__ import annotations

import pytest

from dots_tui.app.models.training_files import (
    comparable,
    environment,
    next_segment,
    parent_of,
    read_parameters,
)
from tests.bucket_models import run_env

KEY = "MODEL_METADATA_FILE_S3_KEY"


@pytest.mark.parametrize(
    "text",
    [
        f"---\n'RACE_TYPE': 'TIME_TRIAL'\n'WORLD_NAME': 'oval_track'\n'{KEY}': 'c/f/model_metadata.json'\n",
        'RACE_TYPE: TIME_TRIAL\nWORLD_NAME: "oval_track"\nMODEL_METADATA_FILE_S3_KEY: c/f/model_metadata.json\n',
        f"'LIST':\n- '0.1,1'\n'RACE_TYPE': 'TIME_TRIAL'\r\n'WORLD_NAME': 'oval_track'\n{KEY}: c/f/model_metadata.json",
    ],
)
def test_parameters(text: str) -> None:
    found = read_parameters(text.encode())
    assert (found.track, found.race_type, found.custom_files) == ("oval_track", "TIME_TRIAL", "c/f")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"WORLD_NAME\n", b"{}"])
def test_parameters_of_damaged_file_are_unknown(data: bytes) -> None:
    assert read_parameters(data).track == ""


def test_quote_in_a_value() -> None:
    assert read_parameters(b"'WORLD_NAME': 'it''s'\n").track == "it's"


def test_parent() -> None:
    files = {"system.env": b"DR_A=1\n", "run.env": run_env("t/run-2", "t/run-1", "best")}
    found = parent_of("t/run-2", environment(files))
    assert found is not None
    assert (found.prefix, found.checkpoint) == ("t/run-1", "best")


def test_no_parent_of_another_model_or_from_scratch() -> None:
    assert parent_of("t/run-20", environment({"run.env": run_env("t/run-2", "t/run-1")})) is None
    assert parent_of("t/run-2", environment({"run.env": run_env("t/run-2")})) is None
    assert parent_of("t/run-2", environment({"run.env": run_env("t/run-2", "t/run-2")})) is None


def test_next_segment_of_any_document() -> None:
    assert next_segment(b'{"next": "t/run-2/"}') == "t/run-2"
    for data in (b"", b"{", b"[]", b'{"next": 5}', b"[" * 9000):
        assert next_segment(data) == ""


def test_layout_of_json_is_no_difference() -> None:
    one, other = b'{"b": 1, "a": 2}', b'{\n  "a": 2,\n "b": 1}\n'
    assert comparable("h.json", one) == comparable("h.json", other)
    assert comparable("h.json", b"{") == b"{"
    assert comparable("reward_function.py", b"x = 1\n") == b"x = 1\n"
