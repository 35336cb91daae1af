"""The Python a function is rehearsed with: this one, or another on the machine that has what the function imports."""

from __future__ import annotations

import ast
import functools
import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import dots_tui
from dots_tui.reward.calling import SIMULATION_HAS

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASK = (
    "import sys, importlib.util as u; "
    "sys.exit(not (sys.version_info >= (3, 9) and all(u.find_spec(m) is not None for m in sys.argv[1:])))"
)
_ASK_SECONDS = 5.0
_MOST_ASKED = 12
_ENVIRONMENTS = ("VIRTUAL_ENV", "CONDA_PREFIX")
_FOLDERS = ("~/.pyenv/versions/*/bin", "~/miniconda3/bin", "~/anaconda3/bin", "/opt/*/bin", "~/.virtualenvs/*/bin")


class Python(NamedTuple):
    """A program, and what it has on its path: that of this process or its own, and then more folders."""

    program: str
    path: tuple[tuple[str, ...], tuple[str, ...]]


def python_for(source: str) -> Python:
    """The Python for a function with that text; this one when there is none that has all it imports."""
    modules = frozenset(imported(source) & SIMULATION_HAS)
    own = Python(sys.executable, (tuple(entry for entry in sys.path if entry), ()))
    if all(find_spec(module) is not None for module in modules):
        return own
    other = _other_with(modules)
    return own if other is None else Python(other, ((), (str(Path(dots_tui.__file__).parent.parent),)))


def imported(source: str) -> set[str]:
    """The modules a text imports, anywhere in it; none of a text that Python cannot read."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names}


def install_advice() -> str:
    """How to get what the simulation has for this program, however that was installed."""
    prefix = sys.prefix.replace("\\", "/")
    if "/pipx/" in prefix:
        command = "pipx inject dots-tui numpy scipy shapely"
    elif "/uv/tools/" in prefix:
        command = "uv tool install --with numpy,scipy,shapely dots-tui"
    else:
        command = f"{shlex.quote(sys.executable)} -m pip install numpy scipy shapely"
    return f"This installs it: {command}"


@functools.lru_cache(maxsize=16)
def _other_with(modules: frozenset[str]) -> str | None:
    """Another Python on this machine, from 3.9 on, that has them."""
    for program in list(_programs())[:_MOST_ASKED]:
        try:
            done = subprocess.run(
                [program, "-I", "-c", _ASK, *sorted(modules)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ASK_SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        if done.returncode == 0:
            return program
    return None


def _programs() -> Iterator[str]:
    """Pythons of environments in use, on the path, and where they usually are; each once."""
    seen = {os.path.realpath(sys.executable)} if sys.prefix == sys.base_prefix else set()
    folders = [Path(os.environ[name]) / "bin" for name in _ENVIRONMENTS if os.environ.get(name)]
    folders += [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    for pattern in _FOLDERS:
        base = Path(pattern).expanduser()
        folders += sorted(Path(base.anchor).glob(str(base.relative_to(base.anchor))), reverse=True)
    for folder in folders:
        for name in ("python3", "python", *(f"python3.{minor}" for minor in range(14, 8, -1))):
            program = folder / name
            real = os.path.realpath(program)
            # Programs of environments are links to one program, but have other modules.
            key = real if not (folder.parent / "pyvenv.cfg").exists() else str(folder)
            if key not in seen and os.access(program, os.X_OK) and program.is_file():
                seen.add(key)
                yield str(program)
