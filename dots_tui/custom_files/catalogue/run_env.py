"""The keys of run.env about the race, the car and the training.

Facts from DRFC (scripts/training/prepare-config.py, defaults/), DeepRacer on the Spot's custom-files, and the
simapp's markov package.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import EXACTLY_TRUE, RUN, choice, group, number, switch, text, track, whole
from dots_tui.custom_files.catalogue.read_by import (
    PARAMETERS,
    SIMAPP_SWITCH,
)
from dots_tui.custom_files.catalogue.shells import SHELLS

COLOURS = (
    *("Black", "Grey", "Blue", "Red", "Orange", "White", "Purple"),
    *(f"f1_car_{rgb}" for rgb in ("1e73fc", "7102bb", "cf15fc", "eb0000", "ff9900", "fffe01")),
    *(f"f1_car_{rgb}" for rgb in ("9efc03", "1bd900", "73fdf9", "000000", "bccacc", "ffffff")),
)
"""The names in the simapp's COLOR_MAP (markov/rollout_constants.py)."""

RACE_TYPES = ("TIME_TRIAL", "OBJECT_AVOIDANCE", "HEAD_TO_BOT", "HEAD_TO_MODEL", "F1")

RACE = group(
    RUN,
    "Track & race",
    track(
        "DR_WORLD_NAME",
        "reInvent2019_track",
        "The track the cars drive. The name is case-sensitive and must exist in the simapp version that is used; "
        "a training on a track it does not have ends at once.",
        per_worker=True,
        fallback="LGSWide",
        read_by="The simapp, from the parameters file: it loads the world and the route of that name. LGSWide, which "
        "DRFC takes without the key, no longer exists.",
    ),
    choice(
        "DR_RACE_TYPE",
        "TIME_TRIAL",
        RACE_TYPES,
        "What is on the track besides the car: nothing (TIME_TRIAL), boxes (OBJECT_AVOIDANCE) or slower bot cars "
        "(HEAD_TO_BOT). HEAD_TO_MODEL and F1 are for evaluations. The simapp does not check the name: with a "
        "misspelt one the track simply stays empty.",
        per_worker=True,
        read_by="DRFC writes the keys of the obstacles or of the bots for its own race type only; the simapp does not "
        "check the name.",
    ),
    switch(
        "DR_ENABLE_DOMAIN_RANDOMIZATION",
        "False",
        "Changes the colours and the light of the simulated world now and then, so that the model learns to "
        "ignore them. Makes learning slower; of use for a car that is to drive in the real world.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
    ),
    read_by=PARAMETERS,
)

CAR = group(
    RUN,
    "Car",
    text(
        "DR_CAR_NAME",
        "FastCar",
        "The car's name in the video. Only for show; no spaces.",
        fallback="MyCar",
    ),
    choice(
        "DR_CAR_BODY_SHELL_TYPE",
        "deepracer",
        SHELLS,
        "The body of the car in the simulation. Every one drives the same. simapp 5 has only deepracer, f1_2021 "
        "and the numbered f1_car bodies; the others came with simapp 6.",
        open=True,
        per_worker=True,
    ),
    choice(
        "DR_CAR_COLOR",
        "Black",
        COLOURS,
        "The colour of the deepracer body. The f1 bodies have their own paint and ignore it.",
        per_worker=True,
        fallback="Red",
    ),
    text(
        "DR_DISPLAY_NAME",
        "$DR_CAR_NAME",
        "The name of the model in the video. Only for show; no spaces.",
        fallback="racer1",
    ),
    text(
        "DR_RACER_NAME",
        "$DR_CAR_NAME",
        "The name of the racer in the video. Only for show; no spaces.",
        fallback="racer1",
    ),
    read_by=PARAMETERS,
)

TRAINING = group(
    RUN,
    "Training",
    switch(
        "DR_TRAIN_CHANGE_START_POSITION",
        "True",
        "Starts each episode a little further along the track (round robin), so that the model sees all of it. "
        "With False every episode starts at the same place and the far side of the track is learnt late or never.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
    ),
    number(
        "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST",
        "0.05",
        "How far the start moves on from one episode to the next, as a part of the lap: 0.05 is 5 %. Each worker "
        "drives (episodes per iteration / workers) episodes in an iteration; when that number times this distance "
        "is 1, or another whole number, every iteration covers the track evenly. Change it together with "
        "DR_WORKERS and num_episodes_between_training. Has no effect when the start position is not changed.",
        unit="lap",
        minimum=0,
        maximum=1,
        per_worker=True,
    ),
    number(
        "DR_TRAIN_START_POSITION_OFFSET",
        "0.0",
        "Moves the first start position along the track, as a part of the lap.",
        unit="lap",
        minimum=0,
        maximum=1,
        per_worker=True,
    ),
    switch(
        "DR_TRAIN_REVERSE_DIRECTION",
        "False",
        "Drives the track against its own direction in training.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
        since="DRFC 5.1",
    ),
    switch(
        "DR_TRAIN_ALTERNATE_DRIVING_DIRECTION",
        "False",
        "Turns the driving direction round after every episode, so that the model learns both ways.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
    ),
    switch(
        "DR_TRAIN_MULTI_CONFIG",
        "False",
        "Gives each worker its own track and race: the first drives what run.env says, the second what "
        "worker-2.env says, and so on. Needs more than one worker and one file for each from the second on.",
        truth=EXACTLY_TRUE,
        read_by="DRFC's scripts: only exactly True is true.",
    ),
    whole(
        "DR_TRAIN_MIN_EVAL_TRIALS",
        "5",
        1,
        "How many laps are tried after each iteration to judge the new checkpoint. More trials judge better and "
        "cost more time.",
    ),
    choice(
        "DR_TRAIN_BEST_MODEL_METRIC",
        "progress",
        ("progress", "reward", "laptime"),
        "What makes a checkpoint the best one: how far the evaluation laps got, their reward, or the lap time.",
        since="DRFC 5.1",
        any_case=True,
        read_by="The simapp, from the parameters file, in any case; another name ends the training. laptime needs "
        "simapp 5.3.",
    ),
    whole(
        "DR_TRAIN_MAX_STEPS_PER_ITERATION",
        "10000",
        1,
        "The most steps of an iteration that are kept for learning; episodes beyond are dropped. Without it the "
        "simapp takes 10000 for the shallow network and 3000 for the deep ones. It saves the trainer's memory "
        "when laps are long.",
        unit="steps",
        optional=True,
        since="DRFC 5.2.1",
        read_by="The trainer, from its environment: digits only, anything else counts as not set.",
    ),
    number(
        "DR_TRAIN_RTF",
        "",
        "Overrides how fast simulated time runs against real time in training. 1.0 is real time. Left out, the "
        "simapp chooses.",
        minimum=0.01,
        optional=True,
        read_by="The simulation's start script, which writes it into the world file.",
    ),
    whole(
        "DR_RUN_ID",
        "0",
        0,
        "The number of the run on its instance; containers are named after it. DeepRacer on the Spot's web pages "
        "expect 0.",
        read_by="DRFC names containers, stacks and ports (8080 + the number) after it.",
    ),
    read_by=PARAMETERS,
)

KEYS = RACE + CAR + TRAINING
