"""Lines of a simapp 6 run, as its simulations and its trainer print them.

ROS launch prefixes the output of a simulation with the names of two processes; the trainer prints bare lines. The
formats are those of simapp 6.0.5.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dots_tui.demo.learner import Epoch
    from dots_tui.demo.rollout import Row

LAUNCH = "[download_params_and_roslaunch_agent_node-1] "
AGENT = LAUNCH + "[agent-9] "

STARTING_EVALUATION = "## agent: Starting evaluation phase"
RESET = ("Reset agent", "Reset agent finished")
GOODBYE = "Received termination signal from trainer. Goodbye."


def checkpoint_name(number: int, steps: int) -> str:
    """Return the name on disk and in the bucket."""
    return f"{number}_Step-{steps}.ckpt"


def trace(episode: int, row: Row, track_length: float, wall_clock: float) -> str:
    """Return a SIM_TRACE_LOG row of 19 columns; `episode` counts from 0, `wall_clock` is Unix seconds."""
    return (
        f"SIM_TRACE_LOG:{episode},{row.step},{row.x:.4f},{row.y:.4f},{row.heading:.4f},"
        f"{row.action.steering:.2f},{row.action.speed:.2f},{row.action.text},{row.reward:.4f},"
        f"{row.done},{row.on_track},{row.progress:.4f},{row.waypoint},{track_length:.2f},"
        f"{row.time},{row.status},0.00,0,{wall_clock:.4f}"
    )


def episode_end(phase: str, episode: int, reward: float, steps: int, iteration: int = 0) -> str:
    """Return the line `Training>` or `Testing>`; `episode` counts from 1."""
    return (
        f"{phase}> Name=main_level/agent, Worker=0, Episode={episode}, Total reward={round(reward, 2)}, "
        f"Steps={steps}, Training iteration={iteration}"
    )


def evaluation_finished(reward: float) -> str:
    """Return the line for finished evaluations. The success rate is always 0.0."""
    return f"## agent: Finished evaluation phase. Success rate = 0.0, Avg Total Reward = {round(reward, 2)}"


def additional_evaluation(new: int, last: int) -> str:
    """Return the line for a further evaluation by worker 0 while the trainer is not ready."""
    return f"Additional evaluation. New Checkpoint: {new}, Last Checkpoint: {last}"


def restoring(name: str) -> str:
    """Return the lines for loading a checkpoint."""
    return f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{name}"


def restoring_pretrained(name: str) -> str:
    """Return the lines for a start from a checkpoint of another model."""
    return f"Checkpoint> Restoring from path=./pretrained_checkpoint_sagemaker/agent/{name}"


def selection(metric: str, scores: Sequence[float], best: float | None, new: str, old: str) -> list[str]:
    """Return worker 0's lines that compare the evaluations of the previous checkpoint with the best."""
    mean = sum(scores) / len(scores) if scores else None
    lines = [
        f"[BestModelSelection] Number of evaluations: {len(scores)} Evaluation episode {metric}: {list(scores)}",
        f"[BestModelSelection] Evaluation episode {metric} mean: {mean}",
    ]
    if new != old:
        lines += [
            f"[BestModelSelection] current {metric} mean: {mean} >= best {metric} mean: {best}",
            f'[BestModelSelection] Updating the best checkpoint to "{new}" from "{old}".',
        ]
    return lines


def policy_training(epoch: int, values: Epoch, rate: float) -> str:
    """Return the line for one epoch of a policy update, counted from 0."""
    return (
        f"Policy training> Surrogate loss={values.loss}, KL divergence={values.kl}, Entropy={values.entropy}, "
        f"training epoch={epoch}, learning_rate={rate}"
    )


def saving(name: str) -> str:
    """Return the lines for the end of an update."""
    return f"Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/{name}']"


def uploaded(what: str, bucket: str, key: str) -> str:
    """Return the line for an uploaded file (the gaps are simapp's)."""
    return f"[s3] Successfully uploaded {what} to                  s3 bucket {bucket} with s3 key {key}."


def downloaded(what: str, key: str, local: str) -> str:
    """Return the line for a downloaded file (the gaps are simapp's)."""
    return f"[s3] Successfully downloaded {what} from                  s3 key {key} to local {local}."


def hyperparameters(values: Mapping[str, Any]) -> list[str]:
    """Return the block that both containers print at their start."""
    return ["Using the following hyper-parameters", *json.dumps(dict(values), indent=2, sort_keys=True).split("\n")]


def fault(message: str, code: int, *, source: str, user: bool = True) -> list[str]:
    """Return the two lines of a fatal error. `source`: "simulation_worker", "training_worker".

    `user` is true if the racer's files are the cause.
    """
    document = {
        "date": f"{dt.datetime.now(tz=dt.timezone.utc):%Y-%m-%d %H:%M:%S.%f}",
        "function": f"{source}.py::main::1",
        "message": message,
        "exceptionType": f"{source}.exceptions",
        "eventType": "user_error" if user else "system_error",
        "errorCode": "400" if user else "500",
    }
    return [json.dumps({"simapp_exception": document}), f"ERROR: FAULT_CODE: {code}"]
