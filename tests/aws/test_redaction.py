"""Nothing that tells whose account it is, or opens anything, comes through the redaction."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.aws.redaction import ACCOUNT, REMOVED, Redactor

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzEXAMPLEK"
KNOWN = {"AKIAREALREALREALREAL": REMOVED, SECRET: REMOVED, "987654321098": ACCOUNT}


def text(value: str) -> str:
    return Redactor(KNOWN).text(value)


@pytest.mark.parametrize(
    ("dirty", "secret"),
    [
        ("arn:aws:iam::987654321098:user/jane.doe", "987654321098"),
        ("arn:aws:iam::987654321098:user/jane.doe", "jane"),
        ("arn:aws:sts::123450009876:assumed-role/Admin/jane@corp.example", "jane"),
        ("account 1234-5000-9876", "1234-5000-9876"),
        ("AKIAABCDEFGHIJKLMNOP", "AKIAABC"),
        ("role id AROAJ2UCCR6DPCEXAMPLE", "AROAJ2"),
        (f"secret {SECRET} end", SECRET),
        ("IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQD", "IQoJb3"),
        ("203.0.113.77/32", "203.0.113.77"),
        ("ec2-203-0-113-77.compute-1.amazonaws.com", "203-0-113-77"),
        ("ip-10-20-30-40.ec2.internal", "10-20-30-40"),
        ("2600:1f18:abcd:1200:5e:9:a1:b2", "1f18"),
        ("fe80::8ff:fe00:1", "8ff"),
        ("0a:ff:c3:12:34:56", "ff:c3"),
        ("racer <jane.doe+aws@corp.example.com>", "jane"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA jane@laptop", "AAAAC3"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----", "MIIB"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAXX/2026&X-Amz-Signature=abcdef12", "abcdef12"),
    ],
)
def test_a_secret_in_a_text_is_replaced(dirty: str, secret: str) -> None:
    assert secret not in text(dirty)
    assert text(dirty)


@pytest.mark.parametrize(
    "clean",
    [
        "CREATE_COMPLETE",
        "g4dn.2xlarge in us-east-1a",
        "i-0123456789abcdef0",
        "at(2026-11-28T18:00:00)",
        "0.0.0.0/0",
        "arn:aws:cloudformation:us-east-1:111122223333:stack/run-1/1",
        "AWS::EC2::Instance",
        "18:03:05",
        "5.3.4",
    ],
)
def test_what_tells_nothing_stays(clean: str) -> None:
    assert text(clean) == clean


def test_the_name_of_a_field_is_enough_to_remove_its_value() -> None:
    reply: dict[str, Any] = {
        "SecretAccessKey": "short",
        "NextToken": "abc",
        "Parameters": [{"ParameterKey": "Password", "ParameterValue": "hunter2"}],
        "Tags": [{"Key": "dots-tui:racer", "Value": "jane"}, {"Key": "dots-tui:run", "Value": "models/run-1"}],
        "UserData": "IyEvYmlu",
        "Body": b"bytes",
        "LaunchTime": datetime(2026, 1, 1, tzinfo=timezone.utc),
        "OwnerId": 987654321098,
        "Count": 3,
    }
    found = Redactor({}).value(reply)
    assert found["SecretAccessKey"] == found["NextToken"] == found["UserData"] == found["Body"] == REMOVED
    assert found["Parameters"][0]["ParameterValue"] == REMOVED
    assert [tag["Value"] for tag in found["Tags"]] == [REMOVED, "models/run-1"]
    assert found["LaunchTime"] == {"$time": "2026-01-01T00:00:00+00:00"}
    assert (found["OwnerId"], found["Count"]) == (0, 3)


def test_equal_addresses_stay_equal_and_others_differ() -> None:
    redactor = Redactor({})
    one, two = redactor.text("198.51.100.1"), redactor.text("198.51.100.2")
    assert one != two
    assert redactor.text("198.51.100.1") == one


_SHAPES = st.recursive(
    st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(_SHAPES, st.sampled_from(sorted(KNOWN)), st.text(max_size=10), st.text(max_size=10))
def test_known_secrets_are_found_wherever_they_stand(shape: Any, secret: str, before: str, after: str) -> None:
    redactor = Redactor(KNOWN)
    told = json.dumps(redactor.value({"a": shape, before + secret: [{"x": before + secret + after}]}))
    assert secret not in told
    assert redactor.leaks(told) == []
