"""The loopback AWS for tests of several folders: real boto3 over real HTTP, one server a module, empty for each test.

A conftest takes these fixtures over by importing them. Only one loopback AWS can run in a process; it starts in a
millisecond, so each module has its own and tests that start one themselves are not in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dots_tui.custom_files.folder import CustomFiles

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.demo.aws import LoopbackAws

POLL_S = 0.01

RUN_ENV = """\
DR_RUN_ID=0
DR_WORLD_NAME=reInvent2019_track
DR_RACE_TYPE=TIME_TRIAL
DR_CAR_NAME=Tester
DR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME/run-1
DR_LOCAL_S3_PRETRAINED=False
DR_LOCAL_S3_CUSTOM_FILES_PREFIX=custom_files
DR_LOCAL_S3_MODEL_METADATA_KEY=$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/model_metadata.json
DR_LOCAL_S3_HYPERPARAMETERS_KEY=$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/hyperparameters.json
DR_LOCAL_S3_REWARD_KEY=$DR_LOCAL_S3_CUSTOM_FILES_PREFIX/reward_function.py
DR_LOCAL_S3_METRICS_PREFIX=$DR_LOCAL_S3_MODEL_PREFIX/metrics
DR_UPLOAD_S3_PREFIX=upload/run-1
"""
SYSTEM_ENV = """\
DR_CLOUD=aws
DR_AWS_APP_REGION=$DEEPRACER_REGION
DR_UPLOAD_S3_PROFILE=default
DR_UPLOAD_S3_BUCKET=$DEEPRACER_S3_URI
DR_LOCAL_S3_BUCKET=$DEEPRACER_S3_URI
DR_LOCAL_S3_PROFILE=default
DR_SIMAPP_SOURCE=awsdeepracercommunity/deepracer-simapp
DR_SIMAPP_VERSION=6.0.4-gpu
DR_WORKERS=1
DR_DOCKER_STYLE=swarm
"""
HYPERPARAMETERS = '{"batch_size": 64, "exploration_type": "categorical", "num_episodes_between_training": 20}\n'
MODEL_METADATA = """\
{"action_space": [{"steering_angle": -20, "speed": 1.0}, {"steering_angle": 20, "speed": 1.0}],
 "action_space_type": "discrete", "sensor": ["FRONT_FACING_CAMERA"], "version": "5"}
"""
REWARD = "def reward_function(params):\n    return float(params['progress'])\n"
FILES = {
    "run.env": RUN_ENV,
    "system.env": SYSTEM_ENV,
    "hyperparameters.json": HYPERPARAMETERS,
    "model_metadata.json": MODEL_METADATA,
    "reward_function.py": REWARD,
}
"""Custom files nothing is wrong with."""


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackAws]:
    """A loopback AWS that makes a resource of a stack in no time."""
    from dots_tui.demo.aws import LoopbackAws

    started = LoopbackAws(step=0.0).start()
    yield started
    started.stop()


@pytest.fixture
def cloud(server: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> LoopbackAws:
    """The server, empty, with the environment pointing to it as a user's would."""
    server.reset()
    server.step = 0.0
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_REGION", raising=False)
    return server


@pytest.fixture(scope="module")
def shared(server: LoopbackAws) -> Aws:
    """One session a module: making boto3's clients takes longer than most tests."""
    from dots_tui.aws.session import Aws

    return Aws()


@pytest.fixture
def aws(cloud: LoopbackAws, shared: Aws) -> Aws:
    """Our way to the loopback AWS."""
    return shared


@pytest.fixture
def base(aws: Aws) -> str:
    """A complete base stack."""
    from dots_tui.aws import base_stack

    for _ in base_stack.create(aws, "base", "203.0.113.7", poll_s=POLL_S):
        pass
    return "base"


@pytest.fixture
def files(tmp_path: Path) -> CustomFiles:
    """Custom files nothing is wrong with."""
    folder = tmp_path / "custom-files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return CustomFiles.open(folder)
