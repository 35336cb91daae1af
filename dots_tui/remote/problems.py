"""Problems between this program and an instance, in plain words.

`explain` is the only function that turns socket and SSH errors into sentences; higher layers show
`RemoteProblem` unchanged.
"""

from __future__ import annotations

import socket

from dots_tui.problems import Problem


class RemoteProblem(Problem):
    """An instance is unreachable or a request to it failed; the codes are the constants below."""


REFUSED = "refused"
TIMED_OUT = "timed-out"
UNREACHABLE = "unreachable"
NO_SUCH_HOST = "no-such-host"
NOT_SSH = "not-ssh"
KEY_NOT_ACCEPTED = "key-not-accepted"
NOT_AUTHORISED = "not-authorised"
HOST_KEY_CHANGED = "host-key-changed"
HOST_KEYS_FILE = "host-keys-file"
LOST = "lost"
CANCELLED = "cancelled"
COMMAND = "command"
NOT_STARTED = "does not start the command"
"""Part of the message of a `COMMAND` problem: the machine accepts no command at all."""
NO_OWN_KEY = "no-own-key"
SSH_CONFIG = "ssh-config"
PROXY = "proxy"
NO_WAY = "no-way"


class HostKeyChanged(RemoteProblem):
    """The instance shows another host key than the stored one; nothing was sent to it."""

    def __init__(self, host_id: str, address: str, known: str, shown: str, path: object) -> None:
        super().__init__(
            HOST_KEY_CHANGED,
            f"The host key of {host_id} at {address} is not the one seen before: "
            f"it was {known}, now it is {shown}. The connection was refused.",
            "Somebody may be answering in its place. If you know why the key changed (the disk was replaced), "
            f'remove the entry "{host_id}" from {path} and connect again.',
        )
        self.host_id = host_id
        self.known = known
        self.shown = shown


def timed_out(where: str, seconds: float) -> RemoteProblem:
    """Return the problem of no answer to the first packet: nearly always a firewall that drops it."""
    return RemoteProblem(
        TIMED_OUT,
        f"No answer from {where} within {seconds:g} s.",
        "Your own internet address may have changed (the base stack lets one address in): "
        "compare it with the stack's address and update that. A new instance also needs a minute to start.",
    )


def key_not_accepted(where: str, user: str) -> RemoteProblem:
    """Return the problem of a failed authentication."""
    return RemoteProblem(
        KEY_NOT_ACCEPTED,
        f"{where} does not accept our one-time key for the user {user!r}.",
        "EC2 Instance Connect may not be installed on the instance, or its sshd was not ready yet. "
        "The key is sent anew with every try.",
    )


def own_key_not_accepted(where: str, user: str, passed_over: list[str]) -> RemoteProblem:
    """Return the problem that none of the racer's own keys was accepted."""
    return RemoteProblem(
        KEY_NOT_ACCEPTED,
        f"{where} does not accept your own key for the user {user!r}.{_passed_over(passed_over)}",
        "Add the public key to ~/.ssh/authorized_keys there, or name the right one in ~/.ssh/config.",
    )


def no_own_key(where: str, passed_over: list[str]) -> RemoteProblem:
    """Return the problem that there is no key for the login."""
    return RemoteProblem(
        NO_OWN_KEY,
        f"There is no key of your own to log in to {where} with.{_passed_over(passed_over)}",
        "Name one as IdentityFile in ~/.ssh/config, or add it to ssh-agent with ssh-add.",
    )


def _passed_over(names: list[str]) -> str:
    return f" Not used: {'; '.join(names)}." if names else ""


def proxy_failed(where: str, command: str, detail: str) -> RemoteProblem:
    """Return the problem that the proxy command did not reach the host."""
    return RemoteProblem(
        PROXY,
        f"The way to {where} through the command {command!r} did not work: {detail}.",
        "Run the command in a shell to see what it says.",
    )


def not_authorised(where: str, error: Exception) -> RemoteProblem:
    """Return the problem that the key could not be sent; `error` contains the reason."""
    return RemoteProblem(NOT_AUTHORISED, f"Our one-time key cannot be sent to {where}: {error}", "")


def not_ssh(where: str, detail: str) -> RemoteProblem:
    """Return the problem that a connection did not become an SSH session."""
    return RemoteProblem(
        NOT_SSH,
        f"{where} took the connection but does not answer as an SSH server ({detail}).",
        "The instance may be starting, out of memory or overloaded; a proxy or captive portal in between "
        "looks the same.",
    )


def lost(where: str, detail: str) -> RemoteProblem:
    """Return the problem that an open connection ended."""
    return RemoteProblem(LOST, f"The connection to {where} was lost ({detail}).", "")


def cancelled(where: str) -> RemoteProblem:
    """Return the problem that this program cancelled the connection."""
    return RemoteProblem(CANCELLED, f"The connection to {where} was closed on this side.", "")


def explain(error: OSError, where: str) -> RemoteProblem:
    """Return the problem behind a failed `connect()` to `where`."""
    if isinstance(error, ConnectionRefusedError):
        return RemoteProblem(
            REFUSED,
            f"{where} refuses the connection.",
            "The instance is still starting or its SSH server is not running; this usually passes in a minute.",
        )
    if isinstance(error, socket.gaierror):
        return RemoteProblem(
            NO_SUCH_HOST, f"{where}: this address cannot be resolved.", "Check your network and the address."
        )
    return RemoteProblem(
        UNREACHABLE,
        f"{where} cannot be reached: {error.strerror or error}.",
        "Check your own network connection, VPN or proxy.",
    )
