"""The keys of hyperparameters.json.

Facts from the simapp (markov/sagemaker_graph_manager.py and rl_coach's agents), DRFC's and DeepRacer on the Spot's
files. The simapp itself checks only exploration_type; what is sensible is what the AWS console allowed.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import choice, group, number, whole
from dots_tui.custom_files.folder import HYPERPARAMETERS

_WHOLE = 'The trainer, with int(): a text such as "20" is fine, "20.0" ends the training.'
_NUMBER = "The trainer, with float(): a number, or a text that is one."

LEARNING = group(
    HYPERPARAMETERS,
    "Learning",
    whole(
        "batch_size",
        "64",
        1,
        "How many steps the network learns from at a time. A larger batch makes each correction steadier and the "
        "update slower. When an iteration has fewer steps than this, the trainer takes the largest power of two "
        "that fits, so a power of two is the natural choice.",
        unit="steps",
        maximum=1e6,
        sensible=(32, 512),
        suggested=("32", "64", "128", "256", "512"),
        read_by=_WHOLE,
    ),
    whole(
        "num_epochs",
        "5",
        1,
        "How often the trainer goes through the steps of an iteration. More passes learn more of each iteration, "
        "and too many let the model cling to what it saw last.",
        fallback="10",
        maximum=1e6,
        sensible=(3, 10),
        algorithm="clipped_ppo",
        read_by=_WHOLE,
    ),
    number(
        "lr",
        "0.0003",
        "The learning rate: how far one correction moves the network. Too high, and the reward jumps up and down or "
        "falls for good; too low, and the training takes for ever.",
        minimum=1e-12,
        maximum=1,
        sensible=(1e-8, 1e-3),
        read_by=_NUMBER,
    ),
    number(
        "discount_factor",
        "0.99",
        "How much later rewards count against the next one. At 0.99 about the next 100 steps matter, at 0.999 "
        "about 1000, at 0.9 about 10; a step is a fifteenth of a second.",
        fallback="0.999",
        minimum=0,
        maximum=1,
        sensible=(0.5, 1),
        read_by=_NUMBER,
    ),
    choice(
        "loss_type",
        "huber",
        ("huber", "mean squared error"),
        "How the critic's mistakes are weighed. huber takes large ones less to heart and learns more steadily; mean "
        "squared error learns faster from them.",
        fallback="mean squared error",
        any_case=True,
        read_by="The trainer, in any case: anything but huber silently means mean squared error.",
    ),
    number(
        "beta_entropy",
        "0.01",
        "How strongly the model is kept trying different actions. 0 lets it settle on what it knows at once; a "
        "large number keeps it wandering.",
        minimum=0,
        maximum=1,
        sensible=(0, 1),
        algorithm="clipped_ppo",
        read_by=_NUMBER,
    ),
    number(
        "sac_alpha",
        "0.2",
        "How much sac values trying different actions against the reward. 0 turns that off.",
        minimum=0,
        maximum=1,
        sensible=(0, 1),
        algorithm="sac",
        optional=True,
        read_by=_NUMBER,
    ),
)

ITERATIONS = group(
    HYPERPARAMETERS,
    "Iterations",
    whole(
        "num_episodes_between_training",
        "20",
        1,
        "How many episodes are driven before the model is updated, over all workers together. More give a steadier "
        "picture and longer iterations. Change it together with DR_WORKERS and DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST. "
        "With the algorithm sac it counts steps between updates of the target network; write 1 there, sac trains "
        "after every episode anyway.",
        unit="episodes",
        maximum=1e6,
        sensible=(1, 100),
        read_by=_WHOLE,
    ),
    whole(
        "term_cond_max_episodes",
        "100000",
        1,
        "Ends the training after this many iterations. The name says episodes, and the code counts updates of the "
        "model: with the 1000 of DRFC's template a training ends by itself after 1000 of them.",
        unit="iterations",
        maximum=1e12,
        optional=True,
        read_by=_WHOLE + " It is compared with the number of iterations.",
    ),
    number(
        "term_cond_avg_score",
        "100000",
        "Meant to end the training at this mean reward. Nothing uses it.",
        minimum=-1e12,
        maximum=1e12,
        optional=True,
        read_by="The trainer converts it with float() and does not use it.",
    ),
)

EXPLORATION = group(
    HYPERPARAMETERS,
    "Exploration",
    choice(
        "exploration_type",
        "categorical",
        ("categorical", "e-greedy"),
        "How actions are tried out in training. categorical draws each action with the probability the model gives "
        "it; e-greedy takes the best one, and now and then any. With a continuous action space it makes no "
        "difference.",
        any_case=True,
        algorithm="clipped_ppo",
        read_by="The trainer, in any case; with clipped_ppo anything else ends the training (fault 96). sac ignores "
        "it, so a file written for sac may have additive_noise here and fails when it is used with clipped_ppo.",
    ),
    number(
        "e_greedy_value",
        "0.05",
        "With e-greedy only: the share of actions that are left to chance at the end.",
        minimum=0,
        maximum=1,
        sensible=(0, 1),
        read_by=_NUMBER,
    ),
    whole(
        "epsilon_steps",
        "10000",
        1,
        "With e-greedy only: over how many steps chance goes down from all actions to e_greedy_value.",
        unit="steps",
        maximum=1e12,
        read_by=_WHOLE,
    ),
    whole(
        "stack_size",
        "1",
        1,
        "Meant as the number of pictures the model sees at once. The simapp always takes 1.",
        maximum=1e6,
        optional=True,
        read_by="The trainer converts it with int() and does not use it.",
    ),
)

KEYS = LEARNING + ITERATIONS + EXPLORATION
