"""AWS on loopback, for the demo and the tests: moto's server with realistic stack lifecycles.

A process can run one at a time, because moto's stores are global. It stores nothing on disk, sends nothing to other
machines, and needs no Docker.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.demo import aws_images, aws_interruption, aws_market, aws_patches, aws_stacks
from dots_tui.demo.aws_http import AwsError, Fault, Gate, Hook
from dots_tui.demo.aws_lifecycle import StackLife

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

__all__ = ["AwsError", "Fault", "Hook", "LoopbackAws"]

_STOP_POLL_S = 0.05
_one_at_a_time = threading.Lock()


class LoopbackAws:
    """The loopback AWS. `start()` it, set `AWS_ENDPOINT_URL` to `url`, and `stop()` it.

    `step` is the time in seconds that one resource of a stack takes. Every instance has the public address `public_ip`.
    With `old_images` the community's images are months old. These attributes can be changed at any time:

    * `faults`: a list of `Fault`, answered instead of the matching calls
    * `hooks`: (service, action) -> function of the request's parameters, which answers instead of moto, returns None,
      or raises `AwsError`
    * `fail`: logical id -> reason with which the creation of this resource fails
    * `on_instance(instance_id, stack_name, parameters)`: called when a stack has created an instance; its exception
      fails the stack
    * `on_instance_gone(instance_id)`: called when that instance is deleted
    * `on_update(stack_name, parameters)`: called when a stack was updated
    * `on_bucket(name)`: called when a stack has created a bucket

    `calls` contains (service, action) of all requests so far.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        step: float = 0.05,
        public_ip: str = "127.0.0.1",
        *,
        old_images: bool = False,
    ) -> None:
        self._address = (host, port)
        self._public_ip = public_ip
        self._old_images = old_images
        self._life = StackLife(step)
        self._patches = aws_patches.Patches()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._gate = Gate(_moto_application())
        self.quotas = aws_market.Quotas()
        """The account's vCPUs by quota code."""
        aws_market.open_market(self._gate, self.quotas)
        aws_images.open_images(self._gate)

    @property
    def url(self) -> str:
        """`http://HOST:PORT`, while started."""
        if self._server is None:
            raise RuntimeError("the loopback AWS is not started")
        return f"http://{self._server.host}:{self._server.port}"

    def start(self) -> LoopbackAws:
        """Start the server; return when it answers. Only one can run in a process."""
        from werkzeug.serving import make_server

        if not _one_at_a_time.acquire(blocking=False):
            raise RuntimeError("another loopback AWS is started in this process")
        try:
            # werkzeug logs every request at INFO, which would disturb the screen of a terminal program.
            logging.getLogger("werkzeug").setLevel(logging.ERROR)
            self._server = make_server(*self._address, self._gate, threaded=True, request_handler=_request_handler())
        except BaseException:
            _one_at_a_time.release()
            raise
        aws_patches.apply(self._patches, self._public_ip)
        aws_images.apply(self._patches, lambda: self._life.step, old=self._old_images)
        aws_stacks.apply(self._patches, self._life)
        _forget_everything()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_POLL_S,), name="loopback-aws", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop the server and its background work. May be called twice."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None
        self._life.close()
        _forget_everything()
        self._patches.undo()
        _one_at_a_time.release()

    def interrupt(self, instance_id: str) -> None:
        """Interrupt a spot instance, as AWS does when it needs the capacity."""
        aws_interruption.interrupt(self._life, instance_id)

    def reset(self) -> None:
        """Reset to the initial state: no stacks, buckets, faults, hooks, callbacks or calls."""
        self._life.close()
        _forget_everything()
        self._life.fail.clear()
        self._life.on_instance = self._life.on_instance_gone = self._life.on_update = self._life.on_signal = None
        self._life.on_bucket = None
        for kept in (self.calls, self.faults):
            kept.clear()
        self.quotas.reset()
        self._gate.most_at_once = 0
        self.hooks.clear()

    # -- what can be changed and looked at --------------------------------------------------------

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(service, action) of every request, oldest first."""
        return self._gate.calls

    @property
    def most_at_once(self) -> int:
        """The maximum number of parallel requests."""
        return self._gate.most_at_once

    @most_at_once.setter
    def most_at_once(self, count: int) -> None:
        self._gate.most_at_once = count

    @property
    def faults(self) -> list[Fault]:
        """The errors to answer with."""
        return self._gate.faults

    @property
    def refuses(self) -> Callable[[str], AwsError | None]:
        """Maps the access key of a request to the error to answer with, or None."""
        return self._gate.refuses

    @refuses.setter
    def refuses(self, call: Callable[[str], AwsError | None]) -> None:
        self._gate.refuses = call

    @property
    def hooks(self) -> dict[tuple[str, str], Hook]:
        """Functions that answer instead of moto."""
        return self._gate.hooks

    @property
    def fail(self) -> dict[str, str]:
        """Maps the logical id of a resource to the reason its creation fails."""
        return self._life.fail

    @property
    def step(self) -> float:
        """Seconds that a resource takes."""
        return self._life.step

    @step.setter
    def step(self, seconds: float) -> None:
        self._life.step = seconds

    @property
    def on_instance(self) -> Callable[[str, str, dict[str, str]], None] | None:
        """Called with instance id, stack name and stack parameters after an instance was created."""
        return self._life.on_instance

    @on_instance.setter
    def on_instance(self, call: Callable[[str, str, dict[str, str]], None] | None) -> None:
        self._life.on_instance = call

    @property
    def on_instance_gone(self) -> Callable[[str], None] | None:
        """Called with the instance id after an instance was deleted with its stack."""
        return self._life.on_instance_gone

    @on_instance_gone.setter
    def on_instance_gone(self, call: Callable[[str], None] | None) -> None:
        self._life.on_instance_gone = call

    @property
    def on_signal(self) -> Callable[[str, Callable[[], bool]], bool] | None:
        """Called with the instance id and a function that is true once nobody waits; returns true if it is ready."""
        return self._life.on_signal

    @on_signal.setter
    def on_signal(self, call: Callable[[str, Callable[[], bool]], bool] | None) -> None:
        self._life.on_signal = call

    @property
    def on_update(self) -> Callable[[str, dict[str, str]], None] | None:
        """Called with stack name and parameters when a stack was updated."""
        return self._life.on_update

    @on_update.setter
    def on_update(self, call: Callable[[str, dict[str, str]], None] | None) -> None:
        self._life.on_update = call

    @property
    def on_bucket(self) -> Callable[[str], None] | None:
        """Called with the name of each bucket that a stack has made."""
        return self._life.on_bucket

    @on_bucket.setter
    def on_bucket(self, call: Callable[[str], None] | None) -> None:
        self._life.on_bucket = call


def _moto_application() -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    return DomainDispatcherApplication(create_backend_app)


def _request_handler() -> Any:
    """Return moto's own request handler if it has one (5.2), else werkzeug's."""
    from moto.moto_server import werkzeug_app

    return getattr(werkzeug_app, "MotoRequestHandler", None)


def _forget_everything() -> None:
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()
