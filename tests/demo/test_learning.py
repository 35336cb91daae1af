"""How the demo's driver learns, and what the trainer prints of it."""

from __future__ import annotations

import json
import math
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.checkpoints import NoCheckpoint, load_checkpoint
from dots_tui.demo.driver import GENES
from dots_tui.demo.learner import Learner, Policy, standardised, untrained
from dots_tui.demo.run_config import ConfigFault, RunConfig, read_config
from dots_tui.reward.cross_entropy import Draw, worth

if TYPE_CHECKING:
    from pathlib import Path

START = Policy((0.0,) * len(GENES), (0.7,) * len(GENES))


def draws_of(policy: Policy, count: int, score: Any) -> list[Draw]:
    """Draws scored by a function of their values."""
    random = Random(3)
    values = [policy.draw(random) for _ in range(count)]
    return [Draw(v, score(v)) for v in values]


# -- learning -------------------------------------------------------------------------------------


def test_an_update_goes_towards_the_best_draws() -> None:
    learner = Learner(START, 0.0003, 5, 0.01)
    learner.update(draws_of(START, 40, lambda v: v[0] - abs(v[1] - 0.5)))
    assert learner.policy.mean[0] > 0.2
    assert learner.policy.mean[1] > 0.05
    assert learner.policy.spread[1] < 0.7


def test_the_learning_rate_sets_the_step() -> None:
    moved = []
    for rate in (1e-8, 1e-5, 3e-4, 1e-3):
        learner = Learner(START, rate, 5, 0.01)
        learner.update(draws_of(START, 40, lambda v: v[0]))
        moved.append(learner.policy.mean[0])
    assert moved == sorted(moved)
    assert moved[0] < 0.01


def test_few_episodes_are_remembered_until_there_are_enough() -> None:
    learner = Learner(START, 0.0003, 5, 0.01)
    draws = draws_of(START, 8, lambda v: v[0])
    assert [bool(learner.update([draw])) for draw in draws] == [False] * 5 + [True] * 3


def test_nothing_is_learned_from_equal_scores() -> None:
    learner = Learner(START, 0.0003, 3, 0.01)
    epochs = learner.update(draws_of(START, 20, lambda _: 5.0))
    assert learner.policy is START
    assert [(epoch.loss, epoch.kl) for epoch in epochs] == [(0.0, 0.0)] * 3


def test_epochs_lead_from_the_old_policy_to_the_new_one() -> None:
    learner = Learner(START, 0.0003, 4, 0.01)
    epochs = learner.update(draws_of(START, 40, lambda v: v[0] + v[2]))
    assert len(epochs) == 4
    divergences = [epoch.kl for epoch in epochs]
    assert divergences == sorted(divergences)
    assert divergences[-1] == pytest.approx(START.divergence(learner.policy))
    assert epochs[-1].entropy == pytest.approx(learner.policy.entropy)
    assert epochs[-1].loss < 0.0  # better draws became likelier


def test_entropy_and_divergence() -> None:
    narrow = Policy(START.mean, (0.35,) * len(GENES))
    assert START.entropy - narrow.entropy == pytest.approx(2 * math.log(2))
    assert START.divergence(START) == 0.0
    assert START.divergence(narrow) > 0.0


def test_a_new_model_is_a_little_different_each_time() -> None:
    assert untrained(Random(1)) == untrained(Random(1))
    assert untrained(Random(1)) != untrained(Random(2))


def test_what_an_episode_is_worth() -> None:
    assert worth([], 0.9) == 0.0
    assert worth([1.0, 2.0], 0.0) == 1.5
    assert worth([1.0, 2.0], 0.5) == pytest.approx((1.0 + 0.5 * 2.0 + 2.0) / 2)
    # An early end costs what would have come; more of the same does not pay much more.
    short, lap, long = (worth([1.0] * steps, 0.95) for steps in (20, 200, 400))
    assert short < 0.8 * lap
    assert lap < long < 1.1 * lap


def test_standardised_scores() -> None:
    assert standardised([1.0, 3.0]) == [-1.0, 1.0]
    assert standardised([2.0, 2.0]) == [0.0, 0.0]


# -- checkpoints ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "content"), [("last", None), ("best", "{}"), ("9_Step-9.ckpt", "{}"), ("last", "{"), ("last", "[]")]
)
def test_a_checkpoint_that_is_none(tmp_path: Path, which: str, content: str | None) -> None:
    if content is not None:
        (tmp_path / "1_Step-5.ckpt.data-00000-of-00001").write_text(content)
    with pytest.raises(NoCheckpoint):
        load_checkpoint(tmp_path, which)


# -- configuration --------------------------------------------------------------------------------


def config(folder: Path, run: str = "", system: str = "", **files: Any) -> RunConfig:
    """The configuration of a folder with these contents."""
    contents: dict[str, Any] = {
        "model_metadata.json": {"action_space": [{"steering_angle": 0, "speed": 1}]},
        "hyperparameters.json": {},
    }
    contents.update({name + ".json": content for name, content in files.items()})
    (folder / "run.env").write_text(run)
    (folder / "system.env").write_text(system)
    for name, content in contents.items():
        if content is not None:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return read_config(CustomFiles.open(folder))


def test_missing_values_are_simapps_defaults(tmp_path: Path) -> None:
    found = config(tmp_path)
    assert (found.workers, found.episodes, found.epochs, found.min_eval_trials) == (1, 20, 10, 5)
    assert (found.world, found.change_start, found.advance, found.max_steps) == ("reinvent_base", True, 0.05, 10000)
    assert found.hyperparameters["discount_factor"] == 0.999
    assert found.metadata.sensors == ("observation",)
    assert not found.sac


def test_values_come_from_the_files(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        "DR_RUN_ID=3\nDR_WORLD_NAME=Albert\nDR_TRAIN_CHANGE_START_POSITION=False\nDR_LOCAL_S3_MODEL_PREFIX=x-$DR_WORLD_NAME\n",
        "DR_WORKERS=500\n",
        hyperparameters={"lr": "0.001", "num_epochs": 4, "unknown": 1},
    )
    assert (found.run_id, found.world, found.change_start, found.model_prefix) == (3, "Albert", False, "x-Albert")
    assert found.workers == 20
    assert found.hyperparameters["lr"] == 0.001
    assert "unknown" not in found.hyperparameters


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"hyperparameters": None}, 76),
        ({"hyperparameters": "[]"}, 70),
        ({"hyperparameters": {"num_epochs": "20.0"}}, 42),
        ({"hyperparameters": {"exploration_type": "additive_noise"}}, 96),
        ({"model_metadata": None}, 48),
        ({"model_metadata": "{"}, 36),
        ({"model_metadata": {"action_space": []}}, 36),
        ({"model_metadata": {"action_space": [{"speed": 1}]}}, 36),
        ({"model_metadata": {"action_space": {}, "action_space_type": "fuzzy"}}, 95),
        ({"model_metadata": {"action_space": [], "training_algorithm": "dqn"}}, 94),
        (
            {
                "model_metadata": {
                    "action_space_type": "continuous",
                    "action_space": {"steering_angle": {"low": 5, "high": 5}, "speed": {"low": 1, "high": 2}},
                }
            },
            98,
        ),
    ],
)
def test_what_simapp_refuses_has_its_code(tmp_path: Path, files: dict[str, Any], code: int) -> None:
    with pytest.raises(ConfigFault) as caught:
        config(tmp_path, **files)
    assert caught.value.code == code


def test_a_number_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="DR_WORKERS is 'many'"):
        config(tmp_path, system="DR_WORKERS=many\n")
