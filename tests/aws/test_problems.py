"""Refusals of AWS in plain words: over HTTP where the loopback AWS can refuse so, else from boto3's exceptions."""

from __future__ import annotations

from typing import Any

import pytest

from dots_tui.aws.problems import AwsProblem, advice_for, explain, explained
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import Fault, LoopbackAws


def _caught(aws: Aws, service: str, call: str, **arguments: Any) -> AwsProblem:
    with pytest.raises(AwsProblem) as caught, explained():
        getattr(aws.client(service), call)(**arguments)
    return caught.value


OLD = "Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z"
SKEW = "The difference between the request time and the current time is too large."
CALLS = {
    "sts": ("GetCallerIdentity", "get_caller_identity"),
    "ec2": ("DescribeRegions", "describe_regions"),
    "s3": ("GET", "list_buckets"),
    "ssm": ("DescribeInstanceInformation", "describe_instance_information"),
    "autoscaling": ("DescribeAutoScalingGroups", "describe_auto_scaling_groups"),
}


@pytest.mark.parametrize(
    ("service", "code", "message", "status", "expected", "word"),
    [
        ("sts", "ExpiredToken", "The security token in the request is expired", 403, "expired", "aws sso login"),
        ("sts", "InvalidClientTokenId", "The security token is invalid.", 403, "invalid-keys", "aws configure"),
        ("ec2", "AuthFailure", "AWS was not able to validate the credentials", 401, "invalid-keys", "aws configure"),
        ("sts", "SignatureDoesNotMatch", OLD, 403, "clock", "clock"),
        ("s3", "RequestTimeTooSkewed", SKEW, 403, "clock", "clock"),
        ("ssm", "ThrottlingException", "Rate exceeded", 400, "throttled", "Wait"),
        ("autoscaling", "Throttling", "Rate exceeded", 400, "throttled", "Wait"),
        ("ec2", "", "", 500, "unknown-answer", "AWS_ENDPOINT_URL"),
    ],
)
def test_refusals_over_http(
    cloud: LoopbackAws,
    aws: Aws,
    service: str,
    code: str,
    message: str,
    status: int,
    expected: str,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    action, call = CALLS[service]
    cloud.faults.append(Fault(service, action, code, message, status, times=10))
    problem = _caught(aws, service, call)
    assert problem.code == expected
    assert word in problem.advice
    assert problem.what
    if message:
        assert message in problem.detail


def test_access_denied_names_the_missing_permission(cloud: LoopbackAws, aws: Aws) -> None:
    message = "User: arn:aws:iam::1:user/a is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:*"
    cloud.faults.append(Fault("ec2", "DescribeRegions", "UnauthorizedOperation", message, 403))
    problem = _caught(aws, "ec2", "describe_regions")
    assert problem.code == "access-denied"
    assert "ec2:RunInstances" in problem.what
    assert message in problem.detail


def test_access_denied_without_words_names_the_call(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("s3", "ListObjectsV2", "AccessDenied", "Access Denied", 403))
    problem = _caught(aws, "s3", "list_objects_v2", Bucket="somewhere")
    assert problem.code == "access-denied"
    assert "s3:ListBucket" in problem.what


def test_an_answer_in_passing_trouble_is_asked_for_again(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("sts", "GetCallerIdentity", "Throttling", "Rate exceeded", times=1))
    assert aws.identity().account == "123456789012"
    assert cloud.calls.count(("sts", "GetCallerIdentity")) == 2


def test_stacks_and_buckets_that_are_not_there(aws: Aws) -> None:
    assert _caught(aws, "cloudformation", "describe_stacks", StackName="nobody").code == "no-such-stack"
    assert _caught(aws, "s3", "list_objects_v2", Bucket="nobodys-bucket").code == "no-bucket"


def test_no_credentials(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsProblem) as caught:
        Aws().identity()
    assert caught.value.code == "no-credentials"
    assert "aws configure" in caught.value.advice


def test_half_of_the_credentials(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsProblem) as caught:
        Aws().identity()
    assert caught.value.code == "partial-credentials"


def test_a_profile_that_does_not_exist(cloud: LoopbackAws) -> None:
    with pytest.raises(AwsProblem) as caught:
        Aws(profile="nobody").client("sts")
    assert caught.value.code == "profile"
    assert "nobody" in caught.value.what


def test_nobody_answers(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    with pytest.raises(AwsProblem) as caught:
        Aws().identity()
    assert caught.value.code == "unreachable"
    assert "127.0.0.1:9" in caught.value.what


def test_an_sso_login_that_ran_out() -> None:
    from botocore.exceptions import SSOTokenLoadError, TokenRetrievalError, UnauthorizedSSOTokenError

    for error in (
        UnauthorizedSSOTokenError(),
        SSOTokenLoadError(profile_name="racer", error_msg="missing"),
        TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
    ):
        problem = explain(error)
        assert problem.code == "expired"
        assert "aws sso login" in problem.advice
        assert problem.detail == str(error)


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("AlreadyExistsException", "Stack [x] already exists", "name-taken"),
        ("ValidationError", "Stack with id x does not exist", "no-such-stack"),
        ("ValidationError", "No updates are to be performed.", "no-updates"),
        ("ValidationError", "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated.", "busy"),
        ("ValidationError", "Stack [x] cannot be deleted while TerminationProtection is enabled", "protected"),
        ("ValidationError", "Role arn:aws:iam::1:role/x is invalid or cannot be assumed", "role"),
        ("ValidationError", "Parameters: [X] must have values", "bad-input"),
        ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]", "capabilities"),
        ("BucketNotEmpty", "The bucket you tried to delete is not empty", "bucket-not-empty"),
        ("InvalidInstanceId", "Instances not in a valid state for account", "no-agent"),
        ("EC2InstanceStateInvalidException", "Instance is not running", "instance-state"),
        ("PermanentRedirect", "The bucket must be addressed using the specified endpoint", "bucket-region"),
        ("SomethingNew", "The moon is full", "aws-SomethingNew"),
    ],
)
def test_codes_of_services(code: str, message: str, expected: str) -> None:
    from botocore.exceptions import ClientError

    problem = explain(ClientError({"Error": {"Code": code, "Message": message}}, "DoSomething"))
    assert problem.code == expected
    assert message in problem.detail
    assert str(problem).startswith(problem.what)


def test_other_exceptions_pass_and_problems_stay_themselves() -> None:
    with pytest.raises(KeyError), explained():
        raise KeyError("ours")
    first = AwsProblem("a", "b")
    assert explain(first) is first
    with pytest.raises(AwsProblem) as caught, explained():
        raise first
    assert caught.value is first


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("You have requested more vCPU capacity than your current vCPU limit of 0 allows", "Service Quotas"),
        ("We currently do not have sufficient g4dn.2xlarge capacity in the zone you requested", "try again later"),
        ("Failed to receive 1 resource signal(s) within the specified duration", "did not report"),
        ("The moon is full", ""),
    ],
)
def test_reasons_in_events_have_advice(reason: str, word: str) -> None:
    advice = advice_for(reason)
    assert (word in advice) if word else (advice == "")


def test_the_tables_are_whole_sentences() -> None:
    from dots_tui.aws.problem_words import BY_CLASS, BY_CODE

    for words in [*BY_CLASS.values(), *(rule.words for rule in BY_CODE)]:
        assert words.what.endswith((".", "{action}.", "{message}.")), words
        assert words.advice == "" or words.advice.endswith((".", ")")), words
