"""Point at a waypoint ahead.

Teaches the car to turn into a bend before it comes: it is paid for pointing at a waypoint some way ahead, instead of
along the road under its wheels. Looking further makes smoother lines and cuts bends more; speed is paid besides, or
the car would take its time.
"""

import math

# How many waypoints ahead the car should aim at, and the error in degrees at which nothing is paid any more.
AIM_AHEAD = 4
WORST = 40.0

# The fastest action in m/s.
TOP_SPEED = 2.0

ALMOST_NOTHING = 0.001


def reward_function(params):
    """The product of how well the car points and how fast it goes."""
    if not params["all_wheels_on_track"]:
        return ALMOST_NOTHING
    pointing = max(1.0 - aim_error(params) / WORST, 0.0)
    speed = min(params["speed"] / TOP_SPEED, 1.0)
    return max(pointing * speed**2, ALMOST_NOTHING)


def aim_error(params):
    """Degrees between where the car points and where the waypoint ahead is, 0 to 180."""
    waypoints = params["waypoints"]
    # The last waypoint of a loop is the first one again.
    x, y = waypoints[(params["closest_waypoints"][1] + AIM_AHEAD) % (len(waypoints) - 1)]
    wanted = math.degrees(math.atan2(y - params["y"], x - params["x"]))
    return abs((wanted - params["heading"] + 180.0) % 360.0 - 180.0)
