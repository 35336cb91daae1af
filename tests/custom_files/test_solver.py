"""The linked rule: every offer is exact, near, and changes nothing but the values it names."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, RUN_ENV, SYSTEM_ENV
from dots_tui.custom_files.solver import (
    DISTANCE,
    EPISODES,
    LINKED,
    WORKERS,
    apply,
    coverage,
    no_offer_because,
    offers,
)

Change = Callable[[Any], dict[str, bytes]]


def three(run: dict[str, bytes], episodes: int, workers: object, distance: object) -> dict[str, bytes]:
    files = dict(run)
    text = files[HYPERPARAMETERS].decode()
    files[HYPERPARAMETERS] = text.replace(f'"{EPISODES}": 30', f'"{EPISODES}": {episodes}').encode()
    files[SYSTEM_ENV] = EnvFile.parse(files[SYSTEM_ENV]).set(WORKERS, str(workers)).data
    files[RUN_ENV] = EnvFile.parse(files[RUN_ENV]).set(DISTANCE, str(distance)).data
    return files


@given(
    episodes=st.integers(1, 120),
    workers=st.integers(1, 60),
    distance=st.sampled_from(["0.05", "0.1", "0.2", "0.07", "1", "0", "0.3333", "nonsense", "2"]),
    changed=st.sampled_from(["", *LINKED]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_offer_is_exact_and_changes_only_its_values(
    run_files: dict[str, bytes], episodes: int, workers: int, distance: str, changed: str
) -> None:
    files = three(run_files, episodes, workers, distance)
    found = offers(files, changed)
    assert found or coverage(files).even  # what fits already may have no other values to choose from
    for offer in found:
        result = apply(files, offer)
        hyper = json.loads(result[HYPERPARAMETERS])
        drivers = int(EnvFile.parse(result[SYSTEM_ENV]).get(WORKERS) or "")
        step = Fraction(EnvFile.parse(result[RUN_ENV]).get(DISTANCE) or "")
        assert hyper[EPISODES] % drivers == 0
        assert Fraction(hyper[EPISODES], drivers) * step == 1
        assert step < 1
        assert len(str(float(step))) <= len("0.0125")
        assert coverage(result).even
        assert not [one for one in check_sources(result) if one.code == "round-robin"]
        assert {file for file in files if files[file] != result[file]} == {file for file, _ in offer.changes}
        for file, _ in offer.changes:
            before, after = files[file].splitlines(keepends=True), result[file].splitlines(keepends=True)
            assert sum(old != new for old, new in zip(before, after)) == 1
            assert len(before) == len(after)


@given(workers=st.integers(1, 10), episodes=st.integers(2, 100), changed=st.sampled_from([EPISODES, WORKERS]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_value_the_user_set_stays_when_it_can(
    run_files: dict[str, bytes], workers: int, episodes: int, changed: str
) -> None:
    assume(changed == WORKERS or any(episodes % k == 0 and episodes // k <= 10 for k in (4, 5, 8, 10)))
    found = offers(three(run_files, episodes, workers, "0.05"), changed)
    assert all(key != changed for offer in found for _, key in offer.changes)


def test_more_workers_ask_for_another_distance_first(run_files: dict[str, bytes]) -> None:
    first, *others = offers(three(run_files, 40, 5, "0.05"), WORKERS)
    assert first.changes == {(RUN_ENV, DISTANCE): "0.125"}
    assert first.text == f"set {DISTANCE} to 0.125: (40 episodes / 5 workers) x 0.125 = 1 lap"
    assert {(HYPERPARAMETERS, EPISODES): "100"} in [offer.changes for offer in others]


def test_a_distance_that_makes_no_whole_lap_is_moved_to_the_nearest_that_does(run_files: dict[str, bytes]) -> None:
    (first,) = offers(three(run_files, 40, 2, "0.07"), DISTANCE, most=1)
    assert first.result.distance == 0.0625


def test_values_that_fit_leave_other_values_to_choose_from(run_files: dict[str, bytes]) -> None:
    files = three(run_files, 40, 2, "0.05")
    assert coverage(files).even
    assert all(offer.changes for offer in offers(files, WORKERS))


def test_a_workers_own_distance_is_changed_with_the_others(run_files: dict[str, bytes]) -> None:
    files = three(run_files, 40, 2, "0.05")
    files[RUN_ENV] = EnvFile.parse(files[RUN_ENV]).set("DR_TRAIN_MULTI_CONFIG", "True").data
    files["worker-2.env"] = b"DR_WORLD_NAME=Oval_track\nDR_TRAIN_ROUND_ROBIN_ADVANCE_DIST=0.3"
    first = offers(files)[0]
    assert first.changes == {("worker-2.env", DISTANCE): "0.05"}
    assert "in worker-2.env" in first.text
    assert apply(files, first)["worker-2.env"].endswith(b"ADVANCE_DIST=0.05")


def test_a_number_written_as_a_string_stays_one_and_the_bytes_around_it_stay(run_files: dict[str, bytes]) -> None:
    files = three(run_files, 40, 2, "0.1")
    files[HYPERPARAMETERS] = b'\xef\xbb\xbf{ "lr" :1e-3,\r\n\t"num_episodes_between_training":\t"40" }'
    offer = next(one for one in offers(files, DISTANCE) if (HYPERPARAMETERS, EPISODES) in one.changes)
    assert apply(files, offer)[HYPERPARAMETERS] == files[HYPERPARAMETERS].replace(b'"40"', b'"20"')


def test_missing_episodes_are_added(run_files: dict[str, bytes]) -> None:
    files = {**three(run_files, 40, 2, "0.05"), HYPERPARAMETERS: b'{\n\t"lr": 0.1\n}\n'}
    offer = next(one for one in offers(files, DISTANCE) if (HYPERPARAMETERS, EPISODES) in one.changes)
    assert apply(files, offer)[HYPERPARAMETERS] == b'{\n\t"lr": 0.1,\n\t"num_episodes_between_training": 40\n}\n'


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({HYPERPARAMETERS: None}, "not there"),
        ({HYPERPARAMETERS: b"{"}, "not valid JSON"),
        ({MODEL_METADATA: {"training_algorithm": "sac"}}, "sac"),
        ({RUN_ENV: {"DR_TRAIN_CHANGE_START_POSITION": "False"}}, "no effect"),
        ({SYSTEM_ENV: None}, "system.env is not there"),
    ],
)
def test_where_the_rule_does_not_apply_the_reason_is_given(change_run: Change, change: Any, reason: str) -> None:
    files = change_run(change)
    assert reason in no_offer_because(files)
    assert offers(files) == []
