"""The keys of run.env about where things are stored, obstacles and bots, cameras, and DeepRacer on the Spot.

Facts from DRFC (scripts/training/prepare-config.py, scripts/training/start.sh), DeepRacer on the Spot's scripts
(interrupt_spot.sh, create-*-instance.sh, validation.sh) and the simapp's markov package.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import RUN, choice, group, number, switch, text, whole

MODEL = group(
    RUN,
    "Model & storage",
    text(
        "DR_LOCAL_S3_MODEL_PREFIX",
        "training/$DR_WORLD_NAME/first-model",
        "Where in the bucket the model is saved. DeepRacer on the Spot wipes this place when a training starts: "
        "a prefix that is in use loses its model. No slash at the start or the end, no quotes, and not the "
        "beginning of another model's prefix (model-1 and model-10), because prefixes are compared by their start.",
    ),
    switch(
        "DR_LOCAL_S3_PRETRAINED",
        "False",
        "Starts from the model at DR_LOCAL_S3_PRETRAINED_PREFIX and not from nothing. That model must have the "
        "same number of actions, the same network and the same sensors.",
    ),
    text(
        "DR_LOCAL_S3_PRETRAINED_PREFIX",
        "model-pretrained",
        "Where in the bucket the model to start from is. It must exist, and must not be where the new model is saved.",
    ),
    choice(
        "DR_LOCAL_S3_PRETRAINED_CHECKPOINT",
        "last",
        ("last", "best"),
        "Which checkpoint of that model to start from.",
    ),
    text(
        "DR_LOCAL_S3_CUSTOM_FILES_PREFIX",
        "custom_files/$DR_WORLD_NAME/first-model",
        "Where in the bucket the custom files of this run are put when it is launched, and read from by the instance.",
    ),
    text(
        "DR_LOCAL_S3_TRAINING_PARAMS_FILE",
        "training_params.yaml",
        "The name of the file the simapp reads the training's settings from. With several workers of their own "
        "kind the text before the first dot gets the worker's number, so it may have one dot only.",
    ),
    text(
        "DR_LOCAL_S3_EVAL_PARAMS_FILE",
        "evaluation_params.yaml",
        "The name of the file the simapp reads an evaluation's settings from.",
    ),
    text(
        "DR_LOCAL_S3_MODEL_METADATA_KEY",
        "$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/model_metadata.json",
        "The place of model_metadata.json in the bucket. A training does not start when it is not there.",
    ),
    text(
        "DR_LOCAL_S3_HYPERPARAMETERS_KEY",
        "$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/hyperparameters.json",
        "The place of hyperparameters.json in the bucket. A training does not start when it is not there.",
    ),
    text(
        "DR_LOCAL_S3_REWARD_KEY",
        "$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/reward_function.py",
        "The place of reward_function.py in the bucket. A training does not start when it is not there.",
    ),
    text(
        "DR_LOCAL_S3_METRICS_PREFIX",
        "$DR_LOCAL_S3_MODEL_PREFIX/metrics",
        "Where in the bucket TrainingMetrics.json goes.",
    ),
    text(
        "DR_UPLOAD_S3_PREFIX",
        "upload/$DR_WORLD_NAME/first-model",
        "Where in the bucket the finished model is copied for the AWS console or the car.",
    ),
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
        "5.3.3 on. It shrinks with every reset, so do not rely on it.",
        unit="%",
        minimum=0,
        per_worker=True,
    ),
    switch(
        "DR_OA_RANDOMIZE_OBSTACLE_LOCATIONS",
        "False",
        "Puts the obstacles at new places in every episode. Without the key it is True.",
        per_worker=True,
    ),
    switch("DR_OA_IS_OBSTACLE_BOT_CAR", "False", "Uses parked cars as obstacles in place of boxes.", per_worker=True),
    choice(
        "DR_OA_OBSTACLE_TYPE",
        "box_obstacle",
        ("box_obstacle", "deepracer_box_obstacle", "amazon_box_obstacle"),
        "What the boxes look like.",
        per_worker=True,
    ),
    text(
        "DR_OA_OBJECT_POSITIONS",
        "",
        "Fixed places for the obstacles, which overrule their number and chance: part of the lap, comma, lane (1 is "
        'inside, -1 outside), several divided by a semicolon and all in double quotes: "0.23,-1;0.46,1". '
        "The documentation has the lanes the other way round; the code counts.",
        per_worker=True,
    ),
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
    ),
    switch("DR_H2B_IS_LANE_CHANGE", "False", "Lets the bot cars change lanes.", per_worker=True),
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
        "Added to the lap time each time the car hits a bot car in an evaluation. Without the key it is 2.0.",
        unit="s",
        minimum=0,
        per_worker=True,
    ),
)

CAMERAS = group(
    RUN,
    "Cameras",
    switch(
        "DR_CAMERA_MAIN_ENABLE",
        "True",
        "Streams the camera that follows the car. DRFC's own templates have the cameras in system.env.",
        per_worker=True,
    ),
    switch("DR_CAMERA_SUB_ENABLE", "False", "Streams the map of the track.", per_worker=True),
    switch(
        "DR_CAMERA_KVS_ENABLE",
        "True",
        "Streams the picture with the racer's name and lap time on it. The viewer in the browser shows this one.",
    ),
)

ON_THE_SPOT = group(
    RUN,
    "DeepRacer on the Spot",
    switch(
        "DR_CONTINUE_ON_SPOT_INTERRUPTION",
        "True",
        "Lets a spot training that AWS interrupts go on on another instance. Anything but False counts as True.",
    ),
    switch(
        "DR_IMPORT_MODEL_ON_COMPLETION",
        "False",
        "Imports the model into the AWS DeepRacer console when the training ends (us-east-1). Anything but False "
        "counts as True.",
    ),
    switch(
        "DR_IMPORT_MODEL_REGULAR_UPLOAD",
        "False",
        "Nothing reads it; it is only in an example of DeepRacer on the Spot.",
        optional=True,
    ),
    whole(
        "DR_REGULAR_UPLOAD",
        "0",
        0,
        "Uploads the model every so many minutes while it trains; 0 is never.",
        unit="min",
    ),
    whole(
        "DR_REGULAR_PHYSICAL_MODEL_UPLOAD",
        "0",
        0,
        "Uploads the model packed for the car every so many minutes while it trains; 0 is never.",
        unit="min",
    ),
    text(
        "BASE_STACK_NAME",
        "",
        "The base stack DeepRacer on the Spot's menu remembers. Nothing else reads it.",
        optional=True,
    ),
)

KEYS = MODEL + OBSTACLES + BOTS + CAMERAS + ON_THE_SPOT
