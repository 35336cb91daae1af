"""The keys of run.env about where things are stored.

Facts from DRFC (scripts/training/start.sh, prepare-config.py, docker/*.yml) and DeepRacer on the Spot's scripts
(interrupt_spot.sh, create-*-instance.sh, validation.sh).
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import EXACTLY_TRUE, RUN, choice, group, switch, text
from dots_tui.custom_files.catalogue.read_by import (
    PARAMETERS,
    PYTHON_SWITCH,
)

MODEL = group(
    RUN,
    "Model & storage",
    text(
        "DR_LOCAL_S3_MODEL_PREFIX",
        "training/$DR_WORLD_NAME/first-model",
        "Where in the bucket the model is saved. DeepRacer on the Spot wipes this place when a training starts: "
        "a prefix that is in use loses its model. No slash at the start or the end, no quotes, and not the "
        "beginning of another model's prefix (model-1 and model-10), because prefixes are compared by their start.",
        fallback="rl-deepracer-sagemaker",
        read_by="DRFC's start script, which wipes what begins with it; then trainer and simulations.",
    ),
    switch(
        "DR_LOCAL_S3_PRETRAINED",
        "False",
        "Starts from the model at DR_LOCAL_S3_PRETRAINED_PREFIX and not from nothing. That model must have the "
        "same number of actions, the same network and the same sensors.",
        truth=EXACTLY_TRUE,
        read_by="The trainer " + PYTHON_SWITCH + " DeepRacer on the Spot's validation: only exactly True.",
    ),
    text(
        "DR_LOCAL_S3_PRETRAINED_PREFIX",
        "model-pretrained",
        "Where in the bucket the model to start from is. It must exist, and must not be where the new model is saved.",
        read_by="The trainer, with DR_LOCAL_S3_PRETRAINED=True. DeepRacer on the Spot rewrites it when a spot training "
        "goes on.",
    ),
    choice(
        "DR_LOCAL_S3_PRETRAINED_CHECKPOINT",
        "last",
        ("last", "best"),
        "Which checkpoint of that model to start from.",
        read_by="The trainer, with DR_LOCAL_S3_PRETRAINED=True.",
    ),
    text(
        "DR_LOCAL_S3_CUSTOM_FILES_PREFIX",
        "custom_files/$DR_WORLD_NAME/first-model",
        "Where in the bucket the custom files of this run are put when it is launched, and read from by the instance.",
        read_by="The launch, as the place to upload to; the three keys below refer to it.",
    ),
    text(
        "DR_LOCAL_S3_TRAINING_PARAMS_FILE",
        "training_params.yaml",
        "The name of the file the simapp reads the training's settings from. With several workers of their own "
        "kind the text before the first dot gets the worker's number, so it may have one dot only.",
        read_by="DRFC, which writes the file beside the model; then the simulations.",
    ),
    text(
        "DR_LOCAL_S3_EVAL_PARAMS_FILE",
        "evaluation_params.yaml",
        "The name of the file the simapp reads an evaluation's settings from.",
        fallback="eval_params.yaml",
        read_by="DRFC, which writes the file beside the model; then the simulations.",
    ),
    text(
        "DR_LOCAL_S3_MODEL_METADATA_KEY",
        "$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/model_metadata.json",
        "The place of model_metadata.json in the bucket. A training does not start when it is not there.",
        read_by="DRFC's start script, trainer and simulations.",
    ),
    text(
        "DR_LOCAL_S3_HYPERPARAMETERS_KEY",
        "$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/hyperparameters.json",
        "The place of hyperparameters.json in the bucket. A training does not start when it is not there.",
        read_by="DRFC's start script and the trainer.",
    ),
    text(
        "DR_LOCAL_S3_REWARD_KEY",
        "$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/reward_function.py",
        "The place of reward_function.py in the bucket. A training does not start when it is not there.",
        read_by="DRFC's start script and the simulations.",
    ),
    text(
        "DR_LOCAL_S3_METRICS_PREFIX",
        "$DR_LOCAL_S3_MODEL_PREFIX/metrics",
        "Where in the bucket TrainingMetrics.json goes.",
        read_by=PARAMETERS,
    ),
    text(
        "DR_UPLOAD_S3_PREFIX",
        "upload/$DR_WORLD_NAME/first-model",
        "Where in the bucket the finished model is copied for the AWS console or the car.",
        read_by="The scripts that upload the finished model.",
    ),
)

KEYS = MODEL
