"""A run in containers of an instance in this process: three workers and a trainer that print what a test tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dots_tui.demo.aws import AwsError, LoopbackAws
from dots_tui.demo.docker_engine import ContainerLog, DockerEngine
from dots_tui.demo.ssh_host import SshHost

if TYPE_CHECKING:
    from collections.abc import Sequence

TRAINER = "abcdefghij-algo-1-klmno"
WORLD = "reInvent2019_track"
# The workers of compose are numbered in the order in which they started, not by their names.
NAMES = ("deepracer-0-robomaker-2", "deepracer-0-robomaker-3", "deepracer-0-robomaker-1")
"""Names of the workers' containers; the index is the worker's number."""


class Machine:
    """The instance: an SSH host with a Docker engine, which takes the keys that `cloud` is asked to send."""

    def __init__(self, cloud: LoopbackAws) -> None:
        self.engine = DockerEngine()
        self.keys: list[str] = []
        self.instances: list[str] = []
        """Ids of those that were sent a key."""
        self.host = SshHost(self.engine.handle, lambda user, key: user == "ubuntu" and key in self.keys)
        cloud.hooks["ec2-instance-connect", "SendSSHPublicKey"] = self._key

    def _key(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["InstanceOSUser"] != "ubuntu":
            raise AwsError("InvalidArgsException", "no such user")
        self.keys.append(request["SSHPublicKey"].split()[1])
        self.instances.append(request["InstanceId"])
        return {"RequestId": "test", "Success": True}

    def close(self) -> None:
        """End the SSH host."""
        self.host.close()


class RunFeed:
    """Prints lines as simapp and its trainer do. Steps of an episode are a fifteenth of a second apart."""

    def __init__(self, machine: Machine) -> None:
        self.workers: list[ContainerLog] = [machine.engine.create(name) for name in NAMES]
        self.trainer = machine.engine.create(TRAINER)
        self.lines = 0
        self._episodes = [0] * len(NAMES)

    def start(self) -> None:
        """Workers say who they are, the trainer is up."""
        for number, worker in enumerate(self.workers):
            self._print(
                worker,
                f"Starting as worker {number}, using world {WORLD} and configuration training_params.yaml.",
                '"num_episodes_between_training": 6,',
                "{'MIN_EVAL_TRIALS': '2'}",
            )
        self._print(self.trainer, "DoorMan: installing SIGINT, SIGTERM")

    def restore(self, number: int) -> None:
        """All workers load checkpoint ``number``."""
        for worker in self.workers:
            self._print(
                worker,
                f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{number}_Step-{number * 100}.ckpt",
            )

    def episode(self, number: int, progress: Sequence[float], *, status: str = "off_track", done: bool = True) -> None:
        """An episode of worker ``number``: a row for each value of ``progress``, in per cent."""
        worker, episode = self.workers[number], self._episodes[number]
        for step, percent in enumerate((0.0, *progress), start=1):
            last = done and step == len(progress) + 1
            state = "prepare" if step == 1 else status if last else "in_progress"
            x, y = 3.0 + 0.01 * percent, 0.7
            self._print(
                worker,
                f"SIM_TRACE_LOG:{episode},{step},{x:.4f},{y},0.0,15.00,2.00,3,{0.0 if step == 1 else 1.0:.4f},"
                f"{last},True,{percent:.4f},7,17.67,{episode * 100 + step / 15:.3f},{state},0.00",
            )
        if done:
            self._episodes[number] += 1
            self._print(
                worker,
                f"Training> Name=main_level/agent, Worker=0, Episode={episode + 1}, Total reward={len(progress):.2f}, "
                f"Steps={10 * episode}, Training iteration=0",
            )

    def iteration(self, number: int, percent: float) -> None:
        """Checkpoint ``number``: two episodes of each worker that get ``percent`` far, an evaluation, the update."""
        self.restore(number)
        if number:
            self._print(self.workers[0], f"[BestModelSelection] Evaluation episode progress mean: {percent / 2}")
        for _ in range(2):
            for worker in range(len(self.workers)):
                self.episode(worker, [percent / 2, percent])
        self.evaluation()
        for epoch in range(3):
            self._print(
                self.trainer,
                f"Policy training> Surrogate loss=-0.0{number + 1}, KL divergence=0.002, Entropy={2.0 - number / 10}, "
                f"training epoch={epoch}, learning_rate=0.0003",
            )
        name = f"./checkpoint_sagemaker/agent/{number + 1}_Step-{(number + 1) * 100}.ckpt"
        self._print(self.trainer, f"Checkpoint> Saving in path=['{name}']")

    def evaluation(self) -> None:
        """Worker 0 evaluates once."""
        self._print(
            self.workers[0],
            "## agent: Starting evaluation phase",
            "Testing> Name=main_level/agent, Worker=0, Episode=1, Total reward=7.5, Steps=5, Training iteration=0",
        )

    def say(self, number: int, *lines: str) -> None:
        """Worker ``number`` prints something."""
        self._print(self.workers[number], *lines)

    def _print(self, container: ContainerLog, *lines: str) -> None:
        for line in lines:
            container.write(line)
        self.lines += len(lines)
