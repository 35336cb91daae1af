"""All diagnoses of a run at one moment, the worst first. Pure: the caller supplies the time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.problems import ERROR, WARNING
from dots_tui.training import snapshot as s
from dots_tui.training.diagnosis import Diagnosis, ranked
from dots_tui.training.endings import ended
from dots_tui.training.failures import last_words
from dots_tui.training.output_diagnoses import NO_TRAINER, diagnosed
from dots_tui.training.scene import Scene, Seat, heard, printed
from dots_tui.training.silence import hangs, stalled, stuck, waiting
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.training.signs import Said, Signs
    from dots_tui.training.snapshot import RunSnapshot
    from dots_tui.training.sources import Sources

_SIGTERM = 26
_BESIDE = "It is an evaluation beside the training, which goes on."
_ONCE = ("excess-worker", "storage-gave-up")
"""Diagnoses reported once per run, however many containers print them."""


def diagnoses(
    run: RunSnapshot, sources: Sources, signs: Signs, heard_until: float, *, first_start: bool
) -> tuple[Diagnosis, ...]:
    """Return the diagnoses of `run`; `heard_until` is the time up to which its logs are known (Unix seconds).

    With `first_start` the run is so young that it can be stopped on purpose and started again.
    """
    said = [one for one in signs.current(sources) if not (first_start and _stopped_on_purpose(sources))]
    scene = _scene(run, sources, signs, said, heard_until, first_start=first_start)
    told = list(_told(said, sources))
    if not (first_start and _stopped_on_purpose(sources)):
        why = list(_last_words(told, sources, signs))
        # A trainer that does not run is a consequence of these causes.
        told = [*why, *(one for one in told if not (why and one.code == NO_TRAINER.code))]
    explained = {one.container for one in told if one.severity == ERROR}
    # After the trainer is stopped or has ended, silence is normal.
    awaited = not scene.stopping and (scene.trainer is None or not scene.trainer.over)
    quiet = [
        one
        for judged in (ended, stalled, stuck, waiting, hangs)
        if awaited or judged is ended
        for one in judged(scene)
        if one.container not in explained or not one.container
    ]
    return ranked((*told, *quiet))


def failed(sources: Sources, signs: Signs) -> bool:
    """Return True if an existing container printed why it ended: then the stop was not on purpose."""
    told = _told([one for one in signs.current(sources) if one.source.listed], sources)
    return not _stopped_on_purpose(sources) and any(one.severity == ERROR for one in told)


def _stopped_on_purpose(sources: Sources) -> bool:
    """Return True if all simulations were removed, as when a training is stopped."""
    return bool(sources.workers) and not any(worker.listed for worker in sources.workers.values())


def _told(said: list[Said], sources: Sources) -> Iterator[Diagnosis]:
    once = set()
    for one in said:
        source = one.source
        if isinstance(source, Worker):
            index = sources.index(source) if one.name in sources.workers else None
            begun = source.driving.checkpoint_number is not None
        else:
            index, begun = None, bool(source.saved)
        found = diagnosed(one, index, begun=begun)
        if found is None or found.code in once or (found.code == NO_TRAINER.code and _trains(sources, one)):
            continue
        if found.code in _ONCE:
            once.add(found.code)
        if found.severity == ERROR and one.name in sources.evaluations and sources.workers:
            found = replace(found, severity=WARNING, word="EVALUATION", cause=f"{found.cause} {_BESIDE}")
        yield found


def _last_words(told: list[Diagnosis], sources: Sources, signs: Signs) -> Iterator[Diagnosis]:
    """Return the meaning of the last words of containers whose end no fault explains."""
    explained = {one.container for one in told if one.severity == ERROR and one.code != NO_TRAINER.code}
    trainer = sources.trainer()
    for words in signs.words(sources):
        source, name = words[-1].source, words[-1].name
        if name in explained or (not isinstance(source, Worker) and source is not trainer):
            continue
        index = sources.index(source) if isinstance(source, Worker) and name in sources.workers else None
        found = last_words(words, index)
        if found is not None:
            yield found


def _trains(sources: Sources, said: Said) -> bool:
    """Return True if a trainer has printed something since."""
    trainer = sources.trainer()
    return trainer is not None and not trainer.over and (trainer.last_at or 0.0) >= (said.at or 0.0)


def _scene(
    run: RunSnapshot, sources: Sources, signs: Signs, said: list[Said], heard_until: float, *, first_start: bool
) -> Scene:
    seen = {worker.container: worker for worker in run.workers}
    seats = [Seat(one, seen[name], heard(one)) for name, one in sources.workers.items() if name in seen]
    seats.sort(key=lambda seat: (seat.seen.worker is None, seat.seen.worker or 0, seat.seen.container))
    trainer = sources.trainer()
    times = [when for one in sources.all() if (when := printed(one)) is not None]
    return Scene(
        clock=max((heard_until, *times)),
        seats=seats,
        trainer=trainer,
        trainer_phase=run.trainer.phase if run.trainer is not None else s.STARTING,
        trainer_new=len(sources.trainers) > 1 and run.trainer is not None and not run.trainer.episodes,
        share_known=bool(run.settings.get("num_episodes_between_training")) or run.algorithm == "sac",
        first_start=first_start,
        stopping=any(one.code == _SIGTERM and one.source is trainer for one in said),
        uploaded=signs.uploaded,
        extras=signs.extras,
        trained_at=signs.trained_at,
    )
