"""Ended containers: the difference between an accident and a normal end or restart of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.problems import ERROR, INFO, WARNING
from dots_tui.training import snapshot as s
from dots_tui.training.containers import is_swarm_name
from dots_tui.training.diagnosis import RESTART, SAVE, STOP, Diagnosis, seconds
from dots_tui.training.scene import OVER, Scene, Seat, printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.training.sources import Source

ENDING_S = 20.0
"""Seconds in which containers that are stopped together end. Used for the first start, which is stopped on
purpose.
"""
FOLLOWING_S = 60.0
"""Seconds within which the workers end after a trainer that ended normally."""

_STOPPED = (None, 0, 137, 143)
"""Exit codes of containers that were stopped: 143 is SIGTERM, 137 is the SIGKILL that follows it."""
_QUIET = (None, 0, 143)
"""The stop codes that say nothing about the end of the run once everything has ended."""
_HOW = {137: ": out of memory", 139: ": it crashed", 143: ": it was told to stop"}


def ended(scene: Scene) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each ended container that the run still needs. Nothing restarts these containers."""
    if any(seat.seen.phase == s.RESTARTING for seat in scene.seats):
        yield _restarting()
        return
    if scene.over and _together(scene.everybody):
        if not all(seat.seen.phase in (s.FINISHED, s.EXCESS) for seat in scene.seats):
            yield _all_ended(scene)
        return
    if _begins_again(scene):
        return
    yield from _trainer(scene)
    for seat in scene.seats:
        if seat.seen.phase == s.GONE and not _may_be_stopped(scene, seat.source, seat.heard):
            if not scene.over or len(scene.everybody) == 1 or _code(seat.source) not in _QUIET:
                yield _gone(scene, seat)
        elif seat.seen.phase == s.FINISHED and not seat.source.ended and not scene.over and not scene.stopping:
            yield _left(scene, seat)


def _code(source: Source) -> int | None:
    """Return its exit code; None if it runs or no longer exists."""
    return source.container.exit_code if source.container is not None and source.listed else None


def _begins_again(scene: Scene) -> bool:
    """Return True if the containers of another start are coming up; the missing ones belong to the previous
    start.
    """
    alive = [seat for seat in scene.seats if seat.seen.phase not in OVER]
    new = [seat for seat in alive if seat.seen.phase in (s.STARTING, s.WAITING) and seat.source.starts > 1]
    trainer_new = scene.trainer is not None and not scene.trainer.over and scene.trainer_new
    return len(new) == len(alive) and (bool(new) or trainer_new)


def _together(everybody: Sequence[Source]) -> bool:
    """Return True if the containers ended together, as in a requested stop, and not one alone."""
    return len(everybody) > 1 and all(_code(one) in _STOPPED for one in everybody)


def _may_be_stopped(scene: Scene, source: Source, when: float | None) -> bool:
    code = _code(source)
    if scene.stopping and code in _STOPPED:
        return True
    silent = scene.silent(when)
    return scene.first_start and code in _STOPPED and silent is not None and silent < ENDING_S


def _how(source: Source) -> str:
    """Return Docker's description of an ended container."""
    container = source.container
    if container is None or not source.listed:
        return "its swarm task vanished" if is_swarm_name(source.name) else "its container vanished"
    code = container.exit_code
    if code is None:
        return f"container {container.state}"
    return f"container exited {code}{_HOW.get(code, '')}"


def _gone(scene: Scene, seat: Seat) -> Diagnosis:
    silent = scene.silent(printed(seat.source))
    since = f"gone for {seconds(silent)}" if silent else "is gone"
    out_of_memory = _how(seat.source).endswith("out of memory")
    return Diagnosis(
        code="host-out-of-memory" if out_of_memory else "worker-gone",
        severity=ERROR,
        word="STALLED",
        title=f"{seat.name} {since} ({_how(seat.source)}){scene.waits}",
        cause="The machine had no memory left and ended the largest process. Nothing starts the container again."
        if out_of_memory
        else "Its container ended before the training did. Nothing starts it again.",
        advice="Restart from the last checkpoint"
        + (", with fewer workers or a larger instance type." if out_of_memory else "; read the end of its log first."),
        container=seat.seen.container,
        worker=seat.seen.worker,
        evidence=_how(seat.source),
        at=printed(seat.source),
        actions=(RESTART, STOP, SAVE),
    )


def _left(scene: Scene, seat: Seat) -> Diagnosis:
    return Diagnosis(
        code="worker-ended",
        severity=WARNING,
        word="WARNING",
        title=f"{seat.name} has ended while others go on{scene.waits}",
        cause="Its container ended without an error before the training did. Nothing starts it again.",
        advice="If no new checkpoint comes, restart from the last one.",
        container=seat.seen.container,
        worker=seat.seen.worker,
        evidence=_how(seat.source),
        at=seat.heard,
        actions=(RESTART, STOP),
    )


def _trainer(scene: Scene) -> Iterator[Diagnosis]:
    trainer = scene.trainer
    if trainer is None or not trainer.over:
        return
    if not any(seat.seen.phase not in OVER for seat in scene.seats) and _code(trainer) in _STOPPED:
        return
    when = printed(trainer)
    silent = scene.silent(when)
    well = scene.trainer_phase == s.FINISHED
    if _may_be_stopped(scene, trainer, when) or (well and (silent is None or silent < FOLLOWING_S)):
        return
    yield Diagnosis(
        code="trainer-ended" if well else "trainer-gone",
        severity=WARNING if well else ERROR,
        word="ENDED" if well else "FAILED",
        title=f"the trainer {f'gone for {seconds(silent)}' if silent else 'is gone'} ({_how(trainer)})",
        cause="Without it no policy is trained any more; the workers wait or evaluate for nothing. "
        "Nothing starts it again.",
        advice="Read the end of its log, then restart from the last checkpoint, or stop and keep the model.",
        container=trainer.name,
        evidence=_how(trainer),
        at=when,
        actions=(RESTART, STOP, SAVE),
    )


def _restarting() -> Diagnosis:
    return Diagnosis(
        code="restarting",
        severity=INFO,
        word="RESTARTING",
        title="all containers have ended; DeepRacer on the Spot starts a training twice",
        cause="It stops every training two minutes after its start and starts it again a minute later; what went wrong "
        "in the first start does not matter.",
        advice="Nothing needs to be done. If nothing comes back within four minutes, it has failed.",
    )


def _all_ended(scene: Scene) -> Diagnosis:
    return Diagnosis(
        code="ended",
        severity=WARNING if scene.first_start else INFO,
        word="ENDED",
        title="all containers have ended",
        cause="The training was stopped, or something ended it. Nothing starts them again.",
        advice="The model is in the bucket. Delete the stack if you need it no more: it goes on costing.",
        at=max((when for seat in scene.seats if (when := seat.heard) is not None), default=None),
        actions=(SAVE, STOP),
    )
