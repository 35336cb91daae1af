"""The root file system of the instance world: a small Debian with systemd, the AWS CLI, and the stand-ins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "sudo", "curl", "jq", "python3", "procps", "iproute2", "util-linux"),
    *("ca-certificates", "awscli", "python3-cffi-backend"),
)
FOR_DRFC = ("python3-boto3", "python3-yaml", "perl", "bsdextrautils")
PROGRAMS = ("debootstrap", "systemd-nspawn", "unshare", "nsenter", "ip", "apt-get")
ARCHIVE_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LIMIT_S = 300
NAMES_OF_X = ("screen", "xset", "xauth", "x11vnc", "nvidia-xconfig", "apt-get")

# Shorter intervals than on a real instance. Nothing else about the scripts changes.
SPEED = """\
[Manager]
DefaultEnvironment=DOTS_TUI_TICK=1 DOTS_TUI_PAUSE=1 DOTS_TUI_RETRY=1 DOTS_TUI_SPOT_TICK=1 DOTS_TUI_X_LOOKS=3 \
DOTS_TUI_CONTAINER_LOOKS=8 DOTS_TUI_TAG_LOOKS=4 DOTS_TUI_END_LOOKS=4
DefaultTimeoutStopSec=10s
"""
DOCKER_SERVICE = """\
[Unit]
Description=stand-in for Docker's service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
"""
USELESS = (
    "getty.target",
    "console-getty.service",
    "systemd-networkd.service",
    "systemd-resolved.service",
    "apt-daily.timer",
)


class NoMachineError(Exception):
    """No machine can be created here; the message is the reason of the skipped tests."""


def obstacle() -> str | None:
    """Return the reason why no machine can be booted here, or None."""
    if sys.platform != "linux":
        return "systemd-nspawn needs Linux"
    if os.geteuid() != 0:
        return "booting a machine needs root"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    done = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False)
    return "namespaces cannot be made here" if done.returncode else None


def make_root(root: Path, drfc: Path | None) -> None:
    """Create the root file system. Raises NoMachineError."""
    mirror, suite = _archive()
    packages = ",".join((*PACKAGES, *(FOR_DRFC if drfc else ())))
    # In namespaces of its own: a debootstrap that is killed must not leave its mounts of /proc and /sys in the root.
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    command = [*apart, "debootstrap", "--variant=minbase", f"--include={packages}", suite, str(root), mirror]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise NoMachineError(f"the root file system took longer than {LIMIT_S} s") from late
    if done.returncode:
        raise NoMachineError(f"debootstrap failed: {(done.stdout + done.stderr).strip().splitlines()[-1:]}")
    _furnish(root)
    shutil.copytree(drfc or HERE / "drfc", root / "opt/drfc", symlinks=True)


def _archive() -> tuple[str, str]:
    """Return the mirror and the release that this machine installs from."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(ORIGIN) $(LABEL)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in told.stdout.splitlines():
        site, codename, *names = line.split()
        if names == ["Debian", "Debian"] and codename.isalpha():
            return site, codename
    raise NoMachineError(
        "this machine does not install from a Debian archive, or its lists are missing (apt-get update)"
    )


def _furnish(root: Path) -> None:
    """Install the user, the stand-ins and the machine's settings in the root."""

    def inside(*command: str) -> None:
        subprocess.run(["chroot", str(root), *command], check=True, capture_output=True)

    inside("groupadd", "docker")
    inside("useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo,adm,docker", "ubuntu")
    _write(root / "etc/sudoers.d/ubuntu", "ubuntu ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    for program in (HERE / "programs").iterdir():
        if program.is_file():
            shutil.copy(program, root / "usr/local/bin" / program.stem)
            (root / "usr/local/bin" / program.stem).chmod(0o755)
    for name in NAMES_OF_X:
        (root / "usr/local/bin" / name).symlink_to("x-programs")
    _write(root / "etc/X11/Xwrapper.config", "allowed_users=console\n")
    _write(root / "etc/systemd/system.conf.d/speed.conf", SPEED)
    _write(root / "etc/systemd/system/docker.service", DOCKER_SERVICE)
    lifetime = "[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnActiveSec=2s\nOnUnitActiveSec=2s\nAccuracySec=500ms\n"
    _write(root / "etc/systemd/system/dots-tui-lifetime.timer.d/speed.conf", lifetime)
    _write(root / "var/lib/cloud/data/instance-id", "i-0abc\n")
    _write(root / "var/log/world.log", "", 0o666)
    inside("systemctl", "enable", "docker.service")
    inside("systemctl", "mask", *USELESS)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
