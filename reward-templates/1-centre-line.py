"""Follow the center line.

Teaches the car to keep to the middle, and nothing else: it says neither where to go nor how fast. A car that learns
from it comes round the track, slowly. A good first model, and a good part of a later one.
"""

# How sharply the reward falls beside the line: 1 is a straight fall to the border, 2 forgives small errors.
SHARPNESS = 2.0

# Not 0: something is left to tell bad from worse, and nothing invites the car to end the episode.
ALMOST_NOTHING = 0.001


def reward_function(params):
    """From 1 on the line to almost nothing at the border."""
    half_width = 0.5 * params["track_width"]
    share = min(params["distance_from_center"] / half_width, 1.0)
    return max(1.0 - share**SHARPNESS, ALMOST_NOTHING)
