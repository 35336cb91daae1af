"""What real bash makes of an env file, sourced or loaded the way DRFC does, with nothing around it.

The texts come from tests. Nothing can be run by them: PATH leads nowhere, and the tests' words are no builtins.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

BASH = shutil.which("bash")
ENVIRONMENT = {"HOME": "/home/u", "PATH": "/nonexistent", "LC_ALL": "C.UTF-8"}
OWN = {*ENVIRONMENT, "PWD", "OLDPWD", "SHLVL", "_"}
"""Variables that are there anyway."""
_SHOW = f"wait; printf '\\0--\\0'; {shutil.which('env')} -0"
_SOURCE = f'set -a; while [[ $# -gt 0 ]]; do source "$1"; shift; done; {_SHOW}'
_LOAD = f"""
load() {{
  local piece seen name value
  for piece in $({shutil.which("grep")} -v '^#' "$1"); do
    seen=$(echo $piece)                # unquoted on purpose: patterns are expanded again, and echo takes options
    name=${{seen%%=*}}
    value=$seen
    if [[ $seen == *=* ]]; then
      value=${{seen#*=}}
      value=${{value%%=*}}
    fi
    eval "export $name=$value"
  done
}}
while [[ $# -gt 0 ]]; do load "$1"; shift; done; {_SHOW}
"""


def sourced(*texts: str) -> dict[str, str]:
    """The variables a program sees after ``set -a; source FILE`` for each of ``texts`` in one shell."""
    return _run(_SOURCE, texts)


def loaded(*texts: str) -> dict[str, str]:
    """The variables a program sees after a loop like that of DRFC's dr-update-env over each of ``texts``."""
    return _run(_LOAD, texts)


def _run(script: str, texts: Sequence[str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        empty.mkdir()
        files = [Path(folder) / f"{number}.env" for number in range(len(texts))]
        for file, text in zip(files, texts):
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
        command = [BASH or "bash", "--noprofile", "--norc", "-c", script, "bash", *map(str, files)]
        done = subprocess.run(command, env=ENVIRONMENT, cwd=empty, capture_output=True, timeout=30)
    shown = done.stdout.decode("utf-8", "surrogateescape").rpartition("\0--\0")[2]
    pairs = (item.split("=", 1) for item in shown.split("\0") if item)
    return {name: value for name, value in pairs if name not in OWN}
