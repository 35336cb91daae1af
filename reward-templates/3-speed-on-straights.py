"""Fast on straights, slower in bends.

Teaches the car to look ahead: it measures how much the road bends over the next waypoints and pays for the speed that
fits. Set the two speeds to what your actions have, or the car is asked for what it cannot do.
"""

import math

# In m/s: what a straight and a sharp bend are to be driven at. The slowest and fastest action bound both.
ON_STRAIGHTS, IN_BENDS = 2.0, 1.0

# How many waypoints to look ahead (they are about 15 to 30 cm apart), and the turn in degrees that is a sharp bend.
LOOK_AHEAD = 8
SHARP = 45.0

ALMOST_NOTHING = 0.001


def reward_function(params):
    """1 at the speed that fits the road ahead, less the further from it; almost nothing off the road."""
    if not params["all_wheels_on_track"]:
        return ALMOST_NOTHING
    share = min(turn_ahead(params) / SHARP, 1.0)
    fitting = ON_STRAIGHTS + (IN_BENDS - ON_STRAIGHTS) * share
    miss = abs(params["speed"] - fitting) / fitting
    # The square of the speed: a slow car takes more steps for a lap and would otherwise earn as much with them.
    return max((1.0 - miss) * (params["speed"] / ON_STRAIGHTS) ** 2, ALMOST_NOTHING)


def turn_ahead(params):
    """How many degrees the road turns between the car and a few waypoints on, 0 to 180."""
    waypoints = params["waypoints"]
    here = params["closest_waypoints"][1]
    now = direction(waypoints, here)
    then = direction(waypoints, here + LOOK_AHEAD)
    turned = math.degrees(then - now)
    return abs((turned + 180.0) % 360.0 - 180.0)


def direction(waypoints, index):
    """The direction of the road at a waypoint, in radians. The last waypoint of a loop is the first one again."""
    count = len(waypoints) - 1
    x0, y0 = waypoints[index % count]
    x1, y1 = waypoints[(index + 1) % count]
    return math.atan2(y1 - y0, x1 - x0)
