"""Functions that live through episodes: what they remember is no fault, what they forget to forget is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dots_tui.custom_files.action_space import Action, Discrete
from dots_tui.reward.approach import approach
from dots_tui.reward.child_process import Limits
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.results import RehearsalNote
from dots_tui.reward.states import SimulatedWorld, car_at
from dots_tui.reward.subject import Subject
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["kidney"]
ACTIONS = Discrete(tuple(Action(float(angle), speed) for angle in (-30, -15, 0, 15, 30) for speed in (0.8, 1.6)))
HEAD = "def reward_function(params):\n"
LIMITS = Limits(seconds=60.0, call_seconds=10.0, policies=0)


def rehearsed(source: str, policies: int | None = None, **changes: Any) -> Report:
    report = Report(TRACK)
    limits = LIMITS if policies is None else replace(LIMITS, policies=policies)
    for event in rehearse(Subject(source.encode(), TRACK, ACTIONS, **changes), limits):
        report = report.after(event)
    return report


def notes(report: Report) -> dict[str, RehearsalNote]:
    return {note.kind: note for note in report.notes}


REMEMBERS = {
    "an attribute set at the first call": (
        "class Trip:\n    begin = None\n"
        + HEAD
        + "    if params['steps'] <= 2:\n        Trip.begin = params['progress']\n"
        "    return params['progress'] - Trip.begin + params['speed']\n"
    ),
    "a key made at step 2": (
        "kept = {}\n"
        + HEAD
        + "    if params['steps'] == 2:\n        kept.clear()\n        kept['at'] = params['x'], params['y']\n"
        "    x, y = kept['at']\n    return abs(params['x'] - x) + abs(params['y'] - y)\n"
    ),
    "a step that is too long to be driven": (
        "last = [0.0, 0.0]\n" + HEAD + "    if params['steps'] > 2:\n"
        "        way = abs(params['x'] - last[0]) + abs(params['y'] - last[1])\n"
        "        if way > 0.6:\n            raise ValueError('no car is that quick')\n"
        "    last[:] = params['x'], params['y']\n    return params['speed']\n"
    ),
    "the difference of two headings": (
        "class Way:\n    heading = 0.0\n"
        + HEAD
        + "    if params['steps'] <= 2:\n        Way.heading = params['heading']\n"
        "    turn = abs(params['heading'] - Way.heading) % 360\n    Way.heading = params['heading']\n"
        "    return 1.0 - min(turn, 360 - turn) / 180\n"
    ),
    "a list of the last steps": (
        "import collections\nlast = collections.deque(maxlen=5)\n"
        + HEAD
        + "    if params['steps'] <= 2:\n        last.clear()\n"
        "    last.append(params['steering_angle'])\n    return 1.0 / (1.0 + max(last) - min(last))\n"
    ),
}


@pytest.mark.parametrize("name", REMEMBERS)
def test_a_function_that_remembers_is_judged_along_drives(name: str) -> None:
    report = rehearsed(REMEMBERS[name])
    assert report.faults == ()
    assert "remembers" in notes(report)
    assert "judged only along drives" in notes(report)["remembers"].message
    assert "kept-state" not in notes(report)
    assert report.sweep is not None
    assert report.sweep.along_drives
    assert report.sweep.states > 1000
    assert len({cell.index for cell in report.cells}) == len(report.cells)
    assert report.drivers[0].finished


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "    return params['speed']\n",
        # A table made once is the same in every episode.
        "made = []\n" + HEAD + "    if not made:\n        made.extend(x for x, _ in params['waypoints'])\n"
        "    return abs(made[params['closest_waypoints'][0]] - params['x'])\n",
        "import functools\n@functools.lru_cache(None)\ndef square(n):\n    return n * n\n"
        + HEAD
        + "    return square(params['steps']) / 1e5\n",
    ],
)
def test_a_function_without_a_past_is_swept(source: str) -> None:
    report = rehearsed(source)
    assert (report.faults, report.notes) == ((), ())
    assert report.sweep is not None
    assert not report.sweep.along_drives
    assert report.sweep.states > 10_000


def test_a_fault_of_the_sweep_counts_when_an_episode_comes_to_it() -> None:
    source = (
        HEAD + "    if params['is_left_of_center'] and params['distance_from_center'] > 0.3:\n"
        "        return [][0]\n    return 1.0\n"
    )
    (fault,) = rehearsed(source).faults
    assert fault.line == 3
    assert fault.params is not None
    assert fault.params["distance_from_center"] > 0.3


def test_a_fault_that_no_episode_comes_to_is_none() -> None:
    # Steps jump in the sweep only.
    source = (
        "last = [1]\n" + HEAD + "    if params['steps'] <= 2:\n        last[0] = 1\n"
        "    if params['steps'] > last[0] + 1:\n        raise RuntimeError('a step was left out')\n"
        "    last[0] = params['steps']\n    return 1.0\n"
    )
    report = rehearsed(source)
    assert report.faults == ()
    assert "remembers" in notes(report)


@pytest.mark.parametrize("turned", [0.0, 30.0, 180.0])
@pytest.mark.parametrize("along", [0.2, 7.0, 19.9])
def test_an_approach_moves_like_a_car_and_ends_in_the_state(along: float, turned: float) -> None:
    world = SimulatedWorld(TRACK)
    wanted = world.state(car_at(TRACK, along, 0.3, turned), 1.6, 0.0, 50, 30.0)
    steps = list(approach(world, wanted))
    assert [state.steps for state in steps] == list(range(2, len(steps) + 2))
    assert (steps[-1].x, steps[-1].y) == pytest.approx((wanted.x, wanted.y), abs=1e-6)
    assert steps[-1].heading == pytest.approx(wanted.heading, abs=1e-6)
    progress = [state.progress for state in steps]
    assert progress == sorted(progress)
    for one, other in zip(steps, steps[1:]):
        assert abs(other.x - one.x) + abs(other.y - one.y) < 0.4


KEEPS = {
    "best progress never forgotten": (
        "best = [0.0]\n" + HEAD + "    gain = max(0.0, params['progress'] - best[0])\n"
        "    best[0] = max(best[0], params['progress'])\n    return gain + 1e-3\n"
    ),
    "set back at step 1, which never comes": (
        "class Past:\n    progress = 0.0\n" + HEAD + "    if params['steps'] == 1:\n        Past.progress = 0.0\n"
        "    gain = params['progress'] - Past.progress\n    Past.progress = params['progress']\n    return gain\n"
    ),
    "set back only after a lap": (
        "mark = [0.0]\n" + HEAD + "    gain = params['progress'] - mark[0]\n"
        "    mark[0] = 0.0 if params['progress'] > 99.9 else params['progress']\n    return gain\n"
    ),
}


@pytest.mark.parametrize("name", KEEPS)
def test_what_is_kept_for_the_next_episode_is_said(name: str) -> None:
    report = rehearsed(KEEPS[name])
    assert report.faults == ()
    message = notes(report)["kept-state"].message
    assert "reaches into the next" in message
    assert "params['steps'] <= 2" in message
    assert report.verdict.startswith(message)


@pytest.mark.parametrize(
    "source",
    [
        "import random\n" + HEAD + "    return random.random()\n",
        "import time\n" + HEAD + "    return time.time() % 7\n",
        "n = [0]\n" + HEAD + "    n[0] += 1\n    return params['speed']\n",
    ],
)
def test_chance_a_clock_and_a_counter_are_nothing_that_is_kept(source: str) -> None:
    assert "kept-state" not in notes(rehearsed(source))


def test_a_fault_of_the_second_episode_is_found() -> None:
    source = (
        "way = []\n" + HEAD + "    way.append(params['progress'])\n"
        "    if len(way) > 1 and way[-1] < way[-2] - 30:\n        raise RuntimeError('progress fell')\n"
        "    return params['speed']\n"
    )
    (fault,) = rehearsed(source).faults
    assert fault.line == 5
    assert "second episode" in fault.message


def test_simulated_time_runs_with_the_steps() -> None:
    for reading in ("time.time()", "time.monotonic()", "time.perf_counter()", "datetime.datetime.now().timestamp()"):
        source = (
            "import datetime, time\nlast = [None]\n" + HEAD + f"    now = {reading}\n"
            "    gone = 1 / 15 if params['steps'] <= 2 else now - last[0]\n    last[0] = now\n    return gone\n"
        )
        report = rehearsed(source)
        assert report.faults == ()
        racing = report.drivers[0]
        assert racing.total_reward == pytest.approx(racing.seconds, rel=0.01)


def test_a_call_takes_some_time() -> None:
    source = (
        "import time\n"
        + HEAD
        + "    begun = time.perf_counter()\n    return 1.0 / (time.perf_counter() - begun) / 1e7\n"
    )
    assert rehearsed(source).faults == ()


FILES = {
    "appending": "    with open('/nowhere/steps.csv', 'a') as out:\n        out.write('%d\\n' % params['steps'])\n",
    "reading again": (
        "    with open('kept.txt', 'w') as out:\n        out.write('7')\n    assert open('kept.txt').read() == '7'\n"
    ),
    "pathlib": (
        "    import pathlib\n    pathlib.Path('x.txt').write_text('7')\n"
        "    assert pathlib.Path('x.txt').read_text() == '7'\n"
    ),
    "binary": (
        "    import pickle\n    with open('p', 'wb') as out:\n        pickle.dump(params, out)\n"
        "    assert pickle.load(open('p', 'rb'))['steps']\n"
    ),
    "a folder": (
        "    import os\n    os.makedirs('/nowhere/logs')\n"
        "    os.close(os.open('/nowhere/logs/x', os.O_WRONLY | os.O_CREAT))\n"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files_are_written_to_memory_with_a_note(name: str) -> None:
    report = rehearsed(HEAD + FILES[name] + "    return params['speed']\n")
    assert report.faults == ()
    assert "keeps them in memory" in notes(report)["writes-files"].message


def test_a_log_opened_when_the_file_is_loaded_is_swallowed_too() -> None:
    source = (
        "import logging\nlogging.basicConfig(filename='reward.log', level=logging.INFO)\n"
        "log = logging.getLogger('pay')\n"
        + HEAD
        + "    log.info('step %s', params['steps'])\n    return params['speed']\n"
    )
    report = rehearsed(source)
    assert report.faults == ()
    assert "reward.log" in notes(report)["writes-files"].message


def test_both_directions_are_driven_where_episodes_alternate() -> None:
    source = (
        HEAD
        + "    if params['is_reversed']:\n        return params['closest_waypoints'][2]\n    return params['speed']\n"
    )
    assert rehearsed(source).faults == ()
    (fault,) = rehearsed(source, alternating=True).faults
    assert fault.line == 3
    (fault,) = rehearsed(source, against=True).faults
    assert fault.line == 3


def test_a_function_of_one_direction_says_what_the_other_earns() -> None:
    source = HEAD + "    return 0.1 if params['is_reversed'] else params['speed']\n"
    assert "is_reversed" in notes(rehearsed(source, alternating=True))["other-direction"].message
    assert notes(rehearsed(HEAD + "    return params['speed']\n", alternating=True)) == {}


def test_the_wheels_lie_behind_the_point_that_is_measured() -> None:
    world = SimulatedWorld(TRACK)
    half = TRACK.width_at(5.0) / 2.0
    for turned, beside in ((60.0, half - 0.12), (-60.0, 0.12 - half)):
        # The nose is beyond what a car measured at its middle could reach, but no wheel is.
        state = world.state(car_at(TRACK, 5.0, beside, turned), 1.0, 0.0, 2, 0.0)
        assert state.on_track


def test_how_laps_rank_stands_beside_the_verdict() -> None:
    quick = rehearsed(HEAD + "    return params['progress'] / params['steps']\n", 60, discount=0.99)
    assert quick.ranked is not None
    assert quick.ranked.policies == 60
    assert quick.ranked.laps >= 20
    assert quick.ranked.spearman is not None
    assert quick.ranked.spearman > 0.8
    assert quick.rank_words.endswith("quicker laps earn more.")
    slow = rehearsed(HEAD + "    return 1.0\n", 60, discount=0.999)
    assert slow.ranked is not None
    assert slow.ranked.spearman == -1.0
