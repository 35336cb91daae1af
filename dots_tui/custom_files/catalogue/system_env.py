"""The keys of system.env: cloud, images, workers, display, logs.

Facts from DRFC (bin/activate.sh, scripts/training/start.sh, docker/*.yml, defaults/template-system.env) and
DeepRacer on the Spot's custom-files/system.env and validation.sh.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import SYSTEM, choice, group, switch, text, whole

CLOUD = group(
    SYSTEM,
    "Cloud & bucket",
    choice(
        "DR_CLOUD",
        "aws",
        ("aws", "azure", "local", "remote"),
        "Where the training runs. On DeepRacer on the Spot always aws.",
        any_case=True,
    ),
    text(
        "DR_AWS_APP_REGION",
        "$DEEPRACER_REGION",
        "The AWS region of the instance and the bucket. The instance sets DEEPRACER_REGION to its own; keep that.",
    ),
    text("DR_UPLOAD_S3_PROFILE", "default", "The AWS profile used to upload the finished model."),
    text(
        "DR_UPLOAD_S3_BUCKET",
        "$DEEPRACER_S3_URI",
        "The bucket the finished model is uploaded to. The instance sets DEEPRACER_S3_URI to the base stack's "
        "bucket; despite its name it is the bare name of the bucket.",
    ),
    text("DR_LOCAL_S3_PROFILE", "default", "The AWS profile used for the bucket of the run."),
    text(
        "DR_LOCAL_S3_BUCKET",
        "$DEEPRACER_S3_URI",
        "The bucket with the custom files and the model. Keep the base stack's bucket, which the instance knows as "
        "DEEPRACER_S3_URI: this file replaces the one on the instance.",
    ),
    text(
        "DR_REMOTE_MINIO_URL",
        "",
        "The address of a MinIO server of your own, with DR_CLOUD=remote.",
        optional=True,
    ),
)

IMAGES = group(
    SYSTEM,
    "Images",
    text(
        "DR_SIMAPP_SOURCE",
        "awsdeepracercommunity/deepracer-simapp",
        "The Docker image of the simulator and the trainer, without its version.",
    ),
    choice(
        "DR_SIMAPP_VERSION",
        "6.0.4-gpu",
        ("6.0.5-gpu", "6.0.5-cpu", "6.0.4-gpu", "6.0.4-cpu", "5.3.3-gpu", "5.3.3-cpu"),
        "The version of that image, and whether it computes on the GPU. It must suit the DRFC on the instance: "
        "DRFC 6 needs simapp 6.",
        open=True,
    ),
    text("DR_MINIO_IMAGE", "latest", "The version of the MinIO image. Only with local storage.", optional=True),
    text("DR_ANALYSIS_IMAGE", "cpu", "The version of the log analysis image."),
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
    ),
    choice(
        "DR_DOCKER_STYLE",
        "compose",
        ("compose", "swarm"),
        "How the containers are run. DeepRacer on the Spot uses compose; empty means swarm.",
        empty=True,
    ),
    text(
        "DR_ROBOMAKER_CUDA_DEVICES",
        "0",
        "The GPUs the simulations may use; 0 is the first and on these instances the only one.",
        optional=True,
    ),
    text("DR_SAGEMAKER_CUDA_DEVICES", "0", "The GPUs the trainer may use.", optional=True),
    text(
        "CUDA_VISIBLE_DEVICES",
        "",
        "Do not set it: it hides GPUs from every container at once. Use the two keys above.",
        optional=True,
    ),
    switch("DR_ROBOMAKER_MOUNT_LOGS", "False", "Keeps the simulations' logs in a folder of the instance."),
    text(
        "DR_ROBOMAKER_MOUNT_SIMAPP_DIR",
        "",
        "A folder on the instance used in place of the simapp's own code. Its path must be in lower case.",
        optional=True,
    ),
    text(
        "DR_ROBOMAKER_MOUNT_SCRIPTS_DIR",
        "",
        "A folder on the instance with start scripts used in place of the image's. Its path must be in lower case.",
        optional=True,
    ),
    text(
        "DR_EXPERIMENT_NAME",
        "",
        "Takes run.env from the folder experiments/NAME of DRFC. Not used by DeepRacer on the Spot.",
        optional=True,
    ),
    switch("DR_QUIET_ACTIVATE", "False", "Hides what DRFC prints when its environment is activated.", optional=True),
)

DISPLAY = group(
    SYSTEM,
    "Display",
    switch(
        "DR_HOST_X",
        "True",
        "Draws the simulation on the instance's GPU through its X server (OpenGL), which takes work off the CPU. "
        "Needs compose, DR_DISPLAY and both CUDA keys set to 0.",
    ),
    text("DR_DISPLAY", ":99", "The X display used with DR_HOST_X.", optional=True),
    switch("DR_GUI_ENABLE", "False", "Starts Gazebo's own window. Slow; for looking for faults on the spot."),
    whole("DR_WEBVIEWER_PORT", "8100", 1, "The port of the viewer in the browser.", maximum=65535),
    text(
        "DR_KINESIS_STREAM_NAME",
        "",
        "The Kinesis video stream to send the picture to. Empty unless that service is used.",
    ),
    switch(
        "DR_ENABLE_EXTRA_KVS_OVERLAY",
        "False",
        "Draws more numbers on the streamed picture.",
        per_worker=True,
    ),
    choice(
        "DR_GAZEBO_RENDER_ENGINE",
        "ogre2",
        ("ogre2", "ogre"),
        "What draws the simulation. simapp 6 only.",
        optional=True,
    ),
    text("DR_GAZEBO_ARGS", "", "More arguments for Gazebo. simapp 6 only.", optional=True),
)

LOGS = group(
    SYSTEM,
    "Logs & metrics",
    switch("DR_CLOUD_WATCH_ENABLE", "False", "Sends the containers' logs to CloudWatch, which costs extra."),
    text(
        "DR_CLOUD_WATCH_LOG_STREAM_PREFIX",
        "",
        "Put before the names of the log streams in CloudWatch.",
        optional=True,
    ),
    text(
        "DR_TELEGRAF_HOST",
        "telegraf",
        "Where the simulations send their live numbers. Harmless when nothing listens there; without "
        "DR_TELEGRAF_PORT the simulations fail to start.",
        optional=True,
    ),
    whole("DR_TELEGRAF_PORT", "8092", 1, "The port of DR_TELEGRAF_HOST.", maximum=65535, optional=True),
)

DROA = group(
    SYSTEM,
    "DeepRacer on AWS",
    text("DR_DROA_URL", "", "The address of a DeepRacer on AWS installation to import models into.", optional=True),
    text("DR_DROA_USERNAME", "", "The user to log in as there.", optional=True),
)

KEYS = CLOUD + IMAGES + WORKERS + DISPLAY + LOGS + DROA
