"""The rules about the JSON files say what the catalogue says, and read values as the simapp does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Callable

import pytest

from dots_tui.custom_files.catalogue import ACTION_KEYS, HYPERPARAMETER_KEYS, METADATA_KEYS
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.fixes import fix_all

Changer = Callable[[Mapping[str, Any]], "dict[str, bytes]"]
NUMBERS = [key for key in HYPERPARAMETER_KEYS.values() if key.kind == "number"]
CHOICES = [key for key in METADATA_KEYS.values() if key.kind == "choice"]
CONTINUOUS = {
    name: {"high": key.sensible[1], "low": key.sensible[0]} for name, key in ACTION_KEYS.items() if key.sensible
}
SAC = {"training_algorithm": "sac", "action_space_type": "continuous", "action_space": CONTINUOUS}


def about(change_run: Changer, key: str, metadata: Mapping[str, Any], **hyper: object) -> list[Finding]:
    """The findings about ``key`` with these changes to the two files."""
    sources = change_run({"hyperparameters.json": hyper, "model_metadata.json": metadata})
    return [finding for finding in check_sources(sources) if finding.key == key]


@pytest.mark.parametrize("key", NUMBERS, ids=lambda key: key.name)
def test_a_number_is_judged_by_its_declaration(change_run: Changer, key: Any) -> None:
    metadata = SAC if key.algorithm == "sac" else {}

    def severity(value: object) -> list[str]:
        return [one.severity for one in about(change_run, key.name, metadata, **{key.name: value})]

    convert = int if key.integer else float
    low, high = key.sensible or (key.minimum, key.maximum)
    assert severity(convert(low)) == severity(convert(high)) == []
    assert severity(convert(key.maximum) * 2) == severity(convert(key.minimum) - 1) == ["error"]
    assert severity("many") == severity([]) == severity(True) == ["error"]
    if high < key.maximum:
        assert severity(convert((high + key.maximum) / 2)) == ["warning"]
    if key.sensible and low / 4 > key.minimum:
        assert severity(convert(low / 4)) == ["warning"]


@pytest.mark.parametrize("key", [key for key in NUMBERS if key.algorithm], ids=lambda key: key.name)
def test_what_the_algorithm_does_not_read_is_not_judged(change_run: Changer, key: Any) -> None:
    other = {} if key.algorithm == "sac" else SAC
    assert about(change_run, key.name, other, **{key.name: "many"}) == []


def test_a_fix_names_the_values_worth_choosing(change_run: Changer) -> None:
    (finding,) = about(change_run, "batch_size", {}, batch_size=4096)
    assert finding.advice == "Use 32, 64, 128, 256 or 512."
    (finding,) = about(change_run, "lr", {}, lr=0.5)
    assert finding.advice == "Use lr from 1e-08 to 0.001."


def test_exploration_must_be_a_text_even_where_its_value_is_ignored(change_run: Changer) -> None:
    key = "exploration_type"
    assert about(change_run, key, SAC, exploration_type="additive_noise") == []
    assert [one.severity for one in about(change_run, key, SAC, exploration_type=1)] == ["error"]
    assert [one.severity for one in about(change_run, key, {}, exploration_type="additive_noise")] == ["error"]


def test_blanks_matter_where_the_simapp_keeps_them(change_run: Changer) -> None:
    assert about(change_run, "exploration_type", {}, exploration_type=" Categorical ") == []
    assert [one.severity for one in about(change_run, "loss_type", {}, loss_type=" huber")] == ["warning"]
    assert about(change_run, "training_algorithm", {"training_algorithm": " Clipped_PPO "}) == []
    assert [one.severity for one in about(change_run, "neural_network", {"neural_network": " x"})] == ["error"]


@pytest.mark.parametrize("key", CHOICES, ids=lambda key: key.name)
def test_every_declared_choice_is_accepted_and_no_other(change_run: Changer, key: Any) -> None:
    for value in key.choices:
        codes = {one.code for one in about(change_run, key.name, {key.name: value})}
        assert "unknown-choice" not in codes
    (finding,) = about(change_run, key.name, {key.name: "something"})
    assert all(value in finding.advice for value in key.choices)


def test_sectors_may_be_texts_and_the_distance_may_not(change_run: Changer) -> None:
    fine = {"lidar_config": {"num_sectors": "16", "num_values_per_sector": "4", "clipping_dist": 1}}
    assert not [one for one in check_sources(change_run({"model_metadata.json": fine})) if one.code == "lidar"]
    for member, value in (("num_sectors", "7"), ("num_values_per_sector", 1.5), ("clipping_dist", "2.0")):
        (finding,) = about(change_run, member, {"lidar_config": {member: value}})
        assert finding.severity == "error"
        assert '"num_sectors": 8, "num_values_per_sector": 8, "clipping_dist": 2.0' in finding.advice


def test_simapp_5_takes_whole_versions_only(change_run: Changer) -> None:
    for version, count in ((1, 0), ("5", 0), (2.5, 1), (6, 1), (0, 1)):
        sources = change_run(
            {"system.env": {"DR_SIMAPP_VERSION": "5.3.3-gpu"}, "model_metadata.json": {"version": version}}
        )
        assert len([one for one in check_sources(sources) if one.code == "metadata-version"]) == count


def test_a_misspelt_key_or_value_becomes_the_declared_one(change_run: Changer) -> None:
    sources = change_run(
        {
            "hyperparameters.json": {"num_epoch": 4, "loss_type": "hubber", "num_epochs": None},
            "model_metadata.json": {"training_algorithm": "cliped_ppo"},
        }
    )
    after, _ = fix_all(sources)
    hyper = json.loads(after["hyperparameters.json"])
    assert (hyper["num_epochs"], hyper["loss_type"]) == (4, "huber")
    assert json.loads(after["model_metadata.json"])["training_algorithm"] == "clipped_ppo"
