"""sandbox-exec of macOS: the wall for a child that cannot build one itself.

Source: sandbox-exec(1), `/System/Library/Sandbox/Profiles`. The tool is deprecated but shipped with every macOS; where
it is missing or does not start Python, the child runs without it and says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.reward.wall import ENVIRONMENT_MARK, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRY_SECONDS = 20.0
_PROFILE = """(version 1)
(allow default)
(deny network*)
(deny process-exec*)
(allow process-exec* {programs})
(deny signal)
(allow signal (target same-sandbox))
(deny file-write*)
(allow file-write* (literal "/dev/null"))
(deny file-read-data (subpath "/Users") (subpath "/private/etc") (subpath "/private/tmp")
  (subpath "/private/var/folders") (subpath "/private/var/root") (subpath "/Volumes") (subpath "/Library/Keychains"))
(allow file-read* {places})
"""
"""Everything the system itself needs differs by version, so this names what is refused."""


@dataclass(frozen=True)
class Sandbox:
    """What is put before the child's command; empty where there is no such tool."""

    tool: str | None = None

    @classmethod
    def of_this_system(cls) -> Sandbox:
        """The sandbox of this machine, tried once."""
        return cls(_tool()) if sys.platform == "darwin" else cls()

    @property
    def environment(self) -> Mapping[str, str]:
        """What tells the child that it is in one."""
        return {ENVIRONMENT_MARK: "1"} if self.tool else {}

    def command(self, folder: str) -> list[str]:
        """The words before those that start Python in *folder*."""
        return [self.tool, "-p", profile(folder)] if self.tool else []


def profile(folder: str) -> str:
    """The rules for a child in *folder*."""
    places = {Path(folder).resolve(), Path(sys.executable).parent, Path(sys.base_prefix).resolve(), *readable()}
    places.discard(Path.cwd())
    programs = (Path(sys.executable), Path(sys.executable).resolve())
    return _PROFILE.format(
        programs=" ".join({f"(literal {_quoted(path)})" for path in programs})
        + f" (subpath {_quoted(Path(sys.base_prefix).resolve())})",
        places=" ".join(sorted(f"(subpath {_quoted(path)})" for path in places)),
    )


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=1)
def _tool() -> str | None:
    """sandbox-exec, if Python starts in it with the rules for a child."""
    tool = shutil.which("sandbox-exec", path="/usr/bin")
    if tool is None:
        return None
    command = [tool, "-p", profile("/private/tmp/none"), sys.executable, "-I", "-c", "import json, ctypes, random"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TRY_SECONDS, cwd="/", check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tool if done.returncode == 0 else None
