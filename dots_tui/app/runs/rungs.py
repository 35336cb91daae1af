"""The transports to a run, one small class each: requirements and connection."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.app.runs.ladder import DIRECT, TUNNEL
from dots_tui.app.runs.source import Why
from dots_tui.app.runs.ssh_source import SourcePace, SshSource, greet
from dots_tui.remote.keys import OneTimeKey, one_time_key
from dots_tui.remote.login import DEFAULT_KEYS, OneTimeLogin, OwnLogin, agent_keys
from dots_tui.remote.pool import Pool
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.ssh_config import KNOWN_HOSTS, known_host_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dots_tui.app.runs.book import RunBook
    from dots_tui.app.runs.source import InstanceLocation, Source
    from dots_tui.remote.connection import Login, Target
    from dots_tui.remote.host_keys import HostKeys
    from dots_tui.remote.ssh_config import HostConfig

    Install = Callable[[Target, str], Sequence[str]]

RENEW_S = 8 * 60.0
"""Seconds after which an installed key is renewed; it expires after ten minutes."""


class SshRung:
    """The base of all SSH transports: they need an instance and create a connection pool."""

    name, title, way = "", "", DIRECT

    def __init__(
        self,
        host_keys: HostKeys,
        *,
        pace: SourcePace | None = None,
    ) -> None:
        self.host_keys = host_keys
        self._pace = pace or SourcePace()

    def available(self, place: InstanceLocation) -> Why | None:
        """Require an instance."""
        return Why(place.why) if place.target is None else None

    def open(self, place: InstanceLocation, book: RunBook, cancelled: Callable[[], bool]) -> Source:
        """Connect and log in."""
        assert place.target is not None
        target, login = self.prepare(place.target)
        pool = Pool(target, login, self.host_keys, timing=self._pace.timing, cancelled=cancelled)
        try:
            greeting = greet(pool, self.title)
        except BaseException:
            pool.close()
            raise
        return SshSource(pool, book, greeting, self._pace)

    def prepare(self, target: Target) -> tuple[Target, Login]:
        """Return the exact target and the login for it."""
        raise NotImplementedError


class OwnKey(SshRung):
    """(a) The racer's own key, from `~/.ssh/config` and ssh-agent.

    `find` returns the file's settings for a target. With `always`, the default key files are tried too, as in ssh.
    """

    name, title = "own-key", "your own key"

    def __init__(
        self,
        host_keys: HostKeys,
        find: Callable[[Target], HostConfig],
        *,
        always: bool = False,
        known_hosts: Path = KNOWN_HOSTS,
        pace: SourcePace | None = None,
    ) -> None:
        super().__init__(host_keys, pace=pace)
        self._find = find
        self._always = always
        self._known_hosts = known_hosts

    def available(self, place: InstanceLocation) -> Why | None:
        """Require a key in the file or in the agent."""
        if place.target is None:
            return Why(place.why)
        try:
            host = self._find(place.target)
        except RemoteProblem as problem:
            return Why(problem.what, problem.advice)
        if self._always or host.special or agent_keys():
            return None
        return Why(
            f"~/.ssh/config names no key for {place.target.host_id} or {place.target.address}, "
            "and ssh-agent holds none.",
            "Nothing needs to be done: the next way is used. To use a key of your own, add it to ssh-agent or name "
            "it as IdentityFile in ~/.ssh/config.",
        )

    def prepare(self, target: Target) -> tuple[Target, Login]:
        """Apply the file's settings for this host. Host keys known to OpenSSH are trusted."""
        host = self._find(target)
        line = known_host_key(host, self._known_hosts)
        if line is not None and self.host_keys.known(target.host_id) is None:
            self.host_keys.remember(target.host_id, host.address, line)
        files = host.keys or (DEFAULT_KEYS if self._always else ())
        reached = replace(target, address=host.address, port=host.port, user=host.user, proxy=host.proxy)
        return reached, OwnLogin(files, files_only=host.keys_only)


class OneTime(SshRung):
    """(b) A key for one connection, sent by `authorise`: EC2 Instance Connect."""

    name, title = "one-time-key", "a one-time key (EC2 Instance Connect)"

    def __init__(
        self,
        host_keys: HostKeys,
        authorise: Callable[[Target, str], None],
        *,
        pace: SourcePace | None = None,
    ) -> None:
        super().__init__(host_keys, pace=pace)
        self._authorise = authorise

    def prepare(self, target: Target) -> tuple[Target, Login]:
        """Create a new key for each connection."""
        return target, OneTimeLogin(lambda line: self._authorise(target, line))


class Installed(SshRung):
    """(c) A key that `install` puts on the instance (SSM Run Command), with an expiry.

    `install` takes the target and the public key line and returns the host's public keys, authenticated by AWS: they
    are stored before the first connection.
    """

    name, title = "installed-key", "a key installed by Systems Manager"

    def __init__(
        self,
        host_keys: HostKeys,
        install: Install,
        *,
        pace: SourcePace | None = None,
    ) -> None:
        super().__init__(host_keys, pace=pace)
        self._install = install
        self._key: OneTimeKey | None = None
        self._installed: tuple[str, float] = ("", 0.0)

    def prepare(self, target: Target) -> tuple[Target, Login]:
        """Install the key now: if the host accepts no commands, a connection is pointless."""
        self._ensure(target)

        def key() -> OneTimeKey:
            self._ensure(target)
            assert self._key is not None
            return self._key

        return target, OneTimeLogin(_is_there, key)

    def _ensure(self, target: Target) -> None:
        host_id, at = self._installed
        if self._key is not None and host_id == target.host_id and time.monotonic() - at < RENEW_S:
            return
        key = one_time_key()
        lines = self._install(target, key.public_line)
        self._key, self._installed = key, (target.host_id, time.monotonic())
        if self.host_keys.known(target.host_id) is None:
            preferred = sorted(lines, key=lambda line: not line.startswith("ssh-ed25519"))
            if preferred:
                self.host_keys.remember(target.host_id, target.address, preferred[0])


def _is_there(public_key: str) -> None:
    """Do nothing, because an installed key need not be sent."""
    del public_key


class Tunnel(Installed):
    """(d) SSH through Session Manager: it needs no open port, but its programs on this machine.

    `missing` names missing programs, `command` returns the ProxyCommand for an instance.
    """

    name, title, way = "session-manager", "a key through Session Manager", TUNNEL

    def __init__(
        self,
        host_keys: HostKeys,
        install: Install,
        command: Callable[[Target], str],
        missing: Callable[[], str],
        *,
        pace: SourcePace | None = None,
    ) -> None:
        super().__init__(host_keys, install, pace=pace)
        self._command = command
        self._missing = missing

    def available(self, place: InstanceLocation) -> Why | None:
        """Require the programs."""
        if place.target is None:
            return Why(place.why)
        missing = self._missing()
        if missing:
            return Why(
                f"{missing} is not installed here.",
                "Install the AWS CLI and its Session Manager plugin to reach instances whose port 22 is closed to you.",
            )
        return None

    def prepare(self, target: Target) -> tuple[Target, Login]:
        """Return the same key with the tunnel as target."""
        target, login = super().prepare(target)
        return replace(target, proxy=self._command(target)), login
