"""Which container is what: rows of ``docker ps`` to simulations, trainers, evaluations and the rest.

Names are DeepRacer for Cloud's: compose calls a simulation ``deepracer-<run>-robomaker-<n>``, swarm
``deepracer-<run>_robomaker.<slot>.<task id>``; an evaluation has ``deepracer-eval-<run>``. The trainer is
named by SageMaker's local mode: ``<10 characters>-algo-1-<5 characters>``. Whole names are matched, so that
slot 1 is not also slot 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROBOMAKER, EVALUATION, TRAINER, OTHER = "robomaker", "evaluation", "trainer", "other"
HOST_NAME_LENGTH = 12
"""Docker calls the host of a container by the first digits of its id."""
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
    """ROBOMAKER (a worker's simulation), EVALUATION (a simulation that only evaluates), TRAINER or OTHER."""
    slot: int | None
    """The number in the name, from 1. In swarm mode the worker is slot - 1; in compose mode it need not be."""
    state: str
    """Docker's word: created, running, paused, restarting, removing, exited, dead. Empty when not known."""
    started: str
    """When it was created, as Docker prints it."""
    exit_code: int | None = None
    """Of an exited container; 137 is "killed", mostly for want of memory."""
    worker: int | None = None
    """Which worker it is, where that is known from elsewhere."""

    @property
    def running(self) -> bool:
        """Whether its log can still grow."""
        return self.state in ("", "created", "running", "restarting", "paused")


def role_of(name: str, run_id: int = 0) -> tuple[str, int | None]:
    """Role and slot of a container by its name. A log file may be called like its container with an ending."""
    match = _SIMULATION.match(name)
    if match is not None:
        if int(match["run"]) != run_id:
            return OTHER, None
        return EVALUATION if match["eval"] else ROBOMAKER, int(match["slot"])
    if _TRAINER.match(name):
        return TRAINER, None
    return OTHER, None


def is_swarm_name(name: str) -> bool:
    """Whether the slot in the name says which worker it is."""
    return "_robomaker." in name


def elected(text: str) -> dict[str, int]:
    """Host name to worker, from the text of a comms file (``tmp/comms.<run>/workers``).

    In compose mode simulations append their host name to it when they start; the line is the worker.
    """
    hosts = [line.strip()[:HOST_NAME_LENGTH] for line in text.splitlines() if line.strip()]
    return {host: index for index, host in enumerate(hosts)}


def classify(rows: Iterable[Mapping[str, str]], run_id: int = 0) -> list[Container]:
    """The containers in rows of ``docker ps -a --no-trunc --format '{{json .}}'``, each a decoded JSON object.

    Simulations come first, then evaluations, the trainer and the rest; within a role in natural order
    (2 before 10). A row without a name is passed over. Several run ids can share one instance: simulations
    of another run are OTHER. Trainers carry no run id in their name and are all TRAINER.
    """
    containers = [container for row in rows if (container := _container(row, run_id)) is not None]
    return sorted(containers, key=lambda c: (_ORDER.index(c.role), _natural(c.name), c.started))


def _container(row: Mapping[str, str], run_id: int) -> Container | None:
    # Links add aliases after a comma; the first is the container's own name. Old Dockers print a slash.
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
    """Docker before 20.10 has no State column: "Up 3 minutes", "Exited (0) 2 hours ago", "Created"."""
    word = status.split(" ", 1)[0].lower()
    return "running" if word == "up" else word


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key in which numbers count as numbers."""
    parts = _NUMBERS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
