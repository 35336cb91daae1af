"""~/.ssh/config is understood as ssh understands it, as far as a run's host needs it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from dots_tui.remote.keys import one_time_key
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.ssh_config import HostConfig, known_host_key, read_host

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
Include more/*.conf
Host gpu
  HostName 192.0.2.7
  User racer
  Port 2222
  IdentityFile /keys/one
  IdentitiesOnly yes
Host far
  HostName far.example
  ProxyJump me@first.example:2200,last.example
Host odd
  ProxyCommand nc --from %h:%p
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(TEXT)
    return path


def test_a_host_of_the_file(config: Path) -> None:
    assert read_host("gpu", config) == HostConfig("gpu", "192.0.2.7", 2222, "racer", ("/keys/one",), keys_only=True)


def test_what_is_typed_wins(config: Path) -> None:
    host = read_host("me@gpu:22", config)
    assert (host.user, host.port, host.address) == ("me", 22, "192.0.2.7")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ubuntu@198.51.100.4", ("ubuntu", "198.51.100.4", 22)),
        ("ssh://a@b.example:2022/", ("a", "b.example", 2022)),
        ("u@[2001:db8::1]:23", ("u", "2001:db8::1", 23)),
    ],
)
def test_a_host_that_is_not_in_the_file(config: Path, typed: str, expected: tuple[str, str, int]) -> None:
    host = read_host(typed, config)
    assert (host.user, host.address, host.port) == expected
    assert not host.special


def test_proxy_command_and_jump_are_commands(config: Path) -> None:
    assert read_host("odd", config).proxy == "nc --from odd:22"
    jump = read_host("far", config, which=lambda name: f"/bin/{name}").proxy
    assert jump == "ssh -o BatchMode=yes -J me@first.example:2200 -W '[far.example]:22' last.example"
    with pytest.raises(RemoteProblem, match="needs the program ssh"):
        read_host("far", config, which=lambda name: None)


def test_no_file_and_a_broken_file(tmp_path: Path) -> None:
    assert read_host("x", tmp_path / "none", user="ubuntu").user == "ubuntu"
    (tmp_path / "config").write_text("Host a\n  Port many\n")
    with pytest.raises(RemoteProblem, match="cannot be used"):
        read_host("a", tmp_path / "config")
    with pytest.raises(RemoteProblem, match="is no host"):
        read_host("a b", tmp_path / "config")


def test_included_files_count(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh" / "more").mkdir(parents=True)
    (tmp_path / ".ssh" / "more" / "a.conf").write_text("Host gpu\n  User other\n")
    assert read_host("gpu", config).user == "other"


@pytest.mark.skipif(shutil.which("ssh") is None, reason="ssh is not installed")
def test_ssh_itself_reads_the_same(config: Path) -> None:
    printed = subprocess.run(["ssh", "-G", "-F", config, "gpu"], capture_output=True, text=True, check=True).stdout
    theirs = dict(line.split(" ", 1) for line in printed.splitlines() if " " in line)
    ours = read_host("gpu", config)
    assert (theirs["hostname"], theirs["port"], theirs["user"]) == (ours.address, str(ours.port), ours.user)


def test_what_ssh_knows_of_a_host_is_known(tmp_path: Path) -> None:
    line = one_time_key().public_line
    known = tmp_path / "known_hosts"
    known.write_text(f"[192.0.2.7]:2222 {line}\n192.0.2.9 {line}\n")
    assert known_host_key(HostConfig("gpu", "192.0.2.7", 2222, "u"), known) == line
    assert known_host_key(HostConfig("nine", "192.0.2.9", 22, "u"), known) == line
    assert known_host_key(HostConfig("gpu", "192.0.2.7", 22, "u"), known) is None
    assert known_host_key(HostConfig("gpu", "192.0.2.7", 22, "u"), tmp_path / "none") is None
