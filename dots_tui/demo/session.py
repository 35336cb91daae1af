"""The embedded cloud as seen by the app: a child process and a temporary folder, both removed at the end.

The child ends when its standard input ends, so it ends with this process in every case.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.demo.left_over import remove
from dots_tui.demo.mishaps import Mishap
from dots_tui.problems import SingleCodeProblem

_START_SECONDS = 60.0
_END_SECONDS = 10.0
_MOST_SAID = 1 << 20

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIADEMODEMODEMODEMO",
    "AWS_SECRET_ACCESS_KEY": "the-embedded-cloud-asks-for-none",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_OTHER_CREDENTIALS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")


class DemoProblem(SingleCodeProblem):
    """The embedded cloud did not start."""

    CODE = "demo"


@dataclass(frozen=True)
class Address:
    """The addresses of the embedded cloud, on this machine only."""

    endpoint: str
    ssh_port: int


class EmbeddedCloud:
    """Starts the embedded cloud in a child process. `folder` holds the copy of the files to work on.

    `mishap` is the failure that it shows.
    """

    def __init__(self, mishap: Mishap | None = None) -> None:
        """Raises DemoProblem."""
        _require_extra()
        self._mishap = mishap
        self._lock = threading.Lock()
        self._address: Address | None = None
        self.home = Path(tempfile.gettempdir()) / f"dots-tui-demo-{secrets.token_hex(6)}"
        self.folder = self.home / "custom-files"
        self._child: subprocess.Popen[bytes] | None = None
        try:
            self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
            # Start the child before the folder exists: it removes the folder even if this process is killed.
            self._child = self._start()
            self.home.mkdir(mode=0o700)
            create_defaults(self.folder)
        except (OSError, FolderProblem) as problem:
            self.close()
            raise DemoProblem(f"the embedded cloud cannot be started: {problem}") from problem

    def _start(self) -> subprocess.Popen[bytes]:
        mishap = [self._mishap.value] if self._mishap is not None else []
        return subprocess.Popen(
            [sys.executable, "-m", "dots_tui.demo.cloud", str(self.home), *mishap],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            # A session of its own: ctrl+c goes to the app only, which then ends the child in order.
            start_new_session=True,
        )

    def wait(self) -> Address:
        """Wait until the cloud answers, then point boto3 in this process to it. Raises DemoProblem."""
        with self._lock:
            if self._address is None:
                self._address = self._read_address()
                os.environ.update(_ENVIRONMENT, AWS_ENDPOINT_URL=self._address.endpoint)
                for name in _OTHER_CREDENTIALS:
                    os.environ.pop(name, None)
            return self._address

    def _read_address(self) -> Address:
        child = self._child
        assert child is not None
        assert child.stdout is not None
        timer = threading.Timer(_START_SECONDS, child.kill)
        timer.daemon = True
        timer.start()
        line = child.stdout.readline()
        timer.cancel()
        try:
            told = json.loads(line)
            return Address(told["endpoint"], told["ssh_port"])
        except (ValueError, KeyError) as error:
            raise DemoProblem(f"the embedded cloud did not start: {self._last_words()}") from error

    def _last_words(self) -> str:
        # read() would move the file position at which the child writes.
        said = os.pread(self._log.fileno(), _MOST_SAID, 0)
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it ended without a word; try again"

    def close(self) -> None:
        """End the cloud and remove all its files. May be called twice."""
        if self._child is not None:
            _end(self._child)
        remove(self.home)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close the child's standard input, which ends it; kill it if it does not end."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _require_extra() -> None:
    from importlib.util import find_spec

    if find_spec("moto") is None or find_spec("flask") is None:
        raise DemoProblem(
            "the embedded cloud is an extra that is not installed:",
            "pip install 'dots-tui[demo]' (in a checkout: make demo)",
        )
