"""Orphans are looked for anew before each offer, and the chosen one again at the moment of the yes."""

from __future__ import annotations

from dots_tui.app.orphan_search import OrphanSearch
from dots_tui.app.port import Confirmation, Selection, run_blocking
from dots_tui.aws.session import Aws
from dots_tui.aws.tag_names import TAG_RUN
from dots_tui.demo.aws import Fault, LoopbackAws
from tests.app.answers import AnsweringPort


def _volume(aws: Aws) -> str:
    tags = [{"ResourceType": "volume", "Tags": [{"Key": TAG_RUN, "Value": "run-9"}]}]
    made: str = aws.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=40, TagSpecifications=tags)[
        "VolumeId"
    ]
    return made


def test_the_command_of_the_chosen_one_is_returned(aws: Aws) -> None:
    volume = _volume(aws)
    search, port = OrphanSearch(lambda: aws), AnsweringPort(["0", True])
    command = run_blocking(search.choose_command(port))
    assert volume in command
    assert "orphans: 1, which cost money" in search.words
    assert search.costs


def test_what_has_gone_at_the_moment_of_the_yes_is_not_offered(aws: Aws) -> None:
    volume = _volume(aws)

    def yes() -> bool:
        aws.client("ec2").delete_volume(VolumeId=volume)
        return True

    port = AnsweringPort(["0", yes])
    assert run_blocking(OrphanSearch(lambda: aws).choose_command(port)) == ""
    assert "not left behind any more" in port.told[-1].text


def test_the_list_is_that_of_now(aws: Aws) -> None:
    search = OrphanSearch(lambda: aws)
    assert run_blocking(search.search(AnsweringPort())).found == []
    _volume(aws)
    port = AnsweringPort([None])
    run_blocking(search.choose_command(port))
    [question] = port.asked
    assert isinstance(question, Selection)
    assert len(question.options) == 1


def test_what_is_unsure_is_called_so_and_has_no_command(cloud: LoopbackAws, aws: Aws) -> None:
    _volume(aws)
    cloud.faults.append(
        Fault("autoscaling", "DescribeAutoScalingGroups", "AccessDenied", "not authorized", 403, times=999)
    )
    search, port = OrphanSearch(lambda: aws), AnsweringPort(["0", True])
    assert run_blocking(search.choose_command(port)) == ""
    selection, confirmation = port.asked
    assert "unsure: " in selection.options[0][1]
    assert isinstance(confirmation, Confirmation)
    assert "aws ec2 delete-volume" not in confirmation.body
    assert "none for sure" in search.words
    assert not search.costs
