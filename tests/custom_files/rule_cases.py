"""One example that breaks each rule, and one close to it that does not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from dots_tui.custom_files.catalogue import KEYS

Changes = Mapping[str, Any]

WORKER = "DR_WORLD_NAME=reinvent_base\nDR_TRAIN_ROUND_ROBIN_ADVANCE_DIST=0.1\n"
MULTI: Changes = {"run.env": {"DR_TRAIN_MULTI_CONFIG": "True"}, "worker-2.env": WORKER, "worker-3.env": WORKER}


def run(line: str) -> Changes:
    """One more line at the end of run.env."""
    return {"run.env": line + "\n"}


def worker(text: str) -> Changes:
    """A run with a file for each worker, the second with ``text`` in it as well."""
    return {**MULTI, "worker-2.env": WORKER + text}


def sets(**values: str) -> Changes:
    """Values of keys, each in the file it belongs in."""
    changes: dict[str, dict[str, str]] = {}
    for key, value in values.items():
        changes.setdefault(KEYS[key].file, {})[key] = value
    return changes


def hyper(**values: Any) -> Changes:
    return {"hyperparameters.json": values}


def meta(**values: Any) -> Changes:
    return {"model_metadata.json": values}


def reward(text: str) -> Changes:
    return {"reward_function.py": text.encode()}


def returns(expression: str) -> Changes:
    """A reward function that returns it."""
    return reward(f"import math\ndef reward_function(p):\n    return {expression}\n")


def does(*lines: str) -> Changes:
    """A reward function of these lines."""
    return reward("import math\ndef reward_function(p):\n" + "".join(f"    {line}\n" for line in lines))


SIMAPP_5 = sets(DR_SIMAPP_VERSION="5.3.3-gpu")
CONTINUOUS = {"steering_angle": {"high": 30, "low": -30}, "speed": {"high": 2, "low": 1}}
SAC: dict[str, Any] = {"training_algorithm": "sac", "action_space_type": "continuous", "action_space": CONTINUOUS}
ACTION = {"steering_angle": 0, "speed": 1}

# code, what triggers it, what comes close and does not
CASES: list[tuple[str, Changes, Changes]] = [
    # files
    ("missing-file", {"reward_function.py": None}, {"worker-2.env": None}),
    ("not-text", {"run.env": b"DR_X=\0"}, {"run.env": "# caf\u00e9\n"}),
    ("not-text", {"reward_function.py": b"#" * (1 << 20) + b"\n"}, {"reward_function.py": "#" * 1000 + "\n"}),
    ("not-text", {"run.env": b"#\n" * 2001}, {"run.env": b"#\n" * 2000}),
    ("not-text", {"run.env": "#" * 2001 + "\n"}, {"run.env": "#" * 2000 + "\r\n", "reward_function.py": "#" * 2001}),
    (
        "byte-order-mark",
        {"worker-2.env": b"\xef\xbb\xbf"},
        {"reward_function.py": b"\xef\xbb\xbfreward_function = max"},
    ),
    ("windows-line-ends", {"run.env": "DR_REGULAR_UPLOAD=0\r\n"}, {"hyperparameters.json": "\r\n"}),
    ("not-utf8", {"run.env": b"# caf\xe9\n"}, {"run.env": "# caf\u00e9\n"}),
    ("no-final-newline", {"run.env": "# end"}, {"reward_function.py": "# end"}),
    ("utf-16", {"run.env": "DR_X=1\n".encode("utf-16")}, {"run.env": b"DR_X=1\n"}),
    # placeholders and glued lines
    ("placeholder", sets(DR_LOCAL_S3_MODEL_PREFIX="training/CHANGE_ME"), sets(DR_CAR_NAME="Change")),
    ("placeholder", run("MY_OWN=<PLACEHOLDER>"), run("MY_OWN='<PLACEHOLDER>'")),
    (
        "placeholder",
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_PRETRAINED_PREFIX="to-be-defined"),
        sets(DR_LOCAL_S3_PRETRAINED="False", DR_LOCAL_S3_PRETRAINED_PREFIX="to-be-defined"),
    ),
    ("placeholder", sets(DR_LOCAL_S3_MODEL_PREFIX="cars/your_name_here"), sets(DR_CAR_NAME="Your_Worst_Nightmare")),
    ("placeholder", run("MY_NAME=xxx\nMY_A=a/$MY_NAME"), run("MY_NAME=xx\nMY_A=a/$MY_NAME")),
    ("glued-keys", run("DR_REGULAR_UPLOAD=0DR_EVAL_RTF=2"), run("DR_REGULAR_UPLOAD=0\nDR_EVAL_RTF=2")),
    ("glued-keys", run("MY_OWN=1 DR_EVAL_RTF=2"), run('MY_OWN="1;DR_EVAL_RTF=2"')),
    ("glued-keys", worker("DR_CAR_COLOR=RedDR_OA_OBSTACLE_TYPE=box_obstacle\n"), worker("DR_CAR_COLOR=Red\n")),
    # characters
    ("odd-character", run("MY_OWN=a\u00a0b"), run("MY_OWN=caf\u00e9")),
    ("odd-character", sets(DR_CAR_NAME="Fast\u200bCar"), sets(DR_DISPLAY_NAME="a\U0001f3ce\ufe0f")),
    ("odd-character", run("MY_OWN\uff1d1"), run("# MY_OWN\uff1d1")),
    ("odd-character", worker("DR_CAR_COLOR=\u201cRed\u201d\n"), worker("# \u201cRed\u201d\n")),
    ("odd-character", hyper(exploration_type="categorical\u200b"), hyper(exploration_type="categorical")),
    # lines
    ("not-an-assignment", run("DR_CAR_NAME"), run("# DR_CAR_NAME")),
    ("not-an-assignment", run("DR-X=1"), run("MY_OWN=1")),
    ("inline-comment", run("MY_OWN=1 # note"), run("MY_OWN=1#note")),
    ("indented-comment", run("  # note"), run("# note")),
    ("spaces-around-equals", run("MY_OWN = 1"), run("MY_OWN=1")),
    ("spaces-around-equals", run("MY_OWN= 1"), run("MY_OWN= ")),
    ("unquoted-space", run("MY_OWN=my car"), run("MY_OWN=my_car ")),
    ("quoted-space", run('MY_OWN="my car"'), run('MY_OWN="my_car"')),
    ("open-quote", run("MY_OWN=it's"), run('MY_OWN="it\'s"')),
    ("shell-character", run("MY_OWN=0.1,1;0.2,1"), run('MY_OWN="0.1,1;0.2,1"')),
    ("shell-character", run("MY_OWN=a>b"), run("MY_OWN='a>b'")),
    ("command-substitution", run("MY_OWN=$(date -u)"), run("MY_OWN='$(date)'")),
    ("command-substitution", run('MY_OWN="`date`"'), run("MY_OWN=date")),
    ("command-substitution", run("MY_OWN=\"it's `date` o'clock\""), run("MY_OWN='`date`'")),
    ("shell-expansion", run("MY_OWN=$1"), run("MY_OWN='$1'")),
    ("shell-expansion", run("MY_OWN=$((1+1))"), run("MY_OWN=1+1")),
    ("shell-expansion", run("MY_OWN=${DR_CAR_NAME:+a}"), run("MY_OWN=${DR_CAR_NAME:-a}")),
    ("shell-expansion", run("MY_OWN=$'a'"), run("MY_OWN=a$")),
    ("shell-expansion", run("MY_OWN=${"), run("MY_OWN='${'")),
    ("value-grows", run("A=x" + "\nA=$A$A" * 20), run("A=x" + "\nA=$A$A" * 5)),
    (
        "half-character",
        {"hyperparameters.json": b'{"a\\udfff": 1}'},
        {"hyperparameters.json": b'{"\\ud83d\\ude00": 1}'},
    ),
    ("reward-not-checked", reward("x = 1\n" * 60_000), reward("x = 1\n" * 100)),
    ("shell-expansion", run("MY_OWN={a,b}"), run("MY_OWN={a}")),
    ("shell-expansion", run("MY_OWN=a{1..3}"), run('MY_OWN="a{1..3}"')),
    ("second-equals", run("MY_OWN=a=b"), run("MY_OWN=a-b")),
    ("export-prefix", run("export MY_OWN=1"), run("export_MY_OWN=1")),
    ("indented-key", run(" MY_OWN=1"), run("MY_OWN=1")),
    ("backslash", run("MY_OWN=a\\b"), run("MY_OWN='a\\b'")),
    ("needless-quotes", run('MY_OWN="abc"'), run('MY_OWN="a;c"')),
    ("needless-quotes", run('MY_OWN="$DR_CAR_NAME"'), run("MY_OWN='$DR_CAR_NAME'")),
    ("quoted-reference", run("MY_OWN='$DR_CAR_NAME'"), run("MY_OWN='$'")),
    ("tilde", run("MY_OWN=~/data"), run("MY_OWN=a~b")),
    ("tilde", run("MY_OWN=a:~"), run('MY_OWN="a;:~"')),
    ("trailing-blank", run("MY_OWN=abc  "), run("MY_OWN=abc")),
    ("duplicate-key", run("MY_OWN=1\nMY_OWN=2"), run("MY_OWN=1\n#MY_OWN=2")),
    ("commented-duplicate", run("#DR_LOCAL_S3_MODEL_PREFIX=old"), run("#DR_CAR_NAME=old")),
    ("commented-duplicate", run("# not DR_WORLD_NAME=Monaco"), run("# not DR_WORLD_NAME = Monaco")),
    ("commented-duplicate", {"system.env": "#DR_WORKERS=5\n"}, run("#DR_WORKERS=5")),
    ("name-ends-alike", run("OLD_DR_LOCAL_S3_MODEL_PREFIX=a"), run("OLD_DR_LOCAL_S3_PRETRAINED_PREFIX=a")),
    ("set-in-both-files", {"system.env": "DR_CAR_NAME=Other\n"}, {"system.env": "DR_CAR_NAME=FastCar\n"}),
    ("forward-reference", run("MY_A=$MY_B\nMY_B=1"), run("MY_B=1\nMY_A=$MY_B")),
    ("undefined-reference", run("MY_A=$DR_CAR_NAME_v2"), run("MY_A=${DR_CAR_NAME}_v2")),
    ("undefined-reference", run("MY_A=$NOPE"), run("MY_A=${NOPE:-x}$DEEPRACER_REGION")),
    # keys
    ("unknown-track", sets(DR_WORLD_NAME="reinvent2019_track"), sets(DR_WORLD_NAME="Monaco")),
    ("unknown-choice", sets(DR_RACE_TYPE="TIME_TRAIL"), sets(DR_CLOUD="AWS")),
    ("not-a-switch", sets(DR_EVAL_SAVE_MP4="true"), sets(DR_EVAL_SAVE_MP4="True")),
    ("not-a-switch", sets(DR_ENABLE_DOMAIN_RANDOMIZATION="No"), sets(DR_ENABLE_DOMAIN_RANDOMIZATION="False")),
    ("not-a-switch", worker("DR_TRAIN_REVERSE_DIRECTION=1\n"), worker("DR_TRAIN_REVERSE_DIRECTION=True\n")),
    ("not-a-number", sets(DR_REGULAR_UPLOAD="08"), sets(DR_REGULAR_UPLOAD="8")),
    ("not-a-number", sets(DR_EVAL_NUMBER_OF_TRIALS="0"), sets(DR_EVAL_OFF_TRACK_PENALTY="0")),
    ("not-a-number", sets(DR_EVAL_RTF="nan"), sets(DR_EVAL_RTF="1e0")),
    ("unlisted-value", sets(DR_CAR_BODY_SHELL_TYPE="f1_boat"), sets(DR_CAR_BODY_SHELL_TYPE="f1_kart")),
    ("unlisted-value", sets(DR_SIMAPP_VERSION="latest"), sets(DR_SIMAPP_VERSION="6.0.5-cpu")),
    ("deprecated-key", run("DR_SAGEMAKER_IMAGE=5.1.0-gpu"), run("#DR_SAGEMAKER_IMAGE=5.1.0-gpu")),
    ("deprecated-key", run("DR_TRAIN_ROUND_ROBIN_ADVANCE_DISTANCE=0.1"), run("DR_EVAL_RTF=1")),
    ("unknown-key", run("DR_WORLDNAME=Monaco"), run("MODEL_NAME=Monaco")),
    ("unknown-key", run("DR_SOMETHING_OF_MINE=1"), run("SOMETHING_OF_MINE=1")),
    ("script-key", run("DR_DIR=/opt"), run("#DR_DIR=/opt")),
    ("unknown-choice", sets(DR_CAR_COLOR="Gray"), sets(DR_CAR_COLOR="Grey")),
    ("wrong-file", run("num_epochs=5"), run("num_laps=5")),
    ("wrong-file", run("action_space_type=discrete"), hyper(stack_size=1)),
    (
        "wrong-file",
        {"system.env": "DR_UPLOAD_S3_PREFIX=a\n", "run.env": b"DR_WORLD_NAME=Monaco\n"},
        {"system.env": "DR_UPLOAD_S3_PREFIX=a\n"},
    ),
    (
        "wrong-file",
        {"system.env": "TEAM=a\n", "run.env": {"DR_LOCAL_S3_CUSTOM_FILES_PREFIX": "custom_files/$TEAM"}},
        {"system.env": "TEAM=a\n", "run.env": {"DR_UPLOAD_S3_PREFIX": "upload/$TEAM"}},
    ),
    ("missing-key", sets(DR_LOCAL_S3_BUCKET=""), sets(DR_KINESIS_STREAM_NAME="")),
    ("missing-key", {"run.env": b"DR_WORLD_NAME=Monaco\n"}, {"run.env": None}),
    # run
    ("round-robin", sets(DR_WORKERS="5"), sets(DR_WORKERS="1")),
    ("round-robin", hyper(num_episodes_between_training=15), hyper(num_episodes_between_training=60)),
    ("round-robin", hyper(num_episodes_between_training=None), sets(DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST="0.2")),
    (
        "round-robin",
        sets(DR_WORKERS="4", DR_TRAIN_CHANGE_START_POSITION="True"),
        sets(DR_WORKERS="4", DR_TRAIN_CHANGE_START_POSITION="False"),
    ),
    (
        "round-robin",
        worker("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST=0.03\n"),
        {"worker-2.env": "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST=0.03\n"},
    ),
    ("workers-over-episodes", hyper(num_episodes_between_training=2), hyper(num_episodes_between_training=3)),
    (
        "sac-workers",
        {"model_metadata.json": SAC},
        {"model_metadata.json": SAC, **sets(DR_WORKERS="1")},
    ),
    ("eval-max-resets", sets(DR_EVAL_MAX_RESETS="1"), sets(DR_EVAL_MAX_RESETS="0")),
    (
        "penalty-without-resets",
        sets(DR_EVAL_MAX_RESETS="0", DR_COLLISION_PENALTY="3"),
        sets(DR_EVAL_MAX_RESETS="2", DR_COLLISION_PENALTY="3"),
    ),
    (
        "penalty-without-resets",
        sets(DR_EVAL_MAX_RESETS="0", DR_EVAL_OFF_TRACK_PENALTY="1"),
        sets(DR_EVAL_MAX_RESETS="0"),
    ),
    ("cloud-not-aws", sets(DR_CLOUD="Local"), sets(DR_CLOUD="Aws")),
    ("experiment-name", sets(DR_EXPERIMENT_NAME="mine"), sets(DR_EXPERIMENT_NAME="")),
    ("run-id", sets(DR_RUN_ID="1"), sets(DR_RUN_ID="0")),
    ("model-prefix-slash", sets(DR_LOCAL_S3_MODEL_PREFIX="a/"), sets(DR_LOCAL_S3_MODEL_PREFIX="a/b")),
    ("prefix-slash", sets(DR_LOCAL_S3_CUSTOM_FILES_PREFIX="a/"), sets(DR_LOCAL_S3_CUSTOM_FILES_PREFIX="a/b")),
    ("prefix-slash", sets(DR_LOCAL_S3_MODEL_PREFIX="a//b"), sets(DR_LOCAL_S3_MODEL_PREFIX="a/")),
    ("prefix-slash", sets(DR_UPLOAD_S3_PREFIX="s3://mine/a"), sets(DR_UPLOAD_S3_PREFIX="mine/a")),
    (
        "custom-files-in-model",
        sets(DR_LOCAL_S3_MODEL_PREFIX="a", DR_LOCAL_S3_CUSTOM_FILES_PREFIX="a/files"),
        sets(DR_LOCAL_S3_MODEL_PREFIX="a", DR_LOCAL_S3_CUSTOM_FILES_PREFIX="a-files"),
    ),
    (
        "not-in-custom-files",
        sets(DR_LOCAL_S3_REWARD_KEY="rewards/reward_function.py"),
        sets(DR_LOCAL_S3_REWARD_KEY="custom_files/first-model/reward_function.py"),
    ),
    (
        "other-file-used",
        sets(DR_LOCAL_S3_REWARD_KEY="${DR_LOCAL_S3_CUSTOM_FILES_PREFIX}/reward.py"),
        sets(DR_LOCAL_S3_REWARD_KEY="$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/reward_function.py"),
    ),
    (
        "model-prefix-clash",
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_MODEL_PREFIX="a-1", DR_LOCAL_S3_PRETRAINED_PREFIX="a-10"),
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_MODEL_PREFIX="a-2", DR_LOCAL_S3_PRETRAINED_PREFIX="a-10"),
    ),
    (
        "pretrained-is-model",
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_MODEL_PREFIX="a", DR_LOCAL_S3_PRETRAINED_PREFIX="a/old"),
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_MODEL_PREFIX="a/new", DR_LOCAL_S3_PRETRAINED_PREFIX="a"),
    ),
    (
        "pretrained-is-model",
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_PRETRAINED_PREFIX="${DR_LOCAL_S3_MODEL_PREFIX}"),
        sets(DR_LOCAL_S3_PRETRAINED="False", DR_LOCAL_S3_PRETRAINED_PREFIX="${DR_LOCAL_S3_MODEL_PREFIX}"),
    ),
    (
        "pretrained-missing",
        sets(DR_LOCAL_S3_PRETRAINED="True", DR_LOCAL_S3_PRETRAINED_PREFIX=""),
        sets(DR_LOCAL_S3_PRETRAINED="True"),
    ),
    (
        "track-not-in-simapp",
        sets(DR_WORLD_NAME="2022_reinvent_champ"),
        sets(DR_WORLD_NAME="2022_reinvent_champ", DR_SIMAPP_VERSION="5.3.3-gpu"),
    ),
    (
        "track-not-in-simapp",
        sets(DR_WORLD_NAME="Spain_track_f1", DR_SIMAPP_VERSION="5.3.3-gpu"),
        sets(DR_WORLD_NAME="Spain_track_f1"),
    ),
    (
        "shell-not-in-simapp",
        sets(DR_CAR_BODY_SHELL_TYPE="f1_kart", DR_SIMAPP_VERSION="5.3.3-gpu"),
        sets(DR_CAR_BODY_SHELL_TYPE="f1_2021", DR_SIMAPP_VERSION="5.3.3-gpu"),
    ),
    ("evaluation-race-type", sets(DR_RACE_TYPE="HEAD_TO_MODEL"), sets(DR_RACE_TYPE="HEAD_TO_BOT")),
    ("simapp-tag", sets(DR_SIMAPP_VERSION="6.0.4"), sets(DR_SIMAPP_VERSION="5.3.3-cpu-avx2")),
    ("simapp-too-old", sets(DR_SIMAPP_VERSION="5.2.1-gpu"), sets(DR_SIMAPP_VERSION="5.3.0-gpu")),
    (
        "simapp-source",
        sets(DR_SIMAPP_SOURCE="awsdeepracercommunity/deepracer-simapp:6.0.4"),
        sets(DR_SIMAPP_SOURCE="localhost:5000/simapp"),
    ),
    ("simapp-source", sets(DR_SIMAPP_SOURCE="awsdeepracercomunity/deepracer-simapp"), sets(DR_SIMAPP_SOURCE="my/own")),
    (
        "not-in-simapp",
        sets(DR_GAZEBO_RENDER_ENGINE="ogre", DR_SIMAPP_VERSION="5.3.3-gpu"),
        sets(DR_GAZEBO_RENDER_ENGINE="ogre"),
    ),
    (
        "not-in-simapp",
        sets(DR_GAZEBO_ARGS="--verbose", DR_SIMAPP_VERSION="6.0.4-gpu"),
        sets(DR_GAZEBO_ARGS="--verbose", DR_SIMAPP_VERSION="5.3.3-gpu"),
    ),
    ("not-for-this-race", sets(DR_OA_OBJECT_POSITIONS="0.2,1"), sets(DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES="2")),
    (
        "not-for-this-race",
        sets(DR_H2B_BOT_CAR_SPEED="1"),
        sets(DR_H2B_BOT_CAR_SPEED="1", DR_RACE_TYPE="HEAD_TO_BOT"),
    ),
    (
        "nothing-on-the-track",
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_NUMBER_OF_OBSTACLES="0"),
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_NUMBER_OF_OBSTACLES="0", DR_OA_OBJECT_POSITIONS="0.2,1"),
    ),
    (
        "nothing-on-the-track",
        sets(DR_RACE_TYPE="HEAD_TO_BOT", DR_H2B_NUMBER_OF_BOT_CARS="0"),
        sets(DR_RACE_TYPE="TIME_TRIAL", DR_H2B_NUMBER_OF_BOT_CARS="0"),
    ),
    (
        "positions-overrule",
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_OBJECT_POSITIONS="0.2,1;0.4,1"),
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_OBJECT_POSITIONS="0.2,1;0.4,1", DR_OA_NUMBER_OF_OBSTACLES="2"),
    ),
    (
        "obstacle-distance",
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE"),
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES="8"),
    ),
    (
        "obstacle-distance",
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES="20"),
        sets(DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_SIMAPP_VERSION="5.3.2-gpu"),
    ),
    (
        "lane-change-times",
        sets(DR_RACE_TYPE="HEAD_TO_BOT", DR_H2B_LOWER_LANE_CHANGE_TIME="6"),
        sets(DR_RACE_TYPE="HEAD_TO_BOT", DR_H2B_LOWER_LANE_CHANGE_TIME="5"),
    ),
    (
        "object-positions",
        sets(DR_OA_OBJECT_POSITIONS="0.23,-1;1.46,1"),
        sets(DR_OA_OBJECT_POSITIONS="0.23,-1;0.46,1"),
    ),
    ("object-positions", sets(DR_OA_OBJECT_POSITIONS="0.5,2"), sets(DR_OA_OBJECT_POSITIONS="1,-1")),
    ("opengl", sets(DR_DOCKER_STYLE="swarm"), sets(DR_DOCKER_STYLE="swarm", DR_HOST_X="False")),
    ("opengl", sets(DR_DISPLAY=""), sets(DR_DISPLAY=":0")),
    ("telegraf-port", sets(DR_TELEGRAF_PORT=""), sets(DR_TELEGRAF_PORT="8093")),
    ("not-the-instances", sets(DR_LOCAL_S3_BUCKET="mine"), sets(DR_LOCAL_S3_BUCKET="${DEEPRACER_S3_URI}")),
    ("upper-case-path", sets(DR_ROBOMAKER_MOUNT_SIMAPP_DIR="/Simapp"), sets(DR_ROBOMAKER_MOUNT_SIMAPP_DIR="/simapp")),
    # workers
    ("multi-config-one-worker", {**MULTI, **sets(DR_WORKERS="1")}, {**MULTI, **sets(DR_WORKERS="2")}),
    ("worker-file-missing", {**MULTI, "worker-3.env": None}, {**MULTI, "worker-4.env": WORKER}),
    (
        "params-file-dots",
        {**MULTI, **sets(DR_TRAIN_MULTI_CONFIG="True", DR_LOCAL_S3_TRAINING_PARAMS_FILE="a.b.yaml")},
        sets(DR_LOCAL_S3_TRAINING_PARAMS_FILE="a.b.yaml"),
    ),
    ("unused-worker-file", {"worker-2.env": WORKER}, MULTI),
    ("unused-worker-file", {**MULTI, "worker-4.env": WORKER}, {"worker-2.txt": WORKER}),
    ("worker-line", worker("\n"), worker("#\n")),
    ("worker-line", worker("DR_CAR_COLOR=a=b\n"), worker("#DR_CAR_COLOR=a=b\n")),
    ("worker-line", worker(" DR_CAR_COLOR=Red\n"), worker("DR_CAR_COLOR=Red\r\n")),
    ("worker-line", worker("DR_CAR_COLOR=Red\x0b\n"), worker("#DR_CAR_COLOR=Red\t\n")),
    ("worker-line", worker("# no\u2028te\n"), worker("# note\u2027\n")),
    ("worker-line", worker("DR_OA_OBJECT_POSITIONS=0.1\\,1\n"), worker("DR_CAR_NAME=a\\b\n")),
    ("worker-comment", worker("DR_CAR_COLOR=Red # note\n"), {"worker-2.env": "DR_CAR_COLOR=Red # note\n"}),
    ("worker-quotes", worker("DR_CAR_COLOR='Red'\n"), worker('DR_OA_OBJECT_POSITIONS="0.2,1;0.3,1"\n')),
    ("worker-reference", worker("DR_CAR_COLOR=$DR_X\n"), worker("DR_DISPLAY_NAME=$DR_CAR_NAME\n")),
    ("unknown-choice", worker("DR_CAR_COLOR=red\n"), {"worker-2.env": "DR_CAR_COLOR=red\n"}),
    ("ignored-in-worker-file", worker("DR_CAR_NAME=Other\n"), worker("#DR_CAR_NAME=Other\n")),
    ("unknown-key", worker("DR_CAR_COLOUR=Red\n"), worker("DR_CAR_COLOR=Red\n")),
    ("deprecated-key", worker("DR_CHANGE_START_POSITION=False\n"), worker("DR_TRAIN_CHANGE_START_POSITION=False\n")),
    (
        "duplicate-key",
        worker("DR_CAR_COLOR=Red\nDR_CAR_COLOR=Blue\n"),
        worker("DR_CAR_COLOR=Red\n#DR_CAR_COLOR=Blue\n"),
    ),
    (
        "inherited-from-worker",
        worker("DR_CAR_COLOR=Red\n"),
        {**MULTI, "worker-2.env": WORKER + "DR_CAR_COLOR=Red\n", "worker-3.env": WORKER + "DR_CAR_COLOR=Blue\n"},
    ),
    # hyperparameters
    ("broken-json", {"hyperparameters.json": b'{"lr": 0.1,}'}, {"hyperparameters.json": b'{"lr": 0.0003}'}),
    ("broken-json", {"model_metadata.json": b"[]"}, {"model_metadata.json": "\n"}),
    ("broken-json", {"hyperparameters.json": b""}, {"hyperparameters.json": b"{}"}),
    ("broken-json", {"hyperparameters.json": b"[" * 100_000}, {"hyperparameters.json": b'{"lr": "3e-4"}'}),
    ("broken-json", {"hyperparameters.json": b'{"lr": "\xe9"}'}, {"hyperparameters.json": '{"x": "é"}'.encode()}),
    (
        "duplicate-key",
        {"hyperparameters.json": b'{"lr": 0.1, "lr": 0.2}'},
        {"hyperparameters.json": b'{"lr": 0.1, "Lr": 0.2}'},
    ),
    ("not-a-number", hyper(num_epochs="20.0"), hyper(num_epochs="10")),
    ("not-a-number", hyper(lr=True), hyper(lr="0.0003")),
    ("out-of-range", hyper(discount_factor=1.5), hyper(discount_factor=1)),
    ("out-of-range", hyper(num_episodes_between_training=0), hyper(num_episodes_between_training=30)),
    ("unusual-value", hyper(lr=0.1), hyper(lr=0.002)),
    ("unusual-value", hyper(num_epochs=40), hyper(num_epochs=15)),
    ("unusual-value", hyper(discount_factor=0.3), hyper(discount_factor=0.5)),
    ("unusual-value", hyper(batch_size=4096), hyper(batch_size=1024)),
    ("unusual-value", hyper(batch_size=8), hyper(batch_size=16)),
    ("unusual-value", hyper(num_epochs=50), {**hyper(num_epochs=50), "model_metadata.json": SAC}),
    ("unknown-choice", hyper(exploration_type="additive_noise"), hyper(exploration_type="E-Greedy")),
    (
        "unknown-choice",
        hyper(exploration_type=1),
        {**hyper(exploration_type="additive_noise"), "model_metadata.json": SAC},
    ),
    ("unknown-choice", hyper(loss_type="mse"), hyper(loss_type="Mean squared error")),
    (
        "sac-episodes",
        {"model_metadata.json": SAC},
        {"model_metadata.json": SAC, **hyper(num_episodes_between_training=1)},
    ),
    ("unknown-key", hyper(num_epoch=5), hyper(stack_size=1)),
    # metadata
    ("unknown-choice", meta(training_algorithm="ppo"), meta(training_algorithm="Clipped_PPO")),
    ("unknown-choice", meta(action_space_type="discreet"), meta(action_space_type="Discrete")),
    ("unknown-choice", meta(neural_network="deep_convolutional_network"), meta(neural_network=None)),
    ("sac-needs-continuous", meta(training_algorithm="sac"), {"model_metadata.json": SAC}),
    ("missing-key", meta(action_space=None), meta(version=None)),
    ("action-space", meta(action_space=CONTINUOUS), meta(action_space=CONTINUOUS, action_space_type="continuous")),
    ("action-space", meta(action_space_type="continuous"), meta(action_space_type=None)),
    ("action-space", meta(action_space=[{"speed": 1}]), meta(action_space=[ACTION])),
    ("action-space", meta(action_space=[]), meta(action_space=[{**ACTION, "index": 0}])),
    (
        "action-space",
        meta(action_space={**CONTINUOUS, "speed": {"high": 1, "low": 1}}, action_space_type="continuous"),
        meta(action_space={**CONTINUOUS, "speed": {"high": 1.1, "low": 1}}, action_space_type="continuous"),
    ),
    (
        "action-space",
        meta(action_space={"speed": {"high": 2, "low": 1}}, action_space_type="continuous"),
        meta(action_space={**CONTINUOUS, "more": 1}, action_space_type="continuous"),
    ),
    ("action-twice", meta(action_space=[ACTION, ACTION]), meta(action_space=[ACTION, {**ACTION, "speed": 2}])),
    (
        "clipped-action",
        meta(action_space=[{"steering_angle": 31, "speed": 1}]),
        meta(action_space=[{"steering_angle": 30, "speed": 4}]),
    ),
    ("sensors", meta(sensor=["CAMERA"]), meta(sensor=["LEFT_CAMERA"])),
    ("sensors", meta(sensor=["LIDAR"]), meta(sensor=["FRONT_FACING_CAMERA", "LIDAR"])),
    ("sensors", meta(sensor=["LIDAR", "SECTOR_LIDAR", "observation"]), meta(sensor=["STEREO_CAMERAS"])),
    ("sensors", meta(sensor=None), meta(sensor=None, version=None)),
    ("sensors", meta(sensor="FRONT_FACING_CAMERA"), meta(sensor=["observation"])),
    ("metadata-version", meta(version="five"), meta(version=6)),
    ("metadata-version", meta(version=None), meta(version="5")),
    (
        "quoted-number",
        meta(action_space=[{"steering_angle": "0", "speed": "1"}]),
        meta(action_space=[{"steering_angle": 0, "speed": 1}]),
    ),
    ("misplaced-key", hyper(sensor=["LIDAR"]), hyper(batch_size=64)),
    ("misplaced-key", meta(lr=0.001), meta(preprocess_type="GREY_SCALE")),
    ("unknown-key", meta(neural_networks="x"), meta(preprocess_type="GREY_SCALE")),
    ("unknown-key", hyper(learning_rate=0.1), hyper(lr=0.0001)),
    (
        "metadata-version",
        {**meta(version=6), **sets(DR_SIMAPP_VERSION="5.3.3-gpu")},
        {**meta(version=5), **sets(DR_SIMAPP_VERSION="5.3.3-gpu")},
    ),
    ("lidar", meta(lidar_config={"num_sectors": 7}), meta(lidar_config={"num_sectors": 16})),
    ("lidar", meta(lidar_config={"clipping_dist": 13}), meta(lidar_config={"clipping_dist": 12})),
    ("lidar", meta(lidar_config=[]), meta(lidar_config={})),
    ("lidar", meta(lidar_config={"num_values_per_sector": 0}), meta(lidar_config={"num_values_per_sector": 1})),
    # reward
    (
        "syntax-error",
        reward("def reward_function(params)\n    return 1\n"),
        reward("def reward_function(params):\n    return 1\n"),
    ),
    ("syntax-error", reward("def reward_function(params): return 1\nreturn 2\n"), reward("reward_function = len\n")),
    (
        "syntax-error",
        {"reward_function.py": b"# \xe9\n"},
        {"reward_function.py": b"# coding: latin-1\n# \xe9\nreward_function = len\n"},
    ),
    (
        "no-reward-function",
        reward("def reward(params): return 1\n"),
        reward("if 1:\n    def reward_function(p): return 1\n"),
    ),
    (
        "no-reward-function",
        reward("class A:\n    def reward_function(p): pass\n"),
        reward("from rewards import best as reward_function\n"),
    ),
    ("reward-signature", reward("def reward_function(): return 1\n"), reward("def reward_function(*all): return 1\n")),
    (
        "reward-signature",
        reward("def reward_function(a, b): return 1\n"),
        reward("def reward_function(a, b=1): return 1\n"),
    ),
    ("reward-signature", reward("async def reward_function(p): return 1\n"), reward("reward_function = lambda p: 1\n")),
    (
        "reward-signature",
        reward("def reward_function(p, *, k): return 1\n"),
        reward("def reward_function(p, *, k=1): return 1\n"),
    ),
    (
        "reward-needs-simapp-6",
        {**reward("def reward_function(p): return p['sim_time']\n"), **sets(DR_SIMAPP_VERSION="5.3.3-gpu")},
        reward("def reward_function(p): return p['sim_time']\n"),
    ),
    (
        "reward-needs-simapp-6",
        {**reward("def reward_function(p): return 1 + p['sim_time']\n"), **sets(DR_SIMAPP_VERSION="5.3.3-gpu")},
        {**reward("def reward_function(p): return p.get('sim_time', 1)\n"), **sets(DR_SIMAPP_VERSION="5.3.3-gpu")},
    ),
    # secrets; put together here, so that nobody who looks for secrets finds these
    ("secret", run("# AKIA" + "Z" * 16), run("# AKIA" + "Z" * 9 + "EXAMPLE")),
    (
        "reward-python-version",
        {
            **does("match p:", "    case _: return 1"),
            **SIMAPP_5,
        }
        if sys.version_info >= (3, 10)
        else {**reward("import zoneinfo\ndef reward_function(p): return 1\n"), **SIMAPP_5},
        {
            **does("if (v := p['x']) > 1: return v", "return 1"),
            **SIMAPP_5,
        },
    ),
    (
        "reward-python-version",
        {**reward("def reward_function(p: dict[str, int]): return 1\n"), **SIMAPP_5},
        {
            **reward("from __future__ import annotations\ndef reward_function(p: dict[str, int]): return 1\n"),
            **SIMAPP_5,
        },
    ),
    (
        "reward-python-version",
        {
            **reward("import math\ndef reward_function(p): return math.cbrt(p['x'])\n"),
            **SIMAPP_5,
        },
        reward("import math\ndef reward_function(p): return math.cbrt(p['x'])\n"),
    ),
    (
        "reward-defined-twice",
        reward("def reward_function(p): return 1\ndef other(p): return 2\ndef reward_function(p): return 3\n"),
        reward("def reward_function(p): return 1\nfirst = reward_function\ndef reward_function(p): return first(p)\n"),
    ),
    ("reward-unknown-key", returns("p['distance_from_centre']"), returns("p['distance_from_center']")),
    ("reward-unknown-key", returns("p.get('speeed', 1)"), returns("p.get('speed', 1)")),
    (
        "reward-unknown-key",
        reward("def far(q): return q['wide']\ndef reward_function(p): return far(p)\n"),
        does("p['wide'] = 2", "return p['wide'] if 'own' in p and p['own'] else 1"),
    ),
    ("reward-division", returns("1 / p['distance_from_center']"), returns("1 / (1 + p['distance_from_center'])")),
    ("reward-division", returns("1 / abs(p['steering_angle'])"), returns("1 / max(abs(p['steering_angle']), 1)")),
    (
        "reward-division",
        does("a, b = p['waypoints'][:2]", "return (b[1] - a[1]) / (b[0] - a[0])"),
        does("a = p['progress']", "if a == 0: return 0", "return p['steps'] / a"),
    ),
    ("reward-no-objects", returns("p['objects_distance'][0]"), returns("sum(p['objects_distance'])")),
    (
        "reward-no-objects",
        returns("p['objects_location'][p['closest_objects'][0]][1]"),
        {**returns("p['objects_location'][0][1]"), **sets(DR_RACE_TYPE="OBJECT_AVOIDANCE")},
    ),
    (
        "reward-no-objects",
        does("o = p['objects_speed']", "return o[0]"),
        does("o = p['objects_speed']", "return o[0] if o else 1"),
    ),
    ("reward-progress-percent", returns("p['progress'] >= 1"), returns("p['progress'] >= 100")),
    ("reward-first-step", returns("p['steps'] == 1"), returns("p['steps'] <= 2")),
    ("reward-first-step", returns("p['steps'] < 2"), returns("p['steps'] > 1")),
    ("reward-degrees", returns("math.cos(p['heading'])"), returns("math.cos(math.radians(p['heading']))")),
    (
        "reward-degrees",
        returns("abs(math.atan2(p['y'], p['x']) - p['heading'])"),
        returns("abs(math.degrees(math.atan2(p['y'], p['x'])) - p['heading'])"),
    ),
    (
        "reward-degrees",
        does("a = math.atan2(p['y'], p['x'])", "return a > 30"),
        does("a = math.degrees(math.atan2(p['y'], p['x']))", "return a > 30"),
    ),
    (
        "reward-degrees",
        {**returns("math.radians(p['objects_heading'][0])"), **sets(DR_RACE_TYPE="HEAD_TO_BOT")},
        {**returns("math.degrees(p['objects_heading'][0]) - p['heading']"), **sets(DR_RACE_TYPE="HEAD_TO_BOT")},
    ),
    ("reward-none", reward("def reward_function(p): pass\n"), reward("def reward_function(p): raise ValueError\n")),
    (
        "reward-none",
        does("if p['x']: return 1"),
        does("if p['x']: return 1", "else: return 2"),
    ),
    (
        "reward-none",
        does("if p['x']: return", "return 1"),
        does("def log(): return", "try: return p['x']", "except KeyError: return 0"),
    ),
    ("reward-not-a-number", returns("'fast'"), returns("float('1')")),
    ("reward-not-a-number", does("yield 1"), returns("(1)")),
    ("reward-out-of-range", returns("-1e6"), returns("1e5")),
    ("reward-import", reward("import os\ndef reward_function(p): return 1\n"), returns("math.pi")),
    (
        "reward-import",
        reward("from datetime import date\ndef reward_function(p): return 1\n"),
        reward("from numpy import linalg\nimport scipy.spatial\ndef reward_function(p): return 1\n"),
    ),
    (
        "reward-prints",
        does("print(p['x'])", "return 1"),
        does("if p['steps'] % 100 == 0: print(p['x'])", "return 1"),
    ),
    (
        "reward-state",
        reward("last = 0\ndef reward_function(p):\n    global last\n    last = p['x']\n    return last\n"),
        reward(
            "last = 0\ndef reward_function(p):\n    global last\n    if p['steps'] <= 2: last = 0\n"
            "    last += p['x']\n    return last\n"
        ),
    ),
    (
        "reward-state",
        reward("class Memory:\n    x = 0\ndef reward_function(p):\n    Memory.x = p['x']\n    return Memory.x\n"),
        reward(
            "TABLE = [1, 2]\ndef reward_function(p):\n    own = list(TABLE)\n    own.append(3)\n    return own[0]\n"
        ),
    ),
    ("secret", reward("# ASIA" + "Q7" * 8 + "\nreward_function = len\n"), reward("reward_function = len\n")),
    ("secret", run("AWS_SESSION_TOKEN=" + "abc123" * 20), run("AWS_SESSION_TOKEN=$TOKEN")),
    ("secret", run("#MY_PASSWORD=correcthorse"), run("#MY_PASSWORD=")),
    ("secret", run("# -----BEGIN OPENSSH " + "PRIVATE KEY-----"), run("# -----BEGIN PUBLIC KEY-----")),
    ("secret", sets(DR_DROA_URL="https://me:" + "pass1@example.com"), sets(DR_DROA_URL="https://me@example.com:80/a")),
    ("secret", hyper(api_key="0123456789"), hyper(token_count=10)),
]
