"""The files of further workers begin with what their reader understands, and nothing is found wrong with them."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.folder import is_run_file
from dots_tui.custom_files.worker_files import inherited, missing_workers, new_worker_file, why_none_missing


def sources(**values: str) -> dict[str, bytes]:
    """The default files with some keys of run.env changed."""
    files = {name: data for name, data in default_files().items() if is_run_file(name)}
    env = EnvFile.parse(files["run.env"])
    for key, value in values.items():
        env = env.set(key, value)
    return {**files, "run.env": env.data}


def facts(files: dict[str, bytes]) -> FileFacts:
    return FileFacts(files, {})


def test_the_workers_without_a_file_are_missing() -> None:
    files = {**sources(DR_TRAIN_MULTI_CONFIG="True", DR_WORKERS="4"), "worker-3.env": b"DR_CAR_COLOR=Red\n"}
    assert missing_workers(facts(files)) == [2, 4]
    assert why_none_missing(facts(files)) == ""


@pytest.mark.parametrize(
    ("multi", "workers", "why"),
    [("False", "3", "share run.env"), ("True", "1", "only one worker"), ("True", "9999", "more than any")],
)
def test_why_none_is_missing(multi: str, workers: str, why: str) -> None:
    files = sources(DR_TRAIN_MULTI_CONFIG=multi, DR_WORKERS=workers)
    assert missing_workers(facts(files)) == []
    assert why in why_none_missing(facts(files))


def test_with_all_files_there_none_is_missing() -> None:
    files = {**sources(DR_TRAIN_MULTI_CONFIG="True", DR_WORKERS="2"), "worker-2.env": b"DR_CAR_COLOR=Red\n"}
    assert why_none_missing(facts(files)) == "every worker has its file"


def test_a_new_file_has_nothing_wrong_with_it() -> None:
    files = sources(DR_TRAIN_MULTI_CONFIG="True", DR_WORKERS="3")
    for number in missing_workers(facts(files)):
        files = {**files, f"worker-{number}.env": new_worker_file(facts(files), number)}
    assert [finding for finding in check_sources(files) if finding.file.startswith("worker-")] == []


def test_it_is_plain_lines_with_literal_values() -> None:
    files = sources(
        DR_TRAIN_MULTI_CONFIG="True", DR_WORKERS="2", DR_LOCAL_TRACK="Oval_track", DR_WORLD_NAME="$DR_LOCAL_TRACK"
    )
    files["run.env"] = b"DR_LOCAL_TRACK=Oval_track\n" + files["run.env"]
    lines = new_worker_file(facts(files), 2).decode().splitlines()
    assert lines[0].startswith("# Worker 2.")
    assert "=" not in lines[0]
    assert all(line.count("=") == 1 for line in lines[1:])
    assert "DR_WORLD_NAME=Oval_track" in lines
    assert not any(line.startswith("DR_CAR_NAME=") for line in lines)  # the same for all workers


@pytest.mark.parametrize("value", ["a=b", "it's", "a #b", "$HOME/x"])
def test_a_value_the_reader_would_misread_is_left_out(value: str) -> None:
    files = sources(DR_TRAIN_MULTI_CONFIG="True", DR_WORKERS="2", DR_WORLD_NAME=value)
    assert b"DR_WORLD_NAME" not in new_worker_file(facts(files), 2)


def test_a_worker_takes_over_what_the_worker_before_it_has() -> None:
    files = {
        **sources(DR_CAR_COLOR="Blue", DR_WORLD_NAME="Oval_track"),
        "worker-2.env": b"DR_CAR_COLOR=Red\n#DR_WORLD_NAME=Bowtie_track\nDR_CAR_NAME=Other\n",
        "worker-3.env": b"DR_CAR_COLOR=White\n",
    }
    second, third, fourth = (inherited(facts(files), number) for number in (2, 3, 4))
    assert second["DR_CAR_COLOR"] == ("Blue", "run.env")
    assert third["DR_CAR_COLOR"] == ("Red", "worker-2.env")
    assert fourth["DR_CAR_COLOR"] == ("White", "worker-3.env")
    assert fourth["DR_WORLD_NAME"] == ("Oval_track", "run.env")
    assert "DR_CAR_NAME" not in fourth  # the same for all workers
