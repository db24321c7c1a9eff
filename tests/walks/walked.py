"""The walks of test_no_way_round.py: each verb that lets something out, by somebody who shall not be able to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from hueandcry.agencies.roles import Role
from hueandcry.answers.actions import use_answer
from hueandcry.channels.models import Account
from hueandcry.fieldnotes.actions import take_note
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, system
from hueandcry.posts import (
    actions,
    approval_actions,
    holding_actions,
    standing_actions,
    tasks,
    writing_actions,
)
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from hueandcry.posts.passing_actions import pass_on_posts
from hueandcry.requests.work_actions import draft_from_request
from tests.factories import make_actor
from tests.factories_library import approved_answer, ask
from tests.factories_rules import brake
from tests.posts.conftest import Desk
from tests.posts.conftest import desk as desk  # noqa: PLC0414 - the fixture
from tests.walks.ways_out import ways

D = Delivery.Status
TEXT = "Mill Lane is closed both ways."

# --- the stage --------------------------------------------------------------------------------------


class Stage:
    """A desk whose accounts are free; bad: who shall not be able to publish; good, other: who may."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.agency = desk, desk.agency
        self.accounts = [row.pk for row in desk.accounts]
        Account.objects.update(mode="free")
        self.bad, self.good, self.other = (
            make_actor(desk.agency, Role.AUTHOR, Role.APPROVER, name=who)
            for who in ("Kit Roe", "Nora Vance", "Ife Okafor")
        )
        self.leader = make_actor(desk.agency, Role.LEADER, name="Imogen Castellane")

    def draft(self, by: Actor, text: str = TEXT) -> Post:
        """Something written for the first account."""
        return writing_actions.draft_post(content=self.content(text), by=by)

    def content(self, text: str = TEXT) -> Content:
        """About traffic, for the first account."""
        return Content(text=text, account_ids=(self.accounts[0],), topics=("traffic",))

    def out(self, by: Actor) -> Post:
        """Let go in one's own right, and not sent yet."""
        return approval_actions.publish_post(post_id=self.draft(by).pk, by=by)

    def work(self) -> None:
        """The worker goes on for half an hour."""
        for _round in range(3):
            for sweep in (tasks.release_due, tasks.let_go_of_held, tasks.edit_due):
                sweep()
            self.desk.work()
            self.desk.clock.pass_(timedelta(minutes=10))

    def said(self) -> list[str]:
        """What the public reads."""
        return self.desk.channel.texts()


def of(post: Post) -> Delivery:
    """Its one delivery."""
    return Delivery.objects.get(post=post)


# --- each verb: what is done while all is well, and after the yield what is tried when it is not --------

Way = Callable[[Stage], Iterator[None]]


def _publish(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.bad)
    yield
    approval_actions.publish_post(post_id=post.pk, by=stage.bad)


def _approve_own_words(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.bad)
    approval_actions.submit_post(post_id=post.pk, by=stage.bad)
    yield
    approval_actions.approve_post(post_id=post.pk, by=stage.good)


def approve(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.good)
    approval_actions.submit_post(post_id=post.pk, by=stage.good)
    yield
    approval_actions.approve_post(post_id=post.pk, by=stage.bad)


def _planned(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.bad)
    approval_actions.plan_post(post_id=post.pk, at=clock.now() + timedelta(minutes=5), by=stage.bad)
    approval_actions.publish_post(post_id=post.pk, by=stage.bad)
    yield
    stage.desk.clock.pass_(timedelta(minutes=6))
    approval_actions.release_post(post_id=post.pk, by=system("release", agency_id=stage.agency.pk))


def _let_go_before(stage: Stage) -> Iterator[None]:
    stage.out(stage.bad)
    yield


def announce(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.announce(TEXT, by=stage.bad)
    actions.page_is_up(subject="appeal:1", by=stage.good)


def page_is_up(stage: Stage) -> Iterator[None]:
    stage.desk.announce(TEXT, by=stage.bad)
    yield
    actions.page_is_up(subject="appeal:1", by=stage.good)


def _retry(stage: Stage) -> Iterator[None]:
    stage.desk.channel.next.append("refused")
    post = stage.out(stage.bad)
    stage.work()
    yield
    actions.retry_delivery(delivery_id=of(post).pk, by=stage.good)


def _unconfirmed(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    Delivery.objects.update(status=D.UNCONFIRMED, due_at=None)
    yield
    actions.settle_unconfirmed(delivery_id=of(post).pk, landed=False, remote_url="", by=stage.good)


def _send_held(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    brake(stage.leader, hours=26)
    stage.work()
    stage.desk.clock.pass_(timedelta(hours=27))
    stage.work()
    yield
    holding_actions.send_held(delivery_id=of(post).pk, by=stage.good)


def _make_held_change(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    stage.work()
    standing_actions.edit_post(post_id=post.pk, content=stage.content("Other words"), by=stage.bad)
    row = brake(stage.leader, hours=26)
    tasks.edit_due()
    stage.desk.clock.pass_(timedelta(hours=27))
    assert row.until < clock.now()
    yield
    holding_actions.make_held_change(edit_id=DeliveryEdit.objects.get().pk, by=stage.good)


def _edit(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    stage.work()
    yield
    standing_actions.edit_post(post_id=post.pk, content=stage.content("Other words"), by=stage.bad)


def _change(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    stage.work()
    Account.objects.update(mode="two_person")
    Post.objects.update(approved_by=stage.other.ref)
    standing_actions.edit_post(post_id=post.pk, content=stage.content("Other words"), by=stage.bad)
    yield
    standing_actions.approve_change(post_id=post.pk, by=stage.good)


def _repost(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.good)
    stage.work()
    yield
    standing_actions.repost_post(post_id=post.pk, account_ids=[stage.accounts[1]], by=stage.bad)


def retry_by(stage: Stage) -> Iterator[None]:
    stage.desk.channel.next.append("refused")
    post = stage.out(stage.good)
    stage.work()
    yield
    actions.retry_delivery(delivery_id=of(post).pk, by=stage.bad)


def unconfirmed_by(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.good)
    Delivery.objects.update(status=D.UNCONFIRMED, due_at=None)
    yield
    actions.settle_unconfirmed(delivery_id=of(post).pk, landed=False, remote_url="", by=stage.bad)


def _long_way(stage: Stage) -> Iterator[None]:
    """Asked for by a unit, written with an answer of the library, thrown away and taken back, all by others."""
    row, answer = ask(stage.good), approved_answer(stage.good, stage.other)
    yield
    post = draft_from_request(request_id=row.pk, by=stage.good)
    words = use_answer(answer_id=answer.pk, register="formal", by=stage.good).version.formal
    writing_actions.save_post(post_id=post.pk, content=stage.content(words), by=stage.good)
    writing_actions.discard_post(post_id=post.pk, by=stage.good)
    writing_actions.restore_post(post_id=post.pk, by=stage.good)
    approval_actions.publish_post(post_id=post.pk, by=stage.bad)


def _passed_on(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.good)
    approval_actions.plan_post(post_id=post.pk, at=clock.now() + timedelta(minutes=5), by=stage.good)
    approval_actions.publish_post(post_id=post.pk, by=stage.good)
    yield
    pass_on_posts(from_ref=stage.good.ref, to_ref=stage.bad.ref, by=stage.desk.admin)
    stage.desk.clock.pass_(timedelta(minutes=6))


def _note(stage: Stage) -> Iterator[None]:
    yield
    take_note(key="0" * 32, content=stage.content(), brought=[], wanted="go", by=stage.bad)


# Verb → the walks that try it. A verb that is found in the source and not here fails the test below.
WAYS: dict[str, tuple[Way, ...]] = {
    "appeals/actions.py:publish_appeal": (announce,),  # it announces as the person who publishes
    "posts/actions.py:announce": (announce,),
    "posts/actions.py:page_is_up": (page_is_up,),
    "fieldnotes/actions.py:take_note": (_note,),
    "lists/pause_actions.py:send_rest": (),  # walked in tests/lists/test_list_pauses.py: it has subscribers
    "posts/actions.py:retry_delivery": (_retry, retry_by),
    "posts/actions.py:settle_unconfirmed": (_unconfirmed, unconfirmed_by),
    "posts/approval_actions.py:approve_post": (approve, _approve_own_words),
    "posts/approval_actions.py:publish_post": (_publish, _let_go_before, _long_way),
    "posts/approval_actions.py:release_post": (_planned, _passed_on),
    "posts/holding_actions.py:make_held_change": (_make_held_change,),
    "posts/holding_actions.py:send_held": (_send_held,),
    "posts/news_actions.py:page_stands": (),  # the worker's: what was let go is due sooner; see tests/posts/test_site_first.py
    "posts/standing_actions.py:approve_change": (_change,),
    "posts/standing_actions.py:edit_post": (_edit,),
    "posts/standing_actions.py:repost_post": (_repost,),
    "publicsite/actions.py:publish_appeal": (announce,),
}


def test_every_verb_that_lets_something_out_is_walked_here() -> None:
    assert ways() == set(WAYS)
