"""From a post to the mailbox and back: the whole way, with the worker's own sweeps."""

from __future__ import annotations

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels import tasks as channel_tasks
from hueandcry.channels.actions import register_account
from hueandcry.channels.catalogue import OURSELVES
from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.posts import actions as posts
from hueandcry.posts import tasks as post_tasks
from hueandcry.posts.links import code_of
from hueandcry.posts.models import Delivery
from tests.factories import make_actor
from tests.lists.helpers import House, only_message, work
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow
PEOPLE = [f"p{number}@harbour.example" for number in range(3)]


def connect(house: House) -> Account:
    return register_account(
        channel="email_list",
        handle="port-ellery.example",
        label="E-mail list",
        server_url=OURSELVES,
        secret={},
        kind=Account.Kind.ALERTS,
        by=house.keeper,
    )


def announce(house: House, account: Account, *, urgency: Urgency) -> Delivery:
    author = make_actor(house.agency, Role.AUTHOR)
    posts.announce(
        subject="appeal:1",
        text="Otis Farrow, 78, was last seen at the ferry terminal.",
        link="https://port-ellery.example/appeals/PE-1/",
        title="Have you seen Otis Farrow?",
        picture=None,
        account_ids=[account.pk],
        urgency=urgency,
        by=author,
    )
    posts.page_is_up(subject="appeal:1", by=author)
    return Delivery.objects.get()


def test_a_post_reaches_every_mailbox_with_its_urgency(house: House, mail: MailServer) -> None:
    house.opened()
    house.join(mail, *PEOPLE, levels=["red"])
    delivery = announce(house, connect(house), urgency=Urgency.EMERGENCY)
    post_tasks.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.remote_id) == ("sent", f"email_list:{delivery.key}")
    assert delivery.evidence == {"people": "3"}
    work()
    assert sorted(letter.to for letter in mail.letters) == PEOPLE
    assert "URGENT: Have you seen Otis Farrow?" in mail.letters[0].mail["Subject"]
    link = (
        f"https://port-ellery.example/l/{code_of(delivery.pk)}/appeals/PE-1/"  # one for all, not one for each
    )
    assert all(link in letter.mail.get_content() for letter in mail.letters)


def test_what_is_withdrawn_goes_to_nobody_who_does_not_have_it(house: House, mail: MailServer) -> None:
    house.opened()
    house.join(mail, *PEOPLE, levels=["green"])
    delivery = announce(house, connect(house), urgency=Urgency.ROUTINE)
    post_tasks.deliver_due()
    posts.withdraw_announcements(subject="appeal:1", by=make_actor(house.agency, Role.APPROVER))
    post_tasks.remove_due()
    work()
    delivery.refresh_from_db()
    assert delivery.status == "removed"
    assert mail.letters == []
    assert only_message().status == "stopped"


def test_a_list_that_cannot_be_sent_to_says_so_on_its_account(house: House, mail: MailServer) -> None:
    account = connect(house)
    channel_tasks.check_accounts_due()
    account.refresh_from_db()
    assert account.problem == "This list is not open. Open it on the page Lists."
    house.opened()
    Account.objects.update(due_at=clock.now())
    channel_tasks.check_accounts_due()
    account.refresh_from_db()
    assert (account.status, account.problem) == ("active", "")
