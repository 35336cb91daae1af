"""A recorded run as text: tables of its workers, iterations and trainer, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NONE = "-"
_ENDED = "ended"
_MOST_ITERATIONS = 40
"""Maximum number of iterations in the text, the newest ones; the JSON document has all of them."""


def lines(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield the document of `training.summary` in lines without newlines."""
    yield from _worst(run)
    yield run["verdict"]
    for title, jobs in (("Workers", run["workers"]), ("Evaluation jobs", run["evaluations"])):
        if jobs:
            yield ""
            yield title
            yield from _workers(jobs)
    yield from _iterations(run["iterations"])
    yield from _trainer(run)
    yield from _setup(run)
    yield from _findings(run["findings"])


def _worst(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield the worst finding, unless the verdict begins with it: the first line is the failure."""
    for severity in ("error", "warning"):
        for one in run["findings"]:
            if one["severity"] == severity:
                known = one["message"].rstrip(".").lower() in run["verdict"].lower()
                if not known:
                    yield f"{severity.upper()}: {one['message']}"
                return


def _workers(workers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    head = ("worker", "steps", "episodes", "laps", "best lap", "reward", "progress", "evaluations", _ENDED)
    yield from _table(
        head,
        [
            (
                str(one["worker"]),
                str(one["steps"]),
                str(one["episodes_done"]),
                str(one["laps"]),
                _number(one["best_lap_s"], " s", 3),
                _number(one["mean_reward"]),
                _number(one["mean_progress"], " %"),
                str(one["testing_lines"]),
                _statuses(one["statuses"]),
            )
            for one in workers
        ],
    )
    for one in workers:
        speed = one["real_time_factor"]
        times = f", {one['starts']} starts" if one["starts"] > 1 else ""
        rate = f", drives at {speed:.2f} of real time" if speed is not None else ""
        where = f" on {one['world']}" if one["world"] else ""
        yield f"  worker {one['worker']}{where}{times}{rate}: {_names(one['files'])}"


def _iterations(iterations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not iterations:
        return
    yield ""
    left_out = len(iterations) - _MOST_ITERATIONS
    yield "Iterations" + (f" (the newest {_MOST_ITERATIONS} of {len(iterations)})" if left_out > 0 else "")
    head = ("no.", "checkpoint", "episodes", "steps", "laps", "best lap", "reward", "progress", "evaluated", "entropy")
    yield from _table(
        head,
        [
            (
                str(one["index"] + 1),
                one["checkpoint"] or _NONE,
                str(one["episodes_done"]),
                str(one["steps"]),
                str(one["laps"]),
                _number(one["best_lap_s"], " s", 3),
                _number(one["mean_reward"]),
                _number(one["mean_progress"], " %"),
                _number(one["evaluation_progress"], " %"),
                _number(one["policy"]["entropy"] if one["policy"] else None, "", 3),
            )
            for one in iterations[-_MOST_ITERATIONS:]
        ],
    )


def _trainer(run: Mapping[str, Any]) -> Iterator[str]:
    policy, checkpoints, trainer = run["policy"], run["checkpoints"], run["trainer"]
    yield ""
    yield "Trainer"
    if trainer is None:
        yield "  its log was not given"
    else:
        yield f"  {trainer['episodes']} episodes, {trainer['steps']} steps: {_names(trainer['files'])}"
    if policy["lines"]:
        yield f"  {policy['updates']} policy updates, {policy['lines']} epochs"
        yield from _table(
            ("", "loss", "KL", "entropy", "epoch", "learning rate"),
            [(which, *_values(policy[which])) for which in ("first", "last")],
        )
    elif trainer is not None:
        yield "  no policy updates (SAC prints none)"
    saved = len(checkpoints["saved"])
    yield f"  checkpoints: best {checkpoints['best'] or _NONE}, last {checkpoints['last'] or _NONE}, {saved} saved"


def _values(values: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("Surrogate loss", "KL divergence", "Entropy", "training epoch", "learning_rate")
    return tuple(_NONE if values[name] is None else f"{values[name]:.4g}" for name in names)


def _setup(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["model"] and not run["hyperparameters"]:
        return
    yield ""
    yield "Setup"
    for name, value in run["model"].items():
        yield f"  {name.replace('_', ' ')}: {value}"
    if run["hyperparameters"]:
        yield "  " + ", ".join(f"{name} {value}" for name, value in run["hyperparameters"].items())


def _findings(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    errors = [one for one in findings if one["severity"] == "error"]
    if not errors:
        return
    yield ""
    yield "Findings"
    for one in errors:
        yield f"  {one['file']}: {one['message']}"
        if one["fix"]:
            yield f"    {one['fix']}"


def _names(files: Sequence[str]) -> str:
    """Return the names without folders; the document has the folders."""
    return ", ".join(file.rpartition("/")[2] for file in files)


def _statuses(statuses: Mapping[str, int]) -> str:
    ordered = sorted(statuses.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in ordered) or _NONE


def _number(value: float | None, unit: str = "", digits: int = 1) -> str:
    return _NONE if value is None else f"{value:.{digits}f}{unit}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table: columns aligned right; the first column, and a last one of words, aligned left."""
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    words_last = head[-1] == _ENDED
    for row in (head, *rows):
        cells = [
            cell.ljust(width) if index == 0 or (index == len(row) - 1 and words_last) else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths))
        ]
        yield ("  " + "  ".join(cells)).rstrip()
