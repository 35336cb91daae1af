"""Progress for each step.

Teaches the car to come round in few steps, which is to be fast, and leaves line and speed to it. What is paid is the
mean pace since the start, so a good start pays all lap long; the square makes a little more pace worth much more. It
says nothing about the way there, so it takes longer to learn than a line does.
"""

# Steps of a lap you would be content with: seconds times 15. A lap in this many steps pays 1 a step.
GOOD_STEPS = 200.0

# What a finished lap pays on top.
LAP_BONUS = 50.0

ALMOST_NOTHING = 0.001


def reward_function(params):
    """The square of the pace, against the one of a good lap."""
    if not params["all_wheels_on_track"]:
        return ALMOST_NOTHING
    pace = max(params["progress"], 0.0) / 100.0 * GOOD_STEPS / params["steps"]
    reward = pace**2
    if params["progress"] >= 100.0:
        reward += LAP_BONUS
    return max(reward, ALMOST_NOTHING)
