"""`dots-tui doctor --live` on the embedded cloud: made, looked at, ended by itself, deleted, recorded and replayed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast

import pytest

from dots_tui.app.doctor.live_flow import LiveCheck, Pace
from dots_tui.app.port import Confirmation, FlowNote, FlowResult, Operation, Question, run_blocking
from dots_tui.aws import trial
from dots_tui.aws.reply_record import ReplayedReplies, ReplyRecorder
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import list_stacks
from dots_tui.demo.cloud_parts import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Answer = TypeVar("Answer")
QUICK = Pace(poll_s=0.05, lives=timedelta(seconds=12), own_end_s=30.0)
GOOD = ["base", "signal", "phases", "ssm", "metadata", "connect", "schedule", "self-delete", "clean"]
KEY, SECRET, TOKEN = "AKIATESTTESTTESTTEST", "a/secret+key0123456789012345678901234567", "token-0123456789-abcdefgh"

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


class Answers:
    """A port that says yes or no and keeps what it was told."""

    def __init__(self, yes: bool) -> None:
        self._yes = yes
        self.asked: list[Confirmation] = []
        self.told: list[str] = []

    async def ask(self, question: Question[Answer]) -> Answer:
        assert isinstance(question, Confirmation)
        self.asked.append(question)
        return cast("Answer", self._yes)

    async def work(self, call: Callable[[], T]) -> T:
        return call()

    async def follow(self, operation: Operation) -> None:
        for _ in operation.events(lambda: False):
            pass

    def tell(self, event: FlowNote | FlowResult) -> None:
        self.told.append(event.text)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    made = Cloud(tmp_path / "cloud")
    made.aws.step = 0.02
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("AWS_ENDPOINT_URL", made.aws.url),
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    yield made
    made.close()


def check(aws: Aws, *, yes: bool = True) -> tuple[LiveCheck, Answers]:
    port = Answers(yes)
    made = LiveCheck(aws, port, "203.0.113.7", QUICK)
    run_blocking(made.run())
    return made, port


def test_a_healthy_account_is_checked_deleted_recorded_and_replayed(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = Aws()
    recorder = ReplyRecorder(aws)
    found, port = check(aws)
    assert "USD" in port.asked[0].body
    assert [(line.topic, line.severity) for line in found.lines] == [(topic, "good") for topic in GOOD]
    assert list_stacks(Aws()) == []

    path = tmp_path / "record.json"
    assert recorder.write(path) > 20
    text = path.read_text(encoding="utf-8")
    for secret in (KEY, SECRET, TOKEN, "123456789012", "203.0.113.7", "ssh-ed25519", "AIDADEMO"):
        assert secret not in text
    assert path.stat().st_mode & 0o077 == 0

    cloud.aws.faults.clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nobody answers there
    replayed = Aws()
    document = json.loads(text)
    ReplayedReplies(replayed, document)
    stack = next(
        one for one in document["replies"] if one["operation"] == "CreateStack" and "RoleARN" in one["parameters"]
    )
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack["parameters"]["Parameters"]}
    again = trial.TrialStack("again", stack["reply"]["StackId"], parameters["ExpiresAt"], parameters["DeleteAt"])
    assert replayed.identity().account == "111122223333"
    assert trial.schedule_of(replayed, again) == (f"at({again.delete_at})", "ENABLED")
    with pytest.raises(KeyError, match="not in the record"):
        replayed.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")


def test_no_means_that_nothing_is_made(cloud: Cloud) -> None:
    found, port = check(Aws(), yes=False)
    assert (found.agreed, found.lines) == (False, [])
    assert ("cloudformation", "CreateStack") not in cloud.aws.calls
    assert port.asked


def test_what_is_forbidden_is_named_and_everything_is_deleted(cloud: Cloud) -> None:
    def refuse(_: dict[str, Any]) -> None:
        from dots_tui.demo.aws import AwsError

        raise AwsError("AccessDeniedException", "User: x is not authorized to perform: ssm:SendCommand", 403)

    cloud.aws.hooks["ssm", "SendCommand"] = refuse
    found, _ = check(Aws())
    wrong = [line for line in found.lines if line.severity == "error"]
    assert len(wrong) == 1
    assert "ssm:SendCommand" in wrong[0].message
    assert found.lines[-1].topic == "clean"
    assert list_stacks(Aws()) == []


def test_a_failure_in_the_middle_leaves_nothing_behind(cloud: Cloud) -> None:
    cloud.aws.fail["Instance"] = "You are not authorized to perform this operation."
    found, _ = check(Aws())
    assert any(line.topic == "live" and line.severity == "error" for line in found.lines)
    assert found.lines[-1] == found.lines[-1].__class__("clean", "good", "clean", "everything that was made is gone")
    assert list_stacks(Aws()) == []


def test_what_cannot_be_deleted_is_named_with_its_command(cloud: Cloud) -> None:
    from dots_tui.demo.aws import AwsError

    def refuse(_: dict[str, Any]) -> None:
        raise AwsError("AccessDenied", "User: x is not authorized to perform: cloudformation:DeleteStack", 403)

    cloud.aws.fail["Instance"] = "No."
    cloud.aws.hooks["cloudformation", "DeleteStack"] = refuse
    found, _ = check(Aws())
    last = found.lines[-1]
    assert (last.severity, last.code) == ("error", "left-behind")
    base, name = found._base_name, found._name
    assert last.fix == f"dots-tui delete {name}; dots-tui delete {base} --empty-bucket"


def test_an_instance_that_is_left_is_named_with_a_command_for_instances(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "left_running", lambda _aws, _trial: ["i-0abc"])
    found, _ = check(Aws())
    last = found.lines[-1]
    assert (last.severity, last.code) == ("error", "left-behind")
    assert last.fix == "aws ec2 terminate-instances --region us-east-1 --instance-ids i-0abc"
