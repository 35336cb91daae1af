"""What real bash makes of an env file, sourced or loaded the way DRFC does, with nothing around it.

The texts come from tests. Nothing can be run by them: PATH leads nowhere, and the tests' words are no builtins.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

BASH = shutil.which("bash")
ENVIRONMENT = {"HOME": "/home/u", "PATH": "/nonexistent", "LC_ALL": "C.UTF-8"}
OWN = {*ENVIRONMENT, "PWD", "OLDPWD", "SHLVL", "_"}
"""Variables that are there anyway."""
_SHOW = f"wait; printf '\\0--\\0'; {shutil.which('env')} -0"
_SOURCE = f'set -a; source "$1"; {_SHOW}'
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
load "$1"; {_SHOW}
"""


def sourced(text: str) -> dict[str, str]:
    """The variables a program sees after ``set -a; source FILE``."""
    return _run(_SOURCE, text)


def loaded(text: str) -> dict[str, str]:
    """The variables a program sees after a loop like that of DRFC's dr-update-env."""
    return _run(_LOAD, text)


def _run(script: str, text: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        file, empty = Path(folder) / "t.env", Path(folder) / "empty"
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        empty.mkdir()
        command = [BASH or "bash", "--noprofile", "--norc", "-c", script, "bash", str(file)]
        done = subprocess.run(command, env=ENVIRONMENT, cwd=empty, capture_output=True, timeout=30)
    shown = done.stdout.decode("utf-8", "surrogateescape").rpartition("\0--\0")[2]
    pairs = (item.split("=", 1) for item in shown.split("\0") if item)
    return {name: value for name, value in pairs if name not in OWN}
