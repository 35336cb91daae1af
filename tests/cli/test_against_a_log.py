"""`dots-tui rehearse --against`: the draft pays for steps that were driven, and is ranked against lap time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dots_tui.app.logged_steps import MOST_STEPS, Logged, logged_steps, steps_in
from dots_tui.app.recorded_files import NotRead
from dots_tui.cli.rehearse import rehearse_command
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.reward.logged import Attempt, LoggedStep, attempts_of, states_of
from dots_tui.reward.rehearsal import score
from dots_tui.reward.report import Report
from dots_tui.reward.states import SimulatedWorld
from dots_tui.reward.subject import Subject
from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.tracks.geometry import Track
from dots_tui.tracks.npy import read_route, track_of

Captured = pytest.CaptureFixture[str]
OVAL = builtin_tracks()["oval"]
HEAD = "def reward_function(params):\n"
CSV_HEADER = (
    "episode,steps,X,Y,yaw,steer,throttle,action,reward,done,all_wheels_on_track,progress,closest_waypoint,"
    "track_len,tstamp,episode_status,pause_duration"
)


def row(episode: int, step: int, along_m: float, *, speed: float = 2.0, status: str = "in_progress") -> str:
    """A trace row of a car on the middle of the oval."""
    x, y = OVAL.point_at(along_m)
    progress = 100.0 * along_m / OVAL.length_m
    at = OVAL.locate(x, y).index
    return (
        f"{episode},{step},{x:.4f},{y:.4f},0.0000,3.00,{speed:.2f},1,0.5000,False,True,{progress:.4f},{at},"
        f"{OVAL.length_m:.2f},{30 + step / 15.0},{status},0.00"
    )


def lap(episode: int, steps: int) -> list[str]:
    rows = [row(episode, 1, 0.0, status="prepare")]
    rows += [row(episode, n, OVAL.length_m * (n - 1) / steps, speed=100.0 / steps) for n in range(2, steps + 1)]
    final = row(episode, steps + 1, 0.0).split(",")
    final[11], final[15] = "100.0000", "lap_complete"
    return [*rows, ",".join(final)]


def log(path: Path, laps: list[int]) -> Path:
    lines = [f"SIM_TRACE_LOG:{one}" for number, steps in enumerate(laps) for one in lap(number, steps)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_defaults(tmp_path / "custom-files")
    return tmp_path / "custom-files"


def test_a_draft_that_pays_for_speed_ranks_laps_as_lap_time_does(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    (folder / "reward_function.py").write_text(HEAD + "    return float(params['speed']) ** 3\n", encoding="utf-8")
    recorded = log(tmp_path / "robomaker.log", [90, 60, 100, 80, 70])
    assert rehearse_command(folder, "oval", as_json=True, logs=[str(recorded)]) == 0
    found = json.loads(capsys.readouterr().out)["against"]
    assert (found["laps"], found["episodes"]) == (5, 5)
    assert found["lap_time"]["draft"] == {"spearman": 1.0, "kendall": 1.0}
    assert found["lap_time"]["logged"] == {"spearman": -1.0, "kendall": -1.0}
    assert [one["lap_time_s"] for one in found["attempts"]] == [6.0, 4.0, 6.667, 5.333, 4.667]
    assert [one["logged_reward"] for one in found["attempts"]] == [45.0, 30.0, 50.0, 40.0, 35.0]
    assert found["attempts"][0]["log"] == str(recorded)


def test_the_text_says_it_in_words(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    (folder / "reward_function.py").write_text(HEAD + "    return 1.0\n", encoding="utf-8")
    recorded = log(tmp_path / "robomaker.log", [90, 60, 100, 80])
    assert rehearse_command(folder, "oval", as_json=False, logs=[str(recorded)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Over 4 complete laps (only 4: not reliable) the draft ranks them the other way round")


def test_a_log_of_another_track_is_refused_with_the_tracks_it_may_be(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    recorded = log(tmp_path / "robomaker.log", [90])
    assert rehearse_command(folder, "reinvent_base", as_json=False, logs=[str(recorded)]) == 2
    said = capsys.readouterr().err
    assert "The log is of a track of 18.00 m, and reinvent_base has 17.71 m" in said


def test_a_log_that_is_beside_the_shape_known_here_is_refused(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    recorded = log(tmp_path / "robomaker.log", [90])
    text = re.sub(r"(SIM_TRACE_LOG:\d+,\d+,)[^,]+,", r"\g<1>99.0,", recorded.read_text(encoding="utf-8"))
    recorded.write_text(text, encoding="utf-8")
    assert rehearse_command(folder, "oval", as_json=False, logs=[str(recorded)]) == 2
    assert "not on oval as its shape is known here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nothing of a car\n", "has no steps of a car"),
        (CSV_HEADER + "\n", "has no steps of a car"),
        (CSV_HEADER + "\n1,2,x\n", "line 2: this is no row"),
        ("a,b\n1,2\n", "line 2: this is no row"),
    ],
)
def test_what_is_no_log_is_said_to_be_none(
    folder: Path, tmp_path: Path, capsys: Captured, content: str, said: str
) -> None:
    name = tmp_path / ("x.log" if content.startswith("nothing") else "0-iteration.csv")
    name.write_text(content, encoding="utf-8")
    assert rehearse_command(folder, "oval", as_json=False, logs=[str(name)]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_is_read_in_the_order_of_its_iterations(tmp_path: Path) -> None:
    for number in (10, 2):
        rows = [CSV_HEADER, *lap(number, 50)]
        (tmp_path / f"{number}-iteration.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = logged_steps([str(tmp_path)])
    assert [one.episode for one in found.attempts] == [2, 10]
    assert found.track_length_m == pytest.approx(18.0)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotRead, match="no logs"):
        logged_steps([str(tmp_path / "empty")])


def test_logs_of_two_tracks_are_not_mixed(tmp_path: Path) -> None:
    one = log(tmp_path / "a.log", [50])
    other = tmp_path / "b.log"
    other.write_text(one.read_text(encoding="utf-8").replace(",18.00,", ",52.87,"), encoding="utf-8")
    with pytest.raises(NotRead, match="give those of one track"):
        logged_steps([str(one), str(other)])


def test_lines_that_are_at_hand_are_read_as_a_file_is(tmp_path: Path) -> None:
    recorded = log(tmp_path / "a.log", [60, 50])
    lines = [line + b"\n" for line in recorded.read_bytes().splitlines()]
    found = steps_in([("trainer", [b"Training> nothing here\n"]), ("worker 1", lines)])
    assert [one.steps for one in found.attempts] == [one.steps for one in logged_steps([str(recorded)]).attempts]
    assert {one.source for one in found.attempts} == {"worker 1"}
    with pytest.raises(NotRead, match="No step of a car"):
        steps_in([("trainer", [b"Policy training> nothing\n"])])


def test_attempts_are_cut_where_another_episode_or_a_restart_begins() -> None:
    step = LoggedStep(1, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, True, 0.0, 0.0, "in_progress")
    rows = [(0, 1), (0, 2), (1, 3), (1, 4), (1, 1), (1, 2)]
    found = list(attempts_of("a", ((episode, step._replace(step=number)) for episode, number in rows)))
    assert [(one.episode, [s.step for s in one.steps]) for one in found] == [(0, [1, 2]), (1, [3, 4]), (1, [1, 2])]


def test_the_rows_simapp_does_not_pay_for_are_not_paid() -> None:
    step = LoggedStep(1, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, True, 55.0, 10.0, "prepare")
    attempt = Attempt(
        "a",
        0,
        (
            step,
            step._replace(step=2, status="in_progress", progress=3.0),
            step._replace(step=3, status="pause", progress=3.0),
            step._replace(step=4, status="crashed", progress=2.0, time=11.5),
        ),
    )
    assert (attempt.progress, attempt.logged_reward, attempt.lap_time_s) == (3.0, 4.0, None)
    states = list(states_of(SimulatedWorld(OVAL), attempt))
    assert [state.steps for state in states] == [2, 4]
    assert SimulatedWorld(OVAL).params(states[1])["is_crashed"] is True
    assert SimulatedWorld(OVAL).params(states[1])["sim_time"] == 11.5
    assert "sim_time" not in SimulatedWorld(OVAL, (5, 3, 3)).params(states[1])


def test_only_so_many_steps_are_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dots_tui.app.logged_steps.MOST_STEPS", 130)
    found = logged_steps([str(log(tmp_path / "a.log", [60, 60, 60]))])
    assert [one.episode for one in found.attempts] == [1, 2]
    assert "last ones are scored" in found.remarks[0]
    assert MOST_STEPS == 200_000


# -- recorded logs ------------------------------------------------------------------------------------


def scored(logged: Logged, track: Track, body: str) -> Report:
    report = Report(track)
    for event in score(Subject((HEAD + body).encode(), track, simapp=(5, 0, 1)), logged.attempts):
        report = report.after(event)
    return report


def test_recorded_laps_have_the_times_others_count(samples: Path) -> None:
    truth = json.loads((samples / "ground_truth.json").read_text(encoding="utf-8"))
    checked = 0
    for name, known in truth.items():
        if "deepracer_utils" not in known:
            continue
        logged = logged_steps([str(samples / name)])
        assert sum(len(one.steps) for one in logged.attempts) == known["line_counts"]["sim_trace_rows"], name
        times = [one.lap_time_s for one in logged.attempts if one.lap_time_s is not None]
        assert times == pytest.approx(known["line_counts"]["lap_times_first_to_100"]), name
        checked += len(times)
    assert checked > 30


def test_a_draft_is_told_what_the_log_has(samples: Path) -> None:
    """Its params against the log's own columns: one episode of all has one step more than is paid for."""
    route = samples / "tracks" / "FS_June2020.npy"
    track = track_of(read_route(route), route.stem, "file")
    logged = logged_steps([str(path) for path in sorted((samples / "logs" / "drfc-swarm-4workers").glob("*.log"))])
    assert logged.is_on(track)
    report = scored(logged, track, "    return params['speed']\n")
    assert report.faults == ()
    for attempt, found in zip(logged.attempts, report.rescored):
        assert found.draft == pytest.approx(sum(one.speed for one in attempt.steps if one.paid))
        assert found.logged == pytest.approx(sum(one.reward for one in attempt.steps), abs=1e-6)
    against = report.against
    assert against is not None
    assert against.laps.count == 15
    assert against.laps_logged is not None


def test_traces_of_a_bucket_are_read_worker_by_worker(samples: Path) -> None:
    route = samples / "tracks" / "reinvent_base.npy"
    track = track_of(read_route(route), route.stem, "file")
    logged = logged_steps([str(samples / "simtrace" / "drfc-3workers")])
    assert logged.fits(track.length_m)
    report = scored(logged, track, "    return params['progress']\n")
    assert report.faults == ()
    assert report.against is not None
    assert report.against.progress.spearman is not None
    assert report.against.progress.spearman > 0.9
    assert len({one.source for one in report.rescored}) > 10
