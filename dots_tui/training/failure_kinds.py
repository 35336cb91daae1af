"""Causes and advice for failures outside the fault codes of simapp. One value for each kind."""

from __future__ import annotations

from dots_tui.problems import ERROR, WARNING
from dots_tui.training.diagnosis import FILES, RESTART, REWARD, SAVE, STOP
from dots_tui.training.fault_codes import FaultKind

_AGAIN = "Then start the training again."
_RESTART = "Then restart from the last checkpoint."
_S3 = (RESTART, FILES, STOP)
_MINE = (FILES, STOP)
_NO_USE = (STOP, FILES)


def _kind(code: str, what: str, cause: str, advice: str, actions: tuple[str, ...] = (RESTART, STOP)) -> FaultKind:
    return FaultKind(code, ERROR, what, cause, advice, actions)


NO_CREDENTIALS = _kind(
    "no-credentials",
    "there are no AWS credentials",
    "The instance role did not answer, or the profile has no keys: the program could not sign its request.",
    "Check the instance role (IAM) and DR_LOCAL_S3_PROFILE in system.env. If it was lost in the middle of a run, "
    "the instance metadata did not answer in time: restart from the last checkpoint.",
    _S3,
)
EXPIRED_CREDENTIALS = _kind(
    "expired-credentials",
    "the AWS credentials have expired",
    "The access token of the profile is temporary and has run out.",
    "Log in again and renew the credentials of DR_LOCAL_S3_PROFILE, or use the instance role. " + _RESTART,
    _S3,
)
WRONG_CREDENTIALS = _kind(
    "wrong-credentials",
    "the AWS credentials are not valid",
    "The access key does not exist, or its secret does not match.",
    "Check the access key of DR_LOCAL_S3_PROFILE (`aws configure --profile NAME`; for minio its own user). " + _AGAIN,
    _S3,
)
NO_PROFILE = _kind(
    "no-profile",
    "the AWS profile does not exist",
    "DR_LOCAL_S3_PROFILE or DR_UPLOAD_S3_PROFILE names a profile that ~/.aws does not have.",
    "Correct the profile in system.env, or create its credentials with `aws configure --profile NAME`. " + _AGAIN,
    _MINE,
)
WRONG_CLOCK = _kind(
    "wrong-clock",
    "the clock of the machine is wrong",
    "AWS refuses requests whose time differs by more than 15 minutes.",
    "Set the clock of the instance (chrony or `timedatectl set-ntp true`). " + _RESTART,
)
NO_RIGHTS = _kind(
    "no-rights",
    "access to the bucket is denied",
    "The instance role or the profile has no permission for this object (403). It may be there all the same.",
    "Allow the role or profile to read and write the bucket (IAM policy, bucket policy), or check "
    "DR_LOCAL_S3_BUCKET and DR_LOCAL_S3_PROFILE. " + _AGAIN,
    _S3,
)
NO_BUCKET = _kind(
    "no-bucket",
    "the bucket does not exist",
    "DR_LOCAL_S3_BUCKET or DR_UPLOAD_S3_BUCKET in system.env names a bucket that is not there.",
    "Correct DR_LOCAL_S3_BUCKET (and DR_UPLOAD_S3_BUCKET) in system.env, or create the bucket. " + _AGAIN,
    _MINE,
)
WRONG_REGION = _kind(
    "wrong-region",
    "the bucket is in another region",
    "The request went to a region that does not hold the bucket.",
    "Set DR_AWS_APP_REGION in system.env to the region of the bucket. " + _AGAIN,
    _MINE,
)
NO_ENDPOINT = _kind(
    "no-endpoint",
    "the storage cannot be reached",
    "Nothing answers at the endpoint of the bucket: the local store (minio) does not run, or the network is down.",
    "With DR_CLOUD=local check that minio runs and that DR_MINIO_URL is its address; else check the network of the "
    "instance (route, proxy, endpoint). " + _AGAIN,
    _S3,
)
NO_OBJECT = _kind(
    "no-object",
    "a file is missing in the bucket",
    "The training asked for an object that is not there (404).",
    "Upload the custom files, and check the keys in run.env that name files and the pretrained model. " + _AGAIN,
    _MINE,
)
BUSY_STORAGE = _kind(
    "storage-busy",
    "the storage refused for a while",
    "S3 or the local store was overloaded and answered with an error of its own.",
    "Restart from the last checkpoint. If it comes again, train with fewer workers.",
)
NO_DNS = _kind(
    "no-name",
    "a host name cannot be resolved",
    "The machine has no working DNS, or the host of an address is misspelled.",
    "Check the network of the instance and addresses such as DR_MINIO_URL. " + _AGAIN,
)
TLS = _kind(
    "tls",
    "a certificate is not accepted",
    "The other side has a certificate this machine does not trust, or the clock is wrong.",
    "Check the clock and the proxy of the instance; for a local store use http:// in DR_MINIO_URL. " + _AGAIN,
)

DISK_FULL = _kind(
    "disk-full",
    "the disk is full",
    "The volume of the instance has no space left: images, checkpoints, logs and core dumps add up.",
    "Free room on the disk (`docker system prune`, delete old checkpoints and logs) or launch with a larger volume. "
    + _RESTART,
)
HOST_MEMORY = _kind(
    "host-out-of-memory",
    "the machine ran out of memory",
    "The kernel ended a process because the memory of the host was full.",
    "Train with fewer workers (DR_WORKERS) or on a larger instance type; restart from the last checkpoint.",
    (RESTART, FILES, STOP),
)
NO_AVX = _kind(
    "no-avx",
    "the processor lacks an instruction the image uses",
    "The TensorFlow of the image is built for AVX, and this processor does not have it (illegal instruction).",
    "Use another instance type (a processor with AVX2) or an image built without it (DR_SIMAPP_VERSION). A restart "
    "does not help.",
    _NO_USE,
)
CRASHED = _kind(
    "process-crashed",
    "a process crashed",
    "A program ended itself with a memory error (segmentation fault, abort). It may be a driver that does not fit.",
    "Restart from the last checkpoint. If it crashes again at once, use another image (DR_SIMAPP_VERSION) or instance "
    "type.",
    (RESTART, SAVE, STOP),
)
SHARED_MEMORY = _kind(
    "shared-memory",
    "the shared memory of a container is full",
    "A bus error: /dev/shm is too small for what the container keeps there.",
    "Train with fewer workers, or give the containers more shared memory (shm_size). " + _RESTART,
)
FEW_HANDLES = _kind(
    "open-files",
    "too many files are open",
    "The limit of open files of the container or the machine was reached.",
    "Raise the limit (ulimit -n, fs.inotify) or train with fewer workers. " + _RESTART,
)
READ_ONLY_DISK = _kind(
    "disk-failed",
    "the disk cannot be written",
    "The file system became read-only or gave an I/O error.",
    "Save the model if you can, and start the training on another instance.",
    (SAVE, STOP),
)
NO_PERMISSION = _kind(
    "no-permission",
    "a file may not be read or written",
    "A folder of the instance belongs to another user.",
    "Check the owner of the folders of DeepRacer for Cloud (often root after a sudo): `sudo chown -R $USER`. " + _AGAIN,
)
WRONG_MACHINE = _kind(
    "wrong-architecture",
    "the image is made for another processor",
    "The image and the machine have different architectures (x86-64 and ARM).",
    "Use an x86-64 instance type. A restart does not help.",
    _NO_USE,
)

GPU_LIBRARIES = _kind(
    "gpu-libraries",
    "CUDA and the GPU do not fit each other",
    "The CUDA, cuDNN or cuBLAS of the image cannot use this GPU or its driver; a GPU newer than the image looks like "
    "this, and so does a GPU whose memory others have taken.",
    "Use another image (DR_SIMAPP_VERSION) or another GPU instance type, or a newer driver. If others use the GPU, "
    "train with fewer workers on it.",
    (FILES, STOP),
)
GPU_LOST = _kind(
    "gpu-lost",
    "the GPU failed",
    "The driver lost the GPU, or a program on it failed in a way that is no matter of memory.",
    "Reboot the instance or launch on another one. " + _RESTART,
)
NO_NVIDIA = _kind(
    "no-nvidia-runtime",
    "Docker cannot give a GPU to the container",
    "The NVIDIA runtime of Docker is missing, or does not find the driver: the GPU image cannot be started.",
    "Install the NVIDIA driver and nvidia-container-toolkit (`nvidia-ctk runtime configure`, restart Docker), or use "
    "the CPU image.",
    _NO_USE,
)
NO_GPU = FaultKind(
    "no-gpu",
    WARNING,
    "the trainer sees no GPU",
    "TensorFlow has CUDA and found no device: it trains on the processor, which is slow and may be paid as a GPU.",
    "Check the driver (`nvidia-smi`) and the instance type, or use the CPU image (DR_SIMAPP_VERSION) on a machine "
    "without GPU.",
    _MINE,
)

OTHER_MODEL = _kind(
    "other-model",
    "the checkpoint belongs to another action space or network",
    "A pretrained model goes on only with the number of actions, the network and the sensors it was made with.",
    "Use the model_metadata.json (action space, network, sensors) of the pretrained model, or train from scratch "
    "(DR_LOCAL_S3_PRETRAINED=False).",
    _MINE,
)
DAMAGED_MODEL = _kind(
    "damaged-checkpoint",
    "the checkpoint is damaged",
    "A file of the checkpoint is incomplete: it was cut short while it was written or copied.",
    "Go on from another checkpoint (DR_LOCAL_S3_PRETRAINED_CHECKPOINT, or the best one), or train from scratch.",
    _MINE,
)
NO_CHECKPOINT = _kind(
    "checkpoint-missing",
    "the checkpoint to begin with was not found",
    "The pretrained model is not where run.env says, or has no such checkpoint.",
    "Check DR_LOCAL_S3_PRETRAINED_PREFIX and DR_LOCAL_S3_PRETRAINED_CHECKPOINT in run.env. " + _AGAIN,
    _MINE,
)
NAN_LOSS = _kind(
    "loss-nan",
    "the policy is no number any more",
    "The policy update ran out of bounds: the learning rate is too high, or rewards are extreme.",
    "Go on from an earlier checkpoint with a lower lr, and make the reward smaller.",
    (STOP, REWARD, FILES),
)
REWARD_EXTREME = FaultKind(
    "reward-extreme",
    WARNING,
    "the reward of an episode is extremely large",
    "The value network learns the sum of rewards in 32-bit numbers: it overflows, and nothing is learned.",
    "Scale the reward: divide it so that a step earns about 0.01 to 10.",
    (REWARD, STOP),
)

TRAINER_GONE = _kind(
    "trainer-unreachable",
    "the trainer cannot be reached",
    "The trainer's redis (port 6379) does not answer: the trainer ended or was never there.",
    "Read the end of the trainer's log (sagemaker, algo), correct what it says, and restart from the last checkpoint.",
)
WAITS_FOR_CHECKPOINT = FaultKind(
    "waits-for-checkpoint",
    WARNING,
    "the worker waits for a checkpoint that does not come",
    "The trainer has not published a new checkpoint for minutes: it ended, or it is very slow.",
    "Read the end of the trainer's log (sagemaker, algo). If it ended, restart from the last checkpoint.",
    (RESTART, STOP),
)
NO_CAR = _kind(
    "no-car",
    "the car was never put into the world",
    "The simulator has no model racecar: it is too slow to start, or the car could not be spawned.",
    "Restart the training. If it comes again, use a larger instance type (more CPU) or another image.",
    (RESTART, STOP),
)
NO_WORLD = _kind(
    "no-world",
    "the image has no such track",
    "DR_WORLD_NAME names a track this image does not have: a misspelled name, or an older image.",
    "Correct DR_WORLD_NAME in run.env (the Files pane lists them), or use a newer image. A restart does not help.",
    _MINE,
)
NO_KINESIS = _kind(
    "no-kinesis",
    "the image has no Kinesis video streamer",
    "A stream is asked for, and the image lacks the package kinesis_video_streamer.",
    "Empty DR_KINESIS_STREAM_NAME (or set DR_CAMERA_KVS_ENABLE=False), or use a newer image (DR_SIMAPP_VERSION).",
    _MINE,
)
NO_PACKAGE = _kind(
    "no-ros-package",
    "the image lacks a program that the launch needs",
    "The start script asks for a ROS package or node that this image does not have: script and image do not fit.",
    "Use the image (DR_SIMAPP_VERSION) that belongs to this version of DeepRacer for Cloud. A restart does not help.",
    _NO_USE,
)
ROS_MASTER = _kind(
    "ros-master",
    "ROS could not start",
    "The ROS master did not come up or cannot be reached: host name, network, or a second one on the same port.",
    "Stop all containers and start the training again; check the host name of the instance.",
)
SIMULATOR_SLOW = _kind(
    "simulator-slow",
    "the simulator did not answer",
    "A service of gazebo did not come up in time: the machine is too slow, or gazebo has ended.",
    "Restart the training; with fewer workers or a larger instance type if it comes again.",
)
NO_DISPLAY = _kind(
    "no-display",
    "the simulator has no graphics",
    "Gazebo needs an X display or OpenGL to draw the camera, and got none.",
    "With DR_HOST_X=True check DR_DISPLAY and the X server of the instance; else set DR_HOST_X=False. " + _AGAIN,
    _MINE,
)
PORT_TAKEN = _kind(
    "port-taken",
    "a port is in use already",
    "Another container or program has the port: often one of an earlier training.",
    "Stop the old containers (`docker ps`, dr-stop-training), then start again.",
    _NO_USE,
)
NO_IMAGE = _kind(
    "no-image",
    "a Docker image cannot be fetched",
    "The image or its tag does not exist, needs a login, or the registry refuses for a while.",
    "Check DR_SIMAPP_VERSION and DR_SIMAPP_SOURCE in system.env; where the limit of pulls is reached, wait or log in "
    "(`docker login`).",
    _MINE,
)
NO_DOCKER = _kind(
    "no-docker",
    "Docker does not answer",
    "The Docker daemon does not run, or this user may not use it.",
    "Start Docker (`sudo systemctl start docker`) and add the user to the group docker.",
    _NO_USE,
)
NO_SWARM = _kind(
    "no-swarm",
    "the Docker swarm cannot run the training",
    "The machine is no swarm manager, its certificate has expired, or no node has the resources that are asked for.",
    "Run `docker swarm init` anew (bin/init.sh), or set DR_DOCKER_STYLE=compose; ask for no more GPUs and workers than "
    "there are.",
    _MINE,
)
CONTAINER_REFUSED = _kind(
    "container-refused",
    "Docker refused to start a container",
    "The daemon says why in its message: a name or network that is taken, a missing folder, a limit.",
    "Remove what is left of the last training (`docker rm`, `docker network prune`), correct what the message names, "
    "and start again.",
    _NO_USE,
)
NO_MODULE = _kind(
    "no-module",
    "a Python module or library is missing",
    "The image or the script needs a module that is not installed: script and image do not fit.",
    "Use the image (DR_SIMAPP_VERSION) that belongs to this version of DeepRacer for Cloud; modules the reward "
    "function imports must be in the image.",
    _NO_USE,
)
NO_COMMAND = _kind(
    "no-command",
    "a program is missing",
    "The start script calls a command that is not there: the installation is incomplete or the image does not fit.",
    "Install it, or use the image that belongs to this version of DeepRacer for Cloud. " + _AGAIN,
    _NO_USE,
)
BAD_JSON = _kind(
    "bad-json",
    "a JSON file cannot be read",
    "hyperparameters.json or model_metadata.json is not valid JSON.",
    "Correct hyperparameters.json and model_metadata.json (`dots-tui check` names the line) and upload them. " + _AGAIN,
    _MINE,
)
BAD_YAML = _kind(
    "bad-yaml",
    "training_params.yaml cannot be read",
    "A value in run.env makes it invalid YAML.",
    "Correct run.env (`dots-tui check` names the line) and start again.",
    _MINE,
)
BAD_SETTINGS = _kind(
    "bad-settings",
    "a setting is missing or has a value that cannot be used",
    "The training reads a key that run.env, hyperparameters.json or model_metadata.json lacks or has wrong.",
    "Read the last words; correct the setting they name (`dots-tui check`) and upload the custom files. " + _AGAIN,
    _MINE,
)
UNCAUGHT = _kind(
    "uncaught-exception",
    "a program ended with an exception",
    "Its log ends in a traceback that nothing caught. Nothing starts the container again.",
    "Read its last words and the lines before. If they name a file of yours, correct it; then restart from the last "
    "checkpoint.",
    (RESTART, SAVE, STOP),
)
DIED = _kind(
    "process-died",
    "a process has died",
    "A program the training needs has ended with an error. Nothing starts it again, and the training hangs.",
    "Read its last words, then restart from the last checkpoint.",
    (RESTART, SAVE, STOP),
)
