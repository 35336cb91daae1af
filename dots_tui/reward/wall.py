"""The wall around the child of a rehearsal, as far as the system can give one.

Walled means that the system itself holds the racer's code: it reads the interpreter, its libraries and the (empty)
folder it runs in, changes no file, opens no socket, and starts, stops and signals no other process. Everything less is
called fenced only: Python's own events are refused (:mod:`dots_tui.reward.fence`), which holds mistakes and no intent.
"""

from __future__ import annotations

import contextlib
import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from typing import Callable

Held = Literal["walled", "fenced only"]

ENVIRONMENT_MARK = "DOTS_TUI_SANDBOX"
"""Set for a child that was started in a sandbox by its parent."""

_LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/nix/store")
_FACTS = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/openssl.cnf",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)
"""What the C library and numeric libraries ask of the machine."""
_NULL = Path(os.devnull)
_PACKAGES = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True)
class Confinement:
    """How the racer's code is held, and for "fenced only" what the system lacks."""

    held: Held
    missing: str = ""

    @property
    def words(self) -> str:
        """How far the code was held, in a sentence."""
        if self.held == "walled":
            return "Walled: the system kept the function from your files, the network and other programs."
        return f"Fenced only ({self.missing}): rehearse here only code that you would run yourself."


def build() -> Confinement:
    """Build the wall around this process, for good, and try whether it holds. Once, before threads and foreign code."""
    if os.environ.get(ENVIRONMENT_MARK):
        return _tried("sandbox-exec does not hold here")
    if sys.platform != "linux":
        return Confinement("fenced only", "this system has no sandbox that dots-tui can use")
    try:
        # Without the foreign-function interface there is no way to the system calls.
        from dots_tui.reward import landlock, seccomp
    except ImportError:
        return Confinement("fenced only", "this Python has no ctypes")
    if seccomp.machine() is None:
        return Confinement("fenced only", "system calls of this processor are not known")
    try:
        seccomp.no_new_privileges()
    except OSError as error:
        return Confinement("fenced only", f"the kernel gives no no_new_privs ({error.strerror})")
    missing = []
    try:
        landlock.restrict(readable(), [_NULL])
    except OSError as error:
        missing.append(f"the kernel has no Landlock ({error.strerror}), so files can be read")
    try:
        seccomp.restrict(writing=not missing)
    except OSError as error:
        missing.append(f"the kernel has no seccomp filter ({error.strerror})")
    return Confinement("fenced only", "; ".join(missing)) if missing else _tried("the kernel's wall does not hold here")


def readable() -> list[Path]:
    """What Python needs: the standard library, installed packages, shared libraries, and the folder at hand."""
    paths = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths += [Path(prefix, part) for prefix in {sys.prefix, sys.base_prefix} for part in ("lib", "lib64")]
    paths += [Path(entry) for entry in sys.path if _is_interpreters(Path(entry))]
    paths += [Path(entry) for entry in os.environ.get("LD_LIBRARY_PATH", "").split(":") if entry]
    if site.USER_SITE:
        paths.append(Path(site.USER_SITE))
    paths += map(Path, (*_LIBRARIES, *_FACTS))
    home = _home()
    # A library path may name anything, and a home is what this is there to keep.
    found = {path for path in paths if path.is_absolute() and not (home and _holds(path, home))}
    return sorted({*found, Path(__file__).resolve().parent.parent, Path.cwd()})


def _is_interpreters(entry: Path) -> bool:
    prefixes = (sys.prefix, sys.base_prefix)
    return entry.name in _PACKAGES or entry.suffix == ".zip" or any(_holds(Path(one, "lib"), entry) for one in prefixes)


def _home() -> Path | None:
    """The user's home by the system's book; the child's environment names another."""
    try:
        import pwd

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (ImportError, KeyError):
        return None


def _holds(folder: Path, path: Path) -> bool:
    """Whether *path* is *folder* or lies in it."""
    return folder == path or folder in path.parents


def _tried(otherwise: str) -> Confinement:
    """The result of a few attempts: to write a file, to read what is not Python's, to open a socket."""
    held = [_is_refused(attempt) for attempt in (_write_here, _read_elsewhere, _open_socket)]
    return Confinement("walled") if all(held) else Confinement("fenced only", otherwise)


def _is_refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _write_here() -> None:
    path = Path.cwd() / "wall"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.suppress(OSError):
        path.unlink()


def _read_elsewhere() -> None:
    os.close(os.open("/proc/self/environ" if sys.platform == "linux" else "/etc/passwd", os.O_RDONLY))


def _open_socket() -> None:
    import _socket  # not `socket`, which loads a lot

    _socket.socket().close()
