"""A host is trusted once; after that only with the same key. A damaged file never means "nobody known"."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.keys import fingerprint, one_time_key
from dots_tui.remote.problems import HOST_KEYS_FILE, HostKeyChanged, RemoteProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ONE, TWO = (one_time_key().public_line for _ in range(2))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "host-keys.json"


def test_the_first_use_is_reported_with_the_fingerprint_and_remembered(path: Path) -> None:
    first = HostKeys(path).check("i-1", "192.0.2.1", ONE)
    assert first.first_use
    assert first.fingerprint == fingerprint(ONE)
    again = HostKeys(path).check("i-1", "192.0.2.9", ONE)
    assert not again.first_use
    known = HostKeys(path).known("i-1")
    assert known is not None
    assert (known.line, known.type, known.address) == (ONE, "ssh-ed25519", "192.0.2.1")


def test_a_comment_behind_the_key_does_not_matter(path: Path) -> None:
    HostKeys(path).remember("i-1", "192.0.2.1", ONE + " root@ip-10-0-0-1")
    assert not HostKeys(path).check("i-1", "192.0.2.1", ONE).first_use


def test_a_changed_key_is_refused_and_the_old_one_kept(path: Path) -> None:
    keys = HostKeys(path)
    keys.check("i-1", "192.0.2.1", ONE)
    with pytest.raises(HostKeyChanged) as caught:
        keys.check("i-1", "192.0.2.1", TWO)
    for part in ("i-1", "192.0.2.1", fingerprint(ONE), fingerprint(TWO), str(path)):
        assert part in str(caught.value)
    assert not keys.check("i-1", "192.0.2.1", ONE).first_use


def test_hosts_are_told_apart_by_id_not_by_address(path: Path) -> None:
    keys = HostKeys(path)
    keys.check("i-1", "192.0.2.1", ONE)
    assert keys.check("i-2", "192.0.2.1", TWO).first_use


def test_a_forgotten_host_is_trusted_anew(path: Path) -> None:
    keys = HostKeys(path)
    keys.check("i-1", "192.0.2.1", ONE)
    assert keys.forget("i-1")
    assert not keys.forget("i-1")
    assert keys.check("i-1", "192.0.2.1", TWO).first_use


def test_the_file_is_private_and_nothing_else_is_left_beside_it(path: Path) -> None:
    keys = HostKeys(path)
    keys.check("i-1", "192.0.2.1", ONE)
    keys.check("i-2", "192.0.2.2", TWO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"version": 2, "hosts": {}}',
        b'{"version": 1, "hosts": []}',
        b'{"version": 1, "hosts": {"i-1": {}}}',
        b'{"version": 1, "hosts": {"i-1": "ssh-ed25519 AAAA"}}',
        b'{"version": 1, "hosts": {"i-1": {"key": "ssh-ed25519 %%%%"}}}',
        b'{"version": 1, "hosts": {"i-1": {"key": 7}}}',
    ],
)
def test_a_damaged_file_is_said_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    keys = HostKeys(path)
    attempts: list[Callable[[], object]] = [
        lambda: keys.check("i-1", "192.0.2.1", ONE),
        lambda: keys.known("i-1"),
        lambda: keys.forget("i-1"),
    ]
    for attempt in attempts:
        with pytest.raises(RemoteProblem, match="damaged") as caught:
            attempt()
        assert caught.value.code == HOST_KEYS_FILE
        assert str(path) in caught.value.what
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(RemoteProblem, match="it is a folder, not a file"):
        HostKeys(tmp_path).check("i-1", "192.0.2.1", ONE)
    (tmp_path / "file").write_text("")
    with pytest.raises(RemoteProblem, match="cannot be"):
        HostKeys(tmp_path / "file" / "keys.json").check("i-1", "192.0.2.1", ONE)


def test_a_failed_write_leaves_the_old_file_and_no_rest(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = HostKeys(path)
    keys.check("i-1", "192.0.2.1", ONE)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RemoteProblem, match="No space left"):
        keys.check("i-2", "192.0.2.2", TWO)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_another_window_remembered_is_kept(path: Path) -> None:
    one, other = HostKeys(path), HostKeys(path)
    one.check("i-1", "192.0.2.1", ONE)
    other.check("i-2", "192.0.2.2", TWO)
    assert set(json.loads(path.read_text())["hosts"]) == {"i-1", "i-2"}
    assert not one.check("i-2", "192.0.2.2", TWO).first_use
