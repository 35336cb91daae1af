"""The key is made in memory, is what EC2 Instance Connect takes, and is named as ssh-keygen names it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from dots_tui.remote.keys import fingerprint, one_time_key

if TYPE_CHECKING:
    from pathlib import Path


def test_the_public_line_has_the_80_characters_that_instance_connect_wants() -> None:
    line = one_time_key().public_line
    assert line.startswith("ssh-ed25519 AAAA")
    assert len(line) == 80


def test_every_key_is_another_one() -> None:
    assert one_time_key().public_line != one_time_key().public_line


def test_paramiko_gets_the_same_key() -> None:
    key = one_time_key()
    same = key.for_paramiko()
    assert f"{same.get_name()} {same.get_base64()}" == key.public_line
    assert same.can_sign()


def test_printing_a_key_shows_its_fingerprint_only() -> None:
    key = one_time_key()
    assert repr(key) == f"OneTimeKey({fingerprint(key.public_line)})"


def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    line = one_time_key().public_line
    file = tmp_path / "key.pub"
    file.write_text(line + "\n")
    said = subprocess.run(["ssh-keygen", "-lf", str(file)], capture_output=True, text=True, check=True).stdout
    assert fingerprint(line) in said.split()


@pytest.mark.parametrize("line", ["", "ssh-ed25519", "ssh-ed25519 no-base64!"])
def test_what_is_no_key_has_no_fingerprint(line: str) -> None:
    with pytest.raises(ValueError):
        fingerprint(line)
