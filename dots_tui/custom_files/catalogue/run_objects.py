"""The keys of run.env about obstacles and bot cars.

Facts from DRFC (scripts/training/prepare-config.py) and the simapp's markov/agent_ctrl.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import RUN, choice, group, number, switch, text, whole
from dots_tui.custom_files.catalogue.read_by import (
    PARAMETERS,
    SIMAPP_SWITCH,
)

OBSTACLES = group(
    RUN,
    "Object avoidance",
    whole(
        "DR_OA_NUMBER_OF_OBSTACLES",
        "6",
        0,
        "How many obstacles are on the track. This group counts for OBJECT_AVOIDANCE only.",
        per_worker=True,
    ),
    number(
        "DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES",
        "2.0",
        "The least distance between two obstacles: metres up to simapp 5.3.2, percent of the track's length from "
        "5.3.3 on, where 2.0 is 0.35 m on a track of 17.7 m. The code converts it anew at every reset, so it shrinks "
        "towards 0 and even fixed obstacles move in the first episodes: do not rely on it.",
        unit="%",
        minimum=0,
        per_worker=True,
        read_by="The simapp, from the parameters file: metres to simapp 5.3.2, percent of the track's length from "
        "5.3.3 on. DRFC's documentation still says metres.",
    ),
    switch(
        "DR_OA_RANDOMIZE_OBSTACLE_LOCATIONS",
        "False",
        "Puts the obstacles at new places in every episode. Without the key it is True: they move.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
        fallback="True",
    ),
    switch(
        "DR_OA_IS_OBSTACLE_BOT_CAR",
        "False",
        "Uses parked cars as obstacles in place of boxes.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
    ),
    choice(
        "DR_OA_OBSTACLE_TYPE",
        "box_obstacle",
        ("box_obstacle", "deepracer_box_obstacle", "amazon_box_obstacle"),
        "What the boxes look like.",
        per_worker=True,
        since="DRFC 5.1",
    ),
    text(
        "DR_OA_OBJECT_POSITIONS",
        "",
        "Fixed places for the obstacles, which overrule their number and chance: part of the lap, comma, lane (1 is "
        'inside, -1 outside), several divided by a semicolon and all in double quotes: "0.23,-1;0.46,1". '
        "The documentation has the lanes the other way round; the code counts.",
        per_worker=True,
        read_by="DRFC, which splits it at semicolons and drops double quotes; then the simapp, for which 1 is the "
        "inner lane and -1 the outer.",
    ),
    read_by=PARAMETERS,
)

BOTS = group(
    RUN,
    "Head to bot",
    whole(
        "DR_H2B_NUMBER_OF_BOT_CARS",
        "3",
        0,
        "How many bot cars drive on the track; without the key none. This group counts for HEAD_TO_BOT only.",
        per_worker=True,
        fallback="0",
    ),
    number("DR_H2B_BOT_CAR_SPEED", "0.2", "How fast the bot cars drive.", unit="m/s", minimum=0, per_worker=True),
    number(
        "DR_H2B_MIN_DISTANCE_BETWEEN_BOT_CARS",
        "2.0",
        "The least distance between two bot cars at the start.",
        unit="m",
        minimum=0,
        per_worker=True,
    ),
    switch(
        "DR_H2B_RANDOMIZE_BOT_CAR_LOCATIONS",
        "False",
        "Puts the bot cars at new places in every episode.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
    ),
    switch(
        "DR_H2B_IS_LANE_CHANGE",
        "False",
        "Lets the bot cars change lanes.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
    ),
    number(
        "DR_H2B_LOWER_LANE_CHANGE_TIME",
        "3.0",
        "The shortest time between two lane changes of a bot car.",
        unit="s",
        minimum=0,
        per_worker=True,
    ),
    number(
        "DR_H2B_UPPER_LANE_CHANGE_TIME",
        "5.0",
        "The longest time between two lane changes of a bot car.",
        unit="s",
        minimum=0,
        per_worker=True,
    ),
    number(
        "DR_H2B_LANE_CHANGE_DISTANCE",
        "1.0",
        "How far a bot car drives while it changes the lane.",
        unit="m",
        minimum=0,
        per_worker=True,
    ),
    number(
        "DR_H2B_BOT_CAR_PENALTY",
        "5.0",
        "How long the bot cars stand still after a collision with the car when it is ahead of them. Without the key it "
        "is 2.0.",
        unit="s",
        minimum=0,
        per_worker=True,
        fallback="2.0",
    ),
    read_by=PARAMETERS,
)

KEYS = OBSTACLES + BOTS
