"""The keys of run.env about evaluations.

Facts from DRFC (scripts/evaluation/prepare-config.py, docker/docker-compose-eval.yml) and the simapp's
markov/evaluation_worker.py.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import (
    PYTHON_TRUE,
    RUN,
    SHELL_TRUE,
    choice,
    group,
    number,
    switch,
    text,
    whole,
)
from dots_tui.custom_files.catalogue.read_by import (
    PARAMETERS,
    PYTHON_SWITCH,
    SIMAPP_SWITCH,
)
from dots_tui.custom_files.catalogue.shells import SHELLS

EVALUATION = group(
    RUN,
    "Evaluation",
    whole(
        "DR_EVAL_NUMBER_OF_TRIALS",
        "3",
        1,
        "How many laps an evaluation drives. Without the key it is 5.",
        fallback="5",
    ),
    switch(
        "DR_EVAL_IS_CONTINUOUS",
        "True",
        "True drives all trials in one go, as laps of one run; False starts each trial anew at the start line.",
        read_by=SIMAPP_SWITCH,
    ),
    whole(
        "DR_EVAL_MAX_RESETS",
        "100",
        0,
        "How often the car may be put back on the track in a trial before it ends. 0, which is also what a "
        "missing key means, ends the trial at the first off-track or crash, so that penalties never apply. 1 is "
        "not possible: it makes the evaluation fail.",
        fallback="0",
        since="DRFC 5.0",
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
        read_by="Nothing.",
    ),
    number(
        "DR_EVAL_RESET_BEHIND_DIST",
        "1.0",
        "How far behind the place where it left the track the car is put back in an evaluation.",
        unit="m",
        minimum=0,
    ),
    switch(
        "DR_EVAL_REVERSE_DIRECTION",
        "False",
        "Drives the track against its own direction in an evaluation.",
        read_by=SIMAPP_SWITCH,
        since="DRFC 5.1",
    ),
    choice(
        "DR_EVAL_CHECKPOINT",
        "last",
        ("last", "best"),
        "Which checkpoint of the model an evaluation drives.",
        since="DRFC 5.0",
    ),
    switch(
        "DR_EVAL_SAVE_MP4",
        "False",
        "Saves a video of the evaluation in the bucket.",
        truth=PYTHON_TRUE,
        read_by="DRFC " + PYTHON_SWITCH,
    ),
    switch(
        "DR_EVAL_DEBUG_REWARD",
        "False",
        "Turns on the simapp's reward debugging in evaluations.",
        truth=SHELL_TRUE,
        read_by="The simulation's start script: true in any case.",
    ),
    number(
        "DR_EVAL_RTF",
        "",
        "Overrides how fast simulated time runs against real time in evaluations. 1.0 is real time.",
        minimum=0.01,
        optional=True,
        read_by="The simulation's start script, which writes it into the world file.",
    ),
    text(
        "DR_EVAL_OPP_S3_MODEL_PREFIX",
        "",
        "HEAD_TO_MODEL only: where in the bucket the opponent's model is.",
        optional=True,
        read_by="DRFC, which writes it into the parameters file; the saving of videos reads DR_EVAL_OPP_MODEL_PREFIX.",
    ),
    text(
        "DR_EVAL_OPP_S3_METRICS_PREFIX",
        "",
        "HEAD_TO_MODEL only: where in the bucket the opponent's metrics go.",
        optional=True,
        fallback="$DR_EVAL_OPP_S3_MODEL_PREFIX/metrics",
    ),
    choice(
        "DR_EVAL_OPP_CAR_BODY_SHELL_TYPE",
        "deepracer",
        SHELLS,
        "HEAD_TO_MODEL only: the body of the opponent's car.",
        open=True,
        optional=True,
    ),
    text(
        "DR_EVAL_OPP_CAR_NAME",
        "FasterCar",
        "HEAD_TO_MODEL only: the opponent's car name.",
        optional=True,
        read_by="Nothing but the two keys below, when they refer to it.",
    ),
    text(
        "DR_EVAL_OPP_DISPLAY_NAME",
        "$DR_EVAL_OPP_CAR_NAME",
        "HEAD_TO_MODEL only: the name of the opponent's model in the video.",
        optional=True,
        fallback="racer1",
    ),
    text(
        "DR_EVAL_OPP_RACER_NAME",
        "$DR_EVAL_OPP_CAR_NAME",
        "HEAD_TO_MODEL only: the name of the opponent in the video.",
        optional=True,
        fallback="racer1",
    ),
    read_by=PARAMETERS,
)

KEYS = EVALUATION
