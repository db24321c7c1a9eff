"""A sign-in that opens another account of the network: nothing is sent, changed or taken down with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels import tasks as channel_tasks
from hueandcry.channels.actions import register_account, rotate_credential
from hueandcry.channels.connector import Health, Recovery
from hueandcry.channels.models import Account
from hueandcry.channels.moving_actions import confirm_moved
from hueandcry.channels.register import Code, register
from hueandcry.kernel import clock
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound
from hueandcry.posts import tasks
from hueandcry.posts.actions import withdraw_announcements
from hueandcry.posts.models import Delivery
from hueandcry.posts.standing_actions import edit_post
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

S = Delivery.Status
RIGHT, OTHER = ("fake:1", "ellery-1"), ("fake:2", "other")
SAYS = (
    "This sign-in opens @other, not @ellery-1. Nothing is sent until the right one is entered, or somebody confirms"
    " that the account moved."
)


@pytest.fixture(autouse=True)
def _one_account(desk: Desk) -> None:
    """Known to the network by its lasting id; the second is not spoken of."""
    Account.objects.filter(pk=desk.accounts[1].pk).update(status="suspended")
    asked(desk)


def asked(desk: Desk, opens: tuple[str, str] = RIGHT) -> Account:
    """The account after the worker has asked the network whose sign-in it is."""
    desk.channel.opens = opens
    Account.objects.update(due_at=clock.now())
    channel_tasks.check_accounts_due()
    return Account.objects.get(pk=desk.accounts[0].pk)


def replaced(desk: Desk) -> None:
    rotate_credential(account_id=desk.accounts[0].pk, secret={"secret": "right"}, by=desk.admin)


def looked_at(desk: Desk, delivery: Delivery) -> tuple[str, str]:
    tasks.let_go_of_held()
    desk.work()
    delivery.refresh_from_db()
    return delivery.status, delivery.last_error


def test_a_first_sign_in_says_which_account_it_is(desk: Desk) -> None:
    account = Account.objects.get(pk=desk.accounts[0].pk)
    assert (account.external_id, account.status, account.unproved_at) == ("fake:1", "active", None)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("@Ellery-1", "ellery-1"),
        ("ellery-1@127.0.0.1", "ellery-1"),
        ("https://fake.example/@ellery-1/", "Ellery-1"),
        ("fake:1", "Port Ellery Police"),
        ("ellery-1", ""),
    ],
)
def test_a_first_sign_in_opens_an_account_of_the_name_that_was_typed(
    desk: Desk, typed: str, named: str
) -> None:
    Account.objects.filter(pk=desk.accounts[0].pk).update(external_id="", handle=typed)
    assert asked(desk, ("fake:1", named)).external_id == "fake:1"


def test_a_first_sign_in_that_opens_an_account_of_another_name_is_not_taken(desk: Desk) -> None:
    Account.objects.filter(pk=desk.accounts[0].pk).update(external_id="")
    account = asked(desk, OTHER)
    assert (account.external_id, account.status, account.problem) == ("", "needs_attention", SAYS)
    delivery = desk.release()
    assert looked_at(desk, delivery) == (S.HELD, SAYS)
    confirm_moved(account_id=account.pk, opens="fake:2", by=desk.admin)
    assert looked_at(desk, delivery) == (S.SENT, "")


def test_nothing_is_sent_with_the_first_sign_in_of_an_account_from_a_table_before_it_is_known_whose_it_is(
    desk: Desk,
) -> None:
    Account.objects.filter(pk=desk.accounts[0].pk).update(external_id="")
    replaced(desk)
    delivery = desk.release()
    status, said = looked_at(desk, delivery)
    assert (status, "was not tried yet" in said) == (S.HELD, True)
    asked(desk, RIGHT)
    assert looked_at(desk, delivery) == (S.SENT, "")


def test_with_the_sign_in_of_another_account_nothing_is_sent_until_it_is_put_right(desk: Desk) -> None:
    replaced(desk)
    delivery = desk.release()
    status, said = looked_at(desk, delivery)
    assert status == S.HELD
    assert "was not tried yet" in said
    account = asked(desk, OTHER)
    assert (account.external_id, account.status, account.problem) == ("fake:1", "needs_attention", SAYS)
    assert looked_at(desk, delivery) == (S.HELD, SAYS)
    assert desk.channel.texts() == []
    asked(desk, OTHER)
    assert Entry.objects.filter(verb="account.other").count() == 1
    line = next(line for line in register(actor=desk.admin, last_posts={}, today=clock.now().date()))
    assert Code.OTHER in {finding.code for finding in line.findings}
    replaced(desk)
    assert asked(desk, RIGHT).status == "active"
    assert looked_at(desk, delivery) == (S.SENT, "")


def test_a_sign_in_that_opens_another_account_of_itself_is_found_with_the_next_check(desk: Desk) -> None:
    asked(desk, OTHER)
    delivery = desk.release()
    assert looked_at(desk, delivery) == (S.HELD, SAYS)
    asked(desk, RIGHT)
    assert looked_at(desk, delivery) == (S.SENT, "")


def test_a_network_that_does_not_say_whose_sign_in_it_is_proves_nothing(desk: Desk) -> None:
    replaced(desk)
    account = asked(desk, ("", ""))
    assert account.external_id == "fake:1"
    assert account.unproved_at is not None
    assert looked_at(desk, desk.release())[0] == S.HELD


def test_the_answer_to_a_sign_in_that_was_replaced_meanwhile_counts_for_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []

    def health(_line: Any) -> Health:
        if not answers:
            replaced(desk)
        answers.append("fake:1")
        return Health("fake:1", "ellery-1")

    monkeypatch.setattr(CHANNEL, "health", health)
    assert asked(desk).unproved_at is None
    assert len(answers) == 2  # asked again at once, with the new one


def test_somebody_who_may_confirms_that_the_account_moved(desk: Desk) -> None:
    delivery = desk.release()
    asked(desk, OTHER)
    looked_at(desk, delivery)
    number = desk.accounts[0].pk
    with pytest.raises(NotAllowed):
        confirm_moved(account_id=number, opens="fake:2", by=desk.by)
    stranger = make_actor(make_agency(), Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        confirm_moved(account_id=number, opens="fake:2", by=stranger)
    with pytest.raises(Conflict, match="another account by now"):
        confirm_moved(account_id=number, opens="fake:3", by=desk.admin)
    account = confirm_moved(account_id=number, opens="fake:2", by=desk.admin)
    assert (account.external_id, account.handle, account.status) == ("fake:2", "other", "active")
    assert looked_at(desk, delivery) == (S.SENT, "")
    assert Entry.objects.filter(verb="account.move", actor=desk.admin.ref).count() == 1
    with pytest.raises(Conflict):
        confirm_moved(account_id=number, opens="fake:2", by=desk.admin)


def test_an_account_does_not_move_onto_another_of_the_register(desk: Desk) -> None:
    register_account(
        channel="fake",
        handle="other",
        label="The other one",
        server_url="http://127.0.0.1:9",
        secret={"secret": "right"},
        by=desk.admin,
    )
    asked(desk, OTHER)
    with pytest.raises(Conflict, match="@other is in the register already, as “The other one”"):
        confirm_moved(account_id=desk.accounts[0].pk, opens="fake:2", by=desk.admin)


def test_nothing_is_taken_down_on_another_account_and_a_person_is_told(desk: Desk) -> None:
    delivery = desk.release()
    assert looked_at(desk, delivery)[0] == S.SENT
    asked(desk, OTHER)
    withdraw_announcements(subject="appeal:1", by=desk.by)
    assert looked_at(desk, delivery) == (S.REMOVING, SAYS)
    confirm_moved(account_id=desk.accounts[0].pk, opens="fake:2", by=desk.admin)
    desk.clock.pass_(timedelta(minutes=1))
    status, said = looked_at(desk, delivery)
    assert status == S.REMOVING
    assert "from before the move" in said
    assert "delete" not in desk.channel.calls


def test_what_was_tried_before_the_move_in_vain_and_sent_after_it_can_be_taken_down(desk: Desk) -> None:
    desk.channel.next.append("unreachable")
    delivery = desk.release()
    desk.work()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.tried_at is None) == (S.QUEUED, False)
    asked(desk, OTHER)
    desk.clock.pass_(timedelta(minutes=3))
    confirm_moved(account_id=desk.accounts[0].pk, opens="fake:2", by=desk.admin)
    desk.clock.pass_(timedelta(minutes=3))
    assert looked_at(desk, delivery)[0] == S.SENT
    withdraw_announcements(subject="appeal:1", by=desk.by)
    desk.clock.pass_(timedelta(minutes=1))
    looked_at(desk, delivery)
    assert "delete" in desk.channel.calls


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.LOOKUP])
def test_what_may_have_been_sent_is_not_looked_for_on_another_account(desk: Desk, recovery: Recovery) -> None:
    desk.channel.recovery = recovery
    desk.channel.next.append("unknown_after")
    delivery = desk.release()
    desk.work()
    asked(desk, OTHER)
    desk.clock.pass_(timedelta(minutes=3))
    assert looked_at(desk, delivery)[0] == S.SENDING
    assert desk.channel.calls == ["publish"]
    asked(desk, RIGHT)
    desk.clock.pass_(timedelta(minutes=3))
    assert looked_at(desk, delivery)[0] == S.SENT
    assert len(desk.channel.texts()) == 1


def test_a_post_is_not_changed_on_another_account(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    room = Newsroom.of(desk, mode="free")
    post = room.sent()
    asked(desk, OTHER)
    edit_post(post_id=post.pk, content=room.content("Mill Lane is open again."), by=room.writer)
    tasks.edit_due()
    assert "edit" not in desk.channel.calls
    asked(desk, RIGHT)
    tasks.let_go_of_held()
    tasks.edit_due()
    assert desk.channel.texts() == ["Mill Lane is open again."]
