"""The embedded cloud's instance: what would boot on a GPU machine, with a real (small) training in it.

It takes its custom files from the bucket, as an instance does, trains in a process group of its own, and
answers the instance's stop script: save the model, upload the logs, delete the stack.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from dots_tui.demo.docker_engine import ContainerLog, DockerEngine

KEY_SECONDS = 60
"""How long a key sent by EC2 Instance Connect opens new connections."""
BOOT_SECONDS = 1.5
_END_SECONDS = 3.0


class EmbeddedInstance:
    """One instance."""

    def __init__(self, instance_id: str, stack: str, parameters: dict[str, str], endpoint: str, home: Path) -> None:
        self.instance_id = instance_id
        self.engine = DockerEngine()
        self._off = threading.Event()
        self._training = threading.Thread(target=self._train, name=f"instance-{stack}", daemon=True)
        self.stack = stack
        self._parameters = parameters
        self._endpoint = endpoint
        self._folder = home / instance_id
        self._keys: dict[str, tuple[str, float]] = {}
        self._trainer: subprocess.Popen[bytes] | None = None
        self._containers: dict[str, ContainerLog] = {}
        self._stopping = threading.Lock()
        self._time_to_live: threading.Timer | None = None

    @property
    def running(self) -> bool:
        """From its creation until ``power_off``."""
        return not self._off.is_set()

    # -- keys -------------------------------------------------------------------------------------

    def accept_key(self, user: str, public_key: str) -> None:
        """Accept ``public_key`` (an OpenSSH line) for ``user`` for the next minute."""
        self._keys[public_key.split()[1]] = (user, time.monotonic() + KEY_SECONDS)

    def accepts(self, user: str, key: str) -> bool:
        """Whether the key (base64) may log in as ``user`` now."""
        known = self._keys.get(key)
        return known is not None and known[0] == user and time.monotonic() < known[1]

    # -- life -------------------------------------------------------------------------------------

    def boot(self) -> None:
        """Boot in the background: fetch the custom files, start the training, start the time to live."""
        self.live_until(self._parameters)
        self._training.start()

    def live_until(self, parameters: dict[str, str]) -> None:
        """Stop by itself when the stack's parameters say so; what was said before does not count any more."""
        self._parameters = parameters
        if self._time_to_live is not None:
            self._time_to_live.cancel()
            self._time_to_live = None
        seconds = _seconds_left(parameters)
        if seconds is None or self._off.is_set():
            return
        self._time_to_live = threading.Timer(seconds, self.stop_training)
        self._time_to_live.daemon = True
        self._time_to_live.start()

    def power_off(self) -> None:
        """End the training and everything that runs for this instance. May be called twice."""
        self._off.set()
        if self._time_to_live is not None:
            self._time_to_live.cancel()
        self.end_training()
        if self._training.ident is not None:
            self._training.join(_END_SECONDS)  # it may be fetching files into a folder that is about to be removed

    def system_command(self, command: str) -> None:
        """Run a command as AWS Systems Manager would: only the instance's own stop script is known."""
        if "stop" in command:
            threading.Thread(target=self.stop_training, name="stop-script", daemon=True).start()

    def _train(self) -> None:
        if self._off.wait(BOOT_SECONDS):
            return
        self._fetch_custom_files()
        if self._off.is_set():
            return
        trainer = self._trainer = subprocess.Popen(
            [sys.executable, "-m", "dots_tui.demo.trainer", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # its own process group: the user's reward code is killed with all it started
        )
        if self._off.is_set():
            self.end_training()
        assert trainer.stdout is not None
        for line in trainer.stdout:
            name, _, text = line.rstrip(b"\n").partition(b"\t")
            self._container(name.decode()).write(text)
        status = trainer.wait()
        for container in self._containers.values():
            container.exit(0 if status == 0 else 1)

    def _container(self, name: str) -> ContainerLog:
        if name not in self._containers:
            self._containers[name] = self.engine.create(name, image="awsdeepracercommunity/deepracer-simapp:6.0.4-gpu")
        return self._containers[name]

    def end_training(self) -> None:
        """Stop the training; the instance goes on."""
        trainer = self._trainer
        if trainer is None or trainer.poll() is not None:
            return
        os.killpg(trainer.pid, signal.SIGTERM)
        try:
            trainer.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(trainer.pid, signal.SIGKILL)
            trainer.wait()

    # -- the bucket -------------------------------------------------------------------------------

    def _client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            endpoint_url=self._endpoint,
            region_name="us-east-1",
            aws_access_key_id="instance",
            aws_secret_access_key="instance",  # noqa: S106 - nobody checks it
        )

    def _fetch_custom_files(self) -> None:
        bucket, prefix = self._parameters["BUCKET"], self._parameters["CUSTOMFILELOCATION"].strip("/") + "/"
        self._folder.mkdir(parents=True, exist_ok=True)
        s3 = self._client("s3")
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ()):
            name = entry["Key"][len(prefix) :]
            if name and "/" not in name:
                s3.download_file(bucket, entry["Key"], str(self._folder / name))

    def stop_training(self) -> None:
        """What the instance's stop script does: stop, save the model and the logs, delete the own stack."""
        if not self._stopping.acquire(blocking=False):
            return
        self.end_training()
        self._upload_results()
        self._client("cloudformation").delete_stack(StackName=self.stack)

    def save_model(self) -> str:
        """Copy the model to the place named by DR_UPLOAD_S3_PREFIX, which is returned."""
        prefix = self._prefix("DR_UPLOAD_S3_PREFIX")
        self._upload_model(prefix)
        return f"s3://{self._parameters['BUCKET']}/{prefix}/"

    def _prefix(self, key: str) -> str:
        from dots_tui.custom_files.folder import CustomFiles

        return CustomFiles.open(self._folder).value(key).strip("/")

    def _upload_results(self) -> None:
        prefix, s3 = self._prefix("DR_LOCAL_S3_MODEL_PREFIX"), self._client("s3")
        for name, container in self._containers.items():
            key = f"{prefix}/logs/{name}.log"
            s3.put_object(Bucket=self._parameters["BUCKET"], Key=key, Body=container.text().encode())
        self._upload_model(prefix)

    def _upload_model(self, prefix: str) -> None:
        s3 = self._client("s3")
        for path in sorted((self._folder / "model").glob("*")):
            s3.upload_file(str(path), self._parameters["BUCKET"], f"{prefix}/model/{path.name}")


def _seconds_left(parameters: dict[str, str]) -> float | None:
    """Until the end that the stack's parameters tell; None when it has none."""
    expires = parameters.get("ExpiresAt", "")
    if expires == "never":
        return None
    if expires:
        end = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        return max(0.0, (end - datetime.now(timezone.utc)).total_seconds())
    return float(parameters.get("TimeToLiveInMinutes", "60")) * 60
