"""Login keys: a one-time key that is sent to the instance, or the racer's own keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.remote import problems
from dots_tui.remote.keys import OneTimeKey, one_time_key
from dots_tui.remote.problems import RemoteProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paramiko import PKey

MOST_KEYS = 5
"""OpenSSH's server ends the connection at the sixth attempt (MaxAuthTries)."""
DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


class OneTimeLogin:
    """A key for one connection. `authorise` sends its public line to the instance and can raise any exception."""

    def __init__(self, authorise: Callable[[str], None], make: Callable[[], OneTimeKey] = one_time_key) -> None:
        self._authorise = authorise
        self._make = make

    def keys(self, where: str) -> list[PKey]:
        """Return the key after sending it. Raise RemoteProblem if it cannot be sent."""
        key = self._make()
        try:
            self._authorise(key.public_line)
        except RemoteProblem:
            raise
        except Exception as error:
            raise problems.not_authorised(where, error) from error
        return [key.for_paramiko()]

    def refused(self, where: str, user: str) -> RemoteProblem:
        """Return the problem that the server accepted none of the keys."""
        return problems.key_not_accepted(where, user)


class OwnLogin:
    """The racer's own keys: those of `files` (`~` allowed) and, unless `files_only`, those in ssh-agent.

    An unusable file (missing, or with a passphrase) is skipped; `passed_over` contains the reason.
    """

    def __init__(self, files: Sequence[str], *, files_only: bool = False) -> None:
        self._files = tuple(files)
        self._files_only = files_only
        self.passed_over: list[str] = []

    def keys(self, where: str) -> list[PKey]:
        """Return at most five keys, those in files first. Raise RemoteProblem if there is none."""
        self.passed_over = []
        found = [key for name in self._files if (key := self._of_file(name)) is not None]
        if not self._files_only:
            known = {key.get_base64() for key in found}
            found += [key for key in agent_keys() if key.get_base64() not in known]
        if not found:
            raise problems.no_own_key(where, self.passed_over)
        return found[:MOST_KEYS]

    def refused(self, where: str, user: str) -> RemoteProblem:
        """Return the problem that the server accepted none of the keys."""
        return problems.own_key_not_accepted(where, user, self.passed_over)

    def _of_file(self, name: str) -> PKey | None:
        import paramiko

        path = Path(name).expanduser()
        try:
            return paramiko.PKey.from_path(path)
        except FileNotFoundError:
            self.passed_over.append(f"{name} does not exist")
        except OSError as error:
            self.passed_over.append(f"{name} cannot be read ({error.strerror or error})")
        except TypeError:  # raised by the crypto library for a key with a passphrase
            self.passed_over.append(f"{name} has a passphrase: add it to ssh-agent (ssh-add {name})")
        except (ValueError, paramiko.SSHException) as error:
            self.passed_over.append(f"{name} is no private key we can read ({error})")
        return None


def agent_keys() -> list[PKey]:
    """Return the keys in ssh-agent; none if there is no agent (SSH_AUTH_SOCK)."""
    import paramiko

    try:
        return list(paramiko.Agent().get_keys())
    except (paramiko.SSHException, OSError):  # the agent has ended
        return []
