"""The embedded cloud's instance, with a real but small training.

Like a real instance, it gets its custom files from the bucket, trains in a process group of its own, and follows a
racer's requests: stop, save the model, continue as the next model, evaluate.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from dots_tui.demo.container_job import ContainerJob
from dots_tui.demo.docker_engine import DockerEngine
from dots_tui.demo.injected import INSTANCE_KEY
from dots_tui.demo.machine import Load, Machine
from dots_tui.demo.metrics import MetricsCopies
from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.model_files import model_files
from dots_tui.demo.model_uploads import COPY_SECONDS, ModelUploads
from dots_tui.demo.next_model import RUN_ENV, go_on_as_next
from dots_tui.demo.phase_report import PhaseReport

KEY_SECONDS = 60
"""Seconds for which a key from EC2 Instance Connect opens new connections."""
BOOT_SECONDS = 1.5
TRAINING, EVALUATION = "dots_tui.demo.trainer", "dots_tui.demo.evaluation"
MODEL_FOLDER, EVALUATED_FOLDER, PRETRAINED_FOLDER = "model", "evaluated", "pretrained"
BOOT_PHASES = (
    ("files", "getting the custom files"),
    ("machine", "checking Docker and DeepRacer for Cloud"),
    ("x", "starting the X server"),
    ("pull", "the simapp image is on the disk"),
    ("start", "DeepRacer for Cloud starts the containers"),
)
NO_X_SERVER = (
    "Could not connect to X server on display :0, and DR_HOST_X is True",
    "Unable to start training. X server not running.",
)
"""DRFC's last output without an X server."""
_END_SECONDS = 3.0


class EmbeddedInstance:
    """One instance."""

    def __init__(self, instance_id: str, stack: str, parameters: dict[str, str], endpoint: str, home: Path) -> None:
        self.instance_id = instance_id
        self.type = parameters.get("InstanceType", "g4dn.2xlarge")
        self.market = parameters.get("Market", "standard")
        self.mishap: Mishap | None = None
        """The mishap of the first training."""
        self.engine = DockerEngine()
        self.machine = Machine(self.type, time_of_day=self.engine.clock.now)
        self._metrics = MetricsCopies(home / instance_id, self._put)
        self._phases = PhaseReport(self._put_phases, stack, instance_id, self.engine.clock.now)
        self.signalled = threading.Event()
        """Set when the instance has reported the result of its start to CloudFormation."""
        self.ready = False
        """True if the start succeeded."""
        self._off = threading.Event()
        self._booting = threading.Thread(target=self._boot, name=f"instance-{stack}", daemon=True)
        self.stack = stack
        self._parameters = parameters
        self._endpoint = endpoint
        self._folder = home / instance_id
        self._keys: dict[str, tuple[str, float]] = {}
        self._jobs: dict[str, ContainerJob] = {}  # by module: one training and one evaluation at a time
        self._acting = threading.Lock()
        self._uploads = ModelUploads(
            self._folder / MODEL_FOLDER, parameters.get("BUCKET", ""), lambda: self._client("s3")
        )
        self._stopping = threading.Lock()
        self._time_to_live: threading.Timer | None = None

    @property
    def running(self) -> bool:
        """Running, from creation until `power_off`."""
        return not self._off.is_set()

    # -- keys -------------------------------------------------------------------------------------

    def accept_key(self, user: str, public_key: str) -> None:
        """Accept `public_key` (an OpenSSH line) for `user` for the next minute."""
        self._keys[public_key.split()[1]] = (user, time.monotonic() + KEY_SECONDS)

    @property
    def keys(self) -> dict[str, float]:
        """The received keys (base64), and the times until they are accepted (monotonic seconds)."""
        return {key: until for key, (_, until) in list(self._keys.items())}

    def accepts(self, user: str, key: str) -> bool:
        """True if the key (base64) may log in as `user` now."""
        known = self._keys.get(key)
        return known is not None and known[0] == user and time.monotonic() < known[1]

    # -- life -------------------------------------------------------------------------------------

    def boot(self) -> None:
        """Boot in the background: get the custom files, start the training and the time to live."""
        self.live_until(self._parameters)
        self._booting.start()

    def live_until(self, parameters: dict[str, str]) -> None:
        """Schedule the end according to the stack's parameters; this replaces an earlier schedule."""
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
        """End the training and everything else that runs on this instance. May be called twice."""
        self._off.set()
        self.signalled.set()
        if self._time_to_live is not None:
            self._time_to_live.cancel()
        self._end_all()
        if self._booting.ident is not None:
            self._booting.join(_END_SECONDS)  # a thread may still write files into the folder that is removed next

    def system_command(self, command: str) -> None:
        """Run a command from AWS Systems Manager; the instance supports only its own stop script."""
        if "stop" in command:
            threading.Thread(target=self.stop_training, name="stop-script", daemon=True).start()

    def command_output(self, command: str) -> str:
        """Return the output of a command from Systems Manager; stopping prints nothing."""
        del command
        return ""

    def _boot(self) -> None:
        for phase, message in BOOT_PHASES:
            if self._off.wait(BOOT_SECONDS / 5):
                return
            if phase == "files":
                self._fetch_custom_files()
            self._phases.reached(phase, message)
            if phase == "start" and self.mishap is Mishap.START_FAILS:
                self._fail_to_start()
                return
        self._start(TRAINING)
        threading.Thread(target=self._copy_checkpoints, name=f"checkpoints-{self.stack}", daemon=True).start()
        self._signal(ready=True)

    def _signal(self, *, ready: bool) -> None:
        self.ready = ready
        self.signalled.set()

    def _fail_to_start(self) -> None:
        """Report that DRFC failed and what it printed; CloudFormation then rolls the stack back."""
        self._phases.failed("DRFC did not start the training: there is no X server", "no-x-server", NO_X_SERVER)
        self._signal(ready=False)

    def _start(self, module: str) -> None:
        mishap, self.mishap = self.mishap, None
        wrong = mishap is not None and module == TRAINING
        options = ("--mishap", mishap.value) if mishap is not None and wrong else ()
        if module == TRAINING:
            self._put_model_files()
        job = self._jobs[module] = ContainerJob(self.engine, module, self._folder, self._heard, options)
        if self._off.is_set():
            return
        job.start()
        if self._off.is_set():
            job.end()

    def _heard(self, container: str, line: bytes) -> None:
        """Handle a line that a container printed."""
        self.machine.heard(line)
        self._metrics.heard(line)
        self._phases.heard(container, line)

    def end_training(self) -> None:
        """Stop the training; the instance and its evaluation continue."""
        job = self._jobs.get(TRAINING)
        if job is not None:
            job.end()

    def _end_all(self) -> None:
        for job in list(self._jobs.values()):
            job.end()

    def restart(self) -> str:
        """Stop, and continue from the last checkpoint as the next model. Return its prefix."""
        with self._acting:
            self.end_training()
            self._upload_results()
            job = self._jobs.get(TRAINING)
            if job is not None:
                job.remove()
            prefix = go_on_as_next(self._folder)
            self._start(TRAINING)
            return prefix

    def evaluate(self) -> str:
        """Evaluate a copy of the model while the training continues. Return the prefix of the copy."""
        with self._acting:
            prefix = f"{self._prefix('DR_LOCAL_S3_MODEL_PREFIX')}-E"
            running = self._jobs.get(EVALUATION)
            if running is not None:
                running.end()
                running.remove()
            self._copy_model(self._folder / EVALUATED_FOLDER)
            self._uploads.all(prefix)
            self._start(EVALUATION)
            return prefix

    def gauges(self) -> str:
        """Return the output of the gauges' command."""
        simulations = trainers = 0
        for container in self.engine.containers():
            simulations += container.running and "robomaker" in container.name
            trainers += container.running and "-algo-" in container.name
        logs = sum(container.size for container in self.engine.containers())
        prefix = self._prefix("DR_LOCAL_S3_MODEL_PREFIX") if self._jobs else ""
        return self.machine.reading(Load(simulations, trainers, logs), prefix)

    # -- the bucket -------------------------------------------------------------------------------

    def _client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            endpoint_url=self._endpoint,
            region_name="us-east-1",
            aws_access_key_id=INSTANCE_KEY,
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
        self._fetch_pretrained(s3, bucket)

    def _fetch_pretrained(self, s3: Any, bucket: str) -> None:
        """Fetch the pretrained model that run.env names, if any."""
        from dots_tui.custom_files.folder import CustomFiles

        files = CustomFiles.open(self._folder)
        if files.value("DR_LOCAL_S3_PRETRAINED").lower() != "true":
            return
        prefix = files.value("DR_LOCAL_S3_PRETRAINED_PREFIX").strip("/") + "/model/"
        target = self._folder / PRETRAINED_FOLDER
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ()):
            name = entry["Key"][len(prefix) :]
            if name and "/" not in name:
                target.mkdir(exist_ok=True)
                s3.download_file(bucket, entry["Key"], str(target / name))

    def _put_model_files(self) -> None:
        """Write the files this training runs with beside its model."""
        from dots_tui.custom_files.folder import CustomFiles, FolderProblem

        with contextlib.suppress(FolderProblem):
            files = CustomFiles.open(self._folder)
            objects = model_files({name: files.read(name) for name in files.names()})
            for name, body in objects.items():
                self._put(f"{self.model_prefix}/{name}", body)

    def _put_phases(self, document: bytes) -> None:
        """Write the phases of the run to the bucket."""
        from dots_tui.custom_files.folder import FolderProblem

        with contextlib.suppress(FolderProblem):
            self._put(f"{self._prefix('DR_LOCAL_S3_MODEL_PREFIX')}/dots-tui/phases.json", document)

    def _put(self, key: str, body: bytes) -> None:
        """Write an object that the training does not depend on."""
        from botocore.exceptions import BotoCoreError, ClientError

        with contextlib.suppress(BotoCoreError, ClientError, OSError):
            self._client("s3").put_object(Bucket=self._parameters["BUCKET"], Key=key, Body=body)

    def stop_training(self) -> None:
        """Do what the instance's stop script does: stop, save model and logs, delete its own stack."""
        if not self._stopping.acquire(blocking=False):
            return
        self._phases.reached("stopping")
        self._end_all()
        self._upload_results()
        self._phases.reached("saved")
        self._phases.reached("deleted", "the stack is being deleted")
        self._client("cloudformation").delete_stack(StackName=self.stack)

    def hand_over(self) -> None:
        """Do what the instance does at a spot interruption: save, and prepare the files for the next instance."""
        with self._acting:
            self._phases.reached("stopping", "AWS takes this spot instance away")
            self.end_training()
            self._upload_results()
            self._phases.reached("saved", "the next instance goes on from here")
            go_on_as_next(self._folder)
            bucket, custom = self._parameters["BUCKET"], self._parameters["CUSTOMFILELOCATION"].strip("/")
            self._client("s3").upload_file(str(self._folder / RUN_ENV), bucket, f"{custom}/{RUN_ENV}")

    def save_model(self) -> str:
        """Copy the model to DR_UPLOAD_S3_PREFIX. Return that prefix."""
        prefix = self._prefix("DR_UPLOAD_S3_PREFIX")
        self._uploads.all(prefix)
        return f"s3://{self._parameters['BUCKET']}/{prefix}/"

    @property
    def model_prefix(self) -> str:
        """The model's prefix in the bucket."""
        return self._prefix("DR_LOCAL_S3_MODEL_PREFIX")

    def _prefix(self, key: str) -> str:
        from dots_tui.custom_files.folder import CustomFiles

        return CustomFiles.open(self._folder).value(key).strip("/")

    def _upload_results(self) -> None:
        prefix, s3 = self._prefix("DR_LOCAL_S3_MODEL_PREFIX"), self._client("s3")
        for container in self.engine.containers():
            key = f"{prefix}/logs/{container.name}.log"
            s3.put_object(Bucket=self._parameters["BUCKET"], Key=key, Body=container.text().encode())
        self._uploads.all(prefix)

    def _copy_model(self, target: Path) -> None:
        """Copy the current model to `target`; the trainer may delete an old checkpoint meanwhile."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path in sorted((self._folder / MODEL_FOLDER).glob("[!.]*")):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(path, target)

    def _copy_checkpoints(self) -> None:
        """Copy new files of the model to the bucket until the instance is off or its model is saved."""
        from dots_tui.custom_files.folder import FolderProblem

        while not self._off.wait(COPY_SECONDS) and not self._stopping.locked():
            with self._acting, contextlib.suppress(FolderProblem):
                self._uploads.new(self.model_prefix)


def _seconds_left(parameters: dict[str, str]) -> float | None:
    """Return the seconds until the end in the stack's parameters; None without an end."""
    expires = parameters.get("ExpiresAt", "")
    if expires == "never":
        return None
    if expires:
        end = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        return max(0.0, (end - datetime.now(timezone.utc)).total_seconds())
    return float(parameters.get("TimeToLiveInMinutes", "60")) * 60
