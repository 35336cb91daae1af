"""The settings of a host in `~/.ssh/config` and `~/.ssh/known_hosts`, as far as paramiko reads them."""

from __future__ import annotations

import getpass
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.problems import problem_of
from dots_tui.remote.problems import SSH_CONFIG, RemoteProblem

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = Path("~/.ssh/config")
KNOWN_HOSTS = Path("~/.ssh/known_hosts")
_WANTED = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@/\s]+)@)?(?P<host>\[[^]\s]+\]|[^:/\s-][^:/\s]*|[0-9a-fA-F:]+)(?::(?P<port>\d+))?/?"
)
_PREFERRED = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


@dataclass(frozen=True)
class HostConfig:
    """The settings to reach `alias`. `keys` are the files of IdentityFile, `proxy` is a shell command ("" for
    none).
    """

    alias: str
    address: str
    port: int
    user: str
    keys: tuple[str, ...] = ()
    keys_only: bool = False
    proxy: str = ""

    @property
    def special(self) -> bool:
        """True if the file sets a key or a proxy."""
        return bool(self.keys or self.proxy)


def read_host(
    wanted: str, config: Path = CONFIG, *, user: str = "", which: Callable[[str], str | None] = shutil.which
) -> HostConfig:
    """Return the settings of `wanted`, in the form `[user@]host[:port]`; `user` is the default.

    The host is a name in the file or any address. ProxyJump becomes the ssh command that OpenSSH
    would use. Raise RemoteProblem if the file is invalid, or if ProxyJump is used and there is no
    ssh program.
    """
    import paramiko

    match = _WANTED.fullmatch(wanted.strip())
    if match is None:
        raise RemoteProblem(SSH_CONFIG, f"{wanted!r} is no host.", "Write it as host, user@host or user@host:port.")
    alias = match["host"].strip("[]")
    try:
        found = paramiko.SSHConfig.from_text(_text(config)).lookup(alias)
        port = int(match["port"] or found.get("port", 22))
    except (paramiko.SSHException, ValueError, ImportError) as error:
        raise RemoteProblem(
            SSH_CONFIG,
            f"{config} cannot be used: {problem_of(error)!s}.",
            "Correct the file, or name the host as user@address.",
        ) from error
    address = found.get("hostname", alias)
    proxy = found.get("proxycommand", "") or ""
    jump = found.get("proxyjump", "")
    if jump and jump.lower() != "none" and not proxy:
        proxy = _jump(jump, address, port, which)
    return HostConfig(
        alias=alias,
        address=address,
        port=port,
        user=match["user"] or found.get("user") or user or getpass.getuser(),
        keys=tuple(found.get("identityfile", ())),
        keys_only=found.get("identitiesonly", "no").lower() == "yes",
        proxy="" if proxy.lower() == "none" else proxy,
    )


def known_host_key(host: HostConfig, path: Path = KNOWN_HOSTS) -> str | None:
    """Return the key line `TYPE BASE64` that OpenSSH has stored for `host`; None if there is none."""
    import paramiko

    file = path.expanduser()
    if not file.is_file():
        return None
    keys = paramiko.HostKeys()
    try:
        keys.load(str(file))
    except (OSError, paramiko.SSHException, ValueError):
        return None  # not our file; an unknown key is trusted on first use and shown
    for name in (host.alias, host.address):
        entry = keys.lookup(name if host.port == 22 else f"[{name}]:{host.port}")
        for kind in _PREFERRED if entry is not None else ():
            if entry is not None and kind in entry:
                return f"{kind} {entry[kind].get_base64()}"
    return None


def _text(config: Path) -> str:
    """Return the file with its included files; "" if it does not exist. paramiko does not support Include."""
    return "\n".join(_lines(config.expanduser(), depth=0))


def _lines(path: Path, depth: int) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RemoteProblem(
            SSH_CONFIG, f"{path} cannot be read: {error.strerror or error}.", "Make it readable."
        ) from error
    lines: list[str] = []
    for line in text.splitlines():
        words = line.strip().split(None, 1)
        if len(words) == 2 and words[0].lower() == "include" and depth < 8:
            for pattern in shlex.split(words[1]):
                base = Path(pattern).expanduser()
                folder = Path(base.anchor) if base.is_absolute() else Path("~/.ssh").expanduser()
                relative = base.relative_to(folder) if base.is_absolute() else base
                for included in sorted(folder.glob(str(relative))):
                    lines += _lines(included, depth + 1)
        else:
            lines.append(line)
    return lines


def _jump(jump: str, address: str, port: int, which: Callable[[str], str | None]) -> str:
    """Return the command of `ssh -J`: the last jump host connects to the target, the others lead there."""
    if which("ssh") is None:
        raise RemoteProblem(
            SSH_CONFIG, f"ProxyJump {jump} needs the program ssh, which is not installed.", "Install OpenSSH's client."
        )
    *before, last = [part.strip() for part in jump.split(",")]
    words = ["ssh", "-o", "BatchMode=yes"]
    if before:
        words += ["-J", ",".join(before)]
    match = _WANTED.fullmatch(last)
    if match is not None and match["port"]:
        words += ["-p", match["port"]]
        last = f"{match['user']}@{match['host']}" if match["user"] else match["host"]
    return shlex.join([*words, "-W", f"[{address}]:{port}", last.replace("ssh://", "")])
