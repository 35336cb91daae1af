"""Whether a model can go on with other files: what its network was made for must be what they say.

The simapp loads the weights of a pretrained model into a network made from the new run's model_metadata.json: another
number of outputs, other sensors or another network cannot take them (markov/sagemaker_graph_manager.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from dots_tui.custom_files.action_space import ActionSpaceProblem, Discrete, parse
from dots_tui.custom_files.json_file import JsonFile

_NETWORK = "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW"
_ALGORITHM = "clipped_ppo"


def differences(model: bytes, files: bytes) -> Iterator[tuple[bool, str]]:
    """How the model_metadata.json of a model differs from that of a run that would continue it: (whether the model
    cannot be loaded, words to be read after "The model"), the worst first."""
    there, here = JsonFile.parse(model).values, JsonFile.parse(files).values
    if there is None or here is None:
        yield False, "cannot be compared with your files: a model_metadata.json is broken"
        return
    for key, default, name in (
        ("training_algorithm", _ALGORITHM, "algorithm"),
        ("neural_network", _NETWORK, "network"),
    ):
        one, other = (str(values.get(key, default)).lower() for values in (there, here))
        if one != other:
            yield True, f"was trained with the {name} {one}, your files say {other}"
    one, other = (_sensors(values.get("sensor")) for values in (there, here))
    if one != other:
        yield True, f"was trained with the sensors {one}, your files say {other}"
    yield from _spaces(model, files)


def _sensors(value: object) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, list) else str(value or "observation")


def _spaces(model: bytes, files: bytes) -> Iterator[tuple[bool, str]]:
    try:
        there, here = parse(model), parse(files)
    except ActionSpaceProblem:
        yield False, "has an action space that cannot be compared with that of your files"
        return
    if isinstance(there, Discrete) != isinstance(here, Discrete):
        kinds = ["discrete" if isinstance(space, Discrete) else "continuous" for space in (there, here)]
        yield True, f"has a {kinds[0]} action space, your files a {kinds[1]} one"
    elif isinstance(there, Discrete) and isinstance(here, Discrete):
        if len(there.actions) != len(here.actions):
            yield True, f"has {len(there.actions)} actions, your files have {len(here.actions)}"
        elif there != here:
            yield False, "has as many actions as your files, but other ones: what it has learned means others now"
    elif there != here:
        yield False, "has an action space with other ends than your files: it was trained to drive otherwise"
