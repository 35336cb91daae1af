"""The default files: complete, without a finding, readable by every reader, and teaching to drive."""

from __future__ import annotations

import json
import math
import re
import runpy
from pathlib import Path
from typing import Any, Callable

import pytest

from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.check import check
from dots_tui.custom_files.defaults import create_defaults, default_files
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import REQUIRED, FolderProblem

ENV_FILES = ("run.env", "system.env")


def test_they_are_complete() -> None:
    assert set(default_files()) == {*REQUIRED, "README.md"}


def test_a_new_folder_has_no_finding(tmp_path: Path) -> None:
    files = create_defaults(tmp_path / "new" / "custom-files")
    assert files.names() == list(REQUIRED)
    assert check(files) == []
    assert files.value("DR_LOCAL_S3_REWARD_KEY") == "custom_files/first-model/reward_function.py"
    assert files.value("DR_LOCAL_S3_BUCKET") == "$DEEPRACER_S3_URI"


def test_files_that_are_there_stay(tmp_path: Path) -> None:
    (tmp_path / "run.env").write_bytes(b"mine")
    (tmp_path / "system.env").symlink_to("nowhere")
    create_defaults(tmp_path)
    assert (tmp_path / "run.env").read_bytes() == b"mine"
    assert (tmp_path / "system.env").readlink() == Path("nowhere")
    assert (tmp_path / "reward_function.py").read_bytes() == default_files()["reward_function.py"]


def test_a_place_that_cannot_be_a_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FolderProblem, match=r"cannot be created: .+\. Choose a place"):
            create_defaults(target)


@pytest.mark.parametrize("name", ENV_FILES)
def test_env_files_stay_in_what_all_readers_agree_on(name: str) -> None:
    data = default_files()[name]
    text = data.decode("ascii")
    assert text.endswith("\n")
    assert "\r" not in text
    for line in text.splitlines():
        if line.startswith("#"):
            assert line.startswith("# ")
            assert not re.search(r"[A-Z_]+=", line)
        elif line:
            assert re.fullmatch(r"[A-Z0-9_]+=(?:[A-Za-z0-9_./:,+@%-]|\$\{\w+\}|\$DEEPRACER_\w+)*", line)


@pytest.mark.parametrize("name", ENV_FILES)
def test_every_key_is_in_the_file_it_belongs_in(name: str) -> None:
    present = {entry.key for entry in EnvFile.parse(default_files()[name]).entries}
    belonging = {key.name for key in KEYS.values() if key.file == name}
    usual = {key.name for key in KEYS.values() if key.file == name and not key.optional}
    assert present <= belonging
    assert usual <= present


def test_three_workers_cover_the_track_evenly() -> None:
    files = default_files()
    episodes = json.loads(files["hyperparameters.json"])["num_episodes_between_training"]
    workers = EnvFile.parse(files["system.env"]).get("DR_WORKERS")
    distance = EnvFile.parse(files["run.env"]).get("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST")
    assert workers == "3"
    assert episodes / int(workers) * float(distance or 0) == pytest.approx(1)


@pytest.fixture(scope="module")
def reward(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., float]:
    """The default reward function with a car in the middle of a straight, and what is given changed."""
    path = tmp_path_factory.mktemp("reward") / "reward_function.py"
    path.write_bytes(default_files()["reward_function.py"])
    function = runpy.run_path(str(path))["reward_function"]

    def call(**changes: Any) -> float:
        params = {
            "all_wheels_on_track": True,
            "is_offtrack": False,
            "is_crashed": False,
            "track_width": 1.0,
            "distance_from_center": 0.0,
            "speed": 2.0,
            "heading": 0.0,
            "progress": 50.0,
            "waypoints": [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)],
            "closest_waypoints": [0, 1],
        }
        value = function({**params, **changes})
        assert isinstance(value, float)
        assert math.isfinite(value)
        assert value > 0
        return value

    return call


def test_the_reward_teaches_to_drive_fast_along_the_middle(reward: Callable[..., float]) -> None:
    assert reward() == pytest.approx(1.0)
    assert reward(speed=1.0) < 0.5 * reward()
    assert reward(distance_from_center=0.4) < reward(distance_from_center=0.1) < reward()
    assert reward(heading=40.0) < reward(heading=10.0) < reward()
    assert reward(heading=-10.0) == pytest.approx(reward(heading=10.0))
    assert reward(heading=180.0) < 0.01
    assert reward(is_offtrack=True) < 0.01
    assert reward(is_crashed=True) < 0.01
    assert reward(all_wheels_on_track=False) < 0.01
    assert reward(progress=100.0) > 50 * reward()


def test_crossing_the_border_between_angles_is_no_jump(reward: Callable[..., float]) -> None:
    west = [(2.0, 0.0), (1.0, 0.0)]
    assert reward(waypoints=west, heading=179.0) == pytest.approx(reward(waypoints=west, heading=-179.0))
    assert reward(waypoints=west, heading=179.0) > 0.99


@pytest.mark.parametrize(
    "odd",
    [
        {"track_width": 0.0},
        {"track_width": 0.0, "distance_from_center": 0.0},
        {"distance_from_center": 9.0},
        {"speed": 0.0},
        {"speed": 9.0},
        {"waypoints": [(0.0, 0.0), (0.0, 0.0)]},
    ],
)
def test_odd_situations_give_a_finite_reward(reward: Callable[..., float], odd: dict[str, Any]) -> None:
    assert 0 < reward(**odd) <= 1
