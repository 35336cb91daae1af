"""The JSON document of `dots-tui replay --json`: a recorded run in plain values, with its diagnoses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dots_tui.custom_files.findings import Finding, Fix
from dots_tui.problems import INFO, WARNING, Severity
from dots_tui.training.fault_codes import fault_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.snapshot import IterationSnapshot, PolicySnapshot, PolicyValues, RunSnapshot, WorkerSnapshot


def document(run: RunSnapshot, files: Mapping[str, Sequence[str]], findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the document. `files` are the logs of each container, `findings` concern the logs themselves.

    Values that JSON does not support (a reward of NaN) are None.
    """
    last = run.checkpoints.last or next((one.checkpoint for one in reversed(run.iterations) if one.checkpoint), None)
    found: dict[str, Any] = plain(
        {
            "workers": [_worker(worker, files) for worker in run.workers],
            "policy": _policy(run.policy),
            "checkpoints": {"best": run.checkpoints.best, "last": last, "saved": list(run.checkpoints.saved)},
            "findings": [finding.as_json() for finding in (*_of_run(run, files), *findings)],
            "evaluations": [_worker(worker, files) for worker in run.evaluations],
            "iterations": [{"index": one.index, **_iteration(one)} for one in run.iterations],
            "totals": vars(run.totals),
            "trainer": _trainer(run, files),
            "verdict": run.verdict,
            "world": run.world,
            "model": run.model,
            "hyperparameters": {**run.hyperparameters, **run.settings},
            "exits_by_waypoint": run.exits_by_waypoint,
            "steps_per_s": run.steps_per_s,
            "real_time_factor": run.real_time_factor,
            "iteration_s": run.iteration_s,
            "notices": [
                {"container": one.container, "kind": one.kind, "text": one.text, "count": one.count}
                for one in run.notices
            ],
        }
    )
    return found


def plain(value: Any) -> Any:
    """Return `value` as JSON supports it: mappings become dictionaries, numbers that are not finite become None."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _worker(worker: WorkerSnapshot, files: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "worker": worker.worker or 0,
        "files": files.get(worker.container, ()),
        "steps": worker.steps,
        "episodes_seen": worker.episodes_seen,
        "episodes_done": worker.episodes_done,
        "laps": worker.laps,
        "best_lap_s": worker.best_lap_s,
        "mean_reward": worker.mean_reward,
        "mean_progress": worker.mean_progress,
        "statuses": worker.statuses,
        "training_lines": worker.training_lines,
        "testing_lines": worker.testing_lines,
        "iterations": [_iteration(one) for one in worker.iterations],
        "extra_evaluations": worker.extra_evaluations,
        "starts": worker.starts,
        "world": worker.world,
        "configuration": worker.configuration,
        "simulated_s": worker.simulated_s,
        "steps_per_s": worker.steps_per_s,
        "real_time_factor": worker.real_time_factor,
    }


def _iteration(one: IterationSnapshot) -> dict[str, Any]:
    return {
        "checkpoint": one.checkpoint,
        "episodes_done": one.episodes_done,
        "steps": one.steps,
        "mean_reward": one.mean_reward,
        "evaluations": one.evaluations,
        "mean_progress": one.mean_progress,
        "laps": one.laps,
        "best_lap_s": one.best_lap_s,
        "statuses": one.statuses,
        "evaluation_reward": one.evaluation_reward,
        "evaluation_progress": one.evaluation_progress,
        "seconds": one.seconds,
        "simulated_s": one.simulated_s,
        "policy": asdict(one.policy) if one.policy is not None else None,
    }


def _policy(policy: PolicySnapshot) -> dict[str, Any]:
    return {
        "lines": policy.lines,
        "updates": policy.updates,
        "first": _values(policy.first),
        "last": _values(policy.last),
    }


def _values(values: PolicyValues | None) -> dict[str, Any] | None:
    """Return the values under the names that the trainer prints."""
    if values is None:
        return None
    return {
        "Surrogate loss": values.loss,
        "KL divergence": values.kl,
        "Entropy": values.entropy,
        "training epoch": values.epoch,
        "learning_rate": values.learning_rate,
    }


def _trainer(run: RunSnapshot, files: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    if run.trainer is None:
        return None
    return {
        "files": files.get(run.trainer.container, ()),
        "episodes": run.trainer.episodes,
        "steps": run.trainer.steps,
    }


def _of_run(run: RunSnapshot, files: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Return the diagnoses of the run, and the faults of earlier starts that were resolved."""

    def found(container: str, severity: Severity, code: str, text: str, fix: str | None) -> Finding:
        place = ", ".join(files.get(container, (container,)))
        return Finding(place, 0, None, severity, code, text, Fix(fix) if fix else None)

    findings = [
        found(one.container, one.severity, one.code, _sentence(one.title), one.advice or None) for one in run.diagnoses
    ]
    told = {(one.container, one.fault) for one in run.diagnoses}
    for fault in run.faults:
        if (fault.container, fault.code) not in told:
            kind = fault_kind(fault.code)
            text = f"in an earlier start, {kind.what}{f': {fault.message}' if fault.message else ''}"
            findings.append(found(fault.container, INFO, kind.code, _sentence(text), None))
    return findings


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def about(file: str, code: str, message: str, fix: str | None = None, *, minor: bool = False) -> Finding:
    """Return a finding about a log itself."""
    return Finding(file, 0, None, INFO if minor else WARNING, code, message, Fix(fix) if fix else None)
