"""The traffic that the settings of a run ask for: DR_OA_* with OBJECT_AVOIDANCE, DR_H2B_* with HEAD_TO_BOT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.facts import to_number
from dots_tui.reward.traffic import INNER, OUTER, TrafficPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 50
"""Objects; more would not find room on a track."""
_PERCENT = (5, 3, 3)
"""From this version on the distance of boxes is a percentage of the lap."""


def traffic_of(values: Mapping[str, str], simapp: tuple[int, ...]) -> TrafficPlan | None:
    """The plan in the settings *values*; None for a time trial, and where there are no objects."""
    race = values.get("DR_RACE_TYPE", "")
    if race == "OBJECT_AVOIDANCE":
        return _boxes(values, simapp)
    return _bots(values) if race == "HEAD_TO_BOT" else None


def _boxes(values: Mapping[str, str], simapp: tuple[int, ...]) -> TrafficPlan | None:
    places = _positions(values.get("DR_OA_OBJECT_POSITIONS", ""))
    count = len(places) or _count(values, "DR_OA_NUMBER_OF_OBSTACLES", 6)
    if not count:
        return None
    return TrafficPlan(
        count,
        places=places,
        min_distance=_number(values, "DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES", 2.0),
        percent=not simapp or simapp >= _PERCENT,
        random=_is_true(values, "DR_OA_RANDOMIZE_OBSTACLE_LOCATIONS"),
        cars=_is_true(values, "DR_OA_IS_OBSTACLE_BOT_CAR"),
    )


def _bots(values: Mapping[str, str]) -> TrafficPlan | None:
    count = _count(values, "DR_H2B_NUMBER_OF_BOT_CARS", 3)
    if not count:
        return None
    least = _number(values, "DR_H2B_LOWER_LANE_CHANGE_TIME", 3.0)
    most = max(least, _number(values, "DR_H2B_UPPER_LANE_CHANGE_TIME", 5.0))
    return TrafficPlan(
        count,
        min_distance=_number(values, "DR_H2B_MIN_DISTANCE_BETWEEN_BOT_CARS", 2.0),
        random=_is_true(values, "DR_H2B_RANDOMIZE_BOT_CAR_LOCATIONS"),
        cars=True,
        speed=max(_number(values, "DR_H2B_BOT_CAR_SPEED", 0.2), 0.01),
        lane_seconds=(max(least, 0.1), max(most, 0.1)) if _is_true(values, "DR_H2B_IS_LANE_CHANGE") else None,
        lane_change_m=max(_number(values, "DR_H2B_LANE_CHANGE_DISTANCE", 1.0), 0.01),
    )


def _positions(text: str) -> tuple[tuple[float, int], ...]:
    """Share of the lap and lane of each object; those that simapp could not read are left out."""
    found = []
    for part in text.replace('"', "").split(";"):
        share, _, lane = part.partition(",")
        along = to_number(share.strip())
        if along is not None and lane.strip():
            found.append((along, OUTER if lane.strip() == str(OUTER) else INNER))
    return tuple(found[:MOST])


def _count(values: Mapping[str, str], key: str, default: int) -> int:
    number = to_number(values[key]) if values.get(key) else float(default)
    return min(max(int(number), 0), MOST) if number is not None else default


def _number(values: Mapping[str, str], key: str, default: float) -> float:
    number = to_number(values[key]) if values.get(key) else default
    return max(number, 0.0) if number is not None else default


def _is_true(values: Mapping[str, str], key: str) -> bool:
    return values.get(key, "").lower() == "true"
