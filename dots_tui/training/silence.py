"""Silent or stuck containers, judged by the expected activity of each, never by one fixed time.

A worker with completed episodes prints nothing while worker 0 evaluates and the trainer trains.
This can take many minutes and is not a problem. A driving worker prints a row every 0.07 s of
simulation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.problems import ERROR, WARNING
from dots_tui.training import snapshot as s
from dots_tui.training.diagnosis import FILES, RESTART, SAVE, STOP, Diagnosis, seconds
from dots_tui.training.fault_codes import TRAINER_NEVER_CAME
from dots_tui.training.scene import OVER, Scene, Seat, heard

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVING_S = 90.0
"""Seconds of log time without output after which a worker that should drive is stalled."""
LOADING_S = 120.0
"""The same limit for a worker that does not load an available checkpoint."""
EVALUATING_S = 300.0
"""The same limit for worker 0 while it evaluates: evaluation episodes print nothing until they end."""
SILENT_S = 300.0
"""The same limit for all containers together."""
EXTRA_S = 600.0
"""Seconds for which worker 0 may evaluate because no new checkpoint exists."""
LATE_S, NEVER_S = 300, 1200
"""Waiting for the trainer: 60 to 120 s is normal; simapp gives up after 1200 s."""


def stalled(scene: Scene) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each worker that is silent but should print."""
    for seat in scene.seats:
        silent = scene.silent(seat.heard)
        if silent is None:
            continue
        why = _stalls(scene, seat, silent)
        if why:
            yield Diagnosis(
                code="worker-stalled",
                severity=ERROR,
                word="STALLED",
                title=f"{seat.name} silent for {seconds(silent)} {why}{scene.waits}",
                cause="Its container runs, but its simulation hangs.",
                advice="Restart from the last checkpoint.",
                container=seat.seen.container,
                worker=seat.seen.worker,
                evidence=_last_row(seat),
                at=seat.heard,
                actions=(RESTART, STOP, SAVE),
            )


def _last_row(seat: Seat) -> str:
    seen = seat.seen
    if not seen.episode:
        return "no row yet"
    return f"last row: episode {seen.episode}, step {seen.step}, {seen.progress:.0f} %, {seen.last_status}"


def _stalls(scene: Scene, seat: Seat, silent: float) -> str:
    """Return the activity in which the worker went silent; "" if the silence is normal."""
    phase, driving = seat.seen.phase, seat.source.driving
    if phase == s.DRIVING and silent > DRIVING_S:
        if driving.episode is not None and not driving.between_episodes:
            return "in the middle of an episode"
        if scene.share_known or not _may_wait(scene, seat):
            return "between two episodes"
    if phase == s.EVALUATING and silent > EVALUATING_S:
        return "in the middle of an evaluation"
    if phase == s.UPDATING and scene.uploaded is not None and scene.trainer_phase not in OVER:
        number, at = scene.uploaded
        mine = driving.checkpoint_number
        if mine is not None and number > mine and min(silent, scene.clock - at) > LOADING_S:
            return f"though checkpoint {number} is there to be loaded"
    return ""


def _may_wait(scene: Scene, seat: Seat) -> bool:
    """Return True if its episodes may be complete, where the log does not tell their number."""
    if any(other.seen.phase == s.EVALUATING for other in scene.seats):
        return True
    done = _done(seat)
    iterations = [one for one in seat.seen.iterations[:-1] if one.number is not None]
    if iterations and done >= iterations[-1].episodes_done > 0:
        return True
    others = [other for other in scene.seats if other is not seat and other.seen.phase == s.DRIVING]
    active = [other for other in others if (scene.silent(other.heard) or 0.0) <= DRIVING_S]
    return bool(active) and done > 0 and done + 1 >= max(_done(other) for other in active)


def _done(seat: Seat) -> int:
    return seat.seen.iterations[-1].episodes_done if seat.seen.iterations else 0


def hangs(scene: Scene) -> Iterator[Diagnosis]:
    """Yield a diagnosis if all containers are silent."""
    running = [one for one in scene.everybody if not one.over and not one.ended and not getattr(one, "excess", False)]
    if not running or any(seat.source.ended for seat in scene.seats):
        return
    times = [scene.silent(heard(one)) for one in running]
    known = [silent for silent in times if silent is not None]
    if len(known) < len(times) or min(known) <= SILENT_S:
        return
    silent = min(known)
    yield Diagnosis(
        code="hang",
        severity=ERROR,
        word="STALLED",
        title=f"no container has printed anything for {seconds(silent)}",
        cause="Simulations and trainer wait for each other, or for a graphics driver that does not answer.",
        advice="Restart from the last checkpoint. If it hangs again at once, the instance type does not fit the image.",
        evidence=f"no line for {seconds(silent)}",
        at=scene.clock - silent,
        actions=(RESTART, STOP, SAVE),
    )


# -- waiting for what does not come ---------------------------------------------------------------------------


def stuck(scene: Scene) -> Iterator[Diagnosis]:
    """Yield a diagnosis if worker 0 keeps evaluating and no checkpoint arrives."""
    for seat in scene.seats:
        extra = scene.extras.get(seat.seen.container)
        if extra is None or seat.seen.phase != s.EVALUATING or extra.times < 2:
            continue
        lasts = scene.clock - max(extra.first_at, scene.trained_at or extra.first_at)
        if lasts <= EXTRA_S or scene.clock - extra.last_at > EVALUATING_S or _others_drive(scene, seat):
            continue
        yield Diagnosis(
            code="no-new-checkpoint",
            severity=ERROR,
            word="STALLED",
            title=f"{seat.name} evaluates for {seconds(lasts)} without a new checkpoint",
            cause="The trainer is dead or waits for a worker that will not answer; evaluations go on without end.",
            advice="Restart from the last checkpoint.",
            container=seat.seen.container,
            worker=seat.seen.worker,
            evidence=f"Additional evaluation, {extra.times} times",
            at=extra.first_at,
            actions=(RESTART, STOP, SAVE),
        )


def _others_drive(scene: Scene, seat: Seat) -> bool:
    return any(
        other is not seat and other.seen.phase == s.DRIVING and (scene.silent(other.heard) or 0.0) <= DRIVING_S
        for other in scene.seats
    )


def waiting(scene: Scene) -> Iterator[Diagnosis]:
    """Yield a diagnosis if the trainer does not start."""
    waits = [seat for seat in scene.seats if seat.seen.phase == s.WAITING and seat.seen.waited_s >= LATE_S]
    if not waits:
        return
    seat = max(waits, key=lambda one: one.seen.waited_s)
    waited = seat.seen.waited_s
    never = waited >= NEVER_S
    yield Diagnosis(
        code=TRAINER_NEVER_CAME.code if never else "trainer-late",
        severity=ERROR if never else WARNING,
        word="STALLED" if never else "WAITING",
        title=f"the trainer has not come up for {seconds(waited)}",
        cause=TRAINER_NEVER_CAME.cause
        if never
        else "The simulations wait for its address. It mostly comes after one or two minutes.",
        advice="Read the beginning of the trainer's log, or that of rl_coach: a wrong bucket or profile, JSON that "
        "cannot be read, or no memory.",
        container=seat.seen.container,
        worker=seat.seen.worker,
        evidence=f"Waiting for SageMaker Redis server IP: Time elapsed: {waited} seconds",
        at=seat.heard - waited if seat.heard is not None else None,
        actions=(FILES, STOP),
    )
