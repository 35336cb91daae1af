"""A machine with real systemd, and the surroundings in which an instance's scripts can run."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

from dots_tui.aws import packaged
from dots_tui.custom_files.defaults import default_files
from tests.aws.templates import parsed

SUPERVISOR = Path(__file__).with_name("supervisor.py")
BUCKET = "racers"
PREFIX = "training/first-model"
FILES = "custom_files/first-model"
CHECKED = "doctor/run-1"
"""The prefix in the bucket of an instance that is only checked."""
UNTIL = "tags/instance/dots-tui:until"
TRACES = (
    *("var/lib/dots-tui", "etc/dots-tui", "opt/dots-tui", "var/lib/world", "home/ubuntu/deepracer-for-cloud"),
    *("home/ubuntu/.Xauthority", "etc/systemd/system/*.wants/dots-tui-*"),
    *("etc/systemd/system/dots-tui-*.service", "etc/systemd/system/dots-tui-*.timer"),
)
"""The files that a run leaves on the machine."""
PATIENCE_S = 240.0
BOOT_S = 120.0


class Machine:
    """The instance and its surroundings. `folder` contains the root file system and is removed at the end."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self._process = subprocess.Popen(
            ["unshare", "--net", sys.executable, str(SUPERVISOR), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "supervisor.log").open("wb"),
            text=True,
        )
        self._log = folder / "supervisor.log"
        self._made: dict[str, str] = {}
        self.seconds = 0.0

    def ask(self, name: str, *arguments: object) -> Any:
        """Return the supervisor's answer to a request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps([name, arguments]) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise AssertionError(self._log.read_text()[-3000:]) from None
        line = self._process.stdout.readline()
        assert line, self._log.read_text()[-3000:] if self._log.exists() else "the supervisor has ended"
        answer = json.loads(line)
        assert "error" not in answer, answer
        return answer["value"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    # -- the machine ------------------------------------------------------------------------------------

    def run(self, command: str, check: bool = True) -> str:
        """Run a shell command as root on the machine. Return its output."""
        leader = self.ask("leader")
        assert leader, f"the machine is off: {self.ask('console')}"
        done = subprocess.run(
            [
                "nsenter",
                "-t",
                str(leader),
                *["-m", "-p", "-u", "-n", "-i", "-r", "-w", "--"],
                "/bin/bash",
                "-c",
                command,
            ],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"},
        )
        assert not check or done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def boot(self) -> None:
        if not self.ask("running"):
            self.ask("boot")
        self.booted()

    def booted(self) -> None:
        """Wait until systemd has reached its target."""

        def up() -> bool:
            if not self.ask("leader"):
                assert self.ask("running"), self.ask("console")
                return False
            return self.run("systemctl is-system-running", check=False).strip() in ("running", "degraded")

        self.until(up, "the machine is up", BOOT_S)

    def reboot(self) -> None:
        self.run("systemctl --no-block reboot")
        self.until(self.is_off, "systemd has ended")  # a machine is booted again from outside
        self.boot()

    def is_off(self) -> bool:
        return not self.ask("running")

    def shutdown_in(self) -> float | None:
        """Return the seconds until the scheduled shutdown; None if none is scheduled."""
        found = re.search(r"^USEC=(\d+)", self.run("cat /run/systemd/shutdown/scheduled", check=False), re.MULTILINE)
        return int(found[1]) / 1e6 - time.time() if found else None

    def until(self, met: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
        end = time.monotonic() + patience_s
        while not met():
            assert time.monotonic() < end, f"not within {patience_s:.0f} s: {what}\n{self.told()}"
            time.sleep(0.5)

    def told(self) -> str:
        """Return the logs that explain a failed test."""
        names = ("lib/dots-tui/problem", "log/cloud-init-output.log", "lib/dots-tui/drfc.log", "log/world.log")
        files = [self.root / "var" / name for name in names]
        texts = [f"== {file.name}\n{file.read_text()[-2500:]}" for file in files if file.exists()]
        if not self.is_off():
            texts.append(self.run("journalctl --no-pager -n 40 -o cat -u 'dots-tui-*'", check=False))
        return "\n".join(texts)

    # -- the world --------------------------------------------------------------------------------------

    def fresh(self) -> None:
        """Reset the machine and AWS: nothing has run, and a stack waits for the instance."""
        if not self.is_off():
            # Twice, and without the scripts: the end of a unit can start another one.
            stop = "systemctl stop 'dots-tui-*' 'user-data-*'"
            self.run(f"rm -rf /opt/dots-tui; {stop}; {stop}; shutdown -c; systemctl reset-failed; true")
            self.run("rm -rf /run/dots-tui /run/world /tmp/sagemaker")
        # Before the boot: the rest of an old run would continue to its end.
        for pattern in TRACES:
            for path in self.root.glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        self.boot()
        self.run(
            "mkdir -m 777 /run/world /var/lib/world; systemctl daemon-reload; "
            "cp -a /opt/drfc /home/ubuntu/deepracer-for-cloud; mkdir -p /home/ubuntu/deepracer-for-cloud/tmp; "
            "chown -R ubuntu: /home/ubuntu; : > /var/log/world.log; : > /var/log/cloud-init-output.log; "
            "journalctl --rotate -q; journalctl --vacuum-time=1s -q; true"
        )
        self._made = self.ask("fresh")
        for name, content in packaged.instance_files().items():
            self.ask("put", f"{packaged.instance_prefix()}/{name}", content.decode())
        self.ask("metadata", "instance-id", "i-0abc")
        self.lives(60)

    def lives(self, minutes: int) -> str:
        """Set the time to live from now. Return the end in the format of the tag."""
        end = f"{datetime.now(timezone.utc) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        self.ask("metadata", UNTIL, end)
        return end

    def tell(self, name: str, text: str = "") -> None:
        """Write a file to /var/lib/world, where the stand-ins read their instructions."""
        self.run(f"printf '%s\\n' {shlex.quote(text)} > /var/lib/world/{name}; chmod 666 /var/lib/world/{name}")

    def launch(self, market: str = "standard", settings: Mapping[str, str] | None = None) -> None:
        """Start the instance with the packaged custom files and the given settings."""
        changed = {"DR_LOCAL_S3_MODEL_PREFIX": PREFIX, "DR_LOCAL_S3_CUSTOM_FILES_PREFIX": FILES, **(settings or {})}
        for name, content in default_files().items():
            lines = content.decode().splitlines()
            replaced = [_replaced(line, changed) for line in lines] if name.endswith(".env") else lines
            # The Python scripts of a real DRFC find the emulated S3 here.
            endpoint = ["DR_LOCAL_S3_ENDPOINT_URL=http://127.0.0.1:4566"] if name == "system.env" else []
            self.ask("put", f"{FILES}/{name}", "\n".join([*replaced, *endpoint]) + "\n")
        self._start(self.user_data(Market=market))

    def check(self) -> None:
        """Start the instance like `dots-tui doctor --live`: without custom files and training."""
        self._start(self.user_data(Setup="check", Run=CHECKED, CUSTOMFILELOCATION=CHECKED))

    def _start(self, user_data: str) -> None:
        path = self.root / "usr/local/sbin/user-data"
        path.write_text(user_data)
        path.chmod(0o755)
        output = "-p StandardOutput=append:/var/log/cloud-init-output.log -p StandardError=inherit"
        # A unique name: systemd may still have the unit of the previous scenario.
        unit = f"user-data-{time.monotonic_ns()}"
        self.run(f"systemd-run -q --collect --no-block --unit={unit} {output} /usr/local/sbin/user-data")

    def user_data(self, **parameters: str) -> str:
        """Return the launch template's user data with CloudFormation's values. `parameters` replace some of them."""
        data = parsed("training.yaml")["Resources"]["LaunchTemplate"]["Properties"]["LaunchTemplateData"]
        text: str = data["UserData"]["Fn::Base64"]["Fn::Sub"][0]
        values = {
            "AWS::StackName": "run-1",
            "AWS::StackId": self._made["stack"],
            "AWS::Region": "us-east-1",
            "ResourcesStackName": "base",
            "Market": "standard",
            "BUCKET": BUCKET,
            "CUSTOMFILELOCATION": FILES,
            "Topic": self._made["topic"],
            "SignalResource": "Group" if parameters.get("Market") == "spot" else "Instance",
            "InstanceFiles": packaged.instance_prefix(),
            "Setup": "image",
            "Run": PREFIX,
            **parameters,
        }
        for name, value in values.items():
            text = text.replace("${" + name + "}", value)
        assert "${" not in text
        return text

    def checkpoint(self, prefix: str = PREFIX) -> None:
        """Put a model with two checkpoints into the bucket, like a trainer."""
        index = {"last_checkpoint": {"name": "5_Step-900.ckpt"}, "best_checkpoint": {"name": "4_Step-700.ckpt"}}
        files = {"model/deepracer_checkpoints.json": json.dumps(index, indent=1), "model/model_metadata.json": "{}"}
        for number, step in ((4, 700), (5, 900)):
            endings = ("index", "meta", "data-00000-of-00001")
            files.update({f"model/{number}_Step-{step}.ckpt.{ending}": "x" for ending in endings})
            files[f"model/model_{number}.pb"] = "y"
        others = {"ip/hyperparameters.json": "{}", "reward_function.py": "", "metrics/TrainingMetrics.json": "{}"}
        for name, text in {**files, **others}.items():
            self.ask("put", f"{prefix}/{name}", text or "#")

    def phases(self, prefix: str = PREFIX) -> dict[str, dict[str, str]]:
        """Return the phases in the bucket by name, in order."""
        text = self.ask("get", f"{prefix}/dots-tui/phases.json")
        return {one["name"]: one for one in json.loads(text)["phases"]} if text else {}

    def reaches(self, phase: str, prefix: str = PREFIX) -> None:
        self.until(lambda: phase in self.phases(prefix), f"phase {phase}")

    def calls(self, start: str) -> list[str]:
        """Return the calls of stand-ins that begin with `start`, in order."""
        path = self.root / "var/log/world.log"
        return [line for line in path.read_text().splitlines() if line.startswith(start)]


def _replaced(line: str, settings: Mapping[str, str]) -> str:
    key, found, _ = line.partition("=")
    return f"{key}={settings[key]}" if found and key in settings else line


def checkout() -> Path | None:
    """Return the DRFC checkout named by the environment; None for the stand-in."""
    named = os.environ.get("DRFC_CHECKOUT", "")
    return Path(named).resolve() if named else None
