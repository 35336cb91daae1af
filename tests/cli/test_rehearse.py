"""`dots-tui rehearse`: what it prints, which track it takes, when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dots_tui.cli import main
from dots_tui.cli.rehearse import LOW_RANK, NOT_REHEARSED, rehearse_command
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.reward.results import RehearsalEnd, RehearsalNote
from dots_tui.tracks.builtin import builtin_tracks
from tests.tracks.routes import npy, rows_of

Captured = pytest.CaptureFixture[str]
NAMES = ["racing line", "center line", "leaving the track", "parked", "reverse", "crawler", "zig-zag"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_defaults(tmp_path / "custom-files")
    return tmp_path / "custom-files"


def write(folder: Path, source: str) -> None:
    (folder / "reward_function.py").write_text(source, encoding="utf-8")


def test_the_packaged_function_passes_on_the_track_of_the_folder(folder: Path, capsys: Captured) -> None:
    assert rehearse_command(folder, None, as_json=True) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["faults"] == []
    assert document["track"]["name"] == "reInvent2019_track"
    assert document["track"]["length_m"] == pytest.approx(23.12, abs=0.01)
    assert document["sweep"]["states"] >= 10_000
    assert [one["name"] for one in document["drivers"]][:7] == NAMES
    assert document["drivers"][0]["finished"] is True
    assert "this is a made-up shape of the same length and width" in captured.err


def test_the_text_has_sweep_drivers_and_verdict(folder: Path, capsys: Captured) -> None:
    write(folder, "def reward_function(params):\n    return 1.0\n")
    assert rehearse_command(folder, "oval", as_json=False) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "oval: 18.00 m, 1.07 m wide, ccw, 121 waypoints, made-up shape"
    assert any(line.startswith("10,") and "states tried in" in line for line in lines)
    assert any(line.startswith("racing line") for line in lines)
    assert any(line.startswith("parked") and line.endswith("ended by simapp") for line in lines)
    assert any("pays the same for everything" in line for line in lines)
    assert "return and lap time have a rank correlation of -1.00" in lines[-1]
    assert captured.err == ""
    assert max(map(len, lines[:-4])) <= 110


def test_a_fault_is_a_failure_with_line_and_params(folder: Path, capsys: Captured) -> None:
    write(folder, "def reward_function(params):\n    return 1 / (params['speed'] - 0.8)\n")
    assert rehearse_command(folder, "oval", as_json=True) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["kind"], fault["line"], fault["params"]["speed"]) == ("exception", 2, 0.8)
    assert rehearse_command(folder, "oval", as_json=False) == 1
    out = capsys.readouterr().out
    assert "reward_function.py:2: The function fails when it is called: ZeroDivisionError" in out
    assert "speed=0.8" in out
    assert " waypoints=" not in out


def test_what_only_the_check_finds_is_a_fault_too(folder: Path, capsys: Captured) -> None:
    with (folder / "system.env").open("a") as stream:
        stream.write("DR_SIMAPP_VERSION=5.3.3-gpu\n")
    write(
        folder,
        "def reward_function(params):\n    if params['steps'] < 0:\n"
        "        return params['sim_time']\n    return 1.0\n",
    )
    assert rehearse_command(folder, "oval", as_json=True) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["kind"], fault["line"]) == ("reward-needs-simapp-6", 3)


def test_a_syntax_error_is_told_once(folder: Path, capsys: Captured) -> None:
    write(folder, "def reward_function(params)\n    return 1.0\n")
    assert rehearse_command(folder, "oval", as_json=True) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(fault["kind"], fault["line"]) for fault in document["faults"]] == [("syntax-error", 1)]
    assert document["drivers"] == []


def test_a_missing_function_is_a_fault(folder: Path, capsys: Captured) -> None:
    (folder / "reward_function.py").unlink()
    assert rehearse_command(folder, "oval", as_json=True) == 1
    assert [fault["kind"] for fault in json.loads(capsys.readouterr().out)["faults"]] == ["missing-file"]


def test_a_route_file_is_a_track(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    route = tmp_path / "mine.npy"
    route.write_bytes(npy(rows_of(builtin_tracks()["clover"])))
    assert rehearse_command(folder, str(route), as_json=True) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["track"] == {
        "name": "mine",
        "length_m": 22.0,
        "width_m": 1.067,
        "direction": "ccw",
        "waypoints": 148,
        "made_up": False,
    }
    assert captured.err == ""


def test_routes_of_the_user_are_used(
    folder: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes" / "reInvent2019_track.npy").write_bytes(npy(rows_of(builtin_tracks()["serpent"])))
    monkeypatch.setenv("DOTS_TUI_TRACKS", str(tmp_path / "routes"))
    assert rehearse_command(folder, None, as_json=True) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["track"]["length_m"] == 25.0
    assert captured.err == ""


@pytest.mark.parametrize(
    ("track", "words"),
    [
        ("reinvent2019_track", "No track is called reinvent2019_track. Did you mean reInvent2019_track"),
        ("nowhere.npy", "nowhere.npy does not exist. Give a route file"),
    ],
)
def test_a_track_that_is_none_is_wrong_use(folder: Path, capsys: Captured, track: str, words: str) -> None:
    assert rehearse_command(folder, track, as_json=True) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


def test_a_file_that_is_no_route_is_wrong_use(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "bad.npy").write_bytes(b"not at all")
    assert rehearse_command(folder, str(tmp_path / "bad.npy"), as_json=False) == 2
    assert "is no .npy file" in capsys.readouterr().err


def test_a_folder_with_an_unknown_world_is_rehearsed_on_a_made_up_one(folder: Path, capsys: Captured) -> None:
    with (folder / "run.env").open("a") as stream:
        stream.write("DR_WORLD_NAME=my_own_track\n")
    assert rehearse_command(folder, None, as_json=True) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["track"]["name"] == "my_own_track"
    assert captured.err.startswith("No track is called my_own_track.")
    assert "This is a made-up one of common size." in captured.err


def test_no_folder_is_wrong_use(tmp_path: Path, capsys: Captured) -> None:
    assert rehearse_command(tmp_path / "nowhere", None, as_json=True) == 2
    assert "nowhere does not exist" in capsys.readouterr().err


def test_it_is_a_command_of_the_program(folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["rehearse", "--track", "kidney", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["track"]["name"] == "kidney"
    with pytest.raises(SystemExit):
        main(["rehearse", "--help"])
    assert "--track NAME|FILE.npy" in capsys.readouterr().out


PAYS_SPEED = "def reward_function(params):\n    return params['speed'] ** 3 / 100\n"
PAYS_STEPS = "def reward_function(params):\n    return 1.0 if params['all_wheels_on_track'] else 0.001\n"


@pytest.mark.parametrize(
    ("source", "least", "code"), [(PAYS_SPEED, -1.0, 0), (PAYS_STEPS, 0.6, LOW_RANK), (PAYS_STEPS, None, 0)]
)
def test_a_gate_asks_for_a_rank_correlation(
    folder: Path, capsys: Captured, source: str, least: float | None, code: int
) -> None:
    write(folder, source)
    assert rehearse_command(folder, "kidney", as_json=True, min_rank=least) == code
    captured = capsys.readouterr()
    rank = json.loads(captured.out)["rank"]
    assert rank["policies"] == 60
    assert ("must be at least +0.60" in captured.err) == (code == LOW_RANK)


def test_without_the_modules_the_function_is_not_rehearsed(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "import numpy\ndef reward_function(params):\n    return 1.0\n")
    note = RehearsalNote(
        "not-rehearsed", "Not rehearsed, because the function imports numpy. This installs it: pip install numpy"
    )
    events = [note, RehearsalEnd(complete=False, seconds=0.1)]
    monkeypatch.setattr("dots_tui.cli.rehearse.rehearse", lambda _: iter(events))
    assert rehearse_command(folder, "kidney", as_json=False) == NOT_REHEARSED
    out = capsys.readouterr().out
    assert out.count("This installs it") == 1
    assert "put that right" not in out.lower()


def test_a_function_with_waypoint_numbers_is_not_judged_on_a_made_up_shape(folder: Path, capsys: Captured) -> None:
    write(
        folder, "def reward_function(params):\n    return 2.0 if params['closest_waypoints'][0] in (5, 6, 7) else 1.0\n"
    )
    assert rehearse_command(folder, None, as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["faults"] == []
    assert "Fetch the shape first" in document["verdict"]
    assert rehearse_command(folder, None, as_json=True, min_rank=0.0) == NOT_REHEARSED
