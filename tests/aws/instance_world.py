"""A folder that stands for an instance: its scripts are run by a real bash, with a stand-in for each program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from dots_tui.aws import packaged

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(
    BASH is None or shutil.which("timeout") is None or shutil.which("flock") is None,
    reason="the instance's scripts need bash, timeout and flock, as Linux has them",
)

ENV = """\
STACK_NAME='run-1'
STACK_ID='arn:aws:cloudformation:us-east-1:1:stack/run-1/x'
BASE_STACK='base'
REGION='us-east-1'
BUCKET='bucket'
CUSTOM_FILES='custom_files'
TOPIC='arn:aws:sns:us-east-1:1:topic'
SIGNAL_RESOURCE='Instance'
RUN='training/model-1'
"""

# Every program appends what it was called with to the journal; what it answers is in files of the test.
PROGRAM = """\
#!/bin/bash
name=$(basename "$0")
printf '%s %s\\n' "$name" "$*" >> "$WORLD/journal"
[[ -x $WORLD/answers/$name ]] && exec "$WORLD/answers/$name" "$@"
exit 0
"""

AWS = """\
case "$*" in
  "s3 cp --recursive"*custom_files*) cp "$WORLD"/s3/custom_files/* custom_files/ ;;
  "s3api list-objects-v2"*)
    prefix=$(sed 's/.*--prefix \\([^ ]*\\).*/\\1/' <<< "$*")
    grep -m1 "^$prefix" "$WORLD/keys" || echo None ;;
  "s3 ls s3://bucket/upload/run-1/model/") cat "$WORLD/uploaded" ;;
  "s3 cp"*phases.json" "s3://*) cp "$6" "$WORLD/sent-phases.json" ;;
  "s3 cp"*s3://*phases.json*) cat "$WORLD/there.json" > "$5" || exit 1 ;;
  "s3 cp"*.log*) cp "$4" "$WORLD/log-$(basename "$4")" ;;
  "cloudformation delete-stack"*) [[ ! -e $WORLD/no-delete ]] ;;
esac
"""

# DeepRacer-for-cloud's activate.sh, as far as the scripts see it: variables, functions, a status of 1.
ACTIVATE = """\
set -a; source ./system.env; source ./run.env; set +a
dr-start-training() { echo "dr-start-training $*" >> "$WORLD/journal"; }
dr-stop-training() { echo "dr-stop-training" >> "$WORLD/journal"; }
dr-upload-model() { echo "dr-upload-model $*" >> "$WORLD/journal"; [[ ! -e $WORLD/no-upload ]]; }
dr-update-viewer() { echo "dr-update-viewer" >> "$WORLD/journal"; }
[[ $- == *i* ]] && true
"""

RUN_ENV = "DR_LOCAL_S3_MODEL_PREFIX=training/model-1\nDR_UPLOAD_S3_PREFIX=upload/run-1\n"


@dataclass
class World:
    """A folder that stands for the instance."""

    root: Path

    def answer(self, program: str, script: str) -> None:
        path = self.root / "answers" / program
        path.write_text("#!/bin/bash\n" + script)
        path.chmod(0o755)

    def run(self, script: str, extra: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.root),
            "WORLD": str(self.root),
            "DOTS_TUI_ETC": str(self.root / "etc"),
            "DOTS_TUI_STATE": str(self.root / "state"),
            "DOTS_TUI_DRFC": str(self.root / "drfc"),
            "DOTS_TUI_PROFILE": str(self.root / "etc" / "profile.sh"),
            "DOTS_TUI_RUN": str(self.root / "run"),
            "DOTS_TUI_SIGNAL": str(self.root / "bin" / "cfn-signal"),
            "DOTS_TUI_APT": str(self.root / "etc"),
            "DOTS_TUI_TICK": "0",
            "DOTS_TUI_PAUSE": "0",
            "DOTS_TUI_LOOKS": "4",
            "DOTS_TUI_CONTAINER_LOOKS": "2",
            "DOTS_TUI_RETRY": "0",
            **(extra or {}),
        }
        command = ["bash", str(self.root / "opt" / script)]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    @property
    def phases(self) -> dict[str, dict[str, str]]:
        """The recorded phases by name, in their order; the last one counts."""
        path = self.root / "state" / "phases.json"
        return {one["name"]: one for one in json.loads(path.read_text())["phases"]} if path.exists() else {}

    @property
    def journal(self) -> list[str]:
        path = self.root / "journal"
        return path.read_text().splitlines() if path.exists() else []

    def said(self, start: str) -> list[str]:
        return [line for line in self.journal if line.startswith(start)]

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name: str) -> str:
        return (self.root / name).read_text()


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path)
    for name in ("answers", "bin", "etc", "state", "run", "drfc/bin", "opt"):
        (tmp_path / name).mkdir(parents=True)
    for name, content in packaged.instance_files().items():
        (tmp_path / "opt" / name).write_bytes(content)
        (tmp_path / "opt" / name).chmod(0o755)
    for name in ("aws", "docker", "shutdown", "systemctl", "sudo", "curl", "chown", "cfn-signal", "journalctl"):
        program = tmp_path / "bin" / name
        program.write_text(PROGRAM)
        program.chmod(0o755)
    found.answer("aws", AWS)
    found.write("etc/env", ENV)
    found.write("etc/profile.sh", "export DEEPRACER_S3_URI=bucket\n")
    found.write("keys", "")
    found.write("uploaded", "1_Step-9.ckpt.index\nmodel_1.pb\ndeepracer_checkpoints.json\n")
    found.write("drfc/bin/activate.sh", ACTIVATE)
    found.write("drfc/run.env", RUN_ENV)
    found.write("drfc/system.env", "DR_UPLOAD_S3_BUCKET=bucket\n")
    for name in ("reward_function.py", "hyperparameters.json", "model_metadata.json"):
        found.write(f"s3/custom_files/{name}", "{}\n")
    found.write("s3/custom_files/run.env", RUN_ENV)
    return found
