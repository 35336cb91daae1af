"""Stay on the track.

Teaches the car to keep its wheels inside the borders and leaves the line to it: cutting a bend is allowed, leaving the
road is not. Each step pays the same, so a slow car collects more of it; rehearse it and see the crawler win, then add
speed or progress.
"""

# The room to the border, in meters, below which the car is paid less: a warning before it goes wrong.
ROOM = 0.10

ALMOST_NOTHING = 0.001


def reward_function(params):
    """1 with room on both sides, less near a border, almost nothing with a wheel beyond it."""
    if params["is_offtrack"] or not params["all_wheels_on_track"]:
        return ALMOST_NOTHING
    room = 0.5 * params["track_width"] - params["distance_from_center"]
    if room < ROOM:
        return max(0.5 * room / ROOM, ALMOST_NOTHING)
    return 1.0
