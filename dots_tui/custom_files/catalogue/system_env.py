"""The keys of system.env: cloud, images, workers.

Facts from DRFC (bin/activate.sh, scripts/training/start.sh, docker/*.yml, defaults/template-system.env) and
DeepRacer on the Spot's custom-files/system.env and validation.sh.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import SHELL_TRUE, SYSTEM, choice, group, switch, text, whole
from dots_tui.custom_files.catalogue.read_by import (
    SCRIPTS,
    SHELL_SWITCH,
)

SIMAPP_TAGS = tuple(
    f"{version}-{kind}"
    for version in ("6.0.5", "6.0.4", "6.0.3", "6.0.2", "6.0.1", "6.0.0", "5.3.3b", "5.3.3", "5.3.2", "5.3.1")
    for kind in ("gpu", "cpu")
)
"""The released images of awsdeepracercommunity/deepracer-simapp, the newest first."""

CLOUD = group(
    SYSTEM,
    "Cloud & bucket",
    choice(
        "DR_CLOUD",
        "aws",
        ("aws", "azure", "local", "remote"),
        "Where the training runs. On DeepRacer on the Spot always aws.",
        any_case=True,
        read_by="DRFC's scripts, in any case.",
    ),
    text(
        "DR_AWS_APP_REGION",
        "$DEEPRACER_REGION",
        "The AWS region of the instance and the bucket. The instance sets DEEPRACER_REGION to its own; keep that.",
        fallback="us-east-1",
        read_by="DRFC's scripts, trainer and simulations.",
    ),
    text(
        "DR_UPLOAD_S3_PROFILE",
        "default",
        "The AWS profile used to upload the finished model.",
        read_by="The scripts that upload the finished model.",
    ),
    text(
        "DR_UPLOAD_S3_BUCKET",
        "$DEEPRACER_S3_URI",
        "The bucket the finished model is uploaded to. The instance sets DEEPRACER_S3_URI to the base stack's "
        "bucket; despite its name it is the bare name of the bucket.",
        read_by="The scripts that upload the finished model.",
    ),
    text("DR_LOCAL_S3_PROFILE", "default", "The AWS profile used for the bucket of the run."),
    text(
        "DR_LOCAL_S3_BUCKET",
        "$DEEPRACER_S3_URI",
        "The bucket with the custom files and the model. Keep the base stack's bucket, which the instance knows as "
        "DEEPRACER_S3_URI: this file replaces the one on the instance.",
        fallback="bucket",
        read_by="DRFC's scripts, trainer and simulations.",
    ),
    text(
        "DR_REMOTE_MINIO_URL",
        "",
        "The address of a MinIO server of your own, with DR_CLOUD=remote.",
        optional=True,
        read_by="DRFC's scripts, with DR_CLOUD=remote only.",
    ),
    read_by=SCRIPTS,
)

IMAGES = group(
    SYSTEM,
    "Images",
    text(
        "DR_SIMAPP_SOURCE",
        "awsdeepracercommunity/deepracer-simapp",
        "The Docker image of the simulator and the trainer, without its version.",
        since="DRFC 5.3",
    ),
    choice(
        "DR_SIMAPP_VERSION",
        "6.0.4-gpu",
        SIMAPP_TAGS,
        "The version of that image, and whether it computes on the GPU. It must suit the DRFC on the instance: "
        "DRFC 6 needs simapp 6.",
        open=True,
        since="DRFC 5.3",
        read_by="Docker, as the tag of the image; without it DRFC does not start, with one too old for it DRFC only "
        "warns.",
    ),
    text(
        "DR_MINIO_IMAGE",
        "latest",
        "The version of the MinIO image. Only with local storage.",
        fallback="RELEASE.2022-10-24T18-35-07Z",
        optional=True,
        since="DRFC 5.1",
        read_by="Docker, with DR_CLOUD local or azure only.",
    ),
    text(
        "DR_ANALYSIS_IMAGE",
        "cpu",
        "The version of the log analysis image.",
        read_by="Docker, when the log analysis is started.",
    ),
    read_by="Docker, as the name of the image.",
)

WORKERS = group(
    SYSTEM,
    "Workers & containers",
    whole(
        "DR_WORKERS",
        "2",
        1,
        "How many simulations drive at the same time. They share the episodes of an iteration, so more workers make "
        "iterations shorter, not better. A g4dn.2xlarge carries 2, a 4xlarge 5, an 8xlarge 10. The algorithm sac "
        "works with 1 only. Change DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST with it.",
        fallback="1",
        read_by="DRFC's start script, which starts that many simulations, and the simapp.",
    ),
    choice(
        "DR_DOCKER_STYLE",
        "compose",
        ("compose", "swarm"),
        "How the containers are run. DeepRacer on the Spot uses compose; empty means swarm.",
        empty=True,
        fallback="swarm",
        any_case=True,
        read_by="DRFC's scripts, in any case; DeepRacer on the Spot's validation wants exactly compose.",
    ),
    text(
        "DR_ROBOMAKER_CUDA_DEVICES",
        "0",
        "The GPUs the simulations may use; 0 is the first and on these instances the only one.",
        optional=True,
        since="DRFC 5.1",
        read_by="Docker, as CUDA_VISIBLE_DEVICES of the simulations; DeepRacer on the Spot's validation.",
    ),
    text(
        "DR_SAGEMAKER_CUDA_DEVICES",
        "0",
        "The GPUs the trainer may use.",
        optional=True,
        since="DRFC 5.1",
        read_by="Docker, as CUDA_VISIBLE_DEVICES of the trainer; DeepRacer on the Spot's validation.",
    ),
    text(
        "CUDA_VISIBLE_DEVICES",
        "",
        "Do not set it: it hides GPUs from every container at once. Use the two keys above.",
        optional=True,
        read_by="The driver's own library, in everything that inherits it.",
    ),
    switch(
        "DR_ROBOMAKER_MOUNT_LOGS",
        "False",
        "Keeps the simulations' logs in a folder of the instance.",
        truth=SHELL_TRUE,
        read_by="DRFC's start script: true in any case. It asks without quotes, so an empty value is an error of the "
        "shell.",
    ),
    text(
        "DR_ROBOMAKER_MOUNT_SIMAPP_DIR",
        "",
        "A folder on the instance used in place of the simapp's own code. Its path must be in lower case.",
        optional=True,
        since="DRFC 5.1",
        read_by="DRFC's scripts, which look for it in lower case.",
    ),
    text(
        "DR_ROBOMAKER_MOUNT_SCRIPTS_DIR",
        "",
        "A folder on the instance with start scripts used in place of the image's. Its path must be in lower case.",
        optional=True,
        since="DRFC 5.3.3",
        read_by="DRFC's scripts, which look for it in lower case.",
    ),
    text(
        "DR_EXPERIMENT_NAME",
        "",
        "Takes run.env from the folder experiments/NAME of DRFC. Not used by DeepRacer on the Spot.",
        optional=True,
        since="DRFC master (April 2026)",
        read_by="DRFC's scripts, before they read run.env.",
    ),
    switch(
        "DR_QUIET_ACTIVATE",
        "False",
        "Hides what DRFC prints when its environment is activated.",
        optional=True,
        since="DRFC 6.0.4",
        truth=SHELL_TRUE,
        read_by=SHELL_SWITCH,
    ),
)

KEYS = CLOUD + IMAGES + WORKERS
