"""Models as cells of a table and as lines of words, for the pane and the command. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dots_tui.app.models.bucket_model import BucketModel, metric_words, size_words
from dots_tui.app.models.family import FamilyRow, ancestors, descendants
from dots_tui.app.models.model_detail import CheckpointRow, usd_per_month

COLUMNS = ("model", "track", "race", "iter", "best", "last", "best lap", "size", "age", "state")
RIGHT = ("iter", "best lap", "size", "age")
"""Columns of numbers."""
RACES = {"TIME_TRIAL": "time trial", "OBJECT_AVOIDANCE": "objects", "HEAD_TO_BOT": "head to bot"}
_LEVELS = 6
"""Levels of the family tree that are drawn; deeper ones are cut on the left."""
_STEPS = (("s", 1, 100), ("min", 60, 100), ("h", 3600, 48), ("d", 86400, 1000))


def age_words(moment: datetime, now: datetime) -> str:
    """Return how long ago `moment` was, in one unit."""
    seconds = max(0.0, (now - moment).total_seconds())
    for unit, length, most in _STEPS:
        if seconds < most * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"


def state_words(model: BucketModel) -> str:
    """Return the state of a model that needs attention; "" if it is a finished, sound one."""
    if model.running:
        return f"training ({model.running})"
    if model.broken:
        return "damaged list"
    missing = model.missing()
    if missing and model.facts is not None and not any(one.complete for one in model.facts.checkpoints):
        return "no checkpoint"
    if missing:
        return f"{missing[0].number if missing[0].number is not None else missing[0].name} missing"
    return ""


def cells(row: FamilyRow, now: datetime, *, branches: bool = True) -> dict[str, str]:
    """Return the cells of one model by column; facts that were not read yet are "…"."""
    model, facts = row.model, row.model.facts
    unread = "" if facts is not None else "…"
    lap = facts.best_lap_s if facts is not None else None
    size = row.size
    return {
        "model": (_tree(row.branches) if branches else "") + _name(row),
        "track": facts.track if facts is not None else unread,
        "race": RACES.get(facts.race_type, facts.race_type) if facts is not None else unread,
        "iter": str(facts.iterations or "") if facts is not None else unread,
        "best": checkpoint_words(model, "best"),
        "last": checkpoint_words(model, "last"),
        "best lap": f"{lap:.2f} s" if lap is not None else unread,
        "size": size_words(size) if size is not None else "…",
        "age": age_words(model.changed, now),
        "state": state_words(model),
    }


def _name(row: FamilyRow) -> str:
    return f"{row.model.key.name} ({len(row.segments) + 1} segments)" if row.segments else row.model.key.name


def _tree(branches: str) -> str:
    drawn = branches if len(branches) <= _LEVELS else "…" + branches[-_LEVELS + 1 :]
    return f"{drawn} " if drawn else ""


def checkpoint_words(model: BucketModel, which: str) -> str:
    """Return the number and the metric of the best or last checkpoint in the list of the model; "" if it has none."""
    named = model.best if which == "best" else model.last
    if named is None:
        return ""
    number = str(named.number) if named.number is not None else named.name
    metric = metric_words(named.metric, model.facts.metric if model.facts is not None else "")
    return f"{number}  {metric}".rstrip() if which == "best" else number


def storage_words(size: int) -> str:
    """Return a size and its price a month."""
    usd = usd_per_month(size)
    price = "less than 0.01 USD" if usd < 0.01 else f"about {usd:.2f} USD"
    return f"{size_words(size)}, {price} a month"


def about(model: BucketModel, models: Sequence[BucketModel]) -> list[str]:
    """Return the lines about a model: its run, its family, its storage, and its damage."""
    facts = model.facts
    if facts is None:
        return []
    run = " · ".join(filter(None, (facts.track, RACES.get(facts.race_type, facts.race_type), state_words(model))))
    line = ancestors(model, models)
    parent = facts.parent
    lines = [run] if run else []
    if len(line) > 1:
        lines.append("family: " + " → ".join(one.key.name for one in line[-_LEVELS:]))
    if parent is not None:
        known = any(one.key.prefix == parent.prefix for one in models)
        how = "goes on with the run of" if parent.segment else f"continues {parent.checkpoint} of"
        lines.append(f"{how} {parent.prefix}{'' if known else ', which does not exist any more'}")
    children = descendants(model, models)
    if children:
        lines.append("continued by " + ", ".join(one.key.name for one in children[:_LEVELS]))
    lines.append(f"{facts.objects} objects, {storage_words(facts.size)}")
    lines += [f"{name} is damaged or half written" for name in facts.damaged]
    lines += [f"{one.name} is in its list and not in the bucket" for one in model.missing()]
    return lines


CHECKPOINT_COLUMNS = ("checkpoint", "progress", "reward", "laps", "best lap", "episodes", "size", "")


def checkpoint_cells(row: CheckpointRow) -> tuple[str, ...]:
    """Return the cells of one checkpoint, in the order of `CHECKPOINT_COLUMNS`."""
    one, stored = row.iteration, row.stored
    progress = f"{one.mean_progress:.1f} %" if one is not None and one.mean_progress is not None else ""
    reward = f"{one.mean_reward:.1f}" if one is not None and one.mean_reward is not None else ""
    lap = f"{one.best_lap_s:.2f} s" if one is not None and one.best_lap_s is not None else ""
    marks = [word for word, there in (("best", row.best), ("last", row.last)) if there]
    if stored is not None and not stored.complete:
        marks.append("half written")
    return (
        str(row.number),
        progress,
        reward,
        str(one.laps) if one is not None and one.laps else "",
        lap,
        str(one.episodes_done) if one is not None else "",
        size_words(stored.size) if stored is not None else "not kept",
        ", ".join(marks),
    )


def model_document(model: BucketModel) -> dict[str, Any]:
    """Return a model for a JSON document."""
    facts = model.facts
    named = {"best": model.best, "last": model.last}
    return {
        "name": model.key.name,
        "prefix": model.key.prefix,
        "bucket": model.key.bucket,
        "region": model.key.region,
        "changed": model.changed.isoformat(),
        "running": model.running or None,
        "damaged": list(facts.damaged) if facts is not None else [],
        **{
            which: None if one is None else {"name": one.name, "number": one.number, "metric": one.metric}
            for which, one in named.items()
        },
        "missing": [one.name for one in model.missing()],
        "track": facts.track or None if facts is not None else None,
        "race_type": facts.race_type or None if facts is not None else None,
        "metric": facts.metric or None if facts is not None else None,
        "iterations": facts.iterations if facts is not None else None,
        "best_lap_s": facts.best_lap_s if facts is not None else None,
        "size": facts.size if facts is not None else None,
        "objects": facts.objects if facts is not None else None,
        "parent": facts.parent._asdict() if facts is not None and facts.parent is not None else None,
        "checkpoints": [
            {"name": one.name, "number": one.number, "size": one.size, "complete": one.complete}
            for one in (facts.checkpoints if facts is not None else ())
        ],
    }


def checkpoint_document(row: CheckpointRow) -> dict[str, Any]:
    """Return one line of the table of checkpoints for a JSON document."""
    one = row.iteration
    return {
        "number": row.number,
        "name": row.name or None,
        "best": row.best,
        "last": row.last,
        "complete": row.stored is not None and row.stored.complete,
        "mean_progress": one.mean_progress if one is not None else None,
        "mean_reward": one.mean_reward if one is not None else None,
        "laps": one.laps if one is not None else None,
        "best_lap_s": one.best_lap_s if one is not None else None,
        "episodes": one.episodes_done if one is not None else None,
    }
