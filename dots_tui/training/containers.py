"""Classification of containers: rows of `docker ps` to simulations, trainers, evaluations and others.

DeepRacer for Cloud sets the names: compose calls a simulation `deepracer-<run>-robomaker-<n>`,
swarm `deepracer-<run>_robomaker.<slot>.<task id>`; an evaluation has `deepracer-eval-<run>`.
SageMaker's local mode names the trainer: `<10 characters>-algo-1-<5 characters>`. Whole names are
matched, so that slot 1 does not match slot 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROBOMAKER, EVALUATION, TRAINER, OTHER = "robomaker", "evaluation", "trainer", "other"
HOST_NAME_LENGTH = 12
"""Docker names the host of a container after the first digits of the container id."""
_ORDER = (ROBOMAKER, EVALUATION, TRAINER, OTHER)

_SIMULATION = re.compile(r"deepracer-(?P<eval>eval-)?(?P<run>\d+)(?:-robomaker-|_robomaker\.)(?P<slot>\d+)(?=\.|$)")
# Docker Compose 1 joined with underscores and added a number.
_TRAINER = re.compile(r".+[-_]algo-\d+-[a-z0-9]+(?:_\d+)?(?=\.|$)")
_NUMBERS = re.compile(r"(\d+)")
_EXITED = re.compile(r"Exited \((\d+)\)")


@dataclass(frozen=True)
class Container:
    """One container of the instance."""

    id: str
    name: str
    role: str
    """ROBOMAKER (the simulation of a worker), EVALUATION (a simulation that only evaluates), TRAINER or OTHER."""
    slot: int | None
    """The number in the name, from 1. In swarm mode the worker is slot - 1; in compose mode it can differ."""
    state: str
    """The state as Docker prints it: created, running, paused, restarting, removing, exited, dead. Empty if
    unknown.
    """
    started: str
    """The creation time, as Docker prints it."""
    exit_code: int | None = None
    """The exit code of an exited container; 137 means "killed", mostly for lack of memory."""
    worker: int | None = None
    """The number of the worker, if another source tells it."""

    @property
    def running(self) -> bool:
        """True if the log of the container can still grow."""
        return self.state in ("", "created", "running", "restarting", "paused")


def role_of(name: str, run_id: int = 0) -> tuple[str, int | None]:
    """Return the role and the slot of a container by its name.

    A log file may have the name of its container plus an extension.
    """
    match = _SIMULATION.match(name)
    if match is not None:
        if int(match["run"]) != run_id:
            return OTHER, None
        return EVALUATION if match["eval"] else ROBOMAKER, int(match["slot"])
    if _TRAINER.match(name):
        return TRAINER, None
    return OTHER, None


def is_swarm_name(name: str) -> bool:
    """Return True if the slot in the name determines the worker."""
    return "_robomaker." in name


def elected(text: str) -> dict[str, int]:
    """Return host name to worker, from the text of a comms file (`tmp/comms.<run>/workers`).

    In compose mode each simulation appends its host name when it starts; the line number is the
    worker.
    """
    hosts = [line.strip()[:HOST_NAME_LENGTH] for line in text.splitlines() if line.strip()]
    return {host: index for index, host in enumerate(hosts)}


def classify(rows: Iterable[Mapping[str, str]], run_id: int = 0) -> list[Container]:
    """Return the containers in rows of `docker ps -a --no-trunc --format '{{json .}}'`, each a decoded JSON
    object.

    Simulations come first, then evaluations, the trainer and the others; within a role in natural
    order (2 before 10). A row without a name is skipped. Several run ids can share one instance:
    simulations of another run are OTHER. The name of a trainer contains no run id, so every trainer
    is TRAINER.
    """
    containers = [container for row in rows if (container := _container(row, run_id)) is not None]
    return sorted(containers, key=lambda c: (_ORDER.index(c.role), _natural(c.name), c.started))


def _container(row: Mapping[str, str], run_id: int) -> Container | None:
    # Links add aliases after a comma; the first name belongs to the container. Old Docker versions
    # print a slash.
    name = str(row.get("Names") or "").split(",")[0].lstrip("/").strip()
    if not name:
        return None
    status = str(row.get("Status") or "")
    exited = _EXITED.search(status)
    role, slot = role_of(name, run_id)
    return Container(
        id=str(row.get("ID") or ""),
        name=name,
        role=role,
        slot=slot,
        state=str(row.get("State") or _state(status)).lower(),
        started=str(row.get("CreatedAt") or ""),
        exit_code=int(exited[1]) if exited else None,
    )


def _state(status: str) -> str:
    """Return the state in a Status column.

    Docker before 20.10 has no State column: "Up 3 minutes", "Exited (0) 2 hours ago", "Created".
    """
    word = status.split(" ", 1)[0].lower()
    return "running" if word == "up" else word


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that compares numbers by value."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
