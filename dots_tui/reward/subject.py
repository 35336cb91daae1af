"""What is rehearsed: a function, the track it is tried on, and the car's actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Union

from dots_tui.custom_files import action_space
from dots_tui.custom_files.action_space import ActionSpaceProblem
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, REWARD_FUNCTION
from dots_tui.reward.job import job_for
from dots_tui.reward.traffic_settings import traffic_of
from dots_tui.tracks.builtin import builtin_tracks

if TYPE_CHECKING:
    from dots_tui.reward.traffic import TrafficPlan
    from dots_tui.tracks.geometry import Track

AnySpace = Union[action_space.Discrete, action_space.Continuous]
USUAL = action_space.Continuous(action_space.Action(-30.0, 1.0), action_space.Action(30.0, 3.0))
"""Driven with when model_metadata.json has no action space that can be used."""
USUAL_DISCOUNT = 0.999
"""Where hyperparameters.json has none that can be used."""


@dataclass(frozen=True)
class Subject:
    """One rehearsal's input."""

    source: bytes
    """Of reward_function.py, saved or not."""
    track: Track
    actions: AnySpace = USUAL
    simapp: tuple[int, ...] = ()
    """Version; empty when it is not known."""
    against: bool = False
    """Driven against the track's own direction."""
    alternating: bool = False
    """Whether every second episode goes the other way."""
    traffic: TrafficPlan | None = None
    """The objects on the track."""
    discount: float = USUAL_DISCOUNT
    """The discount factor of the training, 0..1: how far ahead a reward counts."""
    remarks: tuple[str, ...] = field(default=(), compare=False)
    """What was assumed because the custom files do not say, in words."""
    made_up: bool = False
    """Whether cars drive on another shape than *track*, which only has the size of it."""
    shapes: Callable[[], Iterable[Track]] = field(default=tuple, compare=False)
    """All tracks whose own shape is at hand; a table of coordinates may be of one of them."""

    def job(self) -> dict[str, Any]:
        """What the child process is sent."""
        return {
            **job_for(self.source, self.track),
            "actions": _described(self.actions),
            "simapp": self.simapp,
            "against": self.against,
            "alternating": self.alternating,
            "traffic": None if self.traffic is None else asdict(self.traffic),
            "discount": self.discount,
        }


def subject_of(
    sources: Mapping[str, bytes],
    track: Track,
    shapes: Callable[[], Iterable[Track]] = tuple,
    *,
    made_up: bool | None = None,
) -> Subject:
    """The reward function among the custom files *sources*, tried on *track*. KeyError when there is none.

    *shapes* gives the tracks whose own shape is at hand. A formula's shape counts as made up unless it is a built-in
    track or *made_up* says otherwise: the cars of the embedded cloud do drive on it.
    """
    facts = FileFacts(sources)
    remarks: list[str] = []
    actions: AnySpace = USUAL
    try:
        actions = action_space.parse(sources[MODEL_METADATA])
    except (KeyError, ActionSpaceProblem) as problem:
        why = f"There is no {MODEL_METADATA}." if isinstance(problem, KeyError) else f"{MODEL_METADATA}: {problem}"
        remarks.append(f"{why} The drivers steer up to 30 degrees at 1 to 3 m/s instead.")
    return Subject(
        source=sources[REWARD_FUNCTION],
        track=track,
        actions=actions,
        simapp=facts.simapp,
        against=facts.is_true("DR_TRAIN_REVERSE_DIRECTION"),
        alternating=facts.is_true("DR_TRAIN_ALTERNATE_DRIVING_DIRECTION"),
        traffic=traffic_of(facts.values, facts.simapp),
        discount=_discount(facts),
        remarks=tuple(remarks),
        made_up=track.source == "formula" and track.name not in builtin_tracks() if made_up is None else made_up,
        shapes=shapes,
    )


def _discount(facts: FileFacts) -> float:
    values = facts.json[HYPERPARAMETERS].values if HYPERPARAMETERS in facts.json else None
    value = (values or {}).get("discount_factor")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value <= 1.0:
        return USUAL_DISCOUNT
    return float(value)


def _described(actions: AnySpace) -> dict[str, Any]:
    if isinstance(actions, action_space.Discrete):
        return {"discrete": [(action.steering, action.speed) for action in actions.actions]}
    low, high = actions.low, actions.high
    return {"continuous": [(low.steering, high.steering), (low.speed, high.speed)]}
