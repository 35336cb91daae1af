"""A program of the embedded instance that prints the output of containers: a training or an evaluation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from dots_tui.demo.paced_output import CONTROL

if TYPE_CHECKING:
    from dots_tui.demo.docker_engine import ContainerLog, DockerEngine

IMAGE = "awsdeepracercommunity/deepracer-simapp:6.0.4-gpu"
_END_S = 3.0


class ContainerJob:
    """`python -m MODULE FOLDER` in a thread, with one container of `engine` for each name it prints.

    `heard` is called with each line and its container. `options` are passed to the program.
    """

    def __init__(
        self,
        engine: DockerEngine,
        module: str,
        folder: Path,
        heard: Callable[[str, bytes], None] = lambda *_: None,
        options: Sequence[str] = (),
    ) -> None:
        self.containers: dict[str, ContainerLog] = {}
        self._engine = engine
        self._command = [sys.executable, "-m", module, str(folder), *options]
        self._heard = heard
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False
        self._thread = threading.Thread(target=self._run, name=module, daemon=True)

    @property
    def running(self) -> bool:
        """True while the program runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the program; its containers are created when they first print."""
        self._thread.start()

    def end(self) -> None:
        """End the program, wait for its end, and end its containers. May be called at any time, and repeatedly."""
        with self._lock:
            self._over = True
            process = self._process
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._thread.is_alive():
            self._thread.join(_END_S)

    def remove(self) -> None:
        """Remove its containers, as `docker compose down` does."""
        for container in self.containers.values():
            if self._engine.find(container.id) is container:
                self._engine.remove(container.name)

    def _run(self) -> None:
        with self._lock:
            if self._over:
                return
            process = self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # a process group of its own: the reward code is killed with it
            )
        assert process.stdout is not None
        for line in process.stdout:
            self._take(line.rstrip(b"\n"))
        status = process.wait()
        for container in self.containers.values():
            container.exit(0 if status == 0 else 1)

    def _take(self, line: bytes) -> None:
        if line.startswith(CONTROL.encode()):
            self._control(*line.decode()[len(CONTROL) :].split(" "))
            return
        name, _, text = line.partition(b"\t")
        container = self._container(name.decode())
        if container.running:
            container.write(text)
            self._heard(container.name, text)

    def _control(self, word: str, *values: str) -> None:
        if word == "exit":
            self._container(values[0]).exit(int(values[1]))
        elif word == "clock":
            self._engine.clock.run_at(float(values[0]))

    def _container(self, name: str) -> ContainerLog:
        if name not in self.containers:
            self.containers[name] = self._engine.create(name, image=IMAGE)
        return self.containers[name]
