"""What is rehearsed comes from the custom files, saved or not."""

from __future__ import annotations

import json

import pytest

from dots_tui.custom_files.action_space import Continuous, Discrete
from dots_tui.custom_files.defaults import default_files
from dots_tui.reward.actions import actions_of
from dots_tui.reward.subject import USUAL, subject_of
from dots_tui.reward.traffic import plan_of
from dots_tui.tracks.builtin import builtin_tracks, track_for

TRACK = builtin_tracks()["oval"]


def test_version_direction_and_actions_are_those_of_the_files() -> None:
    files = dict(default_files())
    files["system.env"] = b"DR_SIMAPP_VERSION=5.3.3-gpu\n"
    files["run.env"] = b"DR_TRAIN_REVERSE_DIRECTION=True\n"
    subject = subject_of(files, TRACK)
    assert subject.simapp == (5, 3, 3)
    assert subject.against
    assert isinstance(subject.actions, Discrete)
    assert subject.source == files["reward_function.py"]
    assert subject.remarks == ()


@pytest.mark.parametrize("metadata", [None, b"{", b'{"action_space": []}'])
def test_without_actions_the_usual_ones_are_taken_and_that_is_said(metadata: bytes | None) -> None:
    files = {"reward_function.py": b"", **({} if metadata is None else {"model_metadata.json": metadata})}
    subject = subject_of(files, TRACK)
    assert subject.actions == USUAL
    (remark,) = subject.remarks
    assert "model_metadata.json" in remark
    assert "steer up to 30 degrees" in remark


def test_the_job_survives_json_whatever_the_bytes() -> None:
    subject = subject_of({**default_files(), "reward_function.py": b"\xff\x00caf\xc3\xa9"}, TRACK)
    job = json.loads(json.dumps(subject.job()))
    assert job["source"].encode("latin-1") == subject.source
    assert len(job["track"]["rows"]) == len(TRACK.centre)
    assert actions_of(job["actions"]).speeds == (0.8, 2.0)


def test_ranges_are_clipped_as_simapp_does() -> None:
    metadata = {
        "action_space_type": "continuous",
        "action_space": {"steering_angle": {"low": -40, "high": 40}, "speed": {"low": 0.01, "high": 9}},
    }
    subject = subject_of({"reward_function.py": b"", "model_metadata.json": json.dumps(metadata).encode()}, TRACK)
    assert isinstance(subject.actions, Continuous)
    actions = actions_of(json.loads(json.dumps(subject.job()))["actions"])
    assert actions.speeds == (0.1, 4.0)
    assert actions.nearest(99.0, 9.0)[:2] == (30.0, 4.0)


def test_a_shape_of_the_right_size_only_is_made_up() -> None:
    sources = {"reward_function.py": b""}
    assert subject_of(sources, track_for("Monaco")).made_up
    assert not subject_of(sources, builtin_tracks()["kidney"]).made_up
    # The cars of the embedded cloud drive on it.
    assert not subject_of(sources, track_for("Monaco"), made_up=False).made_up


def test_the_race_and_the_directions_are_those_of_the_settings() -> None:
    run = b"DR_RACE_TYPE=HEAD_TO_BOT\nDR_H2B_NUMBER_OF_BOT_CARS=2\nDR_TRAIN_ALTERNATE_DRIVING_DIRECTION=True\n"
    subject = subject_of({"reward_function.py": b"", "run.env": run}, track_for("Monaco"))
    assert subject.traffic is not None
    assert (subject.traffic.count, subject.traffic.cars) == (2, True)
    assert subject.alternating
    assert plan_of(json.loads(json.dumps(subject.job()))["traffic"]) == subject.traffic
