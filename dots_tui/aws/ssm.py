"""Access through AWS Systems Manager: key installation with Run Command, and SSH over Session Manager."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING, Callable

from dots_tui.aws.instances import run_command
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

KEY_MINUTES = 10
"""Minutes during which an installed key opens new connections; open connections continue."""
PLUGIN, CLI = "session-manager-plugin", "aws"

# POSIX sh, run as root. The time is the instance's own local one: sshd before 9.0 does not know "Z".
_INSTALL = r"""
set -eu
user={user}
home=${{DOTS_TUI_HOME:-$(getent passwd "$user" | cut -d: -f6)}}
test -n "$home"
group=$(id -gn "$user")
install -d -m 700 -o "$user" -g "$group" "$home/.ssh"
file=$home/.ssh/authorized_keys
now=$(date +%Y%m%d%H%M)
until=$(date -d '+{minutes} min' +%Y%m%d%H%M)
new=$(mktemp "$home/.ssh/.dots-tui.XXXXXX")
if test -e "$file"; then
  awk -v now="$now" '!/ dots-tui$/ || (match($0, /expiry-time="[0-9]+"/) && substr($0, RSTART + 13, 12) > now)' \
    "$file" > "$new"
fi
printf 'restrict,expiry-time="%s" %s dots-tui\n' "$until" {key} >> "$new"
chown "$user:$group" "$new"
chmod 600 "$new"
mv "$new" "$file"
cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null || true
"""


def install_script(user: str, public_key: str, minutes: int = KEY_MINUTES) -> str:
    """Return the shell script that lets `public_key` log in as `user` for `minutes` and prints the host's public keys.

    Other keys stay; expired keys that dots-tui installed earlier are removed.
    """
    key = " ".join(public_key.split()[:2])
    return _INSTALL.format(user=shlex.quote(user), key=shlex.quote(key), minutes=int(minutes))


def install_key(
    aws: Aws,
    instance_id: str,
    user: str,
    public_key: str,
    minutes: int = KEY_MINUTES,
    stopped: Callable[[], bool] = lambda: False,
    poll_s: float = 2.0,
) -> list[str]:
    """Install a key with Run Command. Return the host's public key lines `TYPE BASE64`, authenticated by AWS.

    Raises AwsProblem: `no-agent` if the instance accepts no commands, `key-not-installed` if the script fails.
    """
    done = run_command(
        aws, instance_id, [install_script(user, public_key, minutes)], timeout_s=60.0, poll_s=poll_s, stopped=stopped
    )
    if done.status != "Success":
        said = (done.error or done.output).strip().splitlines()
        raise AwsProblem(
            "key-not-installed",
            f"Systems Manager could not put a key on {instance_id} ({done.status}).",
            "Look at the command in the console under Systems Manager, Run Command.",
            said[-1] if said else "",
        )
    rows = (line.split()[:2] for line in done.output.splitlines())
    return [" ".join(row) for row in rows if len(row) == 2 and row[0].startswith(("ssh-", "ecdsa-"))]


def session_tools_missing(which: Callable[[str], str | None] = shutil.which) -> str:
    """Return the program that Session Manager needs and this machine lacks; "" if both exist."""
    return " and ".join(name for name in (CLI, PLUGIN) if which(name) is None)


def session_command(aws: Aws, instance_id: str, port: int = 22) -> str:
    """Return the command for an SSH connection to the instance over Session Manager (a ProxyCommand).

    Raises AwsProblem `no-region`.
    """
    words = [CLI, "ssm", "start-session", "--target", instance_id, "--document-name", "AWS-StartSSHSession"]
    words += ["--parameters", f"portNumber={port}", "--region", aws.region]
    if aws.profile:
        words += ["--profile", aws.profile]
    return shlex.join(words)
