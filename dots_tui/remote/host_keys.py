"""The file of known host keys of instances.

Keys are stored by host id (the EC2 instance id), because AWS later assigns the same address to
other customers. An unknown host is trusted on first use and reported to the caller; a changed key
is refused. An unreadable file is never treated as empty.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dots_tui.bounded_files import parse_json, read_regular, replace_file
from dots_tui.remote.keys import fingerprint
from dots_tui.remote.problems import HOST_KEYS_FILE, HostKeyChanged, RemoteProblem

VERSION = 1


@dataclass(frozen=True)
class HostKey:
    """A host's public key: `line` is `TYPE BASE64`, `first_seen` is UTC, ISO 8601."""

    host_id: str
    line: str
    address: str
    first_seen: str

    @property
    def type(self) -> str:
        """The key type, such as `ssh-ed25519`."""
        return self.line.split()[0]

    @property
    def fingerprint(self) -> str:
        """The fingerprint as `ssh-keygen -lf` prints it."""
        return fingerprint(self.line)


@dataclass(frozen=True)
class HostCheck:
    """An accepted host key; `first_use` if there was no stored key to compare."""

    fingerprint: str
    first_use: bool


class HostKeys:
    """The file at `path`, created (mode 0600) with the first key. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()

    def known(self, host_id: str) -> HostKey | None:
        """Return the stored key of `host_id`. Raise RemoteProblem if the file is damaged."""
        with self._lock:
            return self._read().get(host_id)

    def check(self, host_id: str, address: str, line: str) -> HostCheck:
        """Accept the key `line` (`TYPE BASE64`) of `host_id`, or raise HostKeyChanged.

        Store the key of a new host. Raise RemoteProblem if the file is damaged or cannot be
        written.
        """
        with self._lock:
            keys = self._read()
            known = keys.get(host_id)
            if known is None:
                self._add(keys, host_id, address, line)
                return HostCheck(fingerprint(line), first_use=True)
            if known.line != _bare(line):
                raise HostKeyChanged(host_id, address, known.fingerprint, fingerprint(line), self.path)
            return HostCheck(known.fingerprint, first_use=False)

    def remember(self, host_id: str, address: str, line: str) -> None:
        """Store a key from a better source than the connection (SSM, console output).

        Raise HostKeyChanged if another key is already stored.
        """
        self.check(host_id, address, line)

    def forget(self, host_id: str) -> bool:
        """Remove the key of `host_id`; return False if there was none."""
        with self._lock:
            keys = self._read()
            if keys.pop(host_id, None) is None:
                return False
            self._write(keys)
            return True

    def _add(self, keys: dict[str, HostKey], host_id: str, address: str, line: str) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        keys[host_id] = HostKey(host_id, _bare(line), address, now)
        self._write(keys)

    def _read(self) -> dict[str, HostKey]:
        try:
            data = parse_json(read_regular(self.path))
            return {host_id: _entry(host_id, row) for host_id, row in _hosts(data).items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._problem(f"cannot be read: {error.strerror or error}", "Make it readable.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise self._problem(
                f"is damaged ({error})",
                "Host keys are not accepted until that is solved: repair the file, or delete it if you accept "
                "that every instance is trusted anew.",
            ) from error

    def _write(self, keys: dict[str, HostKey]) -> None:
        hosts = {
            key.host_id: {
                "key": key.line,
                "fingerprint": key.fingerprint,
                "address": key.address,
                "first_seen": key.first_seen,
            }
            for key in keys.values()
        }
        text = json.dumps({"version": VERSION, "hosts": hosts}, indent=1) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self.path, text.encode())
        except OSError as error:
            raise self._problem(
                f"cannot be written: {error.strerror or error}", "Free some space or make its folder writable."
            ) from error

    def _problem(self, what: str, advice: str) -> RemoteProblem:
        return RemoteProblem(HOST_KEYS_FILE, f"The file of known host keys {self.path} {what}.", advice)


def _hosts(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or not isinstance(data.get("hosts"), dict):
        raise TypeError('no object with "hosts"')
    if data.get("version") != VERSION:
        raise ValueError(f"version {data.get('version')!r} is not known here")
    return dict(data["hosts"])


def _entry(host_id: str, row: Any) -> HostKey:
    line = str(row["key"])
    fingerprint(line)  # raises ValueError for an invalid key
    return HostKey(host_id, line, str(row.get("address", "")), str(row.get("first_seen", "")))


def _bare(line: str) -> str:
    """Return the key line without its comment."""
    return " ".join(line.split()[:2])
