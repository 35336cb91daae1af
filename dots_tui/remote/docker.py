"""The Docker commands that run on an instance, and the parsing of their output."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from dots_tui.remote.guard import guarded
from dots_tui.remote.problems import RemoteProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.remote.connection import Output

DOCKER = "docker"
"""Code of a RemoteProblem about Docker on the instance."""

EVENTS = guarded(
    "docker events --filter type=container --filter event=create --filter event=start --filter event=die "
    "--filter event=destroy --filter event=rename --format '{{.ID}} {{.Action}}' 2>&1"
)
"""Prints a line when a container is created, starts, ends, is removed or renamed; never ends by itself."""
LIST = "docker ps -a --no-trunc --format '{{json .}}' 2>&1"


def follow_command(container: str, since: str | None = None) -> str:
    """Return a command that follows the log of `container` (name or id) with timestamps, from `since`
    (inclusive).

    The remote side merges the two streams: a merge on this side cuts lines in the middle.
    """
    from_where = f"--since {shlex.quote(since)} " if since else ""
    return guarded(f"docker logs --follow --timestamps {from_where}{shlex.quote(container)} 2>&1")


def list_containers(run: Callable[[str, float], Output], timeout: float = 15.0) -> list[dict[str, str]]:
    """Return all containers of the host, running or not, one row each with Docker's own field names.

    `run` is `Connection.run` or `Pool.run`. Raise RemoteProblem.
    """
    output = run(LIST, timeout)
    if output.status != 0:
        raise _problem(output)
    # Warnings of the client use the same stream; rows are the lines that are JSON objects.
    return [_row(line) for line in output.text.splitlines() if line.startswith("{")]


def log_drivers(run: Callable[[str, float], Output], containers: list[str], timeout: float = 15.0) -> set[str]:
    """Return the names of the log drivers of `containers` (ids); an empty set if Docker does not report them."""
    ids = " ".join(map(shlex.quote, containers))
    output = run(f"docker inspect --format '{{{{.HostConfig.LogConfig.Type}}}}' {ids} 2>&1", timeout)
    return set(output.text.split()) if output.status == 0 else set()


def _row(line: str) -> dict[str, str]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise RemoteProblem(
            DOCKER, f"`docker ps` on the instance printed a row that is no JSON: {line[:80]!r}.", "It is tried again."
        ) from error
    return {key: str(value) for key, value in fields.items()}


def _problem(output: Output) -> RemoteProblem:
    text = output.text.strip()
    said = text.splitlines()[-1][:300] if text else f"exit status {output.status}, no message"
    if "permission denied" in text:
        return RemoteProblem(
            DOCKER,
            f"This user may not use Docker on the instance ({said}).",
            "Add the user to the group docker there: sudo usermod -aG docker $USER, then connect again.",
        )
    if output.status == 127:
        return RemoteProblem(
            DOCKER, f"Docker is not installed on the instance ({said}).", "Its image or its set-up is not complete."
        )
    if "daemon" in text:
        return RemoteProblem(
            DOCKER, f"Docker does not run on the instance ({said}).", "While the instance starts this is normal."
        )
    return RemoteProblem(DOCKER, f"`docker ps` failed on the instance: {said}.", "It is tried again.")
