"""The keys of run.env about the race, the car, the training and the evaluation.

Facts from DRFC (scripts/training/prepare-config.py, scripts/evaluation/prepare-config.py, defaults/), DeepRacer
on the Spot's custom-files, and the simapp's markov package.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import RUN, choice, group, number, switch, text, track, whole
from dots_tui.custom_files.catalogue.shells import SHELLS

COLOURS = ("Black", "Grey", "Blue", "Red", "Orange", "White", "Purple")
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
    ),
    choice(
        "DR_RACE_TYPE",
        "TIME_TRIAL",
        RACE_TYPES,
        "What is on the track besides the car: nothing (TIME_TRIAL), boxes (OBJECT_AVOIDANCE) or slower bot cars "
        "(HEAD_TO_BOT). HEAD_TO_MODEL and F1 are for evaluations. The simapp does not check the name: with a "
        "misspelt one the track simply stays empty.",
        per_worker=True,
    ),
    switch(
        "DR_ENABLE_DOMAIN_RANDOMIZATION",
        "False",
        "Changes the colours and the light of the simulated world now and then, so that the model learns to "
        "ignore them. Makes learning slower; of use for a car that is to drive in the real world.",
        per_worker=True,
    ),
)

CAR = group(
    RUN,
    "Car",
    text("DR_CAR_NAME", "FastCar", "The car's name in the video. Only for show; no spaces."),
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
    ),
    text("DR_DISPLAY_NAME", "$DR_CAR_NAME", "The name of the model in the video. Only for show; no spaces."),
    text("DR_RACER_NAME", "$DR_CAR_NAME", "The name of the racer in the video. Only for show; no spaces."),
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
    ),
    switch(
        "DR_TRAIN_ALTERNATE_DRIVING_DIRECTION",
        "False",
        "Turns the driving direction round after every episode, so that the model learns both ways.",
        per_worker=True,
    ),
    switch(
        "DR_TRAIN_MULTI_CONFIG",
        "False",
        "Gives each worker its own track and race: the first drives what run.env says, the second what "
        "worker-2.env says, and so on. Needs more than one worker and one file for each from the second on.",
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
    ),
    number(
        "DR_TRAIN_RTF",
        "",
        "Overrides how fast simulated time runs against real time in training. 1.0 is real time. Left out, the "
        "simapp chooses.",
        minimum=0.01,
        optional=True,
    ),
    whole(
        "DR_RUN_ID",
        "0",
        0,
        "The number of the run on its instance; containers are named after it. DeepRacer on the Spot's web pages "
        "expect 0.",
    ),
)

EVALUATION = group(
    RUN,
    "Evaluation",
    whole("DR_EVAL_NUMBER_OF_TRIALS", "3", 1, "How many laps an evaluation drives. Without the key it is 5."),
    switch(
        "DR_EVAL_IS_CONTINUOUS",
        "True",
        "True drives all trials in one go, as laps of one run; False starts each trial anew at the start line.",
    ),
    whole(
        "DR_EVAL_MAX_RESETS",
        "100",
        0,
        "How often the car may be put back on the track in a trial before it ends. 0, which is also what a "
        "missing key means, ends the trial at the first off-track or crash, so that penalties never apply. 1 is "
        "not possible: it makes the evaluation fail.",
    ),
    number(
        "DR_EVAL_OFF_TRACK_PENALTY",
        "5.0",
        "Added to the lap time each time the car leaves the track in an evaluation.",
        unit="s",
        minimum=0,
    ),
    number(
        "DR_COLLISION_PENALTY",
        "5.0",
        "Added to the lap time each time the car hits something in an evaluation. This is the name the code reads.",
        unit="s",
        minimum=0,
        optional=True,
    ),
    number(
        "DR_EVAL_COLLISION_PENALTY",
        "5.0",
        "Has no effect, although the templates have it: the code reads DR_COLLISION_PENALTY.",
        unit="s",
        minimum=0,
        optional=True,
    ),
    number(
        "DR_EVAL_RESET_BEHIND_DIST",
        "1.0",
        "How far behind the place where it left the track the car is put back in an evaluation.",
        unit="m",
        minimum=0,
    ),
    switch("DR_EVAL_REVERSE_DIRECTION", "False", "Drives the track against its own direction in an evaluation."),
    choice(
        "DR_EVAL_CHECKPOINT",
        "last",
        ("last", "best"),
        "Which checkpoint of the model an evaluation drives.",
    ),
    switch("DR_EVAL_SAVE_MP4", "False", "Saves a video of the evaluation in the bucket."),
    switch("DR_EVAL_DEBUG_REWARD", "False", "Turns on the simapp's reward debugging in evaluations."),
    number(
        "DR_EVAL_RTF",
        "",
        "Overrides how fast simulated time runs against real time in evaluations. 1.0 is real time.",
        minimum=0.01,
        optional=True,
    ),
    text(
        "DR_EVAL_OPP_S3_MODEL_PREFIX",
        "",
        "HEAD_TO_MODEL only: where in the bucket the opponent's model is.",
        optional=True,
    ),
    text(
        "DR_EVAL_OPP_S3_METRICS_PREFIX",
        "",
        "HEAD_TO_MODEL only: where in the bucket the opponent's metrics go.",
        optional=True,
    ),
    choice(
        "DR_EVAL_OPP_CAR_BODY_SHELL_TYPE",
        "deepracer",
        SHELLS,
        "HEAD_TO_MODEL only: the body of the opponent's car.",
        open=True,
        optional=True,
    ),
    text("DR_EVAL_OPP_CAR_NAME", "FasterCar", "HEAD_TO_MODEL only: the opponent's car name.", optional=True),
    text(
        "DR_EVAL_OPP_DISPLAY_NAME",
        "$DR_EVAL_OPP_CAR_NAME",
        "HEAD_TO_MODEL only: the name of the opponent's model in the video.",
        optional=True,
    ),
    text(
        "DR_EVAL_OPP_RACER_NAME",
        "$DR_EVAL_OPP_CAR_NAME",
        "HEAD_TO_MODEL only: the name of the opponent in the video.",
        optional=True,
    ),
)

KEYS = RACE + CAR + TRAINING + EVALUATION
