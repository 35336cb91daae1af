"""The linked rule of the start positions: (episodes / workers) x distance = 1 lap.

With DR_TRAIN_CHANGE_START_POSITION each worker moves its start on by DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST after every
episode, and drives num_episodes_between_training / DR_WORKERS episodes in an iteration. When that makes one lap,
the starts of every iteration cover the track evenly. Changing one of the three asks for another change; this module
says which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dots_tui.custom_files import json_edit
from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.facts import FileFacts, to_number
from dots_tui.custom_files.folder import HYPERPARAMETERS, is_env_file, parse_env

EPISODES = "num_episodes_between_training"
WORKERS = "DR_WORKERS"
DISTANCE = "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST"
LINKED = (EPISODES, WORKERS, DISTANCE)
"""The three keys of the rule."""

Place = tuple[str, str]
"""A file and a key in it."""

MOST_EPISODES = 100
MOST_WORKERS = 10
"""An 8xlarge carries as many; no offer asks for more, unless there are more already."""
_FINEST = 10_000
"""A distance has at most four decimals."""
_FEWEST_STARTS = 4
"""With one episode a worker the start would not move at all; two or three starts leave gaps of a third of the lap."""


@dataclass(frozen=True)
class Coverage:
    """The three values as the files have them. What cannot be used counts as its default."""

    episodes: int
    workers: int
    distance: float
    """A part of the lap; that of the first worker."""

    @property
    def laps(self) -> float:
        """How far a worker's start moves on in an iteration."""
        return self.episodes / self.workers * self.distance

    @property
    def even(self) -> bool:
        """Whether each worker drives the same number of episodes, and its starts make exactly one lap."""
        return self.episodes % self.workers == 0 and math.isclose(self.laps, 1.0, rel_tol=1e-9)


@dataclass(frozen=True)
class Offer:
    """Values that fit together, as changes of the files."""

    changes: Mapping[Place, str]
    """What to set, as the files write it. Values that fit already are not in it."""
    text: str
    """The changes and what comes of them, in one line."""
    result: Coverage


def coverage(sources: Mapping[str, bytes]) -> Coverage:
    """What the files say about the three."""
    return _coverage(FileFacts(sources))


def _coverage(facts: FileFacts) -> Coverage:
    distance = facts.number(DISTANCE, 0.05)
    return Coverage(
        facts.episodes or 20,
        facts.workers or 1,
        distance if distance is not None and 0 < distance <= 1 else 0.05,
    )


def no_offer_because(sources: Mapping[str, bytes]) -> str:
    """Why the rule cannot be applied to these files; "" when it can."""
    return _no_offer_because(FileFacts(sources))


def _no_offer_because(facts: FileFacts) -> str:
    hyperparameters = facts.json.get(HYPERPARAMETERS)
    if hyperparameters is None:
        return f"{HYPERPARAMETERS} is not there, and the episodes per iteration with it."
    if hyperparameters.values is None:
        return f"{HYPERPARAMETERS} {hyperparameters.problem}. Mend it first."
    if facts.sac:
        return "The algorithm sac trains after every episode with one worker; the rule is for clipped_ppo."
    switch = "DR_TRAIN_CHANGE_START_POSITION"
    if not any(values.get(switch, "True").lower() == "true" for _, values in facts.configurations()):
        return f"{switch} is off: every episode starts at the same place, and the distance has no effect."
    missing = [file for key in (WORKERS, DISTANCE) for file, _ in _places(facts, key) if file not in facts.env]
    return f"{missing[0]} is not there." if missing else ""


def offers(sources: Mapping[str, bytes], changed: str = "", most: int = 5) -> list[Offer]:
    """Values for the other two of the three when the user has just set ``changed`` in ``sources``; nearest first.

    ``changed`` is one of :data:`LINKED`, or "" when all three may be moved. When no exact answer exists for a value
    (a distance of 0.07 makes no whole lap) the offers change that one too, as little as possible. Empty when the
    rule does not apply, for which :func:`no_offer_because` gives the reason.
    """
    return offers_for(FileFacts(sources), changed, most)


def offers_for(facts: FileFacts, changed: str = "", most: int = 5) -> list[Offer]:
    """:func:`offers` for files that have been read already."""
    if _no_offer_because(facts):
        return []
    now = _coverage(facts)
    solutions = [one for one in _solutions(now) if _keeps(one, now, changed)] or list(_solutions(now))
    found = []
    for solution in sorted(solutions, key=lambda one: _cost(one, now, changed)):
        offer = _offer(facts, solution)
        if offer.changes:
            found.append(offer)
        if len(found) == most:
            break
    return found


def apply(sources: Mapping[str, bytes], offer: Offer) -> dict[str, bytes]:
    """``sources`` with the changes of ``offer`` made; nothing but the bytes of the changed values differs.

    Raises KeyError when a file of the offer is not in ``sources``.
    """
    result = dict(sources)
    for (file, key), value in offer.changes.items():
        if is_env_file(file):
            result[file] = parse_env(file, result[file]).set(key, value).data
        else:
            text = json_edit.to_text(result[file])
            old = json_edit.member(text, json_edit.top(text), key)
            # A number may be written as a string, which the simapp casts; it stays one.
            quoted = old is not None and text[old.start] == '"'
            result[file] = json_edit.put(text, key, f'"{value}"' if quoted else value).encode()
    return result


def _solutions(now: Coverage) -> Iterator[Coverage]:
    """Every exact answer within the limits."""
    most_episodes = max(MOST_EPISODES, now.episodes, _FEWEST_STARTS * now.workers)
    for starts in range(_FEWEST_STARTS, most_episodes + 1):
        if _FINEST % starts == 0:
            for workers in range(1, min(max(MOST_WORKERS, now.workers), most_episodes // starts) + 1):
                yield Coverage(starts * workers, workers, 1 / starts)


def _keeps(one: Coverage, now: Coverage, changed: str) -> bool:
    return {
        EPISODES: one.episodes == now.episodes,
        WORKERS: one.workers == now.workers,
        DISTANCE: math.isclose(one.distance, now.distance, rel_tol=1e-9),
    }.get(changed, True)


def _cost(one: Coverage, now: Coverage, changed: str) -> tuple[float, float, int, bool, bool]:
    """How far an answer is from what there is: by ratio, then by how many values change and which.

    Between equals the distance is moved rather than the episodes, which decide how the model learns, and the
    workers last, which decide about the instance.
    """
    ratios = {
        EPISODES: abs(math.log(one.episodes / now.episodes)),
        WORKERS: abs(math.log(one.workers / now.workers)),
        DISTANCE: abs(math.log(one.distance / now.distance)),
    }
    moved = {key: ratio > 1e-9 for key, ratio in ratios.items()}
    return (
        round(ratios.get(changed, 0.0), 6),
        round(sum(ratios.values()), 6),
        sum(moved.values()),
        moved[WORKERS],
        moved[EPISODES],
    )


def _offer(facts: FileFacts, result: Coverage) -> Offer:
    wanted = {EPISODES: result.episodes, WORKERS: result.workers, DISTANCE: result.distance}
    now = {EPISODES: facts.episodes, WORKERS: facts.workers}
    changes: dict[Place, str] = {}
    for key, value in wanted.items():
        for place in _places(facts, key):
            there = _distance_in(facts, place[0]) if key == DISTANCE else now[key]
            if there is None or not math.isclose(there, value, rel_tol=1e-9):
                changes[place] = f"{value:g}"
    said = " and ".join(
        f"{key} to {value}" + (f" in {file}" if file not in (HYPERPARAMETERS, *facts.sourced) else "")
        for (file, key), value in changes.items()
    )
    sums = f"({result.episodes} episodes / {result.workers} workers) x {result.distance:g} = 1 lap"
    return Offer(changes, f"set {said}: {sums}", result)


def _places(facts: FileFacts, key: str) -> list[Place]:
    """Where ``key`` is to be changed: where it is set, else where it belongs, and in workers' own files."""
    if key == EPISODES:
        return [(HYPERPARAMETERS, key)]
    file = facts.effective[key][0] if key in facts.effective else KEYS[key].file
    own = [name for name in facts.worker_files.values() if facts.env[name].entry(key) is not None]
    return [(file, key), *((name, key) for name in own if key == DISTANCE)]


def _distance_in(facts: FileFacts, file: str) -> float | None:
    if file in facts.sourced or file not in facts.env:
        return facts.number(DISTANCE, 0.05)
    return to_number(facts.env[file].get(DISTANCE) or "")
