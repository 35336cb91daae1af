"""Who reads the keys of the env files, in the words that several keys share.

From the code: DRFC's scripts/training/prepare-config.py, bin/activate.sh and docker/*.yml; the simapp's markov/utils.py
and start scripts; DeepRacer on the Spot's templates and validation.sh.
"""

from __future__ import annotations

PARAMETERS = "The simapp, from the parameters file that DRFC writes when a training or an evaluation starts."
SIMAPP_SWITCH = (
    "The simapp, from the parameters file: true or false in any case; any other text counts as true, even No and 0."
)
PYTHON_SWITCH = "in Python: yes, true, t and 1 in any case are true, everything else is false."
SHELL_SWITCH = "DRFC's scripts: true in any case is true, everything else is false."
SCRIPTS = "DRFC's scripts on the instance."
NOT_FALSE = "DeepRacer on the Spot's script on the instance: only exactly False is false; a missing key is true."
COMPOSE = "DRFC hands it to the containers as a variable of their environment."
