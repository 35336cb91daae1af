"""The car bodies: every mesh of the simapp that DR_CAR_BODY_SHELL_TYPE can name.

From the file names in deepracer-simapp's bundle/meshes/f1 (v6.0.5); v5.3.3 has the first group only.
"""

from __future__ import annotations


def _numbered(name: str, last: int, tail: str = "") -> tuple[str, ...]:
    return tuple(f"f1_{name}_{number:02}{tail}" for number in range(1, last + 1))


SHELLS_5 = ("deepracer", "f1_2021", *(f"f1_car_{number}" for number in (11, 12, 13, 14, 17, 18, 21)))
"""The bodies every supported simapp has."""

SHELLS_6 = (
    "f1_car_tron",
    *_numbered("car_tron", 10),
    *_numbered("car_banana", 10),
    *_numbered("car_clown", 10),
    *_numbered("car_mercedes", 10),
    *_numbered("car_retro", 10),
    *_numbered("june_car", 2),
    *_numbered("july_car", 3, "_with_wheel"),
    *_numbered("december_car", 2, "_with_wheel"),
    *_numbered("mustang_eleanor", 3),
    *_numbered("hotrod", 3),
    *_numbered("rogue", 2),
    "f1_kart",
    *(f"f1_nudie_{colour}_with_wheel" for colour in ("orange", "purple", "white")),
    *_numbered("baja_truck", 6),
    *_numbered("dune_buggy", 7),
    *_numbered("september_bug", 2, "_with_wheel"),
    *_numbered("monster_truck", 2),
    *_numbered("lorry", 2),
    *_numbered("october_wagon", 2, "_with_wheel"),
    *(f"f1_amazon_van_{colour}_with_wheel" for colour in ("purple", "white")),
    "f1_dog_van",
    "f1_limo_with_wheel",
    *_numbered("august_bike", 2, "_with_wheel"),
    "f1_lunar_rover",
    "f1_mars_rover_with_wheel",
    "f1_dragon",
    "f1_snail",
)
"""The bodies that came with simapp 6."""

SHELLS = SHELLS_5 + SHELLS_6
