"""Output of the containers of a simapp 6 run while they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.demo.simapp_log import AGENT, LAUNCH, downloaded, hyperparameters, uploaded

if TYPE_CHECKING:
    from dots_tui.demo.run_config import RunConfig

YAML = "training_params.yaml"

_GRAPH = (
    "## Creating graph - name: MultiAgentGraphManager",
    "## Start physics before creating graph",
    "## Create graph",
    "## Creating agent - name: agent",
    "[RL] Created agent loggers",
    "[RL] Setting devices",
    "[RL] Setting filters",
    "[RL] Setting Phase",
    "[RL] Setting signals",
    "[RL] Agent init successful",
    "[RL] ActorCriticAgent init",
    "[RL] ActorCriticAgent  init successful",
    "## Created agent: agent",
    "## Stop physics after creating graph",
    "## Creating session",
)


def sensor_list(config: RunConfig) -> str:
    """Return the line that describes the sensors and the network."""
    metadata = config.metadata
    return (
        f"Sensor list {list(metadata.sensors)}, network {metadata.network}, simapp_version {metadata.version}, "
        f"training_algorithm {metadata.algorithm}, action_space_type {metadata.action_space_type} lidar_config "
        "{'num_sectors': 8, 'num_values_per_sector': 8, 'clipping_dist': 2.0}"
    )


def simulation_boot(config: RunConfig, index: int) -> list[str]:
    """Return the lines from the start script until the reward function is loaded, with prefixes."""
    lines = []
    if config.workers > 1:
        # The start script's own lines have no prefix: ROS launch does not run yet.
        lines += [
            f"Starting as worker {index}, using world {config.world} and configuration {YAML}.",
            f"Using ROS_DOMAIN_ID={index} for worker {index}",
        ]
    lines += [
        "[INFO] [launch]: Default logging verbosity is set to INFO",
        "[INFO] [download_params_and_roslaunch_agent_node-1]: process started with pid [102]",
        LAUNCH + downloaded("yaml file", f"{config.model_prefix}/{YAML}", f"./custom_files/{YAML}"),
        LAUNCH + f"World name passed in YAML: {config.world}",
        LAUNCH + str(_parameters(config)),
        LAUNCH + downloaded("model metadata", config.metadata_key, "./custom_files/racecar/model_metadata.json"),
        LAUNCH + sensor_list(config),
        LAUNCH + "[INFO] [gazebo_server-4]: process started with pid [160]",
        LAUNCH + "[INFO] [car_node.py-6]: process started with pid [162]",
        LAUNCH + "[INFO] [agent-9]: process started with pid [165]",
        AGENT + f"S3 bucket: {config.bucket}",
        AGENT + f"S3 prefix: {config.model_prefix}",
        AGENT + "S3 endpoint URL: None",
        AGENT + downloaded("reward function", config.reward_key, "./custom_files/agent/customer_reward_function.py"),
    ]
    return lines


def _parameters(config: RunConfig) -> dict[str, str | list[str]]:
    """Return the launch parameters, only those with a meaning here."""
    return {
        "CHANGE_START_POSITION": str(config.change_start),
        "ALTERNATE_DRIVING_DIRECTION": str(config.alternate_direction),
        "JOB_TYPE": "TRAINING",
        "MIN_EVAL_TRIALS": str(config.min_eval_trials),
        "NUM_WORKERS": str(config.workers),
        "RACE_TYPE": config.race_type,
        "REVERSE_DIR": str(config.reverse),
        "ROUND_ROBIN_ADVANCE_DIST": str(config.advance),
        "START_POSITION_OFFSET": str(config.start_offset),
        "SAGEMAKER_SHARED_S3_BUCKET": [config.bucket],
        "SAGEMAKER_SHARED_S3_PREFIX": [config.model_prefix],
        "WORLD_NAME": config.world,
    }


def evaluation_parameters(config: RunConfig, trials: int) -> str:
    """Return the launch parameters of an evaluation job."""
    return str({**_parameters(config), "JOB_TYPE": "EVALUATION", "NUMBER_OF_TRIALS": str(trials)})


def simulation_agent(config: RunConfig) -> list[str]:
    """Return the lines from the loaded reward function until the worker waits for the trainer, without prefixes."""
    return [
        "Succeed to import user's reward function",
        downloaded("model metadata", config.metadata_key, "./custom_files/agent/model_metadata.json"),
        sensor_list(config),
        f"Action space from file: {config.metadata.action_space}",
    ]


def simulation_graph(config: RunConfig, checkpoint: str) -> list[str]:
    """Return the lines from the trainer's start until the first checkpoint is loaded, without prefixes."""
    prefix = config.model_prefix
    return [
        downloaded("ip config", f"{prefix}/ip/ip.json", "./custom_files/ip.json"),
        downloaded("hyperparameters", f"{prefix}/ip/hyperparameters.json", "./custom_files/agent/hyperparameters.json"),
        *hyperparameters(config.hyperparameters),
        *(
            downloaded(name, f"{prefix}/model/{name}", f"checkpoint_robomaker/agent/{name}")
            for name in (f"{checkpoint}.data-00000-of-00001", f"{checkpoint}.index", f"{checkpoint}.meta")
        ),
        *_GRAPH,
    ]


def trainer_boot(config: RunConfig) -> list[str]:
    """Return the trainer's lines until it publishes its address."""
    return [
        "Writing training job pid to /opt/ml/training_worker.pid: 68",
        f"S3 bucket: {config.bucket} ",
        f" S3 prefix: {config.model_prefix} ",
        " S3 endpoint URL: None",
        downloaded("model metadata", config.metadata_key, "./custom_files/agent/model_metadata.json"),
        sensor_list(config),
        f"Action space from file: {config.metadata.action_space}",
        *hyperparameters(config.hyperparameters),
        f"Capping iteration steps at: {config.max_steps}",
        uploaded("hyperparameters", config.bucket, f"{config.model_prefix}/ip/hyperparameters.json"),
        uploaded("ip address", config.bucket, f"{config.model_prefix}/ip/ip.json"),
        uploaded("ip done", config.bucket, f"{config.model_prefix}/ip/done"),
        *_GRAPH,
    ]
