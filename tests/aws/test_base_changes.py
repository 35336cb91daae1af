"""A base stack that is there: who gets in, what an update may cost, who is told."""

from __future__ import annotations

import pytest

from dots_tui.aws import base_changes, base_stack, change_set, network, stacks
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import LoopbackAws
from tests.spot_templates import BASE, make_stack

POLL_S = 0.01
OWN, OTHER, THIRD = "203.0.113.7", "198.51.100.4", "192.0.2.9"


def _add(aws: Aws, address: str, base: str = "base") -> None:
    assert list(base_changes.add_address(aws, base, address, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"


def _refused(aws: Aws, address: str, base: str = "base") -> AwsProblem:
    with pytest.raises(AwsProblem) as caught:
        list(base_changes.add_address(aws, base, address, poll_s=POLL_S))
    return caught.value


def _close_acl(aws: Aws) -> str:
    """Close the default network ACL as a careful account does; its id."""
    found = network.default_acl(aws)
    assert found is not None
    for rule in found.rules:
        aws.client("ec2").delete_network_acl_entry(NetworkAclId=found.id, RuleNumber=rule.number, Egress=False)
    return found.id


def _rule(aws: Aws, acl: str, number: int, cidr: str = "192.0.2.0/24") -> None:
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl, RuleNumber=number, Protocol="-1", RuleAction="allow", Egress=False, CidrBlock=cidr
    )


# -- addresses ----------------------------------------------------------------------------------------


def test_one_more_address_is_let_in_and_taken_away_again(aws: Aws, base: str) -> None:
    assert base_changes.access(aws, base) == base_changes.Access(base, OWN, (), (OWN,))
    _add(aws, OTHER)
    found = base_changes.access(aws, base)
    assert (found.own, found.more, set(found.open)) == (OWN, (OTHER,), {OWN, OTHER})
    assert [stack.name for stack in stacks.list_stacks(aws)] == [base]
    events = list(base_changes.remove_address(aws, base, OTHER, poll_s=POLL_S))
    assert events[-1].status == "DELETE_COMPLETE"
    assert base_changes.access(aws, base) == base_changes.Access(base, OWN, (), (OWN,))


def test_an_address_is_let_in_once(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    _add(aws, OTHER)
    cloud.calls.clear()
    assert _refused(aws, OTHER).code == "has-access"
    assert _refused(aws, f" {OWN} ").code == "has-access"
    assert ("cloudformation", "CreateStack") not in cloud.calls


@pytest.mark.parametrize("address", ["::1", "203.0.113", "10.0.0.1", "300.1.1.1", "here"])
def test_what_is_no_address_is_not_let_in(aws: Aws, base: str, address: str) -> None:
    assert _refused(aws, address).code == "bad-address"


def test_the_base_stacks_own_address_is_changed_not_taken_away(aws: Aws, base: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        list(base_changes.remove_address(aws, base, OWN, poll_s=POLL_S))
    assert caught.value.code == "own-address"
    assert "base update base --ip" in caught.value.advice
    with pytest.raises(AwsProblem) as caught:
        list(base_changes.remove_address(aws, base, THIRD, poll_s=POLL_S))
    assert caught.value.code == "no-such-address"


def test_a_moved_racer_is_noticed_and_let_in_by_an_update(aws: Aws, base: str) -> None:
    found = base_changes.preview_update(aws, base, OTHER, poll_s=POLL_S)
    assert found is not None
    assert [change.resource for change in found.changes] == ["SecurityGroup"]
    assert list(change_set.execute(aws, found, poll_s=POLL_S))[-1].status == "UPDATE_COMPLETE"
    assert base_changes.access(aws, base) == base_changes.Access(base, OTHER, (), (OTHER,))


def test_another_own_address_leaves_the_added_ones(aws: Aws, base: str) -> None:
    _add(aws, OTHER)
    found = base_changes.preview_update(aws, base, THIRD, poll_s=POLL_S)
    assert found is not None
    list(change_set.execute(aws, found, poll_s=POLL_S))
    assert set(base_changes.access(aws, base).open) == {THIRD, OTHER}


def test_a_rule_taken_away_by_hand_is_seen(aws: Aws, base: str) -> None:
    group = dict(stacks.get_stack(aws, base).outputs)["SecurityGroup"]
    permissions = aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    aws.client("ec2").revoke_security_group_ingress(GroupId=group, IpPermissions=permissions)
    found = base_changes.access(aws, base)
    assert (found.own, found.open) == (OWN, ())


def test_an_update_to_an_address_that_has_access_already_is_refused(aws: Aws, base: str) -> None:
    _add(aws, OTHER)
    with pytest.raises(AwsProblem) as caught:
        base_changes.preview_update(aws, base, OTHER, poll_s=POLL_S)
    assert caught.value.code == "has-access"


def test_deleting_the_base_stack_takes_its_access_stacks_along(aws: Aws, base: str) -> None:
    _add(aws, OTHER)
    assert list(stacks.delete(aws, base, poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []


# -- the network ACL ----------------------------------------------------------------------------------


def test_an_open_acl_needs_no_rule(aws: Aws) -> None:
    found = network.default_acl(aws)
    assert found is not None
    assert found.open
    assert network.closed_default(aws) is None


def test_in_a_closed_acl_a_number_nobody_has_is_used(aws: Aws) -> None:
    acl = _close_acl(aws)
    for number in (100, 101, 103):
        _rule(aws, acl, number)
    for _ in base_stack.create(aws, "base", OWN, poll_s=POLL_S):
        pass
    _add(aws, OTHER)
    rules = {rule.number: rule.cidr for rule in network.acl(aws, acl).rules}
    assert (rules[102], rules[104]) == (f"{OWN}/32", f"{OTHER}/32")
    list(base_changes.remove_address(aws, "base", OTHER, poll_s=POLL_S))
    assert 104 not in {rule.number for rule in network.acl(aws, acl).rules}


def test_a_full_acl_is_told_before_anything_is_made(cloud: LoopbackAws, aws: Aws) -> None:
    acl = _close_acl(aws)
    for number in range(100, 100 + network.MOST_RULES):
        _rule(aws, acl, number, f"198.51.{number}.0/24")
    cloud.calls.clear()
    with pytest.raises(AwsProblem) as caught:
        list(base_stack.create(aws, "base", OWN, poll_s=POLL_S))
    assert caught.value.code == "acl-full"
    assert ("cloudformation", "CreateStack") not in cloud.calls


def test_beside_a_base_stack_of_deepracer_on_the_spot(aws: Aws) -> None:
    acl = _close_acl(aws)
    values = {"MyIPAddress": OWN, "RuleNumber": "100", "NetworkAclId": acl}
    make_stack(aws, "old", BASE, values)
    _add(aws, OTHER, "old")
    found = base_changes.access(aws, "old")
    assert (found.own, found.more, set(found.open)) == (OWN, (OTHER,), {OWN, OTHER})
    assert {rule.number for rule in network.acl(aws, acl).rules} == {100, 101}


# -- updates and mails --------------------------------------------------------------------------------


def test_nothing_to_update_is_told(aws: Aws, base: str) -> None:
    assert base_changes.preview_update(aws, base, poll_s=POLL_S) is None


def test_an_update_that_would_cost_the_bucket_is_refused(aws: Aws, base: str) -> None:
    without = BASE.replace("  Bucket: {Type: AWS::S3::Bucket}\n", "  Store: {Type: AWS::S3::Bucket}\n")
    without = without.replace("!Ref Bucket,", "!Ref Store,")
    with pytest.raises(AwsProblem) as caught:
        base_changes.preview_update(aws, base, template={"TemplateBody": without}, poll_s=POLL_S)
    assert caught.value.code == "would-replace"
    assert "without the models" in caught.value.what
    assert "Nothing was changed" in caught.value.advice


def test_a_mail_address_is_subscribed_once(aws: Aws, base: str) -> None:
    assert base_changes.subscribe(aws, base, "racer@example.org")
    assert not base_changes.subscribe(aws, base, "racer@example.org")
    [found] = aws.client("sns").list_subscriptions()["Subscriptions"]
    assert (found["Protocol"], found["Endpoint"]) == ("email", "racer@example.org")
    with pytest.raises(AwsProblem) as caught:
        base_changes.subscribe(aws, base, "racer")
    assert caught.value.code == "bad-mail"


def test_a_training_is_no_base_stack(aws: Aws, base: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        base_changes.access(aws, "nobody")
    assert caught.value.code == "no-such-stack"


def test_an_address_is_looked_up_only_when_asked_for() -> None:
    asked = []

    def read(address: str) -> bytes:
        asked.append(address)
        return b"203.0.113.7\n"

    assert base_changes.public_address(read) == "203.0.113.7"
    assert asked == [base_changes.CHECK_IP]

    def refuse(_address: str) -> bytes:
        raise OSError("no network")

    with pytest.raises(AwsProblem) as caught:
        base_changes.public_address(refuse)
    assert caught.value.code == "no-address"
