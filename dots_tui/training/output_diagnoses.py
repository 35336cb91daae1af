"""Diagnoses from the output of a container: fault codes, and texts without a code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dots_tui.problems import ERROR, WARNING
from dots_tui.training import records as r
from dots_tui.training.diagnosis import FILES, STOP, Diagnosis, name_of
from dots_tui.training.failure_kinds import NO_GPU, NO_RIGHTS, REWARD_EXTREME
from dots_tui.training.failure_table import kind_of
from dots_tui.training.fault_codes import (
    LOSS_NAN,
    OUT_OF_GPU_MEMORY,
    REWARD_ERROR,
    UNCLASSIFIED,
    FaultKind,
    fault_kind,
)
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from dots_tui.training.signs import Said

_LONGEST = 160
"""Maximum characters of a message in a title; the evidence holds the full message."""
_REWARD_LINE = re.compile(r"reward_function(?:\.py)?['\")]*,? line (\d{1,6})")
_MEMORY = re.compile(r"out of memory|\bOOM\b|Resource ?exhausted|CUDA_ERROR_OUT_OF_MEMORY", re.IGNORECASE)
_MEMORY_FAULTS = (27, 42, 43, 0, None)
_OF_THE_FUNCTION = (9, 12, 41)
"""Faults whose message is the exception of the racer's own function, in any wording."""
_STORAGE_WORDS = (
    "no-bucket", "no-credentials", "expired-credentials", "wrong-credentials", "no-endpoint", "wrong-region",
    "no-profile", "wrong-clock", "no-name", "tls", "disk-full", "other-model", "no-world", "bad-json", "bad-yaml",
)  # fmt: skip
"""Kinds that explain a missing or unusable file better than the fault code."""
_NO_FAILURE = "not a failure"
_NOT_FOUND = "(404)"

_NO_CAR_MODEL = FaultKind(
    "no-car-model",
    ERROR,
    "simapp does not know the version in model_metadata.json",
    "There is a model of the car for each version from 1 to 5, and none for this one.",
    "Set version to 5 (or 1 to 4) in model_metadata.json, upload the custom files and start again.",
    (FILES, STOP),
    user=True,
)
NO_TRAINER = FaultKind(
    "trainer-not-running",
    ERROR,
    "the trainer is not running",
    "It was looked for and not found: DR_CLOUD, the bucket or the profile is wrong, or it ended at once.",
    "Read the log of rl_coach, and look at system.env and run.env.",
    (FILES, STOP),
)
_STORAGE = FaultKind(
    "storage-gave-up",
    WARNING,
    "something in the bucket could not be reached",
    "All five tries failed.",
    "Look at the credentials and the endpoint (DR_LOCAL_S3_PROFILE, DR_MINIO_URL) where the training does not go on.",
    (FILES,),
)
_LITTLE_MEMORY = FaultKind(
    "little-memory",
    WARNING,
    "the GPU's memory is nearly full",
    "TensorFlow wanted more than there was and does with less; it says itself that this is no failure.",
    "Fewer workers on the GPU, a smaller batch_size or the shallow network leave more room.",
    (FILES,),
)
_EXCESS = FaultKind(
    "excess-worker",
    WARNING,
    "there are more workers than episodes",
    "A worker without an episode has nothing to do and ends; with SAC there is work for one only.",
    "Fewer workers (DR_WORKERS), or more episodes an iteration (num_episodes_between_training), in the next run.",
    (FILES,),
)
_BY_NOTICE = {
    r.REWARD_ERROR: REWARD_ERROR,
    r.NO_CAR_MODEL: _NO_CAR_MODEL,
    r.NO_TRAINER: NO_TRAINER,
    r.S3_GIVEN_UP: _STORAGE,
}


def diagnosed(said: Said, worker: int | None, *, begun: bool) -> Diagnosis | None:
    """Return the diagnosis of a sign; None if it is harmless. `begun` if its container has loaded a checkpoint."""
    record = said.record
    if isinstance(record, (r.SimulationFault, r.FaultCode)):
        return _fault(said, worker)
    if isinstance(record, r.OutOfMemory):
        if _NO_FAILURE in record.text:
            return _told(_LITTLE_MEMORY, said, worker, record.text)
        return _told(OUT_OF_GPU_MEMORY, said, worker, record.text, "OUT OF MEMORY", "")
    if isinstance(record, r.PolicyEpoch):
        values = f"Surrogate loss={record.loss}, KL divergence={record.kl}, Entropy={record.entropy}"
        return _told(LOSS_NAN, said, worker, f"Policy training> {values}, training epoch={record.epoch}", "LOSS IS NAN")
    if isinstance(record, r.FailureLine):
        return _told(NO_GPU, said, worker, record.text)
    if isinstance(record, r.EpisodeEnd):
        return _told(REWARD_EXTREME, said, worker, f"Total reward={record.reward:.4g}", message=f"{record.reward:.3g}")
    if isinstance(record, (r.Traceback, r.ProcessDied)):
        return None  # last words are judged together
    if isinstance(record, r.ExcessWorker):
        return _told(_EXCESS, said, worker, "Exiting excess worker" if record.exiting else "Excess worker allocated")
    if record.kind == r.S3_GIVEN_UP and _NOT_FOUND in record.text and not begun:
        return None  # a new model has no checkpoint yet
    kind = _BY_NOTICE.get(record.kind)
    if kind is None:
        return None
    told = record.text if kind is REWARD_ERROR else ""
    return _told(kind, said, worker, record.text, message=told)


def _explains(kind: FaultKind, found: FaultKind) -> bool:
    """Return True if the text of a fault says more than its code: a missing file does not if permissions are
    missing.
    """
    return found.severity == ERROR and (kind.user is False or found is NO_RIGHTS or found.code in _STORAGE_WORDS)


def reward_line(message: str) -> int | None:
    """Return the last line of the racer's reward function in an exception text, where it was raised."""
    found = _REWARD_LINE.findall(message)
    return int(found[-1]) if found else None


def _fault(said: Said, worker: int | None) -> Diagnosis:
    record = said.record
    message = record.message if isinstance(record, r.SimulationFault) else ""
    kind = fault_kind(said.code)
    line = reward_line(message)
    user = kind.user or (isinstance(record, r.SimulationFault) and record.user_error)
    if said.code in _MEMORY_FAULTS and _MEMORY.search(message):
        kind = OUT_OF_GPU_MEMORY
    elif said.code not in _OF_THE_FUNCTION and (found := kind_of(message)) is not None and _explains(kind, found):
        kind = found
    elif kind is UNCLASSIFIED and (line is not None or "reward function" in message.lower()):
        kind = REWARD_ERROR
    elif kind is UNCLASSIFIED and user:
        kind = kind._replace(
            cause="simapp says that the racer's own files are the cause.",
            advice="Correct your custom files and start the training again.",
            actions=(FILES, STOP),
        )
    number = f"fault {said.code}" if said.code is not None else "a fault"
    printed = f"FAULT_CODE: {said.code}" if said.code is not None else "simapp_exception"
    evidence = f"{printed}  {message}".strip()
    return _told(kind, said, worker, evidence, "FAULT", message, number)


def _told(
    kind: FaultKind,
    said: Said,
    worker: int | None,
    evidence: str,
    word: str = "",
    message: str = "",
    number: str = "",
) -> Diagnosis:
    """Return the diagnosis in the words of its kind, with the printed text."""
    line = reward_line(message)
    where = f" (line {line})" if line is not None else ""
    who = name_of(worker, said.name) if isinstance(said.source, Worker) else "the trainer"
    what = f"{number} in {who}: {kind.what}" if number else kind.what
    short = _short(message)
    return Diagnosis(
        code=kind.code,
        severity=kind.severity,
        word=word if kind.severity == ERROR and word else _WORDS[kind.severity],
        title=f"{what}{where}{f': {short}' if short else ''}",
        cause=kind.cause,
        advice=kind.advice,
        container=said.name,
        worker=worker,
        evidence=evidence,
        at=said.at,
        actions=kind.actions,
        fault=said.code,
        line=line,
    )


_WORDS = {ERROR: "FAILED", WARNING: "WARNING", "info": "NOTE"}


def _short(message: str) -> str:
    """Return one line of a message: the last, which names the exception in a traceback."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if not lines:
        return ""
    said = lines[-1] if "Traceback" in message else lines[0]
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
