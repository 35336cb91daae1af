"""Messages of failed programs and their meaning: the text of an exception, a fault or a daemon to a kind.

The messages come from botocore, redis, TensorFlow, CUDA, Docker, ROS, gazebo and the Linux kernel.
The first matching pattern decides, so specific patterns come before general ones.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dots_tui.training import failure_kinds as k
from dots_tui.training.fault_codes import OUT_OF_GPU_MEMORY, REWARD_ERROR, FaultKind


class Message(NamedTuple):
    """One kind of message."""

    kind: FaultKind
    pattern: str
    """A regular expression, matched without regard to case."""


_ROWS: tuple[Message, ...] = (
    # messages that another message can contain
    Message(k.DISK_FULL, r"no space left on device|\[errno 28\]|\bENOSPC\b|disk quota exceeded|disk (is )?full"),
    Message(k.DISK_FULL, r"not enough (free )?(disk )?space|XMinioStorageFull|MISCONF redis is configured to save"),
    Message(k.EXPIRED_CREDENTIALS, r"ExpiredToken|token included in the request is expired|token has expired"),
    Message(k.EXPIRED_CREDENTIALS, r"RequestExpired|TokenRefreshRequired|SSO session .* expired|credentials .*expired"),
    Message(k.NO_CREDENTIALS, r"unable to locate credentials|NoCredentials|CredentialRetrievalError"),
    Message(k.NO_CREDENTIALS, r"(retrieving|partial) credentials|no credentials found|metadata service.*(retr|time)"),
    Message(k.WRONG_CREDENTIALS, r"InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClient"),
    Message(k.WRONG_CREDENTIALS, r"(token|access key)[^.\n]{0,60}(is invalid|does not exist)|AuthFailure|InvalidToken"),
    Message(k.NO_PROFILE, r"ProfileNotFound|config profile \(.{0,80}\) could not be found"),
    Message(k.WRONG_CLOCK, r"RequestTimeTooSkewed|request time .* too large|signature not yet current"),
    Message(k.NO_BUCKET, r"NoSuchBucket|bucket does not exist|invalid bucket name|BucketNotFound"),
    Message(k.WRONG_REGION, r"PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint"),
    Message(k.WRONG_REGION, r"the region '[\w-]+' is wrong|must be addressed using the specified endpoint"),
    Message(
        k.NO_IMAGE, r"pull access denied|manifest (unknown|for)|toomanyrequests|pull rate limit|image .{0,120}not found"
    ),
    Message(k.NO_RIGHTS, r"AccessDenied|access denied|\(403\)|403 forbidden|: forbidden|not authorized to perform"),
    Message(k.NO_RIGHTS, r"AllAccessDisabled|UnauthorizedOperation|KMS.*(denied|not accessible)|\(401\)"),
    Message(k.TRAINER_GONE, r"redis\.exceptions|:6379\b|redis.{0,80}(refused|timed? ?out|closed|unreachable)"),
    Message(k.NO_ENDPOINT, r"could not connect to the endpoint|EndpointConnectionError|time(d )?out on endpoint"),
    Message(k.NO_ENDPOINT, r"ConnectionClosedError|connection was closed before we received|ReadTimeoutError"),
    Message(k.NO_ENDPOINT, r":9000\b.{0,200}(refused|unreachable|timed out)|(refused|unreachable).{0,200}:9000\b"),
    Message(k.BUSY_STORAGE, r"SlowDown|ServiceUnavailable|\(50[023]\)|reduce your request rate|InternalError\) when"),
    Message(k.NO_DNS, r"name or service not known|name resolution|could not resolve host|getaddrinfo failed"),
    Message(k.NO_DNS, r"no such host|nodename nor servname|unknown host"),
    Message(k.TLS, r"CERTIFICATE_VERIFY_FAILED|SSLError|certificate (has expired|signed by unknown|verify failed)"),
    # the GPU
    Message(
        k.NO_NVIDIA,
        r"(unknown|invalid) (or invalid )?runtime (name|specified)|select device driver|nvidia-container|"
        r"libnvidia-ml|nvidia-ctk|failed to initialize NVML|nvidia\.com/gpu",
    ),
    Message(OUT_OF_GPU_MEMORY, r"CUDA_ERROR_OUT_OF_MEMORY|OOM when allocating|resource ?exhausted|ran out of memory"),
    Message(OUT_OF_GPU_MEMORY, r"(CUDNN|CUBLAS)_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation|CUDA out of memory"),
    Message(
        OUT_OF_GPU_MEMORY, r"failed to (allocate|alloc) .{0,80}(from device|GPU|device memory)|dst tensor is not init"
    ),
    Message(k.GPU_LOST, r"CUDA_ERROR_(ECC|LAUNCH_FAILED|ILLEGAL_ADDRESS|HARDWARE)|unspecified launch failure"),
    Message(k.GPU_LOST, r"fallen off the bus|GPU is lost|NVRM: Xid|uncorrectable ECC|misaligned address"),
    Message(k.GPU_LIBRARIES, r"cuDNN|CUDNN_STATUS|CUBLAS_STATUS|Blas \w*GEMM launch failed|cublas handle|cusolver"),
    Message(k.GPU_LIBRARIES, r"no kernel image|NO_BINARY_FOR_GPU|NoKernelImage|kernel image is invalid|INVALID_PTX"),
    Message(k.GPU_LIBRARIES, r"(CUDA|nvidia)?.?driver version is insufficient|forward compatibility|UNSUPPORTED_PTX"),
    Message(
        k.GPU_LIBRARIES, r"unsupported toolchain|SYSTEM_DRIVER_MISMATCH|driver/library version mismatch|compute_\d+"
    ),
    Message(k.GPU_LIBRARIES, r"failed to get convolution algorithm|cuda_?error_?(unknown|not_initialized|invalid)"),
    Message(
        k.NO_GPU,
        r"CUDA_ERROR_NO_DEVICE|no CUDA-capable device|skipping registering GPU devices|cudaErrorNoDevice|"
        r"no GPU devices? (was|were)? ?found",
    ),
    # the machine
    Message(k.NO_AVX, r"illegal (hardware )?instruction|\bSIGILL\b|was compiled to use .{0,60}(but|aren't)"),
    Message(k.NO_AVX, r"AVX.{0,60}(not available|aren't available|not supported)"),
    Message(k.HOST_MEMORY, r"cannot allocate memory|\[errno 12\]|MemoryError|std::bad_alloc|oom[-_ ]?kill"),
    Message(k.HOST_MEMORY, r"out of memory: kill|memory cgroup out of memory|\bKilled +(python|/\S*python|\S*gz|ros)"),
    Message(k.HOST_MEMORY, r"line \d+: +\d+ Killed\b|unable to allocate .{0,40}[KMG]iB"),
    Message(k.SHARED_MEMORY, r"bus error|/dev/shm"),
    Message(k.FEW_HANDLES, r"too many open files|\[errno 24\]|inotify (watch|instance)"),
    Message(k.READ_ONLY_DISK, r"read-only file system|\[errno 30\]|input/output error|\[errno 5\]"),
    Message(k.WRONG_MACHINE, r"exec format error|does not match the detected host platform|no matching manifest for"),
    # the model
    Message(k.OTHER_MODEL, r"requires shapes of both tensors to match|shape_and_slice spec|size mismatch for"),
    Message(
        k.OTHER_MODEL,
        r"mismatch between the current graph|not found in checkpoint|shapes? .{0,60}(mis|do(es)? not )match",
    ),
    Message(
        k.OTHER_MODEL, r"(incompatible|inconsistent) (shapes?|action space)|cannot feed value of shape|different shape"
    ),
    Message(
        k.DAMAGED_MODEL, r"DataLoss|unable to open table file|not an sstable|checksum|truncated (checkpoint|record)"
    ),
    Message(
        k.NO_CHECKPOINT,
        r"checkpoint not found|no checkpoint (to restore|found)|valid checkpoint|pretrained.{0,60}not found",
    ),
    Message(k.NAN_LOSS, r"loss (is|=|was|became) ?(nan|inf)|nan (loss|in summary|values? in)|had (nan|inf) values"),
    Message(k.NAN_LOSS, r"(loss|tensor|policy|weights?|parameters?|probabilit\w+)[^\n]{0,60}\b(nan|infinite)\b"),
    Message(
        k.NO_MODULE,
        r"ModuleNotFoundError|No module named|cannot import name|undefined symbol|cannot open shared object",
    ),
    # the simulator
    Message(
        k.NO_WORLD,
        r"no such file.{0,300}/(routes|worlds|tracks)/|/(routes|worlds|tracks)/\S{1,200}.{0,60}(not found|no such)|"
        r"failed to create track|world .{0,80}(not found|no such|does not exist)",
    ),
    Message(
        k.NO_WORLD, r"(unable to find|could not open) (file|uri)\W{0,3}\S{0,200}\.world|track.{0,60}not (found|exist)"
    ),
    Message(k.NO_KINESIS, r"kinesis"),
    Message(
        k.NO_CAR,
        r"(model|entity) \W?racecar\W? (does not exist|not found)|"
        r"spawn(model|_model| service|ing)?.{0,60}(fail|error|timed out)",
    ),
    Message(k.NO_PACKAGE, r"cannot launch node of type|resource not found|package '[\w-]+' not found|PackageNotFound"),
    Message(k.NO_PACKAGE, r"is neither a launch file|cannot locate node|executable '[^']+' not found|no such launch"),
    Message(k.PORT_TAKEN, r"address already in use|port is already allocated|\[errno 98\]|bind.{0,60}in use"),
    Message(k.ROS_MASTER, r"RLException|roscore|ROS_MASTER|contact my own server|(with|to|contact) (ROS )?master\b"),
    Message(
        k.SIMULATOR_SLOW,
        r"(waiting for|timeout exceeded).{0,60}(service|gazebo)|ROSException|service .{0,80}(unavail|timed)",
    ),
    Message(k.NO_DISPLAY, r"(open|connect to) (the )?(X )?display|GLX|libGL|OGRE|OpenGL|rendering window|Xvfb|xcb"),
    # Docker
    Message(k.NO_IMAGE, r"no such image|repository does not exist|failed to resolve reference|error pulling image"),
    Message(k.NO_SWARM, r"swarm|no suitable node|no resources available to schedule|no longer meets constraints"),
    Message(k.NO_DOCKER, r"docker daemon|docker\.sock|docker(-compose)?:? (command )?not (found|installed)"),
    Message(k.CONTAINER_REFUSED, r"error response from daemon|cannot (create|start) (container|service)|OCI runtime"),
    Message(
        k.CONTAINER_REFUSED, r"container name .{0,100}in use|address pool|network .{0,80}not found|bind source path"
    ),
    # programs
    Message(k.NO_MODULE, r"ImportError|error while loading shared libraries|numpy\.\w+ size changed|binary incompatib"),
    Message(k.BAD_JSON, r"JSONDecodeError|json\.decoder|Expecting (property name|value|',' delimiter|':' delimiter)"),
    Message(k.BAD_YAML, r"yaml\.\w+|ScannerError|ParserError: (while|expected)|mapping values are not allowed"),
    Message(k.NO_OBJECT, r"NoSuchKey|\(404\)|key does not exist|file .{0,80}not found in (the )?(s3|bucket)"),
    Message(k.NO_COMMAND, r"command not found|exited? with code 127|exit status 127|\[errno 2\].{0,80}docker"),
    Message(k.NO_PERMISSION, r"permission denied|\[errno 13\]|operation not permitted"),
    Message(
        k.CRASHED,
        r"segmentation fault|core dumped|terminate called|\bSIG(SEGV|ABRT)\b|free\(\): |double free|stack smash",
    ),
    Message(
        k.BAD_SETTINGS,
        r"KeyError: '?\"?(DR_|[A-Z_]{4,}|action_space|sensor|neural_network|steering_angle|speed|lr\b|batch)",
    ),
)

_COMPILED = tuple((row.kind, re.compile(row.pattern, re.IGNORECASE)) for row in _ROWS)
_LONGEST = 4000
_OF_REWARD = re.compile(r"reward_function(\.py)?\b")
_SYNTAX = re.compile(r"\b(SyntaxError|IndentationError|TabError|NameError)\b")


def kind_of(text: str) -> FaultKind | None:
    """Return the kind of a message; None if it is unknown."""
    text = text[:_LONGEST]
    if _SYNTAX.search(text) and _OF_REWARD.search(text):
        return REWARD_ERROR
    return next((kind for kind, pattern in _COMPILED if pattern.search(text)), None)


_BY_EXIT = {
    **dict.fromkeys((132, -4), k.NO_AVX),
    **dict.fromkeys((137, -9), k.HOST_MEMORY),
    **dict.fromkeys((134, 136, 139, -6, -8, -11), k.CRASHED),
    **dict.fromkeys((135, -7), k.SHARED_MEMORY),
    **dict.fromkeys((127,), k.NO_COMMAND),
    **dict.fromkeys((126,), k.NO_PERMISSION),
}
TOLD_TO_END = (0, 130, 143, -2, -15)
"""Exit codes of a process that was asked to end."""


def kind_of_exit(code: int | None) -> FaultKind:
    """Return the kind of a process exit code: of a shell (128 + signal) or of ROS 2 (- signal)."""
    return _BY_EXIT.get(code, k.DIED) if code is not None else k.DIED
