"""What we ask of AWS and what we take its errors for, against botocore's models of the services."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dots_tui.aws import images, permissions, read_only
from dots_tui.aws.base_stack import check_name, tag_value
from dots_tui.aws.problem_words import BY_CLASS, BY_CODE
from dots_tui.aws.problems import AwsProblem, advice_for, explain
from tests.aws.boto_calls import PACKAGE, BotoCall, boto_calls

CALLS = list(boto_calls())
LOGIN_SERVICES = ("sso", "sso-oidc")
"""Services that boto3 calls itself to get credentials."""

COMMON_ERRORS: dict[str, str] = {
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html, the same for every service
    **dict.fromkeys(
        (
            *("AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "InternalFailure"),
            *("InvalidClientTokenId", "OptInRequired", "RequestExpired", "ServiceUnavailable", "Throttling"),
            *("ThrottlingException", "ThrottledException", "ValidationError", "ValidationException"),
            *("SignatureDoesNotMatch", "UnrecognizedClientException", "InvalidSignatureException"),
            *("RequestThrottled", "RequestThrottledException", "TooManyRequests", "Unauthorized", "Forbidden"),
            *("MissingAuthenticationToken", "RequestInTheFuture", "LimitExceeded"),
        ),
        "common errors of every service",
    ),
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; EC2's model has no errors
    **dict.fromkeys(
        (
            *("AuthFailure", "UnauthorizedOperation", "Client.UnauthorizedOperation", "RequestLimitExceeded"),
            *("InvalidInstanceID", "IncorrectInstanceState", "InternalError", "InvalidAMIID", "InvalidAMIName"),
            *("InvalidSubnetID", "InvalidVpcID"),
        ),
        "error codes of EC2",
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    **dict.fromkeys(
        (
            *("RequestTimeTooSkewed", "SlowDown", "InvalidAccessKeyId", "InvalidToken", "NoSuchBucket", "NoSuchKey"),
            *("BucketNotEmpty", "PermanentRedirect", "AuthorizationHeaderMalformed", "TokenRefreshRequired"),
            *("IllegalLocationConstraintException", "BandwidthLimitExceeded", "PriorRequestNotComplete"),
        ),
        "error codes of S3",
    ),
    **dict.fromkeys(("301", "403", "404"), "S3 answers HEAD without a body: the code is the status"),
    "ServiceUnavailableException": "the common error ServiceUnavailable as services with JSON write it",
    "InsufficientCapabilities": "CloudFormation's API reference, CreateStack; its model says ...Exception",
}


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def _model(service: str) -> Any:
    return _session().get_service_model(service)


@cache
def _operation(service: str, method: str) -> Any:
    from botocore import xform_name

    names = {xform_name(name): name for name in _model(service).operation_names}
    return _model(service).operation_model(names[method]) if method in names else None


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.where} {call.service}.{call.method}")
def test_a_call_is_one_of_its_service_with_parameters_it_knows(call: BotoCall) -> None:
    operation = _operation(call.service, call.method)
    assert operation is not None, "no such operation"
    shape = operation.input_shape
    members = set(shape.members) if shape is not None else set()
    known = members | ({"PaginationConfig"} if call.paginated else set())
    assert set(call.parameters) <= known
    required = set(shape.required_members) if shape is not None else set()
    assert call.open_ended or required <= set(call.parameters)
    if call.paginated:
        assert _session().get_component("data_loader")
        import boto3

        client = boto3.client(call.service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        assert client.can_paginate(call.method)


def test_the_calls_are_found() -> None:
    services = {call.service for call in CALLS}
    assert {"cloudformation", "ec2", "s3", "ssm", "sts", "autoscaling", "service-quotas", "pricing"} <= services
    assert len(CALLS) > 50
    text = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    for operation in ("create_stack", "describe_images", "copy_image", "deregister_image", "send_command"):
        assert text.count(f".{operation}(") == len([call for call in CALLS if call.method == operation]), operation


def test_calls_that_read_have_names_the_read_only_gate_knows_and_others_do_not() -> None:
    reading = ("describe_", "get_", "list_", "head_", "validate_", "lookup_")
    for call in CALLS:
        name = _operation(call.service, call.method).name
        expected = call.method.startswith(reading) or call.service in ("sts", "sso", "sso-oidc", "signin")
        assert read_only.only_reads(call.service, name) == expected, call


# -- errors -------------------------------------------------------------------------------------------


def _codes(pattern: str) -> set[str]:
    """The error codes a regular expression of BY_CODE names. Open ends and "5xx" are left out."""
    found: set[str] = set()
    for part in re.sub(r"\(\\\.\.\*\)\?", "", pattern).split("|"):
        optional = re.fullmatch(r"(\w+)\((\w+)\)\?", part)
        if optional:
            found |= {optional[1], optional[1] + optional[2]}
        elif re.fullmatch(r"[\w.]+", part):
            found.add(part)
        else:
            assert part == r"5\d\d", part
    return found


@cache
def _modelled() -> frozenset[str]:
    """The error codes in the models of all services we call."""
    found: set[str] = set()
    for service in {*(call.service for call in CALLS), *LOGIN_SERVICES}:
        for shape in _model(service).error_shapes:
            found |= {shape.name, str(shape.metadata.get("error", {}).get("code", shape.name))}
    return frozenset(found)


def test_every_error_code_we_know_is_one_of_aws() -> None:
    named = set().union(*(_codes(rule.codes) for rule in BY_CODE))
    unknown = named - _modelled() - COMMON_ERRORS.keys()
    assert not unknown


def test_no_common_error_is_listed_in_vain() -> None:
    named = set().union(*(_codes(rule.codes) for rule in BY_CODE))
    assert COMMON_ERRORS.keys() <= named


def test_every_error_code_in_the_code_is_one_of_aws() -> None:
    """Codes that are looked for in the words of AWS: `"InvalidGroup" in problem.detail`."""
    looked_for = {"InvalidGroup": "EC2: InvalidGroup.NotFound", "InvalidAMIID": "EC2: InvalidAMIID.NotFound"}
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                text, where = node.left, node.comparators[0]
                detail = isinstance(where, ast.Attribute) and where.attr == "detail"
                if detail and isinstance(text, ast.Constant) and re.fullmatch(r"[A-Z]\w+", str(text.value)):
                    found.add(str(text.value))
    assert found
    for code in found - looked_for.keys():
        assert any(known.startswith(code) for known in _modelled()), code


def test_every_exception_we_know_is_one_of_botos() -> None:
    import boto3.exceptions
    import botocore.exceptions
    import botocore.parsers

    modules = (botocore.exceptions, boto3.exceptions, botocore.parsers)
    for name in BY_CLASS:
        assert any(hasattr(module, name) for module in modules), name


@pytest.mark.parametrize("code", ["InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidSubnetID.NotFound"])
def test_codes_with_a_suffix_are_explained(code: str) -> None:
    from botocore.exceptions import ClientError

    problem = explain(ClientError({"Error": {"Code": code, "Message": "the id"}}, "DescribeImages"))
    assert not problem.code.startswith("aws-")
    assert code in problem.detail


# -- limits -------------------------------------------------------------------------------------------


def test_names_and_tags_are_within_the_models_limits() -> None:
    cloudformation = _model("cloudformation")
    tag = cloudformation.shape_for("TagValue").metadata
    assert len(tag_value("x" * 1000)) <= tag["max"]
    assert len(check_name("a" * 64)) <= 128
    with pytest.raises(AwsProblem):
        check_name("a" * 129)
    schedule = _model("scheduler").shape_for("Name").metadata
    # CloudFormation makes it of the stack's name (cut), the logical id and twelve characters.
    assert schedule["max"] == 64
    token = cloudformation.shape_for("ClientRequestToken").metadata
    assert token["max"] >= len("0" * 32)
    parameter = _model("ssm").operation_model("GetParameter").input_shape.members["Name"].metadata
    assert len(images.STOCK_PARAMETER) <= parameter.get("max", 2048)


def test_the_paths_of_the_sources_are_those_of_the_package() -> None:
    assert Path("aws") / "images.py" in {Path(call.where.rpartition(":")[0]) for call in CALLS}


# -- permissions --------------------------------------------------------------------------------------


def test_every_call_has_its_permission() -> None:
    for call in CALLS:
        assert _operation(call.service, call.method).name in permissions.ACTIONS, call


def test_a_refused_call_names_the_permission_and_prints_the_statement() -> None:
    from botocore.exceptions import ClientError

    answer = {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}
    problem = explain(ClientError(answer, "ListObjectsV2"))
    assert (problem.code, "s3:ListBucket" in problem.what) == ("access-denied", True)
    assert _statement(problem.advice) == {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}


def test_a_message_that_names_the_resource_narrows_the_statement() -> None:
    from botocore.exceptions import ClientError

    role = "arn:aws:iam::123456789012:role/base-StackRole-1"
    message = (
        f"User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: {role} "
        "because no identity-based policy allows the iam:PassRole action"
    )
    problem = explain(ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, "CreateStack"))
    assert _statement(problem.advice) == {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role}
    assert _statement(advice_for(message))["Action"] == "iam:PassRole"


def test_a_statement_is_not_offered_against_an_explicit_deny() -> None:
    from botocore.exceptions import ClientError

    message = "is not authorized to perform: ec2:DescribeImages with an explicit deny in a service control policy"
    problem = explain(ClientError({"Error": {"Code": "UnauthorizedOperation", "Message": message}}, "DescribeImages"))
    assert "ec2:DescribeImages" in problem.what
    assert "{" not in problem.advice


def _statement(advice: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(advice[advice.index("{") :])
    return found
