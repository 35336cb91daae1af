"""Texts for `dots_tui.aws.problems`: error codes and exceptions, explained for a racer.

Sources: each service's API reference, and observed answers of CloudFormation, STS and S3.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    code: str
    what: str
    advice: str


class Rule(NamedTuple):
    codes: str  # regular expression that matches the whole code
    message: str  # regular expression to search in the message
    words: Words


_LOG_IN = "Log in again: aws sso login, or renew the keys of your profile. CloudShell renews its own: try again there."
_NO_KEYS = (
    "Run aws configure, or choose a profile that has credentials (AWS_PROFILE). "
    "In CloudShell there is nothing to set up."
)
_NETWORK = "Check the network, VPN and proxy, the region's name and AWS_ENDPOINT_URL, and try again."
_UNKNOWN = "Try again in a minute. If it stays, check that AWS_ENDPOINT_URL points to AWS."

_NO_CREDENTIALS = Words("no-credentials", "No AWS credentials were found.", _NO_KEYS)
_EXPIRED = Words("expired", "Your AWS login has expired.", _LOG_IN)
_UNREACHABLE = Words("unreachable", "AWS cannot be reached: {error}.", _NETWORK)
_UNKNOWN_ANSWER = Words("unknown-answer", "AWS gave an answer that cannot be understood.", _UNKNOWN)
_PROFILE = Words(
    "profile", "The AWS profile cannot be used: {error}.", "Look into ~/.aws/config and ~/.aws/credentials."
)

# Looked up by class name along the class hierarchy: importing botocore here would cost half a second.
BY_CLASS = {
    "NoCredentialsError": _NO_CREDENTIALS,
    "NoAuthTokenError": _EXPIRED,
    "PartialCredentialsError": Words(
        "partial-credentials",
        "Your AWS credentials are incomplete: {error}.",
        "A key and its secret belong together. " + _NO_KEYS,
    ),
    "CredentialRetrievalError": Words(
        "no-credentials",
        "Your AWS credentials could not be fetched: {error}.",
        "Log in again, or look into ~/.aws/config.",
    ),
    "TokenRetrievalError": _EXPIRED,
    "SSOError": _EXPIRED,
    "ProfileNotFound": _PROFILE,
    "ConfigParseError": _PROFILE,
    "ConfigNotFound": _PROFILE,
    "InvalidConfigError": _PROFILE,
    "NoRegionError": Words(
        "no-region",
        "No AWS region is set.",
        "Set AWS_REGION, or the region of the profile: aws configure set region us-east-1.",
    ),
    "InvalidRegionError": Words(
        "no-region", "The AWS region is not one: {error}.", "Set AWS_REGION, for example us-east-1."
    ),
    "ParamValidationError": Words("bad-input", "AWS does not take this: {error}.", "Correct it and try again."),
    "SSLError": Words(
        "unreachable",
        "No secure connection to AWS: {error}.",
        "A proxy that opens connections is the usual cause. " + _NETWORK,
    ),
    "ReadTimeoutError": Words(
        "unreachable",
        "AWS did not answer in time, though it was asked several times: {error}.",
        "Look whether what you wanted was done before you try again. " + _NETWORK,
    ),
    "HTTPClientError": _UNREACHABLE,
    "ConnectionError": _UNREACHABLE,
    "EndpointConnectionError": _UNREACHABLE,
    "S3UploadFailedError": Words("upload", "An upload to S3 failed: {error}.", "Try again."),
    "ResponseParserError": _UNKNOWN_ANSWER,
    "BotoCoreError": Words("unknown-answer", "AWS could not be asked: {error}.", _UNKNOWN),
}

BY_CODE = (
    Rule(
        r"RequestTimeTooSkewed|RequestExpired|RequestInTheFuture",
        "",
        Words(
            "clock",
            "AWS says the time of this machine is wrong.",
            "Set the clock (it may be five minutes off at most).",
        ),
    ),
    Rule(
        "SignatureDoesNotMatch|InvalidSignatureException|AuthFailure|AccessDenied",
        "signature (has )?expired|not yet current",
        Words(
            "clock",
            "AWS says the time of this machine is wrong.",
            "Set the clock (it may be five minutes off at most).",
        ),
    ),
    Rule("ExpiredToken(Exception)?|TokenRefreshRequired|ExpiredTokenException", "", _EXPIRED),
    Rule("UnauthorizedException|InvalidGrantException", "session token|token", _EXPIRED),
    Rule(
        "InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch"
        "|InvalidSignatureException|InvalidToken|MissingAuthenticationToken",
        "",
        Words(
            "invalid-keys",
            "AWS does not accept your keys.",
            "They are wrong, deleted or of another partition. " + _NO_KEYS,
        ),
    ),
    Rule(
        "OptInRequired",
        "",
        Words(
            "not-subscribed",
            "This account may not use the service yet: {message}.",
            "Finish the account's registration, or enable the region.",
        ),
    ),
    Rule(
        "AccessDenied(Exception)?|UnauthorizedOperation|Unauthorized(Exception)?|Forbidden|403|Client.UnauthorizedOperation",
        "",
        Words(
            "access-denied",
            "You are not allowed to: {action}.",
            "Ask who administers the account for this permission, or use another profile.",
        ),
    ),
    Rule(
        "Throttling(Exception)?|ThrottledException|RequestLimitExceeded|TooManyRequests(Exception)?|SlowDown|RequestThrottled(Exception)?"
        "|BandwidthLimitExceeded|PriorRequestNotComplete",
        "",
        Words(
            "throttled",
            "AWS is asked too often at the moment.",
            "Wait a minute and try again; other programs of the account count as well.",
        ),
    ),
    Rule(
        "AlreadyExistsException",
        "",
        Words(
            "name-taken",
            "There is already a stack of this name: {message}.",
            "Choose another name, or delete that stack first.",
        ),
    ),
    Rule("ValidationError", "no updates are to be performed", Words("no-updates", "Nothing would change.", "")),
    Rule(
        "ValidationError",
        "does not exist in|do not exist in the template|must have values|failed to satisfy constraint|Parameter '",
        Words("bad-input", "AWS does not take this: {message}.", "Correct it and try again."),
    ),
    Rule(
        "ValidationError",
        "does not exist",
        Words("no-such-stack", "There is no such stack: {message}.", "dots-tui stacks lists those there are."),
    ),
    Rule(
        "ValidationError",
        "TerminationProtection",
        Words(
            "protected",
            "The stack is protected against deletion.",
            "Switch termination protection off in the CloudFormation console first.",
        ),
    ),
    Rule(
        "ValidationError",
        r"is in \w+ state|_IN_PROGRESS",
        Words("busy", "The stack cannot be changed now: {message}.", "Wait until what is going on with it has ended."),
    ),
    Rule(
        "ValidationError",
        "role .* (is invalid|cannot be assumed)",
        Words(
            "role",
            "The base stack's role cannot be used: {message}.",
            "Was the base stack made a moment ago? Wait a minute. Else make a new one.",
        ),
    ),
    Rule(
        "InsufficientCapabilities(Exception)?",
        "",
        Words(
            "capabilities",
            "The template makes roles, which has to be allowed: {message}.",
            "This is a fault of dots-tui; please report it.",
        ),
    ),
    Rule(
        "ValidationError|ValidationException",
        "",
        Words("bad-input", "AWS does not take this: {message}.", "Correct it and try again."),
    ),
    Rule(
        "LimitExceeded(Exception)?",
        "",
        Words(
            "limit",
            "The account has reached a limit: {message}.",
            "Delete stacks you do not need, or ask AWS for more.",
        ),
    ),
    Rule(
        "NoSuchBucket",
        "",
        Words(
            "no-bucket",
            "The base stack's bucket does not exist any more.",
            "Somebody deleted it. Make a new base stack.",
        ),
    ),
    Rule(
        "BucketNotEmpty",
        "",
        Words("bucket-not-empty", "The bucket is not empty.", "Save what you need, then delete with its content."),
    ),
    Rule("NoSuchKey|404", "", Words("no-object", "This is not in the bucket.", "")),
    Rule(
        "PermanentRedirect|AuthorizationHeaderMalformed|301|IllegalLocationConstraintException",
        "",
        Words(
            "bucket-region",
            "The bucket is in another region: {message}.",
            "Choose the region of the base stack (AWS_REGION).",
        ),
    ),
    Rule(
        r"InvalidAMIID(\..*)?|InvalidAMIName(\..*)?",
        "",
        Words(
            "no-such-image",
            "There is no such image in this region: {message}.",
            "An image id is of one region and account. dots-tui image list shows those you can use.",
        ),
    ),
    Rule(
        r"InvalidSubnetID(\..*)?|InvalidVpcID(\..*)?",
        "",
        Words("no-subnet", "There is no such subnet: {message}.", "aws ec2 describe-subnets lists those there are."),
    ),
    Rule(
        "ParameterNotFound",
        "",
        Words("no-parameter", "AWS has no such public parameter in this region.", "Name an image by its id: --image."),
    ),
    Rule(
        "InvalidInstanceId",
        "",
        Words(
            "no-agent",
            "The instance does not take commands.",
            "Its Systems Manager agent is not running, or not yet: it needs a minute or two after the start.",
        ),
    ),
    Rule(
        r"InvalidInstanceID(\..*)?|EC2InstanceNotFoundException",
        "",
        Words(
            "no-instance",
            "There is no such instance any more.",
            "Look at the stack: the instance may have been replaced.",
        ),
    ),
    Rule(
        "EC2InstanceStateInvalidException|EC2InstanceUnavailableException|IncorrectInstanceState",
        "",
        Words("instance-state", "The instance is not running.", "Wait until it is, or look at its stack."),
    ),
    Rule("InternalFailure|InternalError|ServiceUnavailable(Exception)?|5\\d\\d", "", _UNKNOWN_ANSWER),
)
